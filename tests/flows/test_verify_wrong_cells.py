"""A single wrong cell is reported where it is.

Every case is a file of its own with one cell changed, and all files are verified in one go; what a
file holds is held only against itself and against the one clean table of the year before. The cells
of an authority, which need all of its schools, are changed together, all but its cohort.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from keystage.flows.verify.run import verify

HAMPSHIRE = "data/published/2017-2018_850_hampshire_ks2final.csv.gz"
BEFORE = "data/published/2016-2017_850_hampshire_ks2final.csv.gz"
SURREY = "data/published/2017-2018_936_surrey_ks2final.csv.gz"
BANDED = "116295"

Rows = list[dict[str, str]]
Read = Callable[[str], Rows]
Write = Callable[[Path, Rows], None]
Pick = Callable[[Rows], dict[str, str]]


class Change(NamedTuple):
    """A row, its column, and what becomes of the cell: another text, or so much more."""

    pick: Pick
    column: str
    to: str | float


def large(rows: Rows) -> dict[str, str]:
    return next(
        row
        for row in rows
        if row["RECTYPE"] == "1"
        and row["TELIG"].isdigit()
        and 40 < int(row["TELIG"]) < 80
        and row["READPROG_FSM6CLA1A"] not in {"", "SUPP", "NA"}
        and row["TELIG_3YR"].isdigit()
    )


def banded(rows: Rows) -> dict[str, str]:
    return next(row for row in rows if row["URN"] == BANDED)


def authority(rows: Rows) -> dict[str, str]:
    return next(row for row in rows if row["RECTYPE"] == "3")


def first_suppressed(column: str) -> Pick:
    return lambda rows: next(row for row in rows if row["RECTYPE"] == "1" and row[column] == "SUPP")


CHANGES = {
    "score": Change(large, "READPROG", 0.1),
    "lower limit": Change(large, "WRITPROG_LOWER", -0.1),
    "upper limit": Change(large, "MATPROG_UPPER", 0.1),
    "group score": Change(large, "READPROG_B", -0.1),
    "group limit": Change(large, "MATPROG_FSM6CLA1A_UPPER", 0.2),
    "coverage": Change(large, "READCOV", -9),
    "band": Change(banded, "READPROG_DESCR", "5"),
    "band lost": Change(banded, "READPROG_DESCR", ""),
    "earlier band": Change(banded, "MATPROG_DESCR_16", "1"),
    "earlier limit": Change(large, "READPROG_UPPER_17", 0.1),
    "earlier score": Change(large, "READPROG_16", 0.1),
    "percentage": Change(large, "PTRWM_EXP", 1),
    "group percentage": Change(large, "PTREAD_EXP_M", 1),
    "share": Change(large, "PBELIG", 1),
    "share of prior attainment": Change(large, "PTKS1GROUP_H", -1),
    "count": Change(large, "BELIG", 1),
    "special needs count": Change(large, "TSENELK", 3),
    "cohort": Change(large, "TELIG", 1),
    "cohort hidden": Change(large, "TELIG", "SUPP"),
    "figure hidden": Change(large, "READPROG_G", "SUPP"),
    "percentage hidden": Change(large, "PTRWM_EXP", "SUPP"),
    "average hidden": Change(large, "READ_AVERAGE", ""),
    "suppressed percentage shown": Change(
        first_suppressed("PTREAD_EXP_L"), "PTREAD_EXP_L", "50%"
    ),
    "suppressed score shown": Change(
        first_suppressed("READPROG_L_LOWER"), "READPROG_L_LOWER", "0.3"
    ),
    "code changed": Change(first_suppressed("READPROG_L"), "READPROG_L", "NA"),
    "gap": Change(large, "DIFFN_READPROG", 0.1),
    "gap of percentages": Change(large, "DIFFN_RWM_EXP", 1),
    "unadjusted": Change(large, "READPROG_UNADJUSTED", 0.1),
    "three-year cohort": Change(large, "TELIG_3YR", 150),
    "three-year pool": Change(large, "PTRWM_EXP_3YR", 2),
    "three-year average": Change(large, "READ_AVERAGE_3YR", 4),
    "authority cohort": Change(authority, "TELIG", 1),
    "authority count": Change(authority, "GELIG", 1),
    "authority percentage": Change(authority, "PTRWM_EXP", -2),
    "authority group": Change(authority, "PTREAD_EXP_M", 2),
    "authority score": Change(authority, "READPROG", 0.1),
    "authority average": Change(authority, "READ_AVERAGE", 2),
    "authority gap": Change(authority, "DIFFN_MATPROG", -0.1),
}  # fmt: skip


class Changed(NamedTuple):
    """The changed cell of every case, and all cells found to disagree."""

    cells: dict[str, tuple[dict[str, str], str]]
    found: pl.DataFrame


def more(text: str, step: float) -> str:
    if text.endswith("%"):
        return f"{int(text[:-1]) + int(step)}%"
    return f"{float(text) + step:g}"


def file_of(kind: str) -> str:
    """The table a change is made in."""
    together = CHANGES[kind].pick is authority and CHANGES[kind].column != "TELIG"
    return f"2017-2018 {'authority' if together else kind}.csv"


@pytest.fixture(scope="session")
def changed(tmp_path_factory: pytest.TempPathFactory, rows_of: Read, write: Write) -> Changed:
    folder = tmp_path_factory.mktemp("changed")
    surrey, hampshire = rows_of(SURREY), rows_of(HAMPSHIRE)
    schools = [row for row in hampshire if row["RECTYPE"] == "1"]
    picked = [change.pick(schools) for change in CHANGES.values() if change.pick is not authority]
    few = [row for row in hampshire if row in picked or row["RECTYPE"] in {"4", "5"}]
    names = {row["URN"] for row in picked}
    write(folder / "2016-2017.csv", [row for row in rows_of(BEFORE) if row["URN"] in names])
    tables: dict[str, Rows] = {}
    cells = {}
    for kind, change in CHANGES.items():
        whole = surrey if change.pick is authority else few
        rows = tables.setdefault(file_of(kind), [dict(row) for row in whole])
        row = change.pick(rows)
        to = change.to if isinstance(change.to, str) else more(row[change.column], change.to)
        assert row[change.column] != to
        row[change.column] = to
        cells[kind] = (row, change.column)
    for name, rows in tables.items():
        write(folder / name, rows)
    return Changed(cells, verify(folder).years[-1].disagreements)


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHANGES)
def test_a_single_wrong_cell_is_reported_where_it_is(changed: Changed, kind: str) -> None:
    row, column = changed.cells[kind]
    wrong = changed.found.filter(pl.col("FILE") == file_of(kind))
    cells = wrong.filter(
        (pl.col("URN") == row["URN"].strip()) & (pl.col("COLUMN") == column.upper())
    ).to_dicts()
    assert cells, wrong.select("URN", "COLUMN", "EXPECTED").to_dicts()[:5]
    assert cells[0]["PRINTED"] == row[column]
    assert cells[0]["EXPECTED"]
    assert cells[0]["SCHOOL"] == row["SCHNAME"]
    places = {(one["URN"], one["LEA"]) for one in wrong.iter_rows(named=True)}
    assert places == {(row["URN"].strip(), row["LEA"].strip())}
