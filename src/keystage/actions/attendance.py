"""What an attendance register holds, its digest, and the word of a person that it is right.

A confirmation is given of a digest. Whatever changes the digest breaks the confirmation: a code, a
registration, or who is in the cohort.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.core.subjects import Subject
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection
from keystage.statute.register import TestRegister
from keystage.statute.register_loader import load_register
from keystage.store.models import Attendance, CohortPupil, RegisterConfirmation, Sheet


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What the register says of a pupil and a paper.

    Attributes:
        code: as somebody entered it, or as the registration says by itself; empty if unknown.
        version: of what was entered; 0 where nobody ever entered anything.
        implied: whether the registration says it.
        needed: whether somebody has to enter it: the pupil is registered to take the test.
    """

    code: str
    version: int
    implied: bool
    needed: bool


def cells_of(
    member: CohortPupil,
    entered: Mapping[str, Attendance],
    book: TestRegister,
    sits: Iterable[str],
) -> dict[str, Cell]:
    """The cells of a pupil by paper; ``sits``: the registrations that take the test."""
    cells, taking = {}, frozenset(sits)
    for paper, one in book.papers.papers.items():
        registration = registration_of(member, one.subject)
        row = entered.get(paper)
        code, version = (row.code, row.version) if row else ("", 0)
        implied = "" if code else book.implied(registration)
        cells[paper] = Cell(
            code=code or implied,
            version=version,
            implied=bool(implied),
            needed=registration in taking,
        )
    return cells


def registration_of(member: CohortPupil, test: Subject) -> str:
    """How a pupil is registered for a test; empty where nobody has said."""
    found: str = getattr(member, str(test))
    return found


def seal_of(cells: Mapping[int, Mapping[str, Cell]]) -> str:
    """The digest of a register: the codes of each pupil who has one or needs one."""
    held = {
        str(key): {paper: cell.code for paper, cell in row.items() if cell.code or cell.needed}
        for key, row in cells.items()
    }
    content = {key: row for key, row in held.items() if row}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def standing(sheet: Sheet) -> RegisterConfirmation | None:
    """The confirmation that holds, if there is one."""
    return (
        RegisterConfirmation.objects.filter(sheet=sheet, broken_at__isnull=True)
        .select_related("by")
        .first()
    )


def unseal(sheet: Sheet, *, by: By, membership: bool = False) -> bool:
    """Break the confirmation of the register if it does not say any longer what was confirmed.

    ``membership``: whether somebody said otherwise who is on it, which its digest does not hold.

    Returns whether it was broken.
    """
    confirmed = standing(sheet)
    if confirmed is None or (not membership and confirmed.seal == seal_of(_stored(sheet))):
        return False
    confirmed.broken_at, confirmed.broken_by = timezone.now(), by.person
    confirmed.save(update_fields=["broken_at", "broken_by"])
    record("register to be confirmed again", by=by, organisation=sheet.school, year=sheet.year)
    return True


def entered_of(member: CohortPupil) -> dict[str, Attendance]:
    """What was entered of a pupil, by paper."""
    return {row.paper: row for row in member.attendance.all()}


def sits_of(collection: Collection) -> frozenset[str]:
    """The registrations that take a test."""
    return frozenset(code for code, one in collection.registrations.codes.items() if one.sits)


def _stored(sheet: Sheet) -> dict[int, dict[str, Cell]]:
    """The cells of everybody in the cohort, by pupil of the cohort."""
    book, sits = load_register(sheet.year), sits_of(load_collection(sheet.year))
    members = sheet.cohort.filter(removed=False).prefetch_related("attendance")
    return {member.pk: cells_of(member, entered_of(member), book, sits) for member in members}
