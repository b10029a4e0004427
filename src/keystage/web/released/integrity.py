"""What does not add up in released results, and the query that asks about it."""

from dataclasses import dataclass
from http import HTTPStatus

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.messages import writing
from keystage.actions.messages.rules import partners_of
from keystage.actions.releases.figures import integrity_of, unasked
from keystage.actions.releases.preparing import schools_of
from keystage.actions.releases.released import Released, released_to
from keystage.core.subjects import TESTED, Subject
from keystage.flows.results_day.integrity import CHECKS
from keystage.store.models import Organisation
from keystage.web.doors import Here, page
from keystage.web.fields import offer
from keystage.web.released.bodies import AT_ONCE
from keystage.web.released.forms import QueryForm
from keystage.web.released.rows import name_of
from keystage.web.released.views import ON_RELEASE

#: So many are shown; the check is asked again when these are settled.
MOST = 200


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that does not add up, with the pupils by name."""

    code: str
    school: str
    names: str
    test: str
    what: str
    todo: str


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE)
def check(request: HttpRequest, here: Here) -> HttpResponse:
    """What does not add up in the school's results."""
    released = released_to(here.organisation, here.season)
    context = checked([here.organisation], released)
    context |= {
        "may_ask": here.may(Permission.USE_MESSAGES),
        "query_href": here.href("released:query"),
        "back_href": here.href("released:results"),
        "several": False,
    }
    return render(request, "released/integrity.html", context)


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE, kind=None)
def check_all(request: HttpRequest, here: Here) -> HttpResponse:
    """What does not add up in the results of the schools of a body.

    Raises:
        RefusedError: there are too many schools.
    """
    found = schools_of(here.organisation)
    if found.count() > AT_ONCE:
        raise RefusedError(
            "There are too many schools to check at once.", todo="Open a local authority first."
        )
    schools = list(found)
    released = released_to(here.organisation, here.season)
    context = checked(schools, released)
    kind = here.organisation.kind
    context |= {
        "may_ask": here.may(Permission.USE_MESSAGES),
        "query_href": here.href("released:query_of_body", kind=kind),
        "back_href": here.href("released:schools", kind=kind),
        "several": True,
    }
    return render(request, "released/integrity.html", context)


def checked(schools: list[Organisation], released: Released) -> dict[str, object]:
    """The variables of the page: the checks with what each found."""
    if not released.results:
        return {"out": False, "checks": [], "count": 0, "most": MOST}
    found = integrity_of(schools, released)
    shown = found.head(MOST)
    names = {row.upn: name_of(row) for row in released.results}
    of_school = {school.number: school.name for school in schools}
    rows = [
        Finding(
            code=code,
            school=of_school.get(school, school or ""),
            names=" and ".join(names.get(one, one) for one in (upn, other) if one),
            test=Subject(test).label if test else "",
            what=what,
            todo=todo,
        )
        for code, school, upn, other, test, what, todo in zip(
            *(shown[name] for name in shown.columns), strict=True
        )
    ]
    counted = found.group_by("code").agg(count=pl.len())
    counts = dict(zip(counted["code"], counted["count"], strict=True))
    return {
        "out": True,
        "count": found.height,
        "most": MOST,
        "table": released.conversion is not None,
        "unasked": unasked(schools, released),
        "checks": [
            (code, question, counts.get(code, 0), [row for row in rows if row.code == code])
            for code, (question, _) in CHECKS.items()
        ],
    }


@page(Permission.USE_MESSAGES, level=Level.NONE, methods=("GET", "POST"))
def query(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask the agency or the authority about results."""
    return _query(request, here, here.href("released:integrity"))


@page(Permission.USE_MESSAGES, level=Level.NONE, kind=None, methods=("GET", "POST"))
def query_of_body(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask the agency, or a school, about results."""
    back = here.href("released:check_all", kind=here.organisation.kind)
    return _query(request, here, back)


def _query(request: HttpRequest, here: Here, back: str) -> HttpResponse:
    code = request.GET.get("check", "")
    about = f"{code}: {CHECKS[code][0]}" if code in CHECKS else "Results"
    form = QueryForm(
        request.POST if request.method == "POST" else None,
        initial={"subject": about, "body": _body(code)},
    )
    partners = {str(one.pk): one for one in partners_of(here.organisation)}
    offer(form.fields["receiver"], [(key, one.name) for key, one in partners.items()])
    if form.is_valid():
        try:
            writing.write(
                sender=here.organisation,
                receiver=partners[form.cleaned_data["receiver"]],
                year=here.season,
                subject=form.cleaned_data["subject"],
                body=form.cleaned_data["body"],
                by=here.by,
            )
        except RefusedError as error:
            form.add_error("body", str(error))
        else:
            messages.success(request, "The query is sent. The answer comes to your messages.")
            response = HttpResponse(status=HTTPStatus.SEE_OTHER)
            response["Location"] = back
            return response
    context = {"form": form, "back_href": back}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "released/query.html", context, status=status)


def _body(code: str) -> str:
    if code not in CHECKS:
        return ""
    tests = ", ".join(test.label for test in TESTED)
    return (
        f"The check {code} asks: {CHECKS[code][0]} It found something in our results.\n\n"
        f"Test ({tests}): \nHow many pupils: \nWhat we ask for: "
    )
