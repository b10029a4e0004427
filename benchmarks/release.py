"""How long a national file of results takes to be prepared, and how much memory.

Makes an invented file of every pupil of a country with three results each, and reads and checks it
as the preparing of a release does. With ``--write`` it is prepared as a worker does it, down to the
last row in the database: SQLite in a folder of its own, or that of ``DATABASE_URL``.

    python benchmarks/release.py --pupils 670000
    python benchmarks/release.py --write
    python tests/on_postgresql.py python benchmarks/release.py --write
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from keystage.flows.results_day.checking import check_release
from keystage.flows.results_day.reading import read_release
from keystage.formats.ctf.profile import load_profile
from keystage.statute.collection_loader import load_collection

_HEAD = "School number,UPN,Surname,Forename,Date of birth,Sex,Test,Raw mark,Scaled score,Outcome"
OF_A_SCHOOL, _KIB = 42, 1024


def write(path: Path, pupils: int) -> None:
    """Write an invented file: schools whose number ends below 1000, UPNs of no pupil."""
    with path.open("w", encoding="utf-8") as into:
        into.write(f"{_HEAD}\n")
        for pupil in range(pupils):
            number = number_of(pupil // OF_A_SCHOOL)
            who = f"Surname{pupil % 9973},Forename{pupil % 997},01/{1 + pupil % 12:02d}/2015,F"
            for test, score in (("reading", 104), ("gps", 97), ("maths", 110)):
                said = "AS" if score >= 100 else "NS"  # invented scores
                into.write(f"{number},A{pupil:012d},{who},{test},40,{score},{said}\n")


def number_of(school: int) -> str:
    """The number of an invented school, below 1000 within its authority."""
    return f"{200 + school // 900:03d}{school % 900 + 1:04d}"


def check(data: bytes, year: int) -> int:
    """Read and check a file; how many rows it has."""
    collection = load_collection(year)
    read = read_release(data, "nation.csv", collection, load_profile())
    schools = frozenset(read.rows["school"].unique())
    checked = check_release(read, schools, collection, None)
    if checked.faults.height:
        raise ValueError(checked.faults["what"][0])
    return checked.rows.height


def told(what: str, began: float, cpu: float) -> None:
    """Print what something took since a moment and an amount of processor time."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
    print(
        f"{what}: {time.monotonic() - began:.1f} s, {time.process_time() - cpu:.1f} s of CPU, "
        f"{peak:.0f} MiB at most",
        flush=True,
    )


def main() -> None:
    """Make the file, prepare it, and print what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pupils", type=int, default=670_000)
    asked.add_argument("--year", type=int, default=2026)
    asked.add_argument("--write", action="store_true", help="write it into a database too")
    given = asked.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "nation.csv"
        write(path, given.pupils)
        data = path.read_bytes()
        if given.write:
            settings = "keystage.web.settings"
            beside = {"DJANGO_SETTINGS_MODULE": settings, "KEYSTAGE_FOLDER": folder}
            program = Path(__file__).with_name("release_written.py")
            command = [sys.executable, str(program), str(path)]
            subprocess.run(
                [*command, str(given.pupils), str(given.year)],
                env={**os.environ, **beside}, check=True,
            )  # fmt: skip
            return
        began, cpu = time.monotonic(), time.process_time()
        rows = check(data, given.year)
        told(f"{len(data) / 1e6:.0f} MB, {rows:,} rows", began, cpu)


if __name__ == "__main__":
    main()
