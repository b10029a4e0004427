"""A worker killed in the middle of an import: nothing is half there, lost or there twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cast_of_tests import YEAR, InThreads
from django.db import connection
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.imports import applying, uploads
from keystage.store.models import AuditEvent, CohortPupil, Import, Job, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db(transaction=connection.vendor != "sqlite")
ROLL = b"Surname,Forename,DOB,Year\nNewman,Bo,05/02/2015,6\nOther,Al,06/02/2015,6\n"
#: A worker of our own, that dies as if the power failed when it comes to a function of the service.
WORKER = """
import os, signal, sys
from importlib import import_module

import django
from django.core.management import call_command

django.setup()
if len(sys.argv) > 1:
    module, name = sys.argv[1:]
    setattr(import_module(module), name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
"""
TAKEN = ("keystage.actions.jobs", "_begin")
WRITTEN = ("keystage.actions.imports.applying", "_told")
COMMITTED = ("keystage.actions.jobs", "_end")


@pytest.fixture
def worker(tmp_path: Path) -> Callable[..., int]:
    """Runs a worker until the queue is empty or it dies; gives how it ended."""

    def run(*dies_at: str) -> int:
        here = {
            "DJANGO_SETTINGS_MODULE": "keystage.web.settings",
            "KEYSTAGE_FOLDER": str(tmp_path),
            "DATABASE_URL": _address(),
        }
        command = [sys.executable, "-c", WORKER, *dies_at]
        return subprocess.run(command, env={**os.environ, **here}, check=False).returncode  # noqa: S603  # ours

    return run


def _address() -> str:
    """The database of this test, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def kept() -> tuple[int, int, str, str]:
    """Pupils in the cohort, times the file was applied, and the states of the file and the job."""
    return (
        CohortPupil.objects.count(),
        AuditEvent.objects.filter(action="file applied").count(),
        Import.objects.get().state,
        Job.objects.get().state,
    )


def found_dead() -> int:
    """Let the time pass after which a silent worker counts as gone."""
    earlier = timezone.now() - jobs.SILENCE - timedelta(seconds=1)
    Job.objects.update(asked_at=earlier)
    Job.objects.filter(heard_at__isnull=False).update(heard_at=earlier)
    return jobs.sweep()


@pytest.mark.parametrize(
    ("dies_at", "left"),
    [
        pytest.param(TAKEN, (6, 0, "applying", "queued"), id="before it begins"),
        pytest.param(WRITTEN, (6, 0, "applying", "running"), id="with all written"),
        pytest.param(COMMITTED, (8, 1, "applied", "running"), id="before it says so"),
    ],
)
def test_an_import_whose_worker_is_killed_is_run_again_and_there_once(
    sheet: Sheet,
    school: Organisation,
    lead: Person,
    shared: Callable[[], None],
    in_threads: InThreads,
    worker: Callable[..., int],
    dies_at: tuple[str, str],
    left: tuple[int, int, str, str],
) -> None:
    by = By(lead)
    file = uploads.bring_in(
        school=school, year=YEAR, kind="roll", data=ROLL, name="roll.csv", by=by
    )
    seal = applying.preview(file, "everything").seal
    job = applying.apply_later(file=file, mode="everything", seal=seal, by=by)
    assert job
    shared()

    assert worker(*dies_at) == -signal.SIGKILL
    assert in_threads(kept) == [left]
    assert in_threads(found_dead) == [1]
    in_threads(lambda: jobs.again(job, by=by))
    assert worker() == 0
    assert in_threads(kept) == [(8, 1, "applied", "done")]
    assert in_threads(found_dead) == [0]


def test_a_job_that_waits_for_a_worker_is_not_found_dead(
    school: Organisation, lead: Person
) -> None:
    jobs.ask(applying.JOB, by=By(lead), organisation=school, year=YEAR)

    assert found_dead() == 0


def test_a_worker_knows_where_every_kind_of_work_is() -> None:
    import_module("keystage.web.urls")

    assert {work.__module__ for work in jobs._KINDS.values()} == set(jobs.ROOMS)
