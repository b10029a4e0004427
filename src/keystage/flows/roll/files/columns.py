"""Which heading or element is which fact of a pupil, and what is left at the door: data."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from keystage.formats.sheets.headings import Columns, plain
from keystage.formats.toml_file import read_toml
from keystage.statute.table import Record

_FILE = Path(__file__).with_suffix(".toml")


class YearGroups(Record, frozen=True, kw_only=True):
    """Year groups before year 1 in their spellings, and the lowest and highest number."""

    N: tuple[str, ...]
    R: tuple[str, ...]
    numbers: tuple[int, int]
    source: str


class LeftOut(Record, frozen=True, kw_only=True):
    """One sort of facts that is never taken: its elements, and words of its headings."""

    what: str
    elements: tuple[str, ...]
    words: tuple[str, ...]


class RollColumns(Record, frozen=True, kw_only=True):
    """What is read of a roll, and what is not."""

    sheet: Columns
    year_groups: YearGroups
    lengths: Mapping[str, int]
    transfer: Mapping[str, str]
    left_out: tuple[LeftOut, ...]

    def year_group(self, text: str) -> str | None:
        """The year group a text means, or None.

        >>> roll_columns().year_group("Year 06"), roll_columns().year_group("Reception")
        ('6', 'R')
        """
        words = plain(text).replace("year", " ").replace("yr", " ").strip()
        small = words.removeprefix("y").strip()
        for code, spellings in (("N", self.year_groups.N), ("R", self.year_groups.R)):
            if small in spellings:
                return code
        lowest, highest = self.year_groups.numbers
        number = int(small) if small.isascii() and small.isdigit() else 0
        return str(number) if lowest <= number <= highest else None

    def sorts(self, elements: Iterable[str], headings: Iterable[str]) -> tuple[str, ...]:
        """The sorts of facts that some elements and headings would give, in the order of data."""
        names, texts = set(elements), [f" {plain(heading)} " for heading in headings]
        return tuple(
            sort.what
            for sort in self.left_out
            if names.intersection(sort.elements)
            or any(f" {word} " in text for word in sort.words for text in texts)
        )

    def is_left_out(self, heading: str) -> bool:
        """Whether a heading is of a sort that is never taken."""
        return bool(self.sorts((), (heading,)))


@cache
def roll_columns() -> RollColumns:
    """The columns, from the file beside this one."""
    return read_toml(_FILE, RollColumns, "Install Keystage again.", _FILE.name)
