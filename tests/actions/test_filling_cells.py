"""Filling many cells at once: looked at first, undone after, never over somebody else's change."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.returns import cohort_of
from keystage.actions.sheets.asked import asked_of, missing_of
from keystage.actions.sheets.cells import Change, Saved
from keystage.actions.sheets.filling import FillPlan, fill, undo, would_fill
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Judgement, JudgementChange, Person, Sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(sheet: Sheet) -> dict[str, int]:
    """The cohort pupils by surname."""
    return dict(sheet.cohort.values_list("pupil__surname", "pk"))


@pytest.fixture
def enter(sheet: Sheet, lead: Person) -> Callable[..., Saved]:
    def one(pupil: int, subject: str, code: str, seen: int = 0) -> Saved:
        change = Change(pupil=pupil, subject=subject, code=code, seen=seen)
        return save_cells(sheet, [change], by=By(lead), classes=None)

    return one


def plan_of(
    sheet: Sheet,
    keys: dict[str, int],
    code: str = "EXS",
    *,
    only_empty: bool = True,
    subject: str = "writing",
    classes: frozenset[str] | None = None,
) -> FillPlan:
    return would_fill(
        sheet,
        subject=subject,
        code=code,
        pupils=keys.values(),
        only_empty=only_empty,
        classes=classes,
    )


def test_the_look_beforehand_counts_and_changes_nothing(
    sheet: Sheet, keys: dict[str, int], enter: Callable[..., Saved]
) -> None:
    enter(keys["Ashby"], "writing", "WTS")
    enter(keys["Patel"], "writing", "EXS")

    plan = plan_of(sheet, keys, "exs")

    assert (len(plan.change), len(plan.same), len(plan.kept)) == (4, 1, 1)
    assert plan.code == "EXS"
    assert Judgement.objects.filter(code="EXS").count() == 1
    assert len(plan_of(sheet, keys, only_empty=False).change) == 5


def test_a_value_that_may_not_stand_in_some_cells_is_told_before(
    sheet: Sheet, keys: dict[str, int]
) -> None:
    sheet.cohort.filter(pk=keys["Zhang"]).update(reading="below")

    plan = plan_of(sheet, keys, "PK4", subject="reading")

    assert [cell.pupil for cell in plan.change] == [keys["Zhang"]]
    assert len(plan.refused) == 5
    assert all("registered to take" in one.what for one in plan.refused)


def test_a_teacher_fills_the_own_class_only(
    sheet: Sheet, keys: dict[str, int], teacher: Person
) -> None:
    own = frozenset({"6A"})
    assert len(plan_of(sheet, keys, classes=own).change) == 3

    saved = fill(
        sheet,
        subject="writing",
        code="EXS",
        pupils=dict.fromkeys(keys.values(), 0),
        by=By(teacher),
        classes=own,
    )

    assert (len(saved.saved), len(saved.refused)) == (3, 3)


def test_what_was_filled_is_undone(
    sheet: Sheet, keys: dict[str, int], enter: Callable[..., Saved], lead: Person
) -> None:
    enter(keys["Ashby"], "writing", "WTS")
    plan = plan_of(sheet, keys, only_empty=False)
    seen = {cell.pupil: cell.version for cell in plan.change}
    filled = fill(sheet, subject="writing", code="EXS", pupils=seen, by=By(lead), classes=None)
    assert filled.batch is not None
    assert len(filled.saved) == 6

    undone = undo(sheet, filled.batch, by=By(lead), classes=None)

    assert len(undone.saved) == 6
    assert dict(Judgement.objects.exclude(code="").values_list("cohort_pupil", "code")) == {
        keys["Ashby"]: "WTS"
    }
    assert JudgementChange.objects.filter(how="undone").count() == 6
    assert undo(sheet, filled.batch, by=By(lead), classes=None).saved == ()


def test_a_cell_that_was_changed_since_is_not_undone(
    sheet: Sheet, keys: dict[str, int], enter: Callable[..., Saved], lead: Person
) -> None:
    seen = dict.fromkeys(keys.values(), 0)
    filled = fill(sheet, subject="writing", code="EXS", pupils=seen, by=By(lead), classes=None)
    assert filled.batch is not None
    enter(keys["Ashby"], "writing", "GDS", seen=1)

    undone = undo(sheet, filled.batch, by=By(lead), classes=None)

    assert [one.pupil for one in undone.conflicts] == [keys["Ashby"]]
    assert Judgement.objects.get(cohort_pupil=keys["Ashby"]).code == "GDS"
    assert len(undone.saved) == 5


def test_a_batch_of_another_sheet_is_not_undone(sheet: Sheet, lead: Person) -> None:
    with pytest.raises(RefusedError, match="nothing to undo"):
        undo(sheet, uuid4(), by=By(lead), classes=None)


def test_a_cell_changed_after_the_look_is_not_filled_over(
    sheet: Sheet, keys: dict[str, int], enter: Callable[..., Saved], lead: Person
) -> None:
    enter(keys["Ashby"], "writing", "GDS")

    saved = fill(
        sheet,
        subject="writing",
        code="EXS",
        pupils={keys["Ashby"]: 0},
        by=By(lead),
        classes=None,
    )

    assert [one.stored for one in saved.conflicts] == ["GDS"]


def test_registrations_say_what_is_asked(sheet: Sheet, keys: dict[str, int]) -> None:
    sheet.cohort.filter(pk=keys["Ashby"]).update(reading="below")
    sheet.cohort.filter(pk=keys["Zhang"]).update(reading="", gps="", maths="")
    members = cohort_of(sheet)

    asked = asked_of(sheet, members)

    assert asked[keys["Ashby"]]["reading"].due
    assert asked[keys["Patel"]]["reading"].decided == "registered"
    assert not asked[keys["Patel"]]["reading"].due
    assert asked[keys["Zhang"]]["reading"].decided is None
    assert asked[keys["Zhang"]]["writing"].due
    assert len(missing_of(sheet, members)) == 13
    assert asked_of(sheet, []) == {}
