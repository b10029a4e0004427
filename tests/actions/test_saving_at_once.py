"""Two people who save at the same moment: no value is lost, none is overwritten unseen."""

from collections.abc import Callable

import pytest
from cast_of_tests import InThreads
from django.db import connection

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change, Saved
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Judgement, JudgementChange, Person, Sheet

#: A server shows other connections only what is committed; SQLite's file is copied as it is.
pytestmark = pytest.mark.django_db(transaction=connection.vendor != "sqlite")


@pytest.fixture
def members(sheet: Sheet) -> list[int]:
    return list(sheet.cohort.order_by("pk").values_list("pk", flat=True))


def saving(
    sheet: Sheet, who: Person, members: list[int], subject: str, code: str
) -> Callable[[], Saved]:
    changes = [Change(pupil=pk, subject=subject, code=code, seen=0) for pk in members]
    return lambda: save_cells(sheet, changes, by=By(who), classes=None)


def kept() -> tuple[list[tuple[str, str]], int]:
    """The judgements of the shared database, and how many changes its history has."""
    rows = Judgement.objects.order_by("subject", "pk").values_list("subject", "code")
    return list(rows), JudgementChange.objects.count()


def test_different_cells_are_all_saved(
    sheet: Sheet,
    members: list[int],
    lead: Person,
    teacher: Person,
    shared: Callable[[], None],
    in_threads: InThreads,
) -> None:
    shared()
    results = in_threads(
        saving(sheet, lead, members, "writing", "EXS"),
        saving(sheet, teacher, members, "science", "HNM"),
    )

    assert [len(one.saved) for one in results] == [6, 6]
    ((rows, changes),) = in_threads(kept)
    assert rows == [("science", "HNM")] * 6 + [("writing", "EXS")] * 6
    assert changes == 12


def test_one_of_two_saves_of_the_same_cells_is_told_of_the_conflict(
    sheet: Sheet,
    members: list[int],
    lead: Person,
    teacher: Person,
    shared: Callable[[], None],
    in_threads: InThreads,
) -> None:
    shared()
    results = in_threads(
        saving(sheet, lead, members, "writing", "EXS"),
        saving(sheet, teacher, members, "writing", "WTS"),
    )

    saved = [len(one.saved) for one in results]
    assert sorted(saved) == [0, 6]
    told = {(one.wanted, one.stored) for one in results[saved.index(0)].conflicts}
    assert told in ({("EXS", "WTS")}, {("WTS", "EXS")})
    ((rows, changes),) = in_threads(kept)
    assert len({code for _, code in rows}) == 1
    assert changes == 6
