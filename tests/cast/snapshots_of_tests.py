"""An invented part of England and what a release of figures holds of it, made once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import polars as pl

from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.flows.figures.contents import Content, Kind
from keystage.flows.figures.snapshot import Before, Snapshot, snapshot
from keystage.flows.figures.tables import Kept
from keystage.records.recordset import RecordSet
from keystage.statute.loader import load_year

YEAR = load_year(2022, "provisional")
MADE_AT = datetime(2022, 9, 5, 9, 30, tzinfo=UTC)
#: What a release is called unless more is said.
LABEL = "2022 provisional 1"


@cache
def part_of_england() -> RecordSet:
    """The schools of one invented authority, some of them in trusts."""
    made = list(make(Plan(year=2022, release="provisional", seed=12, authorities=1)))
    pupils = pl.concat([one.pupils for one in made]).drop("line").with_row_index("line", 2)
    return RecordSet(pupils=pupils, schools=pl.concat([one.schools for one in made]))


def made(records: RecordSet, before: Before | None = None, **more: Any) -> Snapshot:
    """A snapshot of records, called as a provisional release unless more is said."""
    called: dict[str, Any] = {
        "stage": "provisional",
        "release": LABEL,
        "made_at": MADE_AT,
    } | more
    return snapshot(records, called.pop("year", YEAR), before=before, **called)


@cache
def contents_of_england() -> tuple[Snapshot, tuple[Content, ...]]:
    """The snapshot of the part as if it were all there is, with its contents."""
    found = made(part_of_england(), national=True)
    return found, tuple(found.contents)


@cache
def tables_of_england() -> tuple[Kept, ...]:
    """The tables of that snapshot, which are asked for after its contents."""
    return tuple(contents_of_england()[0].tables)


@cache
def contents_of_a_part() -> tuple[Snapshot, tuple[Content, ...]]:
    """The snapshot of the part as it is, with its contents."""
    found = made(part_of_england())
    return found, tuple(found.contents)


@cache
def removed() -> tuple[int, ...]:
    """The lines of one or two pupils of every third school of a good size."""
    pupils = part_of_england().pupils.filter(pl.col("P_INCL").cast(pl.String) == "201")
    sizes = pupils.group_by("URN").len().filter(pl.col("len") >= 15).sort("URN")
    chosen = sizes["URN"].gather_every(3)
    lines: list[int] = []
    for place, urn in enumerate(chosen):
        lines += pupils.filter(pl.col("URN") == urn)["line"].sort().to_list()[: 1 + place % 2]
    return tuple(lines)


@cache
def later(*, protected: bool) -> tuple[Snapshot, tuple[Content, ...]]:
    """The release after some pupils were removed, with the earlier one looked at or not."""
    records = without_pupils(part_of_england(), list(removed()))
    before = looking_at(contents_of_a_part()[1]) if protected else None
    found = made(records, before, stage="revised", release="2022 revised 1")
    return found, tuple(found.contents)


def looking_at(*releases: Iterable[Content]) -> Before:
    """What a release asks of earlier ones, the oldest first."""
    every = [one for contents in releases for one in contents]

    def before(kind: Kind, codes: Sequence[str]) -> Iterable[Content]:
        return [one for one in every if one.kind == kind and one.code in codes]

    return before


def one_of(contents: tuple[Content, ...], kind: str, code: str, level: str) -> Content:
    """A content by what it is of."""
    (found,) = [one for one in contents if (one.kind, one.code, one.level) == (kind, code, level)]
    return found


def without_pupils(records: RecordSet, lines: list[int]) -> RecordSet:
    """The records without some pupils."""
    return replace(records, pupils=records.pupils.filter(~pl.col("line").is_in(lines)))
