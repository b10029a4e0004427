"""The cohorts of earlier years, from the folders that earlier runs wrote."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from keystage.core.errors import InputError, UsageError
from keystage.measures.pooled import pooled_columns
from keystage.reports.files import METADATA
from keystage.statute.year import Year

PARTS = "parts.parquet"
_COHORTS_BEFORE = (0, 2)


@dataclass(frozen=True, eq=False)
class EarlierCohort:
    """One earlier cohort: its year and release, its parts, and the file they were read from.

    ``made_from`` is the SHA-256 of the pupil file the parts were made from, where the folder says;
    without a file, of the pupils that a release keeps.
    """

    year: int
    release: str
    parts: pl.DataFrame
    file: Path | None = None
    made_from: str | None = None


def earlier_cohorts(folders: Sequence[Path], year: Year) -> list[EarlierCohort]:
    """The cohorts of the two years before, of any release; or none.

    Args:
        folders: output folders of earlier runs, none or two.
        year: this year.

    Raises:
        UsageError: there is one folder, or more than two; or they are not of the two years before.
        InputError: a folder holds no cohort.
    """
    if len(folders) not in _COHORTS_BEFORE:
        raise UsageError(
            "Three-year measures need two earlier cohorts.", todo="Give --earlier twice, or never."
        )
    cohorts = [_cohort(folder, pooled_columns(year)) for folder in folders]
    found = sorted(cohort.year for cohort in cohorts)
    needed = [year.year.id - 2, year.year.id - 1]
    if cohorts and found != needed:
        raise UsageError(
            f"The earlier cohorts are of {found[0]} and {found[1]}.",
            todo=f"Give those of {needed[0]} and {needed[1]}: three-year measures of "
            f"{year.year.id} are made from the two years before.",
        )
    return cohorts


def absent_schools(parts: pl.DataFrame, earlier: Sequence[EarlierCohort]) -> list[str]:
    """Sentences on how many schools of this year an earlier cohort does not have.

    Args:
        parts: this year's parts by school and group (see `parts.school_parts`).
        earlier: the earlier cohorts.
    """
    now = parts["URN"].unique()
    absent = {
        cohort.year: int((~now.is_in(cohort.parts["URN"].implode())).sum()) for cohort in earlier
    }
    return [
        f"{count:,} {'school' if count == 1 else 'schools'} of this year had no pupils in the "
        f"cohort of {year}, which their three-year measures therefore lack."
        for year, count in sorted(absent.items())
        if count
    ]


def _cohort(folder: Path, needed: Sequence[str]) -> EarlierCohort:
    """The cohort of a folder, as its metadata names it; its parts have the columns needed."""
    file = folder / "analyst" / PARTS
    try:
        metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        year, release = int(metadata["year"]), str(metadata["release"])
        parts = pl.read_parquet(file)
        parts.select(needed)
        return EarlierCohort(year, release, parts, file, _made_from(metadata))
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "This folder holds no earlier cohort.",
            where=str(folder),
            todo=f"Name the output folder of a `keystage measures` run of an earlier year; it has "
            f"{METADATA} and analyst/{PARTS}.",
        ) from error


def _made_from(metadata: Any) -> str | None:
    try:
        return str(metadata["inputs"]["pupils"]["sha256"])
    except (KeyError, TypeError):
        return None
