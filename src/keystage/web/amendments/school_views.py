"""What a school does with amendments of its return."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.actions.amendments import asking, evidence
from keystage.actions.errors import RefusedError
from keystage.store.models import Amendment
from keystage.web.amendments import lists, rows
from keystage.web.amendments.forms import (
    AnswerForm,
    AskForm,
    DocumentForm,
    DoneForm,
    SeenForm,
    SendForm,
    WithdrawForm,
)
from keystage.web.doors import Here, page
from keystage.web.gateway.found import may_submit, return_here, who_submit

State = Amendment.State
_acting = page(Permission.PREPARE_SUBMISSION, methods=("POST",))


@page(Permission.PREPARE_SUBMISSION)
def register(request: HttpRequest, here: Here) -> HttpResponse:
    """The amendments of the school, each with its state."""
    return lists.register_page(
        request,
        here,
        names=True,
        one="amendments:one",
        file="amendments:register_file",
        refusal=asking.refusal(return_here(here)),
        ask_href=here.href("amendments:ask"),
        back_href=here.href("gateway:return"),
    )


@page(Permission.PREPARE_SUBMISSION)
def register_file(request: HttpRequest, here: Here) -> HttpResponse:
    """The same for a spreadsheet."""
    return lists.register_csv(request, here, names=True)


@page(Permission.PREPARE_SUBMISSION, methods=("GET", "POST"))
def ask(request: HttpRequest, here: Here) -> HttpResponse:
    """Draft an amendment; another person sends it."""
    school_return = return_here(here)
    refusal = asking.refusal(school_return)
    if refusal and request.method == "GET":
        messages.info(request, refusal)
        return redirect(here.href("amendments:register"))
    form = AskForm(
        request.POST if request.method == "POST" else None,
        pupils=school_return.pupils.filter(removed_at__isnull=True),
        year=here.season,
        initial={"pupil": request.GET.get("pupil", "")},
    )
    errors = []
    if form.is_valid():
        given = form.cleaned_data
        wanted = asking.Wanted(
            pupil=form.pupils[given["pupil"]],
            subject=given["subject"],
            after=given["after"],
            reason=given["reason"],
        )
        try:
            made = asking.draft(school_return, wanted, by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, f"Amendment {made.reference} is drafted. It is not sent yet.")
            return _to(here, made)
    context = {"form": form, "errors": errors, "back_href": here.href("amendments:register")}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "amendments/ask.html", context, status=status)


@page(Permission.PREPARE_SUBMISSION)
def one(request: HttpRequest, here: Here, amendment: UUID) -> HttpResponse:
    """An amendment: what is asked, its steps, its documents, and what can be done next."""
    return _shown(request, here, rows.one_of(here, amendment))


@page(Permission.SUBMIT, methods=("POST",))
def send(request: HttpRequest, here: Here, amendment: UUID) -> HttpResponse:
    """Send it, or send it again with what more was wanted."""
    found = rows.one_of(here, amendment)
    form = _send_form(found, request.POST)
    if not form.is_valid():
        return _shown(request, here, found, send=form)
    given = form.cleaned_data
    asking.send(found, words=given.get("words", ""), seen=given["seen"], by=here.by)
    messages.success(request, "The amendment was sent to the agency. Your authority is told.")
    return _to(here, found)


@_acting
def withdraw(request: HttpRequest, here: Here, amendment: UUID) -> HttpResponse:
    """Withdraw it."""
    found = rows.one_of(here, amendment)
    form = WithdrawForm(request.POST, amendment=found)
    if not form.is_valid():
        return _shown(request, here, found, withdraw=form)
    given = form.cleaned_data
    asking.withdraw(found, reason=given["words"], seen=given["seen"], by=here.by)
    messages.success(request, "The amendment was withdrawn. Nothing was changed.")
    return _to(here, found)


@_acting
def done(request: HttpRequest, here: Here, amendment: UUID) -> HttpResponse:
    """Say that the school's own system says what was agreed."""
    found = rows.one_of(here, amendment)
    form = DoneForm(request.POST, amendment=found)
    if not form.is_valid():
        return _shown(request, here, found, done=form)
    asking.finish(found, seen=form.cleaned_data["seen"], by=here.by)
    messages.success(request, "The amendment is done.")
    return _to(here, found)


@_acting
def add_document(request: HttpRequest, here: Here, amendment: UUID) -> HttpResponse:
    """Add a document."""
    found = rows.one_of(here, amendment)
    form = DocumentForm(request.POST, request.FILES, amendment=found)
    if not form.is_valid():
        return _shown(request, here, found, document=form)
    given = form.cleaned_data
    file = given["file"]
    try:
        evidence.add(found, name=file.name, content=file.read(), seen=given["seen"], by=here.by)
    except RefusedError as error:
        form.add_error("file", str(error))
        return _shown(request, here, found, document=form)
    messages.success(request, "The document was added.")
    return _to(here, found)


@page(Permission.PREPARE_SUBMISSION)
def document(request: HttpRequest, here: Here, amendment: UUID, document: UUID) -> HttpResponse:
    """A document, to be kept."""
    del request
    return lists.document_file(here, rows.document_of(rows.one_of(here, amendment), document))


@_acting
def remove_document(
    request: HttpRequest, here: Here, amendment: UUID, document: UUID
) -> HttpResponse:
    """Take a document away before it was sent."""
    found = rows.one_of(here, amendment)
    form = SeenForm(request.POST, amendment=found)
    if form.is_valid():
        kept = rows.document_of(found, document)
        evidence.remove(kept, seen=form.cleaned_data["seen"], by=here.by)
        messages.success(request, "The document was removed.")
    return _to(here, found)


def _send_form(found: Amendment, data: Any = None) -> SendForm:
    kind = AnswerForm if found.state == State.MORE_WANTED else SendForm
    return kind(data, amendment=found)


def _shown(request: HttpRequest, here: Here, found: Amendment, **sent: SeenForm) -> HttpResponse:
    """The page of an amendment, with the form as it was sent."""
    open_here = found.state in {State.DRAFTED, State.MORE_WANTED}
    mine = found.drafted_by_id == here.by.who.pk
    context = {
        **rows.shown(found, names=True),
        "linked": lists.linked(here, found, "amendments:document"),
        "open_here": open_here,
        "mine": mine,
        "people": who_submit(here, but=found.drafted_by) if open_here else [],
        "may_send": open_here and not mine and may_submit(here),
        "may_withdraw": open_here or found.state == State.SENT,
        "may_remove": found.state == State.DRAFTED,
        "agreed": found.state == State.AGREED,
        "send_form": sent.get("send") or _send_form(found),
        "withdraw_form": sent.get("withdraw") or WithdrawForm(amendment=found),
        "done_form": sent.get("done") or DoneForm(amendment=found),
        "document_form": sent.get("document") or DocumentForm(amendment=found),
        "form": next(iter(sent.values()), None),
        "back_href": here.href("amendments:register"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return render(request, "amendments/one.html", context, status=status)


def _to(here: Here, found: Amendment) -> HttpResponseRedirect:
    return HttpResponseRedirect(
        here.href("amendments:one", amendment=found.pk), status=HTTPStatus.SEE_OTHER
    )
