"""Pages of how far a school lay from England over the years, and of what each measure is."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.figures.earlier_schools import earlier_school_of
from keystage.actions.figures.history import history_of
from keystage.actions.figures.rules import rules_of
from keystage.actions.figures.similar_seen import similar_for
from keystage.actions.figures.verifying_later import last_of
from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content
from keystage.flows.figures_pack.gaps import declared, gap_of, gaps_of, split_of
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.figures.files import LEVELS, name_of
from keystage.web.figures.gaps import (
    IN_WORDS,
    drawn,
    england_of,
    gap_years,
    rows_of,
    this_year,
    years_of,
)
from keystage.web.figures.gaps_file import GAPS, gaps_for
from keystage.web.figures.measures_told import checked, measure_told, measures_told
from keystage.web.figures.reached import Reached, reached
from keystage.web.figures.sheets import FORMS


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def gaps(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """How far each headline figure lay from England's in each year, and whether that moved."""
    found, content = _reached(here, release)
    before = _before(found)
    every = gaps_of(content, before)
    context = {
        **_stamped(found, content),
        "years": years_of(every),
        "rows": rows_of(every),
        "cautions": declared().caution.texts,
        "england": england_of(content),
        "in_pupils": guard.declared().pupil_equivalent.text,
        "split": split_of(content, before),
        "linked": earlier_school_of(here.organisation),
        "may_link": here.may(Permission.MANAGE_PEOPLE, Level.NONE),
        "gap_href": lambda name: here.href("figures:gap", release=release, name=name),
        "forms_of_files": FORMS,
        "file_href": lambda form: here.href("figures:gaps_file", release=release, form=form),
        "back_href": here.href("figures:release", release=release, part="headline"),
    }
    return render(request, "figures/gaps.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def gap(request: HttpRequest, here: Here, release: UUID, name: str) -> HttpResponse:
    """One measure: this year beside others, its gap to England over the years, and what it is."""
    found, content = _reached(here, release)
    before = _before(found)
    series = gap_of(content, before, name)
    if series is None:
        raise Http404
    seen = similar_for(found.release, here.organisation.code, person=here.by.who)
    rows, chart = this_year(content, series, seen)
    may_open = here.may(Permission.EXPLAIN_FIGURE, Level.SUPPRESSED)
    context = {
        **_stamped(found, content),
        "series": series,
        "unit": IN_WORDS[series.unit],
        "beside": rows,
        "beside_chart": chart,
        "years": gap_years(series),
        "chart": drawn(series),
        "cautions": declared().caution.texts,
        "england": england_of(content),
        "in_pupils": guard.declared().pupil_equivalent.text,
        "split": split_of(content, before),
        "told": measure_told(name, rules_of(found.release)),
        "owner": found.release.organisation.name,
        "checked": checked(last_of(found.release), found.release),
        "figure_href": here.href("figures:figure", release=release, name=name) if may_open else "",
        "back_href": here.href("figures:gaps", release=release),
    }
    return render(request, "figures/gap.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def fetch_gaps(request: HttpRequest, here: Here, release: UUID, form: str) -> HttpResponse:
    """The gaps as a file; that it was taken away is written down."""
    del request
    found, content = _reached(here, release)
    if form not in FORMS:
        raise Http404
    made = gaps_for(found, content, form)
    taken_away(
        f"figures, {content.release}, gap to England, {content.level}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": form, "release": str(release), "level": content.level},
    )
    return attached(name_of(content, GAPS, form, found.release.version), made)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def measures(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """What each measure of a release is, where that is laid down, and when it was checked."""
    found, content = _reached(here, release)
    context = {
        **_stamped(found, content),
        "told": measures_told(content, rules_of(found.release)),
        "owner": found.release.organisation.name,
        "checked": checked(last_of(found.release), found.release),
        "back_href": here.href("figures:release", release=release, part="headline"),
    }
    return render(request, "figures/measures.html", context)


def _stamped(found: Reached, content: Content) -> dict[str, object]:
    """What the stamp and the caveats of a page say."""
    return {
        "content": content,
        "shown_at": found.release.shown_at,
        "level": LEVELS[content.level],
    }


def _before(found: Reached) -> tuple[Content, ...]:
    """What earlier years' releases say of the school."""
    return history_of(found.release, found.here.organisation, person=found.here.by.who)


def _reached(here: Here, release: UUID) -> tuple[Reached, Content]:
    """A release and what it says of the school.

    Raises:
        Http404: there is none, or nothing for the person.
    """
    found = reached(here, release)
    if found.content is None:
        raise Http404
    return found, found.content
