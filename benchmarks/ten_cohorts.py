"""Calculate the measures of several pupil files in one process, one cohort after the other.

python benchmarks/ten_cohorts.py SCHOOLS.parquet OUT PUPILS-01.parquet [PUPILS-02.parquet ...]
"""

import sys
from pathlib import Path

from keystage.flows import measures


def main() -> None:
    """Run the whole flow for each file; each writes its own folder."""
    schools, out, *cohorts = map(Path, sys.argv[1:])
    for pupils in cohorts:
        measures.run(
            pupils=pupils,
            schools=schools,
            year=2022,
            release="provisional",
            out=out / pupils.stem,
            outputs={"analyst"},
        )


if __name__ == "__main__":
    main()
