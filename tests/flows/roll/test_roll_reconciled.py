"""Roll, registration and mark sheet side by side."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import msgspec
import pytest

from keystage.core.subjects import TESTED, Subject
from keystage.flows.roll.comparing.differences import KINDS, WHAT_TO_DO
from keystage.flows.roll.comparing.reconcile import Reconciliation, reconcile
from keystage.flows.roll.comparing.standings import OnSheet, Registered, registration_for
from keystage.flows.roll.pupils import Facts, Stored
from keystage.statute.collection_loader import load_collection

YEAR = load_collection(2026)
BEFORE, DURING, AFTER = date(2026, 5, 1), date(2026, 5, 12), date(2026, 6, 1)
JUDGED = {Subject.WRITING: "EXS", Subject.SCIENCE: "EXS"}


def registered(facts: Facts, code: str = "registered", **tests: str) -> Registered:
    given = {test: tests.get(test.value, code) for test in TESTED}
    return Registered(facts=facts, tests=given)


def beside(
    roll: Facts | None,
    listed: Registered | None,
    judgements: Mapping[Subject, str] | None,
    on_sheet: Facts | None = None,
) -> Reconciliation:
    """One pupil in the lists he or she is in."""
    facts = on_sheet or roll or (listed.facts if listed else Facts())
    return reconcile(
        [] if roll is None else [Stored(key="k0", facts=roll)],
        [] if listed is None else [listed],
        [] if judgements is None else [OnSheet(facts=facts, judgements=judgements)],
        YEAR,
    )


def kinds(found: Reconciliation) -> list[str]:
    return [one.kind for one in found.differences]


def test_a_pupil_who_is_in_all_three_lists_is_ready(ada: Facts) -> None:
    found = beside(ada, registered(ada), JUDGED)
    assert found.ready
    assert found.standings[0].words(YEAR) == (
        "On roll; in the registration as Registered; on the mark sheet."
    )


def test_nobody_at_all_is_not_ready() -> None:
    assert not reconcile([], [], [], YEAR).ready


def test_a_leaver_before_the_tests_who_is_registered_so_is_ready(ada: Facts) -> None:
    gone = replace(ada, left_on=BEFORE)
    found = beside(gone, registered(ada, "left"), {Subject.WRITING: "L", Subject.SCIENCE: "L"})
    assert found.ready
    assert found.standings[0].words(YEAR) == (
        "Left on 1 May 2026, before the tests; in the registration as Left; on the mark sheet."
    )


def test_a_pupil_who_came_after_the_tests_need_be_in_no_list(ada: Facts) -> None:
    found = beside(replace(ada, entered_on=AFTER), None, None)
    assert found.ready
    assert found.standings[0].words(YEAR) == (
        "On roll since 1 June 2026, after the tests; not in the registration; "
        "not on the mark sheet."
    )


def test_each_kind_is_found(ada: Facts, upn: Callable[[int], str]) -> None:
    off = registered(ada)
    absent = replace(off, on_register=False)
    gone = replace(ada, left_on=BEFORE)
    cases = {
        "not_registered": beside(ada, None, None),
        "leaver_still_registered": beside(gone, off, JUDGED),
        "registered_as_left": beside(
            ada, registered(ada, "left"), {Subject.WRITING: "L", Subject.SCIENCE: "L"}
        ),
        "registered_after_the_tests": beside(replace(ada, entered_on=AFTER), off, JUDGED),
        "registered_not_on_sheet": beside(replace(ada, left_on=AFTER), off, None),
        "name_differs": beside(ada, registered(replace(ada, surname="Bell")), JUDGED),
        "number_differs": beside(ada, registered(replace(ada, upn=upn(2))), JUDGED),
        "birth_date_differs": beside(ada, off, JUDGED, replace(ada, birth_date=date(2015, 3, 2))),
        "not_on_attendance_register": beside(ada, absent, JUDGED),
        "moved_in_test_week": beside(replace(ada, left_on=DURING), off, JUDGED),
        "judgement_for_a_test_sitter": beside(ada, off, {**JUDGED, Subject.READING: "PK4"}),
        "judgement_not_due": beside(gone, registered(ada, "left"), {Subject.READING: "PK4"}),
        "judged_though_elsewhere": beside(ada, registered(ada, "future"), {Subject.WRITING: "EXS"}),
        "said_to_be_elsewhere": beside(ada, off, {**JUDGED, Subject.WRITING: "L"}),
    }
    for kind, found in cases.items():
        assert kinds(found) == [kind]
        assert not found.ready
        assert found.counts == {kind: 1}
        (one,) = found.differences
        assert one.todo == WHAT_TO_DO[one.kind]
        assert one.what.endswith(".")
        assert "Ashdown" not in one.what
        named = reconcile(
            [one.roll for one in found.standings if one.roll],
            [one.registered for one in found.standings if one.registered],
            [one.sheet for one in found.standings if one.sheet],
            YEAR,
            explained=[(one.who, one.kind)],
        )
        assert named.ready
        assert named.differences[0].explained


def test_pupils_who_are_not_on_the_roll_are_found_in_both_lists(ada: Facts) -> None:
    found = beside(None, registered(ada), JUDGED)
    assert len(found.standings) == 1
    assert kinds(found) == ["registered_not_on_roll", "on_sheet_not_on_roll"]
    assert found.standings[0].words(YEAR).startswith("Not on the roll; in the registration as")
    found = beside(None, None, JUDGED, ada)
    assert kinds(found) == ["on_sheet_not_registered", "on_sheet_not_on_roll"]
    assert found.standings[0].who == f"mark sheet of {ada.upn}"


def test_a_pupil_registered_elsewhere_need_not_be_on_the_roll(ada: Facts) -> None:
    found = beside(None, registered(ada, "unregistered"), None)
    assert found.ready


def test_a_pupil_who_is_in_a_list_twice_is_told(ada: Facts) -> None:
    roll = [Stored(key="k0", facts=ada)]
    sheet = OnSheet(facts=ada, judgements=JUDGED)
    twice = reconcile(roll, [registered(ada), registered(ada)], [sheet], YEAR)
    assert kinds(twice) == ["listed_twice"]
    kept = replace(sheet, key="k0")
    assert kinds(reconcile(roll, [registered(ada)], [kept, kept], YEAR)) == ["listed_twice"]
    strangers = reconcile([], [registered(ada), registered(ada)], [], YEAR)
    assert "listed_twice" in kinds(strangers)


def test_the_record_a_row_is_kept_for_goes_before_its_number(
    ada: Facts, upn: Callable[[int], str]
) -> None:
    other = replace(ada, upn=upn(2), forename="Zoe")
    roll = [Stored(key="k0", facts=ada), Stored(key="k1", facts=other)]
    listed = [replace(registered(ada), key="k0"), registered(other)]
    sheet = [OnSheet(facts=other, judgements=JUDGED), OnSheet(facts=Facts(), key="k0")]
    found = reconcile(roll, listed, sheet, YEAR)
    assert found.ready
    assert found.standings[0].sheet == sheet[1]


def test_below_in_one_test_asks_for_that_judgement_only(ada: Facts) -> None:
    listed = registered(ada, maths="below")
    assert kinds(beside(ada, listed, {**JUDGED, Subject.MATHS: "PK4"})) == []
    found = beside(ada, listed, {**JUDGED, Subject.READING: "PK4"})
    assert kinds(found) == ["judgement_for_a_test_sitter"]
    assert found.standings[0].words(YEAR) == (
        "On roll; in the registration as Registered in reading and grammar, punctuation and "
        "spelling and Below in maths; on the mark sheet."
    )


def test_a_registration_that_is_not_known_decides_nothing(ada: Facts) -> None:
    unknown = Registered(facts=ada, tests={})
    assert registration_for(unknown, Subject.WRITING, YEAR) is None
    found = beside(ada, unknown, JUDGED)
    assert found.ready
    assert "as not known" in found.standings[0].words(YEAR)
    odd = Registered(facts=ada, tests=dict.fromkeys(TESTED, "odd"))
    assert "as odd" in beside(ada, odd, None).standings[0].words(YEAR)


def test_a_year_without_a_test_week_has_nobody_leave_before_it(ada: Facts) -> None:
    year = msgspec.structs.replace(YEAR, test_week=None)
    roll = [Stored(key="k0", facts=replace(ada, left_on=BEFORE))]
    found = reconcile(roll, [registered(ada)], [OnSheet(facts=ada, judgements=JUDGED)], year)
    assert found.ready
    assert found.standings[0].words(year).startswith("Left on 1 May 2026; in the")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_to_do(kind: str) -> None:
    assert {one: todo for one, todo in WHAT_TO_DO.items() if one == kind and todo}
