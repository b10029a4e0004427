"""Moderation as the school sees it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.errors import RefusedError
from keystage.actions.moderation import choosing
from keystage.actions.moderation.visits import changed_after, sample_of
from keystage.store.models import Moderation
from keystage.store.rights import place_of
from keystage.web.doors import Here, page
from keystage.web.gateway.overview import moderation_words
from keystage.web.moderation.forms import ReasonForm

SAMPLED = frozenset({Condition.SAMPLED})


@page(Permission.SEE_MODERATION, sees_to=SAMPLED)
def visit(request: HttpRequest, here: Here) -> HttpResponse:
    """Whether the school is moderated, when, and what was found; of pupils the sample only."""
    found = _known(here)
    context = {
        "moderation": found,
        "words": moderation_words(found) if found else "",
        "told": found is not None and choosing.is_told(found),
        "sample": sample_of(found) if found else [],
        "later": changed_after(found) if found and _sees_everybody(here) else [],
        "may_set_aside": found is not None
        and here.may(Permission.SUBMIT, Level.NAMED)
        and choosing.is_held(found)
        and not choosing.waits_for_visit(found),
        "may_change": here.may(Permission.ENTER_JUDGEMENTS, Level.NAMED),
        "back_href": here.href("gateway:return") if here.may(Permission.SEE_SUBMISSIONS) else "",
    }
    return render(request, "moderation/visit.html", context)


@page(Permission.SUBMIT, methods=("GET", "POST"))
def set_aside(request: HttpRequest, here: Here) -> HttpResponse:
    """Set the hold aside because the last day for sending comes before the visit."""
    found = _known(here)
    if found is None or not choosing.is_held(found):
        return redirect(here.href("moderation:visit"))
    form = ReasonForm(
        request.POST if request.method == "POST" else None, initial={"seen": found.version}
    )
    errors = []
    if form.is_valid():
        given = form.cleaned_data
        try:
            choosing.set_aside(found, reason=given["reason"], seen=given["seen"], by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The hold was set aside. The return can be submitted.")
            return redirect(here.href("gateway:return"))
    context = {
        "moderation": found,
        "waits": choosing.waits_for_visit(found),
        "form": form,
        "errors": errors,
        "back_href": here.href("moderation:visit"),
    }
    wrong = errors or form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "moderation/set_aside.html", context, status=status)


def _known(here: Here) -> Moderation | None:
    """The moderation, if the person may know of it: the school not before it is told."""
    found = choosing.moderation_of(here.organisation, here.season)
    if found is None or choosing.is_told(found) or _is_of_the_authority(here):
        return found
    return None


def _is_of_the_authority(here: Here) -> bool:
    """Whether the person sees moderation in the whole authority, not in the school alone."""
    authority, today = here.organisation.authority, timezone.localdate()
    if authority is None:
        return False
    decision = decide(
        here.grants,
        Permission.SEE_MODERATION,
        place_of(authority),
        season=here.season,
        on=today,
    )
    return decision.allowed


def _sees_everybody(here: Here) -> bool:
    """Whether the person may see pupils who are not in the sample."""
    return here.may(Permission.SEE_MODERATION, Level.NAMED)
