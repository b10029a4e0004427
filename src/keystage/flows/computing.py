"""Records read, checked and computed: what every job on pupils starts with."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from keystage.checks.findings import Findings
from keystage.checks.run import run as run_checks
from keystage.core.errors import UsageError
from keystage.formats.tables import read_records
from keystage.measures.compute import Computed, compute
from keystage.measures.table import MeasureTable
from keystage.records.recordset import RecordSet
from keystage.statute.table import Source
from keystage.statute.year import Year

#: Findings of each check and column that are told in words; more are only counted.
TOLD = 10
_WORKING = frozenset({"KS1AVERAGE_GRP_P", "KS2READPRED_EM", "INREADPROG"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """What an engine makes of a pupil file: all that is written, told or noted comes from here.

    Attributes:
        records: the schools, and what the files have and lack; the pupils may be elsewhere.
        pupils: how many pupils the file has.
        inputs: what the metadata say of each file, by table.
        findings: what the checks found; no errors.
        parts: counts and sums by school and pupil group (see `parts.school_parts`).
        table: the measure table; its ``year`` holds the reference that was used.
        differing: where the department's own working differs (see `department.differences`).
        left_out: pupils a partial reference says nothing of (see `reference_notes.left_out`).
    """

    records: RecordSet
    pupils: int
    inputs: Mapping[str, Mapping[str, object]]
    findings: Findings
    parts: pl.DataFrame
    table: MeasureTable
    differing: pl.DataFrame
    left_out: pl.DataFrame


def checked_records(pupils: Path, schools: Path | None, year: Year) -> tuple[RecordSet, Findings]:
    """Read a pupil file and a school file and refuse them if any check finds an error.

    Raises:
        InputError: a file cannot be read, or an error was found; naming the place.
    """
    records = read_records(pupils, schools, year)
    findings = run_checks(records, year, listed=TOLD)
    findings.raise_if_errors()
    return records, findings


def checked_and_computed(
    records: RecordSet,
    year: Year,
    *,
    derived: bool,
    national: bool = False,
    on: date | None = None,
) -> tuple[Findings, Computed]:
    """Check records and compute them (see `compute_records`), side by side.

    Raises:
        InputError: an error was found, or a reference cannot be derived from the records.
        AbsentValueError: the year lacks a table that progress needs.
        UsageError: a reference is to be derived for a year without progress.
    """
    # Neither keeps all cores busy. What is computed from records with an error is thrown away.
    with ThreadPoolExecutor(max_workers=1) as beside:
        computing = beside.submit(
            compute_records, records, year, derived=derived, national=national, on=on
        )
        findings = run_checks(records, year, listed=TOLD)
    findings.raise_if_errors()
    return findings, computing.result()


def scorable(year: Year, *, derived: bool) -> None:
    """See that the year's progress can be scored as asked, before any file is read.

    Args:
        year: the statutory year.
        derived: whether the reference is to be made from the pupil file.

    Raises:
        AbsentValueError: a year with progress has no groups to score it with, and none are derived.
        UsageError: a reference is to be derived for a year without progress.
    """
    if derived and not year.year.progress:
        raise UsageError(
            f"{year.name} has no progress measures, so there is no reference to derive.",
            todo="Leave out --reference derived.",
        )
    if year.year.progress and not derived:
        year.require(year.prior_attainment_groups, "prior_attainment_groups", "Pupil progress")


def compute_records(
    records: RecordSet,
    year: Year,
    *,
    derived: bool,
    national: bool = False,
    on: date | None = None,
) -> Computed:
    """Compute checked records, with the year's own reference or one derived from them.

    Args:
        records: checked records.
        year: the statutory year.
        derived: make the reference from the records, which are then all of England.
        national: the records are all of England.
        on: the day a derived reference says it was made on; today by default.

    Raises:
        AbsentValueError: the year lacks a table that progress needs. Without writing points only
            pupils below the standards would have progress in writing, so they are needed too.
        InputError: a reference cannot be derived from the records.
        UsageError: a reference is to be derived for a year without progress.
    """
    scorable(year, derived=derived)
    writing_scorable(year)
    source = derived_source(records.files["pupils"], on) if derived else None
    return compute(records, year, derive_from=source, national=national)


def writing_scorable(year: Year) -> None:
    """See that a year with progress has points for writing.

    Raises:
        AbsentValueError: it has none.
    """
    if year.year.progress:
        year.require(year.writing_points, "writing_points", "Progress in writing")


def carries_working(records: RecordSet, year: Year) -> bool:
    """Whether a pupil file carries the department's own working, to be compared."""
    return year.year.progress and not set(records.missing) >= _WORKING


def derived_source(pupils: Path, on: date | None = None) -> Source:
    """What tables derived from a pupil file name as their source.

    Args:
        pupils: the file.
        on: the day they were made on; today by default.
    """
    return Source(
        title=f"National reference derived by Keystage from {pupils.name}",
        read_on=on or datetime.now(tz=UTC).date(),
    )
