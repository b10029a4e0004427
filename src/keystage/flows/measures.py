"""The main job: a pupil file in, every measure of the year out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Literal

import polars as pl

import keystage
from keystage.checks.findings import Findings
from keystage.checks.run import run as run_checks
from keystage.core.errors import AbsentValueError
from keystage.flows.column_notes import column_notes
from keystage.flows.earlier import METADATA, PARTS, earlier_cohorts
from keystage.formats.tables import read_records
from keystage.measures.compute import Computed, compute
from keystage.measures.department import differences
from keystage.measures.gaps import comparators
from keystage.measures.pooled import pooled
from keystage.measures.table import LEVELS, MeasureTable
from keystage.measures.trusts import trust_schools
from keystage.measures.wide import unrounded
from keystage.records.recordset import RecordSet
from keystage.reports.disclosure import publish_levels
from keystage.reports.files import whole_folder, write_analyst, write_json, write_published
from keystage.reports.published import PublishedTable
from keystage.reports.trust_disclosure import publish_trusts
from keystage.statute.supplement import write_supplement
from keystage.statute.table import Source, Table
from keystage.statute.year import Year

Output = Literal["published", "analyst"]
OUTPUTS: tuple[Output, ...] = ("published", "analyst")
Step = Callable[[str], None]
_DERIVED_TABLES = (
    "prior_attainment_groups",
    "minimum_progress",
    "pupil_sd",
    "banding",
    "distribution",
)


def _quiet(step: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to compute, from what, and where to.

    Attributes:
        pupils: the pupil file.
        schools: the school file; without one every URN is a school of unknown kind.
        year: the statutory year.
        out: the folder to write.
        derived: make the national reference from the pupil file, which then must be national.
        outputs: which tables to write.
        earlier: folders of two earlier cohorts, for three-year measures.
    """

    pupils: Path
    schools: Path | None
    year: Year
    out: Path
    derived: bool = False
    outputs: Sequence[Output] = OUTPUTS
    earlier: Sequence[Path] = ()


@dataclass(frozen=True)
class Summary:
    """What a job did, for people and for machines.

    ``headlines`` has a row a school with the published headline figures as text, and no row when no
    published table was asked for; ``differences`` is described in ``measures.department``.
    """

    metadata: Mapping[str, object]
    findings: Findings
    differences: pl.DataFrame
    headlines: pl.DataFrame
    notes: tuple[str, ...]


def checked_records(pupils: Path, schools: Path | None, year: Year) -> tuple[RecordSet, Findings]:
    """Read a pupil file and a school file and refuse them if any check finds an error.

    Raises:
        InputError: a file cannot be read, or an error was found; naming the place.
    """
    records = read_records(pupils, schools, year)
    findings = run_checks(records, year)
    findings.raise_if_errors()
    return records, findings


def compute_records(records: RecordSet, year: Year, *, derived: bool) -> Computed:
    """Compute checked records, with the year's own reference or one derived from them.

    Raises:
        AbsentValueError: the year lacks a table that progress needs. Without writing points only
            pupils below the standards would have progress in writing, so they are needed too.
        InputError: a reference cannot be derived from the records.
    """
    if year.year.progress and not derived:
        year.require(year.prior_attainment_groups, "prior_attainment_groups", "Pupil progress")
    if year.year.progress:
        year.require(year.writing_points, "writing_points", "Progress in writing")
    source = derived_source(records.files["pupils"]) if derived else None
    return compute(records, year, derive_from=source)


def run(job: Job, step: Step = _quiet) -> Summary:
    """Read, check, compute, publish and write. On any error nothing is left behind.

    Args:
        job: what to do.
        step: told what is being done, for a progress display.

    Raises:
        InputError: a file cannot be read, an error was found, or the folder cannot be written.
        UsageError: one earlier cohort is given, or more than two.
        AbsentValueError: a value the year needs is not published and not derived.
    """
    if not job.derived:
        scorable(job.year)
    step("Reading and checking the files")
    records, findings = checked_records(job.pupils, job.schools, job.year)
    earlier = earlier_cohorts(job.earlier, job.year)
    step("Computing the measures")
    computed = compute_records(records, job.year, derived=job.derived)
    differing = _differences(records, computed)
    notes, headlines = [*records.notes, *column_notes(records, job.year)], pl.DataFrame()
    with whole_folder(job.out) as folder:
        pool = pooled(computed.table, computed.parts, earlier, records.schools) if earlier else None
        if "analyst" in job.outputs:
            step("Writing the analysts' tables")
            _write_analyst(computed, pool, differing, folder / "analyst")
        if "published" in job.outputs:
            step("Withholding small numbers and writing the published tables")
            headlines = _headlines(_write_published(computed.table, pool, folder, notes))
        if job.derived:
            _write_reference(computed.table.year, folder / "reference.toml")
        metadata = _metadata(
            job,
            records,
            computed,
            findings,
            differences_from_the_department=differing.height,
            notes=notes,
        )
        write_json(metadata, folder / METADATA)
    return Summary(metadata, findings, differing, headlines, tuple(notes))


def scorable(year: Year) -> None:
    """See that a year with progress has groups to score it with, before any file is read.

    Raises:
        AbsentValueError: it has none.
    """
    if year.year.progress:
        year.require(year.prior_attainment_groups, "prior_attainment_groups", "Pupil progress")


def _differences(records: RecordSet, computed: Computed) -> pl.DataFrame:
    """The pupils whose working in the file differs; none in a file without working."""
    carries = set(records.pupils.columns) & {"KS1AVERAGE_GRP_P", "KS2READPRED_EM", "INREADPROG"}
    if not computed.table.year.year.progress or carries <= set(records.missing):
        return pl.DataFrame()
    return differences(computed.working)


def _write_analyst(
    computed: Computed, pool: MeasureTable | None, differing: pl.DataFrame, folder: Path
) -> None:
    table = computed.table
    frame = unrounded(table, comparators(table), pool)
    for level in LEVELS:
        write_analyst(frame.filter(pl.col("level") == level), folder / f"{level}.parquet")
    write_analyst(computed.parts, folder / PARTS)
    if table.year.trusts is not None:
        write_analyst(trust_schools(table), folder / "trust_schools.parquet")
    if differing.height:
        write_analyst(differing, folder / "differences.parquet")


def _write_published(
    table: MeasureTable, pool: MeasureTable | None, folder: Path, notes: list[str]
) -> PublishedTable:
    """Write every level's published table and give the schools'; say in the notes what is not."""
    national = comparators(table)
    tables = publish_levels(table, national, pool)
    for level, published in tables.items():
        write_published(published, folder / f"{level}.csv")
    try:
        write_published(publish_trusts(table), folder / "trust.csv")
    except AbsentValueError as error:
        notes.append(f"There are no trust measures: {error}")
    return tables["school"]


def _headlines(schools: PublishedTable) -> pl.DataFrame:
    """The headline figures of each school, as published."""
    frame = schools.frame
    columns = [
        pl.coalesce("SCHNAME", pl.col("URN").cast(pl.String)).alias("School"),
        pl.col("TELIG").alias("Pupils"),
        pl.col("PTRWM_EXP").alias("RWM expected"),
        pl.col("PTRWM_HIGH").alias("RWM higher"),
    ]
    for prefix, name in (("READ", "Reading"), ("WRIT", "Writing"), ("MAT", "Maths")):
        score = f"{prefix}PROG"
        if score in frame.columns:
            limits = pl.format("{} ({} to {})", score, f"{score}_LOWER", f"{score}_UPPER")
            shown = pl.col(score).str.contains(r"\d")
            columns.append(pl.when(shown).then(limits).otherwise(score).alias(f"{name} progress"))
    return frame.select(columns)


def derived_source(pupils: Path) -> Source:
    """What tables derived from a pupil file name as their source."""
    return Source(
        title=f"National reference derived by Keystage from {pupils.name}",
        read_on=datetime.now(tz=UTC).date(),
    )


def _write_reference(year: Year, path: Path) -> None:
    """Write a derived reference as a statute file, to score other files with (--statute)."""
    tables: dict[str, Table] = {
        name: table for name in _DERIVED_TABLES if (table := getattr(year, name)) is not None
    }
    text = write_supplement(
        year.year.id,
        year.year.release,
        {key: year.sources[key] for key in {table.source for table in tables.values()}},
        tables,
    )
    path.write_text(text, encoding="utf-8")


def _metadata(
    job: Job,
    records: RecordSet,
    computed: Computed,
    findings: Findings,
    **more: object,
) -> dict[str, object]:
    """What the output was made from: statute, release, engine version and input hashes."""
    year = computed.table.year
    return {
        "keystage": keystage.__version__,
        "polars": pl.__version__,
        "made_at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "year": year.year.id,
        "release": year.year.release,
        "reference": "derived" if job.derived else "published",
        "statute": {
            name: {"source": table.source, "confidence": table.confidence}
            for name in year.__struct_fields__
            if isinstance(table := getattr(year, name), Table)
        },
        "absent": {name: reason.absent for name, reason in year.absent.items()},
        "sources": {key: source.title for key, source in year.sources.items()},
        "inputs": {
            name: {"file": path.name, "sha256": _hash(path)} for name, path in records.files.items()
        },
        "pupils": records.pupils.height,
        "schools": records.schools.height,
        "missing_columns": list(records.missing),
        "unknown_columns": list(records.unknown),
        "findings": findings.counts.select("code", "severity", "column", "count").to_dicts(),
        **more,
        "not_for_publication": "Everything under analyst/ is unrounded and not suppressed.",
    }


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
