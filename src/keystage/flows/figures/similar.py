"""The schools of a release that are most like one: by a formula that is data, and how it is kept.

Characteristics and figures are published ones at every level of data, so that nothing of another
school is told that its published figures do not tell.
"""

import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Literal

import msgspec
import polars as pl

from keystage.core.errors import InputError
from keystage.flows.figures.contents import State
from keystage.statute.table import Record, Source, Table

_FILE = Path(__file__).with_name("similar.toml")
_PLACES = 2


class Formula(Table, frozen=True, kw_only=True):
    """How alike two schools are: in words, and how many are listed.

    ``known_at_least`` is how many characteristics must be known of both.
    """

    text: str
    most: int
    known_at_least: int


class BeforePublication(Table, frozen=True, kw_only=True):
    """When figures of schools are not public, and what is said to who must wait.

    Attributes:
        stages: the stages in which they are not public yet.
        never_public: the years of which they never are.
        text: what is said.
    """

    stages: tuple[str, ...]
    never_public: tuple[int, ...]
    text: str


class Headline(Table, frozen=True, kw_only=True):
    """The figures schools are shown with, with a short heading each."""

    figures: dict[str, str]


class Characteristic(Record, frozen=True, kw_only=True):
    """A figure by which schools are alike: its field, heading, weight, and why it counts."""

    name: str
    label: str
    weight: int
    why: str


class Rules(Record, frozen=True, kw_only=True):
    """Everything of the file."""

    sources: dict[str, Source]
    before_publication: BeforePublication
    formula: Formula
    headline: Headline
    characteristics: tuple[Characteristic, ...]


@cache
def declared() -> Rules:
    """The formula, its characteristics and the figures that are shown."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Rules)


class _Part(msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True):
    """A part of a table: encoded without the names of its fields."""


class Shown(_Part, frozen=True, kw_only=True):
    """A published figure of a school: its field, its text, or its state in words."""

    name: str
    text: str
    state: State
    said: str = ""


class Near(_Part, frozen=True, kw_only=True):
    """A school that is like another: its URN, and the distance in hundredths."""

    urn: int
    distance: int


class SimilarSchools(_Part, frozen=True, kw_only=True):
    """A school, and the schools most like it.

    Attributes:
        layout: the layout of the encoding.
        urn: the school.
        name: its name, for people.
        authority: the number of its authority; none where it is not known.
        authority_name: its name, for people.
        type_label: the school's type in words; empty where it is not known.
        known: its characteristics, as published.
        headline: its headline figures, as published.
        near: the schools most like it, the nearest first.
        among: how many schools were looked at.
    """

    layout: Literal[1] = 1
    urn: int
    name: str
    authority: int | None
    authority_name: str
    type_label: str
    known: tuple[Shown, ...]
    headline: tuple[Shown, ...]
    near: tuple[Near, ...] = ()
    among: int = 0


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(SimilarSchools)


def encode(one: SimilarSchools) -> bytes:
    """A school's table as bytes; the same table gives the same bytes."""
    return zlib.compress(_ENCODER.encode(one))


def decode(encoded: bytes) -> SimilarSchools:
    """The table of `encode`.

    Raises:
        InputError: these are no bytes of a table, or of another layout.
    """
    try:
        return _DECODER.decode(zlib.decompress(encoded))
    except (zlib.error, msgspec.DecodeError) as error:
        raise InputError(
            "This is no table of similar schools.",
            where=str(error),
            todo="Compute the release again: what is kept of it is damaged or of another layout.",
        ) from error


def nearest(schools: pl.DataFrame, rules: Rules) -> Iterator[tuple[int, tuple[Near, ...]]]:
    """The schools most like each school.

    Args:
        schools: ``URN`` and a column for each characteristic (Float64, null where not known).
        rules: the formula.

    Yields:
        Each school's URN with the schools most like it, the nearest first, equal ones in the order
        of their URNs; none for a school of which too little is known.
    """
    wanted = rules.characteristics
    spread = {one.name: schools[one.name].std(ddof=0) for one in wanted}
    used = [one for one in wanted if spread[one.name]]
    least = min(rules.formula.known_at_least, len(wanted))
    urns = schools["URN"].rename("urn")
    scaled = [
        (schools[one.name] / spread[one.name] * sqrt(one.weight)).cast(pl.Float64) for one in used
    ]
    known = [schools[one.name].is_not_null().cast(pl.Float64) for one in wanted]
    filled = [column.fill_null(0.0) for column in scaled]
    there = [known[wanted.index(one)] for one in used]
    weighed = [column * float(one.weight) for column, one in zip(there, used, strict=True)]
    for at, urn in enumerate(urns.to_list()):
        values = [column[at] for column in scaled]
        here = [place for place, value in enumerate(values) if value is not None]
        both = [column for column in known if column[at]]
        if not here or len(both) < least:
            yield urn, ()
            continue
        squares = _sum([_square(filled[place], values[place], there[place]) for place in here])
        weights = _sum([weighed[place] for place in here])
        frame = pl.DataFrame(
            {"urn": urns, "squares": squares, "weights": weights, "known": _sum(both)}
        )
        yield urn, _first(frame, urn, least, rules.formula.most)


def _first(frame: pl.DataFrame, urn: int, least: int, most: int) -> tuple[Near, ...]:
    far = (pl.col("squares") / pl.col("weights")).sqrt() * 10**_PLACES
    rows = (
        frame.filter((pl.col("known") >= least) & (pl.col("weights") > 0) & (pl.col("urn") != urn))
        .select("urn", far.round(0).cast(pl.Int64).alias("distance"))
        .bottom_k(most, by=["distance", "urn"])
        .sort("distance", "urn")
    )
    return tuple(Near(urn=one, distance=distance) for one, distance in rows.iter_rows())


def _square(values: pl.Series, value: float, known: pl.Series) -> pl.Series:
    """The squared differences; nothing where a value is not known."""
    difference = (values - value) * known
    return difference * difference


def _sum(columns: Sequence[pl.Series]) -> pl.Series:
    total = columns[0]
    for column in columns[1:]:
        total = total + column
    return total
