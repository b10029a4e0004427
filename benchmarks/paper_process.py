"""One process that reads the returns of a made cohort back: compared with the roll, or checked.

python benchmarks/paper_process.py read COHORT PAPER WORKERS
python benchmarks/paper_process.py check COHORT PAPER WORKERS
"""

import sys
from pathlib import Path

import polars as pl

from keystage.core.subjects import ASSESSED
from keystage.flows.cohort.trail import ALL_EXPECTED, RETURNS, open_trail
from keystage.flows.returns.known import expected_pupils
from keystage.flows.returns.preflight import preflight
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.profile import load_profile
from keystage.records.returns import ReturnSet, judgements
from keystage.statute.collection import Collection


def compare(returns: ReturnSet, cohort: Path, year: int) -> None:
    """See that what was read is what was made."""
    judged = judgements(returns, year).select("pupil", *ASSESSED)
    found = returns.pupils.select("pupil", "upn").join(judged, on="pupil", how="left")
    columns = [pl.col(f"ta_{subject}").alias(subject) for subject in ASSESSED]
    made = pl.read_parquet(cohort / "roll.parquet", columns=["upn", *(f"ta_{s}" for s in ASSESSED)])
    if not found.drop("pupil").sort("upn").equals(made.select("upn", *columns).sort("upn")):
        sys.exit("What was read is not what was made.")


def check(returns: ReturnSet, paper: Path, collection: Collection) -> None:
    """See that nothing red is found."""
    expected = expected_pupils(paper / ALL_EXPECTED, collection)
    done = preflight(returns, collection, load_profile(None), expected=expected)
    if done.verdict == "red":
        sys.exit(done.summary)


def main() -> None:
    """Read the arguments and the files, and compare or check."""
    step, cohort, paper, workers = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    collection = open_trail(paper).collection
    returns = read_returns([paper / RETURNS], load_profile(None), workers=int(workers))
    if step == "read":
        compare(returns, cohort, collection.year.id)
    else:
        check(returns, paper, collection)


if __name__ == "__main__":
    main()
