"""Pages of a release on which single pupils stand: their start and what they reached."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures.computing import label_of
from keystage.actions.figures.rules import rules_of
from keystage.flows.figures.scattered import no_scatter
from keystage.web.doors import Here, page
from keystage.web.figures.files import LEVELS
from keystage.web.figures.reached import reached
from keystage.web.figures.scatter import Scatter
from keystage.web.figures.sheets import FORMS
from keystage.web.figures.taking_views import may_take_pupils, scatters_of


@page(Permission.EXPLAIN_FIGURE, level=Level.PSEUDONYMISED)
def scatter(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Each pupil by start and outcome, beside pupils with the same start."""
    found = reached(here, release)
    content, why_not = found.content, no_scatter(rules_of(found.release))
    drawn: tuple[Scatter, ...] = ()
    if not why_not and found.pupils:
        drawn = scatters_of(found)
    context = {
        "label": label_of(found.release),
        "content": content,
        "shown_at": found.release.shown_at,
        "level": LEVELS[content.level] if content else "",
        "why_not": why_not,
        "scatters": drawn,
        "forms_of_files": FORMS,
        "file_href": (lambda form: here.href("figures:scatter_file", release=release, form=form))
        if may_take_pupils(found)
        else None,
        "of_whom": found.of_whom,
        "back_href": here.href("figures:release", release=release, part="headline")
        if content
        else "",
    }
    return render(request, "figures/scatter.html", context)
