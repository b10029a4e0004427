"""The type of a table that may be published: made by disclosure control and nothing else."""

from dataclasses import dataclass

import polars as pl

from keystage.measures.table import Level

#: Only the modules of disclosure control take this; a contract test holds them to it.
SEAL = object()


@dataclass(frozen=True, init=False)
class PublishedTable:
    """A table fit for publication: text cells, each a printed figure or the code that withholds it.

    Attributes:
        level: what a row is.
        frame: identity columns and published fields.
    """

    level: Level
    frame: pl.DataFrame

    def __init__(self, level: Level, frame: pl.DataFrame, *, seal: object) -> None:
        """Take the seal of disclosure control; without it there is no table."""
        if seal is not SEAL:
            raise TypeError("A published table is made by disclosure control and nothing else.")
        object.__setattr__(self, "level", level)
        object.__setattr__(self, "frame", frame)
