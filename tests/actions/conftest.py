"""Several people at the same moment: a database threads share, works that start together."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from django.db import connection


def audit_triggers(verb: str) -> None:
    """Let the audit be emptied after a test, or guard it again."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE store_auditevent {verb} TRIGGER USER")


@pytest.fixture(scope="module")
def guarded_again(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The audit is guarded again once the tests of a module are through."""
    yield
    if connection.vendor != "sqlite":
        with django_db_blocker.unblock():
            audit_triggers("ENABLE")


@pytest.fixture
def shared(sheet, lead, teacher, guarded_again, tmp_path) -> Iterator[Callable[[], None]]:
    """A database that threads share: SQLite's in memory is one connection's, so it is copied.

    What a test makes besides comes first; then it calls this.
    """
    if connection.vendor != "sqlite":
        yield lambda: None
        audit_triggers("DISABLE")
        return
    named, path = connection.settings_dict["NAME"], str(tmp_path / "shared.sqlite3")

    def share() -> None:
        with closing(sqlite3.connect(path)) as target:
            target.executescript("\n".join(connection.connection.iterdump()))
            target.execute("PRAGMA journal_mode=WAL")
        connection.settings_dict["NAME"] = path

    yield share
    connection.settings_dict["NAME"] = named


@pytest.fixture
def in_threads() -> Callable[..., list[object]]:
    """What several works give that start together, each on a connection of its own."""

    def start(*works: Callable[[], object]) -> list[object]:
        ready = Barrier(len(works))

        def run(work: Callable[[], object]) -> object:
            try:
                ready.wait(timeout=30)
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(works)) as pool:
            return [one.result() for one in [pool.submit(run, work) for work in works]]

    return start
