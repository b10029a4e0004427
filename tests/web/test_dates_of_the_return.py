"""Whether the pages of the return say truly that files are taken, and how much time is left."""

from datetime import UTC, date, datetime, time

import pytest
from cast_of_tests import YEAR
from django.utils import timezone

from keystage.actions.gateway.receiving import knowing
from keystage.actions.season.dates import season_of
from keystage.statute.season import LONDON, Event
from keystage.store.models import DateChange, Organisation, Person, ReturnEvent, SchoolReturn
from keystage.web.gateway import overview

pytestmark = pytest.mark.django_db
_NEVER_OPENED = 2025


@pytest.mark.parametrize(
    ("year", "day", "said"),
    [
        (YEAR, date(2026, 5, 17), "not taken"),
        (YEAR, date(2026, 5, 18), "taken"),
        (YEAR, date(2026, 6, 26), "taken"),
        (YEAR, date(2026, 6, 27), "not taken"),
        (_NEVER_OPENED, date(2025, 6, 2), "taken"),
        (_NEVER_OPENED, date(2025, 6, 28), "not taken"),
    ],
)
def test_files_are_taken_on_the_days_the_check_takes_them(
    monkeypatch: pytest.MonkeyPatch, school: Organisation, year: int, day: date, said: str
) -> None:
    monkeypatch.setattr(knowing, "today", lambda: day)
    found = SchoolReturn(pk=0, school=school, year=year)

    assert overview.may_take_files(found) is (said == "taken")


def test_a_return_that_was_reopened_takes_files_after_the_last_day(
    monkeypatch: pytest.MonkeyPatch, school: Organisation
) -> None:
    monkeypatch.setattr(knowing, "today", lambda: date(2026, 7, 1))
    found = SchoolReturn.objects.create(school=school, year=YEAR, changed_at=timezone.now())
    assert not overview.may_take_files(found)

    ReturnEvent.objects.create(
        school_return=found, before="accepted", after="reopened", at=timezone.now()
    )

    assert overview.may_take_files(found)


@pytest.mark.parametrize(
    ("clock", "said"),
    [(time(15, 59, 59), "taken"), (time(16, 0, 59), "taken"), (time(16, 1), "not taken")],
)
def test_a_deadline_with_a_time_is_told_by_the_minute(
    monkeypatch: pytest.MonkeyPatch, school: Organisation, headteacher: Person, clock: time,
    said: str,
) -> None:  # fmt: skip
    nation = Organisation.objects.create(kind="national", code="N1", name="Agency")
    at = datetime(2026, 6, 24, 16, 0, tzinfo=LONDON)
    DateChange.objects.create(
        organisation=nation, year=YEAR, event=Event.TA_CLOSES.value, moment=at, reason="Moved.",
        at=timezone.now(), by=headteacher,
    )  # fmt: skip
    monkeypatch.setattr(knowing, "today", lambda: date(2026, 6, 24))
    monkeypatch.setattr(knowing, "clock", lambda: clock)

    found = SchoolReturn(pk=0, school=school, year=YEAR)
    assert overview.may_take_files(found) is (said == "taken")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 6, 19), ""),
        (date(2026, 6, 20), "still taken until 26 June 2026"),
        (date(2026, 6, 27), ""),
    ],
)
def test_after_the_authoritys_own_date_the_pages_say_that_files_are_still_taken(
    monkeypatch: pytest.MonkeyPatch, school: Organisation, authority: Organisation,
    headteacher: Person, day: date, words: str,
) -> None:  # fmt: skip
    DateChange.objects.create(
        organisation=authority, year=YEAR, event=Event.TA_CLOSES.value,
        moment=datetime(2026, 6, 19, 23, 59, tzinfo=LONDON), reason="We check first.",
        at=timezone.now(), by=headteacher,
    )  # fmt: skip
    noon = datetime.combine(day, time(12), LONDON)
    monkeypatch.setattr(timezone, "now", lambda: noon)

    told = overview.late_words(season_of(school, YEAR))
    assert words in told
    assert bool(told) is bool(words)
    rows = [one["key"] for one in overview.dates_of(season_of(school, YEAR))]
    assert ("After your authority's date" in rows) is bool(words)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (datetime(2026, 6, 26, 22, 59, 30, tzinfo=UTC), "Today is the last day"),
        (datetime(2026, 6, 26, 23, 0, tzinfo=UTC), "None: it ended 1 day ago"),
    ],
)
def test_the_last_minute_of_the_last_day_is_still_there(
    monkeypatch: pytest.MonkeyPatch, school: Organisation, now: datetime, said: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)

    told = {one["key"]: one["value"] for one in overview.dates_of(season_of(school, YEAR))}
    assert told["Time left"] == said
    assert overview.left(now, over=True) == "It ended today"
