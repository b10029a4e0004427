"""Files of a release to keep: each page, similar schools, pupils, and everything in one archive."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.auditing import taken_away
from keystage.actions.figures.computing import label_of
from keystage.actions.figures.pupils_seen import PupilsSeen
from keystage.actions.figures.rules import rules_of
from keystage.actions.figures.similar_seen import similar_for
from keystage.flows.figures.contents import Content
from keystage.flows.figures.scattered import SUBJECTS, no_scatter, scattered
from keystage.web.archived import archived
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.figures.files import LEVELS, about, file_of, name_of
from keystage.web.figures.gaps_file import GAPS, gaps_for
from keystage.web.figures.parts import PARTS, sections_of
from keystage.web.figures.pupils_file import pupils_file
from keystage.web.figures.reached import Reached, reached
from keystage.web.figures.scatter import Scatter, scatter_of
from keystage.web.figures.scatter_file import scatter_file
from keystage.web.figures.sheets import FORMS
from keystage.web.figures.similar_file import similar_file

SIMILAR, PUPILS = "similar-schools", "pupils"
_SUPPRESSED = "suppressed"
#: Kept by a release of figures, which is made of results that are out.
_OUT = frozenset({Condition.ON_RELEASE})


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def files(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """What there is of a release to take away, with what each file is for."""
    found, content = _reached(here, release)
    there = [(key, one.title) for key, one in PARTS.items() if sections_of(content, key)]
    context = {
        "content": content,
        "shown_at": found.release.shown_at,
        "level": LEVELS[content.level],
        "forms_of_files": FORMS,
        "parts": [
            (title, lambda form, key=key: _href(here, "fetch", release, part=key, form=form))
            for key, title in there
        ],
        "similar": similar_for(found.release, here.organisation.code, person=here.by.who),
        "similar_href": lambda form: _href(here, "similar_file", release, form=form),
        "gaps_href": lambda form: _href(here, "gaps_file", release, form=form),
        "scatter_href": (lambda form: _href(here, "scatter_file", release, form=form))
        if not no_scatter(rules_of(found.release)) and may_take_pupils(found)
        else None,
        "pupils_href": (lambda form: _href(here, "pupils_file", release, form=form))
        if _with_names(found)
        else None,
        "all_href": lambda form: _href(here, "everything", release, form=form),
        "back_href": here.href("figures:release", release=release, part="headline"),
    }
    return render(request, "figures/files.html", context)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def fetch_similar(request: HttpRequest, here: Here, release: UUID, form: str) -> HttpResponse:
    """The schools most like this one as a file; to their page if there is none."""
    del request
    found, content = _reached(here, release, form)
    made = _similar(found, content, form)
    if made is None:
        return redirect(_href(here, "similar", release))
    _written_down(found, content.release, "similar schools", form, _SUPPRESSED)
    return attached(name_of(content, SIMILAR, form, found.release.version), made)


@page(Permission.EXPLAIN_FIGURE, level=Level.PSEUDONYMISED)
def fetch_scatter(request: HttpRequest, here: Here, release: UUID, form: str) -> HttpResponse:
    """The pupils of the scatter as a file, called as on its page; to that page if there is none."""
    del request
    found = reached(here, release)
    if form not in FORMS:
        raise Http404
    if no_scatter(rules_of(found.release)) or not may_take_pupils(found) or found.pupils is None:
        return redirect(here.href("figures:scatter", release=release))
    label, school = label_of(found.release), here.organisation
    scope = f"{school} ({school.code}), results of {here.season}"
    named, level = found.pupils.level is Level.NAMED, found.pupils.level.value
    made = scatter_file(label, scope, scatters_of(found), found.of_whom, form, named=named)
    _written_down(found, label, "key stage 1 against key stage 2", form, level)
    return attached(
        f"figures-{school.code}-{found.release.year}-{found.release.stage}-v{found.release.version}"
        f"-scatter.{form}",
        made,
    )


@page(Permission.DOWNLOAD_RESULTS, level=Level.NAMED, sees_to=_OUT)
def fetch_pupils(request: HttpRequest, here: Here, release: UUID, form: str) -> HttpResponse:
    """The pupils of the release by name as a file.

    A release is out after the results are, so that its own door keeps that condition.
    """
    del request
    found, content = _reached(here, release, form)
    if not _with_names(found) or found.pupils is None:
        raise Http404
    made = _pupils(content, found.pupils, form)
    _written_down(found, content.release, PUPILS, form, Level.NAMED.value)
    return attached(name_of(content, PUPILS, form, found.release.version), made)


@page(Permission.SEE_MEASURES, level=Level.SUPPRESSED)
def everything(request: HttpRequest, here: Here, release: UUID, form: str) -> HttpResponse:
    """All files that the person may have of the release, in one archive."""
    del request
    found, content = _reached(here, release, form)
    version = found.release.version
    made: dict[str, bytes] = {}
    for key in PARTS:
        if sections := sections_of(content, key):
            made[name_of(content, key, form, version)] = file_of(content, sections, form)
    if similar := _similar(found, content, form):
        made[name_of(content, SIMILAR, form, version)] = similar
    made[name_of(content, GAPS, form, version)] = gaps_for(found, content, form)
    named = _with_names(found) and found.pupils is not None
    if named and found.pupils is not None:
        made[name_of(content, PUPILS, form, version)] = _pupils(content, found.pupils, form)
    level = Level.NAMED.value if named else content.level
    _written_down(found, content.release, f"{len(made)} files", form, level)
    return attached(name_of(content, f"all-{stamp()}", "zip", version), archived(made))


def may_take_pupils(found: Reached) -> bool:
    """Whether the person may take away the pupils that the page shows: by name not everybody."""
    here, reach = found.here, found.reach
    if reach is None:
        return False
    named = reach.level is Level.NAMED
    return not named or here.may(Permission.DOWNLOAD_RESULTS, Level.NAMED, _OUT)


def scatters_of(found: Reached) -> tuple[Scatter, ...]:
    """The drawings of the pupils that the person sees, a subject each."""
    made, school = found.again.computed, int(found.here.organisation.code)
    return tuple(scatter_of(scattered(made, school, subject), found.called) for subject in SUBJECTS)


def stamp() -> str:
    """The moment, for the name of a file."""
    return timezone.localtime().strftime("%Y%m%d-%H%M%S")


def _similar(found: Reached, content: Content, form: str) -> bytes | None:
    seen = similar_for(found.release, found.here.organisation.code, person=found.here.by.who)
    return similar_file(content, seen.school, seen.near, form) if seen else None


def _pupils(content: Content, seen: PupilsSeen, form: str) -> bytes:
    return pupils_file(
        content.release, about(content, progress=False), seen.records, seen.names, form
    )


def _with_names(found: Reached) -> bool:
    """Whether the person may take the school's pupils away by name: all of them."""
    reach, here = found.reach, found.here
    return (
        here.may(Permission.DOWNLOAD_RESULTS, Level.NAMED, _OUT)
        and reach is not None
        and reach.level is Level.NAMED
        and reach.classes is None
    )


def _reached(here: Here, release: UUID, form: str = "csv") -> tuple[Reached, Content]:
    """A release and what it says of the school.

    Raises:
        Http404: there is none, nothing for the person, or no such form of file.
    """
    found = reached(here, release)
    if found.content is None or form not in FORMS:
        raise Http404
    return found, found.content


def _written_down(found: Reached, label: str, what: str, form: str, level: str) -> None:
    """Write down that a file was taken away."""
    taken_away(
        f"figures, {label}, {what}, {level}",
        by=found.here.by,
        organisation=found.here.organisation,
        year=found.here.season,
        after={"form": form, "release": str(found.release.pk), "level": level},
    )


def _href(here: Here, route: str, release: UUID, **parts: str) -> str:
    return here.href(f"figures:{route}", release=release, **parts)
