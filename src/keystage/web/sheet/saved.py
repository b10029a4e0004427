"""What a person is told after cells were saved together, and where they go next."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from keystage.actions import returns
from keystage.actions.sheets.cells import Saved
from keystage.store.models import Sheet
from keystage.web.doors import Here
from keystage.web.sheet.pages import show, to
from keystage.web.sheet.unsaved import unsettled_of
from keystage.web.wording import plural


def say_saved(
    request: HttpRequest, here: Here, sheet: Sheet, saved: Saved, word: str = "saved"
) -> None:
    """Check a sheet of which something was saved, and say so; ``word`` is what was done."""
    if saved.saved:
        returns.check(sheet, by=here.by)
        said = plural(len(saved.saved), "judgement was", "judgements were")
        messages.success(request, f"{said} {word} and the sheet was checked.")


def settle(
    request: HttpRequest, here: Here, sheet: Sheet, saved: Saved, shown: str = ""
) -> HttpResponse:
    """The page that settles what was not saved; ``shown`` is the class the sheet shows."""
    return show(
        request,
        here,
        "unsaved",
        status=HTTPStatus.CONFLICT,
        unsettled=unsettled_of(sheet, saved),
        shown=shown,
    )


def done(
    request: HttpRequest, here: Here, sheet: Sheet, saved: Saved, word: str = "saved"
) -> HttpResponse:
    """The page after cells were saved together: what was, or what is left to settle."""
    say_saved(request, here, sheet, saved, word)
    if not saved.whole:
        return settle(request, here, sheet, saved)
    if saved.batch is None:
        messages.info(request, "Nothing had to be changed.")
        return to(here, "grid")
    return to(here, "batch", {"batch": saved.batch})
