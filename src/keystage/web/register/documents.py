"""The signed declaration as its documents say it."""

from django.utils import timezone

from keystage.actions.register.declaring import State
from keystage.reports.declaration import SignedDeclaration
from keystage.statute.register_loader import load_register
from keystage.store.models import Declaration, Sheet
from keystage.web.wording import as_moment

_NATIONAL, _AUTHORITY = "national", "authority"


def document_of(sheet: Sheet, state: State, form: str) -> SignedDeclaration | None:
    """What a document of a declaration says; None where it is not signed, or not for that form."""
    found = state.declaration
    if found is None or found.signed_at is None or found.signed_by is None:
        return None
    if form == _AUTHORITY and not found.for_authority:
        return None
    school, book = sheet.school, load_register(sheet.year)
    authority = school.authority.name if school.authority else ""
    codes = book.attendance.codes
    return SignedDeclaration(
        form=form,
        school=school.name,
        number=school.number,
        authority=authority,
        year=f"{sheet.year - 1} to {sheet.year}",
        outcome=Declaration.Outcome(found.outcome).label,
        explanation=found.explanation,
        signer=str(found.signed_by),
        signed=as_moment(found.signed_at),
        signed_on=timezone.localdate(found.signed_at),
        drafter=str(found.drafted_by),
        seal=found.seal,
        stale=state.stale,
        codes=[one.label for one in codes.values()],
        rows=[
            (one.label, *(str(found.counts.get(paper, {}).get(code, 0)) for code in codes))
            for paper, one in book.papers.papers.items()
        ],
    )
