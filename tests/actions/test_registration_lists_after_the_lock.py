"""A registration list after the lock: taken, and taken back, with a reason somebody gave."""

from collections.abc import Callable
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports import applying, matching, registrations, uploads
from keystage.store.models import AuditEvent, Import, Organisation, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db
EARLY = datetime(2026, 3, 1, tzinfo=UTC)
LOCKED = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def listed(
    sheet: Sheet, school: Organisation, office: Person, pupils: list[Pupil]
) -> Callable[[], Import]:
    """Brings in a list that takes a pupil out of the reading test."""

    def bring() -> Import:
        upn = next(one.upn for one in pupils if one.surname == "Ashby")
        file = uploads.bring_in(
            school=school,
            year=2026,
            kind="registration",
            data=f"UPN,Reading\n{upn},Working below\n".encode(),
            name="list.csv",
            by=By(office),
        )
        matching.confirm_numbers(file=file, by=By(office))
        return file

    return bring


def take(file: Import, who: Person, reason: str = "") -> Import:
    seal = applying.preview(file, "everything").seal
    return applying.apply(file=file, mode="everything", seal=seal, by=By(who), reason=reason)


def reason_of(sheet: Sheet) -> str:
    change = sheet.cohort.get(pupil__surname="Ashby").changes.latest("pk")
    return f"{change.after}: {change.reason}"


def test_a_list_is_taken_after_the_lock_only_with_the_reason_somebody_gave(
    listed: Callable[[], Import], sheet: Sheet, office: Person
) -> None:
    with patch("django.utils.timezone.now", return_value=LOCKED):
        file = listed()
        assert registrations.needs_reason(file)
        with pytest.raises(RefusedError, match="are locked"):
            take(file, office, "  ")
        file.refresh_from_db()
        assert file.state == Import.State.REVIEW
        take(file, office, "The agency asked for it")
        assert reason_of(sheet) == "below: The agency asked for it"
        assert AuditEvent.objects.filter(action="registrations changed after the lock").exists()

        with pytest.raises(RefusedError, match="are locked"):
            applying.undo(file=file, by=By(office))
        applying.undo(file=file, by=By(office), reason="It was last year's list")
        assert reason_of(sheet) == "registered: It was last year's list"


def test_a_list_in_time_needs_no_reason(
    listed: Callable[[], Import], sheet: Sheet, office: Person
) -> None:
    with patch("django.utils.timezone.now", return_value=EARLY):
        file = listed()
        assert not registrations.needs_reason(file)
        take(file, office)

    assert reason_of(sheet) == "below: A registration list was brought in."


def test_what_a_list_decides_elsewhere_is_told_before_it_is_taken_and_taken_back(
    listed: Callable[[], Import], sheet: Sheet, office: Person
) -> None:
    file = listed()

    (one,) = registrations.asked(file)
    assert (one.before, one.after) == ({"reading": "registered"}, {"reading": "below"})
    assert [told.place for told in one.told] == [
        "Materials",
        "Attendance register",
        "Access arrangements",
        "Expected list",
        "Results",
    ]
    assert sheet.cohort.get(pupil__surname="Ashby").reading == "registered"
    take(file, office, "Asked")
    (back,) = registrations.asked_back(file)
    assert back.told[0].words == "One more copy is needed of Reading."


def test_a_large_list_keeps_its_reason_until_a_worker_takes_it(
    listed: Callable[[], Import], sheet: Sheet, office: Person
) -> None:
    file = listed()
    seal = applying.preview(file, "everything").seal
    job = applying.apply_later(
        file=file, mode="everything", seal=seal, by=By(office), reason="Asked by the agency"
    )

    assert job is not None
    assert job.arguments["reason"] == "Asked by the agency"
