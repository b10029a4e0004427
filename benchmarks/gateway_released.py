"""Schools with somebody signed in, and a release of invented results; see `gateway_results_day.py`.

    python benchmarks/gateway_released.py prepare --schools 2000
    python benchmarks/gateway_released.py minute --in 20

The database is that of the settings. Each prints one line of JSON.
"""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import django

django.setup()

from django.conf import settings  # noqa: E402  # models are ready from here on
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from keystage.actions.prepared_rows import Row, add, day, key  # noqa: E402
from keystage.core.upn import check_letter  # noqa: E402
from keystage.store.models import (  # noqa: E402
    Grant,
    Organisation,
    Person,
    ReleasedResult,
    ResultsRelease,
)

YEAR = 2026
PUPILS = 45
#: The surname of everybody: where it is read, results are.
SURNAME = "Everybody"
_URN = 900_000
_MARKS = {"reading": 50, "gps": 70, "maths": 110}
_FIELDS = (
    "release", "school", "upn", "surname", "forename", "birth_date", "sex", "subject",
    "raw_mark", "papers", "scaled_score", "outcome", "taken_back",
)  # fmt: skip
_AT_ONCE = 500
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def prepare(count: int) -> dict[str, int]:
    """Make tables, schools with somebody signed in each, and a release that nobody sees yet."""
    call_command("prepare", verbosity=0)
    first, second = (Person.objects.create_user(f"{one}@example.org") for one in ("one", "two"))
    agency = Organisation.objects.create(kind="national", code="national", name="Agency")
    now = timezone.now()
    table = {test: [[mark, _score(mark, of)] for mark in range(3, of + 1)]
             for test, of in _MARKS.items()}  # fmt: skip
    release = ResultsRelease.objects.create(
        organisation=agency, year=YEAR, version=1, kind="full", conversion=table,
        schools_at=now + timedelta(days=1), receiving_at=now + timedelta(days=2),
        prepared_at=now, prepared_by=first, approved_at=now, approved_by=second,
    )  # fmt: skip
    told: list[tuple[str, str]] = []
    chance = Random(7)
    for begin in range(0, count, _AT_ONCE):
        with transaction.atomic():
            schools = _schools(range(begin, min(begin + _AT_ONCE, count)))
            add(ReleasedResult, _FIELDS, [
                row for school in schools for row in _results(release, school, chance)
            ])  # fmt: skip
            told += _sessions(schools)
    (settings.FOLDER / "sessions.json").write_text(json.dumps(told), encoding="ascii")
    return {"schools": count, "results": ReleasedResult.objects.count()}


def _score(mark: int, of: int) -> int:
    return 80 + (mark - 3) * 40 // (of - 3)


def _schools(numbers: range) -> list[Organisation]:
    authority, _ = Organisation.objects.get_or_create(
        kind="authority", code="999", defaults={"name": "Storyshire"}
    )
    return Organisation.objects.bulk_create(
        Organisation(
            kind="school", code=str(_URN + at), name=f"School {at}",
            number=f"{201 + at // 999}{at % 999 + 1:04d}", authority=authority,
        )
        for at in numbers
    )  # fmt: skip


def _results(release: ResultsRelease, school: Organisation, chance: Random) -> Iterator[Row]:
    """Every result of a school as the database has it."""
    for at in range(PUPILS):
        rest = f"{school.number}15{at:03d}"
        upn, born = check_letter(rest) + rest, day(date(2015, 1 + at % 12, 1 + at % 28))
        for test, of in _MARKS.items():
            mark = chance.randint(3, of)
            score = _score(mark, of)
            yield (
                key(release.pk), school.pk, upn, SURNAME, f"Pupil {at}", born, "FM"[at % 2], test,
                mark, "{}", score, "AS" if score >= 100 else "NS", False,
            )  # fmt: skip


def _sessions(schools: list[Organisation]) -> list[tuple[str, str]]:
    """The head of each school, signed in: URN and session."""
    today, ends = timezone.localdate(), timezone.now() + timedelta(hours=10)
    heads = [Person(email=f"head.{one.code}@example.org", name="Head") for one in schools]
    for head in heads:
        head.set_unusable_password()
    heads = Person.objects.bulk_create(heads)
    Grant.objects.bulk_create(
        Grant(
            person=head, organisation=school, role="headteacher", starts_on=today,
            ends_on=today + timedelta(days=30),
        )
        for head, school in zip(heads, schools, strict=True)
    )  # fmt: skip
    store = SessionStore()
    sessions = Session.objects.bulk_create(
        Session(
            session_key=get_random_string(32),
            session_data=store.encode(
                {
                    SESSION_KEY: str(head.pk),
                    BACKEND_SESSION_KEY: _BACKEND,
                    HASH_SESSION_KEY: head.get_session_auth_hash(),
                }
            ),
            expire_date=ends,
        )
        for head in heads
    )
    return [(one.code, row.session_key) for one, row in zip(schools, sessions, strict=True)]


def minute(seconds: float) -> dict[str, float]:
    """Set the minute of the release so many seconds from now; gives it."""
    at = timezone.now() + timedelta(seconds=seconds)
    ResultsRelease.objects.update(schools_at=at)
    return {"at": time.time() + (at - timezone.now()).total_seconds()}


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("part")
    parser.add_argument("--schools", type=int, default=2000)
    parser.add_argument("--in", dest="seconds", type=float, default=20)
    asked = parser.parse_args()
    found = prepare(asked.schools) if asked.part == "prepare" else minute(asked.seconds)
    print(json.dumps(found))
