"""An attendance register filled, confirmed and declared, for tests of what comes after."""

from keystage.actions.by import By
from keystage.actions.register import confirming, declaring
from keystage.actions.register.entering import Entry, Saved, set_codes
from keystage.actions.register.register import register_of
from keystage.store.models import (
    Attendance,
    Declaration,
    Organisation,
    Person,
    RegisterConfirmation,
    Sheet,
)

PAPERS = ("reading", "gps_1", "gps_2", "maths_1", "maths_2", "maths_3")


def entry(sheet: Sheet, surname: str, paper: str, code: str) -> Entry:
    """A code for a pupil, as somebody wants it who sees what is stored."""
    member = sheet.cohort.get(pupil__surname=surname)
    row = Attendance.objects.filter(cohort_pupil=member, paper=paper).first()
    return Entry(member=member.pk, paper=paper, code=code, seen=row.version if row else 0)


def enter(
    sheet: Sheet, who: Person, surname: str, paper: str, code: str, reason: str = ""
) -> Saved:
    """Enter one code."""
    return set_codes(sheet, [entry(sheet, surname, paper, code)], by=By(who), reason=reason)


def filled(sheet: Sheet, who: Person, code: str = "present") -> Sheet:
    """The sheet with a code for everybody who needs one and has none."""
    entries = [
        Entry(member=row.member.pk, paper=paper, code=code, seen=cell.version)
        for row in register_of(sheet).rows
        for paper, cell in row.cells.items()
        if cell.needed and not cell.code
    ]
    set_codes(sheet, entries, by=By(who))
    return sheet


def confirmed(sheet: Sheet, who: Person, head: Person) -> RegisterConfirmation:
    """The register of a sheet, filled by one person and confirmed by another."""
    return confirming.confirm(filled(sheet, who), by=By(head))


def declared(sheet: Sheet, who: Person, head: Person, *, for_authority: bool = True) -> Declaration:
    """The declaration, drafted by one person and signed by another."""
    confirmed(sheet, who, head)
    drafted = declaring.draft(sheet, outcome="confirmed", for_authority=for_authority, by=By(who))
    return declaring.sign(sheet, declaration=drafted.pk, by=By(head))


def empty(school: Organisation) -> None:
    """A school without pupils in its cohort."""
    for sheet in school.sheets.all():
        sheet.cohort.all().delete()
