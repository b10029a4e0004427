"""Pages of a school's released figures: the releases, what one says, one figure opened, what if."""

from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.figures.computing import label_of
from keystage.actions.figures.releases import withdrawn
from keystage.core.errors import KeystageError
from keystage.flows.figures.contents import Content
from keystage.flows.figures.guard import declared
from keystage.flows.figures.trying import tried
from keystage.store.models import Sheet
from keystage.web.attached import attached
from keystage.web.doors import RELEASED, Here, page
from keystage.web.figures.awaited import to_come
from keystage.web.figures.cells import cell_of
from keystage.web.figures.confirmed import confirmed
from keystage.web.figures.files import LEVELS, file_of, name_of
from keystage.web.figures.forms import TryForm
from keystage.web.figures.fragments import FRAGMENTS
from keystage.web.figures.framed import framed
from keystage.web.figures.opened import OpenedYear, opened, opened_year, with_earlier
from keystage.web.figures.parts import PARTS, sections_of
from keystage.web.figures.reached import Reached, reached, releases_at
from keystage.web.figures.sheets import FORMS
from keystage.web.figures.trial import moved
from keystage.web.figures.ways import ways_from

_FORM_FAULT = 422


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def releases(request: HttpRequest, here: Here) -> HttpResponse:
    """The releases of the season that the school sees, and those that were withdrawn."""
    kept = Sheet.objects.filter(school=here.organisation, year=here.season).exists()
    own = kept and here.may(Permission.SEE_MEASURES, Level.AGGREGATE, RELEASED)
    found = releases_at(here)
    context = {
        "releases": found,
        "to_come": to_come(here, found),
        "confirmed": confirmed(here) if found else "",
        "withdrawn": withdrawn(here.season, here.organisation),
        "own_href": here.href("results:figures") if own else "",
    }
    return render(request, "figures/releases.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def release(request: HttpRequest, here: Here, release: UUID, part: str) -> HttpResponse:
    """One page of what a release says of the school."""
    found = _shown(here, release)
    may_open = here.may(Permission.EXPLAIN_FIGURE, Level.SUPPRESSED)
    more = ways_from(here, release)
    key = (found.release.pk, here.organisation.code, found.level, part, may_open, more)
    context = {
        "title": PARTS[part].title,
        "page": FRAGMENTS.of(key, lambda: _page(here, found, part, more, may_open=may_open)),
        "back_href": here.href("figures:releases"),
    }
    return framed(request, "figures/release.html", context)


def _page(
    here: Here, found: Reached, part: str, more: tuple[tuple[str, str], ...], *, may_open: bool
) -> str:
    """The page of a content below its heading: the same for everybody who sees the content."""
    content = _content(found)
    pk = found.release.pk
    context = {
        "content": content,
        "shown_at": found.release.shown_at,
        "about_href": here.href("figures_release:about", kind="school", release=pk),
        "level": LEVELS[content.level],
        "sections": sections_of(content, part),
        "part": part,
        "parts": PARTS,
        "more": more,
        "part_href": lambda other: here.href("figures:release", release=pk, part=other),
        "file_href": lambda form: here.href("figures:fetch", release=pk, part=part, form=form),
        "opens": (lambda name: here.href("figures:figure", release=pk, name=name))
        if may_open
        else None,
        "forms_of_files": FORMS,
        "in_pupils": declared().pupil_equivalent.text,
    }
    return render_to_string("figures/page.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def fetch(request: HttpRequest, here: Here, release: UUID, part: str, form: str) -> HttpResponse:
    """The figures of a page as a file; that it was taken away is written down."""
    del request
    found = _shown(here, release)
    if form not in FORMS:
        raise Http404
    content = _content(found)
    made = file_of(content, sections_of(content, part), form)
    taken_away(
        f"figures, {content.release}, {PARTS[part].title.lower()}, {content.level}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": form, "release": str(found.release.pk), "level": content.level},
    )
    return attached(name_of(content, part, form, found.release.version), made)


@page(Permission.EXPLAIN_FIGURE, level=Level.SUPPRESSED)
def figure(request: HttpRequest, here: Here, release: UUID, name: str) -> HttpResponse:
    """One figure opened: what it is, how it is worked out, and as far as one may see, who."""
    found = reached(here, release)
    content = found.content
    told = opened(found.again.computed, name, int(here.organisation.code), found.seen())
    shown = content.figure(name) if content else None
    if told is None or (content is not None and shown is None):
        raise Http404
    if told.why_not:
        told = with_earlier(told, found.release.year, list(_earlier(found, name)))
    context = {
        "release": found.release,
        "content": content,
        "level": LEVELS[content.level] if content else "",
        "figure": shown,
        "name": name,
        "cell": cell_of(shown) if shown else None,
        "opened": told,
        "try_href": here.href("figures:what_if", release=found.release.pk) if found.may_try else "",
        "back_href": _back(here, found),
    }
    return render(request, "figures/figure.html", context)


def _earlier(found: Reached, name: str) -> Iterator[OpenedYear]:
    """What the years before add to a three-year figure, each as far as the person sees it."""
    school = int(found.here.organisation.code)
    for one in found.earlier:
        label = label_of(one.release)
        told = opened_year(one.again.computed, name, school, one.seen(), label)
        if told is not None:
            yield told


@page(Permission.SEE_MEASURES, level=Level.AGGREGATE, methods=("GET", "POST"))
def what_if(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """A change of one pupil that is tried on the figures of a release; nothing is kept.

    Who sees the school's figures but not its pupils by name is told that it takes both.
    """
    found = reached(here, release)
    content = _content(found)
    context: dict[str, object] = {
        "form": None,
        "trial": False,
        "release": found.release,
        "content": content,
        "level": LEVELS[content.level],
        "back_href": _back(here, found),
    }
    if not found.may_try:
        return render(request, "figures/try.html", context)
    form = TryForm(request.POST if request.method == "POST" else None, pupils=found.called)
    if form.is_valid():
        context |= _tried(found, content, form)
    faulty = form.is_bound and not form.is_valid()
    return render(
        request,
        "figures/try.html",
        context | {"form": form},
        status=_FORM_FAULT if faulty else None,
    )


def _tried(found: Reached, content: Content, form: TryForm) -> dict[str, object]:
    """What the change does; what the checks refuse is told beside the value."""
    school = int(found.here.organisation.code)
    try:
        trial = tried(found.again.records, found.again.computed.table.year, school, [form.trying()])
    except KeystageError as error:
        told = f"{error.what} {error.todo}"  # the line it names is of a file nobody here has seen
        form.add_error("value" if form.cleaned_data["what"] == "change" else "what", told)
        return {"trial": False}
    return {
        "trial": True,
        "said": form.said(),
        "changed": list(moved(trial, content, school)),
        "lacking": trial.lacking,
    }


def _shown(here: Here, release: UUID) -> Reached:
    """A release whose figures the person sees.

    Raises:
        Http404: there is no such release, or nothing of the school in it for the person.
    """
    found = reached(here, release)
    if found.level is None:
        raise Http404
    return found


def _content(found: Reached) -> Content:
    """What the release says of the school.

    Raises:
        Http404: nothing, or nothing to the person.
    """
    if found.content is None:
        raise Http404
    return found.content


def _back(here: Here, found: Reached) -> str:
    """To the release, or for those who see none of its figures to nowhere."""
    if found.content is None:
        return ""
    return here.href("figures:release", release=found.release.pk, part="headline")
