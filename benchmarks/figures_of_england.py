"""What a release of figures of England takes: the job, from a pupil file down to the last row.

The files are those of ``national_file.py``, which makes them where they are not there, or those of
an invented England that ``keystage cohort make`` wrote to a folder. The release is asked for,
computed and kept by the worker, in a SQLite database of its own or that of ``DATABASE_URL``; with
``--twice`` a second one follows, which looks at the first, withholds beside it and is reviewed
beside it; with ``--verify`` the last one is read back and computed again.

    python benchmarks/figures_of_england.py --pupils 60000
    python benchmarks/figures_of_england.py --twice --verify
    python benchmarks/figures_of_england.py --year 2023 --cohort england --derived
    python tests/on_postgresql.py python benchmarks/figures_of_england.py
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
MADE = HERE / "figures_of_england_made.py"


def main() -> None:
    """Start a process of its own with a folder of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--year", default="2022", help="whose rules hold")
    asked.add_argument("--pupils", default="670000", help="how many, of the simple files")
    asked.add_argument("--cohort", type=Path, help="a folder of an invented England instead")
    asked.add_argument("--reference", help="a file with tables of the year")
    asked.add_argument("--twice", action="store_true", help="a second release beside the first")
    asked.add_argument("--derived", action="store_true", help="make the national reference")
    asked.add_argument("--verify", action="store_true", help="compute the last one again")
    given = asked.parse_args()
    pupils, schools = _invented(given.cohort) if given.cohort else _simple(given.pupils)
    command = [sys.executable, str(MADE), "--year", given.year]
    command += ["--pupils", str(pupils), "--schools", str(schools)]
    command += ["--reference", given.reference] if given.reference else []
    command += [f"--{name}" for name in ("twice", "derived", "verify") if getattr(given, name)]
    with TemporaryDirectory() as folder:
        beside = {"DJANGO_SETTINGS_MODULE": "keystage.web.settings", "KEYSTAGE_FOLDER": folder}
        subprocess.run(command, env={**os.environ, **beside}, check=True)


def _invented(folder: Path) -> tuple[Path, Path]:
    return folder / "pupils.parquet", folder / "schools.parquet"


def _simple(pupils: str) -> tuple[Path, Path]:
    data = HERE / "data" / pupils
    if not (data / "pupils-01.parquet").exists():
        made = [str(HERE / "national_file.py"), "--pupils", pupils, "--to", str(data)]
        subprocess.run([sys.executable, *made], check=True)
    return data / "pupils-01.parquet", data / "schools.parquet"


if __name__ == "__main__":
    main()
