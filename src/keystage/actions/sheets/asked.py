"""What is asked of each pupil: the checks' own reading of the registrations, for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keystage.actions.returns import expected_of, values_of
from keystage.actions.season.dates import collection_in_force
from keystage.checks.returns.kinds import LEFT, STAYED, left_in, sorts, standing
from keystage.core.subjects import ASSESSED
from keystage.store.models import CohortPupil, Sheet


@dataclass(frozen=True)
class Asked:
    """What a subject asks of a pupil.

    Attributes:
        due: whether a judgement is due.
        decided: the registration that decides, a code of the year's; None where nobody said how
            the pupil is registered.
    """

    due: bool
    decided: str | None


def asked_of(sheet: Sheet, members: Sequence[CohortPupil]) -> dict[int, Mapping[str, Asked]]:
    """What is asked of each pupil, by cohort pupil and subject."""
    if not members:
        return {}
    collection = collection_in_force(None, sheet.year)
    numbers = expected_of(sheet, list(members)).select(
        sort=left_in(collection).fill_null(STAYED) + len(LEFT) * standing(collection)
    )["sort"]
    names = [f"{subject}_{part}" for subject in ASSESSED for part in ("due", "decided")]
    rows = sorts(collection)[numbers].select(names).iter_rows(named=True)
    return {
        member.pk: {
            str(subject): Asked(bool(row[f"{subject}_due"]), row[f"{subject}_decided"])
            for subject in ASSESSED
        }
        for member, row in zip(members, rows, strict=True)
    }


def missing_of(sheet: Sheet, members: Sequence[CohortPupil]) -> list[tuple[int, str]]:
    """The cells in which a judgement is due and none stands: cohort pupil and subject."""
    asked = asked_of(sheet, members)
    return [
        (member.pk, subject)
        for member in members
        for subject, one in asked[member.pk].items()
        if one.due and subject not in values_of(member)
    ]
