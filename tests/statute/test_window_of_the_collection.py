"""Whether a collection takes files on a day and at a minute."""

from datetime import date, time

import pytest

from keystage.statute.collection_rules import Phase, Window

WINDOW = Window(
    source="x", confidence="A",
    opens=date(2026, 5, 18), opens_at=time(9), closes=date(2026, 6, 26), closes_at=time(16),
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "clock", "phase"),
    [
        (date(2026, 5, 17), time(23, 59), "before"),
        (date(2026, 5, 18), time(8, 59, 59), "before"),
        (date(2026, 5, 18), time(9), "open"),
        (date(2026, 5, 18), None, "open"),
        (date(2026, 6, 26), time(16, 0, 59), "open"),
        (date(2026, 6, 26), None, "open"),
        (date(2026, 6, 26), time(16, 1), "over"),
        (date(2026, 6, 27), time(0), "over"),
        (date(2026, 6, 27), None, "over"),
    ],
)
def test_a_time_counts_on_its_day_and_a_day_without_one_is_whole(
    day: date, clock: time | None, phase: Phase
) -> None:
    assert WINDOW.phase(day, clock) == phase


def test_without_times_the_days_count_and_an_unknown_first_day_keeps_nobody_out() -> None:
    whole = Window(source="x", confidence="A", opens_unknown="nobody", closes=date(2026, 6, 26))

    assert whole.phase(date(2026, 1, 1), time(12)) == "open"
    assert whole.phase(date(2026, 6, 26), time(23, 59, 59)) == "open"
    assert whole.phase(date(2026, 6, 27), time(0)) == "over"
