"""What a file of ours may hold, by version and by purpose: data with its sources."""

from functools import cache
from pathlib import Path

from keystage.formats.toml_file import read_toml
from keystage.statute.table import Record

_FILE = Path(__file__).with_suffix(".toml")


class SexElement(Record, frozen=True, kw_only=True):
    """The name of the element, and what it was called before a version."""

    element: str
    before: str
    from_version: int
    source: str


class SchoolNumber(Record, frozen=True, kw_only=True):
    """The version from which a school's unique reference number is part of the header."""

    from_version: int
    source: str


class Destinations(Record, frozen=True, kw_only=True):
    """What stands in place of a receiving school: not known, or outside the maintained sector."""

    unknown: str
    outside: str
    source: str


class Transfer(Record, frozen=True, kw_only=True):
    """The parts of a pupil that may go to another school, in order, and names never sent.

    ``history`` are the elements of a school in a pupil's history, in order.
    """

    sections: tuple[str, ...]
    never: tuple[str, ...]
    details: tuple[str, ...]
    history: tuple[str, ...]
    destinations: Destinations
    source: str
    note: str


class Contents(Record, frozen=True, kw_only=True):
    """What a file may hold."""

    sex: SexElement
    urn: SchoolNumber
    transfer: Transfer

    def sex_element(self, version: int) -> str:
        """The element that holds a pupil's sex in a version."""
        return self.sex.element if version >= self.sex.from_version else self.sex.before


@cache
def contents() -> Contents:
    """What files may hold."""
    return read_toml(_FILE, Contents, "Install Keystage again.", _FILE.name)
