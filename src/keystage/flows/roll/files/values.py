"""From the texts of a file to the facts of its pupils; what has no meaning keeps text and place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from keystage.core.upn import UpnFault, fault_of
from keystage.flows.roll.files.columns import RollColumns, roll_columns
from keystage.flows.roll.files.quotation_marks import Repair, shortened
from keystage.flows.roll.files.texts import cleaned
from keystage.flows.roll.likeness.names import folded
from keystage.flows.roll.pupils import DATES, NAMES, NUMBERS, Facts, Incoming, Unread, Value
from keystage.formats.sheets.headings import by_text
from keystage.formats.sheets.values import NO_DATE, as_date

_YEARS = ("year_group", "year_taught")
_NO_UPN: Mapping[UpnFault, str] = {
    "length": "a UPN has 13 characters",
    "first": "a UPN begins with a letter other than I, O and S",
    "authority": "characters 2 to 4 of a UPN are the number of an authority",
    "digits": "characters 5 to 12 of a UPN are digits",
    "last": "the last character of a UPN is a digit, or a letter other than I, O and S",
    "check_letter": "the first letter of the UPN belongs to another number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A pupil as texts.

    Attributes:
        line: where the pupil begins.
        texts: what is written, by field.
        lines: where, by field.
    """

    line: int
    texts: Mapping[str, str]
    lines: Mapping[str, int]


def pupils_of(
    raw: Sequence[Raw], headings: Mapping[str, str]
) -> tuple[tuple[Incoming, ...], tuple[Repair, ...]]:
    """The pupils of a file, numbered in its order, and what was repaired in their values.

    Args:
        raw: the pupils as texts.
        headings: the heading or element of each field, for messages.
    """
    reader = _Reader(headings, _days(one.texts.get(name) for one in raw for name in DATES))
    pupils = tuple(reader.pupil(row, one) for row, one in enumerate(raw))
    return pupils, tuple(reader.repairs)


class _Reader:
    """Reads one pupil after another."""

    def __init__(self, headings: Mapping[str, str], days: Mapping[str, date]) -> None:
        self._headings, self._days = headings, days
        self._columns: RollColumns = roll_columns()
        self._sexes = by_text(self._columns.sheet.sexes)
        self.repairs: list[Repair] = []

    def pupil(self, row: int, raw: Raw) -> Incoming:
        """One pupil."""
        values: dict[str, Value] = {}
        unread: list[Unread] = []
        for name, text in raw.texts.items():
            line = raw.lines.get(name, raw.line)
            heading = self._headings.get(name, name)
            kept, done = cleaned(text)
            if done:
                self.repairs.append(Repair(line, f"{heading}: {done}."))
            if kept is None:
                continue
            value, reason = self._value(name, kept)
            values[name] = value
            if reason:
                unread.append(
                    Unread(
                        row=row,
                        line=line,
                        field=heading,
                        text=shortened(text),
                        reason=reason,
                        name=name,
                    )
                )
        return Incoming(
            row=row,
            line=raw.line,
            facts=Facts().changed(values),
            lines=dict(raw.lines),
            unread=tuple(unread),
        )

    def _value(self, name: str, text: str) -> tuple[Value, str]:
        """The value of a text, or None and why."""
        if name in NUMBERS:
            number = text.replace(" ", "").upper()
            fault = fault_of(number)
            return (number, "") if fault is None else (None, _NO_UPN[fault])
        if name in DATES:
            day = self._days.get(text)
            return day, "" if day else NO_DATE
        if name == "sex":
            code = self._sexes.get(text.casefold())
            return code, "" if code else f"the sex is {' or '.join(self._columns.sheet.sexes)}"
        if name in _YEARS:
            group = self._columns.year_group(text)
            return group, "" if group else "it is no year group such as R or 6"
        if name in NAMES and not folded(text) and text.isascii():
            return None, ""  # a hyphen or a full stop where there is no name
        longest = self._columns.lengths[name]
        return (text, "") if len(text) <= longest else (None, f"it has over {longest} letters")


def _days(texts: Iterable[str | None]) -> dict[str, date]:
    """The date each text means, of those that mean one."""
    kept = {cleaned(text)[0] for text in texts if text}
    written = pl.Series("text", sorted(text for text in kept if text), dtype=pl.String)
    days = written.to_frame().select(as_date(pl.col("text"))).to_series()
    return {text: day for text, day in zip(written, days, strict=True) if day is not None}
