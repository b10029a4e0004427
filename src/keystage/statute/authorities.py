"""Local authorities: their numbers and names, and which may have issued a pupil number."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from keystage.statute.assembly import (
    check_names,
    raw_table,
    read_sources,
    refuse_first,
    unnamed_sources,
)
from keystage.statute.conversion import convert
from keystage.statute.fault import Fault
from keystage.statute.reading import Document, read
from keystage.statute.table import Record, Source, Table

_FILE = "authorities.toml"
_NUMBER = re.compile(r"[0-9]{3}")


class Names(Table, frozen=True, kw_only=True):
    """Names of authorities by number, former ones included."""

    names: Mapping[str, str]


class Invented(Table, frozen=True, kw_only=True):
    """What an authority that is no place is called, where people read it."""

    names: Mapping[str, str]


class Issuers(Table, frozen=True, kw_only=True):
    """Numbers an authority may have within a pupil number: the first and last of each range."""

    ranges: tuple[tuple[str, str], ...]


class Authorities(Record, frozen=True, kw_only=True):
    """The local authorities."""

    sources: Mapping[str, Source]
    names: Names
    invented: Invented
    issuers: Issuers

    def called(self, number: int | str) -> str:
        """What an authority is called where people read it.

        Args:
            number: its number.

        Returns:
            Its name, its number where it has none.
        """
        code = f"{number:0>3}"
        known = self.invented.names.get(code) or self.names.names.get(code)
        return known or f"Local authority {number}"

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers that have a name, as a school's number begins with."""
        return frozenset(self.names.names)

    @property
    def issuing(self) -> frozenset[str]:
        """The numbers a pupil number may name: those with a name, and those of the ranges."""
        return self.numbers | {
            f"{number:03}"
            for first, last in self.issuers.ranges
            for number in range(int(first), int(last) + 1)
        }


@cache
def load_authorities() -> Authorities:
    """The shipped authorities."""
    return assemble_authorities(read(Path(__file__).parent / _FILE, _FILE))


def assemble_authorities(document: Document) -> Authorities:
    """Make the authorities of a file.

    Raises:
        StatuteError: the first thing found wrong.
    """
    check_names(document, ("names", "invented", "issuers"))
    whole = Authorities(
        sources=read_sources(document, {}),
        names=convert(raw_table(document, "names"), Names, document, "names"),
        invented=convert(raw_table(document, "invented"), Invented, document, "invented"),
        issuers=convert(raw_table(document, "issuers"), Issuers, document, "issuers"),
    )
    refuse_first(_prove(whole), dict.fromkeys(("names", "invented", "issuers"), document))
    return whole


def _prove(whole: Authorities) -> Iterator[Fault]:
    yield from unnamed_sources(whole, whole.sources)
    for number in whole.names.names:
        if not _NUMBER.fullmatch(number):
            yield Fault(
                f"The authority {number} has no number of three digits.",
                ("names", "names", number),
                "Write three digits, such as 201.",
            )
    for number in whole.invented.names:
        if number not in whole.names.names:
            yield Fault(
                f"The invented authority {number} is none that is known.",
                ("invented", "names", number),
                "Write a number that stands in names.",
            )
    for place, (first, last) in enumerate(whole.issuers.ranges):
        if not (_NUMBER.fullmatch(first) and _NUMBER.fullmatch(last) and first <= last):
            yield Fault(
                f"The range {first} to {last} is none.",
                ("issuers", "ranges", place),
                "Write the lower number first, each with three digits.",
            )
