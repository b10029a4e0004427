"""How a trust's weighted figures come about: what each of its schools adds, exactly.

Source: 2022 technical guide, key stage 2 multi-academy trust measures and annex B.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl
from msgspec.structs import replace

from keystage.flows.figures.contents import Level
from keystage.flows.figures.schools_listed import Share, Working
from keystage.flows.figures.trusts import Weighted, weighted
from keystage.measures import figures
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.declare import Measure
from keystage.measures.table import MeasureTable
from keystage.measures.trusts import TRUST_GROUPS, trust_schools


def workings(table: MeasureTable) -> Mapping[tuple[str, Level], tuple[Working, ...]]:
    """The workings of every trust that has measures, by its code and the level of data.

    What a school adds is told at the complete level alone: beside the trust's own figure it tells
    more than published figures do.

    Raises:
        AbsentValueError: the year has no trust rules.
    """
    members = trust_schools(table).filter("in_measures").sort("URN")
    found: dict[str, list[Working]] = defaultdict(list)
    for group in TRUST_GROUPS:
        parts = pl.concat(
            [members.select("URN", "TRUST_UID", "weight"), table.of_schools(group, members["URN"])],
            how="horizontal",
        )
        suffix = table.year.pupil_groups.groups[group].suffix
        for item in weighted(group, table):
            if item.column.endswith("_unweighted"):
                continue
            empty = Working(
                name=item.name,
                column=item.measure.field.format(group=suffix),
                group=group,
                unit=item.measure.unit,
            )
            for uid, shares in _shares(item, parts).items():
                found[uid].append(replace(empty, shares=tuple(shares)))
    made: dict[tuple[str, Level], tuple[Working, ...]] = {}
    for uid, every in found.items():
        made[uid, "complete"] = tuple(every)
        made[uid, "suppressed"] = tuple(replace(one, shares=()) for one in every)
    return made


def added(shares: Sequence[Share]) -> Mapping[int, Fraction]:
    """What each school adds to the figure, exactly: the sum is the figure.

    Args:
        shares: those of one figure.

    Returns:
        By school; none where nobody has a weight, and so there is no figure.
    """
    weight = sum(one.weight for one in shares)
    return {one.urn: Fraction(one.top) / weight for one in shares} if weight else {}


def effective(shares: Sequence[Share]) -> Fraction | None:
    """The number of pupils that a weighted score's limits rest on; none without any weight."""
    weight = sum(one.weight for one in shares)
    squares = sum(one.years * one.weight for one in shares)
    return Fraction(weight**2, squares) if squares else None


def _shares(item: Weighted, parts: pl.DataFrame) -> Mapping[str, list[Share]]:
    """By trust what each school adds to a figure."""
    measure = item.measure
    columns = parts.select(
        "TRUST_UID",
        "URN",
        "weight",
        *(
            pl.col(name).cast(pl.Int64).alias(alias)
            for name, alias in (
                (ELIGIBLE.name, "pupils"),
                (measure.top.name, "top"),
                (measure.bottom.name, "bottom"),
            )
        ),
    )
    found: dict[str, list[Share]] = defaultdict(list)
    for uid, urn, years, pupils, top, bottom in columns.iter_rows():
        found[uid].append(_share(measure, urn, years, (pupils, top, bottom)))
    return found


def _share(measure: Measure, urn: int, years: int, sums: tuple[int, int, int]) -> Share:
    """What one school adds; a score is weighted by all its pupils, a share by those counted."""
    pupils, top, bottom = sums
    if not measure.progress:
        return Share(urn=urn, pupils=bottom, years=years, top=str(years * top * figures.PERCENT))
    counted = pupils if bottom else 0
    score = Fraction(top, bottom * figures.per_one(measure)) if bottom else Fraction(0)
    return Share(urn=urn, pupils=counted, years=years, top=str(years * counted * score))
