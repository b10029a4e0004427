"""One release of figures, opened from a pupil file or from the folder of an earlier run."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from keystage.core.errors import InputError, UsageError
from keystage.flows.computing import checked_records, compute_records, scorable
from keystage.flows.earlier import PARTS
from keystage.measures.availability import unavailable
from keystage.measures.catalogue import measures
from keystage.measures.changes.figures import Side
from keystage.measures.compute import Computed
from keystage.measures.gaps import comparators
from keystage.measures.table import MeasureTable
from keystage.reports.disclosure import publish
from keystage.reports.files import METADATA
from keystage.statute.loader import load_year, releases_of

_SCHOOLS = "school.csv"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a release is opened from.

    Attributes:
        path: a pupil file, or the folder a run of ``keystage measures`` wrote.
        year: the summer the tests were sat.
        release: the release whose rules are used; a folder says its own.
        schools: the school file, with a pupil file.
        statute: a file with tables of the year that Keystage lacks, with a pupil file.
        derived: the reference is derived from the pupil file.
    """

    path: Path
    year: int
    release: str | None = None
    schools: Path | None = None
    statute: Path | None = None
    derived: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Opened:
    """A release: its sums, the cells it publishes, and where they are at hand its pupils.

    Attributes:
        path: what it was opened from.
        side: its year and the sums of its schools.
        computed: what was computed from the pupils; none of a folder, which has no pupils.
    """

    path: Path
    side: Side
    computed: Computed | None

    @cached_property
    def cells(self) -> pl.DataFrame | None:
        """The schools' published table as text; none where the folder has none."""
        if self.computed is not None:
            table = self.computed.table
            return publish(table, "school", comparators(table)).frame
        file = self.path / _SCHOOLS
        return pl.read_csv(file, infer_schema=False) if file.is_file() else None

    @property
    def name(self) -> str:
        """The year and release for people."""
        return self.side.year.name


def opened(given: Given) -> Opened:
    """Open a release.

    Raises:
        UsageError: the release is not said, or is another than the folder's, or there is none such.
        InputError: the folder is of another year or holds no figures; or a file is refused.
        StatuteError: the statute file is refused.
        AbsentValueError: the year lacks a value its figures need.
    """
    return _of_folder(given) if given.path.is_dir() else _of_file(given)


def _of_file(given: Given) -> Opened:
    if not given.path.exists():
        raise InputError(
            "There is no such file or folder.", where=str(given.path), todo="Check its name."
        )
    if given.release is None:
        known = " or ".join(releases_of(given.year))
        raise UsageError(
            f"It is not said which release {given.path} is of.",
            todo=f"Give --old-release and --new-release, each {known}.",
        )
    year = load_year(given.year, given.release, given.statute)
    scorable(year, derived=given.derived)
    records, _ = checked_records(given.path, given.schools, year)
    made = compute_records(records, year, derived=given.derived)
    return Opened(path=given.path, side=Side.of(made), computed=made)


def _of_folder(given: Given) -> Opened:
    folder = given.path
    told = _metadata(folder)
    if told["year"] != given.year:
        raise InputError(
            f"This folder holds figures of {told['year']}, not of {given.year}.",
            where=str(folder),
            todo="Compare two releases of one year.",
        )
    if given.release not in {None, told["release"]}:
        raise UsageError(
            f"{folder} holds the {told['release']} release, not the {given.release} one.",
            todo="Leave the release out: the folder says its own.",
        )
    if given.schools is not None or given.statute is not None:
        raise UsageError(
            f"{folder} is a folder of figures, which need no school file and no statute file.",
            todo="Give them with a pupil file only.",
        )
    year = load_year(given.year, told["release"])
    table = MeasureTable(
        year=year,
        measures=measures(progress=year.year.progress),
        units=pl.DataFrame(),
        groups=tuple(year.pupil_groups.groups),
        parts=pl.DataFrame(),
        missing=frozenset(told["missing_columns"]),
    )
    return Opened(path=folder, side=Side(year, told["parts"], unavailable(table)), computed=None)


def _metadata(folder: Path) -> dict[str, Any]:
    """What the folder says it was made from, and its sums by school and pupil group."""
    try:
        told = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        parts = pl.read_parquet(folder / "analyst" / PARTS)
        parts.select("URN", "group", "eligible")
        return {
            "year": int(told["year"]),
            "release": str(told["release"]),
            "missing_columns": [str(name) for name in told["missing_columns"]],
            "parts": parts,
        }
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "This folder holds no figures.",
            where=str(folder),
            todo=f"Name a pupil file, or the output folder of a `keystage measures` run; it has "
            f"{METADATA} and analyst/{PARTS}.",
        ) from error
