"""The words of the summary and the pack, from data (``wording.toml``)."""

from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

from keystage.statute.table import Record, Source, Table

_FILE = Path(__file__).with_name("wording.toml")


class Interval(Table, frozen=True, kw_only=True):
    """How the interval of a share is made."""

    normal_quantile: Decimal


class LookedAt(Table, frozen=True, kw_only=True):
    """The figures the summary looks at, by the field of all pupils, and of which groups."""

    all_pupils: tuple[str, ...]
    groups: tuple[str, ...]
    pupil_groups: tuple[str, ...]


class Sentences(Table, frozen=True, kw_only=True):
    """The sentences, each with places for figures."""

    share_above: str
    share_below: str
    share_same: str
    score_above: str
    score_below: str
    score_same: str
    band: str
    gap_up: str
    gap_down: str
    gap_level: str
    few: str
    few_in_groups: str
    no_interval: str
    nothing: str
    nothing_judged: str


class Sure(Table, frozen=True, kw_only=True):
    """How sure one may be, in sentences."""

    texts: tuple[str, ...]


class Arrows(Table, frozen=True, kw_only=True):
    """What stands for where a gap moved."""

    up: str
    down: str
    level: str


class PackWords(Table, frozen=True, kw_only=True):
    """What goes with a pack wherever it goes."""

    purpose: str
    warning: str
    progress: str
    withheld: str
    intro: str


class Term(Record, frozen=True, kw_only=True):
    """A term and what it means."""

    term: str
    text: str


class Wording(Record, frozen=True, kw_only=True):
    """Every word of the file, with the sources."""

    sources: dict[str, Source]
    interval: Interval
    looked_at: LookedAt
    sentences: Sentences
    sure: Sure
    arrows: Arrows
    pack: PackWords
    glossary: tuple[Term, ...]


@cache
def wording() -> Wording:
    """The words of the file."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Wording)
