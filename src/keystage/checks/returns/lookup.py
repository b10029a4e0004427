"""Numbers used for what they are: looked up by their place, and grouped in their order."""

from collections.abc import Mapping, Sequence

import polars as pl

_MANY = 20_000


def by_number(table: pl.DataFrame, number: str, value: str) -> pl.Expr:
    """The value of the row of a table that has the number in the column of that name.

    Null where the table has no such row. Numbers are small, as those of files and of slots.
    """
    numbers, values = table[number], table[value]
    last = int(str(numbers.max() or 0))
    if not (numbers.is_sorted() and len(numbers) == last + 1):
        every = pl.DataFrame({number: range(last + 1)}, schema={number: numbers.dtype})
        values = every.join(table, on=number, how="left", maintain_order="left")[value]
    place = pl.col(number).cast(pl.UInt32)
    return pl.lit(values).gather(pl.when(place < len(values)).then(place))


def by_text(text: pl.Expr, table: Mapping[str, object], kind: type[pl.DataType]) -> pl.Expr:
    """The value of each text in a table, null for a text that is not there.

    Made for use over and over: unlike ``replace_strict`` it looks at the table once.
    """
    place = text.cast(pl.Enum(list(table)), strict=False).to_physical().cast(pl.UInt32)
    return pl.lit(pl.Series(list(table.values()), dtype=kind)).gather(place)


def collected(plan: pl.LazyFrame, rows: int) -> pl.DataFrame:
    """What a plan gives, worked out in the way that suits about so many rows."""
    return plan.collect(engine="streaming" if is_large(rows) else "in-memory")


def selected(frame: pl.DataFrame, columns: Sequence[pl.Expr]) -> pl.DataFrame:
    """Columns of a frame, for a few rows one after another: to divide the work would cost more."""
    return frame.select(columns) if is_large(frame.height) else frame.select_seq(columns)


def is_large(rows: int) -> bool:
    """Whether work on so many rows is worth dividing."""
    return rows > _MANY


def in_order(frame: pl.DataFrame, number: str) -> pl.LazyFrame:
    """The frame, known to be in the order of a column if it is: groups are then found at once."""
    return frame.lazy().set_sorted(number) if frame[number].is_sorted() else frame.lazy()
