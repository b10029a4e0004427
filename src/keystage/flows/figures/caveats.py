"""The sentences that must stand with figures, chosen by rule from data (``caveats.toml``)."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from keystage.flows.figures.contents import Kind
from keystage.measures import figures
from keystage.statute.table import Confidence, Record, Source

_FILE = Path(__file__).with_name("caveats.toml")


class Caveat(Record, frozen=True, kw_only=True):
    """A sentence, and when it holds: every condition that is given must.

    Attributes:
        name: its name, unique.
        source: a key of the file's sources.
        confidence: how sure the source is (see `statute.table.Table`).
        text: the sentence, with places for the year, the pupils and what one of them is.
        years: the years it holds in.
        from_year: the first year it holds in.
        stages: the stages of a release it holds at.
        kinds: the kinds of unit it holds for.
        subjects: it holds where there is a figure of one of these.
        with_progress: it holds where there is a progress score.
        small: it holds for small cohorts.
        special: it holds for special schools.
    """

    name: str
    source: str
    confidence: Confidence
    text: str
    years: tuple[int, ...] = ()
    from_year: int | None = None
    stages: tuple[Literal["unamended", "provisional", "revised", "final"], ...] = ()
    kinds: tuple[Kind, ...] = ()
    subjects: tuple[str, ...] = ()
    with_progress: bool = False
    small: bool = False
    special: bool = False


class Caveats(Record, frozen=True, kw_only=True):
    """Every caveat, with the sources."""

    sources: dict[str, Source]
    caveats: tuple[Caveat, ...]


class Told(Record, frozen=True, kw_only=True):
    """What the rules ask of a content.

    Attributes:
        year: the year of the figures.
        stage: unamended, provisional, revised or final.
        kind: the kind of unit.
        pupils: its pupils at the end of key stage 2.
        small: whether the guard of small cohorts holds.
        subjects: the subjects it has figures of.
        with_progress: the subjects it has progress scores in.
        special: whether it is a special school.
    """

    year: int
    stage: str
    kind: Kind
    pupils: int
    small: bool
    subjects: frozenset[str]
    with_progress: frozenset[str]
    special: bool = False


@cache
def declared() -> Caveats:
    """The caveats of the file."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Caveats)


def caveats(told: Told, among: Iterable[Caveat] | None = None) -> tuple[str, ...]:
    """The sentences that must stand with a content, in the order of the file.

    Args:
        told: what the rules ask of it.
        among: the caveats; those of the file by default.
    """
    every = declared().caveats if among is None else among
    return tuple(_sentence(caveat, told) for caveat in every if holds(caveat, told))


def holds(caveat: Caveat, told: Told) -> bool:
    """Whether every condition of a caveat is met."""
    subjects = told.with_progress if caveat.with_progress else told.subjects
    return (
        (not caveat.years or told.year in caveat.years)
        and (caveat.from_year is None or told.year >= caveat.from_year)
        and (not caveat.stages or told.stage in caveat.stages)
        and (not caveat.kinds or told.kind in caveat.kinds)
        and (not caveat.subjects or not subjects.isdisjoint(caveat.subjects))
        and (not caveat.with_progress or bool(told.with_progress))
        and (not caveat.small or told.small)
        and (not caveat.special or told.special)
    )


def _sentence(caveat: Caveat, told: Told) -> str:
    return caveat.text.format(
        year=told.year, pupils=told.pupils, points=one_of(told.pupils) if told.pupils else ""
    )


def one_of(pupils: int) -> str:
    """What one pupil of so many is in percentage points, to one decimal.

    >>> one_of(10), one_of(16), one_of(7)
    ('10.0', '6.3', '14.3')
    """
    tenths = (2 * figures.PERCENT * 10 + pupils) // (2 * pupils)
    return "{}.{}".format(*divmod(tenths, 10))
