"""Secret addresses of calendars: who has one, what it gives, and that a withdrawn one is dead."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
from cast_of_tests import MakePerson
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.season import feeds
from keystage.actions.season.dates import Season, season_of
from keystage.actions.season.moving import set_date, take_back
from keystage.actions.season.versions import Said, in_force
from keystage.statute.season import LONDON, Event
from keystage.store.models import AuditEvent, CalendarFeed, Organisation, Person, Pupil

pytestmark = pytest.mark.django_db
YEAR = 2026


def events(content: bytes) -> dict[str, Any]:
    """The entries of a calendar by the event in their name."""
    found: Any = icalendar.Calendar.from_ical(content)
    return {str(one["UID"]).partition("-")[0]: one for one in found.walk("VEVENT")}


@pytest.fixture
def token(school: Organisation, office: Person) -> str:
    return feeds.make_feed(school, YEAR, by=By(office))


def test_an_address_gives_the_dates_and_is_kept_as_a_hash(
    token: str, school: Organisation, office: Person
) -> None:
    feed = feeds.feed_of(token)

    assert feed is not None
    assert (feed.person, feed.organisation, feed.year) == (office, school, YEAR)
    assert token not in feed.token_hash
    found = events(feeds.dates_of(feed))["results_to_schools"]
    assert found["DTSTART"].dt == datetime(2026, 7, 16, 6, 30, tzinfo=UTC)
    assert found["SEQUENCE"] == 1
    assert AuditEvent.objects.filter(action="calendar address made").count() == 1
    assert not any(token in str(vars(one)) for one in AuditEvent.objects.all())


def test_another_address_takes_the_place_of_the_first(
    token: str, school: Organisation, office: Person
) -> None:
    second = feeds.make_feed(school, YEAR, by=By(office))

    assert feeds.feed_of(token) is None
    assert feeds.feed_of(second) is not None


def test_a_withdrawn_address_gives_nothing(
    token: str, school: Organisation, office: Person
) -> None:
    feeds.withdraw_feed(school, YEAR, by=By(office))
    feeds.withdraw_feed(school, YEAR, by=By(office))

    assert feeds.feed_of(token) is None
    assert feeds.open_feed(office, school, YEAR) is None
    assert AuditEvent.objects.filter(action="calendar address withdrawn").count() == 1


def test_an_address_ends_with_the_role_of_its_person(token: str, office: Person) -> None:
    office.grants.update(ended_at=timezone.now(), ended_by=office)

    assert feeds.feed_of(token) is None


def test_nobody_has_an_address_of_dates_they_may_not_see(
    school: Organisation, stranger: Person
) -> None:
    with pytest.raises(RefusedError):
        feeds.make_feed(school, YEAR, by=By(stranger))
    assert not CalendarFeed.objects.exists()


def test_a_moved_date_keeps_its_name_and_counts_up(
    school: Organisation, authority: Organisation, person: MakePerson
) -> None:
    by = By(person("authority_officer", authority))
    before = events(feeds.content_of(season_of(school, YEAR)))["ta_closes"]
    set_date(
        authority, YEAR, Event.TA_CLOSES, on=date(2026, 6, 19), at=time(17), reason="Ours", by=by
    )
    moved = events(feeds.content_of(season_of(school, YEAR)))["ta_closes"]
    take_back(authority, YEAR, Event.TA_CLOSES, reason="Not needed", by=by)
    back = events(feeds.content_of(season_of(school, YEAR)))["ta_closes"]

    assert before["UID"] == moved["UID"] == back["UID"]
    assert [one["SEQUENCE"] for one in (before, moved, back)] == [0, 1, 2]
    assert moved["DTSTART"].dt == datetime(2026, 6, 19, 16, 0, tzinfo=UTC)
    assert before["DTSTART"].dt == back["DTSTART"].dt == date(2026, 6, 26)
    assert "Storyshire" in str(moved["SUMMARY"])


def test_a_date_taken_back_is_cancelled_and_one_never_known_is_left_out() -> None:
    known = Said(moment=datetime(2026, 6, 26, 23, 59, tzinfo=LONDON), on=None, by="The agency")
    back = Said(moment=None, on=None, by="The agency", reason="Under review")
    season = Season(
        organisation=None,
        year=YEAR,
        dates=(in_force(Event.TA_CLOSES, [known, back]), in_force(Event.TA_OPENS, [])),
    )
    found = events(feeds.content_of(season))

    assert found["ta_closes"]["STATUS"] == "CANCELLED"
    assert "ta_opens" not in found


def test_beside_an_authoritys_own_date_stands_the_national_one() -> None:
    agency = Said(moment=datetime(2026, 6, 26, 23, 59, tzinfo=LONDON), on=None, by="The agency")
    own = Said(moment=datetime(2026, 6, 19, 17, tzinfo=LONDON), on=None, by="Storyshire", own=True)
    season = Season(organisation=None, year=2026, dates=(in_force(Event.TA_CLOSES, [agency, own]),))

    found = icalendar.Calendar.from_ical(feeds.content_of(season))

    assert [str(one["summary"]) for one in found.walk("VEVENT")] == [
        "KS2 2026: Returns are due of Storyshire",
        "KS2 2026: Returns are due for everybody",
    ]
    assert len({str(one["uid"]) for one in found.walk("VEVENT")}) == 2


def test_no_pupil_stands_in_a_calendar(school: Organisation, pupils: list[Pupil]) -> None:
    content = feeds.content_of(season_of(school, YEAR)).decode()

    assert not [one for one in pupils if one.upn in content or one.surname in content]


@given(st.lists(st.booleans(), max_size=6))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_withdrawn_token_is_never_carried(
    school: Organisation, office: Person, steps: list[bool]
) -> None:
    """Whatever is made and withdrawn in whatever order, at most the newest address answers."""
    CalendarFeed.objects.all().delete()
    made, live = list[str](), ""
    for makes in steps:
        if makes:
            live = feeds.make_feed(school, YEAR, by=By(office))
            made.append(live)
        else:
            feeds.withdraw_feed(school, YEAR, by=By(office))
            live = ""
    answering = {token for token in made if feeds.feed_of(token) is not None}

    assert answering == ({live} if live else set())
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=len(steps))
    content = feeds.content_of(season_of(school, YEAR), written=now).decode()
    assert not [token for token in made if token in content]
