"""Calculate the measures of several pupil files in one process, one cohort after the other.

python benchmarks/ten_cohorts.py SCHOOLS.parquet OUT PUPILS-01.parquet [PUPILS-02.parquet ...]
"""

import sys
from pathlib import Path

from keystage.flows.measures import Job, run
from keystage.statute.loader import load_year


def main() -> None:
    """Run the whole flow for each file; each writes its own folder."""
    schools, out, *cohorts = map(Path, sys.argv[1:])
    year = load_year(2022, "provisional")
    for pupils in cohorts:
        folder = out / pupils.stem
        run(Job(pupils=pupils, schools=schools, year=year, out=folder, outputs=("analyst",)))


if __name__ == "__main__":
    main()
