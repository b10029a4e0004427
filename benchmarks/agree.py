"""Check that two folders of measures agree: all rows and all columns, empty cells included.

    python benchmarks/agree.py BASELINE ENGINE

Every column of the baseline must be in the engine's file of the same level, under the same name; a
column only the engine has is counted, not compared. Numbers agree within 1e-9; standard deviations
by their squares, since the root of nearly nothing magnifies the last bit.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

TOLERANCE = 1e-9
KEYS = {
    "school": "URN",
    "la": "LEA",
    "region": "REGION",
    "trust": "TRUST_UID",
    "national": "kind",
}
TEXT_KEYS = {"region", "trust", "national"}


@dataclass(frozen=True)
class Agreement:
    """What came out of comparing one level."""

    level: str
    rows: int
    columns: int
    cells: int
    only_engine: int
    largest: float
    problems: list[str]


def compare(level: str, baseline: pl.DataFrame, engine: pl.DataFrame) -> Agreement:
    """Compare one level, row by key and column by name."""
    key = KEYS[level]
    kind = pl.String if level in TEXT_KEYS else pl.Int64
    baseline = baseline.with_columns(pl.col(key).cast(kind)).sort(key)
    engine = engine.with_columns(pl.col(key).cast(kind)).sort(key)
    problems: list[str] = []
    ours, theirs = set(baseline[key]), set(engine[key])
    if ours != theirs:
        extra, absent = sorted(ours - theirs)[:3], sorted(theirs - ours)[:3]
        problems.append(
            f"rows differ: {len(ours)} and {len(theirs)}, "
            f"only baseline {extra}, only engine {absent}"
        )
        baseline = baseline.filter(pl.col(key).is_in(list(theirs)))
        engine = engine.filter(pl.col(key).is_in(list(ours)))
    missing = [name for name in baseline.columns if name not in engine.columns]
    if missing:
        problems.append(f"{len(missing)} columns are not in the engine's file: {missing[:8]}")
    shared = [name for name in baseline.columns if name in engine.columns and name != key]
    largest = 0.0
    for name in shared:
        left, right = (frame[name].cast(pl.Float64).fill_nan(None) for frame in (baseline, engine))
        if name.endswith("_SD"):
            left, right = left * left, right * right
        gap = (left - right).abs()
        empty = int((left.is_null() != right.is_null()).sum())
        off = int((gap > TOLERANCE).sum())
        worst = gap.max()
        largest = max(largest, worst if isinstance(worst, float) else 0.0)
        if empty or off:
            bad = ((gap > TOLERANCE).fill_null(value=False)) | (left.is_null() != right.is_null())
            row = int(bad.arg_true()[0])
            problems.append(
                f"{name}: {off} differ, {empty} empty on one side; first {key} "
                f"{baseline[key][row]}: baseline {left[row]}, engine {right[row]}"
            )
    cells = len(shared) * baseline.height
    only_engine = len(set(engine.columns) - set(baseline.columns))
    return Agreement(level, baseline.height, len(shared), cells, only_engine, largest, problems)


def compare_folders(baseline: Path, engine: Path) -> list[Agreement]:
    """Compare every level of two folders of Parquet files."""
    return [
        compare(
            level,
            pl.read_parquet(baseline / f"{level}.parquet"),
            pl.read_parquet(engine / f"{level}.parquet"),
        )
        for level in KEYS
    ]


def main() -> None:
    """Compare, print, and leave with 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("baseline", type=Path)
    parser.add_argument("engine", type=Path)
    parser.add_argument("--problems", type=int, default=10, help="how many to print for each level")
    options = parser.parse_args()
    found = compare_folders(options.baseline, options.engine)
    for level in found:
        print(
            f"{level.level}: {level.rows} rows x {level.columns} columns, {level.cells} cells, "
            f"largest difference {level.largest:.1e}, {len(level.problems)} problems, "
            f"{level.only_engine} columns only in the engine's file"
        )
        for problem in level.problems[: options.problems]:
            print(f"  {problem}")
    sys.exit(any(level.problems for level in found))


if __name__ == "__main__":
    main()
