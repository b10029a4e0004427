"""The school's word that the data of a release is correct."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking import confirming
from keystage.actions.checking.windows import refusal, word_of
from keystage.store.models import DataConfirmed, FiguresRelease
from keystage.web.checking.found import release_of, sees_drafts, window_of
from keystage.web.checking.links import NO_PUPILS, links_of
from keystage.web.checking.window_rows import requests_in_words
from keystage.web.doors import Here, page
from keystage.web.wording import as_moment

_SEE_OTHER = HTTPStatus.SEE_OTHER


@page(Permission.SEE_CONFIRMATION, level=Level.NONE)
def correct(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Whether the school said that the data is correct, who and when; and a way to say it."""
    found = release_of(here, release)
    window = window_of(here, found)
    drafts = sees_drafts(here)
    told = requests_in_words(window, drafts=drafts) if window else ""
    facts = [{"key": "Requests", "value": told}] if told else []
    context = {
        "release": found,
        "level": NO_PUPILS,
        "links": links_of(here, found, "correct"),
        "facts": facts,
        "confirmed": _said(word_of(found, here.organisation), found),
        "may_confirm": here.may(Permission.CONFIRM_DATA),
        "refusal": refusal(found),
        "back_href": here.href("checking:windows"),
        "personal_data": False,
    }
    return render(request, "checking/correct.html", context)


@page(Permission.CONFIRM_DATA, level=Level.NONE, methods=("POST",))
def confirm(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Say for the school that the data is correct."""
    found = release_of(here, release)
    confirming.confirm(release=found, school=here.organisation, by=here.by)
    messages.success(request, "It is written down that the data is correct.")
    return _to(here, found)


@page(Permission.CONFIRM_DATA, level=Level.NONE, methods=("POST",))
def take_back(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Take the word back."""
    found = release_of(here, release)
    confirming.take_back(release=found, school=here.organisation, by=here.by)
    messages.success(request, "The word of your school was taken back.")
    return _to(here, found)


def _said(confirmed: DataConfirmed | None, release: FiguresRelease) -> str:
    if confirmed is None:
        return ""
    return (
        f"{confirmed.by.name} said on {as_moment(confirmed.at)} for your school that the data of "
        f"{release} is correct."
    )


def _to(here: Here, release: FiguresRelease) -> HttpResponse:
    return HttpResponseRedirect(
        here.href("checking:correct", release=release.pk), status=_SEE_OTHER
    )
