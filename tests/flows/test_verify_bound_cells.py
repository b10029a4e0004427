"""Cells that only several others together bound: a wrong one leaves no pupils who print them all.

Every case is a real school of 2018 with one cell changed, in a file of its own beside the clean
tables of the year before.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from keystage.flows.verify.run import Verification, verify

BEFORE = (
    "data/published/2016-2017_850_hampshire_ks2final.csv.gz",
    "data/published/2016-2017_936_surrey_ks2final.csv.gz",
)
TABLES = (
    "data/published/2017-2018_850_hampshire_ks2final.csv.gz",
    "data/published/2017-2018_936_surrey_ks2final.csv.gz",
)

Rows = list[dict[str, str]]
Read = Callable[[str], Rows]
Write = Callable[[Path, Rows], None]


class Change(NamedTuple):
    """A school by its URN, a column, what is printed there and what is put."""

    urn: str
    column: str
    printed: str
    put: str


CHANGES = {
    "key stage 1 average above its groups": Change("143627", "TKS1AVERAGE", "18.3", "25"),
    "key stage 1 average below it": Change("115962", "TKS1AVERAGE", "15.4", "10.4"),
    "boys who with the girls are too many": Change("143627", "PTRWM_EXP_B", "79%", "80%"),
    "pool of two years known by their sum": Change("143627", "PTRWM_EXP_3YR", "74%", "76%"),
    "pool of three known years": Change("144230", "PTRWM_EXP_3YR", "47%", "48%"),
    "pool of small cohorts": Change("116614", "PTRWM_EXP_3YR", "0%", "1%"),
    "total that leaves a cohort without whole pupils": Change("116071", "TELIG_3YR", "169", "159"),
    "total that leaves a small cohort": Change("116607", "TELIG_3YR", "58", "48"),
    "total of one pupil more": Change("116634", "TELIG_3YR", "12", "13"),
    "three-year average": Change("140810", "READ_AVERAGE_3YR", "106", "105"),
    "disadvantaged pupils of an earlier year": Change(
        "144231", "PTRWM_EXP_FSM6CLA1A_16", "57%", "67%"
    ),
    "average of the school": Change("116296", "GPS_AVERAGE", "104", "101"),
    "average of a group above its percentages": Change("125081", "READ_AVERAGE_M", "104", "114"),
    "average off the scale of non-mobile pupils": Change(
        "115869", "GPS_AVERAGE_MOBN", "109", "59"
    ),
    "average where every pupil is non-mobile": Change("116317", "READ_AVERAGE_MOBN", "108", "109"),
    "absent from the test but in the measure": Change("116027", "PTMAT_AT", "0%", "10%"),
    "without a judgement but in the measure": Change("115970", "PTWRITTA_AD", "0%", "7%"),
    "science of pupils who have writing": Change("124999", "PTSCITA_EXP", "70%", "73%"),
    "maths judged of pupils who have writing": Change("125203", "PTMATTA_EXP", "81%", "84%"),
    "fewer in all three than the subjects leave": Change("116014", "PTRWM_EXP_H", "90%", "65%"),
}  # fmt: skip


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory, rows_of: Read, write: Write) -> Verification:
    """Every change in a file of its own, and every changed school as it was in another."""
    folder = tmp_path_factory.mktemp("bound-cells")
    urns = {change.urn for change in CHANGES.values()}
    for at, name in enumerate(BEFORE):
        write(folder / f"2016-2017 {at}.csv", [row for row in rows_of(name) if row["URN"] in urns])
    schools = {row["URN"]: row for name in TABLES for row in rows_of(name) if row["URN"] in urns}
    england = [row for row in rows_of(TABLES[0]) if row["RECTYPE"] in {"4", "5"}]
    write(folder / "2017-2018 clean.csv", [*schools.values(), *england])
    for kind, change in CHANGES.items():
        row = dict(schools[change.urn])
        assert row[change.column] == change.printed, (kind, row[change.column])
        row[change.column] = change.put
        write(folder / f"2017-2018 {kind}.csv", [row, *england])
    return verify(folder)


def test_the_schools_as_published_agree(verified: Verification) -> None:
    clean = verified.years[-1].disagreements.filter(pl.col("FILE") == "2017-2018 clean.csv")
    assert clean.is_empty(), clean.to_dicts()[:3]
    assert verified.years[0].disagreements.is_empty()


@pytest.mark.parametrize("kind", CHANGES)
def test_a_cell_that_leaves_no_pupils_to_print_all_is_reported(
    verified: Verification, kind: str
) -> None:
    change = CHANGES[kind]
    wrong = verified.years[-1].disagreements.filter(pl.col("FILE") == f"2017-2018 {kind}.csv")
    cells = wrong.filter(pl.col("COLUMN") == change.column).to_dicts()
    assert cells, wrong.select("COLUMN", "EXPECTED").to_dicts()
    assert cells[0]["PRINTED"] == change.put
    assert cells[0]["EXPECTED"]
    assert set(wrong["URN"]) == {change.urn}
