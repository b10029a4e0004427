"""What the makers of a release look at: checks of quality, distributions, the derived reference."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from statistics import fmean

import polars as pl
import pytest
from msgspec import structs
from snapshots_of_tests import (
    YEAR,
    contents_of_england,
    made,
    part_of_england,
)

from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.core.errors import InputError
from keystage.flows.figures.contents import Content, Kind
from keystage.flows.figures.reviewed import Answer, Checked, Review, decode, encode
from keystage.flows.figures.reviewing.facts import OUTCOMES, Beside, Facts, Former, facts
from keystage.flows.figures.reviewing.making import For
from keystage.flows.figures.reviewing.quality import quality
from keystage.flows.figures.reviewing.rules import declared
from keystage.flows.figures.reviewing.seen import Seen
from keystage.flows.figures.reviewing.texts import rounded, with_unit
from keystage.flows.figures.school_pupils import pupils_of, schools_of
from keystage.measures.compute import compute
from keystage.records.recordset import RecordSet
from keystage.statute.loader import load_year
from keystage.statute.table import DERIVED, Source

BEFORE = "2022 provisional 1"


def contents_before(kind: Kind, codes: Sequence[str]) -> Iterable[Content]:
    """The contents of the release before, as snapshots ask for them."""
    return [one for one in contents_of_england()[1] if one.kind == kind and one.code in codes]


def review_of(records: RecordSet, *, former: bool = True, **more: object) -> Review:
    """The review of a release of records, beside the part of England as it was."""
    before = Former(label=BEFORE, pupils=lambda: schools_of(part_of_england()))
    called: dict[str, object] = {"release": "2022 provisional 2", "national": True, **more}
    found = made(
        records,
        contents_before if former else None,
        review=For(
            kind="national",
            code="everyone",
            derived=bool(more.get("derived")),
            former=before if former else None,
        ),
        **called,
    )
    for _ in found.contents:
        """The review is made once every content has passed."""
    (kept,) = [one for one in found.tables if one.what == "review"]
    assert (kept.kind, kept.code, kept.level) == ("national", "everyone", "complete")
    return decode(kept.content)


def check(review: Review, code: str) -> Checked:
    (found,) = [one for one in review.checks if one.code == code]
    return found


def answers(review: Review) -> dict[str, Answer]:
    return {one.code: one.answer for one in review.checks if one.answer != "pass"}


@cache
def unchanged() -> Review:
    """The part of England released twice."""
    return review_of(part_of_england())


@cache
def derived() -> tuple[Review, RecordSet]:
    """An England of two authorities, in a year whose groups nobody has published."""
    made_up = list(make(Plan(year=2023, release="final", seed=12, authorities=2)))
    pupils = pl.concat([one.pupils for one in made_up]).drop("line").with_row_index("line", 2)
    records = RecordSet(pupils=pupils, schools=pl.concat([one.schools for one in made_up]))
    year = load_year(2023, "final")
    return review_of(records, former=False, year=year, derived=True), records


def test_a_release_made_twice_has_nothing_to_look_at() -> None:
    assert answers(unchanged()) == {"progress_mean": "none"}
    assert unchanged().against == BEFORE
    assert check(unchanged(), "results_changed").number == "0.0%"


def test_a_first_release_says_that_there_is_nothing_to_compare_with() -> None:
    found = review_of(part_of_england(), former=False)

    assert found.against == ""
    assert answers(found) == dict.fromkeys(
        ("progress_mean", "number_of_pupils", "number_of_schools", "results_changed",
         "schools_moved"), "none",
    )  # fmt: skip
    assert "no release before" in check(found, "schools_moved").said


def test_what_changed_since_the_release_before_is_found() -> None:
    records = part_of_england()
    sizes = records.pupils.group_by("URN").len().sort("len", "URN")
    school, gone = int(sizes["URN"][-1]), int(sizes["URN"][0])
    here = pl.col("URN") == school
    pupils = records.pupils.filter(pl.col("URN") != gone).with_columns(
        pl.when(here).then(None).otherwise("READSCORE").alias("READSCORE"),
        pl.when(here).then(None).otherwise("READOUTCOME").alias("READOUTCOME"),
    )
    found = review_of(replace(records, pupils=pupils))

    moved = check(found, "schools_moved")
    assert moved.answer == "look"
    assert [one.partition(":")[0].endswith(f"({school})") for one in moved.listed] == [True]
    assert "Share of pupils reaching the expected standard" in moved.listed[0]
    assert check(found, "results_changed").number != "0.0%"
    assert check(found, "missing_reading").answer == "look"
    assert check(found, "number_of_schools").number == with_unit(
        Fraction(100, sizes.height), "percent"
    )
    empty = check(found, "schools_without_pupils")
    assert (empty.answer, empty.number) == ("look", "1 school")
    assert f"({gone})" in empty.listed[0]
    assert empty.todo != ""


def test_pupils_who_count_twice_and_schools_nobody_knows_are_counted() -> None:
    records = part_of_england()
    number = records.pupils["UPN"][0]
    other = records.pupils.filter(pl.col("URN") != records.pupils["URN"][0])["line"][0]
    pupils = records.pupils.with_columns(
        pl.when(pl.col("line") == other).then(pl.lit(number)).otherwise("UPN").alias("UPN")
    )
    schools = records.schools.with_columns(
        pl.when(pl.col("URN") == records.schools["URN"][3]).then(None).otherwise(name).alias(name)
        for name in ("NFTYPE", "RECTYPE")
    )
    changed = replace(records, pupils=pupils, schools=schools)
    found = quality_of(changed)

    assert (found["duplicate_numbers"].answer, found["duplicate_numbers"].number) == (
        "look", "2 records",
    )  # fmt: skip
    assert found["schools_of_unknown_kind"].number == "1 school"


def test_pupils_without_a_school_are_wrong() -> None:
    records = part_of_england()
    lost = records.schools["URN"][0]
    many = records.pupils.filter(pl.col("URN") == lost, pl.col("P_INCL") == "201").height
    found = quality_of(replace(records, schools=records.schools.filter(pl.col("URN") != lost)))

    one = found["pupils_without_school"]
    assert (one.answer, one.number) == ("fail", with_unit(many, "pupils"))


def quality_of(records: RecordSet) -> dict[str, Checked]:
    """The checks of records that the engine itself would refuse."""
    table = compute(part_of_england(), YEAR).table
    return {one.code: one for one in quality(facts(records, YEAR, None), Seen(), table)}


def test_every_share_of_schools_follows_the_one_above_and_holds_its_schools() -> None:
    for one in unchanged().distributions:
        assert [row.percent for row in one.shares] == ["5", "20", "15", "20", "15", "20", "5"]
        assert sum(row.schools for row in one.shares) == one.schools
        assert sum(bar.schools for bar in one.bars) == one.schools
        for above, below in zip(one.shares[:-1], one.shares[1:], strict=True):
            assert Fraction(above.low) - Fraction(below.high) == Fraction(1, 10)
        assert one.shares[0].shipped_low != ""
    reading = unchanged().distributions[0]
    assert (reading.subject, reading.of) == ("reading", "state-funded mainstream schools")


def test_means_and_deviations_are_those_of_the_schools_scores() -> None:
    table = compute(part_of_england(), YEAR).table
    parts = pl.concat([table.units_of("school"), table.of_group("all", "school")], how="horizontal")
    (measure,) = [one for one in table.measures if one.name == "maths_progress"]
    top, bottom = measure.top.name, measure.bottom.name
    rows = parts.filter(pl.col("mainstream") & (pl.col(bottom) >= 6)).select(top, bottom).rows()
    maths = unchanged().distributions[2]

    scores = [a / b / 10**9 for a, b in rows]
    middle = fmean(scores)
    spread = (sum((one - middle) ** 2 for one in scores) / (len(scores) - 1)) ** 0.5
    assert maths.schools == len(scores)
    assert (maths.mean, maths.deviation) == (rounded(middle, 2), rounded(spread, 2))


def test_a_derived_reference_shows_the_pupils_behind_every_group() -> None:
    review, records = derived()

    assert review.reference is not None
    assert review.no_reference == ""
    year = load_year(2023, "final")
    for place, subject in enumerate(review.reference.subjects):
        of_groups = [one.subjects[place] for one in review.reference.groups]
        assert subject.pupils == sum(one.pupils for one in of_groups) > 0
        assert subject.pupils < records.pupils.height
        assert all(one.mean and one.deviation and one.pupils for one in of_groups)
    assert year.pupil_sd is not None
    assert review.reference.subjects[0].shipped_deviation == "6.2893"
    assert review.reference.groups[0].subjects[0].shipped_mean == ""
    assert check(review, "progress_mean").answer == "pass"


def test_a_reference_that_was_derived_from_others_is_none_of_these_pupils() -> None:
    groups = YEAR.prior_attainment_groups
    assert groups is not None
    given = structs.replace(
        YEAR,
        prior_attainment_groups=structs.replace(groups, source=DERIVED),
        sources={**YEAR.sources, DERIVED: Source(title="Others", read_on=date(2022, 9, 1))},
    )

    found = review_of(part_of_england(), former=False, year=given)

    assert found.reference is None
    assert "not made from" in found.no_reference
    assert check(found, "progress_mean").answer == "none"


def test_an_average_that_falls_from_a_group_to_the_next_is_to_be_looked_at() -> None:
    groups = YEAR.prior_attainment_groups
    assert groups is not None
    first, second, *others = groups.groups
    fallen = structs.replace(second, maths=first.maths)
    year = structs.replace(
        YEAR, prior_attainment_groups=structs.replace(groups, groups=(first, fallen, *others))
    )
    table = compute(part_of_england(), year).table
    counted = facts(part_of_england(), year, None)

    (found,) = [one for one in quality(counted, Seen(), table) if one.code == "averages_rise"]

    assert (found.answer, found.number) == ("look", "1 average")
    average = rounded(first.maths, 4)
    assert found.listed == (f"Maths: {average} in group 1, {average} in group 2",)
    assert check(unchanged(), "averages_rise").answer == "pass"


def test_a_share_of_nobody_is_not_in_order_but_not_checked() -> None:
    nobody = dict.fromkeys(("pupils", "schools", "same", "changed"), 0)
    counted = Facts(
        pupils=0, schools=0, without_school=0, duplicates=0, empty=(), unknown=(),
        missing=dict.fromkeys(OUTCOMES, 0), beside=Beside(**nobody),
    )  # fmt: skip
    found = quality(counted, Seen(), compute(part_of_england(), YEAR).table)

    answered = {one.code: one.answer for one in found}
    assert {code for code, answer in answered.items() if answer == "pass"} == {
        "pupils_without_school", "duplicate_numbers", "schools_without_pupils",
        "schools_of_unknown_kind", "averages_rise",
    }  # fmt: skip
    assert set(answered.values()) == {"pass", "none"}


def test_bands_are_told_where_the_year_has_some() -> None:
    review, _ = derived()

    for one in review.distributions:
        assert sum(band.schools for band in one.bands) == one.schools
    assert unchanged().distributions[0].bands == ()


def test_a_year_without_progress_says_that_it_has_no_distributions() -> None:
    year = load_year(2024, "final")
    made_up = list(make(Plan(year=2024, release="final", seed=12, schools=3)))
    records = RecordSet(
        pupils=pl.concat([one.pupils for one in made_up]).drop("line").with_row_index("line", 2),
        schools=pl.concat([one.schools for one in made_up]),
    )
    found = review_of(records, former=False, year=year)

    assert found.distributions == ()
    assert "no progress" in found.no_distributions
    assert found.reference is None


def test_every_limit_says_why_it_is_where_it_is() -> None:
    rules = declared()
    for one in (*rules.checks, *rules.moved, rules.histogram, rules.listed, rules.few_schools):
        assert one.note.endswith(".")
        assert one.source in rules.sources
    for rule in rules.checks:
        assert rule.fail is None or rule.fail >= rule.look > 0


def test_a_review_is_read_as_it_was_written() -> None:
    assert decode(encode(unchanged())) == unchanged()
    for damaged in (b"", encode(unchanged())[:-9], b"x\x9cnothing"):
        with pytest.raises(InputError, match="no review"):
            decode(damaged)


def test_some_columns_of_a_school_are_read_alone() -> None:
    kept = next(schools_of(part_of_england()))

    frame = pupils_of(kept, ("UPN", "READSCORE"))

    assert frame.columns == ["UPN", "READSCORE"]
    assert frame.height == kept.count
    with pytest.raises(InputError, match="cannot be read"):
        pupils_of(type(kept)(urn=1, count=1, sha256="", content=kept.content), ("UPN",))


def test_schools_of_few_pupils_are_not_among_those_that_could_have_moved() -> None:
    schools = [one for one in contents_of_england()[1] if one.kind == "school"]
    complete = [one for one in schools if one.level == "complete"]
    seen = Seen(label=BEFORE)
    for one in complete:
        seen.add(one, [one])

    assert seen.moved == []
    assert 0 < seen.compared == sum(not one.small for one in complete) < len(complete)
