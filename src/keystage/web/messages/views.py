"""Messages: the list, one thread, writing, answering, giving to somebody, closing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.messages import inbox as reading
from keystage.actions.messages import writing
from keystage.actions.messages.users import (
    may_use,
    must_use,
    users_of,
    workplaces_with_messages,
)
from keystage.core.errors import KeystageError
from keystage.store.models import Message
from keystage.web.doors import Here, page
from keystage.web.fields import whole
from keystage.web.messages.forms import AnswerForm, InboxFilter, OwnerForm, WriteForm
from keystage.web.messages.rows import (
    ALL,
    OPEN,
    about_href,
    chosen,
    due_in_words,
    rows_of,
)

A_PAGE = 100
#: What a question may be about.
_ABOUT = ("submission", "amendment", "numbers")
_reading = page(Permission.USE_MESSAGES, level=Level.NONE, kind=None)
_both = page(Permission.USE_MESSAGES, level=Level.NONE, kind=None, methods=("GET", "POST"))
_acting = page(Permission.USE_MESSAGES, level=Level.NONE, kind=None, methods=("POST",))


def _href(here: Here, name: str, **parts: object) -> str:
    return here.href(f"messages:{name}", kind=here.organisation.kind, **parts)


def _to(here: Here, name: str, **parts: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(_href(here, name, **parts), status=303)


@_reading
def inbox(request: HttpRequest, here: Here) -> HttpResponse:
    """The threads of the organisation, with what is unread and what is overdue.

    Somebody of another organisation is shown the way to their own messages.
    """
    if not may_use(here.by.who, here.organisation, here.season):
        own = workplaces_with_messages(here.by.who, here.season)
        return render(request, "messages/elsewhere.html", {"own": own, "personal_data": False})
    form = InboxFilter(request.GET or None, initial={"state": OPEN, "whose": ALL})
    wanted = form.cleaned_data if form.is_valid() else {}
    every = reading.threads_of(here.organisation, here.season, here.by.who)
    found = chosen(every, wanted.get("state") or OPEN, wanted.get("whose") or ALL, here.by.who)
    today = timezone.localdate()
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "every": len(every),
        "shown": shown,
        "query": query.urlencode(),
        "rows": rows_of(shown, here, today),
        "unread": sum(line.unread for line in every),
        "overdue": sum(not line.sent and (line.days_late(today) or 0) > 0 for line in every),
        "personal_data": False,
    }
    return render(request, "messages/inbox.html", context)


@_both
def write(request: HttpRequest, here: Here) -> HttpResponse:
    """Write to another organisation; about a finding, its facts stand there already."""
    must_use(here.by, here.organisation, here.season)
    sent = request.POST if request.method == "POST" else None
    form = WriteForm(sent, sender=here.organisation, initial=_initial(request, here))
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            made = writing.write(
                sender=here.organisation, year=here.season, by=here.by, **form.cleaned_data
            )
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            messages.success(request, f"Your message to {made.receiver} is sent.")
            return _to(here, "thread", message=made.pk)
    context = {
        "form": form,
        "errors": errors,
        "partners": form.partners.exists(),
        "back_href": _href(here, "inbox"),
        "personal_data": False,
    }
    return render(request, "messages/write.html", context)


@_both
def thread(request: HttpRequest, here: Here, message: UUID) -> HttpResponse:
    """One thread, with the form for an answer. Who opens it has read it."""
    found = _thread(here, message)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            body = form.cleaned_data["body"]
            writing.answer(found[0], organisation=here.organisation, body=body, by=here.by)
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            messages.success(request, "Your answer is sent.")
            return _to(here, "thread", message=found[0].pk)
    received = [one for one in found if one.receiver_id == here.organisation.pk]
    writing.mark_read(received, by=here.by)
    return render(
        request, "messages/thread.html", {"form": form, "errors": errors, **_about(here, found)}
    )


def _about(here: Here, found: list[Message]) -> dict[str, Any]:
    first, mine = found[0], found[0].receiver_id == here.organisation.pk
    people = users_of(here.organisation) if mine else []
    answered = any(one.sender_id == first.receiver_id for one in found[1:])
    return {
        "first": first,
        "thread": found,
        "other": first.sender if mine else first.receiver,
        "about_href": about_href(here, first.about),
        "due": due_in_words(first, timezone.localdate(), answered=answered),
        "owner_form": OwnerForm(people=people, owner=first.owner) if mine else None,
        "back_href": _href(here, "inbox"),
        "personal_data": False,
    }


@_acting
def assign(request: HttpRequest, here: Here, message: UUID) -> HttpResponse:
    """Say who looks after a thread."""
    found, people = _thread(here, message), users_of(here.organisation)
    key = whole(request.POST.get("owner", ""))
    owner = next((one for one in people if one.pk == key), None)
    if request.POST.get("owner") and owner is None:
        raise RefusedError(
            "This person may not read the messages here.", todo="Choose somebody who may."
        )
    writing.assign(found[0], owner=owner, organisation=here.organisation, by=here.by)
    messages.success(request, f"{owner or 'Nobody'} looks after it.")
    return _to(here, "thread", message=found[0].pk)


@_acting
def state(request: HttpRequest, here: Here, message: UUID) -> HttpResponse:
    """Close a thread, or open it again."""
    found = _thread(here, message)
    if "reopen" in request.POST:
        writing.reopen(found[0], organisation=here.organisation, by=here.by)
        messages.success(request, "The thread is open again.")
    else:
        writing.close(found[0], organisation=here.organisation, by=here.by)
        messages.success(request, "The thread is closed.")
    return _to(here, "thread", message=found[0].pk)


def _thread(here: Here, key: UUID) -> list[Message]:
    """The messages of a thread of the organisation.

    Raises:
        RefusedError: the person does not work in the organisation.
        Http404: it has no such thread in the season.
    """
    must_use(here.by, here.organisation, here.season)
    found = reading.thread_of(here.organisation, here.season, key)
    if not found:
        raise Http404
    return found


def _initial(request: HttpRequest, here: Here) -> dict[str, str]:
    """What stands in the form at first: to whom, and the facts of what the question is about.

    Raises:
        Http404: it is to be about something that the school does not have.
    """
    initial = {"receiver": request.GET.get("to", "")}
    about = {name: request.GET[name] for name in _ABOUT if request.GET.get(name)}
    if not about:
        return initial
    facts = _facts(here, **about, line=request.GET.get("line", ""))
    if facts is None:
        raise Http404
    return {**initial, "about": facts.about, "subject": facts.subject, "body": facts.body}


def _facts(
    here: Here, *, submission: str = "", amendment: str = "", numbers: str = "", line: str = ""
) -> reading.Facts | None:
    if numbers:
        seen = here.may(Permission.SEE_SUBMISSIONS)
        return reading.facts_of_numbers(here.organisation, here.season, numbers) if seen else None
    try:
        key = UUID(submission or amendment)
    except ValueError:
        return None
    if amendment:
        seen = here.may(Permission.PREPARE_SUBMISSION, Level.NAMED)
        return reading.facts_of_amendment(here.organisation, here.season, key) if seen else None
    number = whole(line) if line else None
    if (line and number is None) or not here.may(Permission.SEE_SUBMISSIONS):
        return None
    return reading.facts_of(here.organisation, here.season, key, number)
