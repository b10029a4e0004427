"""Which Polars engine runs a step: chosen by size, in one place."""

from typing import Literal

#: Below this many rows planning costs more than work, and the in-memory engine plans less.
SMALL = 10_000


def engine_for(rows: int) -> Literal["streaming", "in-memory"]:
    """The engine that is quicker for a table of so many rows."""
    return "streaming" if rows > SMALL else "in-memory"
