"""The schools of an authority or trust with their headline figures: table, drawing, file."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.flows.figures.contents import Content
from keystage.flows.figures.schools_listed import SchoolsTable
from keystage.store.models import FiguresContent
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.figures.files import LEVELS
from keystage.web.figures.fragments import FRAGMENTS
from keystage.web.figures.framed import framed
from keystage.web.figures.sheets import FORMS
from keystage.web.figures_units.caterpillar import caterpillar
from keystage.web.figures_units.choosing import asked
from keystage.web.figures_units.files import ARCHIVES, name_of, schools_file
from keystage.web.figures_units.parts import parts_of
from keystage.web.figures_units.reached import CALLED, DIOCESE, WITH_SCHOOLS, Reached, reached
from keystage.web.figures_units.register import Register, register_of
from keystage.web.figures_units.rows import heads_of, row_of

A_PAGE = 50
#: What an address may choose; anything else makes no other page.
_FILTERS = ("name", "type", "provision", "authority", "size", "counts")
_CHOICES = (*_FILTERS, "show", "order", "turned", "page")
_LONGEST = 150
#: The head of the column that says how a school belongs to the unit.
_BELONGS = {
    FiguresContent.Kind.TRUST: "In the figures of the trust",
    FiguresContent.Kind.AUTHORITY: "In the figures of the authority",
    DIOCESE: "Local authority",
}


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def schools(request: HttpRequest, here: Here, release: UUID, unit: str, of: str) -> HttpResponse:
    """The schools of a unit, as they were asked for."""
    found = _with_schools(reached(here, release, unit, of))
    register, given = register_of(found), _chosen(request.GET)
    key = (*found.key, "schools", given.urlencode(), register)
    context = {
        "title": "Schools",
        "page": FRAGMENTS.of(key, lambda: _page(found, given, register)),
        "back_href": here.href("figures_units:releases", kind=here.organisation.kind),
    }
    return framed(request, "figures_units/release.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def fetch_schools(  # noqa: PLR0913, PLR0917  # the parts of an address
    request: HttpRequest, here: Here, release: UUID, unit: str, of: str, form: str
) -> HttpResponse:
    """The schools that were asked for as a file; that it was taken away is written down."""
    found = _with_schools(reached(here, release, unit, of))
    if form not in FORMS:
        raise Http404
    content = found.told
    wanted = asked(_chosen(request.GET), _table(found), register_of(found))
    made = schools_file(content, wanted.found, form)
    taken_away(
        f"figures, {content.release}, schools of {content.name}, {content.level}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": form, "release": str(found.release.pk), "level": content.level},
    )
    name = name_of(content, f"schools-{wanted.show}", form, found.release.version)
    return attached(name, made)


def _page(found: Reached, given: QueryDict, register: Register) -> str:
    """The page below its heading: the same for everybody who sees the unit at this level."""
    if found.unit == DIOCESE and found.table is None:
        return render_to_string("figures_units/nothing.html", {"release": found.release})
    table, content = _table(found), found.said
    wanted = asked(given, table, register)
    shown = Paginator(wanted.found, A_PAGE).get_page(given.get("page"))
    context = {
        "content": content,
        "shown_at": found.release.shown_at,
        "level": LEVELS[content.level],
        "about_href": found.about_href,
        "parts": parts_of(found.unit),
        "part": "schools",
        "part_href": found.part_href,
        "wanted": wanted,
        "shown": shown,
        "rows": [row_of(one, found.here.season, counted=found.unit != DIOCESE) for one in shown],
        "heads": heads_of(wanted),
        "first_loose": next((at for at, one in enumerate(shown) if not one.ordered), None),
        "drawing": caterpillar(list(shown), wanted.drawn, _marks(content, table, wanted.drawn)),
        "query": _query(given, *_FILTERS, "show"),
        "whole_query": _query(given, *_FILTERS, "show", "order", "turned"),
        "in_use": [
            (words, _query(given, *(one for one in _CHOICES[:-1] if one != name)))
            for name, words in wanted.form.in_use()
        ],
        "page_href": found.href("schools"),
        "file_href": lambda form: found.href("fetch_schools", form=form),
        "all_href": lambda form: found.href("everything", form=form),
        "forms_of_files": FORMS,
        "forms_of_archives": ARCHIVES,
        "progress": any(one.unit == "points" for one in wanted.columns),
        "belongs": _BELONGS[found.unit],
    }
    return render_to_string("figures_units/schools.html", context)


def _marks(content: Content, table: SchoolsTable, name: str) -> tuple[tuple[str, str], ...]:
    """The unit's own figure and England's, where they are shown."""
    own = next((one.name for one in table.workings if one.column == name), name)
    figure, england = content.figure(own), content.compared_with(own, "national")
    marks = []
    if figure is not None and figure.state == "shown":
        marks.append((CALLED[table.kind].lower(), figure.text))
    if england is not None and england.state == "shown":
        marks.append(("England", england.text))
    return tuple(marks)


def _with_schools(found: Reached) -> Reached:
    """A unit whose schools are listed.

    Raises:
        Http404: they are not.
    """
    if found.unit not in WITH_SCHOOLS:
        raise Http404
    return found


def _table(found: Reached) -> SchoolsTable:
    """The table of a unit.

    Raises:
        Http404: the release has none.
    """
    if found.table is None:
        raise Http404
    return found.table


def _chosen(given: QueryDict) -> QueryDict:
    """All that the page depends on of an address: what it may choose, cut to what is looked at."""
    return QueryDict(_query(given, *_CHOICES))


def _query(given: QueryDict, *names: str) -> str:
    """What was chosen, in one order, so that the same choice is the same page."""
    query = QueryDict(mutable=True)
    for name in names:
        if value := given.get(name, ""):
            query[name] = value[:_LONGEST]
    return query.urlencode()
