"""Pages of released figures of a large and a small authority: processor time, kept and made anew.

    export DJANGO_SETTINGS_MODULE=keystage.web.settings KEYSTAGE_FOLDER=EMPTY
    python benchmarks/figures_pages.py

The folder takes a database of its own. The two authorities are asked in turn, so that what else
the machine does falls on both. Prints one line of JSON: milliseconds, the median of each.
"""

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from hashlib import sha256
from statistics import median
from typing import Any, Final

import django

django.setup()

import polars as pl  # noqa: E402  # models are ready from here on
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from keystage.cohort.make import make  # noqa: E402
from keystage.cohort.plan import Plan  # noqa: E402
from keystage.flows.figures.contents import encode  # noqa: E402
from keystage.flows.figures.snapshot import snapshot  # noqa: E402
from keystage.records.recordset import RecordSet  # noqa: E402
from keystage.statute.loader import load_year  # noqa: E402
from keystage.store.models import (  # noqa: E402
    FiguresContent,
    FiguresRelease,
    FiguresTable,
    Grant,
    Organisation,
    Person,
)
from keystage.web.figures.fragments import FRAGMENTS  # noqa: E402

YEAR: Final = 2022
PLAN_RELEASE: Final = "provisional"
PAGES = (
    "headline/", "subjects/", "disadvantaged/", "schools/", "schools/?show=progress&order=READPROG",
    "schools/?name=st&order=PTRWM_EXP&turned=1", "figure/PTRWM_EXP/", "schools/file/csv/",
)  # fmt: skip


def measured(sizes: Mapping[str, int], rounds: int) -> dict[str, Any]:
    """Milliseconds of processor time of each page, by the number of the authority."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    settings.ALLOWED_HOSTS = ["*"]
    asked = {code: _authority(code, schools) for code, schools in sizes.items()}
    found: dict[str, Any] = {}
    for page in PAGES:
        found[page] = {}
        for how, forget in (("made", True), ("kept", False)):
            taken: dict[str, list[float]] = {code: [] for code in asked}
            for _ in range(rounds):
                for code, ask in asked.items():
                    if forget:
                        FRAGMENTS._kept.clear()  # noqa: SLF001  # as after a restart
                    taken[code].append(_spent(ask, page))
            found[page][how] = {code: round(median(one), 1) for code, one in taken.items()}
    return found


def _spent(ask: Callable[[str], Any], page: str) -> float:
    began = time.process_time()
    assert ask(page).status_code == 200
    return (time.process_time() - began) * 1000


def _authority(code: str, schools: int) -> Callable[[str], Any]:
    """An authority with a release of its own, and what asks for one of its pages."""
    release = released_by(code, schools)
    client = Client()
    client.force_login(release.asked_by)
    start = f"/authority/{code}/{YEAR}/figures/{release.pk}/la/{code}/"
    return lambda page: client.get(start + page)


def released_by(code: str, schools: int) -> FiguresRelease:
    """A release that an authority's analyst made of so many of its schools, and is out."""
    body = Organisation.objects.create(kind="authority", code=code, name=f"Authority {code}")
    today = timezone.localdate()
    person = Person.objects.create(email=f"{code}@bench.example.org", name="Analyst")
    ends = today + timedelta(days=30)
    Grant.objects.create(
        person=person, organisation=body, role="authority_analyst", starts_on=today, ends_on=ends
    )
    return _released(body, person, _records(int(code), schools))


def _records(number: int, schools: int) -> RecordSet:
    plan = Plan(year=YEAR, release=PLAN_RELEASE, seed=number, schools=schools, nowhere=True)
    made = list(make(plan))
    table = pl.concat([one.schools for one in made])
    kind = table.schema["LEA"]
    return RecordSet(
        pupils=pl.concat([one.pupils for one in made]).drop("line").with_row_index("line", 2),
        schools=table.with_columns(pl.lit(number).cast(kind).alias("LEA")),
    )


@transaction.atomic
def _released(body: Organisation, person: Person, records: RecordSet) -> FiguresRelease:
    now = timezone.now()
    release = FiguresRelease.objects.create(
        organisation=body, year=YEAR, stage="revised", version=1, asked_at=now, asked_by=person
    )
    found = snapshot(
        records, load_year(YEAR, PLAN_RELEASE), stage="revised", release="Bench", made_at=now
    )
    FiguresContent.objects.bulk_create(
        FiguresContent(
            release=release, kind=one.kind, code=one.code, level=one.level, name=one.name,
            **_kept(encode(one)),
        )
        for one in found.contents
    )  # fmt: skip
    FiguresTable.objects.bulk_create(_tables(release, found.tables))
    release.state, release.computed_at, release.approved_at = "approved", now, now
    release.approved_by, release.shown_at = person, now
    release.save()
    urns = records.schools["URN"].to_list()
    Organisation.objects.bulk_create(
        [
            Organisation(kind="school", code=str(urn), name=f"School {urn}", authority=body)
            for urn in urns
        ],
        ignore_conflicts=True,
    )
    return release


def _tables(release: FiguresRelease, tables: Iterable[Any]) -> Iterable[FiguresTable]:
    for one in tables:
        yield FiguresTable(
            release=release, what=one.what, kind=one.kind, code=one.code, level=one.level,
            **_kept(one.content),
        )  # fmt: skip


def _kept(content: bytes) -> dict[str, Any]:
    return {"content": content, "sha256": sha256(content).hexdigest()}


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=600, help="schools of the large authority")
    parser.add_argument("--small", type=int, default=40, help="schools of the small one")
    parser.add_argument("--rounds", type=int, default=11)
    given = parser.parse_args()
    sizes = {"998": given.large, "999": given.small}
    print(json.dumps(measured(sizes, given.rounds)))
