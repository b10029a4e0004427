"""How a trust's weighted measures come about: which schools count, and what each adds."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.flows.figures.schools_listed import SchoolsTable
from keystage.store.models import FiguresContent
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.figures.files import LEVELS
from keystage.web.figures.fragments import FRAGMENTS
from keystage.web.figures.framed import framed
from keystage.web.figures.sheets import FORMS
from keystage.web.figures_units.files import name_of
from keystage.web.figures_units.parts import parts_of
from keystage.web.figures_units.reached import Reached, reached
from keystage.web.figures_units.workings import standings_of, worked, workings_file


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def workings(request: HttpRequest, here: Here, release: UUID, unit: str, of: str) -> HttpResponse:
    """Which schools of a trust count and why not, and one of its figures worked out.

    Other units weigh nothing: their headline figures are shown.
    """
    found = reached(here, release, unit, of)
    if unit != FiguresContent.Kind.TRUST:
        return redirect(found.first_href)
    chosen = request.GET.get("figure", "")
    names = [one.name for one in _table(found).workings]
    name = chosen if chosen in names else next(iter(names), "")
    key = (*found.key, "workings", name)
    context = {
        "title": "How the weighted measures come about",
        "page": FRAGMENTS.of(key, lambda: _page(found, name)),
        "back_href": here.href("figures_units:releases", kind=here.organisation.kind),
    }
    return framed(request, "figures_units/release.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def fetch_workings(  # noqa: PLR0913, PLR0917  # the parts of an address
    request: HttpRequest, here: Here, release: UUID, unit: str, of: str, form: str
) -> HttpResponse:
    """All workings of a trust as a file; that it was taken away is written down."""
    del request
    found = reached(here, release, unit, of)
    if unit != FiguresContent.Kind.TRUST:
        return redirect(found.first_href)
    if form not in FORMS:
        raise Http404
    content = found.told
    made = workings_file(_table(found), content, form)
    taken_away(
        f"figures, {content.release}, workings of {content.name}, {content.level}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": form, "release": str(found.release.pk), "level": content.level},
    )
    return attached(name_of(content, "workings", form, found.release.version), made)


def _page(found: Reached, name: str) -> str:
    """The page below its heading: the same for everybody who sees the trust at this level."""
    table, content = _table(found), found.said
    working = next((one for one in table.workings if one.name == name), None)
    figures = {one.name: content.figure(one.name) for one in table.workings}
    context = {
        "content": content,
        "shown_at": found.release.shown_at,
        "level": LEVELS[content.level],
        "about_href": found.about_href,
        "parts": parts_of(found.unit),
        "part": "workings",
        "part_href": found.part_href,
        "rule": table.rule,
        "standings": standings_of(table),
        "figures": figures,
        "name": name,
        "worked": worked(table, working, content) if working else None,
        "page_href": found.href("workings"),
        "file_href": lambda form: found.href("fetch_workings", form=form),
        "forms_of_files": FORMS,
    }
    return render_to_string("figures_units/workings.html", context)


def _table(found: Reached) -> SchoolsTable:
    """The schools of the trust.

    Raises:
        Http404: the release has none.
    """
    if found.table is None:
        raise Http404
    return found.table
