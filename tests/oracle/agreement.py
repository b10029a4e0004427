"""What it means that the engine and the oracle agree, cell by cell."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from engine_side import Rows, printed, units_of
from invented_statute import year_of_levels
from oracle_reference import published_reference

from keystage.measures.compute import Computed
from keystage.measures.gaps import comparators
from keystage.measures.printing import printed_number
from keystage.measures.table import MeasureTable
from keystage.measures.trusts import trust_measures
from keystage.measures.wide import unrounded
from keystage.statute.loader import load_year
from keystage.statute.year import Year
from oracle import measure, measure_trusts

NEAR = 1e-9


@cache
def year_of(name: str) -> Year:
    match name:
        case "2022" | "2026":
            return load_year(int(name), "provisional")
        case "2017" | "2019":
            with TemporaryDirectory() as folder:
                return year_of_levels(int(name), "final", Path(folder))
        case _:
            return load_year(int(name), "final")


def assert_agreement(computed_here: Computed, pupils: Rows, schools: Rows) -> int:
    """Compare every field of the oracle; the answer is how many cells were compared."""
    # The oracle's nation is always the file's own state-funded schools.
    table = replace(computed_here.table, national=True)
    year = table.year
    expected = measure(pupils, schools, year, published_reference(year))
    national = comparators(table)
    prints = printed(table, national)
    unit_names = units_of(table)
    exact = dict(zip(unit_names, unrounded(table, national).to_dicts(), strict=True))
    cells = 0
    wrong = []
    for unit, row in expected.items():
        if unit not in prints:
            assert row["TELIG"].units == 0, f"{unit} has pupils but no row"
            continue
        for field, figure in row.items():
            if field not in prints[unit]:
                assert is_of_the_oracle_only(field, year) or figure.units is None, field
                continue
            cells += 1
            value = exact[unit][field]
            if prints[unit][field] != figure.units or not is_near(value, figure.number):
                wrong.append((unit, field, prints[unit][field], value, figure))
    assert wrong == []
    fields_of_the_oracle = {field for row in expected.values() for field in row}
    for unit, row_of_engine in prints.items():
        assert row_of_engine.keys() <= fields_of_the_oracle
        if unit not in expected and unit[0] != "TRUST":
            assert row_of_engine["TELIG"] == 0, f"{unit} has pupils but not in the oracle"
    return cells


def is_near(value: float | None, expected: float | None) -> bool:
    """Both are absent, or both are there and the same to the billionth."""
    if value is None or expected is None:
        return value is expected
    return abs(value - expected) <= NEAR


def is_of_the_oracle_only(field: str, year: Year) -> bool:
    """Lost scripts are no field of the tables; prior attainment is none without progress."""
    if field.endswith(("_LOST", "_LOST_SUPPRESSED")):
        return True
    of_key_stage_1 = ("KS1GROUP", "COV", "PROG")
    return not year.year.progress and (
        field.endswith("_NA") or any(part in field for part in of_key_stage_1)
    )


def assert_trusts_agree(table: MeasureTable, pupils: Rows, schools: Rows) -> int:
    year = table.year
    assert year.trusts is not None
    expected = measure_trusts(pupils, schools, year, published_reference(year))
    found = trust_measures(table)
    assert set(found["TRUST_UID"]) == {unit[1] for unit in expected}
    suffixes = {"all": "", "disadvantaged": "_FSM6CLA1A", "other": "_NotFSM6CLA1A"}
    names = {"rwm_expected": "PTRWM_EXP", "reading_progress": "READPROG"}
    names |= {"writing_progress": "WRITPROG", "maths_progress": "MATPROG"}
    for row in found.to_dicts():
        figures = expected["TRUST", row["TRUST_UID"]]
        suffix = suffixes[row["group"]]
        assert row["pupils"] == figures[f"TELIG{suffix}"].units
        assert row["schools"] == figures["NUMINST"].units
        assert row["schools"] == row["schools_3"] + row["schools_4"]
        for name, field in names.items():
            pairs = {name: f"{field}{suffix}", f"{name}_unweighted": f"{field}{suffix}_UNWEIGHTED"}
            if name != "rwm_expected":
                pairs[f"{name}_lower"] = f"{field}{suffix}_LOWER"
                pairs[f"{name}_upper"] = f"{field}{suffix}_UPPER"
            for column, of_oracle in pairs.items():
                figure, value = figures[of_oracle], row[column]
                units = pl.select(printed_number(pl.lit(value, pl.Float64), figure.decimals)).item()
                assert units == figure.units, (row["TRUST_UID"], of_oracle)
                assert is_near(value, figure.number), (row["TRUST_UID"], of_oracle)
    return found.height
