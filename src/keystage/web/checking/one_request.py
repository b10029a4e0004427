"""One request: its page, and what is done with it as a whole."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking import drafting, sending
from keystage.actions.checking.deciding import waits_for_desk
from keystage.actions.checking.windows import carried_over
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.store.models import CheckingRequest
from keystage.web.checking.forms import SeenForm, SendForm, WordsForm
from keystage.web.checking.found import asked_of
from keystage.web.checking.links import NAMED
from keystage.web.checking.next_steps import next_steps
from keystage.web.checking.shown import Shown, wanted_of
from keystage.web.checking.states import BEFORE_SENDING, COLOURS, DECIDED, State
from keystage.web.doors import Here, page

_WRONG, _SEE_OTHER = HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER
_NEXT = {
    State.AGREED: "The change goes into the next release of figures, with the reference of this "
    "request. This release stays as it is.",
    State.REFUSED: "Nothing changes. If an answer was wrong, or there is more to show, you can ask "
    "again as long as the window is open.",
    State.SCRUTINY: "The agency looks at it. It decides, or sends it back with a question. You are "
    "told here and by a message.",
}


@page(Permission.SEE_CHECKING_REQUESTS)
def one(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """A request: answers, evidence, the rules test by test, and what can be done next."""
    return _page(request, here, asked_of(here, asked))


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("POST",))
def propose(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """Pass a draft on to whoever approves and sends requests."""
    found, seen = asked_of(here, asked), _seen(request, here, asked)
    sending.propose(request=found, by=here.by, version=seen)
    messages.success(request, "Passed on. Another person of your school has to send it.")
    return _to(here, found)


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("POST",))
def put_back(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """Make a request that was passed on a draft again, to change it."""
    return _back_to_draft(request, here, asked)


@page(Permission.APPROVE_CHECKING_REQUEST, methods=("POST",))
def hand_back(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """The same by who would send it, and would rather not."""
    return _back_to_draft(request, here, asked)


@page(Permission.APPROVE_CHECKING_REQUEST, methods=("POST",))
def send(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """Approve and send a request that others entered."""
    found, form = asked_of(here, asked), SendForm(request.POST, asked=asked_of(here, asked))
    if not form.is_valid():
        raise BadRequest
    given = form.cleaned_data
    made = sending.send(request=found, by=here.by, version=given["seen"], seal=given["seal"])
    return HttpResponseRedirect(here.href("checking:sent", asked=made.pk), status=_SEE_OTHER)


@page(Permission.SEE_CHECKING_REQUESTS)
def sent(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """The confirmation, with the reference."""
    found = asked_of(here, asked)
    if found.state in BEFORE_SENDING:
        raise Http404
    context = {
        "asked_for": found,
        "state": found.get_state_display(),
        "colour": COLOURS[found.state],
        "said": found.decision_why if found.state in DECIDED else "",
        "next_said": _NEXT.get(State(found.state), ""),
        "list_href": here.href("checking:requests"),
        "personal_data": False,
    }
    return render(request, "checking/sent.html", context)


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("POST",))
def reply(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """Answer the question with which the agency sent a request back."""
    found = asked_of(here, asked)
    form = WordsForm(request.POST, asked=found)
    if not form.is_valid():
        return _page(request, here, found, form)
    given = form.cleaned_data
    try:
        sending.reply(request=found, text=given["words"], by=here.by, version=given["seen"])
    except RefusedError as error:
        form.refuse("words", str(error), version=found.version)
        return _page(request, here, found, form)
    messages.success(request, "Your answer was sent to the agency.")
    return _to(here, found)


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("GET", "POST"))
def withdraw(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """Delete a draft, or withdraw a request that was sent."""
    return _withdraw(request, here, asked)


@page(Permission.APPROVE_CHECKING_REQUEST, methods=("GET", "POST"))
def recall(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """The same by who sends requests."""
    return _withdraw(request, here, asked)


def _withdraw(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    found = asked_of(here, asked)
    unsent = found.state in BEFORE_SENDING
    if request.method == "POST":
        if "draft" in request.POST and not unsent:
            raise ChangedMeanwhileError("This draft was sent meanwhile.", todo="Look at it again.")
        drafting.withdraw(request=found, by=here.by)
        done = "The draft was deleted." if unsent else "The request was withdrawn."
        messages.success(request, f"{done} Nothing was changed.")
        return HttpResponseRedirect(here.href("checking:requests"), status=_SEE_OTHER)
    context = {
        "caption": found.reference or "Draft",
        "heading": "Delete the draft" if unsent else "Withdraw the request",
        "warning": "A draft that is deleted is gone, with its answers and evidence."
        if unsent
        else "The request is kept as withdrawn, and what it asks for is not done.",
        "unsent": unsent,
        "back_href": here.href("checking:one", asked=asked),
        "personal_data": False,
    }
    return render(request, "checking/withdraw.html", context)


def _back_to_draft(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    found = asked_of(here, asked)
    sending.put_back(request=found, by=here.by)
    messages.success(request, "The request is a draft again.")
    return _to(here, found)


def _page(
    request: HttpRequest, here: Here, found: CheckingRequest, reply_form: WordsForm | None = None
) -> HttpResponse:
    shown = Shown(here=here, found=found)
    book, trace = shown.book(), shown.trace()
    reason = book.rules.reasons.get(found.reason) if book else None
    question = shown.question()
    may_reply = bool(question) and here.may(Permission.PROPOSE_CHECKING_REQUEST, Level.NAMED)
    context = {
        "asked_for": found,
        "level": NAMED,
        "state": found.get_state_display(),
        "colour": COLOURS[found.state],
        "before_sending": shown.before_sending,
        "editable": shown.editable,
        "facts": shown.facts(reason.label if reason else found.reason),
        "question": question,
        "reply_form": reply_form or (WordsForm(asked=found) if may_reply else None),
        "answers": shown.answers(book) if book and reason else [],
        "missing": shown.missing(book, trace),
        "late": trace is not None and trace.late,
        "carried_over": carried_over(found),
        "closed": bool(question) and waits_for_desk(found),
        "documents": shown.documents(),
        "evidence": wanted_of(reason),
        "evidence_missing": trace.evidence if trace else "",
        "add_href": here.href("checking:add_document", asked=found.pk)
        if shown.may_add(reason)
        else "",
        "told": shown.told(trace),
        "seal": trace.seal if trace else "",
        "ticked": shown.ticked(book, trace),
        "figures": shown.figures(trace),
        "steps": shown.steps(),
        "next": next_steps(here, found, trace),
        "form": reply_form,
        "back_href": here.href("checking:requests"),
    }
    return render(request, "checking/one.html", context, status=_WRONG if reply_form else None)


def _seen(request: HttpRequest, here: Here, asked: UUID) -> int:
    """The version of a request that the person looked at.

    Raises:
        BadRequest: the form does not say.
    """
    form = SeenForm(request.POST, asked=asked_of(here, asked))
    if not form.is_valid():
        raise BadRequest
    seen: int = form.cleaned_data["seen"]
    return seen


def _to(here: Here, found: CheckingRequest) -> HttpResponse:
    return HttpResponseRedirect(here.href("checking:one", asked=found.pk), status=_SEE_OTHER)
