"""An invented cohort as the service holds it once its season is over: all of England, if need be.

Schools with their cohorts, returns that were accepted, and results that are out; a file of schools
and one of characteristics lie in a folder, as a statistician would give them. Rows are written as
they stand in frames: nothing of it went through the gateway, and returns keep no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import polars as pl
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from keystage.actions.errors import RefusedError
from keystage.actions.inventing.collected_rows import Keys, Rows, rows_of
from keystage.actions.prepared_rows import add, add_frame, key, moment
from keystage.flows.cohort.writing import PUPIL_FILE, SCHOOL_FILE, read_metadata
from keystage.formats.characteristics import CHARACTERISTICS
from keystage.statute.authorities import load_authorities
from keystage.statute.loader import load_year, releases_of
from keystage.statute.packs import load_pack
from keystage.store.models import (
    CohortPupil,
    Grant,
    Organisation,
    Person,
    Pupil,
    ReceivedJudgement,
    ReceivedPupil,
    ReleasedResult,
    ResultsRelease,
    SchoolReturn,
    Sheet,
    Submission,
)

_Kind = Organisation.Kind
_HOST = "collected.example"
_DAYS = 365
#: Who works for the agency: two who ask for figures and approve them, two who release results.
_PEOPLE = ("statistician", "statistician_second", "agency_operator", "agency_operator_second")
_BODY = ("kind", "code", "name", "number", "school_type")
_SHEET = (
    "school",
    "year",
    "pack_version",
    "pack_checksum",
    "loaded_at",
    "loaded_by",
    "content_version",
)
_RETURN = (
    "school", "year", "state", "state_reason", "version", "changed_at", "template_version",
    "template_digest",
)  # fmt: skip
_AT_ONCE = 100_000


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What there is afterwards.

    Attributes:
        year: the summer of the tests.
        agency: whose figures are to be made.
        people: who works for it, by role; the second of a role ends in ``_second``.
        pupils: how many pupils stand in a cohort.
        schools: how many schools there are.
        school_file: what the agency's register says of schools, as Parquet.
        characteristics: what the census says of pupils, as Parquet.
    """

    year: int
    agency: Organisation
    people: Mapping[str, Person]
    pupils: int
    schools: int
    school_file: Path
    characteristics: Path


def collected(cohort: Path, files: Path, *, password: str | None = None) -> Collected:
    """Fill an empty service with a cohort that ``keystage cohort make`` wrote.

    Args:
        cohort: its folder.
        files: a folder for the two files.
        password: of everybody; nobody can sign in without one.

    Raises:
        RefusedError: there are organisations already.
        InputError: the cohort cannot be read.
    """
    if Organisation.objects.exists():
        raise RefusedError(
            "There are organisations in this service already.",
            todo="An invented cohort is for an empty service only.",
        )
    plan = read_metadata(cohort)["plan"]
    year = int(plan["year"]) if isinstance(plan, Mapping) else 0
    table = pl.read_parquet(cohort / f"{SCHOOL_FILE}.parquet")
    agency = Organisation.objects.create(
        kind=_Kind.NATIONAL, code="national", name="National collection"
    )
    people = {name: _person(agency, name, password) for name in _PEOPLE}
    keys = _seasons(_bodies(table), year, people["agency_operator"])
    rows = rows_of(cohort, load_year(year, releases_of(year)[-1]), keys)
    _write(rows, _submissions(keys, people["agency_operator"]))
    _release(rows, agency, year, people)
    school_file, more = files / "schools.parquet", files / "characteristics.parquet"
    table.write_parquet(school_file)
    pupils = pl.scan_parquet(cohort / f"{PUPIL_FILE}.parquet")
    pupils.select("UPN", *CHARACTERISTICS).sink_parquet(more)
    return Collected(
        year=year,
        agency=agency,
        people=people,
        pupils=rows.members.height,
        schools=len(keys.schools),
        school_file=school_file,
        characteristics=more,
    )


def _person(agency: Organisation, name: str, password: str | None) -> Person:
    today = timezone.localdate()
    address = f"{name.replace('_', '.')}@{_HOST}"
    person = Person.objects.create(
        email=address, name=f"{name} (invented)", password=make_password(password)
    )
    Grant.objects.create(
        person=person,
        organisation=agency,
        role=name.removesuffix("_second"),
        starts_on=today,
        ends_on=today + timedelta(days=_DAYS - 1),
    )
    return person


def _bodies(table: pl.DataFrame) -> dict[str, int]:
    """Authorities, trusts and schools; the key of each school by its number."""
    called = load_authorities().called
    codes = table["LEA"].cast(pl.String).unique().sort().to_list()
    trusts = table.drop_nulls("TRUST_UID").unique("TRUST_UID", maintain_order=True)
    bodies = [
        *((_Kind.AUTHORITY.value, code, called(code)) for code in codes),
        *((_Kind.TRUST.value, *row) for row in trusts.select("TRUST_UID", "TRUST_NAME").rows()),
    ]
    add(Organisation, _BODY, [(*body, "", "") for body in bodies])
    rows = Organisation.objects.values_list("kind", "code", "pk")
    known = {(kind, code): pk for kind, code, pk in rows}
    schools = table.select("URN", "SCHNAME", "LAESTAB", "NFTYPE", "LEA", "TRUST_UID").rows()
    add(
        Organisation,
        (*_BODY, "authority", "trust"),
        [
            (
                *(_Kind.SCHOOL.value, str(urn), name, f"{number:07d}", kind),
                known[_Kind.AUTHORITY.value, str(authority)],
                known.get((_Kind.TRUST.value, trust)),
            )
            for urn, name, number, kind, authority, trust in schools
        ],
    )
    made = Organisation.objects.filter(kind=_Kind.SCHOOL)
    return dict(made.values_list("number", "pk"))


def _seasons(schools: Mapping[str, int], year: int, person: Person) -> Keys:
    """The sheet and the return of each school."""
    pack, now = load_pack(year), moment(timezone.now())
    loaded = (pack.version, pack.checksum, now, person.pk, 1)
    add(Sheet, _SHEET, [(one, year, *loaded) for one in schools.values()])
    accepted = (SchoolReturn.State.ACCEPTED.value, "", 1, now, 0, "")
    add(SchoolReturn, _RETURN, [(one, year, *accepted) for one in schools.values()])
    return Keys(
        schools=schools,
        sheets=dict(Sheet.objects.values_list("school__number", "pk")),
        returns=dict(SchoolReturn.objects.values_list("school__number", "pk")),
    )


def _submissions(keys: Keys, person: Person) -> dict[int, str]:
    """A file of each return; its identifier, by the key of the return."""
    now = moment(timezone.now())
    files = {one: uuid4() for one in keys.returns.values()}
    known = {
        "state": Submission.State.TAKEN.value,
        "channel": Submission.Channel.BATCH.value,
        "verdict": Submission.Verdict.GREEN.value,
        "form": "ctf",
        "name": "invented.xml",
        "bytes": 0,
        "sha256": "0" * 64,
        "content": b"",
        **dict.fromkeys(("pupils", "findings"), "[]"),
        **dict.fromkeys(("same_as", "counts"), "{}"),
        **dict.fromkeys(("red", "amber"), 0),
        **dict.fromkeys(("uploaded_at", "submitted_at"), now),
        **dict.fromkeys(("uploaded_by", "submitted_by"), person.pk),
        "checked_against": "",
        "return_version": 1,
    }
    add(
        Submission,
        ("pk", "school_return", *known),
        [(key(name), one, *known.values()) for one, name in files.items()],
    )
    return {one: name.hex for one, name in files.items()}


def _write(rows: Rows, files: Mapping[int, str]) -> None:
    now = pl.lit(str(moment(timezone.now())))
    _add(Pupil, rows.pupils.with_columns(made_at=now, changed_at=now))
    _add(CohortPupil, rows.members)
    file = pl.col("school_return").replace_strict(files, return_dtype=pl.String)
    received = rows.received.with_columns(first=file, last=file)
    _add(ReceivedPupil, received)
    of_file = received.select(pl.col("id").alias("pupil"), pl.col("last").alias("submission"))
    _add(ReceivedJudgement, rows.judgements.join(of_file, on="pupil"))


def _release(
    rows: Rows, agency: Organisation, year: int, people: Mapping[str, Person]
) -> ResultsRelease:
    """Every result, out since yesterday."""
    yesterday = timezone.now() - timedelta(days=1)
    release = ResultsRelease.objects.create(
        organisation=agency,
        year=year,
        version=1,
        kind=ResultsRelease.Kind.FULL,
        note="Invented results.",
        schools_at=yesterday,
        receiving_at=yesterday,
        file_name="invented.csv",
        prepared_at=yesterday,
        prepared_by=people["agency_operator"],
        approved_at=yesterday,
        approved_by=people["agency_operator_second"],
        counts={"rows": rows.results.height},
    )
    _add(ReleasedResult, rows.results.with_columns(release=pl.lit(release.pk.hex)))
    return release


def _add(model: type[Model], frame: pl.DataFrame) -> None:
    """Write the rows of a frame, so many at a time, each time in a transaction of its own."""
    for some in frame.iter_slices(_AT_ONCE):
        with transaction.atomic():
            add_frame(model, some)
