"""An act about one pupil is written down with the pupil's identifier, and with nothing else."""

from datetime import date

import pytest

from keystage.actions.by import By
from keystage.actions.roll import cohort
from keystage.store.models import AuditEvent, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db


def test_acts_on_the_cohort_say_which_pupil_and_tell_nothing_of_it(
    sheet: Sheet, pupils: list[Pupil], office: Person
) -> None:
    pupil, by = pupils[0], By(office)
    member = sheet.cohort.get(pupil=pupil).pk
    cohort.take_out(sheet=sheet, member=member, reason="Mabel moved away", by=by)
    cohort.put_back(sheet=sheet, member=member, by=by)
    cohort.take_out(sheet=sheet, member=member, reason="Mabel moved away", by=by)
    cohort.add(sheet=sheet, pupil=pupil, reason="Mabel came back", by=by)
    cohort.leave(sheet=sheet, pupil=pupil, left_on=date(2026, 6, 1), to_school="Oz", seen=1, by=by)

    events = AuditEvent.objects.exclude(action="pack loaded")
    assert [event.subject for event in events] == [f"pupil {pupil.pk}"] * 5
    told = " ".join(f"{event.before} {event.after} {event.subject}" for event in events)
    assert not any(word in told for word in ("Mabel", "Ashby", "Oz", pupil.upn, "2026-06-01"))
