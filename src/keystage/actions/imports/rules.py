"""How files that come in are treated: undone how long, large from what, kept until when."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from keystage.formats.toml_file import read_toml
from keystage.statute.table import Record

_FILE = Path(__file__).with_suffix(".toml")


class Undoing(Record, frozen=True, kw_only=True):
    """For how many days an import can be undone."""

    days: int
    source: str


class Size(Record, frozen=True, kw_only=True):
    """A file with more pupils than these is applied by the worker."""

    pupils: int
    source: str


class Keeping(Record, frozen=True, kw_only=True):
    """For how many days the rows of a file are kept after it was applied or undone."""

    days: int
    source: str


class Rules(Record, frozen=True, kw_only=True):
    """What holds for every file that comes in."""

    undoing: Undoing
    size: Size
    keeping: Keeping

    @property
    def undone_within(self) -> timedelta:
        """How long after it was applied an import can be undone."""
        return timedelta(days=self.undoing.days)


@cache
def import_rules() -> Rules:
    """The rules, from the file beside this one."""
    return read_toml(_FILE, Rules, "Install Keystage again.", _FILE.name)
