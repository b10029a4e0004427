"""Published figures an invented England should have, and how near it must come.

`compare` takes the figures of a cohort, as `keystage.flows.cohort.figures` gives them, and says of
each target what was found and whether that is near enough. A tolerance is what a figure may lie off
at national size; a smaller cohort strays further by sampling, as its number of schools says.
"""

from collections.abc import Mapping
from functools import cache
from math import sqrt
from typing import Literal

import polars as pl

from keystage.cohort.parameters import load
from keystage.cohort.plan import schools_of_england
from keystage.statute.table import Record, Source

Statistic = Literal[
    "national",  # the figure of England
    "gap",  # the figure of one group of England less that of another
    "share",  # pupils of a group in percent of all, or of those of several groups
    "percentile",  # of schools' figures
    "mean",  # of schools' figures
    "deviation",  # of schools' or areas' figures
    "correlation",  # of two figures of schools
    "within",  # share of schools, in percent, whose figure lies in a range
]


class Target(Record, frozen=True, kw_only=True):
    """A published figure.

    Attributes:
        label: what it is, for people.
        published: the figure.
        tolerance: how far a national cohort's figure may lie from it.
        sampling: standard error of the figure in a national cohort; a smaller one has more.
        statistic: how it is made of the cohort's figures.
        measure: of which measure.
        source: a key of the sources; ``year`` the summer it is of.
        group: of which pupil group; ``against`` the one subtracted, or those that make a whole.
        level: schools or areas; ``kind`` of schools.
        at: the percentile.
        other: the second measure of a correlation.
        low: the lower end of a range, included; ``high`` its upper end, included.
        least: schools or areas with fewer pupils are left out, unless pupils are the figure.
        reached: what a national cohort of the year had (seed 1), rounded.
    """

    label: str
    published: float
    tolerance: float
    sampling: float
    statistic: Statistic
    measure: str
    source: str
    year: int
    group: str = "all"
    against: tuple[str, ...] = ("all",)
    level: str = "school"
    kind: str = "mainstream"
    at: float = 50
    other: str = ""
    low: float = 0
    high: float = 0
    least: int = 6
    reached: float | None = None


class Targets(Record, frozen=True, kw_only=True):
    """Everything of ``calibration.toml``: its year, why tolerances are as they are, the targets."""

    year: int
    tolerances: str
    sources: Mapping[str, Source]
    targets: tuple[Target, ...]


@cache
def targets() -> Targets:
    """The targets."""
    return load("calibration.toml", Targets)


def compare(figures: pl.DataFrame, schools: int) -> pl.DataFrame:
    """What a cohort has beside what was published, one row a target.

    Args:
        figures: columns level, unit, kind, group, measure and value.
        schools: how many schools the cohort has.

    Returns:
        Columns ``label``, ``source`` (its title), ``year``, ``published``, ``tolerance`` (for a
        cohort of this size), ``found`` (null if the cohort has no such figure) and ``inside``.
    """
    widening = sqrt(schools_of_england() / schools)
    known, wide = targets(), _wide(figures)
    rows = [
        {
            "label": target.label,
            "source": known.sources[target.source].title,
            "year": target.year,
            "published": target.published,
            "tolerance": target.tolerance + 3 * target.sampling * (widening - 1),
            "found": _found(target, figures, wide),
        }
        for target in known.targets
    ]
    table = pl.DataFrame(rows, schema_overrides={"found": pl.Float64})
    off = (pl.col("found") - pl.col("published")).abs()
    return table.with_columns(inside=off <= pl.col("tolerance"))


def _wide(figures: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Figures of all pupils by level, a column for each measure."""
    return {
        level: figures.filter((pl.col("level") == level) & (pl.col("group") == "all")).pivot(
            on="measure", index=["unit", "kind"], values="value"
        )
        for level in ("school", "la")
    }


def _found(target: Target, figures: pl.DataFrame, wide: Mapping[str, pl.DataFrame]) -> float | None:
    if target.statistic in {"national", "gap", "share"}:
        return _of_england(target, figures)
    table = wide[target.level]
    if not {target.measure, target.other or target.measure} <= set(table.columns):
        return None
    if target.level == "school":
        table = table.filter(pl.col("kind") == target.kind)
    pupils = f"{target.measure}_pupils"
    counted = pupils if pupils in table.columns else "pupils"
    if target.measure != "pupils":
        table = table.filter(pl.col(counted) >= target.least)
    value_of = pl.col(target.measure)
    expression = {
        "percentile": value_of.quantile(target.at / 100, "linear"),
        "mean": value_of.mean(),
        "deviation": value_of.std(),
        "correlation": pl.corr(target.measure, target.other or target.measure),
        "within": 100 * value_of.is_between(target.low, target.high).mean(),
    }[target.statistic]
    found = table.select(expression).item()
    return None if found is None else float(found)


def _of_england(target: Target, figures: pl.DataFrame) -> float | None:
    """A figure of England, or what it is beside other groups; None if one of them has none."""
    value = _national(figures, target.measure, target.group)
    if target.statistic == "national" or value is None:
        return value
    others = [_national(figures, target.measure, name) for name in target.against]
    known = [other for other in others if other is not None]
    if len(known) < len(others):
        return None
    return value - sum(known) if target.statistic == "gap" else 100 * value / sum(known)


def _national(figures: pl.DataFrame, measure: str, group: str) -> float | None:
    here = figures.filter(
        (pl.col("level") == "national")
        & (pl.col("group") == group)
        & (pl.col("measure") == measure)
    )["value"]
    return float(here.item()) if here.len() else None
