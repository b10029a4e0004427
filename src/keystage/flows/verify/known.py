"""What the tables of each year told, for the columns in which later years repeat or pool it."""

from dataclasses import dataclass, field

import polars as pl

from keystage.flows.verify.sheet import AUTHORITY, SCHOOLS, Sheet

#: What tells a school or an authority in the tables of every year.
PLACE = ["PLACE", "WHOLE_AUTHORITY"]


@dataclass(frozen=True, slots=True)
class Known:
    """By year: the tables, and what they told of figures that are not printed.

    ``left_out``: pupils left out of percentages (ROW, BLOCK, LEFT_OUT). ``averages``: what the
    unrounded average scores can be (ROW, AVERAGE, LOW, HIGH). ROW is that of the year's tables.
    """

    sheets: dict[int, Sheet] = field(default_factory=dict)
    left_out: dict[int, pl.DataFrame] = field(default_factory=dict)
    averages: dict[int, pl.DataFrame] = field(default_factory=dict)


def with_place(sheet: Sheet) -> pl.DataFrame:
    """Rows of schools and authorities with `PLACE`."""
    place = pl.when(pl.col("RECTYPE").is_in(SCHOOLS)).then("URN").otherwise("LEA")
    return sheet.cells.filter(pl.col("RECTYPE").is_in([*SCHOOLS, AUTHORITY])).with_columns(
        PLACE=place, WHOLE_AUTHORITY=pl.col("RECTYPE") == AUTHORITY
    )
