"""What a recorded visit of a moderator leaves open: what is changed after it, and who knows."""

from datetime import date, datetime, time, timedelta

import pytest
from cast_of_tests import YEAR
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.moderation import choosing
from keystage.actions.moderation.visits import (
    Agreed,
    Visit,
    changed_after,
    draw,
    record_visit,
    sample_of,
)
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import JudgementChange, Moderation, Person, Sheet

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 10)


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


@pytest.mark.parametrize(("days", "before"), [(-1, "GDS"), (0, "EXS"), (1, "EXS")])
def test_before_a_visit_is_what_stood_when_it_began_and_not_when_the_sample_was_drawn(
    judged_sheet: Sheet, moderator: By, lead: Person, days: int, before: str
) -> None:
    made = choosing.choose(
        judged_sheet.school, YEAR, told_at=timezone.now(), visit_on=DAY, by=moderator
    )
    member = judged_sheet.cohort.get(pupil__surname="Zhang")
    draw(made, [member.pk], seen=made.version, by=moderator)
    change = Change(pupil=member.pk, subject="writing", code="GDS", seen=1)
    save_cells(judged_sheet, [change], by=By(lead, "test"), classes=None)
    noon = timezone.make_aware(datetime.combine(DAY + timedelta(days=days), time(12)))
    JudgementChange.objects.filter(judgement__cohort_pupil=member).update(at=noon)
    made.refresh_from_db()
    (row,) = sample_of(made)
    assert row.before == before

    agreed = {row.pk: Agreed(code=before)}
    visit = Visit(on=DAY, who="Mo", outcome=Moderation.Outcome.UPHELD, note="", agreed=agreed)
    record_visit(made, visit, seen=made.version, by=moderator)
    (kept,) = sample_of(Moderation.objects.get(pk=made.pk))
    assert (kept.before, kept.after) == (before, before)


def test_a_judgement_that_came_on_the_day_of_the_visit_is_the_one_before_it(
    judged_sheet: Sheet, moderator: By, lead: Person
) -> None:
    made = choosing.choose(
        judged_sheet.school, YEAR, told_at=timezone.now(), visit_on=DAY, by=moderator
    )
    member = judged_sheet.cohort.get(pupil__surname="Zhang")
    draw(made, [member.pk], seen=made.version, by=moderator)
    for seen, code in ((1, ""), (2, "WTS"), (3, "GDS")):
        change = Change(pupil=member.pk, subject="writing", code=code, seen=seen)
        save_cells(judged_sheet, [change], by=By(lead, "test"), classes=None)
    rows = JudgementChange.objects.filter(judgement__cohort_pupil=member).order_by("version")
    for row, hour in zip(rows, (-9, 9, 15), strict=True):
        at = datetime.combine(DAY, time()) + timedelta(hours=hour)
        JudgementChange.objects.filter(pk=row.pk).update(at=timezone.make_aware(at))
    made.refresh_from_db()

    (found,) = sample_of(made)
    assert found.before == "WTS"
