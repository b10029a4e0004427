"""Dates, times and numbers in the words of the pages."""

from datetime import date, datetime
from decimal import Decimal

from keystage.core.clock import LONDON, time_in_words


def as_date(value: date) -> str:
    """A date in words: ``22 November 2026``. A moment is that of London."""
    day = _in_london(value) if isinstance(value, datetime) else value
    return f"{day.day} {day:%B %Y}"


def as_kept_date(text: str) -> str:
    """A date that is kept as text, in words: ``2015-01-31`` is 31 January 2015."""
    return as_date(date.fromisoformat(text))


def as_time(value: datetime) -> str:
    """The time in London, on a clock of twelve hours: ``3:05pm``, ``midday``, ``midnight``."""
    return time_in_words(_in_london(value).time())


def as_moment(value: datetime) -> str:
    """Date and time in London: ``22 November 2026 at 3:05pm``."""
    return f"{as_date(value)} at {as_time(value)}"


def number(value: float | Decimal, places: int | None = None) -> str:
    """A number with commas between thousands and a true minus sign.

    Args:
        value: any number. A figure of a measure comes rounded by the engine.
        places: decimals to write; none leaves the number as precise as it came.
    """
    written = f"{value:,}" if places is None else f"{value:,.{places}f}"
    return written.replace("-", "−")


def plural(count: int, one: str, many: str) -> str:
    """A count and the word that goes with it: ``1 pupil``, ``1,024 pupils``."""
    return f"{number(count)} {one if count == 1 else many}"


def _in_london(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"The moment {value} has no time zone, so no clock can show it.")
    return value.astimezone(LONDON)
