"""Accepting what a check asks about, and taking that back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from keystage.access.permissions import Permission
from keystage.actions.returns import cohort_of
from keystage.actions.sheets import accepting
from keystage.store.models import Sheet
from keystage.web.doors import Here, page
from keystage.web.sheet.checks.accept_forms import AcceptForm
from keystage.web.sheet.checks.checking import Line, line_of
from keystage.web.sheet.found import findings_for, sheet_of
from keystage.web.sheet.pages import show, to


@page(Permission.ENTER_JUDGEMENTS, methods=("GET", "POST"))
def accept(request: HttpRequest, here: Here, finding: str) -> HttpResponse:
    """Look at one finding, and say why what it asks about is right."""
    sheet = sheet_of(here)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        accepting.accept(sheet=sheet, key=finding, reason=reason, by=here.by, classes=here.classes)
        messages.success(request, "You accepted the finding. A change of the value breaks that.")
        return to(here, "checks")
    return show(request, here, "accept", form=form, line=_line(here, sheet, finding))


@page(Permission.ENTER_JUDGEMENTS, methods=("POST",))
def take_back(request: HttpRequest, here: Here, finding: str) -> HttpResponse:
    """Ask about a finding again."""
    accepting.take_back(sheet=sheet_of(here), key=finding, by=here.by, classes=here.classes)
    messages.success(request, "The finding is open again.")
    return to(here, "checks")


def _line(here: Here, sheet: Sheet, key: str) -> Line | None:
    """The finding as the page shows it; None where it is gone or the person may not accept it."""
    found = findings_for(sheet, cohort_of(sheet))
    one = next((one for one in found if one.key == key and one.may_be_accepted), None)
    may = one is not None and (
        here.classes is None
        or (one.member is not None and one.member.pupil.class_name in here.classes)
    )
    return line_of(one) if one is not None and may else None
