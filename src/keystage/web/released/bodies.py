"""Released results for an authority, a trust or the agency: its schools, one of them, files."""

from collections import Counter
from collections.abc import Collection

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.releases.downloading import WITH_JUDGEMENTS, download
from keystage.actions.releases.preparing import schools_of
from keystage.actions.releases.released import released_of, released_to, visible
from keystage.core.subjects import TESTED
from keystage.store.models import Organisation, ReleasedResult, ResultsRelease
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.released.rows import Ways, changes_of, codes_used, pupil_rows, ways
from keystage.web.released.views import ON_RELEASE, OWN_ACTS, form_of

A_PAGE = 100
#: More schools than these are not written into one file at once.
AT_ONCE = 1500
_ALL = "released:fetch_all"


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE, kind=None)
def schools(request: HttpRequest, here: Here) -> HttpResponse:
    """The schools that results are out of, with how many pupils have any."""
    releases = visible(here.season)
    found = _with_results(here, releases) if releases else Organisation.objects.none()
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    pupils = _pupils(list(shown), here.season)
    kind = here.organisation.kind
    context = {
        "out": bool(releases),
        "shown": shown,
        "rows": [
            (here.href("released:school", kind=kind, number=one.number), one, pupils[one.pk])
            for one in shown
        ],
        "download_ways": _ways(here),
        "may_read": here.may(Permission.READ_AUDIT, sees_to=OWN_ACTS),
        "back_href": "",
    }
    return render(request, "released/schools.html", context)


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE, kind=None)
def one_school(request: HttpRequest, here: Here, number: str) -> HttpResponse:
    """The results of one school of a body."""
    school = _school(here, number)
    released = released_to(here.organisation, here.season, school=school)
    rows = pupil_rows(released)
    context = {
        "released": released,
        "school": school,
        "rows": rows,
        "tests": TESTED,
        "codes": codes_used(released),
        "changes": changes_of(released.differences, released),
        "download_ways": _ways(here, number),
        "back_href": here.href("released:schools", kind=here.organisation.kind),
    }
    return render(request, "released/school.html", context)


@page(Permission.DOWNLOAD_RESULTS, sees_to=ON_RELEASE, kind=None)
def fetch_all(request: HttpRequest, here: Here, part: str, form: str) -> HttpResponse:
    """The results of every school of a body as one file, or one archive.

    Raises:
        RefusedError: there are too many schools.
    """
    del request
    if schools_of(here.organisation).count() > AT_ONCE:
        raise RefusedError(
            "There are too many schools to write at once.", todo="Open a single school."
        )
    return _file(here, None, part, form)


@page(Permission.DOWNLOAD_RESULTS, sees_to=ON_RELEASE, kind=None)
def fetch_one(request: HttpRequest, here: Here, number: str, part: str, form: str) -> HttpResponse:
    """The results of one school of a body as a file."""
    del request
    return _file(here, _school(here, number), part, form)


def _file(here: Here, school: Organisation | None, part: str, form: str) -> HttpResponse:
    if part == WITH_JUDGEMENTS and not here.may(Permission.SEE_PUPILS, Level.NAMED):
        raise RefusedError(
            "Your role shows results and no judgements.", todo="Download the test results."
        )
    made = download(
        organisation=here.organisation,
        released=released_to(here.organisation, here.season, school=school),
        part=part,
        form=form_of(form),
        by=here.by,
        school=school,
    )
    return attached(made.name, made.content)


def _ways(here: Here, number: str = "") -> Ways:
    """The files somebody may take away; judgements are for who may see pupils."""
    if not here.may(Permission.DOWNLOAD_RESULTS, Level.NAMED, ON_RELEASE):
        return []
    kind = here.organisation.kind
    route, parts = ("released:fetch_one", {"number": number}) if number else (_ALL, {})
    return ways(
        lambda part, form: here.href(route, kind=kind, part=part, form=form, **parts),
        judgements=here.may(Permission.SEE_PUPILS, Level.NAMED),
    )


def _school(here: Here, number: str) -> Organisation:
    found = schools_of(here.organisation).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _with_results(here: Here, releases: Collection[ResultsRelease]) -> QuerySet[Organisation]:
    keys = [one.pk for one in releases]
    named = ReleasedResult.objects.filter(release__in=keys, school=OuterRef("pk"))
    return schools_of(here.organisation).filter(Exists(named)).order_by("name", "code")


def _pupils(schools: Collection[Organisation], year: int) -> Counter[int]:
    """How many pupils of each school have a result in force."""
    found = {(row.school_id, row.upn) for row in released_of(schools, year).results}
    return Counter(school for school, _ in found)
