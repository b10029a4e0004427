"""Explanations from files: read, check, compute, and open one figure or one pupil."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.core.errors import UsageError
from keystage.flows.computing import checked_records, compute_records, scorable
from keystage.flows.earlier import earlier_cohorts
from keystage.flows.earlier_pupils import with_pupils
from keystage.measures.compute import Computed
from keystage.measures.explain import Explanation, explain
from keystage.measures.explain_pooled import explain_pooled
from keystage.measures.explain_pupil import PupilExplanation, explain_pupil
from keystage.measures.fields import Field, field_named
from keystage.measures.gaps import comparators
from keystage.measures.pooled import pooled, pooled_field_named
from keystage.measures.table import MeasureTable
from keystage.records.recordset import RecordSet
from keystage.reports.disclosure import publish
from keystage.statute.year import Year


@dataclass(frozen=True)
class Given:
    """What an explanation starts from: the files, the year, and whether to derive the reference.

    For three-year figures also ``earlier``, the folders of the two earlier cohorts, and, to see
    their pupils, ``earlier_pupils``, the pupil files those were made from.
    """

    pupils: Path
    schools: Path | None
    year: Year
    derived: bool = False
    earlier: Sequence[Path] = ()
    earlier_pupils: Sequence[Path] = ()


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
        if not self.published:
            return "The published table shows a blank instead."
        return f"The published table shows {shown} instead: the figure is withheld there."


def explain_figure(given: Given, figure: str, school: int) -> FigureExplained:
    """Open a school's figure.

    Raises:
        UsageError: there is no such figure or school, or the earlier cohorts do not go with it.
        InputError: a file is refused.
        AbsentValueError: the year lacks a value the figure needs.
    """
    three_year = pooled_field_named(figure, given.year)
    if three_year is not None:
        return _three_year_figure(given, three_year, school)
    field = field_named(figure, given.year)
    if given.earlier or given.earlier_pupils:
        raise UsageError(
            f"{field.name} is not made from earlier cohorts.",
            todo="Leave out --earlier and --earlier-pupils, or ask for a three-year figure such as "
            "PTRWM_EXP_3YR.",
        )
    computed, _ = _computed(given)
    return FigureExplained(
        explain(computed, field, school), _published(computed, None, field.name, school)
    )


def _three_year_figure(given: Given, field: Field, school: int) -> FigureExplained:
    if not given.earlier:
        raise UsageError(
            f"{field.name} is made from three cohorts, and there is one.",
            todo="Give --earlier twice: the output folders of `keystage measures` for the two "
            "years before.",
        )
    before = with_pupils(earlier_cohorts(given.earlier, given.year), given.earlier_pupils)
    computed, records = _computed(given)
    pool = pooled(
        computed.table, computed.parts, [cohort.parts for cohort in before], records.schools
    )
    explanation = explain_pooled(computed, pool, before, field, school)
    return FigureExplained(explanation, _published(computed, pool, field.name, school))


def explain_one_pupil(given: Given, upn: str) -> tuple[PupilExplanation, ...]:
    """Open the progress of a pupil, in every record of the file with the UPN.

    Raises:
        UsageError: no pupil has the UPN, or the year has no progress.
        InputError: a file is refused.
        AbsentValueError: the year lacks a value progress needs.
    """
    computed, _ = _computed(given)
    return explain_pupil(computed, upn)


def _computed(given: Given) -> tuple[Computed, RecordSet]:
    scorable(given.year, derived=given.derived)
    records, _ = checked_records(given.pupils, given.schools, given.year)
    return compute_records(records, given.year, derived=given.derived), records


def _published(computed: Computed, pool: MeasureTable | None, name: str, school: int) -> str | None:
    table = computed.table
    frame = publish(table, "school", comparators(table), pool).frame
    if name not in frame.columns:
        return None
    cell: str = frame.filter(pl.col("URN") == school)[name].item()
    return cell
