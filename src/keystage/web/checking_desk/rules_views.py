"""The rules by which requests are decided: what is in force, in words, and every version."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.checking import rules
from keystage.actions.checking.rules import Version
from keystage.core.errors import UsageError
from keystage.flows.checking.book import RuleBook
from keystage.web.attached import attached
from keystage.web.checking_desk import rules_edited, rules_read
from keystage.web.doors import Here, page

_page = page(Permission.SEE_REQUEST_RULES, level=Level.NONE, kind="national")


@_page
def every_version(request: HttpRequest, here: Here) -> HttpResponse:
    """The rules in force in plain words, and the versions there are."""
    listed = rules.versions(here.season)
    current = rules.in_force(here.season) if listed else None
    book = book_of(current)
    context = {
        "versions": listed,
        "current": current,
        "unknown": rules.unknown(here.season),
        "named": book.rules.version if book else "",
        "note": book.rules.note if book else "",
        "kinds": rules_read.kinds_in_words(book) if book else (),
        "days": rules_read.days_in_words(book) if book else (),
        "may_edit": here.may(Permission.EDIT_REQUEST_RULES),
        "back_href": back(here),
        "personal_data": False,
    }
    return render(request, "checking_desk/rules.html", context)


@_page
def version(request: HttpRequest, here: Here, version: int) -> HttpResponse:
    """A version: who proposed it and why, what differs from the rules in force, what to look at."""
    found, current = version_of(here, version), rules.in_force(here.season)
    through = rules.looked_through(here.season, found.text)
    waits = found.waits
    late = waits and found.number < current.number
    earlier = _before(here, found)
    context = {
        "version": found,
        "current": current,
        "waits": waits,
        "late": late,
        "faults": rules_edited.told(through.reviewed.faults, found.text),
        "remarks": rules_edited.told(through.reviewed.remarks, found.text),
        "against": earlier,
        "changes": rules.differences(earlier, found) if earlier else (),
        "text": found.text,
        "tried": rules_edited.tried(here.season, found.text) if waits and not late else None,
        "request_href": href_of_requests(here),
        "own": found.row is not None and found.row.made_by_id == here.by.who.pk,
        "may_edit": here.may(Permission.EDIT_REQUEST_RULES),
        "may_go_back": not waits and not found.discarded and found.text != current.text,
        "back_href": here.href("checking_desk:rules"),
        "personal_data": False,
    }
    return render(request, "checking_desk/version.html", context)


@_page
def version_file(request: HttpRequest, here: Here, version: int) -> HttpResponse:
    """The text of a version, to be kept; that it was taken away is written down."""
    del request
    found = version_of(here, version)
    name = f"checking-rules-{here.season}-version-{found.number}.toml"
    taken_away(name, by=here.by, organisation=here.organisation, year=here.season)
    return attached(name, found.text.encode())


def version_of(here: Here, number: int) -> Version:
    """A version of the rules of the season.

    Raises:
        Http404: there is none of that number.
    """
    try:
        return rules.version_of(here.season, number)
    except UsageError:
        raise Http404 from None


def book_of(version: Version | None) -> RuleBook | None:
    """The rules of a version; None where it has none."""
    return version.book if version is not None and version.checking.rules is not None else None


def href_of_requests(here: Here) -> Callable[[UUID], str] | None:
    """The address of a request by its key; None for those who may not see single requests."""
    if not here.may(Permission.SEE_CHECKING_REQUESTS, Level.MASKED):
        return None
    return lambda key: here.href("checking_desk:request", kind="national", asked_for=key)


def back(here: Here) -> str:
    """To how the exercise stands; to nowhere for those who may not see that."""
    if not here.may(Permission.SEE_CHECKING_REQUESTS):
        return ""
    return here.href("checking_desk:standing", kind="national")


def _before(here: Here, version: Version) -> Version | None:
    """The version that was in force before another came, or would come; None before the first."""
    return next(
        (
            one
            for one in rules.versions(here.season)
            if one.number < version.number and (one.row is None or one.row.approved_at is not None)
        ),
        None,
    )
