"""What tests of actions share: several people at the same moment, somebody at work with rolls."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from amendments_of_tests import Draft
from cast_of_tests import InThreads, MakePerson, T
from checking_of_tests import Exercise, keep_rules, release_of, text_with_window
from desk_of_rolls import HEAD, Desk
from django.db import connection
from files_of_tests import Gate, row_of, sheet_file
from locks_of_tests import Watch
from releases_of_tests import Agency, freeze, marks_of

from keystage.actions.amendments import asking
from keystage.actions.by import By
from keystage.actions.gateway.standing.states import close
from keystage.actions.imports import matching, uploads
from keystage.actions.messages.writing import write
from keystage.store.models import (
    Amendment,
    Import,
    Message,
    Organisation,
    Person,
    Pupil,
    SchoolReturn,
    Sheet,
)


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


@pytest.fixture
def bring(sheet: Sheet, school: Organisation, office: Person) -> Callable[..., Import]:
    """Brings a file in: ``bring("results", "UPN,…")``."""

    def one(kind: str, text: str | bytes, *, classes: Any = None, who: Any = None) -> Import:
        by = By(who or office)
        file = uploads.bring_in(
            school=school,
            year=2026,
            kind=kind,
            data=text.encode() if isinstance(text, str) else text,
            name="file.csv",
            by=by,
            classes=classes,
        )
        matching.confirm_numbers(file=file, by=by, classes=classes)
        return file

    return one


@pytest.fixture
def upn(pupils: list[Pupil]) -> dict[str, str]:
    """The UPN of a pupil by surname."""
    return {pupil.surname: pupil.upn for pupil in pupils}


@pytest.fixture
def wrote(school: Organisation, authority: Organisation, office: Person) -> Callable[..., Message]:
    """Writes from the school to its authority, if nothing else is said."""

    def send(
        subject: str = "A question", body: str = "When is the visit?", **more: object
    ) -> Message:
        given = {"sender": school, "receiver": authority, "year": 2026, "by": By(office), **more}
        return write(subject=subject, body=body, **given)  # type: ignore[arg-type]  # a test's own words

    return send


@pytest.fixture
def moderator(person: MakePerson, authority: Organisation) -> By:
    """A moderator of the authority."""
    return By(person("authority_moderator", authority, name="Mo Derate"), "test")


@pytest.fixture
def closed(gate: Gate, judged_sheet: Sheet, pupils: list[Pupil]) -> SchoolReturn:
    """An accepted return that the agency has closed."""
    assert judged_sheet.cohort.exists()
    gate.take(sheet_file([row_of(one) for one in pupils]))
    close(gate.kept, reason="The deadline", by=By.service())
    return gate.kept


@pytest.fixture
def draft(closed: SchoolReturn, office: Person) -> Draft:
    """Drafts an amendment of a closed return."""

    def make(upn_of: int = 0, **values: str) -> Amendment:
        wanted = {"subject": "writing", "after": "GDS", "reason": "Copied from another line."}
        pupil = closed.pupils.order_by("upn")[upn_of]
        asked = asking.Wanted(pupil=pupil, **(wanted | values))
        return asking.draft(closed, asked, by=By(office, "test"))

    return make


@pytest.fixture
def sent(draft: Draft, headteacher: Person) -> Amendment:
    """One that the headteacher has sent."""
    made = draft()
    asking.send(made, seen=made.version, by=By(headteacher, "test"))
    made.refresh_from_db()
    return made


@pytest.fixture
def exercise(
    nation: Organisation,
    operator: Person,
    school: Organisation,
    office: Person,
    headteacher: Person,
    pupils: list[Pupil],
) -> Exercise:
    """The checking exercise at the school: a release of the agency, and a window that is open."""
    keep_rules(nation, operator, text_with_window())
    release = release_of(nation, operator, pupils)
    return Exercise(release, school, By(office, "test"), By(headteacher, "test"), pupils)


@pytest.fixture
def out(
    agency: Agency, judged_sheet: Sheet, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> Agency:
    """The minute has come: every pupil has 26 marks in reading, one short of the standard."""
    agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at)
    return agency
