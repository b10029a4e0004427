"""The gateway where two things meet: two ways in, a closed return and a new list, two locks."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from cast_of_tests import YEAR
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from files_of_tests import Gate, Row, row_of, sheet_file

from keystage.actions.by import By
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.reopening import reopen_counted
from keystage.actions.gateway.standing import states
from keystage.actions.gateway.standing.closing import close_counted
from keystage.actions.gateway.standing.numbers import numbers_of
from keystage.actions.gateway.taking.same_pupil import questions
from keystage.actions.roll.cohort import take_out
from keystage.actions.roll.facts import facts_of
from keystage.actions.roll.pupils import correct
from keystage.core.upn import check_letter
from keystage.statute.season import Event
from keystage.store.models import (
    DateChange,
    Organisation,
    Person,
    Pupil,
    ReceivedPupil,
    RegisterConfirmation,
    Sheet,
    Submission,
    SystemAccess,
)

OTHER_UPN = check_letter("999030190001") + "999030190001"


@pytest.fixture
def rows(judged_sheet: Sheet, pupils: list[Pupil]) -> list[Row]:
    """The rows of everybody, with every judgement that is due."""
    assert judged_sheet.year == YEAR
    return [row_of(pupil) for pupil in pupils]


def test_the_same_file_from_a_system_takes_the_place_of_the_one_a_person_uploaded(
    gate: Gate, rows: list[Row], office: Person, headteacher: Person
) -> None:
    system = SystemAccess.objects.create(
        organisation=gate.school,
        name="School system",
        client_id="system-1",
        scopes=["returns:upload", "returns:submit"],
        ends_on=timezone.localdate(),
        made_at=timezone.now(),
        made_by=office,
        confirmed_at=timezone.now(),
        confirmed_by=headteacher,
    )
    content = sheet_file(rows)
    given = Given(name="sheet.csv", content=content, channel=Submission.Channel.API, client=system)
    by_hand = gate.give(content)

    sent = upload(gate.school, YEAR, given, by=By(office, system="School system"))

    by_hand.refresh_from_db()
    assert (sent.client, by_hand.client) == (system, None)
    assert (sent.state, by_hand.state) == (Submission.State.UPLOADED, Submission.State.WITHDRAWN)


def test_a_closed_return_keeps_its_numbers_until_it_is_opened_again(
    gate: Gate, sheet: Sheet, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows[:5]))
    close_counted(gate.kept, reason="The collection is over.", by=gate.second)

    zhang = sheet.cohort.get(pupil__surname="Zhang").pk
    take_out(sheet=sheet, member=zhang, reason="Left in autumn.", by=gate.first)
    assert (gate.kept.expected, gate.kept.missing) == (6, 1)
    assert "1 expected pupil is missing" in states.not_yet(gate.kept)

    reopen_counted(gate.kept, reason="The list was wrong.", by=gate.second)
    assert (gate.kept.state, gate.kept.expected, gate.kept.missing) == ("reopened", 5, 0)


def test_who_is_expected_follows_the_test_week_as_it_was_moved(
    gate: Gate, sheet: Sheet, rows: list[Row], headteacher: Person
) -> None:
    Pupil.objects.filter(surname="Zhang").update(left_on=date(2026, 5, 8))
    gate.take(sheet_file(rows[:5]))
    before = numbers_of(gate.kept)
    agency = Organisation.objects.create(kind="national", code="STA", name="The agency")
    for event, day in ((Event.TESTS_FIRST, 4), (Event.TESTS_LAST, 7)):
        DateChange.objects.create(
            organisation=agency,
            year=YEAR,
            event=event.value,
            moment=datetime(2026, 5, day, 9, tzinfo=UTC),
            reason="Brought forward.",
            at=timezone.now(),
            by=headteacher,
        )

    after = numbers_of(gate.kept)

    assert before is not None
    assert after is not None
    assert (len(before.missing), len(after.missing)) == (0, 1)


def _taken_out(gate: Gate, sheet: Sheet) -> None:
    member = sheet.cohort.get(pupil__surname="Zhang").pk
    take_out(sheet=sheet, member=member, reason="Left in autumn.", by=gate.first)


def _corrected(gate: Gate, sheet: Sheet) -> None:
    pupil = Pupil.objects.get(surname="Zhang")
    facts = facts_of(pupil).changed({"surname": "Zhang-Lee"})
    correct(pupil=pupil, year=sheet.year, facts=facts, seen=pupil.version, by=gate.first)


@pytest.mark.parametrize("act", [_taken_out, _corrected])
def test_who_changes_a_list_holds_the_return_before_the_record_of_acts(
    gate: Gate, sheet: Sheet, rows: list[Row], act: Callable[[Gate, Sheet], None]
) -> None:
    """Who submits a file takes the two in this order: in the other, each waits for the other."""
    gate.take(sheet_file(rows))
    RegisterConfirmation.objects.create(
        sheet=sheet, seal="of another register", at=timezone.now(), by=gate.second.who
    )
    with CaptureQueriesContext(connection) as asked:
        act(gate, sheet)

    words = [one["sql"] for one in asked.captured_queries]
    first = {
        table: next(at for at, sql in enumerate(words) if f'FROM "{table}"' in sql)
        for table in ("store_schoolreturn", "store_audithead")
    }
    assert first["store_schoolreturn"] < first["store_audithead"]


def test_a_former_number_is_read_as_a_number_or_not_at_all(gate: Gate, rows: list[Row]) -> None:
    renamed = rows[0] | {"UPN": OTHER_UPN, "Former UPN": rows[0]["UPN"]}
    gate.take(sheet_file([renamed, *rows[1:]]))

    gate.take(sheet_file([renamed | {"Former UPN": "not a number of anybody"}, *rows[1:]]))
    assert ReceivedPupil.objects.get(upn=OTHER_UPN).former_upn == rows[0]["UPN"]

    third = check_letter("999030190002") + "999030190002"
    other = rows[1] | {"UPN": third, "Surname": "Married", "Former UPN": rows[1]["UPN"].lower()}
    (asked,) = questions(gate.give(sheet_file([renamed, other, *rows[2:]])))
    assert asked.held_upn == rows[1]["UPN"]
