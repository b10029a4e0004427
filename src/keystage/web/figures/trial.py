"""What a change that is tried would do, as a page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from keystage.flows.figures.contents import Content
from keystage.flows.figures.trying import Trial
from keystage.measures.explain import before_withholding
from keystage.web.figures.cells import signed
from keystage.web.figures.differing import by

NONE = "No figure"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A figure that would be another: what it is, before, after, and by how much."""

    label: str
    before: str
    after: str
    change: str


def moved(trial: Trial, content: Content, school: int) -> Iterator[Moved]:
    """The figures of a content that a trial changes, in the order of the tables.

    Args:
        trial: what was tried.
        content: the complete content of the school in the release.
        school: the URN.
    """
    shown = {figure.name: figure for figure in content.figures}
    for one in trial.changes.of_school(school):
        figure = shown.get(one.field.name)
        if figure is None or one.same:
            continue
        after = before_withholding(one.field, trial.computed.table, school)
        yield Moved(
            label=f"{figure.label}, {figure.group_label}" if figure.group_label else figure.label,
            before=signed(figure.text) or figure.said or NONE,
            after=signed(after) or NONE,
            change=by(one.change, figure.unit),
        )
