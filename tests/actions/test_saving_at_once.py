# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls
"""Two people who save at the same moment: no value is lost, none is overwritten unseen."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change, Saved
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Judgement, JudgementChange

#: A server shows other connections only what is committed; SQLite's file is copied as it is.
pytestmark = pytest.mark.django_db(transaction=connection.vendor != "sqlite")


def audit_triggers(verb: str) -> None:
    """Let the audit be emptied after a test, or guard it again."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE store_auditevent {verb} TRIGGER USER")


@pytest.fixture(scope="module", autouse=True)
def guarded_again(django_db_setup, django_db_blocker) -> Iterator[None]:
    yield
    if connection.vendor != "sqlite":
        with django_db_blocker.unblock():
            audit_triggers("ENABLE")


@pytest.fixture
def members(sheet) -> list[int]:
    return list(sheet.cohort.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def shared(members, lead, teacher, tmp_path) -> Iterator[None]:
    """A database that threads share: SQLite's in memory is one connection's, so it is copied."""
    if connection.vendor != "sqlite":
        yield
        audit_triggers("DISABLE")
        return
    with closing(sqlite3.connect(tmp_path / "shared.sqlite3")) as target:
        target.executescript("\n".join(connection.connection.iterdump()))
        target.execute("PRAGMA journal_mode=WAL")
    named = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(tmp_path / "shared.sqlite3")
    yield
    connection.settings_dict["NAME"] = named


def in_threads(*works: Callable[[], Any]) -> list[Any]:
    """What several works give that start together, each on a connection of its own."""
    ready = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            ready.wait(timeout=30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(run, work) for work in works]]


def saving(sheet, who, members: list[int], subject: str, code: str) -> Callable[[], Saved]:
    changes = [Change(pupil=pk, subject=subject, code=code, seen=0) for pk in members]
    return lambda: save_cells(sheet, changes, by=By(who), classes=None)


def kept() -> tuple[list[tuple[str, str]], int]:
    """The judgements of the shared database, and how many changes its history has."""
    rows = Judgement.objects.order_by("subject", "pk").values_list("subject", "code")
    return list(rows), JudgementChange.objects.count()


@pytest.mark.usefixtures("shared")
def test_different_cells_are_all_saved(sheet, members, lead, teacher) -> None:
    results = in_threads(
        saving(sheet, lead, members, "writing", "EXS"),
        saving(sheet, teacher, members, "science", "HNM"),
    )

    assert [len(one.saved) for one in results] == [6, 6]
    ((rows, changes),) = in_threads(kept)
    assert rows == [("science", "HNM")] * 6 + [("writing", "EXS")] * 6
    assert changes == 12


@pytest.mark.usefixtures("shared")
def test_one_of_two_saves_of_the_same_cells_is_told_of_the_conflict(
    sheet, members, lead, teacher
) -> None:
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
