"""The main job: a pupil file in, every measure of the year out."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from keystage.checks.findings import Findings
from keystage.core.errors import AbsentValueError
from keystage.flows.column_notes import column_notes
from keystage.flows.computing import (
    Made,
    carries_working,
    checked_and_computed,
    scorable,
)
from keystage.flows.earlier import PARTS, absent_schools, earlier_cohorts
from keystage.flows.metadata import cohorts_told, file_told, findings_told, metadata
from keystage.flows.reference_notes import left_out, reference_notes
from keystage.formats.tables import read_records
from keystage.measures.department import differences
from keystage.measures.gaps import comparators
from keystage.measures.pooled import pooled
from keystage.measures.table import LEVELS, MeasureTable
from keystage.measures.trusts import trust_schools
from keystage.measures.wide import unrounded
from keystage.records.schema import KEY_STAGE_1_RESULTS
from keystage.reports.disclosure import publish_levels
from keystage.reports.files import (
    METADATA,
    TABLES,
    whole_folder,
    write_analyst,
    write_json,
    write_published,
)
from keystage.reports.published import PublishedTable
from keystage.reports.trust_disclosure import publish_trusts
from keystage.statute.proofs import prove
from keystage.statute.supplement import write_supplement
from keystage.statute.table import Table
from keystage.statute.year import DERIVED_TABLES, Year

Output = Literal["published", "analyst"]
OUTPUTS: tuple[Output, ...] = ("published", "analyst")
Step = Callable[[str], None]


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
        national: the pupil file holds all of England, as it does when a reference is derived.
        outputs: which tables to write.
        earlier: folders of two earlier cohorts, for three-year measures.
        statute: the file that gave tables of the year, if one did; only named in the metadata.
    """

    pupils: Path
    schools: Path | None
    year: Year
    out: Path
    derived: bool = False
    national: bool = False
    outputs: Sequence[Output] = OUTPUTS
    earlier: Sequence[Path] = ()
    statute: Path | None = None


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


Engine = Callable[[Job, Step], Made]


def embedded(job: Job, step: Step) -> Made:
    """Read, check and compute in this process.

    Raises:
        InputError: a file cannot be read, or an error was found.
        AbsentValueError: a value the year needs is not published and not derived.
    """
    step("Reading the files")
    records = read_records(job.pupils, job.schools, job.year)
    step("Checking them and computing the measures")
    findings, computed = checked_and_computed(
        records, job.year, derived=job.derived, national=job.national
    )
    year = computed.table.year
    carried = carries_working(records, year)
    return Made(
        # The notes ask for key stage 1 results; the rest of the pupils need not be held.
        records=replace(
            records,
            pupils=records.pupils.clear(),
            whole=(records.pupils.select(KEY_STAGE_1_RESULTS),),
        ),
        pupils=records.pupils.height,
        inputs={name: file_told(path) for name, path in records.files.items()},
        findings=findings,
        parts=computed.parts,
        table=computed.table,
        differing=differences(computed.working) if carried else pl.DataFrame(),
        left_out=left_out(computed.working, year),
    )


def run(job: Job, step: Step = _quiet, engine: Engine = embedded) -> Summary:
    """Read, check, compute, publish and write. On any error nothing is left behind.

    Args:
        job: what to do.
        step: told what is being done, for a progress display.
        engine: reads, checks and computes; the rest is done here.

    Raises:
        InputError: a file cannot be read, an error was found, or the folder cannot be written.
        UsageError: the earlier cohorts are not two, or not of the two years before; or a reference
            is to be derived for a year without progress.
        AbsentValueError: a value the year needs is not published and not derived.
    """
    scorable(job.year, derived=job.derived)
    earlier = earlier_cohorts(job.earlier, job.year)
    made = engine(job, step)
    records, table = made.records, made.table
    headlines = pl.DataFrame()
    notes = [
        *records.notes,
        *column_notes(records, job.year),
        *_without_limits(table.year),
        *_without_bands(table.year),
        *reference_notes(made.left_out, table.year),
        *absent_schools(made.parts, earlier),
    ]
    with whole_folder(job.out) as folder:
        before = [cohort.parts for cohort in earlier]
        pool = pooled(table, made.parts, before, records.schools) if before else None
        if "analyst" in job.outputs:
            step("Writing the analysts' tables")
            _write_analyst(made, pool, folder / "analyst")
        if "published" in job.outputs:
            step("Withholding small numbers and writing the published tables")
            headlines = _headlines(_write_published(table, pool, folder, notes))
        if job.derived:
            notes += _write_reference(table.year, folder / "reference.toml")
        if "analyst" in job.outputs:
            told = findings_told(made.findings, made.differing)
            write_json(told, folder / "analyst" / "findings.json")
        tables = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*"))
        made_from = metadata(
            made,
            job.statute,
            derived=job.derived,
            **{TABLES: tables},
            earlier=cohorts_told(earlier),
            notes=notes,
        )
        write_json(made_from, folder / METADATA)
    return Summary(made_from, made.findings, made.differing, headlines, tuple(notes))


def _write_analyst(made: Made, pool: MeasureTable | None, folder: Path) -> None:
    table = made.table
    # A file is written while the next table is made: neither keeps all cores busy.
    with ThreadPoolExecutor(max_workers=2) as beside:
        writing = [beside.submit(write_analyst, made.parts, folder / PARTS)]
        frame = unrounded(table, comparators(table), pool)
        for level in LEVELS:
            rows = frame.slice(*table.block(level))
            writing.append(beside.submit(write_analyst, rows, folder / f"{level}.parquet"))
        if table.year.trusts is not None:
            write_analyst(trust_schools(table), folder / "trust_schools.parquet")
        if made.differing.height:
            write_analyst(made.differing, folder / "differences.parquet")
    for written in writing:
        written.result()


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


def _write_reference(year: Year, path: Path) -> list[str]:
    """Write a derived reference as a statute file, to score other files with (--statute).

    One that would be refused when it is used is not written; a note says why.
    """
    for fault in prove(year):
        why = f"it would be refused as a statute file. {fault.what}"
        return [f"There is no {path.name}, the derived reference: {why}"]
    tables: dict[str, Table] = {
        name: table for name in DERIVED_TABLES if (table := getattr(year, name)) is not None
    }
    text = write_supplement(
        year.year.id,
        year.year.release,
        {key: year.sources[key] for key in {table.source for table in tables.values()}},
        tables,
    )
    path.write_text(text, encoding="utf-8")
    falls = list(year.prior_attainment_groups.falls()) if year.prior_attainment_groups else []
    if not falls:
        return []
    told = ", ".join(f"{one.subject} in group {one.higher.group}" for one in falls)
    what = "Averages of the derived reference are no higher than in the group below"
    return [f"{what}: {told}. Groups of few pupils may be so by chance."]


def _without_limits(year: Year) -> list[str]:
    """A note when progress has no limits, because nobody has published what they need."""
    if not year.year.progress or year.pupil_sd is not None:
        return []
    reason = year.absent["pupil_sd"].absent if "pupil_sd" in year.absent else "it was not given"
    note = (
        "Progress scores have no limits and no bands: the table [pupil_sd], the national standard "
        f"deviation of pupil progress, is absent for {year.name}: {reason}"
    )
    return [note]


def _without_bands(year: Year) -> list[str]:
    """A note when progress has limits and yet no bands, because nobody has said how they go."""
    if not year.year.progress or year.pupil_sd is None or year.banding is not None:
        return []
    reason = year.absent["banding"].absent
    return [f"Progress scores have no bands: [banding] is absent for {year.name}: {reason}"]
