"""A year's prior attainment groups, read from the department's working in a pupil file."""

from decimal import Decimal
from typing import Any

import polars as pl

from keystage.core.errors import InputError
from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.measures.units import SIXTEENTHS
from keystage.statute.progress import (
    MinimumOfGroup,
    MinimumProgress,
    PriorAttainmentGroup,
    PriorAttainmentGroups,
)
from keystage.statute.table import Points
from keystage.statute.year import Year

#: The key of the source that these tables name.
FROM_FILE = "department_pupil_file"
_RAISED = 0.005
_GROUP = "KS1AVERAGE_GRP_P"
_ONE_RELEASE = "Check that the file is of one year and release."


def groups_from_working(working: pl.LazyFrame, year: Year) -> PriorAttainmentGroups:
    """The groups of the pupils in a file, with the national averages the department printed.

    A group is given the range of averages its pupils have and no more, so the table is partial;
    a group without a printed average in every subject is left out.

    Args:
        working: the working table of a file with KS1AVERAGE_GRP_P and KS2…PRED_EM.
        year: the statutory year.

    Raises:
        InputError: the file has no such working, or prints two averages for one group.
    """
    ranges = (
        working.filter(
            pl.col("included") & pl.col(_GROUP).is_not_null() & pl.col("ks1_average").is_not_null()
        )
        .group_by(pl.col(_GROUP).alias("group"))
        .agg(
            pl.col("ks1_average").min().alias("low"),
            pl.col("ks1_average").max().alias("high"),
        )
        .sort("group")
        .collect()
    )
    averages = {
        subject: _by_key(working, _GROUP, pl.col(_predicted(subject)), _predicted(subject))
        for subject in IN_PROGRESS
    }
    groups = [
        PriorAttainmentGroup(
            group=group,
            low=Decimal(low) / SIXTEENTHS,
            high=Decimal(high) / SIXTEENTHS,
            includes="both",
            **{str(subject): found[group] for subject, found in averages.items()},
        )
        for group, low, high in ranges.iter_rows()
        if all(group in found for found in averages.values())
    ]
    if not groups:
        raise InputError(
            "The pupil file does not carry the department's working.",
            todo="It needs KS1AVERAGE_GRP_P and KS2READPRED_EM, KS2WRITPRED_EM, KS2MATPRED_EM.",
        )
    return PriorAttainmentGroups(
        source=FROM_FILE,
        confidence="A",
        section="KS1AVERAGE_GRP_P and KS2…PRED_EM",
        note=f"Read for {year.name}; ranges are those of the file's own pupils. Groups other than "
        f"{', '.join(str(item.group) for item in groups)} are not in the file.",
        groups=tuple(groups),
        partial=True,
    )


def minimums_from_working(working: pl.LazyFrame, year: Year) -> MinimumProgress:
    """The minimum scores that bound for a pupil of the file; others stay unknown.

    Without adjusted progress in the file, nothing is known of the minimums: they are absent.

    Args:
        working: the working table of a file with the department's adjusted progress.
        year: the statutory year.

    Raises:
        InputError: pupils of one group were raised to two minimums.
    """
    minimum: dict[int, dict[Subject, Decimal]] = {}
    raises = {subject: pl.col(_adjusted(subject)) - _plain(subject) for subject in IN_PROGRESS}
    told = working.filter("included").select(
        raised.is_not_null().any().alias(subject) for subject, raised in raises.items()
    )
    row = told.collect().row(0, named=True)
    unseen = [_adjusted(subject) for subject in IN_PROGRESS if not row[subject]]
    for subject in IN_PROGRESS:
        column = _adjusted(subject)
        raised = pl.when(raises[subject] > _RAISED).then(pl.col(column))
        for group, value in _by_key(working, _GROUP, raised, column).items():
            minimum.setdefault(group, {})[subject] = value
    rules = year.require(year.minimum_progress, "minimum_progress", "Adjusted progress")
    lacking = f"the pupil file has no values of {', '.join(unseen)}" if unseen else ""
    absent = rules.applies and len(unseen) == len(IN_PROGRESS)
    return MinimumProgress(
        source=FROM_FILE,
        confidence="A",
        section="…PROGSCORE_EM_ADJUSTED",
        note="Only minimums that raised a pupil of the file can be read from it"
        + (f"; {lacking}." if lacking else "."),
        applies=rules.applies,
        values_absent=lacking if absent else "",
        partial=rules.applies and not absent,
        share_percent=rules.share_percent,
        minimum=tuple(
            MinimumOfGroup(group=group, **{str(s): value for s, value in values.items()})
            for group, values in sorted(minimum.items())
        ),
    )


def writing_points_from_working(working: pl.LazyFrame, year: Year) -> Points | None:
    """The writing points of the judgements that pupils of the file have; none if there are none.

    Codes whose points the year gives with those of key stage 2 are left to it.

    Args:
        working: the working table of a file with KS2WRITSCORE.
        year: the statutory year.

    Raises:
        InputError: one judgement has two numbers of points.
    """
    judged = pl.col("WRITTAOUTCOME").cast(pl.String)
    others = working.filter(~judged.is_in(list(year.key_stage_2.points)))
    found = _by_key(others, "WRITTAOUTCOME", pl.col("KS2WRITSCORE"), "KS2WRITSCORE")
    if not found:
        return None
    return Points(
        source=FROM_FILE,
        confidence="A",
        section="KS2WRITSCORE by WRITTAOUTCOME",
        note="Only judgements that pupils of the file have can be read from it.",
        points={code: found[code] for code in sorted(found, key=lambda code: found[code])},
    )


def _by_key(working: pl.LazyFrame, key: str, value: pl.Expr, column: str) -> dict[Any, Decimal]:
    """The one value that pupils with each key have, over pupils who count and have both.

    Raises:
        InputError: pupils with one key have two values; naming the first line of each.
    """
    found = (
        working.filter("included")
        .select("line", pl.col(key).alias("key"), value.alias("value"))
        .drop_nulls()
        .group_by("key", "value")
        .agg(pl.col("line").min())
        .sort("key", "line")
        .collect()
    )
    for twice in found.filter(pl.col("key").is_duplicated())["key"].head(1):
        of_key = found.filter(pl.col("key") == twice)
        values = " and ".join(map(str, of_key["value"]))
        lines = " and ".join(map(str, of_key["line"]))
        raise InputError(
            f"Pupils with {key} {twice} have different values, {values}.",
            where=f"lines {lines}, column {column}",
            todo=f"They should have one. {_ONE_RELEASE}",
        )
    return {key: Decimal(repr(value)).normalize() for key, value, _ in found.iter_rows()}


def _adjusted(subject: Subject) -> str:
    return f"{subject.prefix}PROGSCORE_EM_ADJUSTED"


def _plain(subject: Subject) -> pl.Expr:
    """Progress as the department has it before any minimum."""
    return pl.col(f"KS2{subject.prefix}SCORE") - pl.col(_predicted(subject))


def _predicted(subject: Subject) -> str:
    return f"KS2{subject.prefix}PRED_EM"
