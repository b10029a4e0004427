"""The rows of a file for pupils of the cohort: taken, left out, not matched."""

from collections.abc import Collection as Some
from dataclasses import dataclass

from keystage.actions.errors import RefusedError
from keystage.actions.imports.shapes import Line
from keystage.store.models import CohortPupil, Import, ImportRow, Sheet

What = ImportRow.Decision
_SKIPPED = "left out by a person"
_OUTSIDE = "the pupil is not in the cohort of this season"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The rows by what becomes of them; each that is taken with its cohort pupil."""

    sheet: Sheet
    rows: tuple[tuple[ImportRow, CohortPupil], ...]
    skipped: tuple[Line, ...]
    not_matched: tuple[Line, ...]


def taken_of(file: Import, classes: Some[str] | None) -> Taken:
    """Sort the rows of a file.

    Raises:
        RefusedError: the season has no sheet.
    """
    sheet = sheet_for(file)
    members = members_for(sheet, classes)
    rows, skipped, not_matched = [], [], []
    for row in file.rows.select_related("pupil"):
        if row.decision == What.SKIP:
            skipped.append(Line(line=row.line, reason=_SKIPPED))
        elif row.decision != What.ACCEPT or row.pupil_id is None:
            not_matched.append(Line(line=row.line, reason="; ".join(row.reasons)))
        elif row.pupil_id not in members:
            skipped.append(Line(line=row.line, pupil=row.pupil_id, reason=_OUTSIDE))
        else:
            rows.append((row, members[row.pupil_id]))
    return Taken(
        sheet=sheet,
        rows=tuple(rows),
        skipped=tuple(skipped),
        not_matched=tuple(not_matched),
    )


def members_for(sheet: Sheet, classes: Some[str] | None) -> dict[object, CohortPupil]:
    """The pupils of the cohort by the keys of the roll, of some classes where these are named."""
    members = sheet.cohort.filter(removed=False).select_related("pupil")
    if classes is not None:
        members = members.filter(pupil__class_name__in=classes)
    return {member.pupil_id: member for member in members}


def sheet_for(file: Import) -> Sheet:
    """The sheet of the season of a file.

    Raises:
        RefusedError: there is none.
    """
    sheet = (
        Sheet.objects.select_related("school").filter(school=file.school, year=file.year).first()
    )
    if sheet is None:
        raise RefusedError(
            "The codes and rules of this season are not loaded.",
            todo="Load them, then bring in the file.",
        )
    return sheet


def write_rows(rows: Some[ImportRow]) -> None:
    """Keep what was done in the rows."""
    ImportRow.objects.bulk_update(rows, ("before", "after", "applied"))
