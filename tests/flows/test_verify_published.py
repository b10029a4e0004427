"""The published tables agree, and a single wrong cell is found."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from keystage.core.errors import UsageError
from keystage.flows.verify.run import Verification, verify

PUBLISHED = Path(__file__).parents[2] / "data" / "published"
HAMPSHIRE = "2017-2018_850_hampshire_ks2final.csv.gz"

Change = Callable[[list[dict[str, str]]], tuple[dict[str, str], str]]


@pytest.fixture(scope="module")
def published() -> Verification:
    return verify(PUBLISHED)


def rows_of(name: str) -> list[dict[str, str]]:
    text = gzip.decompress((PUBLISHED / name).read_bytes()).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text), restval="")
    return list(rows)


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_every_cell_of_both_years_and_authorities_agrees(published: Verification) -> None:
    assert [result.year.year.id for result in published.years] == [2017, 2018]
    assert published.disagreed == 0
    for result in published.years:
        assert sum(line.agreed for line in result.tally.lines) > 280_000
        assert sum(line.undecided for line in result.tally.lines) < 50
    assert len(published.skipped) == 4


def test_every_kind_of_check_is_made(published: Verification) -> None:
    made = {line.check for result in published.years for line in result.tally.lines}
    assert made >= {
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
        "three-year pools",
    }


def plus(text: str, step: float) -> str:
    if text.endswith("%"):
        return f"{int(text[:-1]) + int(step)}%"
    return f"{float(text) + step:g}"


def school(rows: list[dict[str, str]], **wanted: str) -> dict[str, str]:
    return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))


def large(rows: list[dict[str, str]]) -> dict[str, str]:
    return next(
        row
        for row in rows
        if row["RECTYPE"] == "1"
        and row["TELIG"].isdigit()
        and 40 < int(row["TELIG"]) < 80
        and row["READPROG_FSM6CLA1A"] not in {"", "SUPP", "NA"}
        and row["TELIG_3YR"].isdigit()
    )


def numeric(column: str, step: float) -> Change:
    def change(rows: list[dict[str, str]]) -> tuple[dict[str, str], str]:
        row = large(rows)
        row[column] = plus(row[column], step)
        return row, column

    return change


def put(column: str, value: str, **wanted: str) -> Change:
    def change(rows: list[dict[str, str]]) -> tuple[dict[str, str], str]:
        row = school(rows, **wanted) if wanted else large(rows)
        assert row[column] != value
        row[column] = value
        return row, column

    return change


def in_authority(column: str, step: float) -> Change:
    def change(rows: list[dict[str, str]]) -> tuple[dict[str, str], str]:
        row = school(rows, RECTYPE="3")
        row[column] = plus(row[column], step)
        return row, column

    return change


def suppressed(column: str, value: str) -> Change:
    def change(rows: list[dict[str, str]]) -> tuple[dict[str, str], str]:
        row = next(row for row in rows if row["RECTYPE"] == "1" and row[column] == "SUPP")
        row[column] = value
        return row, column

    return change


CHANGES = {
    "score": numeric("READPROG", 0.1),
    "lower limit": numeric("WRITPROG_LOWER", -0.1),
    "upper limit": numeric("MATPROG_UPPER", 0.1),
    "group score": numeric("READPROG_B", -0.1),
    "group limit": numeric("MATPROG_FSM6CLA1A_UPPER", 0.2),
    "coverage": numeric("READCOV", -9),
    "band": put("READPROG_DESCR", "5", URN="116295"),
    "band lost": put("READPROG_DESCR", "", URN="116295"),
    "earlier band": put("MATPROG_DESCR_16", "1", URN="116295"),
    "earlier limit": numeric("READPROG_UPPER_17", 0.1),
    "earlier score": numeric("READPROG_16", 0.1),
    "percentage": numeric("PTRWM_EXP", 1),
    "group percentage": numeric("PTREAD_EXP_M", 1),
    "share": numeric("PBELIG", 1),
    "share of prior attainment": numeric("PTKS1GROUP_H", -1),
    "count": numeric("BELIG", 1),
    "special needs count": numeric("TSENELK", 3),
    "cohort": numeric("TELIG", 1),
    "cohort hidden": put("TELIG", "SUPP"),
    "figure hidden": put("READPROG_G", "SUPP"),
    "percentage hidden": put("PTRWM_EXP", "SUPP"),
    "average hidden": put("READ_AVERAGE", ""),
    "suppressed percentage shown": suppressed("PTREAD_EXP_L", "50%"),
    "suppressed score shown": suppressed("READPROG_L_LOWER", "0.3"),
    "code changed": suppressed("READPROG_L", "NA"),
    "gap": numeric("DIFFN_READPROG", 0.1),
    "gap of percentages": numeric("DIFFN_RWM_EXP", 1),
    "unadjusted": numeric("READPROG_UNADJUSTED", 0.1),
    "three-year cohort": numeric("TELIG_3YR", 150),
    "three-year pool": numeric("PTRWM_EXP_3YR", 2),
    "three-year average": numeric("READ_AVERAGE_3YR", 4),
    "authority cohort": in_authority("TELIG", 1),
    "authority count": in_authority("GELIG", 1),
    "authority percentage": in_authority("PTRWM_EXP", -2),
    "authority group": in_authority("PTREAD_EXP_M", 2),
    "authority score": in_authority("READPROG", 0.1),
    "authority average": in_authority("READ_AVERAGE", 2),
    "authority gap": in_authority("DIFFN_MATPROG", -0.1),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_single_wrong_cell_is_reported_where_it_is(tmp_path: Path, kind: str) -> None:
    rows = rows_of(HAMPSHIRE)
    row, column = CHANGES[kind](rows)
    write(tmp_path / "2017-2018_850.csv", rows)
    if kind.startswith("three-year"):
        write(tmp_path / "2016-2017_850.csv", rows_of("2016-2017_850_hampshire_ks2final.csv.gz"))
    wrong = verify(tmp_path).years[-1].disagreements
    cells = wrong.filter(
        (wrong["URN"] == row["URN"].strip()) & (wrong["COLUMN"] == column.upper())
    ).to_dicts()
    assert cells, wrong.select("URN", "COLUMN", "EXPECTED").to_dicts()[:5]
    assert cells[0]["PRINTED"] == row[column]
    assert cells[0]["EXPECTED"]
    assert cells[0]["SCHOOL"] == row["SCHNAME"]


def test_a_cell_that_repeats_an_earlier_year_is_held_against_that_years_table(
    tmp_path: Path,
) -> None:
    rows = rows_of(HAMPSHIRE)
    row = large(rows)
    row["READ_AVERAGE_17"] = plus(row["READ_AVERAGE_17"], 1)
    write(tmp_path / "2017-2018_850.csv", rows)
    write(tmp_path / "2016-2017_850.csv", rows_of("2016-2017_850_hampshire_ks2final.csv.gz"))
    found = verify(tmp_path).years[1].disagreements.to_dicts()
    assert [(cell["URN"], cell["COLUMN"]) for cell in found] == [(row["URN"], "READ_AVERAGE_17")]


def test_a_file_without_its_authoritys_other_schools_is_not_held_against_the_authority(
    tmp_path: Path,
) -> None:
    rows = rows_of(HAMPSHIRE)
    write(tmp_path / "2017-2018_850.csv", [rows[0], *rows[60:]])
    found = verify(tmp_path)
    assert found.disagreed == 0
    reasons = [reason for _, reason in found.years[0].tally.reasons]
    assert "the file does not hold all pupils of the authority" in reasons


def test_columns_that_a_file_lacks_are_not_checked(tmp_path: Path) -> None:
    wanted = ["RECTYPE", "LEA", "URN", "SCHNAME", "TELIG", "READPROG", "READPROG_LOWER"]
    wanted += ["READPROG_UPPER", "READCOV", "PTRWM_EXP"]
    rows = [{name: row[name] for name in wanted} for row in rows_of(HAMPSHIRE)]
    write(tmp_path / "2017-2018_850.csv", rows)
    found = verify(tmp_path)
    assert found.disagreed == 0
    assert {line.check for line in found.years[0].tally.lines} >= {"intervals"}


def test_a_scored_school_without_any_band_cannot_be_reproduced(tmp_path: Path) -> None:
    rows = rows_of(HAMPSHIRE)
    row = large(rows)
    row.update(dict.fromkeys(("READPROG_DESCR", "WRITPROG_DESCR", "MATPROG_DESCR"), ""))
    write(tmp_path / "2017-2018_850.csv", rows)
    found = verify(tmp_path)
    assert found.disagreed == 0
    assert (
        found.years[0].tally.reasons[
            "bands", "scored but not banded, as middle and some special schools are"
        ]
        == 3
    )


def test_limits_rounded_one_by_one_are_recognised_from_the_tables(tmp_path: Path) -> None:
    rows = rows_of(HAMPSHIRE)
    uppers = [name for name in rows[0] if name.endswith("_UPPER")]
    for row in rows[::2]:
        for name in uppers:
            if row["RECTYPE"] in {"1", "2"} and row[name] not in {"SUPP", "NA", "LOWCOV", ""}:
                row[name] = plus(row[name], 0.1)
    write(tmp_path / "2017-2018_850.csv", rows)
    notes = verify(tmp_path).years[0].tally.notes
    assert any("lopsided" in note for note in notes)


def test_a_whole_row_of_an_unknown_code_is_not_held_against_known_rules(tmp_path: Path) -> None:
    rows = rows_of(HAMPSHIRE)
    row = school(rows, TELIG="5", RECTYPE="1")
    columns = list(row)
    for name in columns[columns.index("BELIG") : columns.index("PTRWM_EXP_B")]:
        row[name] = "NE"
    write(tmp_path / "2017-2018_850.csv", rows)
    found = verify(tmp_path)
    assert not len(
        found.years[0].disagreements.filter(
            found.years[0].disagreements["CHECK"] == "suppression codes"
        )
    )


def test_a_table_of_an_unknown_year_asks_for_it(tmp_path: Path) -> None:
    rows = [{"URN": "900001", "RECTYPE": "1", "TELIG": "30", "READPROG": "0.1"}]
    write(tmp_path / "ks2.csv", rows)
    with pytest.raises(UsageError, match="--year"):
        verify(tmp_path)
    with pytest.raises(UsageError, match="no statutory year 2020"):
        verify(tmp_path, year=2020)
    assert verify(tmp_path, year=2019).disagreed == 0
