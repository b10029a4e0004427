"""Tables of a release that tell of more than one unit, made while its contents are made.

A table is made once with its release and kept beside the contents: the schools of a trust, the
schools most like one, what the makers look at. Its maker sees every content as it is made.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol

import msgspec

from keystage.flows.figures.contents import Content, Kind, Level

What = Literal["schools", "review", "similar"]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A table as it is kept.

    Attributes:
        what: what it is a table of.
        kind: what the unit is that it is for.
        code: which.
        level: complete, or suppressed by disclosure control.
        content: the encoded table; who made it decodes it.
    """

    what: What
    kind: Kind
    code: str
    level: Level
    content: bytes


class TableMaker(Protocol):
    """What makes tables of the contents of a release."""

    def see(self, content: Content) -> None:
        """Look at a content: schools come first, then areas, the nation and trusts."""

    def made(self) -> Iterable[Kept]:
        """The tables, once every content was seen."""


def seen_by(makers: Sequence[TableMaker], contents: Iterable[Content]) -> Iterator[Content]:
    """Contents, each seen by those that make tables as it passes."""
    for content in contents:
        for maker in makers:
            maker.see(content)
        yield content


def tables_of(makers: Sequence[TableMaker]) -> Iterator[Kept]:
    """The tables of all makers; asked for after the last content."""
    for maker in makers:
        yield from maker.made()
