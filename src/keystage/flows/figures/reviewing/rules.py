"""The rules of a review: limits, what is said, and why, as the file has them."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from keystage.statute.table import Record, Source, Table

_FILE = Path(__file__).with_name("quality.toml")
Unit = Literal["pupils", "records", "schools", "percent", "points", "averages"]


class Rule(Table, frozen=True, kw_only=True):
    """A check: its question, from which number on it is looked at or wrong, and its sentences."""

    code: str
    question: str
    unit: Unit
    look: Decimal
    fail: Decimal | None = None
    passed: str
    found: str
    todo: str
    subject: str = ""


class Moved(Table, frozen=True, kw_only=True):
    """A figure of schools, and by how much it moves much."""

    figure: str
    by: Decimal


class Histogram(Table, frozen=True, kw_only=True):
    """How many points a bar is wide."""

    width: int


class Listed(Table, frozen=True, kw_only=True):
    """How many schools are named."""

    schools: int


class FewSchools(Table, frozen=True, kw_only=True):
    """Fewer schools than this are few for a distribution."""

    fewer_than: int


class Rules(Record, frozen=True, kw_only=True):
    """Every rule of a review, with the sources."""

    sources: dict[str, Source]
    histogram: Histogram
    listed: Listed
    few_schools: FewSchools
    moved: tuple[Moved, ...]
    checks: tuple[Rule, ...]


@cache
def declared() -> Rules:
    """The rules of the file."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Rules)
