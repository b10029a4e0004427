"""From records to the measure table: the whole calculation in order."""

from dataclasses import dataclass

import polars as pl

from keystage.core.errors import InputError
from keystage.measures.catalogue import measures
from keystage.measures.derive import derived_year
from keystage.measures.derive_bands import with_bands
from keystage.measures.parts import school_parts
from keystage.measures.progress import with_progress
from keystage.measures.table import MAINSTREAM, MeasureTable, measure_table, with_types
from keystage.measures.tally import tally
from keystage.measures.working import working_table
from keystage.records.recordset import RecordSet
from keystage.statute.table import Source
from keystage.statute.year import Year


@dataclass(frozen=True)
class Computed:
    """What a computation gives.

    Attributes:
        working: the rules applied to each pupil; lazy, so that it costs nothing unless it is asked.
        parts: counts and sums by school and pupil group (see `parts.school_parts`).
        table: the measure table; its ``year`` holds the reference that was used.
    """

    working: pl.LazyFrame
    parts: pl.DataFrame
    table: MeasureTable


def compute(
    records: RecordSet,
    year: Year,
    *,
    derive_from: Source | None = None,
    national: bool = False,
) -> Computed:
    """Every measure of the year, for every school, authority, region, trust and the whole file.

    Args:
        records: checked pupils and schools; every pupil's URN is in the school table.
        year: the statutory year.
        derive_from: given, the records are a national file, and the reference (prior attainment
            groups' averages, minimum scores, deviations, band cut-offs) is made from them; it is
            what the derived tables name as their source.
        national: the records are all of England, as they are when a reference is derived.

    Raises:
        AbsentValueError: a value the year needs has not been published, and none is derived.
        InputError: a reference cannot be derived from these records.
    """
    working = working_table(records.pupils, year)
    derived = derive_from is not None and year.year.progress
    if derive_from is not None and derived:
        typed = schools_of_reference(records.schools, year)
        year = derived_year(tally(working, typed), year, derive_from)
    if year.year.progress:
        working = with_progress(working, year)
    parts = school_parts(
        working, measures(progress=year.year.progress), year, urns=records.pupils["URN"]
    )
    national = national or derive_from is not None
    return Computed(
        working, parts, rolled_up(parts, records, year, derived=derived, national=national)
    )


def schools_of_reference(schools: pl.DataFrame, year: Year) -> pl.DataFrame:
    """The schools with their types, from whose pupils a reference can be derived.

    Raises:
        InputError: of no school is it known whether it is mainstream.
    """
    typed = with_types(schools, year.school_types.types)
    if typed[MAINSTREAM].null_count() == typed.height:
        raise InputError(
            "A reference cannot be derived without knowing which schools are mainstream.",
            todo="Give the school file with --schools, with NFTYPE or RECTYPE.",
        )
    return typed


def rolled_up(
    parts: pl.DataFrame, records: RecordSet, year: Year, *, derived: bool, national: bool
) -> MeasureTable:
    """The measure table of all schools' parts.

    Args:
        parts: counts and sums by school and pupil group (see `parts.school_parts`).
        records: the schools, and the columns their pupil file lacks.
        year: the statutory year, with the reference that was used.
        derived: the reference was derived from these pupils, so that its bands are made too.
        national: the records are all of England.
    """
    table = measure_table(
        parts, records.schools, year, missing=frozenset(records.missing), national=national
    )
    return with_bands(table) if derived else table
