"""Why a figure is what it is: its pupils in and out, each with the condition that decided it.

An explanation walks the same declarations as the calculation. Change a rule and both change.
"""

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from keystage.core.errors import UsageError
from keystage.measures import figures
from keystage.measures.availability import unavailable
from keystage.measures.compute import Computed
from keystage.measures.explain_listing import listing
from keystage.measures.explain_words import definition, steps
from keystage.measures.fields import Field
from keystage.measures.gaps import comparators
from keystage.measures.printed import printed_field, with_denominators
from keystage.measures.table import MeasureTable


@dataclass(frozen=True)
class CohortOfPool:
    """What one cohort adds to a three-year figure.

    Attributes:
        year: the summer the tests were sat.
        numerator: the exact sum of the school's contributions in that year.
        denominator: how many of the school's pupils are counted; none for a plain count.
        pupils: the school's pupils as in `Explanation`; none where only the sums are at hand.
    """

    year: int
    numerator: Fraction
    denominator: int | None
    pupils: pl.DataFrame | None


@dataclass(frozen=True)
class Explanation:
    """A school's figure, opened.

    Attributes:
        field: the field that is explained.
        school: the school's URN.
        definition: sentences: what is counted, over what, by which conditions.
        sources: the guides and sections the conditions rest on.
        pupils: one row a pupil of the school this year: ``line``, ``UPN``, ``place``
            (``numerator``, ``denominator`` or ``out``), ``reason`` (a sentence), ``contribution``
            (to the numerator, Int64, in ``per_one`` units) and ``shown`` (the same as text).
        numerator: the exact sum of contributions, of every cohort.
        denominator: how many pupils are counted; none for a plain count.
        value: the exact figure, of limits, bands, deviations and gaps the one they are made from;
            none with nobody in, or where the file lacks a column the figure needs.
        steps: sentences from the exact figure to the printed one.
        printed: the printed figure before any withholding; empty when there is none.
        cohorts: of a three-year figure its cohorts, oldest first; of others none.
    """

    field: Field
    school: int
    definition: tuple[str, ...]
    sources: tuple[str, ...]
    pupils: pl.DataFrame
    numerator: Fraction
    denominator: int | None
    value: Fraction | None
    steps: tuple[str, ...]
    printed: str
    cohorts: tuple[CohortOfPool, ...] = ()


def explain(computed: Computed, field: Field, school: int) -> Explanation:
    """Open one figure of one school down to its pupils.

    Raises:
        UsageError: the school is not among the pupils.
    """
    table = computed.table
    year = table.year
    pupils = computed.working.filter(pl.col("URN") == school).collect()
    if pupils.is_empty():
        raise no_pupil_at(school)
    listed = listing(pupils, field, year)
    numerator, denominator = listed.numerator, listed.denominator
    available = field.name not in unavailable(table)
    return Explanation(
        field=field,
        school=school,
        definition=definition(field, listed.top, listed.bottom, year),
        sources=listed.sources,
        pupils=listed.pupils,
        numerator=numerator,
        denominator=denominator,
        value=exact(field, numerator, denominator) if available else None,
        steps=steps(field, table, listed.pupils["contribution"].to_list(), denominator)
        if available
        else ("The pupil file lacks a column that the figure needs, so it is not known.",),
        printed=before_withholding(field, table, school) if available else "",
    )


def no_pupil_at(school: int) -> UsageError:
    """What is said of a school that is not among the pupils."""
    return UsageError(
        f"No pupil of the file is at the school with URN {school}.",
        todo="Check the URN; it has six digits.",
    )


def exact(field: Field, numerator: Fraction, denominator: int | None) -> Fraction | None:
    """The exact figure of a numerator and a denominator; none with nobody in."""
    if denominator is None:
        return numerator
    scale = figures.scale(field.measure) if field.measure else figures.PERCENT
    return numerator * scale / denominator if denominator else None


def before_withholding(field: Field, table: MeasureTable, school: int) -> str:
    """A school's printed figure before withholding, from the parts the tables are made of."""
    if field.kind == "deviation":
        return ""
    row = table.units["URN"].to_list().index(school)
    parts = with_denominators(table, field.group)[row]
    text = parts.select(printed_field(field, table, comparators(table))).item()
    return text or ""
