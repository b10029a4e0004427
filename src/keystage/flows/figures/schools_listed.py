"""The schools of an authority or trust with their headline figures: how the table is kept.

Its figures are those of the schools' contents at the same level of data, so that nothing is
computed or withheld a second time. `schools_table` makes it with a release.
"""

import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from keystage.core.errors import InputError
from keystage.flows.figures.contents import Figure, Kind, Lead, Level, State
from keystage.flows.figures.guard import number
from keystage.statute.table import Record, Source, Table

_FILE = Path(__file__).with_name("schools_columns.toml")


class Choice(Table, frozen=True, kw_only=True):
    """Why these figures."""


class ColumnSet(Record, frozen=True, kw_only=True):
    """Figures that are shown beside each other: ``columns`` gives each a short heading."""

    key: str
    title: str
    columns: dict[str, str]


class ColumnSets(Record, frozen=True, kw_only=True):
    """The figures of the table, by set."""

    sources: dict[str, Source]
    choice: Choice
    sets: tuple[ColumnSet, ...]


@cache
def declared() -> ColumnSets:
    """The figures that stand in the table."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=ColumnSets)


class _Part(msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True):
    """A part of a table: encoded without the names of its fields."""


class Column(_Part, frozen=True, kw_only=True):
    """A figure of the table, as every school has it.

    Attributes:
        name: its field in the department's tables.
        label: what it is, for people.
        group: the pupil group, as the year names it.
        group_label: the pupil group, for people.
        subject: the subject; none for combined figures and counts.
        family: as in `contents.Figure`.
        unit: as in `contents.Figure`.
    """

    name: str
    label: str
    group: str
    group_label: str
    subject: str | None
    family: str
    unit: str


class Shown(_Part, frozen=True, kw_only=True):
    """What a school's content shows of a figure; see `contents.Figure`."""

    text: str = ""
    state: State = "shown"
    said: str = ""
    lower: str | None = None
    upper: str | None = None
    band: str | None = None
    band_words: str | None = None
    numerator: str | None = None
    denominator: int | None = None
    lead: Lead = "figure"
    may_rank: bool = True
    folded: bool = False

    @property
    def sorts_as(self) -> float | None:
        """What the school is sorted by; none where it may not be: withheld, or of few pupils."""
        value = number(self.text) if self.state == "shown" and self.may_rank else None
        return None if value is None else float(value)


class School(_Part, frozen=True, kw_only=True):
    """A school of the table.

    Attributes:
        urn: its number.
        name: its name.
        type: the code of its type; none where it is not known.
        type_label: its type, for people; empty where it is not known.
        pupils: pupils at the end of key stage 2, as printed at this level.
        shown: its figures, in the order of the columns.
    """

    urn: int
    name: str
    type: str | None
    type_label: str
    pupils: str
    shown: tuple[Shown, ...]


class Standing(_Part, frozen=True, kw_only=True):
    """How a school counts in the figures of the unit.

    Attributes:
        counts: whether it counts.
        why: the rule that leaves it out, as the end of a sentence on it; empty if it counts.
        joined: the day it joined its trust, ISO 8601; none in an authority or where not known.
        years: the years in its trust that it is weighted by; none where it is not.
    """

    counts: bool
    why: str = ""
    joined: str | None = None
    years: int | None = None


class Share(_Part, frozen=True, kw_only=True):
    """What a school adds to a weighted figure of its trust.

    Attributes:
        urn: the school.
        pupils: the pupils it is weighted by.
        years: the years it is weighted by.
        top: what it adds to the numerator, exact, as ``n`` or ``n/d``.
    """

    urn: int
    pupils: int
    years: int
    top: str

    @property
    def weight(self) -> int:
        """Pupils times years."""
        return self.pupils * self.years


class Working(_Part, frozen=True, kw_only=True):
    """How a weighted figure of a trust comes about.

    Attributes:
        name: the figure's name in the trust's content.
        column: the figure of each school that it is made of.
        group: the pupil group.
        unit: percent or points.
        shares: what each school that counts adds; complete level only.
    """

    name: str
    column: str
    group: str
    unit: str
    shares: tuple[Share, ...] = ()


class SchoolsTable(_Part, frozen=True, kw_only=True):
    """The schools of an authority or a trust in a release, at one level of data.

    Attributes:
        layout: the layout of the encoding; another one is refused.
        kind: trust or la.
        code: which.
        name: its name, for people.
        level: complete, or suppressed by disclosure control.
        year: the year of the results.
        stage: unamended, provisional, revised or final.
        release: the label every page and file shows.
        made_at: when the release was computed, ISO 8601 in UTC.
        columns: the figures.
        schools: the schools, by name.
        standings: how each of them counts, in the same order.
        workings: of a trust, how its weighted figures come about.
        rule: of a trust, where the rule of eligibility stands; empty where the year has none.
        notes: sentences on the unit.
        caveats: sentences that must stand with the figures.
    """

    layout: Literal[1] = 1
    kind: Kind
    code: str
    name: str
    level: Level
    year: int
    stage: str
    release: str
    made_at: str
    columns: tuple[Column, ...] = ()
    schools: tuple[School, ...] = ()
    standings: tuple[Standing, ...] = ()
    workings: tuple[Working, ...] = ()
    rule: str = ""
    notes: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()

    def figure(self, school: School, name: str) -> Figure | None:
        """A figure of a school as its content has it; none if the table has none such."""
        for column, shown in zip(self.columns, school.shown, strict=True):
            if column.name == name:
                return figure_of(column, shown)
        return None


class _Written(_Part, frozen=True, kw_only=True):
    """A table as it is written: its schools are encoded already."""

    table: SchoolsTable
    schools: list[msgspec.Raw]


class _Read(_Part, frozen=True, kw_only=True):
    """A table as it is read."""

    table: SchoolsTable
    schools: tuple[School, ...]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Read)


def encode_school(school: School) -> msgspec.Raw:
    """A school as bytes, to be put into each table that it stands in."""
    return msgspec.Raw(_ENCODER.encode(school))


def encode_schools(table: SchoolsTable, schools: Iterable[msgspec.Raw]) -> bytes:
    """A table as bytes: the same table gives the same bytes.

    Args:
        table: the table without its schools.
        schools: its schools, encoded, in the order of the standings.
    """
    return zlib.compress(_ENCODER.encode(_Written(table=table, schools=list(schools))))


def decode_schools(encoded: bytes) -> SchoolsTable:
    """The table of `encode_schools`.

    Raises:
        InputError: these are no bytes of a table, or of another layout.
    """
    try:
        found = _DECODER.decode(zlib.decompress(encoded))
    except (zlib.error, ValueError) as error:
        raise InputError(
            "This is no table of schools of a release of figures.",
            where=str(error),
            todo="Compute the release again: what is kept of it is damaged or of another layout.",
        ) from error
    return replace(found.table, schools=found.schools)


def figure_of(column: Column, shown: Shown) -> Figure:
    """A cell of the table as a figure of a content."""
    return Figure(
        name=column.name,
        label=column.label,
        group=column.group,
        group_label=column.group_label,
        subject=column.subject,
        family=column.family,
        unit=column.unit,
        text=shown.text,
        state=shown.state,
        said=shown.said,
        lower=shown.lower,
        upper=shown.upper,
        band=shown.band,
        band_words=shown.band_words,
        numerator=shown.numerator,
        denominator=shown.denominator,
        lead=shown.lead,
        may_rank=shown.may_rank,
        folded=shown.folded,
    )
