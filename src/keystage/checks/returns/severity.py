"""How serious a finding is: data, by code, channel, year and day, each with its reason."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from keystage.core.errors import StatuteError
from keystage.statute.table import Record

Channel = Literal["sheet", "preflight", "gateway", "import"]
CHANNELS: Mapping[Channel, str] = {
    "sheet": "while judgements are entered",
    "preflight": "before a file is sent",
    "gateway": "when a file arrives at the collection",
    "import": "when a school takes a file in",
}
_FILE = Path(__file__).parent / "severity.toml"


class Severity(StrEnum):
    """What a finding means for a return, the most serious first."""

    RED = "red"  # the return is refused
    AMBER = "amber"  # it is taken, and somebody must look again
    GREY = "grey"  # information
    GREEN = "green"  # all is well


class Override(Record, frozen=True, kw_only=True):
    """Where a check is more or less serious: all that is given must apply; ``off`` asks nothing.

    ``after_close`` holds once the collection has closed. ``basis`` says why.
    """

    severity: Literal["red", "amber", "grey", "green", "off"]
    basis: str
    channels: tuple[Channel, ...] = ()
    from_year: int | None = None
    to_year: int | None = None
    after_close: bool = False

    def applies(self, channel: Channel, year: int, *, closed: bool) -> bool:
        """Whether it holds for a channel, a year of results and a day."""
        return (
            (not self.channels or channel in self.channels)
            and (self.from_year is None or year >= self.from_year)
            and (self.to_year is None or year <= self.to_year)
            and (closed or not self.after_close)
        )


class Rating(Record, frozen=True, kw_only=True):
    """The severity of one check, and where it differs: the first override that applies counts."""

    severity: Severity
    basis: str
    overrides: tuple[Override, ...] = ()

    def of(self, channel: Channel, year: int, *, closed: bool) -> Severity | None:
        """The severity for a channel, year and day, or None where the check asks nothing."""
        for override in self.overrides:
            if override.applies(channel, year, closed=closed):
                return None if override.severity == "off" else Severity(override.severity)
        return self.severity


class _Off(Record, frozen=True, kw_only=True):
    """Checks that ask nothing in some channels."""

    channels: tuple[Channel, ...]
    codes: tuple[str, ...]
    basis: str


class _Table(Record, frozen=True, kw_only=True):
    checks: Mapping[str, Rating]
    off: tuple[_Off, ...] = ()


def decode(text: str, name: str) -> Mapping[str, Rating]:
    """The ratings in the text of a severity file, by code.

    Raises:
        StatuteError: it is no TOML or not of the form, or a list of checks names none.
    """
    try:
        table = msgspec.convert(tomllib.loads(text), _Table)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise StatuteError(
            f"The severities cannot be read: {error}.",
            where=name,
            todo="Write each as [checks.TA-001] with severity and basis.",
        ) from None
    ratings = dict(table.checks)
    for off in table.off:
        for code in off.codes:
            if code not in ratings:
                raise StatuteError(
                    f"{code} is switched off and has no severity.",
                    where=name,
                    todo=f"Write [checks.{code}], or take it out of the list.",
                )
            silent = Override(severity="off", basis=off.basis, channels=off.channels)
            known = ratings[code]
            ratings[code] = msgspec.structs.replace(known, overrides=(silent, *known.overrides))
    return ratings


@cache
def ratings() -> Mapping[str, Rating]:
    """The shipped ratings, by code."""
    return decode(_FILE.read_text(encoding="utf-8"), _FILE.name)
