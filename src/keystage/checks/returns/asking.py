"""The questions of a view: every check of it in every field, made once for a setting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.needs import View
from keystage.checks.returns.registry import ReturnCheck, check_of
from keystage.checks.returns.setting import Setting

#: What a row of a view counts for, where it stands for many.
WEIGHTS: Mapping[View, str] = {"kinds": ROWS, "values": "results"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One check of one field: the expression that is true where it fails."""

    check: ReturnCheck
    field: str
    column: str
    fails: pl.Expr


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of a view: first how many rows fail in each way, as ``numbers``."""

    asked: Sequence[Asked]
    numbers: Sequence[pl.Expr]


@lru_cache(maxsize=1024)
def questions(view: View, codes: tuple[str, ...], setting: Setting) -> Questions:
    """The questions of some checks of a view."""
    asked = [
        Asked(check, field, column, fails)
        for check in map(check_of, codes)
        for field, column in check.fields.items()
        if (fails := check.fails(column, setting)) is not None
    ]
    weight = pl.col(WEIGHTS[view]) if view in WEIGHTS else pl.lit(1, pl.UInt32)
    numbers = [(one.fails * weight).sum().alias(str(at)) for at, one in enumerate(asked)]
    return Questions(asked, numbers)
