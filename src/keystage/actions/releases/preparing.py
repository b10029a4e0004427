"""Preparing a release: read, checked whole, and kept until another person approves it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.prepared_rows import Row, add, day, key
from keystage.actions.releases.earlier import against_earlier
from keystage.actions.season.dates import season_of
from keystage.flows.results_day.checking import CheckedRelease, check_release
from keystage.flows.results_day.reading import PAPERS, TAKEN_BACK, read_release
from keystage.flows.results_day.tables import conversion_given, kept
from keystage.formats.ctf.profile import load_profile
from keystage.statute.collection_loader import load_collection
from keystage.statute.collection_rules import Conversion
from keystage.statute.season import Event
from keystage.store.models import Organisation, Pupil, ReleasedResult, ResultsRelease
from keystage.store.rights import schools_within

MOST_TOLD = 200
#: Rows that are written at a time, so that a whole country needs no more room than they do.
_AT_ONCE = 20_000
_DAY = timedelta(days=1)
_LONGEST_NAME, _LONGEST_NOTE = 255, 500
_FIELDS = (
    "release", "school", "upn", "surname", "forename", "birth_date", "sex", "subject",
    "raw_mark", "papers", "scaled_score", "outcome", "taken_back",
)  # fmt: skip


class ReleaseRefusedError(RefusedError):
    """A release has faults, so that nothing of it is kept; ``checked`` holds every one of them."""

    def __init__(self, checked: CheckedRelease) -> None:
        """Say how many faults there are."""
        self.checked = checked
        count = checked.faults.height
        things = "1 thing is" if count == 1 else f"{count} things are"
        super().__init__(
            f"{things} wrong with the results. Nothing was kept.",
            todo="Put them right and upload the file again.",
        )


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a release is made of.

    Attributes:
        kind: what it brings.
        name: of the file of results.
        data: the file.
        table_name: of the table of scaled scores; empty for none.
        table: the table.
        note: what a reader of it must know.
        schools_at: from when schools see it; None for the date of the season.
        receiving_at: from when receiving schools do; None for the date of the season, or a day
            after the schools.
    """

    kind: ResultsRelease.Kind
    name: str
    data: bytes
    table_name: str = ""
    table: bytes = b""
    note: str = ""
    schools_at: datetime | None = None
    receiving_at: datetime | None = None


def prepare(*, organisation: Organisation, year: int, given: Given, by: By) -> ResultsRelease:
    """Read and check a release whole, and keep it. Nobody sees it until another person approves it.

    The same file prepared twice with the same table, note and moments, while it waits to be
    approved, is one release.

    Args:
        organisation: who releases.
        year: the season.
        given: the file and its moments.
        by: who prepares it.

    Raises:
        ReleaseRefusedError: a row has a fault; all of them are told of.
        RefusedError: no moment is known, or receiving schools would come before the schools.
        InputError: a file cannot be read.
    """
    collection = load_collection(year)
    schools_at, receiving_at = moments(organisation, year, given.schools_at, given.receiving_at)
    conversion = collection.conversion
    if given.table_name:
        conversion = conversion_given(given.table, given.table_name, collection)
    schools = dict(schools_of(organisation).values_list("number", "pk"))
    read = read_release(given.data, given.name, collection, load_profile())
    checked = _with_earlier(check_release(read, schools.keys(), collection, conversion), year)
    if checked.faults.height:
        raise ReleaseRefusedError(checked)
    planned = _Planned(
        given=given,
        checked=checked,
        conversion=conversion,
        schools_at=schools_at,
        receiving_at=receiving_at,
        schools=schools,
    )
    return _keep(organisation, year, planned, by)


def _with_earlier(checked: CheckedRelease, year: int) -> CheckedRelease:
    """With what earlier releases say against it, or ask to look at."""
    faults, listed = against_earlier(checked.rows, year)
    return replace(
        checked,
        faults=pl.concat([checked.faults, faults]),
        listed=pl.concat([checked.listed, listed]),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Planned:
    """A release that was read and checked, and is to be written."""

    given: Given
    checked: CheckedRelease
    conversion: Conversion | None
    schools_at: datetime
    receiving_at: datetime
    schools: dict[str, int]


@transaction.atomic
def _keep(organisation: Organisation, year: int, planned: _Planned, by: By) -> ResultsRelease:
    """Write a release that was checked; the transaction is as short as the writing."""
    given, checked, conversion = planned.given, planned.checked, planned.conversion
    schools_at, receiving_at = planned.schools_at, planned.receiving_at
    locking(Organisation.objects).get(pk=organisation.pk)
    digest = hashlib.sha256(given.data).hexdigest()
    mine = ResultsRelease.objects.filter(organisation=organisation, year=year)
    note, table = given.note[:_LONGEST_NOTE], kept(conversion)
    alike = mine.filter(
        file_sha256=digest, approved_at__isnull=True, withdrawn_at__isnull=True, kind=given.kind,
        note=note, schools_at=schools_at, receiving_at=receiving_at,
    )  # fmt: skip
    for waiting in alike:
        if waiting.conversion == table:
            return waiting
    made = ResultsRelease.objects.create(
        organisation=organisation,
        year=year,
        version=(mine.aggregate(last=Max("version"))["last"] or 0) + 1,
        kind=given.kind,
        note=note,
        schools_at=schools_at,
        receiving_at=receiving_at,
        conversion=table,
        file_name=given.name[:_LONGEST_NAME],
        file_sha256=digest,
        counts=_counts(checked, conversion),
        prepared_at=timezone.now(),
        prepared_by=by.who,
    )
    for some in checked.rows.sort("school", "upn", maintain_order=True).iter_slices(_AT_ONCE):
        rows = _identified(some, planned.schools)
        add(ReleasedResult, _FIELDS, list(_prepared(rows, made, planned.schools)))
    record(
        "release prepared",
        by=by,
        organisation=organisation,
        year=year,
        subject=f"release {made.version}",
        after={"kind": made.kind, "sha256": digest, "rows": checked.rows.height},
    )
    return made


def moments(
    organisation: Organisation,
    year: int,
    schools_at: datetime | None = None,
    receiving_at: datetime | None = None,
) -> tuple[datetime, datetime]:
    """When schools and receiving schools come to see a release.

    Args:
        organisation: who releases.
        year: the season.
        schools_at: the moment for schools; None for the date of the season.
        receiving_at: the moment for receiving schools; None for the date of the season, or a day
            after the schools.

    Raises:
        RefusedError: no date of the season is known, or the later moment comes first.
    """
    season = season_of(organisation, year)
    first = schools_at or season.moment(Event.RESULTS_TO_SCHOOLS)
    if first is None:
        raise RefusedError(
            "The season has no date on which results come to schools.",
            todo="Enter the day and the time.",
        )
    planned = None if schools_at else season.moment(Event.RESULTS_TO_RECEIVING)
    if planned is not None and planned < first:
        planned = None
    later = receiving_at or planned or first + _DAY
    if later < first:
        raise RefusedError(
            "Receiving schools would see results before the schools do.",
            todo="Enter a later day for receiving schools.",
        )
    return first, later


def schools_of(organisation: Organisation) -> QuerySet[Organisation]:
    """The schools a body releases results of: all of them for a national one."""
    numbered = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).exclude(number="")
    if organisation.kind == Organisation.Kind.NATIONAL:
        return numbered
    return schools_within([organisation]).exclude(number="")


def _counts(checked: CheckedRelease, conversion: Conversion | None) -> dict[str, object]:
    """What an approver is shown: how much there is, and what was listed, without who it is of."""
    listed = checked.listed.head(MOST_TOLD)
    return {
        "rows": checked.rows.height,
        "schools": checked.schools,
        "pupils": checked.pupils,
        "taken_back": checked.taken_back,
        "listed": checked.listed.height,
        "told": [
            {"line": line, "school": school, "what": what}
            for line, school, what in zip(
                listed["line"], listed["school"], listed["what"], strict=True
            )
        ],
        "table": sorted(kept(conversion)),
    }


def _identified(rows: pl.DataFrame, schools: dict[str, int]) -> pl.DataFrame:
    """Rows with the names and birth dates that the schools' rolls have, where the file has none."""
    bare = pl.any_horizontal(pl.col("surname", "forename", "birth_date", "sex").is_null())
    wanted = rows.filter(bare)["school"].unique().to_list()
    known = Pupil.objects.filter(school__in=[schools[number] for number in wanted]).values_list(
        "school__number", "upn", "surname", "forename", "birth_date", "sex"
    )
    names = ("surname", "forename", "birth_date", "sex")
    schema = {"school": pl.String, "upn": pl.String, "surname": pl.String, "forename": pl.String,
              "birth_date": pl.Date, "sex": pl.String}  # fmt: skip
    roll = pl.DataFrame(list(known), schema=schema, orient="row").unique(["school", "upn"])
    return (
        rows.join(roll, on=["school", "upn"], how="left", suffix="_roll", maintain_order="left")
        .with_columns(pl.coalesce(name, f"{name}_roll").alias(name) for name in names)
        .drop(f"{name}_roll" for name in names)
    )


def _prepared(
    rows: pl.DataFrame, release: ResultsRelease, schools: dict[str, int]
) -> Iterator[Row]:
    """The rows as the database has them."""
    identifier = key(release.pk)
    days = {born: day(born) for born in rows["birth_date"].unique()}
    names = ("school", "upn", "surname", "forename", "birth_date", "sex", "subject", "mark",
             "score", "outcome", TAKEN_BACK, *PAPERS)  # fmt: skip
    for (
        school, upn, surname, forename, born, sex, subject, mark, score, outcome, back, *papers
    ) in rows.select(names).iter_rows():  # fmt: skip
        told = {name[-1]: one for name, one in zip(PAPERS, papers, strict=True) if one is not None}
        yield (
            identifier,
            schools[school],
            upn,
            surname or "",
            forename or "",
            days[born],
            sex or "",
            subject,
            mark,
            json.dumps(told) if told else "{}",
            score,
            outcome or "",
            back,
        )
