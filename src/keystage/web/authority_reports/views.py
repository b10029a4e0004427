"""An authority's report on its schools: who has submitted, access arrangements, moderation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.web.attached import attached
from keystage.web.authority_reports.rows import report_of
from keystage.web.doors import Here, page
from keystage.web.spreadsheet import line


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind="authority")
def report(request: HttpRequest, here: Here) -> HttpResponse:
    """The report, school by school, without any pupil."""
    context = {"report": report_of(here), "personal_data": False}
    return render(request, "authority_reports/report.html", context)


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind="authority")
def download(request: HttpRequest, here: Here) -> HttpResponse:
    """The same report as a file for a spreadsheet."""
    del request
    found = report_of(here)
    name = f"report-{here.organisation.code}-{here.season}.csv"
    taken_away(name, by=here.by, organisation=here.organisation, year=here.season)
    return attached(name, [line(found.headings), *map(line, found.rows)])
