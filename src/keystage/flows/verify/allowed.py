"""A cell and the codes that may stand in it."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from keystage.flows.verify.sheet import SHOWN, code
from keystage.reports.withholding import BLANK


class Cell(NamedTuple):
    """A column and the codes that may stand in it; none at all where nothing can be said."""

    column: str
    allowed: Sequence[pl.Expr]
    applies: pl.Expr


def stands(cell: Cell) -> pl.Expr:
    """Whether the code is one that may stand; null where the cell is not asked about."""
    printed = code(cell.column)
    fits = pl.any_horizontal(printed == allowed for allowed in cell.allowed)
    return pl.when(cell.applies & printed.is_not_null() & ~pl.col("UNKNOWN")).then(
        fits.fill_null(False)
    )


def said(allowed: Sequence[pl.Expr]) -> pl.Expr:
    """The codes that may stand, in words."""
    words = [pl.when(one == BLANK).then(pl.lit("blank")).otherwise(one) for one in allowed]
    return (
        pl.concat_list(words).list.drop_nulls().list.unique(maintain_order=True).list.join(" or ")
    )


def filled(withheld: pl.Expr) -> pl.Expr:
    """The code of a cell, `SHOWN` where nothing is withheld."""
    return withheld.fill_null(SHOWN)
