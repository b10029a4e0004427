"""Pages of the checking exercise: the windows, the lists of pupils, the summary of the figures."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.checking.windows import why_none
from keystage.actions.checking.windows import windows as windows_of
from keystage.web.archived import archived
from keystage.web.attached import attached
from keystage.web.checking import again, pupil_rows, window_rows
from keystage.web.checking.forms import LookForm
from keystage.web.checking.found import checked_at, list_of, release_of, window_of
from keystage.web.checking.links import LISTS, NAMED, links_of
from keystage.web.checking.lists import lines_of_requests
from keystage.web.checking.records import records_of
from keystage.web.checking.window_rows import cut_of
from keystage.web.doors import Here, page
from keystage.web.figures.files import LEVELS
from keystage.web.figures.reached import reached

_A_PAGE = 50
_NOBODY = {
    "included": "No pupil of your school is included in this release.",
    "not-included": "Every pupil of your school in this release is included.",
    "late": "No result of your pupils came out after these figures were made.",
}


@page(Permission.SEE_CHECKING_REQUESTS, level=Level.NONE)
def windows(request: HttpRequest, here: Here) -> HttpResponse:
    """The windows of the season, open and closed, and what waits for the school."""
    found = windows_of(here.organisation, here.season)
    shown = {one.release.pk for one in found if one.release}
    context = {
        "windows": [window_rows.row_of(here, one) for one in found],
        "others": [(one, links_of(here, one)) for one in checked_at(here) if one.pk not in shown],
        "why_none": why_none(here.season),
        "may_see": here.may(Permission.SEE_CHECKING_REQUESTS, Level.NAMED),
        "requests_href": here.href("checking:requests"),
        "personal_data": False,
    }
    return render(request, "checking/windows.html", context)


@page(Permission.SEE_CHECKING_REQUESTS, methods=("GET", "POST"))
def pupils(request: HttpRequest, here: Here, release: UUID, which: str) -> HttpResponse:
    """A list of pupils. A name looked for is sent in the form: an address is kept on the way."""
    found = release_of(here, release)
    rows = _rows(here, release, which)
    look = LookForm(request.POST if request.method == "POST" else None)
    words = look.cleaned_data["name"].split() if look.is_valid() else []
    fitting = [row for row in rows if row.fits(words)]
    shown = None if words else Paginator(fitting, _A_PAGE).get_page(request.GET.get("page"))
    window = window_of(here, found)
    own = {"release": found.pk, "which": which}
    context = {
        "heading": LISTS[which],
        "release": found,
        "level": NAMED,
        "links": links_of(here, found, which),
        "rows": fitting if shown is None else list(shown),
        "shown": shown,
        "found": len(fitting),
        "total": len(rows),
        "look": look,
        "looked_for": bool(words),
        "late": window.late_results if window and any(row.late for row in rows) else "",
        "cut": cut_of(found, window),
        "nobody": _NOBODY[which],
        "all_href": here.href("checking:pupils", **own),
        "file_href": here.href("checking:pupils_file", **own),
        "zip_href": here.href("checking:zipped", release=found.pk),
        "add_href": pupil_rows.add_href(here, found),
        "back_href": here.href("checking:windows"),
    }
    return render(request, "checking/pupils.html", context)


@page(Permission.SEE_CHECKING_REQUESTS)
def pupils_file(request: HttpRequest, here: Here, release: UUID, which: str) -> HttpResponse:
    """A list of pupils as a file; that it was taken away is written down."""
    del request
    found, rows = release_of(here, release), _rows(here, release, which)
    taken_away(
        f"checking exercise, {found}, {LISTS[which].lower()}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": "csv", "release": str(found.pk), "level": "named"},
    )
    name = f"checking-{here.organisation.code}-{here.season}-{found.stage}-{which}.csv"
    return attached(name, pupil_rows.lines_of(rows, found, here.organisation))


@page(Permission.SEE_CHECKING_REQUESTS)
def zipped(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Every list of pupils and the requests in one archive; that it was taken away is kept."""
    del request
    found = release_of(here, release)
    seen, records = list_of(here, found), records_of(reached(here, release))
    lists = {
        which: pupil_rows.rows_of(here, found, pupil_rows.of_list(seen, which), records)
        for which in LISTS
    }
    now = timezone.localtime()
    taken_away(
        f"checking exercise, {found}, all lists",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": "zip", "release": str(found.pk), "level": "named"},
    )
    files = {
        f"{which}.csv": "".join(pupil_rows.lines_of(rows, found, here.organisation)).encode()
        for which, rows in lists.items()
    }
    files["requests.csv"] = "".join(lines_of_requests(here)).encode()
    school = here.organisation.code
    return attached(
        f"checking-{school}-{here.season}-{found.stage}-{now:%Y%m%d-%H%M}.zip", archived(files)
    )


@page(Permission.SEE_MEASURES, level=Level.AGGREGATE)
def measures(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """The school's figures beside the same figures worked out again from its pupils."""
    found = release_of(here, release)
    seen = reached(here, release)
    content = seen.content
    if content is None:
        raise Http404
    rows = again.rows_of(content, seen.again, int(here.organisation.code))
    window = window_of(here, found)
    context = {
        "release": found,
        "level": f"You see {LEVELS[content.level]}.",
        "links": links_of(here, found, "measures"),
        "rows": rows,
        "differing": sum(not row.same for row in rows),
        "href_of": lambda name: here.href("figures:figure", release=found.pk, name=name),
        "late": window.late_results if window else "",
        "cut": cut_of(found, window),
        "caveats": content.caveats,
        "back_href": here.href("checking:windows")
        if here.may(Permission.SEE_CHECKING_REQUESTS)
        else "",
        "personal_data": False,
    }
    return render(request, "checking/measures.html", context)


def _rows(here: Here, release: UUID, which: str) -> list[pupil_rows.PupilRow]:
    """The rows of a list.

    Raises:
        Http404: there is no such list, or nothing of the school in the release.
    """
    if which not in LISTS:
        raise Http404
    found = release_of(here, release)
    entries = pupil_rows.of_list(list_of(here, found), which)
    return pupil_rows.rows_of(here, found, entries, records_of(reached(here, release)))
