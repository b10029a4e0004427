"""The tables of schools of a release: the contents' own figures, and workings that add up."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from engine_side import computed
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_examples import YEAR, pupil, school
from snapshots_of_tests import (
    contents_of_england,
    made,
    one_of,
    part_of_england,
    tables_of_england,
)
from trusts_of_tests import LATE, TRUST, forty, of_a_year_without_rules, table_of

from keystage.core.errors import InputError
from keystage.flows.figures.cells import declared as figures_of
from keystage.flows.figures.contents import Content
from keystage.flows.figures.schools_listed import (
    SchoolsTable,
    Share,
    Shown,
    Working,
    declared,
    decode_schools,
)
from keystage.flows.figures.trust_workings import added, effective, workings
from keystage.measures.trusts import trust_measures
from keystage.statute.loader import available, load_year

READING = "READ_PROGSCORE_EM_ADJ_WGTAVG"


def tables(kind: str = "") -> list[SchoolsTable]:
    """The tables of schools of the invented part of England."""
    every = [one for one in tables_of_england() if one.what == "schools"]
    return [decode_schools(one.content) for one in every if kind in {"", one.kind}]


def content_of(table: SchoolsTable) -> Content:
    return one_of(contents_of_england()[1], table.kind, table.code, table.level)


def working(table: SchoolsTable, name: str) -> Working:
    return next(one for one in table.workings if one.name == name)


def test_a_group_of_few_pupils_in_a_large_trust_is_not_called_different() -> None:
    seen = set()
    for table in (one for one in tables("trust") if one.level == "complete" and one.workings):
        combined = [one for one in table.workings if one.unit == "percent"]
        pupils = {one.group: sum(share.pupils for share in one.shares) for one in combined}
        for figure in content_of(table).figures:
            if pupils["all"] >= 20 and pupils[figure.group]:
                seen.add(few := pupils[figure.group] < 20)
                assert figure.may_rank != few, (table.code, figure.name)
                assert figure.may_rank or figure.band_words is None
    assert seen == {True, False}


def test_a_release_of_a_trust_has_no_figures_of_areas_of_which_it_holds_a_part() -> None:
    found = made(part_of_england(), areas=())
    contents = list(found.contents)

    assert {one.kind for one in contents} == {"school", "national", "trust"}
    assert {item.against for one in contents for item in one.compared} == {"national"}
    schools = [one for one in found.tables if one.what == "schools"]
    assert {one.kind for one in schools} == {"trust"}


def test_every_authority_and_trust_has_a_table_at_each_level() -> None:
    contents = contents_of_england()[1]
    units = {(one.kind, one.code, one.level) for one in contents if one.kind in {"la", "trust"}}

    assert {(one.kind, one.code, one.level) for one in tables()} == units


def test_a_school_shows_in_a_table_what_its_content_shows_at_that_level() -> None:
    contents = {
        (int(one.code), one.level): one for one in contents_of_england()[1] if one.kind == "school"
    }
    for table in tables():
        for one in table.schools:
            content = contents[one.urn, table.level]
            assert (one.name, one.pupils) == (content.name, content.pupils)
            for column in table.columns:
                there, here = content.figure(column.name), table.figure(one, column.name)
                assert there is not None
                assert here is not None
                assert (here.text, here.state, here.said, here.may_rank) == (
                    there.text, there.state, there.said, there.may_rank,
                )  # fmt: skip
                assert (here.lower, here.upper, here.numerator) == (
                    there.lower, there.upper, there.numerator,
                )  # fmt: skip


def test_a_suppressed_table_tells_no_sums() -> None:
    suppressed = [one for one in tables() if one.level == "suppressed"]
    assert any(one.workings for one in suppressed)
    for table in suppressed:
        assert not any(one.shares for one in table.workings)
        for one in table.schools:
            assert all(cell.numerator is None and cell.denominator is None for cell in one.shown)


def test_what_schools_add_to_a_trusts_figure_sums_to_what_is_printed() -> None:
    whole = [one for one in tables("trust") if one.level == "complete"]
    assert any(one.workings for one in whole)
    for table in whole:
        for one in table.workings:
            figure, adds = content_of(table).figure(one.name), added(one.shares)
            assert figure is not None
            if figure.state == "shown":
                half = Fraction(1, 20)  # both sorts are printed with one decimal
                assert abs(sum(adds.values()) - Fraction(figure.text.rstrip("%"))) <= half


def test_the_sums_of_an_authoritys_schools_are_the_authoritys_own() -> None:
    (table,) = [one for one in tables("la") if one.level == "complete"]
    counted = [one for one, way in zip(table.schools, table.standings, strict=True) if way.counts]
    assert len(counted) > 50
    for column in table.columns:
        own = content_of(table).figure(column.name)
        assert own is not None
        figures = [table.figure(one, column.name) for one in counted]
        top = sum(Fraction(one.numerator) for one in figures if one and one.numerator)
        bottom = sum(one.denominator or 0 for one in figures if one)
        if column.unit != "pupils":
            assert (top, bottom) == (Fraction(own.numerator or 0), own.denominator)


def test_the_guides_example_of_progress_comes_out_of_forty_schools() -> None:
    table = table_of("trust", TRUST, "complete", forty()[1])
    shares = working(table, READING).shares

    assert len(table.schools) == 40
    assert sum(Fraction(one.top) for one in shares) == Fraction("-156.4")
    assert sum(one.weight for one in shares) == 788
    assert sum(added(shares).values()) == Fraction("-156.4") / 788
    assert round(effective(shares) or 0, 1) == Fraction("217.7")


def test_each_school_of_a_trust_says_whether_it_counts_and_by_which_rule() -> None:
    table = table_of("trust", TRUST, "suppressed", forty()[1])
    ways = {one.urn: way for one, way in zip(table.schools, table.standings, strict=True)}

    assert [ways[900000 + at].years for at in range(1, 6)] == [3, 4, 4, 3, 4]
    late = ways[900040]
    assert (late.counts, late.years, late.joined) == (False, None, LATE.isoformat())
    assert late.why == "did not join the trust before 14 September 2019"
    assert table.rule.endswith("annex B")


def test_a_year_without_rules_for_trusts_lists_their_schools_and_says_why() -> None:
    table = table_of("trust", TRUST, "complete", of_a_year_without_rules()[1])

    assert [one.urn for one in table.schools] == [900001, 900002, 900003]
    assert not any(one.counts for one in table.standings)
    assert (table.workings, table.rule) == ((), "")
    assert any("no weighted measures of trusts" in note for note in table.notes)
    assert table.caveats


def test_bytes_that_are_no_table_are_refused() -> None:
    for damaged in (b"", b"no table", tables_of_england()[0].content[:-9]):
        with pytest.raises(InputError, match="no table of schools"):
            decode_schools(damaged)


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        (Shown(text="61%"), 61.0),
        (Shown(text="-1.4"), -1.4),
        (Shown(text="61%", may_rank=False), None),
        (Shown(text="", state="suppressed", said="Suppressed"), None),
        (Shown(text=""), None),
    ],
)
def test_a_figure_of_few_pupils_or_none_has_no_place_in_an_order(
    shown: Shown, key: float | None
) -> None:
    assert shown.sorts_as == key


def test_every_column_is_a_figure_of_some_year() -> None:
    known = {
        one.name for year, release in available() for one in figures_of(load_year(year, release))
    }
    for one in declared().sets:
        assert one.columns.keys() <= known
        assert all(one.columns.values())


def share(place: int, pupils: int, years: int, top: Fraction) -> Share:
    return Share(urn=900001 + place, pupils=pupils, years=years, top=str(top))


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(3, 4), st.fractions(max_denominator=90)),
        min_size=1,
        max_size=40,
    )
)
def test_shares_add_up_to_the_figure_exactly(given: list[tuple[int, int, Fraction]]) -> None:
    shares = [share(place, *one) for place, one in enumerate(given)]
    weight = sum(pupils * years for pupils, years, _ in given)
    adds = added(shares)

    assert sum(adds.values()) * weight == (sum(top for *_, top in given) if weight else 0)
    many = effective(shares)
    assert many is None if not weight else many is not None and many <= sum(one[0] for one in given)


SCHOOL = st.lists(
    st.tuples(st.sampled_from([90, 97, 104, 111, None]), st.sampled_from("01")),
    min_size=1,
    max_size=5,
)


@given(st.lists(SCHOOL, min_size=3, max_size=5), st.data())
@settings(max_examples=12, deadline=None)
def test_what_schools_add_is_the_measure_the_engine_makes(
    pupils: list[list[tuple[int | None, str]]], data: st.DataObject
) -> None:
    joined = [data.draw(st.sampled_from(["2019-09-01", "2016-09-01"])) for _ in pupils]
    table = computed(
        [
            pupil(URN=900001 + at, FSM6_P=poor, READSCORE=score, READOUTCOME=score and "AS")
            for at, some in enumerate(pupils)
            for score, poor in some
        ],
        [member(at, day) for at, day in enumerate(joined)],
        YEAR,
    ).table
    measured = {row["group"]: row for row in trust_measures(table).to_dicts()}
    columns = {"PRWM": "rwm_expected", "READ": "reading_progress", "MAT": "maths_progress",
               "WRIT": "writing_progress"}  # fmt: skip

    for one in workings(table)["T1", "complete"]:
        expected = measured[one.group][columns[one.name.partition("_")[0]]]
        adds = added(one.shares)
        assert (float(sum(adds.values())) if adds else None) == (
            expected if expected is None else pytest.approx(expected, abs=1e-9)
        )


def member(place: int, joined: str) -> dict[str, Any]:
    day = date.fromisoformat(joined)
    return school(900001 + place, TRUST_UID="T1", TRUST_NAME="Invented", DATE_JOINED_TRUST=day)
