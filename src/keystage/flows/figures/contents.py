"""What a release of figures says of one unit: figures as words, ready to be printed.

A content is made once, by the engine, and read by pages, files and packs, which compute and
withhold nothing. The pupils behind a school's content are `school_pupils.SchoolPupils`.
"""

import zlib
from collections.abc import Sequence
from typing import Any, Literal, TypeVar

import msgspec
from msgspec.structs import astuple, replace

from keystage.core.errors import InputError

State = Literal["shown", "suppressed", "low_coverage", "not_applicable", "not_available", "not_yet"]
#: What a unit is. A release holds no figures of a diocese: its schools are listed, and no more.
Kind = Literal["school", "trust", "la", "diocese", "region", "national"]
Level = Literal["complete", "suppressed"]
Against = Literal["national", "authority", "similar"]
#: What a reader is to see first of a figure: itself, its interval, or pupils in place of a share.
Lead = Literal["figure", "interval", "pupils"]


class _Part(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A part of a content: encoded without the names of its fields."""


P = TypeVar("P", bound=_Part)


class Figure(_Part, frozen=True, kw_only=True):
    """One figure of one pupil group.

    Attributes:
        name: its field in the department's tables.
        label: what it is, for people.
        group: the pupil group, as the year names it.
        group_label: the pupil group, for people.
        subject: the subject; none for combined figures and counts.
        family: composition, attainment, average, progress, prior_attainment, gap, three_year or
            trust.
        unit: pupils, percent, score or points.
        text: the printed figure; empty unless shown.
        state: whether there is a figure, and if not why not.
        said: the state in words; empty where shown.
        lower: the printed lower confidence limit.
        upper: the printed upper confidence limit.
        band: the code of the band.
        band_words: the band in words.
        numerator: the exact sum over the pupils, as a whole number or ``n/d``; complete level only.
        denominator: how many pupils are counted; complete level only.
        pupils: the gap to the national figure in whole pupils, with its sign.
        lead: what is to be seen first.
        may_rank: whether the figure stands on enough pupils to be ranked or called different.
        folded: the group is so small that it is shown among "other groups".
    """

    name: str
    label: str
    group: str
    group_label: str = ""
    subject: str | None = None
    family: str
    unit: str
    text: str = ""
    state: State = "shown"
    said: str = ""
    lower: str | None = None
    upper: str | None = None
    band: str | None = None
    band_words: str | None = None
    numerator: str | None = None
    denominator: int | None = None
    pupils: str | None = None
    lead: Lead = "figure"
    may_rank: bool = True
    folded: bool = False


class Compared(_Part, frozen=True, kw_only=True):
    """What a figure is compared with: a published figure of the same release.

    Attributes:
        name: the figure's field.
        against: whose figure it is.
        text: the printed figure; empty unless shown.
        state: whether there is one.
        said: the state in words; empty where shown.
        of: the name of the area.
    """

    name: str
    against: Against
    text: str
    state: State
    said: str = ""
    of: str = ""


class Point(_Part, frozen=True, kw_only=True):
    """A figure in one year of a series.

    ``joined`` says that a line may be drawn from the point before; it may not across a break.
    """

    year: int
    text: str
    state: State
    said: str = ""
    lower: str | None = None
    upper: str | None = None
    joined: bool = False


class Break(_Part, frozen=True, kw_only=True):
    """A place where a series may not be read on: between ``after`` and the next year, and why."""

    after: int
    before: int
    why: str


class Series(_Part, frozen=True, kw_only=True):
    """A figure over the years, oldest first, with the breaks between them."""

    name: str
    label: str
    unit: str
    points: tuple[Point, ...]
    breaks: tuple[Break, ...] = ()


class Content(_Part, frozen=True, kw_only=True):
    """All that a release says of one unit at one level of data.

    Attributes:
        layout: the layout of the encoding; another one is refused, never guessed at.
        kind: what the unit is.
        code: URN of a school, number of an authority, code of a trust, name of a region; of the
            nation everyone, state_funded or mainstream.
        name: its name, for people.
        level: complete, or suppressed by disclosure control.
        year: the year of the results.
        stage: unamended, provisional, revised or final.
        release: the label every page and file shows.
        made_at: when the release was computed, ISO 8601 in UTC.
        pupils: pupils at the end of key stage 2, as printed.
        small: so few pupils that the guard of small cohorts holds for the whole unit.
        figures: every figure, in the order of the department's tables.
        compared: what figures are compared with.
        notes: sentences on this release and unit.
        caveats: sentences that must stand with the figures.
        series: figures over the years.
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
    pupils: str = ""
    small: bool = False
    figures: tuple[Figure, ...]
    compared: tuple[Compared, ...] = ()
    notes: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()

    def figure(self, name: str) -> Figure | None:
        """The figure of a field; none if the content has none."""
        return next((figure for figure in self.figures if figure.name == name), None)

    def compared_with(self, name: str, against: Against) -> Compared | None:
        """What a figure is compared with; none if the content has none."""
        return next(
            (item for item in self.compared if item.name == name and item.against == against), None
        )


class _Kept(_Part, frozen=True, kw_only=True):
    """A content as it is kept: its long lists column by column, which compresses far better."""

    content: Content
    figures: list[list[Any]]
    compared: list[list[Any]]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Kept)


def encode(content: Content) -> bytes:
    """A content as bytes: MessagePack, compressed by zlib. The same content gives the same bytes.

    The bytes are hashed and kept; `decode` gives the content back.
    """
    kept = _Kept(
        content=replace(content, figures=(), compared=()),
        figures=_columns(content.figures),
        compared=_columns(content.compared),
    )
    return zlib.compress(_ENCODER.encode(kept))


def decode(encoded: bytes) -> Content:
    """The content of `encode`.

    Raises:
        InputError: these are no bytes of a content, or of another layout.
    """
    try:
        kept = _DECODER.decode(zlib.decompress(encoded))
        return replace(
            kept.content,
            figures=_rows(kept.figures, Figure),
            compared=_rows(kept.compared, Compared),
        )
    except (zlib.error, ValueError) as error:
        raise InputError(
            "This is no content of a release of figures.",
            where=str(error),
            todo="Compute the release again: what is kept of it is damaged or of another layout.",
        ) from error


def _columns(parts: Sequence[_Part]) -> list[list[Any]]:
    return [list(column) for column in zip(*map(astuple, parts), strict=True)]


def _rows(columns: list[list[Any]], part: type[P]) -> tuple[P, ...]:
    if columns and len(columns) != len(part.__struct_fields__):
        message = f"there are {len(columns)} columns of {part.__name__}"
        raise ValueError(message)
    return msgspec.convert(list(zip(*columns, strict=True)), tuple[part, ...])  # type: ignore[valid-type]
