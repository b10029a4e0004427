"""What a roll file brings has a row of history, which outlives the rows of the file."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from desk_of_rolls import NEW, Desk
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.imports import applying
from keystage.actions.imports.forgetting import forget_rows
from keystage.actions.imports.rules import import_rules
from keystage.actions.results.recording import record_of
from keystage.store.models import Import, Pupil, RollChange, Sheet

pytestmark = pytest.mark.django_db


def rows(surname: str) -> list[tuple[str, str, str, str]]:
    found = RollChange.objects.filter(pupil__surname=surname)
    return [(one.field, one.before, one.after, one.reason) for one in found]


def test_a_file_leaves_history_of_who_came_and_of_what_changed(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet
) -> None:
    file = desk.apply(desk.bring(roll_of(Ashby={"class_name": "6B"}) + f"\n{NEW}"))

    assert rows("Ashby") == [("class_name", "6A", "6B", "")]
    assert rows("Newman") == [("roll", "", "on", "")]
    assert set(RollChange.objects.values_list("import_file", "by")) == {(file.pk, desk.by.who.pk)}


def test_undoing_leaves_history_too(desk: Desk, roll_of: Callable[..., str], sheet: Sheet) -> None:
    file = desk.apply(desk.bring(roll_of(Ashby={"class_name": "6B"}) + f"\n{NEW}"))
    applying.undo(file=file, by=desk.by)

    assert rows("Ashby")[-1] == ("class_name", "6B", "6A", "The import was undone")
    assert not Pupil.objects.filter(surname="Newman").exists()


def test_the_record_of_a_pupil_tells_the_file_when_its_rows_are_gone(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet
) -> None:
    file = desk.apply(desk.bring(roll_of(Ashby={"class_name": "6B"})))
    long_ago = timezone.now() - timedelta(days=import_rules().keeping.days + 1)
    Import.objects.filter(pk=file.pk).update(applied_at=long_ago)
    assert forget_rows(by=By.service()) == 1

    member = sheet.cohort.select_related("pupil", "sheet__school").get(pupil__surname="Ashby")
    told = {one.what: one for one in record_of(member=member, by=desk.by).values}
    assert (told["Class"].value, told["Class"].source) == ("6B", file.name)
    assert told["Class"].by == str(desk.by.who)
    assert told["Surname"].source == "the roll of the school"
