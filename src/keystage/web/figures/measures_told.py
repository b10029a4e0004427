"""Each measure of a release in words: what it is, where that is laid down, and the last check."""

from collections.abc import Iterator
from dataclasses import dataclass

from keystage.flows.figures.contents import Content
from keystage.measures.explain_words import definition
from keystage.measures.parts import WHOLE
from keystage.statute.year import Year
from keystage.store.models import FiguresRelease, Job
from keystage.web.figures.opened import field_of
from keystage.web.wording import as_moment


@dataclass(frozen=True, kw_only=True)
class MeasureTold:
    """A measure: its field, what it is called, its definition, and the guide and section."""

    name: str
    label: str
    definition: tuple[str, ...]
    source: str


def measures_told(content: Content, year: Year) -> tuple[MeasureTold, ...]:
    """The measures of all pupils that a content has a figure of, each once, in its order."""
    names = (one.name for one in content.figures if one.group == WHOLE)
    return tuple(_told(names, year))


def measure_told(name: str, year: Year) -> MeasureTold | None:
    """One measure; None where the field is no figure of a measure."""
    return next(_told(iter([name]), year), None)


def checked(last: Job | None, release: FiguresRelease) -> str:
    """When a release was last checked, and what was found, in a sentence.

    Args:
        last: the last time that somebody had it verified.
        release: the release.
    """
    if last is not None and last.state == Job.State.DONE and last.ended_at is not None:
        when = as_moment(last.ended_at)
        if last.outcome.get("whole"):
            return f"Computed again on {when}: every figure is as it was made."
        return f"Computed again on {when}: not everything was as it was made. Ask its makers."
    if release.approved_at is None:
        return "It is not approved yet."
    when = as_moment(release.approved_at)
    return f"Approved by a second person on {when}. It was not computed again since."


def _told(names: Iterator[str], year: Year) -> Iterator[MeasureTold]:
    for name in names:
        found = field_of(name, year)
        if found is None or found[0].measure is None:
            continue
        field, measure = found[0], found[0].measure
        yield MeasureTold(
            name=name,
            label=f"{measure.label[:1].upper()}{measure.label[1:]}"
            + (", three years together" if found[1] else ""),
            definition=definition(field, measure.top, measure.bottom, year),
            source=measure.source,
        )
