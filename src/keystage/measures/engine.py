"""How Polars runs a step: chosen by size, in one place."""

from typing import Literal, TypedDict

import polars as pl

#: Below this many rows planning costs more than work: the in-memory engine plans less, and looking
#: for work that is done twice takes longer than doing it twice.
SMALL = 10_000


class Running(TypedDict):
    """What ``collect`` and ``collect_all`` are told."""

    engine: Literal["streaming", "in-memory"]
    optimizations: pl.QueryOptFlags


def running(rows: int, *, streaming: bool = True) -> Running:
    """The quicker way for a table of so many rows.

    Args:
        rows: how many rows the step starts from.
        streaming: whether the step can stream; looking rules up by position cannot.
    """
    large = rows > SMALL
    return {
        "engine": "streaming" if large and streaming else "in-memory",
        "optimizations": pl.QueryOptFlags(comm_subexpr_elim=large, comm_subplan_elim=large),
    }
