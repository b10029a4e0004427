"""What a release of figures of England takes: the job, from a pupil file down to the last row.

The files are those of ``national_file.py``. The release is asked for, computed and kept by the
worker, in a SQLite database of its own or that of ``DATABASE_URL``; with ``--twice`` a second one
follows, which looks at the first, withholds beside it and is reviewed beside it; with ``--verify``
the last one is read back and computed again.

    python benchmarks/figures_of_england.py --pupils 60000
    python benchmarks/figures_of_england.py --twice --derived --verify
    python tests/on_postgresql.py python benchmarks/figures_of_england.py
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent


def main() -> None:
    """Start a process of its own with a folder of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pupils", type=int, default=670_000)
    asked.add_argument("--twice", action="store_true", help="a second release beside the first")
    asked.add_argument("--derived", action="store_true", help="make the national reference")
    asked.add_argument("--verify", action="store_true", help="compute the last one again")
    asked.parse_args()
    with TemporaryDirectory() as folder:
        beside = {"DJANGO_SETTINGS_MODULE": "keystage.web.settings", "KEYSTAGE_FOLDER": folder}
        program = HERE / "figures_of_england_made.py"
        command = [sys.executable, str(program), *sys.argv[1:]]
        subprocess.run(command, env={**os.environ, **beside}, check=True)


if __name__ == "__main__":
    main()
