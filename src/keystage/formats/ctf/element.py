"""What a parser gives, and how values are taken from it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from keystage.formats.ctf.batch import IDENTITY, Batch, Odd, Text
from keystage.formats.ctf.limits import Limits
from keystage.formats.ctf.refusal import CtfRefusedError

TWICE = "it is given twice, and the first one is taken"
_NAMES = 4096


class Element(Protocol):
    """What either parser gives: a name, the text before the first inner element, and a line."""

    @property
    def tag(self) -> str:
        """The name, with its namespace before a closing brace."""

    @property
    def text(self) -> Text:
        """The text, or None."""

    @property
    def sourceline(self) -> int:
        """The line of the start of the element."""

    def __iter__(self) -> Iterator["Element"]:
        """The elements inside."""

    def __getitem__(self, at: slice) -> Sequence["Element"]:
        """Some of the elements inside."""


class Names(dict[str, str]):
    """Local names by full names: those met before are quick to find again."""

    def __missing__(self, tag: str) -> str:
        """The name without its namespace."""
        if len(self) >= _NAMES:
            self.clear()
        name = self[tag] = tag.rpartition("}")[2]
        return name


class Values:
    """Takes values from elements, by one set of limits."""

    def __init__(self, limits: Limits) -> None:
        """Begin with no names known."""
        self.limits, self.longest = limits, limits.text
        self.names = Names()

    def text(self, element: Element, padded: list[int]) -> Text:
        """The text of a value without blanks around it; None where nothing is left."""
        text = element.text
        if not text:
            return None
        if len(text) > self.longest:
            raise self.too_long(element)
        plain = text.strip()
        if len(plain) < len(text):
            padded.append(element.sourceline)
        return plain or None

    def too_long(self, element: Element) -> CtfRefusedError:
        """The refusal of a value of too many characters."""
        name = self.names[element.tag]
        return CtfRefusedError(
            f"The value of {name} is longer than {self.longest:,} characters.",
            fault="too_big",
            line=element.sourceline,
        )


class OnePupil:
    """The pupil that is being read."""

    __slots__ = ("into", "number", "places", "values")

    def __init__(self, number: int, into: Batch) -> None:
        """Begin with nothing known of the pupil."""
        self.number, self.into = number, into
        self.values: list[Text] = [None] * len(IDENTITY)
        self.places: list[int | None] = [None] * len(IDENTITY)

    def odd(self, element: Element, name: str, reason: str) -> None:
        """Tell of a value that is not kept."""
        text = (element.text or "").strip()
        self.into.odd.append(Odd(self.number, element.sourceline, name, text, reason))


def too_many(what: str, line: int) -> CtfRefusedError:
    """The refusal of a file that holds more of something than it may."""
    return CtfRefusedError(
        f"The file holds more than {what}.",
        fault="too_big",
        line=line,
        todo="Send the pupils in several files.",
    )
