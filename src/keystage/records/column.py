"""What a column of a table is: its name, type, meaning, and what it is needed for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal["whole", "number", "text", "code", "date"]
Width = Literal[8, 16, 32]
_WHOLE: Mapping[int, pl.DataType] = {8: pl.Int8(), 16: pl.Int16(), 32: pl.Int32()}
_PLAIN: Mapping[str, pl.DataType] = {
    "number": pl.Float64(),
    "text": pl.String(),
    "date": pl.Date(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    ``aliases`` are other spellings of its heading, matched without case. ``codes`` are the values a
    code may have when no statutory year changes them; otherwise ``code_list`` names the year's
    list. ``width`` is the size in bits of a whole number; a ``positive`` one is above 0.
    ``required`` columns must be in the file. ``comparison_only`` columns hold the department's own
    working or words for people: no measure is made from them.
    """

    name: str
    kind: Kind
    meaning: str
    needed_for: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    codes: tuple[str, ...] = ()
    code_list: str = ""
    width: Width = 32
    positive: bool = False
    comparison_only: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """Every spelling of the heading, in upper case."""
        return (self.name.upper(), *(alias.upper() for alias in self.aliases))

    def values(self, codes: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """The values a code column may hold, given a year's code lists by name."""
        return self.codes or tuple(codes.get(self.code_list, ()))

    def dtype(self, codes: Mapping[str, Sequence[str]]) -> pl.DataType:
        """The Polars type of the column, given a year's code lists by name."""
        if self.kind == "whole":
            return _WHOLE[self.width]
        if self.kind == "code":
            return pl.Enum(self.values(codes))
        return _PLAIN[self.kind]
