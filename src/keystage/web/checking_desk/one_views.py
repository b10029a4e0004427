"""The page of a request, for everybody who may see it, and its evidence."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking import deciding, evidence
from keystage.actions.checking.effects import Effect, effect_of
from keystage.actions.checking.listing import has_late
from keystage.actions.checking.tracing import altered
from keystage.actions.checking.windows import carried_over
from keystage.actions.errors import RefusedError
from keystage.flows.checking.book import RuleBook
from keystage.store.models import CheckingRequest, CheckingStep
from keystage.web.attached import attached
from keystage.web.checking.told import did
from keystage.web.checking_desk import listed, one, scope
from keystage.web.checking_desk.forms import ConfirmForm, DecideForm, DoubtForm, QuestionForm
from keystage.web.checking_desk.rules_read import book_of_version
from keystage.web.doors import Here, page
from keystage.web.figures.cells import signed


@page(Permission.SEE_CHECKING_REQUESTS, level=Level.MASKED, kind=None)
def seen(request: HttpRequest, here: Here, asked_for: UUID) -> HttpResponse:
    """A request: what the school says, its evidence, what the rules found, what happened."""
    return shown(request, here, scope.request_of(here, asked_for))


def shown(
    request: HttpRequest,
    here: Here,
    found: CheckingRequest,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **more: object,
) -> HttpResponse:
    """The page of a request, with what may be done to it.

    Args:
        request: what was asked.
        here: for whom.
        found: the request.
        status: that of the answer.
        more: what else the page says.
    """
    kind, names = here.organisation.kind, scope.sees_pupils(here)
    book = book_of_version(here.season, found.rules_version)
    context = {
        "found": found,
        "state": listed.state_of(found, desk=scope.is_desk(here)),
        "colour": listed.COLOURS[scope.State(found.state)],
        "names": names,
        "rows": one.rows_of(found, book, names=names),
        "steps": scope.steps_of(here, found),
        **(_of_pupil(here, found, book) if names else {}),
        "why": found.decision_why if found.state in scope.DECIDED else "",
        **_at_desk(here, found),
        "carried_over": carried_over(found),
        "typed": "",
        "personal_data": names,
        "back_href": here.href("checking_desk:requests", kind=kind),
        **more,
    }
    return render(request, "checking_desk/request.html", context, status=status)


def _at_desk(here: Here, found: CheckingRequest) -> dict[str, object]:
    """What the person may do to it; nothing where it is not for them, or not at the desk."""
    decides = scope.is_desk(here) and here.may(Permission.DECIDE_REQUESTS, Level.NAMED)
    if not decides or not deciding.waits_for_desk(found):
        return {"desk": False}
    holder, version = deciding.holder(found), found.version
    return {
        "desk": True,
        "holder": holder,
        "unanswered": found.state == scope.State.RETURNED,
        "mine": holder is not None and holder.pk == here.by.who.pk,
        "own": bool(found.proposed) and found.decided_by_id == here.by.who.pk,
        "decide_form": DecideForm(version=version),
        "question_form": QuestionForm(version=version),
        "confirm_form": ConfirmForm(version=version),
        "doubt_form": DoubtForm(version=version),
    }


def _of_pupil(here: Here, found: CheckingRequest, book: RuleBook | None) -> dict[str, object]:
    """What is shown to those who may see pupils alone."""
    version = f"of {here.season}, version {found.rules_version}"
    ruling = found.steps.filter(act=CheckingStep.Act.RULED).last()
    return {
        "answers": one.answers_of(found, book),
        "record": one.record_of(found, book),
        "changes": one.changes_of(found, book),
        "documents": _documents(here, found),
        "late": has_late(found),
        "effect": _effect(here, found),
        "signed": signed,
        "told": did(found.trace, because=ruling.words if ruling else "", version=version),
        "ticked": one.ticks_of(found, book),
        "unknown": one.unknown_of(found.trace),
    }


def _effect(here: Here, found: CheckingRequest) -> Effect | None:
    """What it would do to the school's figures, for those who see them; None once decided."""
    sees = here.may(Permission.SEE_MEASURES, Level.AGGREGATE)
    if not sees or found.state not in scope.UNDECIDED:
        return None
    try:
        return effect_of(found, altered(found))
    except RefusedError as error:
        return Effect(unknown=str(error))


def _documents(here: Here, found: CheckingRequest) -> list[tuple[str, str]]:
    kind, route = here.organisation.kind, "checking_desk:document"
    return [
        (
            size,
            ""
            if each.malware
            else here.href(route, kind=kind, asked_for=found.pk, document=each.pk),
        )
        for each, size in one.sizes_of(found)
    ]


@page(Permission.SEE_CHECKING_REQUESTS, kind=None)
def document(request: HttpRequest, here: Here, asked_for: UUID, document: UUID) -> HttpResponse:
    """A document of a request, under a name that names no pupil; that it was fetched is kept.

    Raises:
        Http404: there is none.
    """
    del request
    found = scope.request_of(here, asked_for)
    keys = list(found.evidence.values_list("pk", flat=True))
    if document not in keys:
        raise Http404
    content = evidence.fetch(
        evidence=found.evidence.get(pk=document), organisation=here.organisation, by=here.by
    )
    return attached(f"{found.reference}-{keys.index(document) + 1}.pdf", content)
