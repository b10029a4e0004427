"""Pages of released figures of trusts, authorities, regions and England."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.figures.areas import areas_for
from keystage.actions.figures.releases import withdrawn
from keystage.actions.figures.rules import rules_of
from keystage.flows.figures.contents import Figure
from keystage.flows.figures.guard import declared
from keystage.store.models import FiguresRelease
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.figures.awaited import to_come
from keystage.web.figures.cells import cell_of
from keystage.web.figures.files import LEVELS
from keystage.web.figures.fragments import FRAGMENTS
from keystage.web.figures.framed import framed
from keystage.web.figures.sheets import FORMS
from keystage.web.figures_units.explained import explained
from keystage.web.figures_units.files import ARCHIVES, figures_file, name_of
from keystage.web.figures_units.parts import parts_of, sections_of
from keystage.web.figures_units.reached import (
    APART,
    Reached,
    own_unit,
    reached,
    released_to,
    releases_at,
)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def releases(request: HttpRequest, here: Here) -> HttpResponse:
    """The releases of the season that the body sees, and those that were withdrawn."""
    found = releases_at(here)
    context = {
        "releases": [(one, _href(here, one)) for one in found],
        "to_come": to_come(here, found),
        "withdrawn": withdrawn(here.season, here.organisation),
    }
    return render(request, "figures_units/releases.html", context)


def _href(here: Here, release: FiguresRelease) -> str:
    """Where a release begins: at the body's own figures, or at the areas there are."""
    own = own_unit(here)
    if own is None:
        return here.href("figures_units:areas", kind=here.organisation.kind, release=release.pk)
    return Reached(here, release, *own).first_href


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def areas(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """England, regions, and as far as the person sees them authorities and trusts."""
    found = released_to(here, release)
    kind = here.organisation.kind
    context = {
        "release": found,
        "areas": areas_for(found, person=here.by.who),
        "href": lambda unit, of: here.href(
            "figures_units:release", kind=kind, release=release, unit=unit, of=of, part="headline"
        ),
        "back_href": here.href("figures_units:releases", kind=kind),
    }
    return render(request, "figures_units/areas.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def release(  # noqa: PLR0913, PLR0917  # the parts of an address
    request: HttpRequest, here: Here, release: UUID, unit: str, of: str, part: str
) -> HttpResponse:
    """One page of what a release says of a unit."""
    found = _part(reached(here, release, unit, of), part)
    key = (*found.key, part)
    kind = here.organisation.kind
    context = {
        "title": parts_of(unit)[part].title,
        "page": FRAGMENTS.of(key, lambda: _page(found, part)),
        "back_href": here.href("figures_units:releases", kind=kind),
        "areas_href": here.href("figures_units:areas", kind=kind, release=release),
    }
    return framed(request, "figures_units/release.html", context)


def _page(found: Reached, part: str) -> str:
    """The page of a unit below its heading: the same for everybody who sees it at this level."""
    content, parts = found.content, parts_of(found.unit)
    if content is None and found.table is None:
        return render_to_string("figures_units/nothing.html", {"release": found.release})
    told = found.said
    context = {
        "content": told,
        "shown_at": found.release.shown_at,
        "about_href": found.about_href,
        "level": LEVELS[told.level],
        "sections": sections_of(told, part),
        "part": part,
        "parts": parts,
        "part_href": found.part_href,
        "file_href": lambda form: found.href("fetch", part=part, form=form),
        "all_href": lambda form: found.href("everything", form=form),
        "opens": lambda name: found.href("figure", name=name),
        "forms_of_files": FORMS,
        "forms_of_archives": ARCHIVES,
        "in_pupils": declared().pupil_equivalent.text,
    }
    return render_to_string("figures_units/page.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def fetch(  # noqa: PLR0913, PLR0917  # the parts of an address
    request: HttpRequest, here: Here, release: UUID, unit: str, of: str, part: str, form: str
) -> HttpResponse:
    """The figures of a page as a file; that it was taken away is written down."""
    del request
    found = _part(reached(here, release, unit, of), part)
    if form not in FORMS:
        raise Http404
    content = found.told
    made = figures_file(content, sections_of(content, part), form)
    taken_away(
        f"figures, {content.release}, {parts_of(unit)[part].title.lower()}, {content.name}, "
        f"{content.level}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": form, "release": str(found.release.pk), "level": content.level},
    )
    return attached(name_of(content, part, form, found.release.version), made)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED, kind=None)
def figure(  # noqa: PLR0913, PLR0917  # the parts of an address
    request: HttpRequest, here: Here, release: UUID, unit: str, of: str, name: str
) -> HttpResponse:
    """One figure opened: what it is and how it is worked out.

    What each school adds is for those who may have figures explained in full.
    """
    found = reached(here, release, unit, of)
    content = found.content
    shown = content.figure(name) if content else None
    if content is None or shown is None:
        raise Http404
    numbers = here.may(Permission.EXPLAIN_FIGURE, Level.AGGREGATE)
    key = (*found.key, "figure", name, numbers)
    context = {
        "title": shown.label,
        "page": FRAGMENTS.of(key, lambda: _opened(found, shown, numbers=numbers)),
        "back_href": found.href("release", part="headline"),
    }
    return framed(request, "figures_units/figure.html", context)


def _opened(found: Reached, figure: Figure, *, numbers: bool) -> str:
    """A figure opened, below the heading: the same for everybody who sees as much of it.

    Raises:
        Http404: the year has no such figure.
    """
    content = found.said
    told = explained(content, figure, found.table, rules_of(found.release), numbers=numbers)
    if told is None:
        raise Http404
    context = {
        "release": found.release,
        "content": content,
        "level": LEVELS[content.level],
        "about_href": found.about_href,
        "figure": figure,
        "cell": cell_of(figure),
        "told": told,
        "workings_href": f"{found.href('workings')}?figure={told.working}" if told.working else "",
        "schools_href": found.href("schools") if found.table else "",
    }
    return render_to_string("figures_units/opened.html", context)


def _part(found: Reached, part: str) -> Reached:
    """A unit that has a page of this name.

    Raises:
        Http404: it has none.
    """
    if part not in parts_of(found.unit) or part in APART:
        raise Http404
    return found
