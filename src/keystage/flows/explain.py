"""Explanations from files: read, check, compute, and open one figure or one pupil."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.flows.computing import checked_records, compute_records, scorable
from keystage.measures.compute import Computed
from keystage.measures.explain import Explanation, explain
from keystage.measures.explain_pupil import PupilExplanation, explain_pupil
from keystage.measures.fields import field_named
from keystage.measures.gaps import comparators
from keystage.reports.disclosure import publish
from keystage.statute.year import Year


@dataclass(frozen=True)
class Given:
    """What an explanation starts from: the files, the year, and whether to derive the reference."""

    pupils: Path
    schools: Path | None
    year: Year
    derived: bool = False


@dataclass(frozen=True)
class FigureExplained:
    """An explanation, and the cell the published table carries.

    ``published`` is the cell's text; none for a figure that no published table carries.
    """

    explanation: Explanation
    published: str | None

    @property
    def sentence(self) -> str:
        """What the published table shows, for people."""
        name = self.explanation.field.name
        if self.published is None:
            return f"{name} is for analysts; no published table carries it."
        shown = self.published or "a blank"
        if not self.explanation.printed:
            return f"There is no figure, so the published table shows {shown}."
        if self.published == self.explanation.printed:
            return "The published table shows the same."
        return f"The published table shows {shown} instead: the figure is withheld there."


def explain_figure(given: Given, figure: str, school: int) -> FigureExplained:
    """Open a school's figure.

    Raises:
        UsageError: there is no such figure or school.
        InputError: a file is refused.
        AbsentValueError: the year lacks a value the figure needs.
    """
    field = field_named(figure, given.year)
    computed = _computed(given)
    explanation = explain(computed, field, school)
    return FigureExplained(explanation, _published(computed, field.name, school))


def explain_one_pupil(given: Given, upn: str) -> tuple[PupilExplanation, ...]:
    """Open the progress of a pupil, in every record of the file with the UPN.

    Raises:
        UsageError: no pupil has the UPN, or the year has no progress.
        InputError: a file is refused.
        AbsentValueError: the year lacks a value progress needs.
    """
    return explain_pupil(_computed(given), upn)


def _computed(given: Given) -> Computed:
    scorable(given.year, derived=given.derived)
    records, _ = checked_records(given.pupils, given.schools, given.year)
    return compute_records(records, given.year, derived=given.derived)


def _published(computed: Computed, name: str, school: int) -> str | None:
    frame = publish(computed.table, "school", comparators(computed.table)).frame
    if name not in frame.columns:
        return None
    cell: str = frame.filter(pl.col("URN") == school)[name].item()
    return cell
