"""Access arrangements: asked for, recorded, decided by another person, late, withdrawn."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.register import arrangements
from keystage.store.models import Arrangement, AuditEvent, DateChange, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
State = Arrangement.State


@pytest.fixture
def member(sheet: Sheet) -> int:
    return sheet.cohort.get(pupil__surname="Ashby").pk


@pytest.fixture
def asked(sheet: Sheet, member: int, office: Person) -> Arrangement:
    return arrangements.propose(
        sheet, member=member, sort="additional_time", evidence="As in class", by=By(office)
    )


@pytest.fixture
def last_day(headteacher: Person) -> datetime:
    """The last minute for arrangements, as a national body sets it."""
    moment = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")
    DateChange.objects.create(
        organisation=agency,
        year=2026,
        event="arrangements_due",
        moment=moment,
        reason="Published",
        at=moment,
        by=headteacher,
    )
    return moment


def test_what_needs_permission_waits_for_another_person(
    sheet: Sheet, asked: Arrangement, office: Person, headteacher: Person
) -> None:
    assert (asked.state, asked.decided_by) == (State.PROPOSED, None)
    with pytest.raises(RefusedError, match="another person"):
        arrangements.decide(sheet, asked.pk, approve=True, seen=1, by=By(office))
    done = arrangements.decide(
        sheet, asked.pk, approve=True, answer="A quarter more", seen=1, by=By(headteacher)
    )

    assert (done.state, done.decided_by, done.version) == (State.APPROVED, headteacher, 2)
    assert AuditEvent.objects.latest("pk").action == "arrangement approved"
    with pytest.raises(RefusedError, match="does not wait"):
        arrangements.decide(sheet, asked.pk, approve=False, answer="No", seen=2, by=By(headteacher))


def test_a_refusal_has_a_reason(sheet: Sheet, asked: Arrangement, headteacher: Person) -> None:
    with pytest.raises(RefusedError, match="no reason"):
        arrangements.decide(sheet, asked.pk, approve=False, seen=1, by=By(headteacher))
    done = arrangements.decide(
        sheet, asked.pk, approve=False, answer="Not usual in class", seen=1, by=By(headteacher)
    )

    assert (done.state, done.answer) == (State.REFUSED, "Not usual in class")


def test_what_the_school_decides_is_recorded_at_once(
    sheet: Sheet, member: int, office: Person
) -> None:
    made = arrangements.propose(sheet, member=member, sort="reader", by=By(office))

    assert (made.state, made.decided_by, made.late) == (State.APPROVED, office, False)


def test_what_the_agency_is_told_of_is_marked_when_it_was_told(
    sheet: Sheet, member: int, office: Person, asked: Arrangement
) -> None:
    made = arrangements.propose(sheet, member=member, sort="scribe", by=By(office))
    assert made.state == State.PROPOSED
    assert arrangements.told(sheet, made.pk, seen=1, by=By(office)).state == State.APPROVED
    with pytest.raises(RefusedError, match="does not wait"):
        arrangements.told(sheet, asked.pk, seen=1, by=By(office))


def test_asking_twice_for_the_same_is_one(
    sheet: Sheet, member: int, asked: Arrangement, office: Person
) -> None:
    again = arrangements.propose(sheet, member=member, sort="additional_time", by=By(office))
    assert again == asked
    arrangements.withdraw(sheet, asked.pk, seen=1, by=By(office))
    anew = arrangements.propose(sheet, member=member, sort="additional_time", by=By(office))

    assert anew != asked


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, False), (59, False), (60, True)])
def test_it_is_late_after_the_last_minute_and_needs_an_exceptional_reason(
    sheet: Sheet, member: int, office: Person, last_day: datetime, seconds: int, *, late: bool
) -> None:
    now = last_day.replace(second=0).timestamp() + seconds
    with patch("django.utils.timezone.now", return_value=datetime.fromtimestamp(now, tz=UTC)):
        if late:
            with pytest.raises(RefusedError, match="has passed") as caught:
                arrangements.propose(sheet, member=member, sort="early_opening", by=By(office))
            assert "somebody forgot" in caught.value.todo
        made = arrangements.propose(
            sheet, member=member, sort="early_opening", evidence="Broke an arm", by=By(office)
        )

    assert made.late is late


def test_a_day_that_is_not_known_makes_nothing_late(asked: Arrangement) -> None:
    assert asked.late is False


@pytest.mark.parametrize(
    ("sort", "tests"), [("calculator", []), ("compensatory_marks", ["maths"]), ("reader", ["art"])]
)
def test_arrangements_that_are_none_are_refused(
    sheet: Sheet, member: int, office: Person, sort: str, tests: list[str]
) -> None:
    with pytest.raises(RefusedError, match="no such arrangement"):
        arrangements.propose(sheet, member=member, sort=sort, tests=tests, by=By(office))


def test_a_teacher_asks_for_pupils_of_their_own_classes(sheet: Sheet, teacher: Person) -> None:
    strange = sheet.cohort.get(pupil__surname="Smith").pk
    with pytest.raises(RefusedError, match="none of your classes"):
        arrangements.propose(
            sheet, member=strange, sort="reader", by=By(teacher), classes=frozenset({"6A"})
        )


def test_an_arrangement_that_changed_meanwhile_or_is_of_another_school_stays(
    sheet: Sheet, asked: Arrangement, headteacher: Person, other_school: Organisation
) -> None:
    with pytest.raises(ChangedMeanwhileError):
        arrangements.withdraw(sheet, asked.pk, seen=7, by=By(headteacher))
    other = Sheet.objects.create(
        school=other_school,
        year=2026,
        pack_version="1",
        pack_checksum="0",
        loaded_at=asked.entered_at,
        loaded_by=headteacher,
    )
    with pytest.raises(RefusedError, match="no such arrangement"):
        arrangements.withdraw(other, asked.pk, seen=1, by=By(headteacher))


def test_a_withdrawal_keeps_what_was_answered(
    sheet: Sheet, asked: Arrangement, office: Person, headteacher: Person
) -> None:
    arrangements.decide(
        sheet, asked.pk, approve=True, answer="A quarter more", seen=1, by=By(headteacher)
    )

    done = arrangements.withdraw(sheet, asked.pk, seen=2, by=By(office))

    assert (done.state, done.answer) == (State.WITHDRAWN, "A quarter more")
