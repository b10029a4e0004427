"""Results of a sheet that may be another pupil's: scripts of pupils with like names swapped."""

from collections.abc import Collection as Some
from dataclasses import dataclass

import polars as pl

from keystage.actions.returns import cohort_of, values_of
from keystage.checks.scripts import CODE, RECORDS, swapped_scripts
from keystage.core.subjects import ASSESSED, TESTED
from keystage.store.models import CohortPupil, Sheet


@dataclass(frozen=True, kw_only=True)
class Swapped:
    """Two pupils whose results fit the other better.

    Attributes:
        code: the check.
        one: a pupil.
        other: the pupil with a like name.
        what: what the check says, with both names.
        todo: what a person can do.
    """

    code: str
    one: CohortPupil
    other: CohortPupil
    what: str
    todo: str


def swapped_of(sheet: Sheet, classes: Some[str] | None = None) -> list[Swapped]:
    """The pairs of pupils of a sheet whose results may be each other's.

    What to expect is learnt from the whole cohort; of too small a one nothing is said. A pair is
    told to who may see both pupils.

    Args:
        sheet: the sheet.
        classes: the classes a person may see; None for all.
    """
    members = {str(member.pk): member for member in cohort_of(sheet)}
    found = swapped_scripts(_records(sheet, members))
    pairs = [
        Swapped(
            code=CODE,
            one=members[row["upn"]],
            other=members[row["other_upn"]],
            what=row["message"],
            todo=row["todo"],
        )
        for row in found.iter_rows(named=True)
    ]
    if classes is None:
        return pairs
    return [
        pair
        for pair in pairs
        if {pair.one.pupil.class_name, pair.other.pupil.class_name} <= set(classes)
    ]


def _records(sheet: Sheet, members: dict[str, CohortPupil]) -> pl.DataFrame:
    """The pupils as the check looks at them: the key of the cohort pupil stands for the number."""
    scores: dict[int, dict[str, int | None]] = {}
    for key, subject, score in sheet.cohort.filter(results__isnull=False).values_list(
        "pk", "results__subject", "results__scaled_score"
    ):
        scores.setdefault(key, {})[subject] = score
    rows = []
    for name, member in members.items():
        codes, known = values_of(member), scores.get(member.pk, {})
        rows.append(
            {
                "school": sheet.school.number,
                "upn": name,
                "surname": member.pupil.surname,
                "forename": member.pupil.forename,
                **{f"{test}_score": known.get(str(test)) for test in TESTED},
                **{str(subject): codes.get(str(subject)) for subject in ASSESSED},
                "prior": None,
            }
        )
    return pl.DataFrame(rows, schema=dict(RECORDS), strict=False)
