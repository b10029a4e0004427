"""Deleting releases of figures for good: which may be, proposed by one, approved by another."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures import purging
from keystage.core.errors import KeystageError
from keystage.store.models import FiguresRelease
from keystage.web.doors import Here, page
from keystage.web.figures_desk.doors import SEE_OTHER, release_of
from keystage.web.figures_desk.forms import PurgeForm
from keystage.web.figures_desk.rows import state_of


@page(Permission.PROPOSE_PURGE, level=Level.NONE, kind=None)
def to_delete(request: HttpRequest, here: Here) -> HttpResponse:
    """The releases of a body, until when each is kept, and what stands against deleting it."""
    context = {
        "rows": [
            (
                one,
                state_of(one),
                purging.kept_until(one),
                purging.may_be_purged(one),
                purging.proposed(one),
                _href(here, "propose", release=one.pk),
            )
            for one in _releases(here)
        ],
        "agree_href": _href(here, "deletions") if here.may(Permission.APPROVE_PURGE) else "",
    }
    return render(request, "figures_desk/to_delete.html", context)


@page(Permission.PROPOSE_PURGE, level=Level.NONE, kind=None, methods=("GET", "POST"))
def propose(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Say that a release is to be deleted, and why; another person approves it."""
    found = release_of(here, release)
    form = PurgeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            purging.propose(release=found, why=form.cleaned_data["reason"], by=here.by)
        except KeystageError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, "It is proposed. Another person approves the deletion.")
            return HttpResponseRedirect(_href(here, "to_delete"), status=SEE_OTHER)
    context = {
        "form": form,
        "release": found,
        "against": purging.may_be_purged(found),
        "back_href": _href(here, "to_delete"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "figures_desk/propose_purge.html", context, status=status)


@page(Permission.APPROVE_PURGE, level=Level.NONE, kind=None)
def deletions(request: HttpRequest, here: Here) -> HttpResponse:
    """The releases that somebody proposed to delete."""
    found = [(one, purging.proposed(one)) for one in _releases(here)]
    context = {
        "rows": [
            (
                one,
                purge,
                purge.proposed_by_id == here.by.who.pk,
                _href(here, "agree", release=one.pk),
                _href(here, "keep", release=one.pk),
            )
            for one, purge in found
            if purge is not None
        ],
        "propose_href": _href(here, "to_delete") if here.may(Permission.PROPOSE_PURGE) else "",
    }
    return render(request, "figures_desk/deletions.html", context)


@page(
    Permission.APPROVE_PURGE,
    level=Level.NONE,
    kind=None,
    methods=("POST",),
    reauthenticates=True,
)
def agree(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Approve that a release is deleted that somebody else proposed. There is no way back."""
    purging.approve(release=release_of(here, release), by=here.by)
    messages.success(request, "The release is being deleted for good.")
    return HttpResponseRedirect(_href(here, "deletions"), status=SEE_OTHER)


@page(Permission.APPROVE_PURGE, level=Level.NONE, kind=None, methods=("POST",))
def keep(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Say that a release is not to be deleted after all."""
    purging.take_back(release=release_of(here, release), by=here.by)
    messages.success(request, "The release is kept.")
    return HttpResponseRedirect(_href(here, "deletions"), status=SEE_OTHER)


def _releases(here: Here) -> list[FiguresRelease]:
    found = FiguresRelease.objects.filter(organisation=here.organisation, year=here.season)
    return list(found.select_related("job").defer("rules"))


def _href(here: Here, route: str, **parts: object) -> str:
    return here.href(f"figures_purge:{route}", kind=here.organisation.kind, **parts)
