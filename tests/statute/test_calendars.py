"""Calendars: every year is there, each date with its source, and what was moved keeps its past."""

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keystage.core.errors import StatuteError, UsageError
from keystage.statute.collection_loader import available_collections, load_collection
from keystage.statute.loader import YEARS
from keystage.statute.proofs_of_season import prove_calendar
from keystage.statute.reading import read
from keystage.statute.season import LONDON, Event
from keystage.statute.season_loader import (
    assemble_calendar,
    available_calendars,
    calendar_file,
    load_calendar,
)

EVERY = available_calendars()

# The year; what is replaced by what; then the sentence, the table, and a text on the line.
CASES: dict[str, tuple[int, str | re.Pattern[str], str, str, str, str]] = {
    "no year": (2026, "[year]", "[yaer]", "There is no table [year].", "", ""),
    "another year": (2026, "id = 2026", "id = 2025", "The file is for 2025, not for 2026.",
        "year", "id ="),
    "a label of another year": (2026, 'label = "2025/26"', 'label = "2024/25"',
        "The academic year is called 2024/25.", "year", "label ="),
    "an event nobody knows": (2026, "[results_to_receiving]", "[results_to_everybody]",
        "There is no statutory table [results_to_everybody].", "results_to_everybody",
        "[results_to_everybody]"),
    "an event left out": (2026, re.compile(r"\[results_to_receiving\]\nabsent = .*\n"), "",
        "The table [results_to_receiving] is neither given nor absent.", "", ""),
    "absent without a reason": (2026, "only the day for early opening was found, 6 March 2026", " ",
        "The table [arrangements_due] is absent without a reason.", "arrangements_due", "absent ="),
    "a source nobody gave": (2026, 'source = "barnet_2026"', 'source = "mine"',
        "The source mine is not among the file's sources.", "moderation_opens", 'source = "mine"'),
    "another source that nobody gave": (2026, 'source = "ncer_2026"', 'source = "mine"',
        "The source mine is not among the file's sources.", "ta_opens", 'source = "mine"'),
    "no confidence": (2026, 'source = "ncer_2026"\nconfidence = "B"', 'source = "ncer_2026"',
        "The key confidence is missing.", "ta_opens", "[[ta_opens.others]]"),
    "a day that is none": (2026, "on = 2026-03-06", 'on = "6 March"',
        "on does not fit: Invalid RFC3339 encoded date.", "registration_closes", "on ="),
    "no version": (2026, re.compile(r"\[\[ta_closes.versions\]\]\n(?:\w+ = .*\n)+"),
        "[ta_closes]\nversions = []\n", "The event has no version.", "ta_closes", "versions ="),
    "a move without a reason": (2026,
        re.compile(r"announced = 2026-07-02\nwhy = .*\n"), "announced = 2026-07-02\n",
        "The date was moved from 2026-07-07 to 2026-07-16 without day or reason.",
        "results_to_schools", "[[results_to_schools.versions]]"),
    "a move without a day": (2026, "announced = 2026-07-02\n", "",
        "The date was moved from 2026-07-07 to 2026-07-16 without day or reason.",
        "results_to_schools", "[[results_to_schools.versions]]"),
    "versions out of order": (2026, "announced = 2026-07-02", "announced = 2026-05-31",
        "A version of 2026-05-31 follows one of 2026-06-01.",
        "results_to_schools", "announced = 2026-05-31"),
    "a move to where it was": (2026, "on = 2026-07-16", "on = 2026-07-07",
        "The date was moved from 2026-07-07 to the same moment.", "results_to_schools",
        "on = 2026-07-07"),
    "another source that says the same": (2026, 'on = 2026-05-11\nsource = "ncer',
        'on = 2026-05-18\nsource = "ncer',
        "Another source is said to differ, but says 2026-05-18 too.", "ta_opens",
        "on = 2026-05-18"),
    "a day of another year": (2026, "on = 2026-03-06", "on = 2027-03-06",
        "2027-03-06 is not within the academic year 2025/26.", "registration_closes", "on ="),
    "a deadline before it opens": (2026, "on = 2026-03-06", "on = 2026-02-08",
        "“Registration is due” is on 2026-02-08, before “Registration opens” on 2026-02-09.",
        "registration_closes", "on ="),
    "another window than the collection": (2026, "on = 2026-05-18", "on = 2026-05-19",
        "“Returns open” is on 2026-05-19, but the collection of the year says 2026-05-18.",
        "ta_opens", "on ="),
    "a test week the collection knows": (2026,
        re.compile(r"\[\[tests_last.versions\]\]\n(?:\w+ = .*\n)+"),
        '[tests_last]\nabsent = "why"\n',
        "“Tests end” is on no known day, but the collection of the year says 2026-05-14.",
        "tests_last", "[tests_last]"),
}  # fmt: skip


def test_every_year_with_a_collection_has_a_calendar() -> None:
    assert available_collections() == EVERY


@pytest.mark.parametrize("year", EVERY)
def test_each_calendar_is_whole_and_sound(year: int) -> None:
    found = load_calendar(year)

    assert found is load_calendar(year)
    assert found.name == str(year)
    assert {event.value for event in Event if found.of(event) is None} == set(found.absent)
    assert list(prove_calendar(found, load_collection(year))) == []


def test_a_year_without_a_calendar_names_those_that_have_one() -> None:
    with pytest.raises(UsageError) as caught:
        load_calendar(2021)

    assert caught.value.what == "There is no calendar of 2021."
    assert "2019, 2022" in caught.value.todo


@pytest.mark.parametrize("name", CASES)
def test_a_calendar_with_one_thing_wrong_is_refused(name: str, tmp_path: Path) -> None:
    year, old, new, sentence, table, on_line = CASES[name]
    text = calendar_file(year).read_text("utf-8")
    pattern = old if isinstance(old, re.Pattern) else re.compile(re.escape(old))
    changed = pattern.sub(lambda _: new, text, count=1)
    assert changed != text
    path = tmp_path / "season.toml"
    path.write_text(changed, "utf-8")
    with pytest.raises(StatuteError) as caught:
        assemble_calendar(read(path, path.name), year)
    error = caught.value
    assert error.what == sentence
    assert error.todo
    if not table:
        assert error.where == "season.toml"
        return
    place, line = error.where.rsplit(" ", 1)
    assert place == f"season.toml, table [{table}], line"
    assert on_line in changed.splitlines()[int(line) - 1]


def test_results_of_2026_keep_the_day_they_were_planned_for() -> None:
    dates = load_calendar(2026).of(Event.RESULTS_TO_SCHOOLS)

    assert dates is not None
    planned, moved = dates.versions
    assert (planned.on, planned.at) == (date(2026, 7, 7), time(7, 30))
    assert (moved.on, moved.at, moved.announced) == (
        date(2026, 7, 16), time(7, 30), date(2026, 7, 2),
    )  # fmt: skip
    assert moved.why
    assert load_calendar(2026).moment(Event.RESULTS_TO_SCHOOLS) == datetime(
        2026, 7, 16, 7, 30, tzinfo=LONDON
    )


def test_what_another_guide_says_stands_beside_and_is_not_followed() -> None:
    calendar = load_calendar(2026)
    dates = calendar.of(Event.TA_OPENS)

    assert dates is not None
    assert [one.on for one in dates.others] == [date(2026, 5, 11)]
    assert calendar.moment(Event.TA_OPENS) == datetime(2026, 5, 18, tzinfo=LONDON)


def test_an_event_without_a_date_has_no_moment() -> None:
    assert load_calendar(2016).moment(Event.TA_OPENS) is None


def test_the_folders_of_the_years_hold_no_other_calendar() -> None:
    assert len(list(YEARS.glob("*/season*.toml"))) == len(EVERY)


@given(st.sampled_from(list(Event)), st.dates(date(2016, 1, 1), date(2030, 12, 31)))
def test_a_day_without_a_time_is_told_as_a_whole_day(event: Event, on: date) -> None:
    moment = event.moment(on)

    assert event.whole_day(moment)
    assert moment.astimezone(LONDON).date() == on
    assert not event.whole_day(event.moment(on, time(7, 30)))
    assert moment.time() == (time(23, 59) if event.ends else time(0))
