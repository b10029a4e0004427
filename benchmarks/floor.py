"""The floor of every ratio: a process that only reads the needed columns, and exits.

    python benchmarks/floor.py PUPILS.parquet
"""

import sys
from pathlib import Path

import polars as pl

#: The columns the measures need; LAESTAB is left out, since the schools file has it.
COLUMNS = (
    "URN UPN P_INCL SEX SENF EALGRP FSM6_P NEWMOBILE KS1READ KS1WRIT KS1MAT KS1READPSCALE "
    "KS1WRITPSCALE KS1ENGPSCALE KS1MATPSCALE READOUTCOME MATOUTCOME GPSOUTCOME READSCORE MATSCORE "
    "GPSSCORE WRITTAOUTCOME SCITAOUTCOME MATTAOUTCOME READTAOUTCOME"
).split()


def main() -> None:
    """Read the columns of the file named first."""
    print(pl.read_parquet(Path(sys.argv[1]), columns=COLUMNS).height)


if __name__ == "__main__":
    main()
