"""Numbers used for what they are: looked up by their place, and grouped in their order."""

import polars as pl


def by_number(table: pl.DataFrame, number: str, value: str) -> pl.Expr:
    """The value of the row of a table that has the number in the column of that name.

    Null where the table has no such row. Numbers are small, as those of files and of slots.
    """
    numbers = pl.DataFrame({number: range(1 + int(str(table[number].max() or 0)))})
    values = numbers.join(
        table.select(pl.col(number).cast(pl.Int64), value),
        on=number,
        how="left",
        maintain_order="left",
    )[value]
    place = pl.col(number).cast(pl.UInt32)
    return pl.lit(values).gather(pl.when(place < len(values)).then(place))


def in_order(frame: pl.DataFrame, number: str) -> pl.LazyFrame:
    """The frame, known to be in the order of a column if it is: groups are then found at once."""
    return frame.lazy().set_sorted(number) if frame[number].is_sorted() else frame.lazy()
