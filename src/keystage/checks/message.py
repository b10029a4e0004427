"""A check's sentence, filled in for all its findings at once."""

from datetime import date
from string import Formatter

import polars as pl

_BLANK = "(blank)"


def filled(template: str, column: pl.Expr, available: set[str], year: object) -> pl.Expr:
    """The sentence for each row.

    Args:
        template: the sentence, with names in braces as `registry.Check` explains.
        column: the name of the column each finding is about.
        available: the columns of the frame, with ``value``, and ``rows`` for a count of rows.
        year: the statutory year or collection whose values the sentence may name; days are
            written out.
    """
    parts: list[pl.Expr] = []
    for text, name, _, _ in Formatter().parse(template):
        parts.append(pl.lit(text))
        if name == "column":
            parts.append(column)
        elif name == "rows":
            one = pl.col("rows") == 1
            noun = pl.when(one).then(pl.lit(" pupil")).otherwise(pl.lit(" pupils"))
            parts.append(pl.concat_str(pl.col("rows").cast(pl.String), noun))
        elif name in available:
            parts.append(pl.col(name).cast(pl.String).fill_null(_BLANK))
        elif name is not None:
            parts.append(pl.lit(_text(Formatter().get_field(name, (), {"year": year})[0])))
    return pl.concat_str(parts)


def _text(value: object) -> str:
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else str(value)
