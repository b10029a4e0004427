"""Values that the school's own system has otherwise, to be corrected there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.actions.auditing import taken_away
from keystage.actions.gateway.correcting import WHOLE, Correction, corrections_of
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.gateway.changes import named
from keystage.web.gateway.found import return_here
from keystage.web.spreadsheet import line
from keystage.web.wording import as_kept_date

_HEADS = ("Pupil", "UPN", "What", "In the last import", "Here", "Received", "What to do")
_NOT_KNOWN = "Not known"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A value to correct, in words."""

    pupil: str
    upn: str
    what: str
    imported: str
    stored: str
    received: str
    todo: str

    def cells(self) -> list[str]:
        """The texts of a line."""
        return [
            self.pupil, self.upn, self.what, self.imported, self.stored, self.received, self.todo,
        ]  # fmt: skip


@page(Permission.PREPARE_SUBMISSION)
def correct(request: HttpRequest, here: Here) -> HttpResponse:
    """What differs between the last import, the pages here, and what was received."""
    school_return = return_here(here)
    rows = [row_of(one) for one in corrections_of(school_return)]
    context = {
        "rows": rows,
        "heads": _HEADS,
        "submitted": bool(school_return.version),
        "back_href": here.href("gateway:return"),
    }
    return render(request, "gateway/correct.html", context)


@page(Permission.PREPARE_SUBMISSION)
def correct_file(request: HttpRequest, here: Here) -> HttpResponse:
    """The same list for a spreadsheet."""
    del request
    rows = (row_of(one) for one in corrections_of(return_here(here)))
    taken_away(
        "values to correct elsewhere", by=here.by, organisation=here.organisation, year=here.season
    )
    name = f"correct-{here.organisation.code}-{here.season}.csv"
    return attached(name, _lines(rows))


def row_of(one: Correction) -> Row:
    """A correction in words."""
    return Row(
        pupil=one.pupil,
        upn=one.upn or "None",
        what="Pupil" if one.field == WHOLE else named(one.field),
        imported=_shown(one, one.imported),
        stored="Not in the cohort" if one.stored is None else _shown(one, one.stored),
        received="Not received" if one.received is None else _shown(one, one.received),
        todo=_todo(one),
    )


def _todo(one: Correction) -> str:
    if one.field == WHOLE:
        return "Enter the pupil in your own system."
    right = _shown(one, one.right)
    if one.amendment:
        return _after_amendment(one, right)
    if one.stored is None:
        return "Find out whether the pupil belongs to the cohort."
    own = f"Make it {right} in your own system."
    if one.received in {None, one.stored}:
        return own
    again = "Submit a file with the value that is right."
    return again if one.imported in {None, one.stored} else f"{own} {again}"


def _after_amendment(one: Correction, right: str) -> str:
    """What is left to do of an agreed amendment, until the school says that it is done."""
    here = "" if one.stored in {None, one.agreed} else " and in the mark sheet here"
    again = "" if one.received == one.agreed else " Submit a file with it."
    return (
        f"Amendment {one.amendment} was agreed. Make it {right} in your own system{here}.{again} "
        "Then say on its page that it is done."
    )


def _shown(one: Correction, text: str | None) -> str:
    if text is None:
        return _NOT_KNOWN
    return as_kept_date(text) if text and one.field == "birth_date" else text or "Blank"


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    yield line(_HEADS)
    for row in rows:
        yield line(row.cells())
