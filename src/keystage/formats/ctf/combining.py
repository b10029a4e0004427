"""Several return sets as one: files, pupils and slots numbered anew."""

from collections.abc import Mapping, Sequence

import polars as pl

from keystage.core.errors import InputError
from keystage.records.returns import (
    FAULTS,
    FILES,
    HEADER_LINES,
    LINES,
    PUPILS,
    RESULTS,
    SLOTS,
    UNREADABLE,
    ReturnSet,
)

_KEY = [name for name in SLOTS if name != "slot"]
_MOST = 65_536


def combine(sets: Sequence[ReturnSet]) -> ReturnSet:
    """One return set of several, their files in the order given.

    Raises:
        InputError: together they hold more kinds of result than can be told apart.
    """
    if len(sets) == 1:
        return sets[0]
    slots = _slots(sets)
    if slots["slot"].n_unique() > _MOST:
        raise InputError(
            f"The files hold more than {_MOST:,} kinds of result.", todo="Read fewer at a time."
        )
    files = pupils = 0
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in _SCHEMAS}
    for number, one in enumerate(sets):
        own = slots.filter(pl.col("set") == number).select("old", new="slot")
        results = one.results.join(
            own, left_on="slot", right_on="old", how="left", maintain_order="left"
        ).with_columns(slot="new")
        for name, frames in parts.items():
            frame = results if name == "results" else getattr(one, name)
            frames.append(_shifted(frame, files, pupils))
        files += one.files.height
        pupils += one.pupils.height
    whole = {
        name: pl.concat([conform(frame, _SCHEMAS[name]) for frame in frames])
        for name, frames in parts.items()
    }
    distinct = slots.select("slot", *_KEY).unique("slot").sort("slot")
    return ReturnSet(slots=conform(distinct, SLOTS), **whole)


_SCHEMAS: Mapping[str, Mapping[str, pl.DataType]] = {
    "files": FILES,
    "pupils": PUPILS,
    "results": RESULTS,
    "unreadable": UNREADABLE,
    "faults": FAULTS,
    "lines": LINES,
    "header_lines": HEADER_LINES,
}


def _slots(sets: Sequence[ReturnSet]) -> pl.DataFrame:
    """The slots of every set: the set, the number there (old), and the common number (slot)."""
    every = pl.concat(
        conform(one.slots, SLOTS).select(*_KEY, set=pl.lit(number, pl.UInt32), old="slot")
        for number, one in enumerate(sets)
    )
    distinct = every.select(_KEY).unique(maintain_order=True).with_row_index("slot")
    return every.join(distinct, on=_KEY, how="left", nulls_equal=True, maintain_order="left")


def _shifted(frame: pl.DataFrame, files: int, pupils: int) -> pl.DataFrame:
    shifts = {"file": files, "pupil": pupils}
    return frame.with_columns(
        (pl.col(name) + shift).cast(pl.UInt32)
        for name, shift in shifts.items()
        if name in frame.columns
    )


def conform(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The columns of a table of `keystage.records.returns`, in its order and types."""
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
