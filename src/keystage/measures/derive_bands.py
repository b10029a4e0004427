"""Band cut-offs and the distribution of school scores, from the schools of a national file."""

from dataclasses import replace as replaced
from decimal import Decimal
from itertools import accumulate
from math import ceil
from typing import Any

import polars as pl
from msgspec.structs import replace

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.measures import figures
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.table import MeasureTable
from keystage.statute.progress import (
    Banding,
    Cuts,
    Distribution,
    DistributionRow,
    PrintedRange,
)
from keystage.statute.table import DERIVED, Constant, Table
from keystage.statute.year import Year

_HUNDRED = 100


def with_bands(table: MeasureTable) -> MeasureTable:
    """The table with the cut-offs and distribution of its own schools' scores in its year.

    A year without a scheme of bands is given none; its distribution is made all the same.

    Of five bands the high cut-off is the lowest printed score of the top share of schools, the low
    one the highest of the bottom share; the share and the schools are the year's reference rules.
    Percentile bands are parted at the shares their scheme names; without any they are left as they
    are. Schools with one printed score stay together: a cut-off or edge is a score, so the share
    beyond it is larger where several have it. Schools without a published score are left out: those
    with fewer pupils than may be published, or with scores of too few of their pupils.

    Source: 2022 technical guide, annex A; the percentile rule as the published bands show it, which
    name no school of low coverage.
    """
    year = table.year
    scores = {subject: _printed_scores(table, subject) for subject in IN_PROGRESS}
    if not all(scores.values()):
        return table
    made: dict[str, Table] = {"distribution": distribution(scores, year)}
    if year.banding is not None:
        made["banding"] = _banding(scores, year, year.banding)
    absent = {name: reason for name, reason in year.absent.items() if name not in made}
    return replaced(table, year=replace(year, absent=absent, **made))


def _banding(scores: dict[Subject, list[int]], year: Year, scheme: Banding) -> Banding:
    """The bands of the year's scheme, parted by the scores."""
    parted = _cuts(scores, year) if scheme.scheme == "five_bands" else _edges(scores, year, scheme)
    if not parted:
        return scheme
    return Banding(
        source=DERIVED,
        confidence="C",
        section=f"school scores, {year.reference_rules.cuts_from} schools",
        scheme=scheme.scheme,
        labels=scheme.labels,
        percents=scheme.percents,
        **parted,
    )


def _cuts(scores: dict[Subject, list[int]], year: Year) -> dict[str, Any]:
    """The cut-offs of each subject, by its name."""
    percent, places = year.reference_rules.cut_percent, year.rounding.progress
    return {
        str(subject): Cuts(
            high=Constant(value=_number(_from_top(values, percent), places)),
            low=Constant(value=_number(_from_bottom(values, percent), places)),
        )
        for subject, values in scores.items()
    }


def _edges(scores: dict[Subject, list[int]], year: Year, scheme: Banding) -> dict[str, Any]:
    """The lowest score of each band but the last; nothing where the scheme names no shares."""
    ends = list(accumulate(scheme.percents))[:-1]
    places = year.rounding.progress
    edges = {
        str(subject): tuple(_number(_from_top(values, end), places) for end in ends)
        for subject, values in scores.items()
    }
    return {"edges": edges} if ends else {}


def school_scores(table: MeasureTable, subject: Subject) -> pl.DataFrame:
    """Scores of the schools the cut-offs and the distribution are made from, best first.

    Args:
        table: the measure table of a year with progress.
        subject: the subject.

    Returns:
        ``score``, as whole units of its last printed decimal, ``value`` (unrounded points) and
        ``band``; only of schools whose score is published.
    """
    measure = next(m for m in table.measures if m.progress and m.subject is subject)
    kind = table.year.reference_rules.cuts_from
    here = (pl.col("level") == "school") & (True if kind == "all" else pl.col(kind))
    rules, scored = table.year.suppression, pl.col(measure.bottom.name).cast(pl.Int64)
    covered = _HUNDRED * scored >= rules.lowest_coverage_percent * pl.col(ELIGIBLE.name)
    scores = table.of_group("all").select(
        pl.when((scored >= rules.smallest_group) & covered)
        .then(figures.printed(measure, table.year))
        .alias("score"),
        figures.value(measure).alias("value"),
        figures.band(measure, table.year).alias("band"),
    )
    chosen = pl.concat([table.units, scores], how="horizontal").filter(here)
    return (
        chosen.select("score", "value", "band")
        .drop_nulls("score")
        .sort("score", "value", descending=True, maintain_order=True)
    )


def _printed_scores(table: MeasureTable, subject: Subject) -> list[int]:
    """Printed scores of the schools the cut-offs are made from, best first."""
    return school_scores(table, subject)["score"].to_list()


def _from_top(scores: list[int], percent: Decimal) -> int:
    """The lowest score of the top share of schools, best first."""
    return scores[max(ceil(len(scores) * percent / _HUNDRED), 1) - 1]


def _from_bottom(scores: list[int], percent: Decimal) -> int:
    """The highest score of the bottom share of schools."""
    return scores[-max(ceil(len(scores) * percent / _HUNDRED), 1)]


def distribution(scores: dict[Subject, list[int]], year: Year) -> Distribution:
    """The range of printed scores of each share of schools, best first, without gap or overlap.

    Args:
        scores: printed scores of each subject's schools, best first, as `school_scores` has them.
        year: the statutory year, for the shares.
    """
    percents = year.reference_rules.distribution_percents
    places = year.rounding.progress
    edges: dict[Subject, list[int]] = {
        subject: [_from_top(values, end) for end in list(accumulate(percents))[:-1]]
        for subject, values in scores.items()
    }

    def row(index: int, percent: Decimal) -> DistributionRow:
        ranges = {
            str(subject): PrintedRange(
                low=_number(ends[index], places) if index < len(ends) else None,
                high=_number(ends[index - 1] - 1, places) if index else None,
            )
            for subject, ends in edges.items()
        }
        return DistributionRow(label=_label(index, percents), percent=percent, **ranges)

    return Distribution(
        source=DERIVED,
        confidence="C",
        section=f"school scores, {year.reference_rules.cuts_from} schools",
        rows=tuple(row(index, percent) for index, percent in enumerate(percents)),
    )


def _label(index: int, percents: tuple[Decimal, ...]) -> str:
    if index == 0:
        return f"Top {percents[0]}%"
    if index == len(percents) - 1:
        return f"Bottom {percents[-1]}%"
    middle = len(percents) % 2 == 1 and index == len(percents) // 2
    return f"{'Middle' if middle else 'Next'} {percents[index]}%"


def _number(units: int, places: int) -> Decimal:
    return Decimal(units).scaleb(-places)
