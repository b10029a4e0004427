"""What a release of figures of England takes: the job, down to the last row.

The pupils come from a pupil file: those of ``national_file.py``, which makes them where they are
not there, or those of an invented England that ``keystage cohort make`` wrote to a folder. With
``--collected`` they come from what the service holds instead: cohorts, accepted returns and
released results of the same England, written to the database by a process before; the statistician
gives a file of schools and one of characteristics. The release is asked for, computed and kept by
the worker, reviewed and approved by a second person, in a SQLite database of its own or that of
``DATABASE_URL``; with ``--twice`` a second one follows, which looks at the first, withholds beside
it and is reviewed beside it; with ``--verify`` the last one is read back and computed again.

    python benchmarks/figures_of_england.py --pupils 60000
    python benchmarks/figures_of_england.py --twice --verify
    python benchmarks/figures_of_england.py --year 2022 --cohort england --derived
    python benchmarks/figures_of_england.py --year 2022 --cohort england --derived --collected
    python tests/on_postgresql.py python benchmarks/figures_of_england.py
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
MADE, HELD = HERE / "figures_of_england_made.py", HERE / "figures_of_england_held.py"


def main() -> None:
    """Start processes of their own with a folder of their own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--year", default="2022", help="whose rules hold")
    asked.add_argument("--pupils", default="670000", help="how many, of the simple files")
    asked.add_argument("--cohort", type=Path, help="a folder of an invented England instead")
    asked.add_argument(
        "--collected", action="store_true", help="its pupils, as the service has them"
    )
    asked.add_argument("--reference", help="a file with tables of the year")
    asked.add_argument("--twice", action="store_true", help="a second release beside the first")
    asked.add_argument("--derived", action="store_true", help="make the national reference")
    asked.add_argument("--verify", action="store_true", help="compute the last one again")
    given = asked.parse_args()
    if given.collected and not given.cohort:
        asked.error("--collected needs --cohort")
    with TemporaryDirectory() as folder:
        command = [sys.executable, str(MADE), "--year", given.year]
        for name, file in _files(given, Path(folder)).items():
            command += [f"--{name}", str(file)]
        command += [f"--{name}" for name in ("twice", "derived", "verify") if getattr(given, name)]
        beside = {"DJANGO_SETTINGS_MODULE": "keystage.web.settings", "KEYSTAGE_FOLDER": folder}
        where = {**os.environ, **beside}
        if given.collected:
            hold = [sys.executable, str(HELD), str(given.cohort), folder]
            subprocess.run(hold, env=where, check=True)
        subprocess.run(command, env=where, check=True)


def _files(given: argparse.Namespace, folder: Path) -> dict[str, Path]:
    """The files a release is asked for with."""
    found = {"reference": Path(given.reference)} if given.reference else {}
    if given.collected:
        names = ("schools", "characteristics")
        return found | {name: folder / f"{name}.parquet" for name in names}
    if given.cohort:
        return found | {name: given.cohort / f"{name}.parquet" for name in ("pupils", "schools")}
    return found | _simple(given.pupils)


def _simple(pupils: str) -> dict[str, Path]:
    data = HERE / "data" / pupils
    if not (data / "pupils-01.parquet").exists():
        made = [str(HERE / "national_file.py"), "--pupils", pupils, "--to", str(data)]
        subprocess.run([sys.executable, *made], check=True)
    return {"pupils": data / "pupils-01.parquet", "schools": data / "schools.parquet"}


if __name__ == "__main__":
    main()
