"""Schools with systems that may send for them, and what is there after they did; see its callers.

    python benchmarks/gateway_schools.py prepare TRAIL --schools 200
    python benchmarks/gateway_schools.py later
    python benchmarks/gateway_schools.py kept < RECEIPTS

The database is that of the settings. Each prints one line of JSON.
"""

import json
import secrets
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import django

django.setup()

import polars as pl  # noqa: E402  # models are ready from here on
from allauth.idp.oidc.models import Client, Token  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import Count, Q  # noqa: E402
from django.utils import timezone  # noqa: E402

from keystage.actions import auditing  # noqa: E402
from keystage.actions.by import By  # noqa: E402
from keystage.actions.gateway.keys import published_keys  # noqa: E402
from keystage.actions.gateway.receipts import file_of  # noqa: E402
from keystage.actions.systems import leave  # noqa: E402
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
    Sheet,
    Submission,
    SystemRequest,
)

YEAR = 2026
_SCOPES = ("returns:upload", "returns:submit", "returns:read")
_FACTS = ("upn", "surname", "forename", "birth_date", "sex")
_TESTS = ("reading", "gps", "maths")
_URN = 900_000
#: Of secrets that nobody uses: the tokens are made here.
_QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
#: Authorities whose numbers the further schools have: 999 is that of the first.
_AUTHORITIES = ("999", *map(str, range(201, 214)), *map(str, range(301, 321)))


def prepare(trail: Path, count: int) -> dict[str, int]:
    """Make tables, schools with a list of pupils and a system each, and the files they send."""
    call_command("prepare", verbosity=0)
    settings.PASSWORD_HASHERS = [_QUICK]
    now = timezone.now()
    first = Person.objects.create_user("first@example.org")
    national = Organisation.objects.create(kind="national", code="national", name="Agency")
    for event, days in ((Event.TA_OPENS, -10), (Event.TA_CLOSES, 10)):
        DateChange.objects.create(
            organisation=national, year=YEAR, event=event.value, moment=now + timedelta(days=days),
            reason="The files are sent today.", at=now, by=first,
        )  # fmt: skip
    roll = pl.read_parquet(trail.parent / "cohort" / "roll.parquet")
    rolls = roll.partition_by("school", as_dict=True)
    told = []
    for at, (file, number) in enumerate(_files(trail, count)):
        with transaction.atomic():
            school = _school(at, number, rolls[(file.name[:7],)], first)
            token = _system(school)
        told.append((school.code, token, str(_written(file, number, school.code))))
    (settings.FOLDER / "systems.json").write_text(json.dumps(told), encoding="ascii")
    return {"schools": len(told)}


def _files(trail: Path, count: int) -> Iterator[tuple[Path, str]]:
    """So many files, each with the number of a school; the same again for other authorities."""
    files = sorted((trail / "chosen").glob("*.xml"))
    for at in range(count):
        authority, one = divmod(at, len(files))
        yield files[one], f"{_AUTHORITIES[authority]}{files[one].name[3:7]}"


def _school(at: int, number: str, roll: pl.DataFrame, first: Person) -> Organisation:
    """A school and the pupils that are expected of it."""
    authority, _ = Organisation.objects.get_or_create(
        kind="authority", code=number[:3], defaults={"name": f"Authority {number[:3]}"}
    )
    school = Organisation.objects.create(
        kind="school", code=str(_URN + at), name=f"School {at}", number=number, authority=authority
    )
    sheet = Sheet.objects.create(
        school=school, year=YEAR, pack_version="1", pack_checksum="", loaded_at=timezone.now(),
        loaded_by=first,
    )  # fmt: skip
    pupils = Pupil.objects.bulk_create(
        Pupil(school=school, year_group="6", **one)
        for one in roll.select(_FACTS).iter_rows(named=True)
    )
    CohortPupil.objects.bulk_create(
        CohortPupil(
            sheet=sheet, pupil=pupil, how="year_group",
            **{name: code or "" for name, code in registered.items()},
        )
        for pupil, registered in zip(pupils, roll.select(_TESTS).iter_rows(named=True), strict=True)
    )  # fmt: skip
    return school


def _system(school: Organisation) -> str:
    """A system with leave by two people of a school; gives its token."""
    made, confirmed = (_head(school, at) for at in range(2))
    ends_on = timezone.localdate() + timedelta(days=30)
    system = leave.give(
        organisation=school, name="MIS", scopes=_SCOPES, ends_on=ends_on, by=By(made)
    )
    leave.confirm(access=system, by=By(confirmed))
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=Client.objects.get(pk=system.client_id),
        expires_at=timezone.now() + timedelta(days=1),
    )
    value = secrets.token_urlsafe()
    token.set_value(value)
    token.set_scopes(_SCOPES)
    token.save()
    return value


def _head(school: Organisation, at: int) -> Person:
    person = Person.objects.create_user(f"head.{at}.{school.code}@example.org")
    today = timezone.localdate()
    Grant.objects.create(
        person=person, organisation=school, role="headteacher", starts_on=today,
        ends_on=today + timedelta(days=30),
    )  # fmt: skip
    return person


def _written(file: Path, number: str, urn: str) -> Path:
    """A file with the number of another school in place of its own."""
    folder = settings.FOLDER / "sent"
    folder.mkdir(exist_ok=True)
    content = file.read_bytes().replace(b"<LEA>999<", f"<LEA>{number[:3]}<".encode(), 1)
    head, found, rest = content.partition(b"<URN>")
    written: Path = folder / f"{number}{file.name[7:]}"
    written.write_bytes(head + found + urn.encode() + rest[6:])
    return written


def later() -> dict[str, int]:
    """Let the time pass after which a request that nobody answers may be sent again."""
    earlier = timezone.now() - timedelta(hours=1)
    return {"unanswered": SystemRequest.objects.filter(status=0).update(at=earlier)}


def kept(receipts: Mapping[str, str]) -> dict[str, object]:
    """What is there, and every way in which it is not what it must be.

    Args:
        receipts: what clients were given, by URN.
    """
    told = json.loads((settings.FOLDER / "systems.json").read_text(encoding="ascii"))
    files, keys = {urn: Path(file) for urn, _, file in told}, published_keys()
    stored = {file_of(one) for one in Receipt.objects.all()}
    given = {urn: text.encode() for urn, text in receipts.items()}
    taken = Submission.objects.filter(state="taken")
    chain = auditing.verify()
    wrong = {
        "receipts given and not kept": sum(one not in stored for one in given.values()),
        "receipts that do not hold": sum(
            not verify(one, files[urn].read_bytes(), keys).holds for urn, one in given.items()
        ),
        "taken without a receipt": taken.filter(receipt=None).count(),
        "receipts of what was not taken": Receipt.objects.exclude(submission__in=taken).count(),
        "not whole": sum(not _whole(one) for one in taken.select_related("school_return")),
        "pupils of no file": ReceivedPupil.objects.exclude(first__in=taken).count(),
        "changes of no file": ReceivedChange.objects.exclude(submission__in=taken).count(),
        "schools with several files": _several(),
        "breaks of the audit": len(chain.faults),
    }
    return {
        "files": Submission.objects.count(),
        "taken": taken.count(),
        "receipts": len(stored),
        "accepted": taken.filter(school_return__state="accepted").count(),
        "requests of systems": SystemRequest.objects.count(),
        "events": chain.events,
        "wrong": {what: count for what, count in wrong.items() if count},
    }


def _whole(one: Submission) -> bool:
    pupils = ReceivedPupil.objects.filter(first=one).count()
    judgements = ReceivedJudgement.objects.filter(submission=one).count()
    version = one.school_return.version
    return (pupils, judgements, version) == (one.counts["pupils"], one.counts["judgements"], 1)


def _several() -> int:
    schools = Organisation.objects.filter(kind="school").annotate(
        sent=Count("returns__submissions", filter=~Q(returns__submissions__state="refused"))
    )
    return schools.filter(sent__gt=1).count()


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("part")
    parser.add_argument("trail", nargs="?", type=Path)
    parser.add_argument("--schools", type=int, default=200)
    asked = parser.parse_args()
    match asked.part:
        case "prepare":
            print(json.dumps(prepare(asked.trail, asked.schools)))
        case "later":
            print(json.dumps(later()))
        case "kept":
            print(json.dumps(kept(json.load(sys.stdin))))
