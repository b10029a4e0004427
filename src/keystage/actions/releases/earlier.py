"""What a release would do to the results of earlier ones: take them back, or move them."""

from collections.abc import Iterator
from uuid import UUID

import polars as pl

from keystage.flows.results_day.reading import FAULTS, TAKEN_BACK, typed
from keystage.store.models import ReleasedResult, ResultsRelease

_AT_ONCE = 5000
_RESULT = ("upn", "subject")
_SCHEMA = {"school": pl.String(), "upn": pl.String(), "subject": pl.String()}


def against_earlier(rows: pl.DataFrame, year: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What refuses a release, and what a person must look at, beside earlier approved releases.

    A result that no earlier release holds cannot be taken back. A result that an earlier release
    holds at another school is listed: it would be moved.

    Args:
        rows: columns `flows.results_day.reading.ROWS`.
        year: the season.

    Returns:
        Two frames, columns `flows.results_day.reading.FAULTS`.
    """
    releases = list(
        ResultsRelease.objects.filter(
            year=year, approved_at__isnull=False, withdrawn_at__isnull=True
        ).values_list("pk", flat=True)
    )
    back = pl.col(TAKEN_BACK)
    if not releases:
        return _told(rows.filter(back), _NONE), _told(rows.clear(), _MOVED)
    kept = pl.DataFrame(
        list(_kept(rows["upn"].unique().drop_nulls().to_list(), releases)),
        schema=_SCHEMA,
        orient="row",
    ).unique()
    unknown = rows.filter(back).join(kept, on=["school", *_RESULT], how="anti")
    given = rows.filter(~back).join(kept, on=["school", *_RESULT], how="anti")
    moved = given.join(kept, on=list(_RESULT), how="semi")
    return _told(unknown, _NONE), _told(moved, _MOVED)


_NONE = "No earlier release holds this result at this school, so it cannot be taken back."
_MOVED = "An earlier release holds this result at another school: it would be moved from there."


def _kept(upns: list[str], releases: list[UUID]) -> Iterator[tuple[str, str, str]]:
    """The results that earlier releases hold of some pupils: school, UPN, test."""
    kept = ReleasedResult.objects.filter(release__in=releases, taken_back=False)
    for some in _batches(upns):
        yield from kept.filter(upn__in=some).values_list("school__number", "upn", "subject")


def _batches(upns: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(upns), _AT_ONCE):
        yield upns[start : start + _AT_ONCE]


def _told(rows: pl.DataFrame, what: str) -> pl.DataFrame:
    return typed(rows.with_columns(what=pl.lit(what)), FAULTS)
