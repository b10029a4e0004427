"""The pupils behind earlier cohorts, from the files the cohorts were made from."""

from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path

from keystage.core.errors import InputError
from keystage.flows.earlier import EarlierCohort
from keystage.formats.files import kind_of
from keystage.formats.tables import read_pupils
from keystage.measures.explain_pooled import CohortBefore
from keystage.measures.working import working_table
from keystage.statute.loader import load_year


def with_pupils(cohorts: Sequence[EarlierCohort], files: Sequence[Path]) -> list[CohortBefore]:
    """Each cohort with the pupils of its file, where that is among the files.

    A file belongs to the cohorts whose folder names its SHA-256, so the order does not matter.

    Raises:
        InputError: a file cannot be read, or no cohort was made from it.
    """
    by_digest: dict[str | None, Path] = {}
    for file in files:
        digest = _sha256(file)
        if digest not in {cohort.made_from for cohort in cohorts}:
            raise InputError(
                "None of the earlier cohorts was made from this file.",
                where=str(file),
                todo="Give the very file `keystage measures` read for that year, unchanged.",
            )
        by_digest[digest] = file
    return [_cohort(cohort, by_digest.get(cohort.made_from)) for cohort in cohorts]


def _cohort(cohort: EarlierCohort, file: Path | None) -> CohortBefore:
    if file is None:
        return CohortBefore(cohort.year, cohort.parts)
    year = load_year(cohort.year, cohort.release)
    working = working_table(read_pupils(file, year).frame, year)
    return CohortBefore(cohort.year, cohort.parts, (working, year))


def _sha256(path: Path) -> str:
    kind_of(path)
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
