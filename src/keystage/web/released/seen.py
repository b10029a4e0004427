"""Which scripts were looked at, as the pages show it."""

from dataclasses import dataclass

from keystage.actions.releases.downloading import pupils_of
from keystage.actions.releases.released import Released
from keystage.actions.releases.scripts import papers_of, seen_of
from keystage.core.errors import UsageError
from keystage.core.subjects import Subject
from keystage.statute.register import Paper
from keystage.store.models import Organisation, ReleasedResult, SeenScript
from keystage.web.released.rows import name_of
from keystage.web.wording import as_moment


@dataclass(frozen=True, kw_only=True)
class ScriptCell:
    """A script; ``said`` is by whom and when it was looked at, empty where nobody did."""

    value: str
    paper: str
    said: str


@dataclass(frozen=True, kw_only=True)
class ScriptRow:
    """The scripts of a pupil; None where there is no result of the test."""

    name: str
    cells: tuple[ScriptCell | None, ...]


def said_of(row: ReleasedResult, school: Organisation, year: int) -> list[tuple[str, str]]:
    """The papers of a result, each with who looked at the script and when."""
    try:
        papers = papers_of(year, Subject(row.subject))
    except UsageError:
        return []
    seen = seen_of(school, year, row.upn)
    return [
        (paper.label, _said(seen.get((row.upn, key))) or "Nobody has looked at it")
        for key, paper in papers.items()
    ]


def script_rows(
    released: Released, papers: dict[str, Paper], seen: dict[tuple[str, str], SeenScript]
) -> list[ScriptRow]:
    """A row a pupil with results, by name, with a script for each paper."""
    found = []
    for pupil in pupils_of(released.results):
        upn, tests = pupil[0].upn, {row.subject for row in pupil}
        found.append(
            ScriptRow(
                name=name_of(pupil[0]),
                cells=tuple(
                    ScriptCell(
                        value=f"{upn} {key}", paper=paper.short, said=_said(seen.get((upn, key)))
                    )
                    if str(paper.subject) in tests
                    else None
                    for key, paper in papers.items()
                ),
            )
        )
    return found


def _said(seen: SeenScript | None) -> str:
    return f"{seen.seen_by}, {as_moment(seen.seen_at)}" if seen else ""
