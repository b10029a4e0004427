"""A year's prior attainment groups, read from the department's working in a pupil file."""

from decimal import Decimal

import polars as pl

from keystage.core.errors import InputError
from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.measures.key_stage_1 import SIXTEENTHS
from keystage.statute.progress import (
    MinimumOfGroup,
    MinimumProgress,
    PriorAttainmentGroup,
    PriorAttainmentGroups,
)
from keystage.statute.year import Year

#: The key of the source that these tables name.
FROM_FILE = "department_pupil_file"
_RAISED = 0.005


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
    found = (
        working.filter(
            pl.col("included")
            & pl.col("KS1AVERAGE_GRP_P").is_not_null()
            & pl.col("ks1_average").is_not_null()
        )
        .group_by(pl.col("KS1AVERAGE_GRP_P").alias("group"))
        .agg(
            pl.col("ks1_average").min().alias("low"),
            pl.col("ks1_average").max().alias("high"),
            *(
                pl.col(_predicted(subject)).drop_nulls().unique().sort().alias(subject)
                for subject in IN_PROGRESS
            ),
        )
        .sort("group")
        .collect()
    )
    groups = [group for row in found.rows(named=True) if (group := _group(row)) is not None]
    if not groups:
        raise InputError(
            "The pupil file does not carry the department's working.",
            todo="It needs KS1AVERAGE_GRP_P and KS2READPRED_EM, KS2WRITPRED_EM, KS2MATPRED_EM.",
        )
    return PriorAttainmentGroups(
        source=FROM_FILE,
        confidence="A",
        section="KS1AVERAGE_GRP_P and KS2…PRED_EM",
        note=f"Read for {year.name}; ranges are those of the file's own pupils.",
        groups=tuple(groups),
        partial=True,
    )


def minimums_from_working(working: pl.LazyFrame, year: Year) -> MinimumProgress:
    """The minimum scores that bound for a pupil of the file; others stay unknown.

    Args:
        working: the working table of a file with the department's adjusted progress.
        year: the statutory year.
    """
    minimum: dict[int, dict[Subject, Decimal]] = {}
    for subject in IN_PROGRESS:
        adjusted = pl.col(f"{subject.prefix}PROGSCORE_EM_ADJUSTED")
        plain = pl.col(f"KS2{subject.prefix}SCORE") - pl.col(_predicted(subject))
        raised = (
            working.filter(pl.col("included") & (adjusted - plain > _RAISED))
            .group_by(pl.col("KS1AVERAGE_GRP_P").alias("group"))
            .agg(adjusted.max())
            .collect()
        )
        for group, value in raised.drop_nulls().iter_rows():
            minimum.setdefault(group, {})[subject] = Decimal(repr(value))
    rules = year.require(year.minimum_progress, "minimum_progress", "Adjusted progress")
    return MinimumProgress(
        source=FROM_FILE,
        confidence="A",
        section="…PROGSCORE_EM_ADJUSTED",
        note="Only minimums that raised a pupil of the file can be read from it.",
        applies=rules.applies,
        partial=rules.applies,
        share_percent=rules.share_percent,
        minimum=tuple(
            MinimumOfGroup(group=group, **{str(s): value for s, value in values.items()})
            for group, values in sorted(minimum.items())
        ),
    )


def _predicted(subject: Subject) -> str:
    return f"KS2{subject.prefix}PRED_EM"


def _group(row: dict[str, object]) -> PriorAttainmentGroup | None:
    averages = {}
    for subject in IN_PROGRESS:
        printed = row[subject]
        assert isinstance(printed, list)  # noqa: S101  # the aggregation above makes lists
        if len(printed) > 1:
            raise InputError(
                f"Pupils of prior attainment group {row['group']} have different averages "
                f"({', '.join(map(str, printed))}).",
                where=f"column {_predicted(subject)}",
                todo="A group has one national average; check that the file is of one release.",
            )
        if not printed:
            return None
        averages[str(subject)] = Decimal(repr(printed[0]))
    low, high = (Decimal(int(str(row[end]))) / SIXTEENTHS for end in ("low", "high"))
    return PriorAttainmentGroup(
        group=int(str(row["group"])), low=low, high=high, includes="both", **averages
    )
