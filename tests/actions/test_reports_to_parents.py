"""What a school adds to a report: nothing that is not known is told to a parent as nought."""

import pytest
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.results.reporting import Note, report_of, write_note
from keystage.core.errors import InputError
from keystage.reports.parents.report import Attendance
from keystage.store.models import Person, ReportNote, Sheet

pytestmark = pytest.mark.django_db


def note(possible: int | None, attended: int | None, unauthorised: int | None) -> Note:
    return Note(
        possible=possible, attended=attended, unauthorised=unauthorised, teacher="", head=""
    )


def test_absences_of_which_nobody_said_whether_they_were_authorised_are_refused(
    sheet: Sheet, office: Person
) -> None:
    member = sheet.cohort.earliest("pk")

    with pytest.raises(InputError, match="how many of the sessions missed"):
        write_note(member=member, note=note(190, 185, None), seen=0, by=By(office))
    assert not ReportNote.objects.exists()


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ((190, 185, None), None),
        ((190, None, None), None),
        ((190, 190, None), Attendance(possible=190, attended=190, authorised=0, unauthorised=0)),
        ((190, 185, 0), Attendance(possible=190, attended=185, authorised=5, unauthorised=0)),
        ((0, 0, 0), Attendance(possible=0, attended=0, authorised=0, unauthorised=0)),
    ],
)
def test_attendance_is_told_where_all_of_it_is_known(
    sheet: Sheet,
    office: Person,
    kept: tuple[int, int | None, int | None],
    told: Attendance | None,
) -> None:
    member = sheet.cohort.earliest("pk")
    ReportNote.objects.create(
        cohort_pupil=member,
        sessions_possible=kept[0],
        sessions_attended=kept[1],
        sessions_unauthorised=kept[2],
        changed_at=timezone.now(),
        changed_by=office,
    )

    assert report_of(member, sheet).attendance == told
