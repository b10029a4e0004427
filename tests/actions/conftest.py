"""What tests of actions share: several people at the same moment, somebody at work with rolls."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from cast_of_tests import InThreads, T
from desk_of_rolls import HEAD, Desk
from django.db import connection
from locks_of_tests import Watch

from keystage.actions.by import By
from keystage.store.models import Organisation, Person, Pupil


@pytest.fixture(autouse=True)
def locks_in_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every act of every test locks tables in the order that is written down."""
    if not {"db", "transactional_db"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("db")  # its own transaction is not the act's
    watch = Watch()
    with pytest.MonkeyPatch.context() as patched:
        watch.start(patched)
        yield
    assert watch.faults == [], "Take locks in the order of actions/locks.py."


@pytest.fixture
def shared(db: None, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """A database that threads share: SQLite's in memory is one connection's, so it is copied.

    What a test makes besides comes first; then it calls this.
    """
    if connection.vendor != "sqlite":
        yield lambda: None
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
def in_threads() -> InThreads:
    """What several works give that start together, each on a connection of its own."""

    def start(*works: Callable[[], T]) -> list[T]:
        ready = Barrier(len(works))

        def run(work: Callable[[], T]) -> T:
            try:
                ready.wait(timeout=30)
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(works)) as pool:
            return [one.result() for one in [pool.submit(run, work) for work in works]]

    return start


@pytest.fixture
def desk(school: Organisation, office: Person) -> Desk:
    return Desk(school, By(office, "test"))


@pytest.fixture
def roll_of(pupils: list[Pupil]) -> Callable[..., str]:
    """The roll as it is stored, with values changed: ``roll_of(Ashby={"class_name": "6B"})``."""

    def text(**changed: dict[str, str]) -> str:
        lines = [HEAD]
        for pupil in pupils:
            values = {
                "upn": pupil.upn,
                "surname": pupil.surname,
                "forename": pupil.forename,
                "birth_date": f"{pupil.birth_date:%d/%m/%Y}",
                "sex": pupil.sex,
                "year_group": pupil.year_group,
                "class_name": pupil.class_name,
            } | changed.get(pupil.surname, {})
            lines.append(",".join(values.values()))
        return "\n".join(lines)

    return text
