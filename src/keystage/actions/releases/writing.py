"""Writing the results of a release: some at a time, each step kept by itself and counted.

A release that is written in steps is whole once its counts tell what it holds. Until then they tell
how far the writing is, so that it goes on where it stopped.
"""

from collections.abc import Mapping

import polars as pl
from django.db import transaction

from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.prepared_rows import add_frame, key
from keystage.flows.results_day.reading import PAPERS, TAKEN_BACK
from keystage.store.models import Pupil, ReleasedResult, ResultsRelease

#: Rows that are written at a time, so that a whole country needs no more room than they do.
AT_ONCE = 100_000
_WRITTEN = "written"
_ROLL = ("surname", "forename", "birth_date", "sex")


def is_whole(release: ResultsRelease) -> bool:
    """Whether every result of a release is written."""
    return "rows" in release.counts


def written(release: ResultsRelease) -> int:
    """How many results of a release that is not whole are written."""
    return int(release.counts.get(_WRITTEN, 0))


def in_order(rows: pl.DataFrame, schools: Mapping[str, int]) -> pl.DataFrame:
    """The rows in the order they are written: that of the schools' keys, which indexes like.

    Args:
        rows: columns `flows.results_day.reading.ROWS`.
        schools: the key of each school, by its number.
    """
    key_of = pl.col("school").replace_strict(schools, return_dtype=pl.Int64)
    return rows.with_columns(school_id=key_of).sort("school_id", "upn", maintain_order=True)


@transaction.atomic
def write_some(
    release: ResultsRelease, ordered: pl.DataFrame, counts: Mapping[str, object]
) -> tuple[ResultsRelease, bool]:
    """Write the next rows of a release, and with the last of them what it holds.

    Two who write one release at the same time write each row once.

    Args:
        release: which.
        ordered: every row of it, as `in_order` has them.
        counts: what the release tells of itself once it is whole.

    Returns:
        The release, and whether this wrote the last of it.

    Raises:
        RefusedError: it was taken back meanwhile.
    """
    locked = locking(ResultsRelease.objects).get(pk=release.pk)
    if locked.withdrawn_at is not None:
        raise RefusedError(
            "The release was taken back while it was prepared.", todo="Prepare another."
        )
    if is_whole(locked):
        return locked, False
    begin = written(locked)
    some = ordered.slice(begin, AT_ONCE)
    add_frame(ReleasedResult, _prepared(_identified(some), locked))
    done = begin + some.height
    locked.counts = dict(counts) if done >= ordered.height else {_WRITTEN: done}
    locked.save(update_fields=("counts",))
    return locked, is_whole(locked)


def _identified(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the names and birth dates that the schools' rolls have, where the file has none."""
    wanted = rows.filter(pl.any_horizontal(pl.col(_ROLL).is_null()))["school_id"].unique()
    if wanted.is_empty():
        return rows
    known = Pupil.objects.filter(school__in=wanted.to_list()).values_list("school", "upn", *_ROLL)
    schema = {"school_id": pl.Int64, "upn": pl.String, **dict.fromkeys(_ROLL, pl.String)}
    schema["birth_date"] = pl.Date
    roll = pl.DataFrame(list(known), schema=schema, orient="row").unique(["school_id", "upn"])
    return (
        rows.join(roll, on=["school_id", "upn"], how="left", suffix="_roll", maintain_order="left")
        .with_columns(pl.coalesce(name, f"{name}_roll").alias(name) for name in _ROLL)
        .drop(f"{name}_roll" for name in _ROLL)
    )


def _prepared(rows: pl.DataFrame, release: ResultsRelease) -> pl.DataFrame:
    """The rows as the database has them."""
    papers = pl.concat_str(
        [pl.format('"{}": {}', pl.lit(name[-1]), name) for name in PAPERS],
        separator=", ",
        ignore_nulls=True,
    )
    return rows.select(
        pl.lit(str(key(release.pk))).alias("release"),
        pl.col("school_id").alias("school"),
        "upn",
        *(pl.col(name).fill_null("") for name in ("surname", "forename")),
        pl.col("birth_date").cast(pl.String),
        pl.col("sex").fill_null(""),
        "subject",
        pl.col("mark").alias("raw_mark"),
        pl.concat_str(pl.lit("{"), papers, pl.lit("}")).alias("papers"),
        pl.col("score").alias("scaled_score"),
        pl.col("outcome").fill_null(""),
        pl.col(TAKEN_BACK),
    )
