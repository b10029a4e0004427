"""One part of the benchmark of the gateway, in a process of its own; see `gateway.py`.

    python benchmarks/gateway_process.py prepare TRAIL
    python benchmarks/gateway_process.py whole TRAIL --share 0/2 --threads 4
    python benchmarks/gateway_process.py store TRAIL prepared
    python benchmarks/gateway_process.py kept TRAIL

The database is that of the settings. Each prints one line of JSON.
"""

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

import polars as pl  # noqa: E402  # models are ready from here on
from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.utils import timezone  # noqa: E402

from keystage.actions.by import By  # noqa: E402
from keystage.actions.gateway.keys import published_keys  # noqa: E402
from keystage.actions.gateway.receipts import file_of  # noqa: E402
from keystage.actions.gateway.receiving import checking, knowing, uploading  # noqa: E402
from keystage.actions.gateway.receiving.uploading import Given, upload  # noqa: E402
from keystage.actions.gateway.standing.states import return_of  # noqa: E402
from keystage.actions.gateway.taking import submitting, writing  # noqa: E402
from keystage.actions.gateway.taking.merging import Taken  # noqa: E402
from keystage.actions.gateway.taking.submitting import submit  # noqa: E402
from keystage.flows.receipts import verify  # noqa: E402
from keystage.statute.season import Event  # noqa: E402
from keystage.store.models import (  # noqa: E402
    CohortPupil,
    DateChange,
    Grant,
    Organisation,
    Person,
    Pupil,
    Receipt,
    ReceivedChange,
    ReceivedJudgement,
    ReceivedPupil,
    ReturnEvent,
    SchoolReturn,
    Sheet,
    Submission,
)

YEAR = 2026
#: Who uploads and who submits in each school.
ROLES = ("office", "headteacher")
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def main(asked: Namespace) -> dict[str, object]:
    """Do one part."""
    trail = Path(asked.trail)
    match asked.part:
        case "prepare":
            return prepare(trail)
        case "whole":
            number, of = map(int, asked.share.split("/"))
            return whole(files_of(trail)[number::of], asked.threads)
        case "store":
            return store(files_of(trail), WAYS[asked.way])
        case "kept":
            return kept(trail)
        case "empty":
            return empty()
    raise LookupError(asked.part)


def prepare(trail: Path) -> dict[str, object]:
    """Make the tables, and schools with the pupils that are expected of them."""
    call_command("migrate", verbosity=0)
    now = timezone.now()
    people = [Person.objects.create_user(f"{role}@example.org") for role in ROLES]
    authority = Organisation.objects.create(kind="authority", code="999", name="Storyshire")
    national = Organisation.objects.create(kind="national", code="national", name="Agency")
    for event, days in ((Event.TA_OPENS, -10), (Event.TA_CLOSES, 10)):
        DateChange.objects.create(
            organisation=national,
            year=YEAR,
            event=event.value,
            moment=now + timedelta(days=days),
            reason="The files are sent today.",
            at=now,
            by=people[0],
        )
    roll = pl.read_parquet(trail.parent / "cohort" / "roll.parquet").partition_by(
        "school", as_dict=True
    )
    for at, file in enumerate(files_of(trail)):
        number = file.name[:7]
        school = Organisation.objects.create(
            kind="school", code=str(900_000 + at), name=f"School {at}", number=number,
            authority=authority,
        )  # fmt: skip
        sheet = Sheet.objects.create(
            school=school, year=YEAR, pack_version="1", pack_checksum="", loaded_at=now,
            loaded_by=people[0],
        )  # fmt: skip
        expected = roll[(number,)]
        facts = ("upn", "surname", "forename", "birth_date", "sex")
        pupils = Pupil.objects.bulk_create(
            Pupil(school=school, year_group="6", **one)
            for one in expected.select(facts).iter_rows(named=True)
        )
        tests = expected.select("reading", "gps", "maths").iter_rows(named=True)
        CohortPupil.objects.bulk_create(
            CohortPupil(
                sheet=sheet,
                pupil=pupil,
                how="year_group",
                **{name: code or "" for name, code in registered.items()},
            )
            for pupil, registered in zip(pupils, tests, strict=True)
        )
    signed_in = {school.number: [school.code, *sessions(school)] for school in schools()}
    (settings.FOLDER / "sessions.json").write_text(json.dumps(signed_in), encoding="ascii")
    return {"schools": len(signed_in)}


def schools() -> list[Organisation]:
    """The schools there are."""
    return list(Organisation.objects.filter(kind="school").select_related("authority"))


def sessions(school: Organisation) -> Iterable[str]:
    """Somebody of each role, signed in."""
    today = timezone.localdate()
    for role in ROLES:
        person = Person.objects.create(email=f"{role}.{school.code}@example.org", name=role)
        person.set_unusable_password()
        person.save()
        Grant.objects.create(
            person=person,
            organisation=school,
            role=role,
            starts_on=today,
            ends_on=today + timedelta(days=30),
        )
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), _BACKEND
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        yield str(session.session_key)


def files_of(trail: Path) -> list[Path]:
    """The transfer files of the schools nearest to the usual number of pupils."""
    return sorted((trail / "chosen").glob("*.xml"))


def whole(files: Iterable[Path], threads: int) -> dict[str, object]:
    """Upload, check, store and submit each file, and give its receipt."""
    first, second = (By(one) for one in Person.objects.order_by("pk")[:2])
    by_number = {one.number: one for one in schools()}
    given = [(by_number[file.name[:7]], file.name, file.read_bytes()) for file in files]
    _warm(given[0])
    checks = _timed(uploading, "check")
    stores = _timed(submitting, "write")
    print(flush=True)  # ready
    sys.stdin.readline()

    def one(school: Organisation, name: str, content: bytes) -> tuple[float, str]:
        began = time.perf_counter()
        waiting = upload(school, YEAR, Given(name=name, content=content), by=first)
        if waiting.state != Submission.State.UPLOADED:
            return time.perf_counter() - began, f"{waiting.state}: {waiting.findings[:3]}"
        receipt = submit(waiting, by=second)
        return time.perf_counter() - began, str(receipt.pk)

    began, spent = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(lambda parts: _closing(one, *parts), given))
    wall = time.perf_counter() - began
    return {
        "files": len(given),
        "receipts": [pk for _, pk in answers],
        "seconds": sorted(round(taken, 4) for taken, _ in answers),
        "wall": wall,
        "cpu": time.process_time() - spent,
        "checking": sum(checks),
        "storing": sum(stores),
    }


def _closing(work: Callable[..., tuple[float, str]], *given: object) -> tuple[float, str]:
    """Work as a request does: the connection of a thread is kept."""
    return work(*given)


def _timed(module: object, name: str) -> list[float]:
    """Note what a function of a module takes, in seconds of its thread's own work."""
    real, seconds = getattr(module, name), []

    def timed(*given: object, **named: object) -> object:
        began = time.thread_time()
        try:
            return real(*given, **named)
        finally:
            seconds.append(time.thread_time() - began)

    setattr(module, name, timed)
    return seconds


def _warm(given: tuple[Organisation, str, bytes]) -> None:
    """What a service did long before: rules made, engine loaded."""
    school, name, content = given
    with transaction.atomic():
        checking.check(content, name, knowing.known_of(return_of(school, YEAR)))
        transaction.set_rollback(True)


def store(files: list[Path], write: Callable[..., None]) -> dict[str, object]:
    """Only the rows of what was received: each file in a transaction of its own, one after another.

    The files wait, checked; what is to be written is known before the clock starts.
    """
    first = By(Person.objects.order_by("pk")[0])
    waiting = list(Submission.objects.select_related("school_return"))
    if not waiting:
        by_number = {one.number: one for one in schools()}
        for file in files:
            given = Given(name=file.name, content=file.read_bytes())
            waiting.append(upload(by_number[file.name[:7]], YEAR, given, by=first))
    plans = [(one, writing.plan(one)) for one in waiting]
    now = timezone.now()
    began, spent = time.perf_counter(), time.process_time()
    for submission, taken in plans:
        with transaction.atomic():
            write(submission, taken, at=now, by=first)
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    counts = [one.objects.count() for one in (ReceivedPupil, ReceivedJudgement, ReceivedChange)]
    _delete(ReceivedChange, ReceivedJudgement, ReceivedPupil)
    return {"wall": wall, "cpu": cpu, "rows": counts}


def by_instances(submission: Submission, taken: list[Taken], *, at: datetime, by: By) -> None:
    """The same rows the usual way: an instance of a model for each, and ``bulk_create``."""
    pupils = [
        ReceivedPupil(
            school_return=submission.school_return,
            first=submission,
            last=submission,
            **{
                name: (value or None) if name in {"birth_date", "left_on"} else value
                for name, value in one.facts.items()
            },
        )
        for one in taken
    ]
    ReceivedPupil.objects.bulk_create(pupils)
    pairs = list(zip(pupils, taken, strict=True))
    ReceivedJudgement.objects.bulk_create(
        ReceivedJudgement(
            pupil=pupil, subject=subject, code=code, p_scale=scale, submission=submission
        )
        for pupil, one in pairs
        for subject, code, scale in one.new
    )
    ReceivedChange.objects.bulk_create(
        ReceivedChange(
            pupil=pupil,
            submission=submission,
            field=change.field,
            before=change.before,
            after=change.after,
            at=at,
            by=by.who,
        )
        for pupil, one in pairs
        for change in one.changes
    )


def kept(trail: Path) -> dict[str, object]:
    """What is there after all files were sent: nothing lost, nothing half there."""
    keys, contents = published_keys(), {file.name: file.read_bytes() for file in files_of(trail)}
    receipts = Receipt.objects.select_related("submission")
    return {
        "taken": Submission.objects.filter(state="taken").count(),
        "accepted": SchoolReturn.objects.filter(state="accepted").count(),
        "states": sorted(set(SchoolReturn.objects.values_list("state", "state_reason"))),
        "pupils": ReceivedPupil.objects.count(),
        "judgements": ReceivedJudgement.objects.count(),
        "genuine": sum(
            verify(file_of(one), contents[one.submission.name], keys).holds for one in receipts
        ),
    }


def empty() -> dict[str, object]:
    """Forget every file that was sent."""
    received = (ReceivedChange, ReceivedJudgement, ReceivedPupil)
    _delete(*received, Receipt, ReturnEvent, Submission, SchoolReturn)
    return {}


def _delete(*models: type[Model]) -> None:
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608, SLF001  # ours


WAYS = {"prepared": writing.write, "instances": by_instances}

if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("part")
    parser.add_argument("trail")
    parser.add_argument("way", nargs="?", default="prepared")
    parser.add_argument("--share", default="0/1")
    parser.add_argument("--threads", type=int, default=4)
    given = parser.parse_args()
    print(json.dumps(main(given)))
