"""The floor of every ratio: a process that only reads the needed columns, and exits.

python benchmarks/floor.py PUPILS.parquet
"""

import sys
from pathlib import Path

import polars as pl

#: What the measures do not need: the school's number, which the schools file has too.
NOT_NEEDED = "LAESTAB"


def main() -> None:
    """Read the columns of the file named first."""
    path = Path(sys.argv[1])
    needed = [name for name in pl.read_parquet_schema(path) if name != NOT_NEEDED]
    print(pl.read_parquet(path, columns=needed).height)


if __name__ == "__main__":
    main()
