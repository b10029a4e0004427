"""Killed, full, cut off: every receipt that was given is kept, and nothing is half stored."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cast_of_tests import InThreads
from django.db import OperationalError, connection, connections
from files_of_tests import HEAD, Gate, row_of, sheet_file

from keystage.actions.gateway import receipts
from keystage.actions.gateway.keys import published_keys
from keystage.actions.gateway.receipts import file_of
from keystage.actions.gateway.taking import submitting
from keystage.core.upn import check_letter
from keystage.flows.receipts import verify
from keystage.store.models import (
    AuditEvent,
    Organisation,
    Pupil,
    Receipt,
    ReceivedChange,
    ReceivedJudgement,
    ReceivedPupil,
    Submission,
)

pytestmark = pytest.mark.django_db(transaction=connection.vendor != "sqlite")
SCHOOLS = 12
#: A service of our own: it takes a file for every school, and prints each receipt as it is given.
SERVICE = """
import os, signal, sys
from datetime import date
from importlib import import_module
from pathlib import Path

import django

django.setup()
from keystage.actions.by import By
from keystage.actions.gateway.receiving import knowing
from keystage.actions.gateway.receipts import file_of
from keystage.core.upn import check_letter
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.taking.submitting import submit
from keystage.store.models import Organisation, Person

knowing.today = lambda: date(2026, 6, 15)
content, dies = Path(sys.argv[1]).read_bytes(), sys.argv[2]
first, second = (By(one) for one in Person.objects.order_by("pk")[:2])
for at, school in enumerate(Organisation.objects.filter(kind="school").order_by("pk")):
    if dies and at == 3:
        module, name = dies.split(":")
        setattr(import_module(module), name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    waiting = upload(school, 2026, Given(name="sheet.csv", content=content), by=first)
    print(file_of(submit(waiting, by=second)).hex(), flush=True)
"""
CHECKED = "keystage.actions.gateway.receiving.uploading:_kept"
WRITTEN = "keystage.actions.gateway.taking.submitting:give"


def _address() -> str:
    """The database of this test, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def kept(given: list[bytes], content: bytes) -> dict[str, int]:
    """What is there, after seeing that every receipt holds and every taken file is there whole."""
    keys = published_keys()
    assert all(verify(one, content, keys).holds for one in given)
    assert set(given) <= {file_of(one) for one in Receipt.objects.all()}
    taken = Submission.objects.filter(state="taken")
    assert not taken.filter(receipt=None).exists()
    for one in taken.select_related("school_return"):
        assert ReceivedPupil.objects.filter(first=one).count() == one.counts["pupils"]
        assert ReceivedJudgement.objects.filter(submission=one).count() == one.counts["judgements"]
        assert one.school_return.version == 1
    assert not ReceivedPupil.objects.exclude(first__in=taken).exists()
    assert not ReceivedChange.objects.exclude(submission__in=taken).exists()
    events = AuditEvent.objects.filter(action="file submitted").count()
    assert events == taken.count()
    return {"taken": taken.count(), "waiting": Submission.objects.filter(state="uploaded").count()}


@pytest.mark.parametrize(
    ("dies_at", "left"),
    [
        pytest.param(CHECKED, {"taken": 3, "waiting": 0}, id="when a file is checked"),
        pytest.param(WRITTEN, {"taken": 3, "waiting": 1}, id="when its rows are written"),
        pytest.param("", {"waiting": 0}, id="at any moment"),
    ],
)
def test_a_service_that_is_killed_has_kept_every_file_it_gave_a_receipt_for(
    gate: Gate,
    pupils: list[Pupil],
    shared: Callable[[], None],
    in_threads: InThreads,
    tmp_path: Path,
    dies_at: str,
    left: dict[str, int],
) -> None:
    content = sheet_file(map(row_of, pupils[:2]))
    file = tmp_path / "sheet.csv"
    file.write_bytes(content)
    for at in range(1, SCHOOLS):
        Organisation.objects.create(
            kind="school", code=str(900_100 + at), name=f"School {at}", number=f"99904{at:02d}"
        )
    shared()
    here = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "keystage.web.settings",
        "KEYSTAGE_FOLDER": str(tmp_path),
        "DATABASE_URL": _address(),
    }
    command = [sys.executable, "-c", SERVICE, str(file), dies_at]
    with subprocess.Popen(command, env=here, stdout=subprocess.PIPE) as service:  # noqa: S603  # ours
        assert service.stdout is not None
        given = []
        for line in service.stdout:
            given.append(bytes.fromhex(line.decode()))
            if not dies_at and len(given) == SCHOOLS // 2:
                service.kill()
    assert service.returncode == -signal.SIGKILL

    (found,) = in_threads(lambda: kept(given, content))

    assert found.items() >= left.items() or not dies_at
    assert len(given) <= found["taken"] <= len(given) + 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a full disk is made with SQLite")
def test_a_full_disk_stores_nothing_by_halves_and_says_so(
    gate: Gate, pupils: list[Pupil], shared: Callable[[], None], in_threads: InThreads
) -> None:
    numbers = [f"99903013{number:04d}" for number in range(150)]
    many = [row_of(pupils[0], UPN=check_letter(one) + one, Surname=one[-4:]) for one in numbers]
    content = sheet_file(many)
    shared()

    def filled() -> dict[str, int]:
        taken = [file_of(gate.take(sheet_file([row_of(pupils[0])])))]
        noted = [row_of(one) | {"Notes": "x" * 50_000} for one in pupils]
        large = sheet_file(noted, (*HEAD, "Notes"))
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 20}")
        with pytest.raises(OperationalError, match="full"):
            gate.give(large)
        assert Submission.objects.count() == 1
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 100000")
        waiting = gate.give(content)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 2}")
        with pytest.raises(OperationalError, match="full"):
            submitting.submit(waiting, by=gate.second)
        assert ReceivedPupil.objects.count() == 1
        return kept(taken, sheet_file([row_of(pupils[0])]))

    assert in_threads(filled) == [{"taken": 1, "waiting": 1}]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server to lose")
def test_a_database_that_goes_away_in_the_middle_leaves_the_file_waiting(
    gate: Gate, pupils: list[Pupil], in_threads: InThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = sheet_file(map(row_of, pupils))
    waiting = gate.give(content)

    def cut_off(*given: Any, **named: Any) -> Receipt:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()

        def end() -> None:
            with connections["default"].cursor() as other:
                other.execute("SELECT pg_terminate_backend(%s)", [pid])

        in_threads(end)
        return receipts.give(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(submitting, "give", cut_off)
        with pytest.raises(OperationalError):
            submitting.submit(waiting, by=gate.second)
    connection.close()
    assert kept([], content) == {"taken": 0, "waiting": 1}

    receipt = file_of(submitting.submit(waiting, by=gate.second))
    assert kept([receipt], content) == {"taken": 1, "waiting": 0}
