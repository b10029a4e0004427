"""The page of the schools most like one."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures.similar_seen import must_wait, similar_for
from keystage.flows.figures.similar import declared
from keystage.web.doors import Here, page
from keystage.web.figures.files import LEVELS
from keystage.web.figures.reached import reached
from keystage.web.figures.sheets import FORMS
from keystage.web.figures.similar import SimilarForm, rows_of


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def similar(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """The schools most like this one, why they are listed, and their published figures beside."""
    found = reached(here, release)
    content = found.content
    if content is None:
        raise Http404
    rules = declared()
    context: dict[str, object] = {
        "content": content,
        "shown_at": found.release.shown_at,
        "level": LEVELS[content.level],
        "rules": rules,
        "seen": None,
        "waits": must_wait(found.release, here.organisation.code, person=here.by.who),
        "back_href": here.href("figures:release", release=release, part="headline"),
    }
    seen = similar_for(found.release, here.organisation.code, person=here.by.who)
    if seen is not None:
        form = SimilarForm(request.GET or None, schools=[school for school, _ in seen.near])
        listed = form.chosen(seen)
        context |= {
            "seen": seen,
            "filter": form,
            "chosen": form.told(),
            "forms_of_files": FORMS,
            "file_href": lambda form: here.href("figures:similar_file", release=release, form=form),
            "here_href": here.href("figures:similar", release=release),
            "listed": len(listed),
            "known": rows_of(
                seen.school, listed, "known", [one.name for one in rules.characteristics]
            ),
            "headline": rows_of(seen.school, listed, "headline", list(rules.headline.figures)),
        }
    return render(request, "figures/similar.html", context)
