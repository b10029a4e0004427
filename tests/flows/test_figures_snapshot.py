"""What a release holds: the figures of the engine, the words of disclosure control, its pupils."""

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import msgspec
import polars as pl
import pytest
from oracle_examples import pupil
from polars.testing import assert_frame_equal
from snapshots_of_tests import (
    MADE_AT,
    YEAR,
    contents_of_a_part,
    contents_of_england,
    made,
    one_of,
    part_of_england,
)

from keystage.core.errors import InputError
from keystage.flows.earlier import EarlierCohort
from keystage.flows.figures.cells import declared
from keystage.flows.figures.contents import Content, decode, encode
from keystage.flows.figures.protecting import REASON
from keystage.flows.figures.school_pupils import SchoolPupils, rebuilt, schools_of
from keystage.flows.figures.snapshot import snapshot
from keystage.flows.figures.states import state_of
from keystage.flows.own_pupils import own_records
from keystage.measures.compute import Computed, compute
from keystage.measures.explain import explain
from keystage.measures.gaps import comparators
from keystage.reports.disclosure import publish_levels
from keystage.reports.trust_disclosure import publish_trusts
from keystage.statute.loader import load_year
from keystage.statute.year import Year

WITHHELD = ("lower", "upper", "band", "band_words", "numerator", "denominator", "pupils")


@pytest.fixture(scope="module")
def england() -> Computed:
    """The part of England computed as if it were all there is."""
    return compute(part_of_england(), YEAR, national=True)


@pytest.fixture(scope="module")
def urn() -> int:
    """A school of a good size."""
    sizes = part_of_england().pupils.group_by("URN").len().sort("len", "URN")
    return int(sizes["URN"][-5])


@pytest.fixture(scope="module")
def as_used(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The year loaded again from what the release keeps of its rules."""
    supplement = contents_of_england()[0].supplement
    assert supplement is not None
    path = tmp_path_factory.mktemp("rules") / "reference.toml"
    path.write_text(supplement, encoding="utf-8")
    return load_year(2022, "provisional", path)


def schools(level: str) -> list[Content]:
    every = contents_of_england()[1]
    return [one for one in every if one.kind == "school" and one.level == level]


def test_a_suppressed_content_is_what_disclosure_control_prints(england: Computed) -> None:
    printed = publish_levels(england.table, comparators(england.table))
    for kind, key in (("school", "URN"), ("la", "LEA"), ("region", "REGION")):
        frame = printed[kind].frame  # type: ignore[index]  # a level
        rows = {str(row[key]): row for row in frame.to_dicts()}
        contents = [
            one for one in contents_of_england()[1] if (one.kind, one.level) == (kind, "suppressed")
        ]
        assert {one.code for one in contents} == set(rows)
        for content in contents:
            for figure in content.figures:
                cell = rows[content.code][figure.name] or ""
                state = state_of(cell, YEAR.suppression)
                if REASON in figure.said:
                    assert (figure.text, figure.state, state) == ("", "suppressed", "shown")
                    continue
                assert figure.text == (cell if state == "shown" else ""), figure.name
                if figure.state != "not_available":
                    assert figure.state == state


def test_what_is_not_shown_leaves_nothing_behind() -> None:
    hidden = 0
    for content in contents_of_england()[1]:
        for figure in content.figures:
            if content.level == "suppressed":
                assert (figure.numerator, figure.denominator) == (None, None)
            if figure.state != "shown":
                hidden += 1
                assert figure.text == ""
                assert figure.said
                assert not any(getattr(figure, name) for name in WITHHELD)
    assert hidden > 1000


def test_a_complete_figure_is_the_explained_one(england: Computed, urn: int) -> None:
    content = one_of(contents_of_england()[1], "school", str(urn), "complete")
    seen = 0
    for item in declared(england.table.year):
        figure = content.figure(item.name)
        opened = explain(england, item.field, urn)
        assert figure is not None
        assert figure.text == opened.printed, item.name
        if item.exact and figure.state == "shown":
            assert figure.numerator is not None
            assert Fraction(figure.numerator) == opened.numerator, item.name
            assert figure.denominator == opened.denominator
            seen += 1
    assert seen > 100


def test_a_complete_content_says_what_published_tables_withhold() -> None:
    told = {figure.said for one in schools("complete") for figure in one.figures if figure.text}
    assert "In published tables: Suppressed: it would tell of a few pupils" in told


def test_comparators_are_published_figures_at_every_level() -> None:
    complete, suppressed = schools("complete"), schools("suppressed")
    assert [one.compared for one in complete] == [one.compared for one in suppressed]
    of = {item.against: item.of for item in complete[0].compared}
    assert of["national"] == "England (state-funded schools)"
    area = one_of(contents_of_england()[1], "la", "803", "suppressed")
    for item in area.figures:
        beside = complete[0].compared_with(item.name, "authority")
        assert beside is None or (beside.text, beside.state) == (item.text, item.state)
    assert not any(item.against == "authority" for item in area.compared)


def test_gaps_are_told_in_pupils_of_the_group() -> None:
    for content in schools("complete")[:20]:
        for figure in content.figures:
            national = content.compared_with(figure.name, "national")
            if figure.pupils is None or national is None:
                continue
            gap = int(figure.text[:-1]) - int(national.text[:-1])
            group = content.figure("BELIG") if figure.group == "boys" else None
            if group is not None:
                exact = Fraction(gap * int(group.text), 100)
                assert abs(int(figure.pupils) - exact) <= Fraction(1, 2)
                assert (int(figure.pupils) > 0) <= (gap > 0)


def test_few_pupils_are_not_ranked_and_have_no_label_of_significance() -> None:
    few = [one for one in schools("complete") if one.small]
    assert few
    for content in few:
        assert all(not figure.may_rank for figure in content.figures)
        assert all(figure.band_words is None for figure in content.figures)
        assert any("percentage points" in caveat for caveat in content.caveats)
    leads = {figure.lead for content in few for figure in content.figures}
    assert leads == {"figure", "interval", "pupils"}
    folded = [figure for one in schools("complete") for figure in one.figures if figure.folded]
    assert folded
    assert all(figure.group != "all" for figure in folded)


def test_a_trust_is_what_disclosure_control_prints_of_it(england: Computed) -> None:
    rows = {row["TRUST_UID"]: row for row in publish_trusts(england.table).frame.to_dicts()}
    assert rows
    contents = [one for one in contents_of_england()[1] if one.kind == "trust"]
    assert set(rows) < {one.code for one in contents}
    for content in contents:
        row = rows.get(content.code)
        for figure in content.figures:
            if row is None:
                assert figure.said.endswith("too few schools that count")
            elif content.level == "suppressed":
                assert figure.text == (row[figure.name] if figure.state == "shown" else "")
            elif row[figure.name][:1].isdigit():
                assert figure.text == row[figure.name], "withholding changes no figure"
    assert any("did not join the trust before" in " ".join(one.notes) for one in contents)


def test_of_a_part_of_england_one_row_of_all_schools_is_published() -> None:
    national = [one for one in contents_of_a_part()[1] if one.kind == "national"]
    assert sorted((one.code, one.level) for one in national) == [
        ("everyone", "complete"), ("everyone", "suppressed"), ("mainstream", "complete"),
        ("state_funded", "complete"),
    ]  # fmt: skip
    gap = one_of(contents_of_a_part()[1], "la", "803", "complete").figure("DIFFN_RWM_EXP")
    assert gap is not None
    assert gap.said == "Not available: there is no national figure to take it from"


def test_pupils_are_given_back_as_they_were() -> None:
    records = part_of_england()
    again = rebuilt(schools_of(records))
    assert_frame_equal(again.pupils, records.pupils.sort("line"))
    assert_frame_equal(again.schools, records.schools.sort("URN"))


def test_who_stands_at_no_school_of_the_release_moves_nobody_to_another() -> None:
    records = part_of_england()
    schema = records.pupils.schema
    strangers = records.pupils.head(2).with_columns(
        pl.Series("URN", [None, 1], dtype=schema["URN"]), line=pl.col("line") + 10**6
    )
    more = replace(records, pupils=pl.concat([records.pupils, strangers]))
    assert list(schools_of(more)) == list(schools_of(records))


def test_what_was_unreadable_stays_with_its_school_and_a_school_may_have_no_pupils() -> None:
    records = own_records([pupil(), pupil()], None, YEAR, 900001)
    lost = records.unreadable.clear().vstack(
        pl.DataFrame(
            [["pupils", "f", 2, "READSCORE", "x", "no number"]],
            schema=records.unreadable.schema,
            orient="row",
        )
    )
    empty = records.schools.with_columns(URN=pl.lit(900002, pl.Int32))
    records = replace(records, unreadable=lost, schools=pl.concat([empty, records.schools]))
    kept = list(schools_of(records))
    assert [(one.urn, one.count) for one in kept] == [(900001, 2), (900002, 0)]
    assert_frame_equal(rebuilt(kept[:1]).unreadable, lost)
    assert rebuilt(kept[1:]).pupils.is_empty()
    assert rebuilt(kept).missing == records.missing


def test_pupils_that_are_not_those_that_were_kept_are_refused() -> None:
    one = next(schools_of(part_of_england()))
    other = next(schools_of(replace(part_of_england(), missing=("SEX",))))
    with pytest.raises(InputError, match="the hash is another"):
        rebuilt([msgspec.structs.replace(one, content=other.content)])
    for bad in (b"", b"x", one.content[:-9]):
        hashed = SchoolPupils(urn=one.urn, count=0, sha256=sha256(bad).hexdigest(), content=bad)
        with pytest.raises(InputError, match=f"school {one.urn}"):
            rebuilt([hashed])
    with pytest.raises(InputError, match="no schools"):
        rebuilt([])


def test_one_school_opens_as_it_does_in_the_whole_file(
    england: Computed, urn: int, as_used: Year
) -> None:
    (kept,) = [one for one in schools_of(part_of_england()) if one.urn == urn]
    alone = compute(rebuilt([kept]), as_used)
    for item in declared(as_used):
        here, there = explain(alone, item.field, urn), explain(england, item.field, urn)
        assert here.printed == there.printed, item.name
        assert (here.numerator, here.denominator) == (there.numerator, there.denominator)
        assert (here.steps, here.definition) == (there.steps, there.definition), item.name
        assert_frame_equal(here.pupils, there.pupils)


def test_a_release_is_computed_again_from_what_it_keeps_to_the_byte(as_used: Year) -> None:
    found, contents = contents_of_england()
    again = made(rebuilt(schools_of(part_of_england())), year=as_used, national=True)
    assert again.findings.counts.equals(found.findings.counts)
    for old, new in zip(contents, again.contents, strict=True):
        assert encode(old) == encode(new), (old.kind, old.code)
    assert decode(encode(contents[0])) == contents[0]


@pytest.mark.parametrize(
    ("year", "release", "state", "words"),
    [
        (2025, "final", "not_available", "the next year with pupil progress is 2026"),
        (2026, "provisional", "not_yet", "by prior attainment group of"),
    ],
)
def test_a_year_without_progress_says_so_in_its_place(
    year: int, release: str, state: str, words: str
) -> None:
    rules = load_year(year, release)
    rows = [
        {"URN": 900001, "P_INCL": "201", "READOUTCOME": "AS", "READSCORE": 104,
         "MATOUTCOME": "AS", "MATSCORE": 104, "WRITTAOUTCOME": "EXS"}
        for _ in range(7)
    ]  # fmt: skip
    records = own_records(rows, None, rules, 900001)
    found = snapshot(records, rules, stage="provisional", release="x", made_at=MADE_AT)
    school = one_of(tuple(found.contents), "school", "900001", "suppressed")
    scores = [figure for figure in school.figures if figure.family == "progress"]
    assert [figure.name for figure in scores] == ["READPROG", "WRITPROG", "MATPROG"]
    assert all(figure.state == state and words in figure.said for figure in scores)
    assert words in school.notes[0]
    combined, science = school.figure("PTRWM_EXP"), school.figure("PTSCITA_EXP")
    assert combined is not None
    assert combined.text == "100%"
    assert science is not None
    assert science.said == "Not available: the pupil file lacks a column it needs"


def test_three_years_together_stand_beside_the_one(tmp_path: Path, urn: int) -> None:
    file = tmp_path / "parts.parquet"
    file.write_bytes(b"")
    parts = compute(part_of_england(), YEAR).parts
    earlier = [EarlierCohort(year, "final", parts, file) for year in (2020, 2021)]
    found = made(part_of_england(), earlier=earlier)
    assert len(found.inputs["earlier"]) == 2  # type: ignore[arg-type]  # a list
    content = one_of(tuple(found.contents), "school", str(urn), "complete")
    one, three = content.figure("PTRWM_EXP"), content.figure("PTRWM_EXP_3YR")
    assert one is not None
    assert three is not None
    assert three.text == one.text, "three cohorts alike"
    assert one.denominator is not None
    assert three.denominator == 3 * one.denominator
    assert three.family == "three_year"
    assert three.label.endswith("three years together")


def test_special_schools_alone_carry_the_caution_of_special_schools() -> None:
    table = compute(part_of_england(), YEAR, national=True).table.units_of("school")
    special = {
        str(urn)
        for urn, in_area, mainstream in table.select("URN", "in_area", "mainstream").iter_rows()
        if in_area and not mainstream
    }
    found = {
        one.code
        for one in contents_of_england()[1]
        if any("This is a special school" in text for text in one.caveats)
    }

    assert special
    assert found == special
