"""Pupil progress: the prior attainment group, its national average, and the minimum score."""

import polars as pl

from keystage.core.errors import AbsentValueError
from keystage.core.subjects import IN_PROGRESS
from keystage.measures import key_stage_1
from keystage.measures.codes import by_position
from keystage.measures.units import in_billionths
from keystage.statute.progress import MinimumOfGroup, PriorAttainmentGroups
from keystage.statute.year import Year


def with_progress(table: pl.LazyFrame, year: Year) -> pl.LazyFrame:
    """Give each pupil a prior attainment group and progress in each subject.

    Args:
        table: the working table of a year with progress.
        year: the statutory year, with published, supplied or derived groups.

    Returns:
        The table plus ``prior_attainment_group`` (Int8) and, for each subject, in billionths
        (Int64): ``_national`` (the group's average), ``_minimum`` (null without one),
        ``_unadjusted`` and ``_progress``. Progress is null for a pupil without a key stage 1
        average or without key stage 2 points.

    Raises:
        AbsentValueError: the year has no prior attainment groups.

    Source: 2022 technical guide, calculating an individual pupil's progress scores and annex C.
    """
    groups = year.require(year.prior_attainment_groups, "prior_attainment_groups", "Pupil progress")
    minimums = {item.group: item for item in _minimums(year)}
    average = pl.col("ks1_average")
    columns = [prior_attainment_group(groups).alias("prior_attainment_group")]
    places = key_stage_1.places(groups.groups)
    for subject in IN_PROGRESS:
        national = [in_billionths(getattr(group, subject)) for group in groups.groups]
        lowest = [
            in_billionths(getattr(minimums.get(group.group), subject, None))
            for group in groups.groups
        ]
        for name, of_group in (("national", national), ("minimum", lowest)):
            by_average = [None if place is None else of_group[place] for place in places]
            columns.append(by_position(average, by_average, pl.Int64).alias(f"{subject}_{name}"))
    return (
        table.with_columns(columns)
        .with_columns(
            (pl.col(f"{subject}_points") - pl.col(f"{subject}_national")).alias(
                f"{subject}_unadjusted"
            )
            for subject in IN_PROGRESS
        )
        .with_columns(
            pl.when(pl.col(f"{subject}_unadjusted") < pl.col(f"{subject}_minimum"))
            .then(pl.col(f"{subject}_minimum"))
            .otherwise(pl.col(f"{subject}_unadjusted"))
            .alias(f"{subject}_progress")
            for subject in IN_PROGRESS
        )
    )


def prior_attainment_group(groups: PriorAttainmentGroups) -> pl.Expr:
    """The number of the prior attainment group that holds a pupil's average points (Int8)."""
    numbers = [
        None if place is None else groups.groups[place].group
        for place in key_stage_1.places(groups.groups)
    ]
    return by_position(pl.col("ks1_average"), numbers, pl.Int8)


def _minimums(year: Year) -> tuple[MinimumOfGroup, ...]:
    """The minimum scores in force: none before the year that brought them in.

    Raises:
        AbsentValueError: the year applies minimums and nobody has published them.
    """
    rules = year.require(year.minimum_progress, "minimum_progress", "Adjusted progress")
    if rules.applies and rules.values_absent:
        raise AbsentValueError(
            f"The minimum progress scores of {year.name} are absent: {rules.values_absent}",
            todo="Supply them in a file with --statute, or derive them with --reference derived.",
        )
    return rules.minimum
