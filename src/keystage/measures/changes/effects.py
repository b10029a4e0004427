"""The effects of pupils on the change of figures, as whole numbers over a common denominator."""

from collections.abc import Mapping, Sequence

import polars as pl

from keystage.measures.changes.causes import (
    Reviews,
    group_bits,
    pupil_bits,
    rule_bits,
    with_causes,
)
from keystage.measures.changes.figures import BOTTOM, TOP
from keystage.measures.changes.reasons import BIT
from keystage.measures.changes.sides import BETWEEN, NEW, OLD, SIDES
from keystage.measures.declare import Measure
from keystage.measures.engine import running
from keystage.measures.fields import Field
from keystage.statute.year import Year

#: One row a field and pupil.
EFFECTS: Mapping[str, type[pl.DataType]] = {
    "URN": pl.Int32,
    "field": pl.String,
    "pupil": pl.UInt32,
    "of_pupil": pl.Int64,
    "of_rules": pl.Int64,
    "why": pl.Int64,
}
_MEMBER, _WHAT = "member:", "what"
_BY_PUPIL, _BY_RULES, _BY_GROUP = "by pupil", "by rules", "by group"


def effects_of(  # noqa: PLR0913  # pupils, figures, and what they are of
    pupils: pl.DataFrame,
    figures: pl.DataFrame,
    wanted: Sequence[Field],
    groups: Sequence[str],
    *,
    year: Year,
    reviews: Reviews = (),
) -> pl.DataFrame:
    """What each pupil does to each figure.

    Args:
        pupils: the output of `sides.side_by_side` with ``pupil``, a number for each.
        figures: the output of `figures.figures_of`.
        wanted: the fields of the figures.
        groups: the pupil groups of the fields.
        year: the newer statutory year.
        reviews: pupils and subjects a review of marking was decided for.

    Returns:
        A row a field and pupil who adds something else to it: ``URN``, ``field``, ``pupil``,
        ``of_pupil`` and ``of_rules`` (Int64, times the measure's scale over its unit and the two
            denominators an effect; null where the change is
        none of a number), and ``why`` (Int64: the reasons as bits, see `reasons`).
    """
    groups_here = year.pupil_groups.groups
    columns = {name: groups_here[name].column for name in groups if name in groups_here}
    named = [column for column in dict.fromkeys(columns.values()) if column]
    told = with_causes(pupils, named, year, reviews)
    long = _by_group(told, groups).with_columns(group_bits(columns).alias(_BY_GROUP))
    rows = [
        _of_measure(long.lazy(), measure)
        for measure in {one.measure.name: one.measure for one in wanted if one.measure}.values()
    ]
    rows += [_of_group(told.lazy(), field, columns) for field in wanted if field.measure is None]
    moving = pl.concat(
        pl.collect_all([one.filter(_moving()) for one in rows], **running(long.height))
    )
    own = figures.with_columns(pl.coalesce("measure", "field").alias(_WHAT)).drop("measure")
    order = pl.DataFrame({"field": [field.name for field in wanted]}).with_row_index("place")
    return (
        _effects(moving.join(own, on=["URN", _WHAT, "group"]))
        .join(order, on="field")
        .sort("place", "pupil")
        .drop("place")
    )


def _by_group(pupils: pl.DataFrame, groups: Sequence[str]) -> pl.DataFrame:
    """A row a pupil and group of which the pupil is a member on any side, all parts beside it."""
    members = [
        pupils.select("pupil", *(pl.col(f"{side}:in {name}").alias(name) for name in groups))
        .unpivot(index="pupil", variable_name="group", value_name=f"{_MEMBER}{side}")
        .with_columns(pl.col(f"{_MEMBER}{side}").cast(pl.Int64))
        for side in SIDES
    ]
    flags = pl.concat(
        [members[0], *(table.select(pl.last()) for table in members[1:])], how="horizontal"
    ).filter(pl.any_horizontal(pl.col(f"{_MEMBER}{side}") > 0 for side in SIDES))
    return flags.join(pupils, on="pupil", maintain_order="left")


def _of_measure(long: pl.LazyFrame, measure: Measure) -> pl.LazyFrame:
    """What pupils add to one measure on each side, in every group, and why it may differ."""
    ends = {TOP: measure.top.name, BOTTOM: measure.bottom.name}
    adds = {
        f"{side}:{end}": pl.col(f"{side}:{part}") * pl.col(f"{_MEMBER}{side}")
        for side in SIDES
        for end, part in ends.items()
    }
    members = [f"{_MEMBER}{side}" for side in SIDES]
    # Who only enters or leaves a group is not told of a result that would have counted the same.
    otherwise = pl.any_horizontal(
        pl.col(f"{OLD}:{part}") != pl.col(f"{BETWEEN}:{part}") for part in ends.values()
    )
    return long.select(
        "pupil",
        "URN",
        "group",
        pl.lit(measure.name).alias(_WHAT),
        pl.when(otherwise).then(pupil_bits(measure)).otherwise("presence").alias(_BY_PUPIL),
        rule_bits(measure).alias(_BY_RULES),
        _BY_GROUP,
        *members,
        **adds,
    )


def _of_group(pupils: pl.LazyFrame, field: Field, columns: Mapping[str, str]) -> pl.LazyFrame:
    """The same of a number of pupils, or of the share of a group in others."""
    over = field.composition.over if field.composition and field.kind == "share" else ()
    column, nothing = columns.get(field.group, ""), pl.lit(0, pl.Int64)
    adds: dict[str, pl.Expr] = {}
    for side in SIDES:
        adds[f"{side}:{TOP}"] = pl.col(f"{side}:in {field.group}").cast(pl.Int64)
        adds[f"{side}:{BOTTOM}"] = sum(
            (pl.col(f"{side}:in {name}").cast(pl.Int64) for name in over), start=nothing
        )
    # A pupil may enter or leave the groups it is a share of and never be in its own.
    members = {
        f"{_MEMBER}{side}": adds[f"{side}:{TOP}"] + 2 * adds[f"{side}:{BOTTOM}"] for side in SIDES
    }
    return pupils.select(
        "pupil",
        "URN",
        pl.lit(field.group).alias("group"),
        pl.lit(field.name).alias(_WHAT),
        pupil_bits(None).alias(_BY_PUPIL),
        rule_bits(None).alias(_BY_RULES),
        (pl.col(f"group {column}") if column else nothing).alias(_BY_GROUP),
        **members,
        **adds,
    )


def _moving() -> pl.Expr:
    return pl.any_horizontal(
        pl.col(f"{OLD}:{end}") != pl.col(f"{side}:{end}")
        for end in (TOP, BOTTOM)
        for side in (BETWEEN, NEW)
    )


def _effects(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row's effect: (Δa·D − N·Δb), over the old D and the new D; and why.

    Of a number of pupils there is no D: it counts as one, and nobody adds to it.
    """
    number = pl.col("old_known") & pl.col("new_known")
    for side in (OLD, NEW):
        number &= pl.col(f"{side}_{BOTTOM}").fill_null(1) > 0
    top, bottom = pl.col(f"{OLD}_{TOP}"), pl.col(f"{OLD}_{BOTTOM}").fill_null(1)

    def moved(first: str, last: str, end: str) -> pl.Expr:
        return pl.col(f"{last}:{end}") - pl.col(f"{first}:{end}")

    def effect(first: str, last: str) -> pl.Expr:
        return moved(first, last, TOP) * bottom - top * moved(first, last, BOTTOM)

    def any_move(first: str, last: str) -> pl.Expr:
        return (moved(first, last, TOP) != 0) | (moved(first, last, BOTTOM) != 0)

    def crossed(first: str, last: str) -> pl.Expr:
        return pl.col(f"{_MEMBER}{first}") != pl.col(f"{_MEMBER}{last}")

    nothing = pl.lit(0, pl.Int64)
    by_group = pl.when(crossed(OLD, BETWEEN)).then(_BY_GROUP).otherwise(nothing)
    rule = pl.when(crossed(BETWEEN, NEW)).then(BIT["rule_changed"]).otherwise(nothing)
    of_pupil = pl.when(any_move(OLD, BETWEEN)).then(pl.col(_BY_PUPIL) | by_group)
    of_rules = pl.when(any_move(BETWEEN, NEW)).then(pl.col(_BY_RULES) | rule)
    return rows.select(
        "URN",
        "field",
        "pupil",
        pl.when(number).then(effect(OLD, BETWEEN)).alias("of_pupil"),
        pl.when(number).then(effect(BETWEEN, NEW)).alias("of_rules"),
        (of_pupil.otherwise(nothing) | of_rules.otherwise(nothing)).alias("why"),
    )
