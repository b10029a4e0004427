"""Records read, checked and computed: what every job on pupils starts with."""

from datetime import UTC, datetime
from pathlib import Path

from keystage.checks.findings import Findings
from keystage.checks.run import run as run_checks
from keystage.formats.tables import read_records
from keystage.measures.compute import Computed, compute
from keystage.records.recordset import RecordSet
from keystage.statute.table import Source
from keystage.statute.year import Year


def checked_records(pupils: Path, schools: Path | None, year: Year) -> tuple[RecordSet, Findings]:
    """Read a pupil file and a school file and refuse them if any check finds an error.

    Raises:
        InputError: a file cannot be read, or an error was found; naming the place.
    """
    records = read_records(pupils, schools, year)
    findings = run_checks(records, year)
    findings.raise_if_errors()
    return records, findings


def scorable(year: Year) -> None:
    """See that a year with progress has groups to score it with, before any file is read.

    Raises:
        AbsentValueError: it has none.
    """
    if year.year.progress:
        year.require(year.prior_attainment_groups, "prior_attainment_groups", "Pupil progress")


def compute_records(records: RecordSet, year: Year, *, derived: bool) -> Computed:
    """Compute checked records, with the year's own reference or one derived from them.

    Raises:
        AbsentValueError: the year lacks a table that progress needs. Without writing points only
            pupils below the standards would have progress in writing, so they are needed too.
        InputError: a reference cannot be derived from the records.
    """
    if not derived:
        scorable(year)
    if year.year.progress:
        year.require(year.writing_points, "writing_points", "Progress in writing")
    source = derived_source(records.files["pupils"]) if derived else None
    return compute(records, year, derive_from=source)


def derived_source(pupils: Path) -> Source:
    """What tables derived from a pupil file name as their source."""
    return Source(
        title=f"National reference derived by Keystage from {pupils.name}",
        read_on=datetime.now(tz=UTC).date(),
    )
