"""The results in force of many schools, release by release: the fold of `released` as frames."""

from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import Any

import polars as pl
from django.db.models import QuerySet

from keystage.actions.releases.released import visible
from keystage.store.models import Organisation, ReleasedResult

#: Rows that are read at a time.
AT_ONCE = 20_000
_ROW = ("code", "upn", "subject", "sex", "score", "outcome", "taken_back")
_NUMBERS: Mapping[str, type[pl.DataType]] = {"score": pl.Int16, "taken_back": pl.Boolean}
_PUPIL = ["upn", "subject"]
_PLACE = ["code", *_PUPIL]


def results_in_force(
    schools: QuerySet[Organisation], year: int, text: pl.DataType, *, all_schools: bool
) -> pl.DataFrame:
    """The newest released result of each pupil and test, at the school it stands at.

    A query for each release and one more, whatever the number of pupils: one release is read after
    the other, and what a later one replaces is let go.

    Args:
        schools: whose results.
        year: the season.
        text: the type of texts (see `frame_of`).
        all_schools: these are all there are, so that no other school need be looked at.

    Returns:
        Columns code (of the school), upn, subject, sex, score and outcome.
    """
    releases = visible(year)
    rows = ReleasedResult.objects.filter(release__in=[one.pk for one in releases])
    if not all_schools:
        theirs = rows.filter(school__in=schools)
        rows = theirs if len(releases) == 1 else rows.filter(upn__in=theirs.values("upn"))
    found = rows.order_by().values_list(
        "school__code", "upn", "subject", "sex", "scaled_score", "outcome", "taken_back"
    )
    schema = {name: _NUMBERS.get(name, text) for name in _ROW}
    read = (frame_of(found.filter(release=one), schema) for one in releases)
    return fold(chain([pl.DataFrame(schema=schema)], read))


def text_type() -> pl.DataType:
    """A type for texts of which many are alike: each is kept once, and known by a number.

    Frames with one such type can be joined. UPNs of England, a few times each, would take a hundred
    megabytes otherwise; the texts are gone with the last frame of the type.
    """
    return pl.Categorical(pl.Categories.random())


def frame_of(
    rows: QuerySet[Any, tuple[Any, ...]], schema: Mapping[str, pl.DataType | type[pl.DataType]]
) -> pl.DataFrame:
    """Rows of the database as a frame, some at a time; texts that say nothing are null.

    As Python's objects, all at once, those of England would take gigabytes.

    Args:
        rows: the rows.
        schema: the columns; a `text_type` is one for texts.
    """
    walk, wanted = rows.iterator(chunk_size=AT_ONCE), pl.Schema(schema)
    read = {
        name: pl.String if isinstance(kind, pl.Categorical) else kind
        for name, kind in wanted.items()
    }
    frames = [pl.DataFrame(schema=wanted)]
    while some := list(islice(walk, AT_ONCE)):
        frame = pl.DataFrame(some, schema=read, orient="row")
        texts = pl.col(pl.String)
        said = pl.when(texts.str.strip_chars() != "").then(texts)
        frames.append(frame.with_columns(said.name.keep()).cast(wanted))
    return pl.concat(frames)


def fold(releases: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """What stands after releases, oldest first.

    Each says of a pupil and test which schools have a result and which lost it. Given at a school
    that had none, the result belongs to that school alone.

    Args:
        releases: the rows of each, one release at least.
    """
    walk = iter(releases)
    standing = next(walk).filter(~pl.col("taken_back"))
    for rows in walk:
        given = rows.filter(~pl.col("taken_back"))
        if standing.is_empty():
            standing = given
            continue
        moved = given.join(standing, on=_PLACE, how="anti")
        rest = standing.join(moved, on=_PUPIL, how="anti").join(rows, on=_PLACE, how="anti")
        standing = pl.concat([rest, given])
    return standing.drop("taken_back")
