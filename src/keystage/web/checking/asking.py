"""The questions of a request, one a page, and what else there is to say."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.actions.checking import drafting
from keystage.actions.checking.rules import in_force
from keystage.actions.errors import RefusedError
from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.forms import asked as questions_asked
from keystage.flows.checking.forms import missing
from keystage.store.models import CheckingRequest
from keystage.web.checking.forms import ExplainForm
from keystage.web.checking.found import asked_of, list_of
from keystage.web.checking.question_form import QuestionForm
from keystage.web.checking.states import State
from keystage.web.doors import Here, page

_WRONG, _SEE_OTHER = HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER
#: In an address: the answer is changed from the page of the request, and leads back to it.
BACK = "change"


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("GET", "POST"))
def question(request: HttpRequest, here: Here, asked: UUID, question: str) -> HttpResponse:
    """One question of a draft. An answer that changes which are asked drops only those."""
    found = draft_of(here, asked)
    book = in_force(here.season).book
    keys = questions_asked(book, found.reason, found.answers)
    if question not in keys:
        raise Http404
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        asked=found,
        question=book.rules.questions[question],
        answer=found.answers.get(question, ""),
        records=_records(here, found) if _names_one(book, question) else None,
    )
    if form.is_valid():
        fault, dropped = _answer(here, found, question, form)
        kept = draft_of(here, asked)
        if not fault:
            _say_dropped(request, book, dropped)
            href = _one(here, kept) if BACK in request.GET else next_href(here, kept, question)
            return HttpResponseRedirect(href, status=_SEE_OTHER)
        form.refuse("answer", fault, version=kept.version)
    context = {
        "form": form,
        "question": book.rules.questions[question],
        "caption": caption_of(book, found),
        "number": keys.index(question) + 1,
        "count": len(keys),
        "check_href": _one(here, found),
        "back_href": _before(here, found, keys, question),
    }
    return _page(request, "checking/question.html", context, form)


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("GET", "POST"))
def explain(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """What else the school says, in its own words."""
    found = draft_of(here, asked)
    form = ExplainForm(request.POST if request.method == "POST" else None, asked=found)
    if form.is_valid():
        given = form.cleaned_data
        try:
            drafting.explain(request=found, text=given["words"], by=here.by, version=given["seen"])
        except RefusedError as error:
            form.refuse("words", str(error), version=found.version)
        else:
            return HttpResponseRedirect(_one(here, found), status=_SEE_OTHER)
    context = {
        "form": form,
        "caption": caption_of(in_force(here.season).book, found),
        "back_href": _one(here, found),
    }
    return _page(request, "checking/explain.html", context, form)


def _answer(
    here: Here, found: CheckingRequest, question: str, form: QuestionForm
) -> tuple[str, tuple[str, ...]]:
    """Keep an answer: why it was not taken, empty if it was, and the answers it dropped."""
    version = form.cleaned_data["seen"]
    try:
        after = drafting.answer(
            request=found, question=question, text=form.text(), by=here.by, version=version
        )
    except RefusedError as error:
        return str(error), ()
    return after.fault, after.dropped


def draft_of(here: Here, key: UUID) -> CheckingRequest:
    """A request of the school that can still be changed.

    Raises:
        Http404: there is none.
    """
    found = asked_of(here, key)
    if found.state != State.DRAFT:
        raise Http404
    return found


def next_href(here: Here, found: CheckingRequest, after: str = "") -> str:
    """Where a draft goes on: the next question without an answer, evidence, or the page of it all.

    Args:
        here: where the person is.
        found: the draft.
        after: the question that was just answered; empty at the beginning.
    """
    book = in_force(here.season).book
    keys = questions_asked(book, found.reason, found.answers)
    rest = keys[keys.index(after) + 1 :] if after in keys else keys
    left = [key for key in rest if key not in found.answers]
    left = left or list(missing(book, found.reason, found.answers))
    if left:
        return here.href("checking:question", asked=found.pk, question=left[0])
    wanted = book.reason(found.reason).evidence != "none"
    if wanted and not found.evidence.filter(malware="").exists():
        return here.href("checking:add_document", asked=found.pk)
    return _one(here, found)


def caption_of(book: RuleBook, found: CheckingRequest) -> str:
    """What is asked for and why; names no pupil."""
    kind, reason = book.rules.kinds.get(found.kind), book.rules.reasons.get(found.reason)  # type: ignore[call-overload]  # a kind that is kept
    return f"{kind.label if kind else found.kind}: {reason.label if reason else found.reason}"


def _before(here: Here, found: CheckingRequest, keys: tuple[str, ...], question: str) -> str:
    place = keys.index(question)
    if not place:
        return _one(here, found)
    return here.href("checking:question", asked=found.pk, question=keys[place - 1])


def _one(here: Here, found: CheckingRequest) -> str:
    return here.href("checking:one", asked=found.pk)


def _names_one(book: RuleBook, question: str) -> bool:
    return book.rules.questions[question].type == "pupil"


def _records(here: Here, found: CheckingRequest) -> dict[str, str]:
    """The other records of the school, by key, with what tells namesakes apart."""
    listed = list_of(here, found.release)
    entries = (*listed.included, *listed.not_included)
    return {
        one.key: f"{one.name}, {one.upn or f'row {one.line}'}, inclusion code {one.inclusion}"
        for one in entries
        if one.key and one.key != found.pupil
    }


def _say_dropped(request: HttpRequest, book: RuleBook, dropped: tuple[str, ...]) -> None:
    """Tell which answers went because their questions are no longer asked."""
    if dropped:
        names = ", ".join(f"“{book.rules.questions[key].short}”" for key in dropped)
        messages.info(
            request, f"No longer asked after this answer, and so dropped: {names}. The others stay."
        )


def _page(
    request: HttpRequest, template: str, context: dict[str, object], form: object
) -> HttpResponse:
    wrong = getattr(form, "is_bound", False)
    return render(request, template, context, status=_WRONG if wrong else None)
