"""What a release was made with, to take away: its hashes, the tables of the year, file faults."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse

from keystage.access.permissions import Permission
from keystage.actions.auditing import taken_away
from keystage.actions.figures.computing import label_of
from keystage.actions.figures.faults import FAULTS, FAULTS_NAME
from keystage.store.models import FiguresRelease
from keystage.web.attached import attached
from keystage.web.doors import Here
from keystage.web.figures_desk.doors import desk_page, release_of
from keystage.web.spreadsheet import line

_PURPOSE = "To see how a release of figures was made, and that it is as it was made."
_WARNING = (
    "It holds no figure and no pupil. Before its minute nobody but its makers may know that the "
    "release is there."
)

_PURPOSE_OF_FAULTS = "To correct the files that a release of figures was to be made of."
_WARNING_OF_FAULTS = (
    "It holds values of pupils as they stand in the files. Keep it as you keep these, and delete "
    "it once they are correct."
)
_HEAD_OF_FAULTS = ("File", "Line", "Column", "What stands there", "What is wrong")


@dataclass(frozen=True, kw_only=True)
class FileOf:
    """A file of a release: its words, its ending, and what makes it."""

    words: str
    ending: str
    made: Callable[[FiguresRelease], str]


def about(release: FiguresRelease) -> dict[str, str]:
    """What goes with every file of a release."""
    return {
        "release": label_of(release),
        "scope": f"{release.organisation}, results of {release.year}",
        "purpose": _PURPOSE,
        "warning": _WARNING,
    }


def _hashes(release: FiguresRelease) -> str:
    told = {
        **about(release),
        "engine": release.engine,
        "statute_sha256": release.rules_sha256,
        "inputs": release.inputs,
        "outputs": release.outputs,
        "counts": release.counts,
    }
    return json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _rules(release: FiguresRelease) -> str:
    told = [f"# {name}: {text}" for name, text in about(release).items()]
    sha256 = release.outputs.get("rules_sha256", "")
    told.append(f"# The tables follow after the next line; their SHA-256 is {sha256}.")
    return "\n".join([*told, "#", release.rules])


#: The files of a release, by their name in addresses.
FILES: Mapping[str, FileOf] = {
    "hashes": FileOf(words="Hashes of everything", ending="json", made=_hashes),
    "rules": FileOf(
        words="Tables that were used in place of those shipped", ending="toml", made=_rules
    ),
}


@desk_page(Permission.SEE_STATISTICS)
def fetch(request: HttpRequest, here: Here, release: UUID, what: str) -> HttpResponse:
    """A file of a release; that it was taken away is written down.

    Raises:
        Http404: there is no such file, or the release used no tables but those shipped.
    """
    del request
    found = release_of(here, release)
    file = FILES.get(what)
    if file is None or found.computed_at is None or (what == "rules" and not found.rules):
        raise Http404
    taken_away(
        f"figures, {label_of(found)}, {file.words.lower()}",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": file.ending, "release": str(found.pk), "level": "none"},
    )
    name = f"figures-{found.year}-{found.stage}-{found.version}-{what}.{file.ending}"
    return attached(name, file.made(found).encode())


@desk_page(Permission.ENTER_STATISTICS)
def faults(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """What was wrong with the files of a release that could not be made, for a spreadsheet.

    Raises:
        Http404: it was made, or nothing is kept of its faults.
    """
    del request
    found = release_of(here, release)
    made = found.job.content if found.job and found.job.content_name == FAULTS_NAME else None
    if made is None or found.state != FiguresRelease.State.FAILED:
        raise Http404
    taken_away(
        f"figures, {label_of(found)}, faults of its files",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
        after={"form": "csv", "release": str(found.pk), "level": "named"},
    )
    told = {**about(found), "purpose": _PURPOSE_OF_FAULTS, "warning": _WARNING_OF_FAULTS}
    rows = pl.read_csv(bytes(made), schema=FAULTS).rows()
    lines = (line("" if cell is None else str(cell) for cell in row) for row in rows)
    ends = (line((f"About: {name}", text)) for name, text in told.items())
    name = f"figures-{found.year}-{found.stage}-{found.version}-{FAULTS_NAME}"
    return attached(name, [line(_HEAD_OF_FAULTS), *lines, *ends])
