"""The dates of a season: the calendar, setting a date, and the address for calendar programs."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.season import feeds, moving
from keystage.actions.season.dates import season_of
from keystage.actions.season.versions import SeasonDate
from keystage.core.errors import KeystageError
from keystage.statute.season import Event
from keystage.web.attached import KINDS, attached
from keystage.web.doors import Here, open_page, page
from keystage.web.season.forms import DateForm, ReasonForm
from keystage.web.season.rows import HEADS, lines_of, notices_of, rows_of, when
from keystage.web.spreadsheet import line

_seeing = page(Permission.SEE_SEASON, level=Level.NONE, kind=None)
_setting = page(Permission.SET_DATES, level=Level.NONE, kind=None, methods=("GET", "POST"))


def _to(here: Here, name: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(_href(here, name), status=303)


def _href(here: Here, name: str, **parts: object) -> str:
    return here.href(f"season:{name}", kind=here.organisation.kind, **parts)


@_seeing
def calendar(request: HttpRequest, here: Here) -> HttpResponse:
    """When the season opens, closes and comes out, and what was moved."""
    found, today = season_of(here.organisation, here.season), timezone.localdate()
    may_set = here.may(Permission.SET_DATES)
    context = {
        "known": found.known,
        "rows": rows_of(found, today),
        "news": notices_of(found, today),
        "movable": moving.movable(here.organisation) if may_set else (),
        "national": here.organisation.kind == "national",
        "back_href": _tasks(here),
        "personal_data": False,
    }
    return render(request, "season/calendar.html", context)


def _tasks(here: Here) -> str:
    """The tasks of a school, from which its dates are reached; bodies have them in their menu."""
    tasks = here.organisation.kind == "school" and here.may(Permission.SEE_REGISTRATIONS)
    return here.href("home:tasks") if tasks else ""


@_seeing
def download(request: HttpRequest, here: Here) -> HttpResponse:
    """The dates as a file for a spreadsheet."""
    found, today = season_of(here.organisation, here.season), timezone.localdate()
    text = "".join(line(cells) for cells in ([*HEADS], *lines_of(found, today)))
    return attached(f"dates-{here.season}.csv", text.encode())


@_seeing
def program(request: HttpRequest, here: Here) -> HttpResponse:
    """The dates as a file for a calendar program."""
    content = feeds.content_of(season_of(here.organisation, here.season))
    return attached(f"dates-{here.season}.ics", content)


@page(Permission.SEE_SEASON, level=Level.NONE, kind=None, methods=("GET", "POST"))
def address(request: HttpRequest, here: Here) -> HttpResponse:
    """The secret address of a person; it is shown once, on the answer to the form itself."""
    if request.method == "POST" and "withdraw" in request.POST:
        feeds.withdraw_feed(here.organisation, here.season, by=here.by)
        messages.success(request, "The address is withdrawn.")
        return _to(here, "address")
    made = ""
    if request.method == "POST":
        token = feeds.make_feed(here.organisation, here.season, by=here.by)
        made = request.build_absolute_uri(reverse("season:fetch", kwargs={"token": token}))
    context = {
        "made": made,
        "feed": feeds.open_feed(here.by.who, here.organisation, here.season),
        "back_href": _href(here, "calendar"),
        "personal_data": False,
    }
    return render(request, "season/address.html", context)


@open_page()
def fetch(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program is given; who knows the address needs no sign-in.

    Raises:
        Http404: there is no such address, or it was withdrawn.
    """
    feed = feeds.feed_of(token)
    if feed is None:
        raise Http404
    return HttpResponse(feeds.dates_of(feed), content_type=KINDS["ics"])


@_setting
def set_date(request: HttpRequest, here: Here, event: str) -> HttpResponse:
    """Set or move a date, with the reason."""
    found = _date(here, event)
    form = DateForm(request.POST if request.method == "POST" else None)
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            moving.set_date(
                here.organisation, here.season, found.event, by=here.by, **form.cleaned_data
            )
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            messages.success(request, f"{found.label}: the date is set.")
            return _to(here, "calendar")
    context = {"form": form, "errors": errors, **_about(here, found)}
    return render(request, "season/set.html", context)


@_setting
def take_back(request: HttpRequest, here: Here, event: str) -> HttpResponse:
    """Take a date back, with the reason."""
    found = _date(here, event)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            moving.take_back(
                here.organisation, here.season, found.event, by=here.by, **form.cleaned_data
            )
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            messages.success(request, f"{found.label}: the date is taken back.")
            return _to(here, "calendar")
    context = {"form": form, "errors": errors, **_about(here, found)}
    return render(request, "season/take_back.html", context)


def _about(here: Here, found: SeasonDate) -> dict[str, object]:
    own = here.organisation.kind != "national"
    held = found.set_by_authority if own else found.national
    return {
        "found": found,
        "own": own,
        "held": when(found, held) if held else "",
        "national": when(found, found.national) if found.national else "",
        "back_href": _href(here, "calendar"),
        "take_back_href": _href(here, "take_back", event=found.event) if held else "",
        "personal_data": False,
    }


def _date(here: Here, event: str) -> SeasonDate:
    """A date that the organisation of the page may set.

    Raises:
        Http404: there is no such event, or it has no say in it.
    """
    if event not in set(moving.movable(here.organisation)):
        raise Http404
    return season_of(here.organisation, here.season).date(Event(event))
