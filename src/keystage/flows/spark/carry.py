"""Tables on their way through Spark: types it has, and back to ours."""

from typing import Any

import polars as pl

#: Enough for the sum of the squares of every pupil's progress, in billionths.
_WIDE = pl.Decimal(38, 0)


def carried(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame in types that Spark has: codes as text, whole numbers signed and wide enough."""
    return frame.cast({name: _carrier(dtype) for name, dtype in frame.schema.items()})


def schema_of(frame: pl.DataFrame) -> str:
    """Spark's schema of a frame when it is carried."""
    names = {
        pl.String(): "string",
        pl.Int64(): "bigint",
        pl.Boolean(): "boolean",
        _WIDE: "decimal(38,0)",
    }
    return ", ".join(f"`{name}` {names[_carrier(dtype)]}" for name, dtype in frame.schema.items())


def restored(table: Any, like: pl.DataFrame) -> pl.DataFrame:
    """An Arrow table that was carried, in the columns and types of another frame."""
    frame = pl.DataFrame(pl.from_arrow(table))
    return frame.select(pl.col(name).cast(dtype) for name, dtype in like.schema.items())


def _carrier(dtype: pl.DataType) -> pl.DataType:
    if dtype == pl.Int128:
        return _WIDE
    if dtype.is_integer():
        return pl.Int64()
    return dtype if dtype == pl.Boolean else pl.String()
