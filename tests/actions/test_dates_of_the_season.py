"""Dates of a season: which is in force for whom, who may move one, and what follows from it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from cast_of_tests import MakePerson
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.season.dates import collection_in_force, season_of
from keystage.actions.season.moving import movable, set_date, take_back
from keystage.actions.season.versions import Said, in_force
from keystage.statute.collection_loader import load_collection
from keystage.statute.season import LONDON, Event
from keystage.store.models import AuditEvent, DateChange, Organisation, Person

pytestmark = pytest.mark.django_db
YEAR = 2026
CLOSES, RESULTS = Event.TA_CLOSES, Event.RESULTS_TO_SCHOOLS
NATIONAL = datetime(2026, 6, 26, 23, 59, tzinfo=LONDON)
Move = Callable[..., DateChange]


@pytest.fixture
def agency(db: None) -> Organisation:
    return Organisation.objects.create(kind="national", code="STA", name="The agency")


@pytest.fixture
def operator(person: MakePerson, agency: Organisation) -> Person:
    return person("agency_operator", agency, name="Oona Operator")


@pytest.fixture
def nationally(agency: Organisation, operator: Person) -> Move:
    def move(event: Event, on: date, at: time | None = None, reason: str = "Delay") -> DateChange:
        return set_date(agency, YEAR, event, on=on, at=at, reason=reason, by=By(operator))

    return move


@pytest.fixture
def locally(authority: Organisation, officer: Person) -> Move:
    def move(event: Event, on: date, at: time | None = None, reason: str = "Ours") -> DateChange:
        return set_date(authority, YEAR, event, on=on, at=at, reason=reason, by=By(officer))

    return move


def test_the_file_of_the_year_holds_until_somebody_sets_a_date(school: Organisation) -> None:
    season = season_of(school, YEAR)

    assert season.moment("ta_closes") == NATIONAL
    assert season.moment("declaration_due") is None
    assert season.date("declaration_due").unknown == "the day of 2026 was not found"
    assert season.date("results_to_schools").moved
    assert season.known


def test_a_year_without_a_file_has_only_what_was_set(
    school: Organisation, agency: Organisation, operator: Person
) -> None:
    assert not season_of(school, 2027).known

    set_date(
        agency, 2027, CLOSES, on=date(2027, 6, 25), at=None, reason="Published", by=By(operator)
    )

    assert season_of(school, 2027).moment(CLOSES) == datetime(2027, 6, 25, 23, 59, tzinfo=LONDON)
    for far in (date.min, date.max, date(2028, 6, 25)):
        with pytest.raises(RefusedError, match="not within the season of 2027"):
            set_date(agency, 2027, CLOSES, on=far, at=None, reason="Odd", by=By(operator))


def test_a_national_date_moves_for_everybody_and_keeps_its_past(
    nationally: Move, school: Organisation
) -> None:
    nationally(RESULTS, date(2026, 7, 20), time(7, 30), "Marking was late again.")
    found = season_of(school, YEAR).date(RESULTS)

    assert found.moment == datetime(2026, 7, 20, 7, 30, tzinfo=LONDON)
    assert found.first == datetime(2026, 7, 7, 7, 30, tzinfo=LONDON)
    assert [said.reason for said in found.versions][-1] == "Marking was late again."
    assert found.source == "The agency"
    assert found.moved_since(timezone.localdate())
    assert season_of(None, YEAR).moment(RESULTS) == found.moment


def test_an_authority_sets_an_earlier_deadline_for_its_own_schools(
    locally: Move, school: Organisation, authority: Organisation
) -> None:
    elsewhere = Organisation.objects.create(kind="school", code="900009", name="Far", number="1")

    locally(CLOSES, date(2026, 6, 19))

    early = datetime(2026, 6, 19, 23, 59, tzinfo=LONDON)
    for near in (school, authority):
        found = season_of(near, YEAR).date(CLOSES)
        assert (found.moment, found.own, found.national) == (early, True, NATIONAL)
    assert season_of(elsewhere, YEAR).moment(CLOSES) == NATIONAL


def test_an_authority_is_refused_a_later_date(locally: Move) -> None:
    with pytest.raises(RefusedError, match="not a later one"):
        locally(CLOSES, date(2026, 6, 27))
    with pytest.raises(RefusedError, match="not a later one"):
        locally(CLOSES, date(2026, 6, 26))
    assert not DateChange.objects.exists()


def test_an_authority_does_not_set_what_begins(locally: Move, authority: Organisation) -> None:
    with pytest.raises(RefusedError, match="does not set the date"):
        locally(RESULTS, date(2026, 7, 6))
    assert RESULTS not in movable(authority)
    assert CLOSES in movable(authority)


def test_nobody_sets_a_date_without_the_right(
    agency: Organisation, officer: Person, school: Organisation, headteacher: Person
) -> None:
    for where, who in ((agency, officer), (school, headteacher)):
        with pytest.raises(RefusedError, match="does not set the date"):
            set_date(where, YEAR, CLOSES, on=date(2026, 6, 1), at=None, reason="Mine", by=By(who))


@pytest.mark.parametrize(
    ("on", "reason", "sentence"),
    [
        (date(2026, 6, 19), "  \n ", "without a reason"),
        (date(2026, 6, 19), "x" * 301, "longer than 300"),
        (date(2025, 8, 31), "Why not", "not within the academic year"),
        (date(2026, 5, 1), "Why not", "before “Returns open” on 18 May 2026"),
    ],
)
def test_a_date_that_makes_no_sense_is_refused(
    nationally: Move, on: date, reason: str, sentence: str
) -> None:
    with pytest.raises(RefusedError, match=sentence):
        nationally(CLOSES, on, reason=reason)


def test_a_beginning_after_its_end_is_refused(nationally: Move) -> None:
    with pytest.raises(RefusedError, match="after “Returns are due” on 26 June 2026"):
        nationally(Event.TA_OPENS, date(2026, 6, 27))


def test_a_form_sent_twice_sets_a_date_once(nationally: Move) -> None:
    nationally(CLOSES, date(2026, 6, 25))
    nationally(CLOSES, date(2026, 6, 25))

    assert DateChange.objects.count() == 1
    event = AuditEvent.objects.get(action="date set")
    assert event.before == {"moment": "2026-06-26T23:59:00+01:00"}
    assert event.after["reason"] == "Delay"


def test_an_own_date_taken_back_leaves_the_national_one(
    locally: Move, school: Organisation, authority: Organisation, officer: Person
) -> None:
    locally(CLOSES, date(2026, 6, 19))
    take_back(authority, YEAR, CLOSES, reason="Not needed", by=By(officer))

    found = season_of(school, YEAR).date(CLOSES)
    assert (found.moment, found.own) == (NATIONAL, False)
    with pytest.raises(RefusedError, match="no date"):
        take_back(authority, YEAR, CLOSES, reason="Again", by=By(officer))


def test_a_national_date_taken_back_is_not_known(
    school: Organisation, agency: Organisation, operator: Person
) -> None:
    take_back(agency, YEAR, CLOSES, reason="Under review", by=By(operator))

    found = season_of(school, YEAR).date(CLOSES)
    assert found.moment is None
    assert found.moved
    assert not season_of(school, YEAR).passed(CLOSES, datetime(2030, 1, 1, tzinfo=UTC))
    changed = collection_in_force(school, YEAR)
    assert changed.window is None
    assert "window" in changed.absent


def test_a_collection_has_the_window_and_the_week_of_the_calendar(
    nationally: Move, locally: Move, school: Organisation
) -> None:
    shipped = load_collection(YEAR)
    assert collection_in_force(school, YEAR) is shipped

    nationally(Event.TA_OPENS, date(2026, 5, 20))
    nationally(Event.TESTS_LAST, date(2026, 5, 15))
    locally(CLOSES, date(2026, 6, 19))
    found = collection_in_force(school, YEAR)

    assert found.window is not None
    assert (found.window.opens, found.window.closes) == (date(2026, 5, 20), date(2026, 6, 26))
    assert found.test_week is not None
    assert found.test_week.last == date(2026, 5, 15)
    assert found.judgements is shipped.judgements


def test_a_day_the_collection_did_not_know_comes_from_the_calendar(school: Organisation) -> None:
    window = collection_in_force(school, 2018).window

    assert window is not None
    assert (window.opens, window.opens_unknown) == (date(2018, 5, 21), "")


def test_what_ends_lasts_through_its_minute(school: Organisation) -> None:
    last = datetime(2026, 5, 21, 23, 59, 59, tzinfo=LONDON)
    season = season_of(school, YEAR)

    assert not season.passed("registration_locks", last)
    assert season.passed("registration_locks", last + timedelta(seconds=1))
    assert season.passed("results_to_schools", datetime(2026, 7, 16, 7, 30, tzinfo=LONDON))
    with pytest.raises(KeyError):
        season_of(school, YEAR).moment("the_holidays")


MOMENTS = st.one_of(
    st.none(),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 8, 1), timezones=st.just(LONDON)),  # noqa: DTZ001  # given a zone there
)


@given(st.lists(MOMENTS), st.lists(MOMENTS))
def test_the_newest_national_date_or_the_earlier_own_one_is_in_force(
    national: list[datetime | None], own: list[datetime | None]
) -> None:
    said = [
        *(Said(moment=one, on=None, by="The agency") for one in national),
        *(Said(moment=one, on=None, by="Storyshire", own=True) for one in own),
    ]
    found = in_force(CLOSES, said)
    newest = [one[-1] for one in (national, own) if one and one[-1] is not None]

    assert found.moment == min(newest, default=None)
    assert found.moment is None or found.newest is not None
    assert found.newest is None or found.newest.moment == found.moment
    assert found.own is (bool(newest) and found.moment != (national[-1] if national else None))
