"""The published tables agree, whole or in part, and what they cannot tell is no disagreement."""

from collections.abc import Callable
from pathlib import Path

import pytest

from keystage.core.errors import UsageError
from keystage.flows.verify.run import verify

ROOT = Path(__file__).parents[2]
HAMPSHIRE = "data/published/2017-2018_850_hampshire_ks2final.csv.gz"
BEFORE = "data/published/2016-2017_850_hampshire_ks2final.csv.gz"

KINDS = {
    "intervals",
    "intervals of 2016",
    "pupils behind intervals",
    "scores of groups",
    "averages of groups",
    "bands",
    "bands of 2017",
    "suppression codes",
    "sums of counts",
    "shares of the cohort",
    "percentages of whole pupils",
    "groups make up the school",
    "no more than all",
    "authority cohorts",
    "authority counts",
    "authority percentages",
    "authority means",
    "gaps",
    "unadjusted scores",
    "national figures",
    "repeated years",
    "three-year cohorts",
    "three-year codes",
    "three-year percentages",
    "three-year averages",
    "averages beside percentages",
    "key stage 1 average",
}

Rows = list[dict[str, str]]
Read = Callable[[str], Rows]
Write = Callable[[Path, Rows], None]


@pytest.fixture
def rows(rows_of: Read) -> Rows:
    """Some forty rows: every kind of row, special schools among them."""
    everything = rows_of(HAMPSHIRE)
    special = [row for row in everything if row["RECTYPE"] == "2"][:6]
    others = [row for row in everything if row["RECTYPE"] not in "12"]
    return [row for row in everything if row["RECTYPE"] == "1"][:40] + special + others


@pytest.mark.slow
def test_every_cell_of_both_years_and_authorities_agrees_in_every_kind_of_check() -> None:
    published = verify(ROOT / "data" / "published")
    assert [result.year.year.id for result in published.years] == [2017, 2018]
    assert published.disagreed == 0
    for result in published.years:
        assert sum(line.agreed for line in result.tally.lines) > 280_000
        assert sum(line.undecided for line in result.tally.lines) < 50
    assert len(published.skipped) == 4
    assert {line.check for result in published.years for line in result.tally.lines} >= KINDS


def scored(rows: Rows) -> dict[str, str]:
    return next(row for row in rows if row["READPROG_DESCR"].isdigit())


def test_a_cell_that_repeats_an_earlier_year_is_held_against_that_years_table(
    tmp_path: Path, rows: Rows, rows_of: Read, write: Write
) -> None:
    row = scored(rows)
    row["READ_AVERAGE_17"] = str(int(row["READ_AVERAGE_17"]) + 1)
    write(tmp_path / "2017-2018_850.csv", rows)
    schools = {row["URN"] for row in rows}
    before = [row for row in rows_of(BEFORE) if row["URN"] in schools]
    write(tmp_path / "2016-2017_850.csv", before)
    found = verify(tmp_path).years[1].disagreements.to_dicts()
    assert [(cell["URN"], cell["COLUMN"]) for cell in found] == [(row["URN"], "READ_AVERAGE_17")]


def test_a_file_without_its_authoritys_other_schools_is_not_held_against_the_authority(
    tmp_path: Path, rows: Rows, write: Write
) -> None:
    write(tmp_path / "2017-2018_850.csv", rows)
    found = verify(tmp_path)
    assert found.disagreed == 0
    reasons = [reason for _, reason in found.years[0].tally.reasons]
    assert "the file does not hold all pupils of the authority" in reasons


def test_columns_that_a_file_lacks_are_not_checked(
    tmp_path: Path, rows: Rows, write: Write
) -> None:
    wanted = ["RECTYPE", "LEA", "URN", "SCHNAME", "TELIG", "READPROG", "READPROG_LOWER"]
    wanted += ["READPROG_UPPER", "READCOV", "PTRWM_EXP"]
    write(tmp_path / "2017-2018_850.csv", [{name: row[name] for name in wanted} for row in rows])
    found = verify(tmp_path)
    assert found.disagreed == 0
    assert {line.check for line in found.years[0].tally.lines} >= {"intervals"}


def test_a_scored_school_without_any_band_cannot_be_reproduced(
    tmp_path: Path, rows: Rows, write: Write
) -> None:
    bands = dict.fromkeys(("READPROG_DESCR", "WRITPROG_DESCR", "MATPROG_DESCR"), "")
    scored(rows).update(bands)
    write(tmp_path / "2017-2018_850.csv", rows)
    found = verify(tmp_path)
    assert found.disagreed == 0
    reason = "scored but not banded, as middle and some special schools are"
    assert found.years[0].tally.reasons["bands", reason] == 3


def test_limits_rounded_one_by_one_are_recognised_from_the_tables(
    tmp_path: Path, rows: Rows, write: Write
) -> None:
    uppers = [name for name in rows[0] if name.endswith("_UPPER")]
    for row in rows[::2]:
        for name in uppers:
            if row["RECTYPE"] in {"1", "2"} and row[name] not in {"SUPP", "NA", "LOWCOV", ""}:
                row[name] = f"{float(row[name]) + 0.1:g}"
    write(tmp_path / "2017-2018_850.csv", rows)
    notes = verify(tmp_path).years[0].tally.notes
    assert any("lopsided" in note for note in notes)


def test_a_whole_row_of_an_unknown_code_is_not_held_against_known_rules(
    tmp_path: Path, rows: Rows, write: Write
) -> None:
    row = scored(rows)
    columns = list(row)
    for name in columns[columns.index("BELIG") : columns.index("PTRWM_EXP_B")]:
        row[name] = "NE"
    write(tmp_path / "2017-2018_850.csv", rows)
    found = verify(tmp_path).years[0].disagreements
    assert "suppression codes" not in found["CHECK"].to_list()


def test_a_table_of_an_unknown_year_asks_for_it(tmp_path: Path, write: Write) -> None:
    write(
        tmp_path / "ks2.csv",
        [{"URN": "900001", "RECTYPE": "1", "TELIG": "30", "READPROG": "0.1"}],
    )
    with pytest.raises(UsageError, match="--year"):
        verify(tmp_path)
    with pytest.raises(UsageError, match="no statutory year 2020"):
        verify(tmp_path, year=2020)
    assert verify(tmp_path, year=2019).disagreed == 0
