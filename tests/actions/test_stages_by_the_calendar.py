"""What is due of whom follows the week of the tests as the calendar of the season has it."""

from datetime import date, datetime

import pytest
from cast_of_tests import YEAR
from django.utils import timezone

from keystage.actions.returns import cohort_of
from keystage.actions.sheets.asked import asked_of
from keystage.actions.stages import schools_of, stages_of
from keystage.statute.season import LONDON, Event
from keystage.store.models import DateChange, Organisation, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db


def due(sheet: Sheet) -> tuple[int, int]:
    """How many judgements are due, by the board and by the sheet."""
    assert sheet.school.authority is not None
    (one,) = stages_of(schools_of(sheet.school.authority), YEAR)
    asked = asked_of(sheet, cohort_of(sheet))
    return one.due, sum(cell.due for cells in asked.values() for cell in cells.values())


def test_a_pupil_who_left_in_a_week_that_was_moved_is_assessed_here(
    sheet: Sheet, pupils: list[Pupil], officer: Person
) -> None:
    Pupil.objects.filter(pk=pupils[0].pk).update(left_on=date(2026, 5, 7))
    sheet.cohort.filter(pupil=pupils[0]).update(reading="below")
    before, on_sheet = due(sheet)
    assert before == on_sheet

    nation = Organisation.objects.create(kind="national", code="N1", name="Agency")
    DateChange.objects.create(
        organisation=nation, year=YEAR, event=Event.TESTS_FIRST.value, reason="Moved.",
        moment=datetime(2026, 5, 5, tzinfo=LONDON), at=timezone.now(), by=officer,
    )  # fmt: skip

    after, on_sheet = due(sheet)
    assert after == on_sheet
    assert after > before
