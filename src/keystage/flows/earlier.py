"""The cohorts of earlier years, from the folders that earlier runs wrote."""

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError, UsageError
from keystage.reports.files import METADATA
from keystage.statute.year import Year

PARTS = "parts.parquet"
_COHORTS_BEFORE = (0, 2)


def earlier_cohorts(folders: Sequence[Path], year: Year) -> list[pl.DataFrame]:
    """The parts of two earlier cohorts, or of none.

    Args:
        folders: output folders of earlier runs, none or two.
        year: this year, which both come before.

    Raises:
        UsageError: there is one folder, or more than two.
        InputError: a folder holds no cohort, or one that is not of another, earlier year.
    """
    if len(folders) not in _COHORTS_BEFORE:
        raise UsageError(
            "Three-year measures need two earlier cohorts.", todo="Give --earlier twice, or never."
        )
    seen = {year.year.id}
    cohorts = []
    for folder in folders:
        found, parts = _cohort(folder)
        if found in seen or found > year.year.id:
            raise InputError(
                f"This is the cohort of {found}.",
                where=str(folder),
                todo=f"Three-year measures of {year.year.id} need two earlier years.",
            )
        seen.add(found)
        cohorts.append(parts)
    return cohorts


def _cohort(folder: Path) -> tuple[int, pl.DataFrame]:
    """The year and the parts of a cohort."""
    try:
        metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        return int(metadata["year"]), pl.read_parquet(folder / "analyst" / PARTS)
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "This folder holds no earlier cohort.",
            where=str(folder),
            todo=f"Name the output folder of a `keystage measures` run of an earlier year; it has "
            f"{METADATA} and analyst/{PARTS}.",
        ) from error
