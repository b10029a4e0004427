"""How long a national file of results takes to be read and checked, and how much memory.

Makes an invented file of every pupil of a country with three results each, and reads and checks it
as the preparing of a release does. ``python -m benchmarks.release --pupils 670000``.
"""

import argparse
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from keystage.flows.results_day.checking import check_release
from keystage.flows.results_day.reading import read_release
from keystage.formats.ctf.profile import load_profile
from keystage.statute.collection_loader import load_collection

_HEAD = "School number,UPN,Surname,Forename,Date of birth,Sex,Test,Raw mark,Scaled score,Outcome"
_OF_A_SCHOOL, _KIB = 42, 1024


def write(path: Path, pupils: int) -> None:
    """Write an invented file: schools whose number ends below 1000, UPNs of no pupil."""
    with path.open("w", encoding="utf-8") as into:
        into.write(f"{_HEAD}\n")
        for pupil in range(pupils):
            school = pupil // _OF_A_SCHOOL
            number = f"{200 + school // 900:03d}{school % 900 + 1:04d}"
            who = f"Surname{pupil % 9973},Forename{pupil % 997},01/{1 + pupil % 12:02d}/2015,F"
            for test, score in (("reading", 104), ("gps", 97), ("maths", 110)):
                said = "AS" if score >= 100 else "NS"  # invented scores
                into.write(f"{number},A{pupil:012d},{who},{test},40,{score},{said}\n")


def main() -> None:
    """Make the file, read it, check it, and print what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pupils", type=int, default=670_000)
    asked.add_argument("--year", type=int, default=2026)
    given = asked.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "nation.csv"
        write(path, given.pupils)
        data = path.read_bytes()
    collection, began, cpu = load_collection(given.year), time.monotonic(), time.process_time()
    read = read_release(data, "nation.csv", collection, load_profile())
    schools = frozenset(read.rows["school"].unique())
    checked = check_release(read, schools, collection, None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
    print(
        f"{len(data) / 1e6:.0f} MB, {checked.rows.height:,} rows, {checked.faults.height} faults: "
        f"{time.monotonic() - began:.1f} s, {time.process_time() - cpu:.1f} s of CPU, "
        f"{peak:.0f} MiB at most"
    )


if __name__ == "__main__":
    main()
