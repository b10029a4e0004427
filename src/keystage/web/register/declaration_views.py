"""The headteacher's declaration: its state, drafting it, signing it, and its two documents."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.register import declaring
from keystage.reports.declaration import FORMS, declaration_pdf
from keystage.store.models import Sheet
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.register.documents import document_of
from keystage.web.register.forms import DraftForm, SignForm
from keystage.web.register.pages import show, to
from keystage.web.sheet.found import sheet_of


@page(Permission.SEE_DECLARATION, level=Level.NONE)
def declaration(request: HttpRequest, here: Here) -> HttpResponse:
    """How far the declaration is, and what it says."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    if sheet is None:
        return show(request, here, "none", may_load=here.may(Permission.LOAD_YEAR))
    state = declaring.state_of(sheet_of(here))
    return show(
        request,
        here,
        "declaration",
        state=state,
        may_draft=here.may(Permission.DRAFT_DECLARATION) and not state.is_signed,
        may_sign=here.may(Permission.SIGN_DECLARATION),
        personal_data=False,
    )


@page(Permission.DRAFT_DECLARATION, level=Level.NONE, methods=("GET", "POST"))
def draft(request: HttpRequest, here: Here) -> HttpResponse:
    """Say what the headteacher is to declare."""
    sheet = sheet_of(here)
    state, longest = declaring.state_of(sheet), declaring.longest(sheet.year)
    posted = request.POST if request.method == "POST" else None
    there = state.declaration
    initial = (
        {
            "outcome": there.outcome,
            "explanation": there.explanation,
            "for_authority": there.for_authority,
        }
        if there
        else None
    )
    form = DraftForm(posted, longest=longest, initial=initial)
    errors = []
    if form.is_valid():
        try:
            declaring.draft(sheet, by=here.by, **form.cleaned_data)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The declaration was drafted. Another person signs it.")
            return to(here, "declaration")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors or form.errors else HTTPStatus.OK
    return show(
        request,
        here,
        "draft",
        status=status,
        form=form,
        errors=errors,
        state=state,
        longest=longest,
    )


@page(Permission.SIGN_DECLARATION, level=Level.NONE, methods=("GET", "POST"), reauthenticates=True)
def sign(request: HttpRequest, here: Here) -> HttpResponse:
    """Read the declaration and sign it."""
    sheet = sheet_of(here)
    form = SignForm(request.POST if request.method == "POST" else None)
    errors = []
    if form.is_valid():
        try:
            declaring.sign(sheet, declaration=form.cleaned_data["declaration"], by=here.by)
        except ChangedMeanwhileError as error:
            messages.warning(request, str(error))
            return to(here, "sign")
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "You signed the declaration.")
            return to(here, "declaration")
    state = declaring.state_of(sheet)
    if state.declaration is not None:
        form.fields["declaration"].initial = state.declaration.pk
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors or form.errors else HTTPStatus.OK
    return show(request, here, "sign", status=status, form=form, errors=errors, state=state)


@page(Permission.SEE_DECLARATION, level=Level.NONE)
def document(request: HttpRequest, here: Here, form: str) -> HttpResponse:
    """The signed declaration as PDF: for the agency, or the authority's own form."""
    del request
    sheet = sheet_of(here)
    if form not in FORMS:
        raise Http404
    made = document_of(sheet, declaring.state_of(sheet), form)
    if made is None:
        raise RefusedError(
            "The document is made when the declaration is signed for it.",
            todo="Look how far the declaration is.",
        )
    content = declaration_pdf(made)
    taken_away(f"declaration, {form}", by=here.by, organisation=sheet.school, year=sheet.year)
    name = f"declaration-{form}-{here.season}-{here.organisation.code}.pdf"
    return attached(name, content, inline=True)
