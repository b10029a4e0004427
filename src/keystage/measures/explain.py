"""Why a figure is what it is: its pupils in and out, each with the condition that decided it.

An explanation walks the same declarations as the calculation. Change a rule and both change.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import and_

import polars as pl

from keystage.core.errors import UsageError
from keystage.measures import figures
from keystage.measures.availability import unavailable
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.compute import Computed
from keystage.measures.conditions import TABLES
from keystage.measures.declare import Condition, Count, Measure, Sum
from keystage.measures.explain_words import as_text, definition, steps
from keystage.measures.fields import Field
from keystage.measures.gaps import comparators
from keystage.measures.parts import WHOLE
from keystage.measures.printed import printed_field, with_denominators
from keystage.measures.printing import plain_text
from keystage.measures.units import BILLIONTHS
from keystage.statute.year import Year

_PLACE = re.compile(r"\{(\w+)\}")
BLANK, NO_SCORE = "blank", "none"
_COLUMN_NAMES = {"PRIOR": "prior attainment"}


@dataclass(frozen=True)
class Explanation:
    """A school's figure, opened.

    Attributes:
        field: the field that is explained.
        school: the school's URN.
        definition: sentences: what is counted, over what, by which conditions.
        sources: the guides and sections the conditions rest on.
        pupils: one row a pupil of the school: ``line``, ``UPN``, ``place`` (``numerator``,
            ``denominator`` or ``out``), ``reason`` (a sentence), ``contribution`` (to the
            numerator, Int64, in ``per_one`` units) and ``shown`` (the same as text).
        numerator: the exact sum of contributions.
        denominator: how many pupils are counted; none for a plain count.
        value: the exact figure, of limits, bands, deviations and gaps the one they are made from;
            none with nobody in, or where the file lacks a column the figure needs.
        steps: sentences from the exact figure to the printed one.
        printed: the printed figure before any withholding; empty when there is none.
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


def explain(computed: Computed, field: Field, school: int) -> Explanation:
    """Open one figure of one school down to its pupils.

    Raises:
        UsageError: the school is not among the pupils.
    """
    table = computed.table
    year = table.year
    pupils = computed.working.filter(pl.col("URN") == school).collect()
    if pupils.is_empty():
        raise UsageError(
            f"No pupil of the file is at the school with URN {school}.",
            todo="Check the URN; it has six digits.",
        )
    top, bottom = _counts(field, year)
    listed = _listed(pupils, field.measure, (top, bottom), year)
    contributions = int(listed["contribution"].sum())
    per_one = top.per_one if isinstance(top, Sum) else 1
    numerator = Fraction(contributions, per_one)
    denominator = None if bottom is None else int((listed["place"] != "out").sum())
    scale = figures.scale(field.measure) if field.measure else figures.PERCENT
    available = field.name not in unavailable(table)
    value = None
    if available:
        value = (
            numerator
            if denominator is None
            else (numerator * scale / denominator if denominator else None)
        )
    return Explanation(
        field=field,
        school=school,
        definition=definition(field, top, bottom, year),
        sources=tuple(dict.fromkeys(item.source for item in _conditions(top, bottom))),
        pupils=listed,
        numerator=numerator,
        denominator=denominator,
        value=value,
        steps=steps(field, table, listed["contribution"].to_list(), denominator)
        if available
        else ("The pupil file lacks a column that the figure needs, so it is not known.",),
        printed=_printed(field, computed, school) if available else "",
    )


def _membership(groups: Sequence[str], year: Year) -> tuple[Condition, ...]:
    """The condition of belonging to a group, or to any of several of one dimension.

    None for the whole cohort, to which every pupil belongs.
    """
    if WHOLE in groups:
        return ()
    rules = [year.pupil_groups.groups[group] for group in groups]
    column = rules[0].column
    values = [value for rule in rules for value in rule.values]
    labels, value = ", ".join(rule.label for rule in rules), _value_of(column)
    inside, outside = "belongs to the group", "does not belong to the group"
    if len(rules) > 1:
        inside, outside = "belongs to one of the groups", "belongs to none of the groups"
    return (
        Condition(
            name="in_" + "_or_".join(groups),
            sentence=f"{inside} {labels} ({value})",
            otherwise=f"{outside} {labels} ({value})",
            source=TABLES,
            test=pl.col(column).cast(pl.String).is_in(values).fill_null(value=False),
        ),
    )


def _value_of(column: str) -> str:
    """A column's name for people, and the place of the pupil's value."""
    return f"{_COLUMN_NAMES.get(column, column)} {{{column}}}"


def _with(count: Count, more: tuple[Condition, ...]) -> Count:
    """The count within a group: the group's condition comes second, after the end of key stage."""
    first, *rest = count.conditions
    return Count(count.name, count.label, (first, *more, *rest))


def _counts(field: Field, year: Year) -> tuple[Count | Sum, Count | None]:
    """What is counted or summed, and over whom, within the field's group."""
    group = _membership((field.group,), year)
    if field.measure is None:
        members = _with(ELIGIBLE, group)
        if field.kind == "count" or field.composition is None:
            return members, None
        return members, _with(ELIGIBLE, _membership(field.composition.over, year))
    top, bottom = field.measure.top, _with(field.measure.bottom, group)
    if isinstance(top, Sum):
        return Sum(top.name, top.label, top.column, top.per_one, bottom), bottom
    return _with(top, group), bottom


def _conditions(top: Count | Sum, bottom: Count | None) -> tuple[Condition, ...]:
    inner = top.over if isinstance(top, Sum) else top
    return tuple(dict.fromkeys((*(bottom.conditions if bottom else ()), *inner.conditions)))


def _listed(
    pupils: pl.DataFrame,
    measure: Measure | None,
    counts: tuple[Count | Sum, Count | None],
    year: Year,
) -> pl.DataFrame:
    """Each pupil's place, the reason for it, and what they contribute."""
    top, bottom = counts
    inner = top.over if isinstance(top, Sum) else top
    outer = bottom or inner
    extra = [item for item in inner.conditions if item not in outer.conditions]
    within, counted = _all(outer.conditions), _all(inner.conditions)
    reason = _sentence((extra or [*outer.conditions])[-1], year, met=True)
    if isinstance(top, Sum) and measure is not None and measure.family == "progress":
        reason = _progress_sentence(measure)
    for item in reversed([*outer.conditions, *extra]):
        reason = pl.when(item.test).then(reason).otherwise(_sentence(item, year, met=False))
    amount = pl.col(top.column).cast(pl.Int64) if isinstance(top, Sum) else pl.lit(1, pl.Int64)
    per_one = top.per_one if isinstance(top, Sum) else 1
    listed = pupils.select(
        "line",
        "UPN",
        pl.when(within & counted)
        .then(pl.lit("numerator"))
        .when(within)
        .then(pl.lit("denominator" if bottom else "out"))
        .otherwise(pl.lit("out"))
        .alias("place"),
        pl.format("The pupil {}.", reason).alias("reason"),
        pl.when(within & counted).then(amount).otherwise(0).alias("contribution"),
    )
    shown = [as_text(Fraction(value, per_one)) for value in listed["contribution"].to_list()]
    return listed.with_columns(pl.Series("shown", shown, dtype=pl.String))


def _all(conditions: Sequence[Condition]) -> pl.Expr:
    return reduce(and_, (item.test for item in conditions))


def _sentence(condition: Condition, year: Year, *, met: bool) -> pl.Expr:
    """A condition's sentence with the pupil's own values in it."""
    text = condition.sentence if met else condition.otherwise
    standards = {
        "expected_score": year.key_stage_2.expected_score,
        "higher_score": year.key_stage_2.higher_score,
    }
    for name, standard in standards.items():
        text = text.replace(f"{{{name}}}", str(standard))
    columns = [
        pl.col(name).cast(pl.String).fill_null(NO_SCORE if name.endswith("SCORE") else BLANK)
        for name in _PLACE.findall(text)
    ]
    return pl.format(_PLACE.sub("{}", text), *columns) if columns else pl.lit(text)


def _progress_sentence(measure: Measure) -> pl.Expr:
    """What a pupil in a progress measure contributes, and from what."""
    subject = measure.subject
    points, national, unadjusted, minimum = (
        plain_text(pl.col(f"{subject}_{name}"), BILLIONTHS)
        for name in ("points", "national", "unadjusted", "minimum")
    )
    plain = pl.format(
        "has {} points against {}, the national average of prior attainment group {}",
        points,
        national,
        pl.col("prior_attainment_group").cast(pl.String),
    )
    if not measure.progress:
        return plain
    raised = pl.col(f"{subject}_progress") != pl.col(f"{subject}_unadjusted")
    return (
        pl.when(raised)
        .then(pl.format("{}; {} is below the minimum and counts as {}", plain, unadjusted, minimum))
        .otherwise(plain)
    )


def _printed(field: Field, computed: Computed, school: int) -> str:
    """The printed figure before withholding, from the same parts the tables are made of."""
    if field.kind == "deviation":
        return ""
    table = computed.table
    row = table.units["URN"].to_list().index(school)
    parts = with_denominators(table, field.group)[row]
    text = parts.select(printed_field(field, table, comparators(table))).item()
    return text or ""
