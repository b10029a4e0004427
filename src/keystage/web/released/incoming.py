"""The results of a secondary school's own intake, a day after the schools had them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.errors import RefusedError
from keystage.actions.releases.downloading import WITH_JUDGEMENTS, download
from keystage.actions.releases.released import released_to_receiving
from keystage.core.subjects import TESTED
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.released.rows import codes_used, pupil_rows, ways
from keystage.web.released.views import form_of

#: What the pages of the intake keep themselves: pupils with a place here, and the later minute.
OF_THE_INTAKE = frozenset({Condition.OWN_INTAKE, Condition.ON_RELEASE, Condition.DAY_AFTER_RELEASE})


@page(Permission.SEE_RESULTS, sees_to=OF_THE_INTAKE)
def incoming(request: HttpRequest, here: Here) -> HttpResponse:
    """The results of the pupils who have a confirmed place here."""
    released = released_to_receiving(here.organisation, here.season)
    rows = pupil_rows(released)
    context = {
        "released": released,
        "rows": rows,
        "tests": TESTED,
        "codes": codes_used(released),
        "download_ways": ways(
            lambda part, form: here.href("released:fetch_incoming", part=part, form=form),
            judgements=False,
        )
        if here.may(Permission.DOWNLOAD_RESULTS, Level.NAMED, OF_THE_INTAKE)
        else [],
    }
    return render(request, "released/incoming.html", context)


@page(Permission.DOWNLOAD_RESULTS, sees_to=OF_THE_INTAKE)
def fetch_incoming(request: HttpRequest, here: Here, part: str, form: str) -> HttpResponse:
    """The results of the intake as a file, without the judgements in other schools' mark sheets.

    Raises:
        RefusedError: judgements are asked for, or nothing is out.
    """
    del request
    if part == WITH_JUDGEMENTS:
        raise RefusedError(
            "A receiving school is given results and no judgements.",
            todo="Download the test results.",
        )
    made = download(
        organisation=here.organisation,
        released=released_to_receiving(here.organisation, here.season),
        part=part,
        form=form_of(form),
        by=here.by,
    )
    return attached(made.name, made.content)
