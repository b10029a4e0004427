"""Agreed requests taken into the pupils of the next release."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest
from oracle_examples import pupil
from polars.testing import assert_frame_equal

from keystage.flows.checking.altering import Alteration
from keystage.flows.checking.taking_in import taken_in
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year

YEAR = load_year(2022, "provisional")
HERE, THERE = 900001, 900002
FIRST, SECOND, THIRD = "A900001000001", "A900001000002", "A900002000001"
OTHER = "A900001000008"


def records() -> RecordSet:
    """Three pupils of one school, one of them without a number, and one of another."""
    rows = [
        pupil(URN=HERE, UPN=FIRST),
        pupil(URN=HERE, UPN=SECOND),
        pupil(URN=HERE, UPN=None),
        pupil(URN=THERE, UPN=THIRD),
    ]
    codes = code_lists(YEAR)
    schools = schools_frame([{"URN": HERE}, {"URN": THERE}], codes)
    return RecordSet(
        pupils=pupils_frame(rows, codes), schools=schools, missing=("GPSSCORE", "SENF")
    )


def asked(kind: str, key: str, **more: object) -> Alteration:
    """A request of a school; its reference is its key."""
    told = {
        "kind": kind, "pupil": key, "values": {}, "reason_class": "inclusion_changed",
        "reason": "Why", "reference": f"KS2-{key}", **more,
    }  # fmt: skip
    return Alteration(**told)  # type: ignore[arg-type]  # of tests


def of(
    changes: Sequence[tuple[int, Alteration]],
) -> tuple[dict[object, dict[str, object]], list[str]]:
    """The pupils by UPN, and what was told."""
    found = taken_in(records(), YEAR, changes)
    return {row["UPN"]: row for row in found.records.pupils.to_dicts()}, list(found.notes)


def test_nothing_is_touched_where_nothing_was_agreed() -> None:
    before = records()

    assert taken_in(before, YEAR, []).records is before


def test_a_removal_changes_its_pupil_and_nobody_else() -> None:
    found = taken_in(records(), YEAR, [(HERE, asked("remove", FIRST, values={"P_INCL": "203"}))])

    assert found.references == (f"KS2-{FIRST}",)
    assert found.notes == ()
    other = pl.col("UPN").ne_missing(FIRST)
    assert_frame_equal(found.records.pupils.filter(other), records().pupils.filter(other))
    assert found.records.pupils.filter(~other)["P_INCL"].to_list() == ["203"]


def test_a_pupil_who_is_added_stands_below_all_others() -> None:
    values = {"P_INCL": "201", "UPN": "A900001000009", "SENF": "K", "FORENAME": "Ann"}
    found = taken_in(records(), YEAR, [(HERE, asked("add", "", values=values))])

    new = found.records.pupils[-1]
    assert new.select("line", "URN", "UPN", "P_INCL", "SENF").row(0) == (
        6, HERE, "A900001000009", "201", "K",
    )  # fmt: skip


def test_what_is_said_of_one_pupil_makes_no_figure_of_the_others_known() -> None:
    values = {"P_INCL": "201", "UPN": "A900001000009", "SENF": "K", "GPSSCORE": "101"}
    found = taken_in(records(), YEAR, [(HERE, asked("add", "", values=values))])

    assert found.references == ("KS2-",)
    assert found.records.missing == records().missing


@pytest.mark.parametrize(
    ("kind", "key", "more"),
    [
        ("add", "", {"values": {"P_INCL": "201", "UPN": FIRST}}),
        ("remove", FIRST, {"values": {"P_INCL": "203"}}),
        ("merge", OTHER, {"merged": FIRST}),
    ],
)
def test_nothing_is_done_by_a_number_that_several_records_share(
    kind: str, key: str, more: dict[str, object]
) -> None:
    before = records()
    numbers = {SECOND: FIRST, None: OTHER}
    both = before.pupils.with_columns(pl.col("UPN").replace(numbers))
    found = taken_in(replace(before, pupils=both), YEAR, [(HERE, asked(kind, key, **more))])

    assert_frame_equal(found.records.pupils, both)
    assert "several records of the school have the pupil number" in found.notes[0]


def test_a_pupil_who_is_there_already_is_not_added_twice() -> None:
    values = {"P_INCL": "202", "UPN": SECOND.lower()}
    rows, notes = of([(HERE, asked("add", "", values=values))])

    assert len(rows) == 4
    assert rows[SECOND]["P_INCL"] == "202"
    assert notes == []


def test_nobody_counts_twice_by_a_request() -> None:
    added = asked("add", "", values={"P_INCL": "201", "UPN": THIRD.lower()})
    found = taken_in(records(), YEAR, [(HERE, added), (HERE, asked("amend", FIRST))])

    assert found.references == (f"KS2-{FIRST}",)
    assert found.records.pupils.filter(pl.col("UPN") == THIRD)["URN"].to_list() == [THERE]
    (note,) = found.notes
    assert note.startswith("Request KS2- was not taken in: its pupil counts at another school")
    assert_frame_equal(taken_in(records(), YEAR, [(HERE, added)]).records.pupils, records().pupils)


def test_a_pupil_who_goes_from_one_school_to_another_counts_there() -> None:
    values = {"P_INCL": "201", "UPN": THIRD}
    gone = asked("remove", THIRD, values={"P_INCL": "202"})
    found = taken_in(records(), YEAR, [(HERE, asked("add", "", values=values)), (THERE, gone)])

    assert found.notes == ()
    rows = found.records.pupils.filter(pl.col("UPN") == THIRD.upper()).select("URN", "P_INCL")
    assert sorted(rows.rows()) == [(HERE, "201"), (THERE, "202")]


def test_of_two_records_of_a_pupil_one_goes_and_the_request_holds_where_it_went_already() -> None:
    one = asked("merge", FIRST, merged=SECOND)

    rows, notes = of([(HERE, one), (HERE, one)])

    assert set(rows) == {FIRST, None, THIRD}
    assert notes == []


@pytest.mark.parametrize(
    ("school", "request_", "why"),
    [
        (HERE, asked("remove", THIRD, values={"P_INCL": "203"}), "not among the pupils"),
        (HERE, asked("remove", "line 4", values={"P_INCL": "203"}), "no unique pupil number"),
        (HERE, asked("amend", FIRST, values={"SENF": "Q"}), "Q is no value of SENF"),
        (900003, asked("remove", FIRST, values={"P_INCL": "203"}), "school is not in the release"),
    ],
)
def test_what_cannot_be_taken_in_is_told_with_its_reference(
    school: int, request_: Alteration, why: str
) -> None:
    found = taken_in(records(), YEAR, [(school, request_)])

    assert_frame_equal(found.records.pupils, records().pupils)
    assert found.references == ()
    (note,) = found.notes
    assert why in note
    assert request_.reference in note


def test_a_record_without_a_number_is_found_where_it_is_as_it_was() -> None:
    before = records().pupils.filter(pl.col("URN") == HERE)
    one = asked("remove", "line 4", values={"P_INCL": "203"})
    moved = replace(records(), pupils=records().pupils.with_columns(pl.col("line") + 10))

    found = taken_in(moved, YEAR, [(HERE, one)], lambda _: before)

    assert found.references == (one.reference,)
    assert found.records.pupils.filter(pl.col("UPN").is_null())["P_INCL"].to_list() == ["203"]


def test_one_that_does_not_fit_leaves_the_others() -> None:
    rows, notes = of(
        [
            (HERE, asked("amend", FIRST, values={"SENF": "Q"})),
            (HERE, asked("amend", SECOND, values={"SENF": "E"})),
        ]
    )

    assert rows[SECOND]["SENF"] == "E"
    assert len(notes) == 1
