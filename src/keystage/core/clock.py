"""Times of day in words, the same on pages, in messages and in what is refused."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_MIDDAY = 12


def time_in_words(clock: time) -> str:
    """A time on a clock of twelve hours; seconds are left out.

    >>> time_in_words(time(17)), time_in_words(time(9, 5)), time_in_words(time(12))
    ('5pm', '9:05am', 'midday')
    """
    clock = clock.replace(second=0, microsecond=0, tzinfo=None)
    if clock == time(0):
        return "midnight"
    if clock == time(_MIDDAY):
        return "midday"
    minutes = f":{clock:%M}" if clock.minute else ""
    return f"{clock.hour % _MIDDAY or _MIDDAY}{minutes}{'pm' if clock.hour >= _MIDDAY else 'am'}"


def moment_in_words(moment: datetime) -> str:
    """Date and time in London.

    >>> moment_in_words(datetime(2026, 11, 22, 15, 5, tzinfo=LONDON))
    '22 November 2026 at 3:05pm'
    """
    here = moment.astimezone(LONDON)
    return f"{here.day} {here:%B %Y} at {time_in_words(here.time())}"
