"""Time the measures of one school in a warm process: the engine against pandas, in turn.

    python benchmarks/one_school.py PUPILS.parquet SCHOOLS.parquet

prints JSON: the median milliseconds of each, and how many times the engine's time it took (median,
lowest, highest of neighbouring runs).
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import polars as pl

sys.path.insert(0, str(Path(__file__).parent / "baselines"))

import pandas_one_school

USUAL_COHORT = 30
WARM, TIMES = 5, 30


def usual_school(pupil_file: Path) -> tuple[int, int]:
    """The URN of the first school with one full class, and its number of pupils."""
    sizes = pl.scan_parquet(pupil_file).group_by("URN").len().sort("URN").collect()
    row = sizes.filter(pl.col("len") == USUAL_COHORT).row(0)
    return int(row[0]), int(row[1])


def engine(pupil_file: Path, school_file: Path, urn: int) -> Callable[[], object]:
    """Load one school's records and the published reference; give the calculation."""
    from keystage.flows import measures  # noqa: PLC0415  # the baseline is timed without it too

    records, year, reference = measures.prepare(
        pupils=pupil_file, schools=school_file, year=2022, release="provisional", only={urn}
    )
    return lambda: measures.compute(records, year, reference)


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Time both in turn and print what came out."""
    pupil_file, school_file = map(Path, sys.argv[1:3])
    urn, pupils = usual_school(pupil_file)
    sides: dict[str, Callable[[], object]] = {
        **pandas_one_school.prepare(pupil_file, school_file, urn)
    }
    if "--only-pandas" not in sys.argv:
        sides["engine"] = engine(pupil_file, school_file, urn)
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
        if "engine" in taken
    }
    spread = {name: [median(all_), min(all_), max(all_)] for name, all_ in ratios.items()}
    print(json.dumps({"pupils": pupils, "milliseconds": middles, "ratios": spread}))


if __name__ == "__main__":
    main()
