"""Real rows of 2018-19 agree, alone and beside earlier years, and wrong cells among them do not."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from keystage.flows.verify.run import Verification, YearResult, verify
from keystage.statute.loader import available, load_year

EXAMPLES = Path(__file__).parents[1] / "examples" / "published"
EXTRACTS = ("2018-2019_850_hampshire_extract.csv", "2018-2019_936_surrey_extract.csv")
EARLIER = (
    "2016-2017_850_hampshire_ks2final.csv.gz",
    "2016-2017_936_surrey_ks2final.csv.gz",
    "2017-2018_850_hampshire_ks2final.csv.gz",
    "2017-2018_936_surrey_ks2final.csv.gz",
)
NO_SEX = ("sums of counts", "a few pupils of England have no recorded sex")

Rows = list[dict[str, str]]
Read = Callable[[str], Rows]
Write = Callable[[Path, Rows], None]


class Change(NamedTuple):
    """A row by its URN (England's has none), a column, what is printed there and what is put."""

    urn: str
    column: str
    printed: str
    put: str


CHANGES = {
    "score": Change("116053", "READPROG", "-4.9", "-4.7"),
    "limit": Change("116053", "READPROG_LOWER", "-6.5", "-6.2"),
    "group limit": Change("116053", "READPROG_B_LOWER", "-8.6", "-8.2"),
    "earlier limit": Change("116053", "READPROG_UPPER_18", "-1.1", "-0.9"),
    "band": Change("116053", "READPROG_DESCR", "5", "4"),
    "earlier band": Change("116053", "READPROG_DESCR_18", "5", "3"),
    "repeated band of a small school": Change("116268", "READPROG_DESCR_18", "", "SUPP"),
    "repeated band of low coverage": Change("116633", "READPROG_DESCR_18", "", "LOWCOV"),
    "repeated band without a score": Change("116268", "READPROG_DESCR_18", "", "3"),
    "code": Change("116618", "READPROG", "SUPP", "NA"),
    "code of a gap": Change("116268", "DIFFN_READPROG", "SUPP", "0.1"),
    "suppressed percentage": Change("116053", "PTREAD_EXP_L", "SUPP", "50%"),
    "gap": Change("115853", "DIFFN_READPROG", "-6.4", "-6.3"),
    "gap of percentages": Change("115853", "DIFFN_RWM_EXP", "-50", "-49"),
    "three-year cohort": Change("115853", "TELIG_3YR", "288", "289"),
    "three-year percentage": Change("115853", "PTRWM_EXP_3YR", "61%", "63%"),
    "three-year percentage lost": Change("115853", "PTRWM_HIGH_3YR", "7%", ""),
    "0% that three years prove": Change("116604", "PTRWM_EXP_3YR", "", "0%"),
    "0% of a pool of twelve": Change("116618", "PTRWM_EXP_3YR", "", "0%"),
    "0% of a pool with pupils": Change("116053", "PTRWM_HIGH_3YR", "3%", "0%"),
    "school without a recorded sex": Change("115853", "GELIG", "44", "43"),
    "a hundred girls of England": Change("", "GELIG", "315849", "315749"),
}


def of_england(row: dict[str, str]) -> bool:
    return row["RECTYPE"] in {"4", "5"}


def found_in(result: YearResult, kind: str) -> pl.DataFrame:
    return result.disagreements.filter(pl.col("FILE") == f"2018-2019 {kind}.csv")


@pytest.fixture(scope="session")
def three_years(
    tmp_path_factory: pytest.TempPathFactory, rows_of: Read, write: Write
) -> Verification:
    """Both extracts, their schools in two earlier years, and every change in a file of its own."""
    folder = tmp_path_factory.mktemp("three-years")
    extracts = {name: rows_of(f"tests/examples/published/{name}") for name in EXTRACTS}
    schools = {row["URN"].strip() for rows in extracts.values() for row in rows} - {""}
    for name in EARLIER:
        rows = [row for row in rows_of(f"data/published/{name}") if row["URN"] in schools]
        write(folder / name.removesuffix(".gz"), rows)
    for name, rows in extracts.items():
        write(folder / name, rows)
    everything = extracts[EXTRACTS[0]]
    for kind, change in CHANGES.items():
        chosen = [dict(row) for row in everything if of_england(row) or row["URN"] == change.urn]
        row = next(r for r in chosen if r["URN"].strip() == change.urn and r["RECTYPE"] != "4")
        assert row[change.column] == change.printed, row[change.column]
        row[change.column] = change.put
        write(folder / f"2018-2019 {kind}.csv", chosen)
    return verify(folder)


@pytest.mark.slow
def test_the_extracts_of_2019_agree_by_themselves() -> None:
    found = verify(EXAMPLES)
    assert [result.year.year.id for result in found.years] == [2019]
    assert found.disagreed == 0
    result = found.years[0]
    assert result.rows == 68 + 48
    assert sum(line.agreed for line in result.tally.lines) > 40_000
    # two tables, each with the rows of all schools and of state-funded ones
    assert result.tally.reasons[NO_SEX] == 2 * 2 * 2


@pytest.mark.slow
def test_the_extracts_of_2019_agree_with_the_tables_of_two_earlier_years(
    three_years: Verification,
) -> None:
    assert [result.year.year.id for result in three_years.years] == [2017, 2018, 2019]
    clean = three_years.years[2].disagreements.filter(pl.col("FILE").is_in(EXTRACTS))
    assert clean.is_empty(), clean.to_dicts()[:5]
    assert [len(result.disagreements) for result in three_years.years[:2]] == [0, 0]
    lines = {line.check: line for line in three_years.years[2].tally.lines}
    assert lines["repeated years"].checked > 2_000
    assert lines["three-year percentages"].checked > 140
    assert lines["three-year averages"].checked > 140


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHANGES)
def test_a_wrong_cell_of_2019_is_reported(three_years: Verification, kind: str) -> None:
    change = CHANGES[kind]
    wrong = found_in(three_years.years[2], kind)
    cells = wrong.filter(
        (pl.col("URN") == change.urn) & (pl.col("COLUMN") == change.column)
    ).to_dicts()
    assert cells, wrong.select("URN", "COLUMN", "EXPECTED").to_dicts()[:5]
    assert cells[0]["PRINTED"] == change.put
    assert cells[0]["EXPECTED"]
    assert set(wrong["URN"]) == {change.urn}


def test_a_three_year_percentage_of_nobody_is_printed_until_2018_and_blank_from_2019() -> None:
    for year, release in available():
        until = "printed" if year <= 2018 else "blank"
        assert load_year(year, release).suppression.zero_three_year == until
