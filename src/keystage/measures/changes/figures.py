"""The figures of schools in two releases, as exact sums: numerator, denominator, known or not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from keystage.measures import figures
from keystage.measures.availability import unavailable
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.compute import Computed
from keystage.measures.fields import Field, fields
from keystage.measures.parts import WHOLE
from keystage.statute.year import Year

#: Fields that are a number of pupils, a share or a mean; others are made from these.
COMPARED = frozenset({"count", "share", "figure"})
TOP, BOTTOM = "top", "bottom"


@dataclass(frozen=True)
class Side:
    """One release of schools' figures.

    Attributes:
        year: its statutory year.
        parts: counts and sums by school and pupil group (see `parts.school_parts`).
        gone: fields that need a column its pupil file lacked (see `availability.unavailable`).
    """

    year: Year
    parts: pl.DataFrame
    gone: frozenset[str] = frozenset()

    @classmethod
    def of(cls, made: Computed) -> "Side":
        """One release, computed."""
        return cls(made.table.year, made.parts, unavailable(made.table))


def compared_fields(old: Year, new: Year) -> tuple[Field, ...]:
    """The fields that are numbers in either of two years, the newer year's first."""
    found = {field.name: field for year in (new, old) for field in fields(year)}
    return tuple(field for field in found.values() if field.kind in COMPARED)


def figures_of(
    old: Side, new: Side, wanted: Sequence[Field], schools: Sequence[int]
) -> pl.DataFrame:
    """The exact figures of schools in two releases.

    Args:
        old: the older release.
        new: the newer one.
        wanted: fields of `compared_fields`.
        schools: the schools, in order.

    Returns:
        A row a school and field: ``URN``, ``field``, ``measure`` and ``group``, ``old_top``,
        ``old_bottom``, ``new_top`` and ``new_bottom`` (Int64; the bottom is null of a number of
        pupils), and ``old_known`` and ``new_known`` (Boolean: whether the file had the columns).
    """
    grid = _grid(old, new, wanted, schools)
    rows = pl.concat([*_measured(grid, wanted), *_composed(grid, wanted, schools)])
    known = {
        f"{name}_known": pl.col("field").is_in(_known(side, wanted))
        for name, side in (("old", old), ("new", new))
    }
    order = pl.DataFrame({"field": [field.name for field in wanted]}).with_row_index("place")
    return (
        rows.join(order, on="field")
        .sort("URN", "place")
        .drop("place")
        .with_columns(**known)
    )  # fmt: skip


def exact(field: Field, top: int, bottom: int | None) -> Fraction | None:
    """A figure from its sums; none with nobody in."""
    if bottom is None:
        return Fraction(top)
    return Fraction(top * scale(field), bottom * per_one(field)) if bottom else None


def scale(field: Field) -> int:
    """What the ratio of a field's sums is multiplied by: 100 for a percentage."""
    if field.measure is None:
        return figures.PERCENT if field.kind == "share" else 1
    return figures.scale(field.measure)


def per_one(field: Field) -> int:
    """How many units of a field's numerator make one."""
    return figures.per_one(field.measure) if field.measure is not None else 1


def groups_of(wanted: Iterable[Field]) -> tuple[str, ...]:
    """The pupil groups fields are of, and those they are shares of; all pupils always."""
    found = [WHOLE]
    for field in wanted:
        found += [field.group, *(field.composition.over if field.composition else ())]
    return tuple(dict.fromkeys(found))


def _known(side: Side, wanted: Sequence[Field]) -> list[str]:
    there = {field.name for field in fields(side.year)} - side.gone
    return [field.name for field in wanted if field.name in there]


def _grid(old: Side, new: Side, wanted: Sequence[Field], schools: Sequence[int]) -> pl.DataFrame:
    """The parts of both releases for every school and group; zero where a group has nobody."""
    urns = pl.DataFrame({"URN": schools}, schema={"URN": pl.Int32})
    groups = pl.DataFrame({"group": groups_of(wanted)}, schema={"group": pl.String})
    grid = urns.join(groups, how="cross")
    names = sorted({ELIGIBLE.name, *(name for field in wanted for name in part_names(field))})
    for name, side in (("old", old), ("new", new)):
        parts = side.parts.filter(pl.col("URN").is_in(urns["URN"].implode())).select(
            "URN",
            pl.col("group").cast(pl.String),
            *(
                pl.col(part).cast(pl.Int64).alias(f"{name}:{part}")
                for part in names
                if part in side.parts.columns
            ),
        )
        grid = grid.join(parts, on=["URN", "group"], how="left", maintain_order="left")
        lacking = [part for part in names if part not in side.parts.columns]
        grid = grid.with_columns(pl.lit(0, pl.Int64).alias(f"{name}:{part}") for part in lacking)
    return grid.with_columns(pl.selectors.starts_with("old:", "new:").fill_null(0))


def part_names(field: Field) -> tuple[str, ...]:
    """The parts a field is made from, numerator first; none for numbers and shares of pupils."""
    return (field.measure.top.name, field.measure.bottom.name) if field.measure else ()


def _measured(grid: pl.DataFrame, wanted: Sequence[Field]) -> Iterable[pl.DataFrame]:
    names = pl.DataFrame(
        [(field.measure.name, field.group, field.name) for field in wanted if field.measure],
        schema={"measure": pl.String, "group": pl.String, "field": pl.String},
        orient="row",
    )
    for measure in {
        field.measure.name: field.measure for field in wanted if field.measure
    }.values():
        top, bottom = measure.top.name, measure.bottom.name
        yield grid.join(
            names.filter(pl.col("measure") == measure.name), on="group", maintain_order="left"
        ).select(
            "URN", "field", "measure", "group",
            *(
                pl.col(f"{side}:{part}").alias(f"{side}_{end}")
                for side in ("old", "new")
                for end, part in ((TOP, top), (BOTTOM, bottom))
            ),
        )  # fmt: skip


def _composed(
    grid: pl.DataFrame, wanted: Sequence[Field], schools: Sequence[int]
) -> Iterable[pl.DataFrame]:
    """Numbers and shares of pupils: a group's own, over those of the groups it is a share of."""
    groups = groups_of(wanted)
    pupils = {
        (side, name): grid[f"{side}:{ELIGIBLE.name}"].gather_every(len(groups), place)
        for side in ("old", "new")
        for place, name in enumerate(groups)
    }
    nobody = pl.repeat(None, len(schools), dtype=pl.Int64, eager=True)
    for field in wanted:
        if field.measure is not None:
            continue
        over = field.composition.over if field.composition and field.kind == "share" else ()
        sums: dict[str, pl.Series] = {}
        for side in ("old", "new"):
            sums[f"{side}_{TOP}"] = pupils[side, field.group]
            others = [pupils[side, name] for name in over]
            sums[f"{side}_{BOTTOM}"] = sum(others[1:], start=others[0]) if others else nobody
        yield pl.DataFrame({"URN": grid["URN"].gather_every(len(groups)), **sums}).select(
            "URN",
            pl.lit(field.name).alias("field"),
            pl.lit(None, pl.String).alias("measure"),
            pl.lit(field.group).alias("group"),
            *sums,
        )
