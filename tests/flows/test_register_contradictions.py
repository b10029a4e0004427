"""What does not agree in an attendance register, and what a change of registrations decides."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from keystage.core.subjects import TESTED, Subject
from keystage.flows.register.consequences import PLACES, Changed, consequences
from keystage.flows.register.contradictions import OnRegister, contradictions
from keystage.statute.collection_loader import load_collection
from keystage.statute.register_loader import load_register

BOOK, COLLECTION = load_register(2026), load_collection(2026)
READING, MATHS, GPS = TESTED
PRESENT = dict.fromkeys(BOOK.papers.papers, "present")
REGISTERED = dict.fromkeys(TESTED, "registered")


def found(
    codes: dict[str, str] | None = None,
    registrations: dict[Subject, str] | None = None,
    **more: Any,
) -> list[tuple[str, str]]:
    """The kinds and papers of what does not agree about a pupil who took everything."""
    pupil = OnRegister(
        who=1,
        registrations=REGISTERED | (registrations or {}),
        codes=PRESENT | (codes or {}),
        **more,
    )
    return [(one.kind, one.paper) for one in contradictions([pupil], BOOK, COLLECTION)]


def test_a_pupil_who_took_every_paper_agrees() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("codes", "registrations", "kinds"),
    [
        ({"reading": ""}, {}, [("no_code", "reading")]),
        ({"gps_2": ""}, {}, [("no_code", "gps_2")]),
        ({}, {READING: ""}, [("no_registration", "reading")]),
        ({}, {READING: "below"}, [("against_registration", "reading")]),
        ({"reading": "A"}, {READING: "below"}, [("against_registration", "reading")]),
        ({"reading": "B"}, {READING: "below"}, []),
        ({"reading": "L"}, {}, []),
        ({"reading": "Y"}, {}, [("unknown_code", "reading")]),
        ({"reading": "A"}, {}, []),
        ({"maths_2": "A"}, {}, [("absent_from_one_paper", "maths_2")]),
        (dict.fromkeys(("maths_1", "maths_2", "maths_3"), "J"), {}, []),
        (
            {"gps_1": "U"},
            {},
            [("part_of_a_test", ""), ("absent_from_one_paper", "gps_1")],
        ),
        ({"reading": ""}, {READING: "unregistered"}, []),
    ],
)
def test_codes_are_held_against_papers_and_registrations(
    codes: dict[str, str], registrations: dict[Subject, str], kinds: list[tuple[str, str]]
) -> None:
    assert found(codes, registrations) == kinds


def test_a_pupil_without_codes_and_registration_is_a_late_joiner() -> None:
    nothing = dict.fromkeys(PRESENT, ""), dict.fromkeys(TESTED, "")

    assert found(*nothing) == [("late_joiner", "")]
    assert found(*nothing, entered_on=date(2026, 5, 14)) == [("late_joiner", "")]
    assert found(*nothing, entered_on=date(2026, 5, 15)) == []
    assert found(*nothing, left_on=date(2026, 5, 10)) == []
    assert found(*nothing, left_on=date(2026, 5, 11)) == [("late_joiner", "")]


@pytest.mark.parametrize(("day", "kinds"), [(10, [("left_before_the_tests", "")]), (11, [])])
def test_who_left_before_the_tests_took_none(day: int, kinds: list[tuple[str, str]]) -> None:
    assert found(left_on=date(2026, 5, day)) == kinds


def test_a_year_without_a_week_of_tests_knows_of_no_coming_and_going() -> None:
    pupil = OnRegister(who=1, registrations={}, codes={}, left_on=date(2020, 1, 1))

    assert contradictions([pupil], BOOK, replace(COLLECTION, test_week=None)) == []


@pytest.mark.parametrize(
    ("codes", "result", "kinds"),
    [
        ({}, ("AS", True), []),
        ({}, ("N", False), []),
        ({}, ("AS", False), []),
        ({}, ("H", False), []),
        ({}, ("M", False), [("script_missing", "")]),
        ({}, ("A", False), [("script_missing", "")]),
        ({}, ("", False), [("script_missing", "")]),
        ({"reading": "A"}, ("A", False), []),
        ({"reading": "A"}, ("AS", False), [("result_without_script", "")]),
        ({"reading": "A"}, ("A", True), [("result_without_script", "")]),
        ({"reading": "A"}, ("", False), []),
    ],
)
def test_results_are_held_against_the_register(
    codes: dict[str, str], result: tuple[str, bool], kinds: list[tuple[str, str]]
) -> None:
    assert found(codes, results={READING: result}) == kinds


def test_what_is_wrong_comes_before_what_is_to_be_looked_at() -> None:
    away = OnRegister(who=1, registrations=REGISTERED, codes=PRESENT | {"maths_1": "A"})
    blank = OnRegister(who=2, registrations=REGISTERED, codes=PRESENT | {"reading": ""})
    listed = contradictions([away, blank], BOOK, COLLECTION)

    assert [(one.who, one.is_wrong) for one in listed] == [(2, True), (1, False)]
    assert all(one.todo for one in listed)


def told(before: dict[Subject, str], after: dict[Subject, str], **more: Any) -> dict[str, str]:
    change = Changed(before=REGISTERED | before, after=REGISTERED | after, **more)
    return {one.place: one.words for one in consequences(change, BOOK, COLLECTION)}


def test_each_change_tells_of_all_five_lists() -> None:
    assert told({}, {}) == dict.fromkeys(PLACES, "Nothing changes.")
    assert told({}, {MATHS: "below"}) == {
        "Materials": "One copy less is needed of Maths 1, Maths 2 and Maths 3.",
        "Attendance register": "The register says Below in maths by itself.",
        "Access arrangements": "Nothing changes.",
        "Expected list": "Maths: a judgement is due.",
        "Results": "No result is expected in maths: one that comes is asked about.",
    }


def test_a_pupil_who_takes_a_test_after_all_needs_papers_a_code_and_a_result() -> None:
    said = told({READING: "below"}, {})

    assert said["Materials"] == "One more copy is needed of Reading."
    assert said["Attendance register"] == "A code is needed for Reading."
    assert said["Access arrangements"] == "Ask whether the pupil needs an access arrangement."
    assert said["Expected list"] == "Reading: no judgement is due."
    assert said["Results"] == "A result is expected in reading."


def test_codes_and_arrangements_that_are_left_over_are_named() -> None:
    gone = dict.fromkeys(TESTED, "left")
    said = told({}, gone, arrangements=[("Reader", []), ("Marks", [GPS])], codes=["reading"])

    assert said["Access arrangements"] == "No test is left for: Reader and Marks."
    assert "The codes entered for Reading have to be looked at." in said["Attendance register"]
    assert "Writing: the code L is due." in said["Expected list"]


def test_a_registration_that_is_not_known_any_longer_says_so() -> None:
    nobody = dict.fromkeys(TESTED, "")
    said = told({}, nobody)

    assert said["Attendance register"].startswith("Nothing is asked for in reading, maths and")
    assert "Writing: nobody knows whether a judgement is due." in said["Expected list"]
