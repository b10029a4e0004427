"""Show that the Spark engine and the embedded engine give the same, and what each takes.

    python benchmarks/spark_agrees.py --cohorts 1 20 --workers 2

Makes national cohorts, puts them below one another, and runs `keystage measures` with a derived
reference on both engines: embedded from one file, on Spark from a folder of a file a cohort. Every
file for analysts must be equal, to the last bit; rows of parts may stand in another order.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

from national_file import write_files

HERE = Path(__file__).parent
SEED = 2022
RESULTS = HERE / "data" / "spark.json"


def make(folder: Path, pupils: int, cohorts: int) -> tuple[Path, Path, Path]:
    """The schools, a folder of cohorts, and one file of them all."""
    spread, stacked = folder / "spread", folder / "stacked.parquet"
    if not stacked.exists():
        made = write_files(folder, pupils, cohorts, SEED, csv=False)
        spread.mkdir(exist_ok=True)
        files = sorted(path for name, path in made.items() if name != "schools")
        for path in files:
            shutil.move(path, spread / path.name)
        pl.scan_parquet(sorted(spread.glob("*.parquet"))).sink_parquet(stacked)
    return folder / "schools.parquet", spread, stacked


def measured(pupils: Path, schools: Path, out: Path, *engine: str) -> tuple[float, float]:
    """Seconds and, of this process alone, MiB of one whole run."""
    arguments = [pupils, "--schools", schools, "--year", 2022, "--release", "provisional"]
    more = ["--reference", "derived", "--outputs", "analyst", "-o", out, *engine]
    command = [sys.executable, "-m", "keystage.cli.main", "measures", *arguments, *more]
    start = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)))
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, "the run failed"
    return time.perf_counter() - start, used.ru_maxrss / 1024


def compare(ours: Path, theirs: Path) -> list[str]:
    """The files for analysts that differ."""
    different = []
    for path in sorted((ours / "analyst").iterdir()):
        other = theirs / "analyst" / path.name
        if path.suffix == ".parquet":
            one, two = pl.read_parquet(path), pl.read_parquet(other)
            if path.name == "parts.parquet":
                one, two = one.sort("URN", "group"), two.sort("URN", "group")
            same = one.equals(two)
        else:
            same = path.read_bytes() == other.read_bytes()
        if not same:
            different.append(path.name)
    return different


def main() -> None:
    """Run both engines for each number of cohorts, and leave with 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=670_000, help="of a cohort")
    parser.add_argument("--cohorts", type=int, nargs="+", default=[1, 20])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="4g", help="of Spark's Java process")
    parser.add_argument("--to", type=Path, default=HERE / "data" / "spark")
    options = parser.parse_args()
    os.environ |= {
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": f"--master local[{options.workers}] --driver-memory "
        f"{options.memory} --conf spark.ui.enabled=false pyspark-shell",
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    rows = []
    for cohorts in options.cohorts:
        folder = options.to / f"{options.pupils}x{cohorts}"
        folder.mkdir(parents=True, exist_ok=True)
        schools, spread, stacked = make(folder, options.pupils, cohorts)
        here, mebibytes = measured(stacked, schools, folder / "embedded")
        there, _ = measured(spread, schools, folder / "on_spark", "--engine", "spark")
        different = compare(folder / "embedded", folder / "on_spark")
        row = {
            "cohorts": cohorts,
            "pupils": cohorts * options.pupils,
            "embedded_seconds": round(here, 1),
            "embedded_mebibytes": round(mebibytes),
            "spark_seconds": round(there, 1),
            "workers": options.workers,
            "load": round(os.getloadavg()[0], 1),
            "different": different,
        }
        print(json.dumps(row), flush=True)
        rows.append(row)
    RESULTS.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    sys.exit(any(row["different"] for row in rows))


if __name__ == "__main__":
    main()
