"""Why a figure is what it is: its pupils in and out, each with the condition that decided it.

An explanation walks the same declarations as the calculation. Change a rule and both change.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import and_

import polars as pl

from keystage.core.errors import UsageError
from keystage.measures import figures
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.compute import Computed
from keystage.measures.declare import Condition, Count, Measure, Sum
from keystage.measures.fields import Field
from keystage.measures.gaps import comparators
from keystage.measures.parts import WHOLE
from keystage.measures.printed import printed_field, with_denominators
from keystage.measures.printing import BILLIONTHS, plain_text
from keystage.statute.year import Year

_PLACE = re.compile(r"\{(\w+)\}")
BLANK = "blank"


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
        value: the exact figure; none with nobody in.
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
    listed = _listed(pupils, top, bottom, year)
    contributions = int(listed["contribution"].sum())
    per_one = top.per_one if isinstance(top, Sum) else 1
    numerator = Fraction(contributions, per_one)
    denominator = None if bottom is None else int((listed["place"] != "out").sum())
    scale = figures.scale(field.measure) if field.measure else figures.PERCENT
    value = (
        numerator
        if denominator is None
        else (numerator * scale / denominator if denominator else None)
    )
    return Explanation(
        field=field,
        school=school,
        definition=_definition(field, top, bottom),
        sources=tuple(dict.fromkeys(item.source for item in _conditions(top, bottom))),
        pupils=listed,
        numerator=numerator,
        denominator=denominator,
        value=value,
        steps=_steps(field, computed, numerator, denominator),
        printed=_printed(field, computed, school),
    )


def _group_condition(group: str, year: Year) -> tuple[Condition, ...]:
    """The condition of belonging to a pupil group; none for the whole cohort."""
    rule = year.pupil_groups.groups[group]
    if group == WHOLE:
        return ()
    value = f"{rule.column} {{{rule.column}}}"
    return (
        Condition(
            name=f"in_{group}",
            sentence=f"belongs to the group {rule.label} ({value})",
            otherwise=f"does not belong to the group {rule.label} ({value})",
            source="Key stage 2 performance tables, list of fields and abbreviations",
            test=pl.col(rule.column)
            .cast(pl.String)
            .is_in(list(rule.values))
            .fill_null(value=False),
        ),
    )


def _any_group(groups: Sequence[str], year: Year) -> tuple[Condition, ...]:
    """The condition of belonging to any of several groups of one dimension."""
    if groups == (WHOLE,):
        return ()
    rules = [year.pupil_groups.groups[group] for group in groups]
    column = rules[0].column
    values = [value for rule in rules for value in rule.values]
    labels = ", ".join(rule.label for rule in rules)
    return (
        Condition(
            name="in_any_of_" + "_".join(groups),
            sentence=f"belongs to one of the groups {labels} ({column} {{{column}}})",
            otherwise=f"belongs to none of the groups {labels} ({column} {{{column}}})",
            source="Key stage 2 performance tables, list of fields and abbreviations",
            test=pl.col(column).cast(pl.String).is_in(values).fill_null(value=False),
        ),
    )


def _with(count: Count, more: tuple[Condition, ...]) -> Count:
    """The count within a group: the group's condition comes second, after the end of key stage."""
    first, *rest = count.conditions
    return Count(count.name, count.label, (first, *more, *rest))


def _counts(field: Field, year: Year) -> tuple[Count | Sum, Count | None]:
    """What is counted or summed, and over whom, within the field's group."""
    group = _group_condition(field.group, year)
    if field.measure is None:
        members = _with(ELIGIBLE, group)
        if field.kind == "count" or field.composition is None:
            return members, None
        return members, _with(ELIGIBLE, _any_group(field.composition.over, year))
    top, bottom = field.measure.top, _with(field.measure.bottom, group)
    if isinstance(top, Sum):
        return Sum(top.name, top.label, top.column, top.per_one, bottom), bottom
    return _with(top, group), bottom


def _conditions(top: Count | Sum, bottom: Count | None) -> tuple[Condition, ...]:
    inner = top.over if isinstance(top, Sum) else top
    return tuple(dict.fromkeys((*(bottom.conditions if bottom else ()), *inner.conditions)))


def _listed(
    pupils: pl.DataFrame, top: Count | Sum, bottom: Count | None, year: Year
) -> pl.DataFrame:
    """Each pupil's place, the reason for it, and what they contribute."""
    inner = top.over if isinstance(top, Sum) else top
    outer = bottom or inner
    extra = [item for item in inner.conditions if item not in outer.conditions]
    within, counted = _all(outer.conditions), _all(inner.conditions)
    reason = _sentence((extra or [*outer.conditions])[-1], year, met=True)
    if isinstance(top, Sum) and top.column.endswith(("_progress", "_unadjusted")):
        reason = _progress_sentence(top.column)
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
    columns = [pl.col(name).cast(pl.String).fill_null(BLANK) for name in _PLACE.findall(text)]
    return pl.format(_PLACE.sub("{}", text), *columns) if columns else pl.lit(text)


def _progress_sentence(column: str) -> pl.Expr:
    """What a pupil in a progress measure contributes, and from what."""
    subject, _, part = column.rpartition("_")
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
    if part == "unadjusted":
        return plain
    raised = pl.col(f"{subject}_progress") != pl.col(f"{subject}_unadjusted")
    return (
        pl.when(raised)
        .then(pl.format("{}; {} is below the minimum and counts as {}", plain, unadjusted, minimum))
        .otherwise(plain)
    )


def _definition(field: Field, top: Count | Sum, bottom: Count | None) -> tuple[str, ...]:
    label = field.measure.label if field.measure else "number of pupils in the group"
    inner = top.over if isinstance(top, Sum) else top
    sentences = [f"{field.name}: the {label}."]
    if isinstance(top, Sum):
        sentences.append(f"It is the sum of {top.label} over {inner.label}.")
    elif bottom is not None:
        sentences.append(f"It is {top.label} as a percentage of {bottom.label}.")
    return tuple(sentences)


def _steps(
    field: Field, computed: Computed, numerator: Fraction, denominator: int | None
) -> tuple[str, ...]:
    """From the exact figure to the printed one, in sentences."""
    year, measure = computed.table.year, field.measure
    if denominator is None:
        return (f"{as_text(numerator)} pupils.",)
    if not denominator:
        return ("Nobody is counted, so there is no figure.",)
    scale = figures.scale(measure) if measure else figures.PERCENT
    value = numerator * scale / denominator
    times = f" × {scale}" if scale != 1 else ""
    steps = [f"{as_text(numerator)}{times} / {denominator} = {as_text(value)}."]
    if measure is None or field.kind == "figure":
        return tuple(steps)
    if field.kind == "gap":
        return (*steps, _gap_step(measure, computed))
    if field.kind == "deviation":
        return (
            *steps,
            "The standard deviation is that of the pupils' progress listed here (n - 1).",
        )
    return (*steps, *_interval_steps(field, measure, year, value, denominator))


def _gap_step(measure: Measure, computed: Computed) -> str:
    national = comparators(computed.table).get(measure.name)
    if national is None:
        return "There is no national figure of other pupils to take it from."
    places = figures.decimals(measure, computed.table.year)
    other = Decimal(national).scaleb(-places)
    return f"The gap is the printed figure minus the printed national one of other pupils, {other}."


def _interval_steps(
    field: Field, measure: Measure, year: Year, value: Fraction, pupils: int
) -> list[str]:
    rules = year.require(year.interval, "interval", "A confidence interval")
    deviation = figures.standard_deviation(measure, year)
    half = float(rules.critical_value) * float(deviation) / pupils**0.5
    steps = [
        f"Half the interval is {rules.critical_value} × {deviation} / √{pupils} = {half:.6f}.",
        f"{deviation} is the national standard deviation of pupil progress in {measure.subject}.",
        f"The limits are {float(value) - half:.6f} and {float(value) + half:.6f}.",
        "Each limit is rounded by itself."
        if rules.printing == "each_limit"
        else "The printed half-width is taken from and added to the printed score.",
    ]
    if field.kind == "band" and year.banding is not None:
        steps.append(
            "The band is decided on the printed score and limits; a limit of exactly 0 is average."
        )
    return steps


def _printed(field: Field, computed: Computed, school: int) -> str:
    """The printed figure before withholding, from the same parts the tables are made of."""
    table = computed.table
    row = table.units["URN"].to_list().index(school)
    parts = with_denominators(table, field.group)[row]
    text = parts.select(printed_field(field, table, comparators(table))).item()
    return text or ""


def as_text(value: Fraction) -> str:
    """An exact number as text: in decimals where they end within nine, else as a fraction too.

    >>> as_text(Fraction(3, 4)), as_text(Fraction(-26380, 9000))
    ('0.75', '-2.931111111… (-1319/450)')
    """
    scaled = value * 10**9
    if scaled.denominator == 1:
        text = f"{Decimal(scaled.numerator).scaleb(-9):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    cut = Decimal(int(scaled)).scaleb(-9)
    return f"{cut:f}… ({value.numerator}/{value.denominator})"
