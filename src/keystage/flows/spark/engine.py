"""The Spark engine: reads, checks and computes pupils that are kept in a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from keystage.checks.findings import Findings
from keystage.checks.found import added_up
from keystage.checks.run import checks, look
from keystage.flows.computing import (
    TOLD,
    Made,
    carries_working,
    derived_source,
    writing_scorable,
)
from keystage.flows.measures import Job, Step
from keystage.flows.metadata import file_told
from keystage.flows.spark.carry import restored, schema_of
from keystage.flows.spark.parts import NUMBER, STEPS, asked, packed_tables
from keystage.flows.spark.session import session
from keystage.flows.spark.source import Source, read, reading
from keystage.flows.spark.task import Task
from keystage.flows.spark.worker import run
from keystage.formats.tables import TableRead, typed_pupils, with_schools
from keystage.measures.compute import rolled_up, schools_of_reference
from keystage.measures.derive import derived_year
from keystage.measures.tally import tally_of
from keystage.records.recordset import UNREADABLE, RecordSet, pupils_frame
from keystage.records.schema import KEY_STAGE_1_AVERAGE, KEY_STAGE_1_RESULTS, LINE, PUPILS
from keystage.statute.code_lists import code_lists
from keystage.statute.year import Year

#: Columns that no part is made of, which need not travel to be summed.
_NOT_SUMMED = ("UPN", "LAESTAB", *(column.name for column in PUPILS if column.comparison_only))
#: Columns whose values in the whole file a rule or a note asks for (see `RecordSet.everywhere`).
_WHOLE = (("URN", "LAESTAB", "P_INCL"), (KEY_STAGE_1_AVERAGE,), KEY_STAGE_1_RESULTS)


def on_spark(address: str, job: Job, step: Step) -> Made:
    """Read, check and compute where Spark keeps the pupils.

    Args:
        address: where the pupils are: Parquet, at a path or an address that Spark knows.
        job: what to do.
        step: told what is being done.

    Raises:
        InputError: files cannot be read, or an error was found.
        AbsentValueError: a value the year needs is not published and not derived.
    """
    writing_scorable(job.year)
    step("Starting Spark")
    with session() as spark:
        step("Reading and checking the files")
        source = read(spark, address, job.year, _WHOLE)
        with reading(source.place):
            return _made(source, job, step)


def _made(source: Source, job: Job, step: Step) -> Made:
    records = _records(source, job)
    spread = _Spread(source, records)
    findings = _findings(spread, job.year)
    findings.raise_if_errors()
    step("Computing the measures")
    year = _derived(spread, job) if job.derived else job.year
    parts = spread.summed("summed", year, by=("URN", "group")).sort("URN", "group")
    unsaid = spread.of_nobody("left_out", year)
    carried = carries_working(records, year)
    schools = {"schools": file_told(job.schools)} if job.schools else {}
    return Made(
        records=records,
        pupils=source.pupils,
        inputs={"pupils": source.told, **schools},
        findings=findings,
        parts=parts,
        table=rolled_up(
            parts, records, year, derived=job.derived, national=job.national or job.derived
        ),
        differing=spread.all("differing", year).sort(LINE, "field") if carried else pl.DataFrame(),
        left_out=spread.summed("left_out", year, by=("said",)) if unsaid.height else unsaid,
    )


def _records(source: Source, job: Job) -> RecordSet:
    """The schools and what the files have and lack, with no pupils."""
    whole = tuple(
        _typed(values, columns, source, job.year)
        for values, columns in zip(source.whole, _WHOLE, strict=True)
    )
    nobody = pupils_frame([], code_lists(job.year))
    by_school = pl.concat([nobody, whole[0]], how="diagonal")
    read_here = TableRead(
        frame=by_school,
        unreadable=pl.DataFrame(schema=UNREADABLE),
        missing=source.columns.missing,
        unknown=source.columns.unknown,
        notes=source.columns.notes,
    )
    records = with_schools(read_here, source.place, job.schools, job.year)
    return replace(records, pupils=nobody, whole=whole)


def _typed(
    values: pl.DataFrame, columns: Sequence[str], source: Source, year: Year
) -> pl.DataFrame:
    """Distinct values of columns as this engine types them; a column the file lacks is blank."""
    if not values.width:
        return pupils_frame([], code_lists(year)).select(columns)
    typed, _ = typed_pupils(values.with_row_index(LINE), source.place, year)
    return typed.select(columns).unique()


def _findings(spread: "_Spread", year: Year) -> Findings:
    """What the checks find: in each part, among equal numbers, and in the schools."""
    records = spread.records
    numbers = spread.through("numbered", year, spread.rows.select(*_numbered(spread.rows)))
    together = numbers.repartition(NUMBER)
    found = [
        spread.all("found", year),
        spread.all("repeated", year, together),
        look(records, year, only=asked(of_schools=True), listed=TOLD),
    ]
    files = {**records.files, "pupils": spread.source.in_order}
    return added_up(pl.concat(found), checks(), year, files, listed=TOLD)


def _numbered(rows: DataFrame) -> list[str]:
    return [name for name in rows.columns if name in {LINE, "UPN", "P_INCL"}]


def _derived(spread: "_Spread", job: Job) -> Year:
    """The year with the reference that a first round over the pupils gives."""
    schools_of_reference(spread.records.schools, job.year)
    keys = ("subject", "mainstream", "state_funded", "ks1_average", "points")
    counted = spread.summed("counted", job.year, by=keys)
    return derived_year(tally_of(counted), job.year, derived_source(job.pupils))


@dataclass(frozen=True, eq=False)
class _Spread:
    """The pupils in their parts, and what every part is told."""

    source: Source
    records: RecordSet

    @property
    def rows(self) -> DataFrame:
        """The pupils, as Spark holds them."""
        return self.source.rows

    def through(self, step: str, year: Year, rows: DataFrame | None = None) -> DataFrame:
        """What a step gives for each part, as Spark holds it."""
        rows = self.rows if rows is None else rows
        task = Task(
            step=step,
            year=year,
            address=self.source.address,
            missing=self.records.missing,
            tables=packed_tables(self.records),
            at_once=NUMBER in rows.columns,
        )
        return rows.mapInArrow(partial(run, task), schema_of(self.of_nobody(step, year)))

    def all(self, step: str, year: Year, rows: DataFrame | None = None) -> pl.DataFrame:
        """What a step gives for each part, one below the other."""
        return restored(self.through(step, year, rows).toArrow(), self.of_nobody(step, year))

    def summed(self, step: str, year: Year, *, by: tuple[str, ...]) -> pl.DataFrame:
        """What a step gives, summed over the parts by some of its columns."""
        like = self.of_nobody(step, year)
        sums = (sf.sum(name).alias(name) for name in like.columns if name not in by)
        made = self.through(step, year, self.rows.drop(*_NOT_SUMMED))
        return restored(made.groupBy(*by).agg(*sums).toArrow(), like)

    def of_nobody(self, step: str, year: Year) -> pl.DataFrame:
        """What a step gives without a pupil: its columns and types."""
        return STEPS[step](self.records, year)
