"""What a recorded visit of a moderator leaves open: what is changed after it, and who knows."""

from datetime import date, datetime, time, timedelta

import pytest
from cast_of_tests import YEAR, MakePerson
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.moderation import choosing
from keystage.actions.moderation.visits import Visit, changed_after, record_visit
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import JudgementChange, Moderation, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 10)


@pytest.fixture
def moderator(person: MakePerson, authority: Organisation) -> By:
    return By(person("authority_moderator", authority, name="Mo Derate"), "test")


def visited(moderation: Moderation, by: By) -> Moderation:
    """The moderation with a visit of `DAY`, recorded at this moment."""
    visit = Visit(on=DAY, who="Mo", outcome=Moderation.Outcome.UPHELD, note="", agreed={})
    record_visit(moderation, visit, seen=moderation.version, by=by)
    moderation.refresh_from_db()
    return moderation


@pytest.mark.parametrize(("days", "told"), [(0, 0), (1, 1), (3, 1)])
def test_what_changed_between_the_visit_and_its_record_was_changed_after_it(
    judged_sheet: Sheet, moderator: By, lead: Person, days: int, told: int
) -> None:
    made = choosing.choose(
        judged_sheet.school, YEAR, told_at=timezone.now(), visit_on=DAY, by=moderator
    )
    member = judged_sheet.cohort.get(pupil__surname="Zhang")
    change = Change(pupil=member.pk, subject="writing", code="GDS", seen=1)
    save_cells(judged_sheet, [change], by=By(lead, "test"), classes=None)
    noon = timezone.make_aware(datetime.combine(DAY + timedelta(days=days), time(12)))
    JudgementChange.objects.filter(judgement__cohort_pupil=member).update(at=noon)

    visited(made, moderator)
    corrected = visited(made, moderator)

    assert [one.member for one in changed_after(corrected)] == [member] * told


def test_a_school_that_was_visited_knows_that_it_was_chosen(
    judged_sheet: Sheet, moderator: By
) -> None:
    made = choosing.choose(judged_sheet.school, YEAR, told_at=None, visit_on=DAY, by=moderator)
    assert not choosing.is_told(made)

    assert choosing.is_told(visited(made, moderator))
