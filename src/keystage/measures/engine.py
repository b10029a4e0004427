"""How Polars runs a step: chosen by size, in one place."""

from typing import Literal, TypedDict

import polars as pl

#: Below this many rows planning costs more than work: the in-memory engine plans less, and looking
#: for tables that are made twice takes longer than making them twice.
SMALL = 10_000


class Running(TypedDict):
    """What ``collect`` and ``collect_all`` are told."""

    engine: Literal["streaming", "in-memory"]
    optimizations: pl.QueryOptFlags


def running(rows: int) -> Running:
    """The quicker way for a table of so many rows: those the step starts from."""
    large = rows > SMALL
    return {
        "engine": "streaming" if large else "in-memory",
        "optimizations": pl.QueryOptFlags(comm_subplan_elim=large),
    }


def at_hand(plan: pl.LazyFrame, rows: int) -> pl.LazyFrame:
    """A step that several others start from, in the same ``collect_all``.

    Of a large table the engine makes it once, piece by piece, and never holds it whole; a small one
    is made at once.
    """
    return plan if rows > SMALL else plan.collect(**running(rows)).lazy()
