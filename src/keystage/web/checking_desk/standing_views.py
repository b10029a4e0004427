"""Pages of how the exercise stands: for the agency, an authority and a trust."""

from collections.abc import Iterable
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.checking.windows import Window, is_over, why_none, windows
from keystage.store.models import FiguresRelease
from keystage.web.attached import attached
from keystage.web.checking_desk import scope, standing
from keystage.web.checking_desk.forms import SchoolsForm
from keystage.web.doors import Here, page

_A_PAGE = 50
_page = page(Permission.SEE_CHECKING_REQUESTS, level=Level.NONE, kind=None)


@_page
def stands(request: HttpRequest, here: Here) -> HttpResponse:
    """How the exercise stands, and the schools."""
    release, words = scope.release_of(here), scope.sees_confirmations(here)
    form = _form(request, words=words)
    windows_of_year = windows(here.organisation, here.season)
    opened = _opened(windows_of_year, release)
    found = standing.chosen(here, release, **_asked(form), opened=opened)
    shown = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    kind = here.organisation.kind
    context = {
        "form": form,
        "checked": release,
        "closed": release is not None and is_over(release),
        "windows": windows_of_year,
        "no_windows": why_none(here.season),
        "standing": standing.standing_of(here, release, opened=opened),
        "states": scope.SENT_STATES,
        "shown": shown,
        "rows": standing.rows_of(here, release, list(shown)),
        "words": words,
        "query": query.urlencode(),
        "chosen": any(_asked(form).values()),
        "file_href": f"{here.href('checking_desk:file', kind=kind)}?{query.urlencode()}",
        "requests_href": here.href("checking_desk:requests", kind=kind)
        if scope.sees_requests(here)
        else "",
        "rules_href": here.href("checking_desk:rules") if _sees_rules(here) else "",
        "decisions_href": here.href("checking_desk:decisions") if _hands_over(here) else "",
        "personal_data": False,
    }
    return render(request, "checking_desk/standing.html", context)


@_page
def file(request: HttpRequest, here: Here) -> HttpResponse:
    """The same schools for a spreadsheet; that it was taken away is written down."""
    release, words = scope.release_of(here), scope.sees_confirmations(here)
    opened = _opened(windows(here.organisation, here.season), release)
    asked = _asked(_form(request, words=words))
    schools = list(standing.chosen(here, release, **asked, opened=opened))
    rows = standing.rows_of(here, release, schools)
    name = f"checking-{here.organisation.code}-{here.season}.csv"
    taken_away(name, by=here.by, organisation=here.organisation, year=here.season)
    return attached(name, standing.lines_of(here, release, rows, words=words))


def _opened(found: Iterable[Window], release: FiguresRelease | None) -> datetime | None:
    """Since when a release is checked; None where its window is not known or has not opened."""
    now = timezone.now()
    return next((one.opens for one in found if one.release == release and one.opens <= now), None)


def _form(request: HttpRequest, *, words: bool) -> SchoolsForm:
    form = SchoolsForm(request.GET, words=words)
    form.is_valid()
    return form


def _asked(form: SchoolsForm) -> dict[str, str]:
    return {name: form.cleaned_data.get(name, "") for name in ("name", "which")}


def _sees_rules(here: Here) -> bool:
    return here.organisation.kind == "national" and here.may(Permission.SEE_REQUEST_RULES)


def _hands_over(here: Here) -> bool:
    return scope.is_desk(here) and here.may(Permission.DECIDE_REQUESTS, Level.NAMED)
