"""The results in force of many schools, release by release: the fold of `released` as frames."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import polars as pl
from django.db.models import QuerySet

from keystage.actions.releases.released import visible
from keystage.store.models import Organisation, ReleasedResult

#: Rows that are read at a time.
AT_ONCE = 20_000
_ROW = {
    "release": pl.String,
    "code": pl.String,
    "upn": pl.String,
    "subject": pl.String,
    "sex": pl.String,
    "score": pl.Int64,
    "outcome": pl.String,
    "taken_back": pl.Boolean,
}
_PUPIL = ["upn", "subject"]
_PLACE = ["code", *_PUPIL]


def results_in_force(
    schools: QuerySet[Organisation], year: int, *, all_schools: bool
) -> pl.DataFrame:
    """The newest released result of each pupil and test, at the school it stands at.

    Two queries, whatever the number of pupils.

    Args:
        schools: whose results.
        year: the season.
        all_schools: these are all there are, so that no other school need be looked at.

    Returns:
        Columns code (of the school), upn, subject, sex, score and outcome.
    """
    releases = visible(year)
    rows = ReleasedResult.objects.filter(release__in=[one.pk for one in releases])
    if not all_schools:
        theirs = rows.filter(school__in=schools)
        rows = theirs if len(releases) == 1 else rows.filter(upn__in=theirs.values("upn"))
    found = (
        (str(release), *rest)
        for release, *rest in rows.values_list(
            "release_id", "school__code", "upn", "subject", "sex", "scaled_score", "outcome",
            "taken_back",
        ).iterator(chunk_size=AT_ONCE)
    )  # fmt: skip
    every = frame_of(found, _ROW)
    one_by_one = (every.filter(release=str(one.pk)).drop("release") for one in releases)
    return fold(one_by_one)


def frame_of(
    rows: Iterable[tuple[Any, ...]], schema: Mapping[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Rows of the database as a frame, some at a time.

    As Python's objects, all at once, those of England would take gigabytes.

    Args:
        rows: the rows, as they are read.
        schema: the columns.
    """
    walk, wanted = iter(rows), pl.Schema(schema)
    frames = [pl.DataFrame(schema=wanted)]
    while some := list(islice(walk, AT_ONCE)):
        frames.append(pl.DataFrame(some, schema=wanted, orient="row"))
    return pl.concat(frames)


def fold(releases: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """What stands after releases, oldest first.

    Each says of a pupil and test which schools have a result and which lost it. Given at a school
    that had none, the result belongs to that school alone.
    """
    standing = pl.DataFrame(schema={name: kind for name, kind in _ROW.items() if name != "release"})
    for rows in releases:
        given = rows.filter(~pl.col("taken_back"))
        moved = given.join(standing, on=_PLACE, how="anti")
        rest = standing.join(moved, on=_PUPIL, how="anti").join(rows, on=_PLACE, how="anti")
        standing = pl.concat([rest, given])
    return standing.drop("taken_back")
