"""The pupils of a school as one figure sees them: each in or out, and the condition that decided.

A listing walks the same declarations as the calculation. Change a rule and both change.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import and_

import polars as pl

from keystage.measures.catalogue import COMBINED, ELIGIBLE, IN_RWM
from keystage.measures.conditions import AT_END, TABLES
from keystage.measures.declare import Condition, Count, Measure, Sum
from keystage.measures.explain_words import as_text
from keystage.measures.fields import Field
from keystage.measures.parts import WHOLE
from keystage.measures.printing import plain_text
from keystage.measures.units import BILLIONTHS
from keystage.statute.year import Year

_PLACE = re.compile(r"\{(\w+)\}")
BLANK, NO_SCORE = "blank", "none"
_COLUMN_NAMES = {"PRIOR": "prior attainment"}


@dataclass(frozen=True)
class Listing:
    """What a field counts or sums, and the pupils it does so with.

    Attributes:
        top: what is counted or summed.
        bottom: over whom; none for a plain count.
        pupils: one row a pupil: ``line``, ``UPN``, ``place`` (``numerator``, ``denominator`` or
            ``out``), ``reason`` (a sentence), ``contribution`` (to the numerator, Int64, in
            ``per_one`` units) and ``shown`` (the same as text).
    """

    top: Count | Sum
    bottom: Count | None
    pupils: pl.DataFrame

    @property
    def per_one(self) -> int:
        """How many units of a contribution make one."""
        return self.top.per_one if isinstance(self.top, Sum) else 1

    @property
    def numerator(self) -> Fraction:
        """The exact sum of contributions."""
        return Fraction(int(self.pupils["contribution"].sum()), self.per_one)

    @property
    def denominator(self) -> int | None:
        """How many pupils are counted; none for a plain count."""
        return None if self.bottom is None else int((self.pupils["place"] != "out").sum())

    @property
    def sources(self) -> tuple[str, ...]:
        """The guides and sections the conditions rest on."""
        inner = self.top.over if isinstance(self.top, Sum) else self.top
        conditions = (*(self.bottom.conditions if self.bottom else ()), *inner.conditions)
        return tuple(dict.fromkeys(item.source for item in conditions))


def listing(pupils: pl.DataFrame, field: Field, year: Year) -> Listing:
    """List the pupils of a school as a field sees them.

    Args:
        pupils: the school's rows of the working table; may be none.
        field: the field.
        year: the statutory year the working table was made by.
    """
    top, bottom = _counts(field, year)
    return Listing(top, bottom, _listed(pupils, field.measure, (top, bottom), year))


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
    if measure in COMBINED:
        reason = _combined_reason(outer.conditions, extra, year)
    else:
        reason = _sentence((extra or [*outer.conditions])[-1], year, met=True)
        if isinstance(top, Sum) and measure is not None and measure.family == "progress":
            reason = _progress_sentence(measure)
        reason = _first_unmet([*outer.conditions, *extra], reason, year)
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


def _first_unmet(conditions: Sequence[Condition], otherwise: pl.Expr, year: Year) -> pl.Expr:
    """What is said of the first condition a pupil does not meet; of who meets all, the rest."""
    reason = otherwise
    for item in reversed(conditions):
        reason = pl.when(item.test).then(reason).otherwise(_sentence(item, year, met=False))
    return reason


def _combined_reason(
    outer: Sequence[Condition], standards: Sequence[Condition], year: Year
) -> pl.Expr:
    """What is said of a pupil of a figure over several subjects: of each subject what it decides.

    Args:
        outer: the conditions of who is counted: those of every pupil, then a subject's each.
        standards: the standard in each subject.
        year: the statutory year, for the standards.
    """
    subjects = [item for item in outer if item in IN_RWM.conditions and item is not AT_END]
    told = [
        pl.when(item.test)
        .then(_sentence(item, year, met=True))
        .otherwise(_sentence(item, year, met=False))
        for item in standards
    ]
    left_out = [
        pl.when(~item.test).then(_sentence(item, year, met=False)).otherwise(None)
        for item in subjects
    ]
    counted = (
        pl.when(_all(subjects)).then(_listed_in_words(told)).otherwise(_listed_in_words(left_out))
    )
    return _first_unmet([item for item in outer if item not in subjects], counted, year)


def _listed_in_words(sentences: Sequence[pl.Expr]) -> pl.Expr:
    """Sentences one after the other, ``and`` before the last; those that are null are left out."""
    said = pl.concat_list(sentences).list.drop_nulls()
    many = said.list.len()
    before = said.list.head(many - 1).list.join(", ")
    last = said.list.last()
    return pl.when(many > 1).then(pl.format("{} and {}", before, last)).otherwise(last)


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
