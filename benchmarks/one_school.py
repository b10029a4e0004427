"""Time the measures of one school in a warm process: the engine against pandas, in turn.

In a turn each is called several times in a row, as a service is, and the middle time is kept:
half a second of pandas before every call would time how fast caches fill again.

    python benchmarks/one_school.py PUPILS.parquet SCHOOLS.parquet

prints JSON: the median milliseconds of each, and how many times the engine's time it took (median,
lowest, highest of turns).
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import polars as pl

from keystage.flows.computing import checked_records
from keystage.measures.compute import compute
from keystage.measures.gaps import comparators
from keystage.measures.wide import unrounded
from keystage.statute.loader import load_year

sys.path.insert(0, str(Path(__file__).parent / "baselines"))

import pandas_one_school

USUAL_COHORT = 30
WARM, TIMES, IN_A_ROW = 2, 9, 5


def usual_school(pupil_file: Path) -> tuple[int, int]:
    """The URN of the first school with one full class, and its number of pupils."""
    sizes = pl.scan_parquet(pupil_file).group_by("URN").len().sort("URN").collect()
    row = sizes.filter(pl.col("len") == USUAL_COHORT).row(0)
    return int(row[0]), int(row[1])


def engine(pupil_file: Path, school_file: Path, urn: int) -> Callable[[], object]:
    """Load and check one school's records; give the calculation of every figure."""
    year = load_year(2022, "provisional")
    whole, _ = checked_records(pupil_file, school_file, year)
    one = pl.col("URN") == urn
    records = replace(whole, pupils=whole.pupils.filter(one), schools=whole.schools.filter(one))

    def calculate() -> pl.DataFrame:
        table = compute(records, year).table
        return unrounded(table, comparators(table))

    return calculate


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes: the middle of a few in a row."""
    taken = []
    for _ in range(IN_A_ROW):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def main() -> None:
    """Time both in turn and print what came out."""
    pupil_file, school_file = map(Path, sys.argv[1:3])
    urn, pupils = usual_school(pupil_file)
    sides: dict[str, Callable[[], object]] = {
        **pandas_one_school.prepare(pupil_file, school_file, urn),
        "engine": engine(pupil_file, school_file, urn),
    }
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(WARM + TIMES):
        for name, work in sides.items():
            spent = milliseconds(work)
            if turn >= WARM:
                taken[name].append(spent)
    middles = {name: median(times) for name, times in taken.items()}
    ratios = {
        name: [a / b for a, b in zip(times, taken["engine"], strict=True)]
        for name, times in taken.items()
    }
    spread = {name: [median(all_), min(all_), max(all_)] for name, all_ in ratios.items()}
    print(json.dumps({"pupils": pupils, "milliseconds": middles, "ratios": spread}))


if __name__ == "__main__":
    main()
