"""All of England from nothing to its measures: made, written as files, read, checked, computed.

    python benchmarks/national_paper.py [--schools 1500] [--workers 2] [--folder FOLDER]

Each step is a process of its own, timed with its peak memory:

- make: the cohort, schools and pupils (`keystage cohort make`);
- paper: one transfer file and one expected list for each school (`keystage cohort paper`);
- read: every file read back, and its judgements compared with those that were made;
- check: every file read and checked with the expected list; nothing red is to be found;
- measures: every measure at every level, with the reference derived from the cohort itself;
- score: the same files with mistakes in a tenth of the schools, and how many the checks find.

Without --schools it is all of England: 16,300 schools and about 670,000 pupils.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Run, python, run_once

YEAR, RELEASE, SEED = "2022", "provisional", "1"
RATE = "0.1"
ENOUGH = 1000  # schools: fewer have no pupil in some prior attainment group


def commands(work: Path, schools: int | None, workers: int) -> dict[str, list[str]]:
    """The command of each step."""
    keystage = python("-m", "keystage.cli.main")
    own = Path(__file__).with_name("paper_process.py")
    cohort, paper, faulty = (str(work / name) for name in ("cohort", "paper", "faulty"))
    size = ["--national"] if schools is None else ["--schools", str(schools)]
    whole = schools is None or schools >= ENOUGH
    reference = ["--reference", "derived", "--national"] if whole else []
    year = ["--year", YEAR, "--release", RELEASE]
    processes = ["--workers", str(workers)]
    tables = [f"{cohort}/pupils.parquet", "--schools", f"{cohort}/schools.parquet"]
    return {
        "make": [*keystage, "cohort", "make", *year, "--seed", SEED, *size, "-o", cohort],
        "paper": [*keystage, "cohort", "paper", cohort, "-o", paper, *processes],
        "read": python(own, "read", cohort, paper, str(workers)),
        "check": python(own, "check", cohort, paper, str(workers)),
        "measures": [*keystage, "measures", *tables, *year, *reference,
                     "-o", f"{work}/measures"],
        "faults": [*keystage, "cohort", "faults", paper, "-o", faulty, "--seed", SEED,
                   "--rate", RATE],
        "score": [*keystage, "cohort", "score", faulty, "--json"],
    }  # fmt: skip


def told(step: str, run: Run, log: Path) -> str:
    """A row of the table."""
    note = ""
    if step == "score":
        score = json.loads(log.read_text(encoding="utf-8"))
        note = (
            f"{score['found']:,} of {score['seeded']:,} mistakes found, "
            f"{score['false_alarms_red']} false alarms in "
            f"{score['schools_without_mistakes']:,} schools"
        )
    return f"| {step} | {run.wall:.1f} | {run.cpu:.1f} | {run.peak:.0f} | {note} |"


def main() -> None:
    """Read the options, and run every step, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where to work; it is kept")
    options = parser.parse_args()
    work = options.folder or Path(tempfile.mkdtemp(prefix="keystage-"))
    work.mkdir(parents=True, exist_ok=True)
    print("| step | wall s | CPU s | peak MiB | |\n| --- | --- | --- | --- | --- |")
    for step, command in commands(work, options.schools, options.workers).items():
        log = work / f"{step}.log"
        run = run_once(command, log=log)
        print(told(step, run, log))
        sys.stdout.flush()
    if options.folder is None:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
