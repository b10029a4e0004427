"""Preparing a release: read, checked whole, and kept until another person approves it."""

import hashlib
from collections.abc import Mapping
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
from keystage.actions.messages.rules import refuse_pupils
from keystage.actions.releases.earlier import against_earlier
from keystage.actions.releases.writing import in_order, is_whole, write_some
from keystage.actions.season.dates import season_of
from keystage.flows.results_day.checking import CheckedRelease, check_release
from keystage.flows.results_day.reading import read_release
from keystage.flows.results_day.tables import conversion_given, kept
from keystage.formats.ctf.profile import load_profile
from keystage.statute.collection_loader import load_collection
from keystage.statute.collection_rules import Conversion
from keystage.statute.season import Event
from keystage.store.models import Organisation, ResultsRelease
from keystage.store.rights import schools_within

MOST_TOLD = 200
#: How the record of acts calls it.
PREPARED = "release prepared"
_DAY = timedelta(days=1)
_LONGEST_NAME, _LONGEST_NOTE = 255, 500


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
    approved, is one release. A country's file is for `preparing_later.prepare_later`.

    Args:
        organisation: who releases.
        year: the season.
        given: the file and its moments.
        by: who prepares it.

    Raises:
        ReleaseRefusedError: a row has a fault; all of them are told of.
        RefusedError: no moment is known, receiving schools would come before the schools, or the
            note names a pupil.
        InputError: a file cannot be read.
    """
    planned = plan(organisation, year, given)
    schools = dict(schools_of(organisation).values_list("number", "pk"))
    checked = read_and_check(given.data, given.name, year, schools, planned.conversion)
    if checked.faults.height:
        raise ReleaseRefusedError(checked)
    ordered = in_order(checked.rows, schools)
    counts = counts_of(checked, planned.conversion)
    with transaction.atomic():
        made, _ = keep(organisation, year, planned, by)
        while not is_whole(made):
            made, last = write_some(made, ordered, counts)
            if last:
                tell_prepared(made, by)
    return made


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A release as it is to be kept, before its results are read."""

    given: Given
    conversion: Conversion | None
    schools_at: datetime
    receiving_at: datetime


def plan(organisation: Organisation, year: int, given: Given) -> Planned:
    """What a release will be: its moments and its table of scaled scores.

    Raises:
        RefusedError: no moment is known, receiving schools would come before the schools, or the
            note names a pupil.
        InputError: the table cannot be read.
    """
    collection = load_collection(year)
    schools_at, receiving_at = moments(organisation, year, given.schools_at, given.receiving_at)
    conversion = collection.conversion
    if given.table_name:
        conversion = conversion_given(given.table, given.table_name, collection)
    refuse_pupils((given.note,), organisation)
    return Planned(
        given=given, conversion=conversion, schools_at=schools_at, receiving_at=receiving_at
    )


def read_and_check(
    data: bytes,
    name: str,
    year: int,
    schools: Mapping[str, int],
    conversion: Conversion | None,
) -> CheckedRelease:
    """The results of a file, checked against the year and against earlier releases.

    Args:
        data: the file.
        name: its name, for messages.
        year: the season.
        schools: the key of each school, by its number.
        conversion: the table of scaled scores that is released with it.

    Raises:
        InputError: the file cannot be read.
    """
    collection = load_collection(year)
    read = read_release(data, name, collection, load_profile())
    checked = check_release(read, schools.keys(), collection, conversion)
    faults, listed = against_earlier(checked.rows, year)
    return replace(
        checked,
        faults=pl.concat([checked.faults, faults]),
        listed=pl.concat([checked.listed, listed]),
    )


def keep(
    organisation: Organisation, year: int, planned: Planned, by: By
) -> tuple[ResultsRelease, bool]:
    """A release without its results, or the same one that waits already; and whether it is new."""
    given, table = planned.given, kept(planned.conversion)
    locking(Organisation.objects).get(pk=organisation.pk)
    mine = ResultsRelease.objects.filter(organisation=organisation, year=year)
    same = {
        "kind": given.kind,
        "note": given.note[:_LONGEST_NOTE],
        "file_sha256": hashlib.sha256(given.data).hexdigest(),
        "schools_at": planned.schools_at,
        "receiving_at": planned.receiving_at,
    }
    for waiting in mine.filter(approved_at__isnull=True, withdrawn_at__isnull=True, **same):
        if waiting.conversion == table:
            return waiting, False
    made = ResultsRelease.objects.create(
        organisation=organisation,
        year=year,
        version=(mine.aggregate(last=Max("version"))["last"] or 0) + 1,
        conversion=table,
        file_name=given.name[:_LONGEST_NAME],
        prepared_at=timezone.now(),
        prepared_by=by.who,
        **same,
    )
    return made, True


def tell_prepared(release: ResultsRelease, by: By) -> None:
    """Write down that a release is prepared: who did it may not approve it."""
    record(
        PREPARED,
        by=by,
        organisation=release.organisation,
        year=release.year,
        subject=f"release {release.version}",
        after={
            "kind": release.kind,
            "sha256": release.file_sha256,
            "rows": release.counts["rows"],
        },
    )


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


def counts_of(checked: CheckedRelease, conversion: Conversion | None) -> dict[str, object]:
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
