"""Dates, times and numbers as pages write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from keystage.web.wording import as_date, as_moment, as_time, number, plural


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 1, 5, 0, 0, tzinfo=UTC), "midnight"),
        (datetime(2026, 1, 5, 0, 1, tzinfo=UTC), "12:01am"),
        (datetime(2026, 1, 5, 9, 0, tzinfo=UTC), "9am"),
        (datetime(2026, 1, 5, 11, 59, 59, tzinfo=UTC), "11:59am"),
        (datetime(2026, 1, 5, 12, 0, tzinfo=UTC), "midday"),
        (datetime(2026, 1, 5, 12, 5, tzinfo=UTC), "12:05pm"),
        (datetime(2026, 7, 5, 14, 5, tzinfo=UTC), "3:05pm"),
    ],
)
def test_a_time_is_that_of_a_clock_in_london(moment: datetime, words: str) -> None:
    assert as_time(moment) == words


def test_a_moment_late_in_a_summer_evening_is_the_next_day_in_london() -> None:
    assert as_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"
    assert as_date(date(2026, 6, 30)) == "30 June 2026"


def test_a_moment_of_another_zone_is_told_in_london_time() -> None:
    far = timezone(timedelta(hours=10))
    assert as_moment(datetime(2026, 11, 23, 1, 5, tzinfo=far)) == "22 November 2026 at 3:05pm"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        as_time(datetime(2026, 6, 30, 23, 30))  # noqa: DTZ001  # the point


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (0, None, "0"),
        (1024, None, "1,024"),
        (-3, None, "−3"),
        (Decimal("-1.50"), None, "−1.50"),
        (1234.5, 2, "1,234.50"),
    ],
)
def test_a_number_has_commas_and_a_true_minus(
    value: float | Decimal, places: int | None, words: str
) -> None:
    assert number(value, places) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 pupils"), (1, "1 pupil"), (2, "2 pupils"), (1024, "1,024 pupils")]
)
def test_a_count_agrees_with_its_word(count: int, words: str) -> None:
    assert plural(count, "pupil", "pupils") == words
