"""The pages of the season's dates: what schools see, and bodies set."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.test import Client
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.season.moving import set_date
from keystage.statute.season import LONDON, Event
from keystage.store.models import DateChange, Organisation, Person
from keystage.web.season import rows
from keystage.web.season.forms import clock

pytestmark = pytest.mark.django_db
SCHOOL, AUTHORITY = "/school/900003/2026/season/", "/authority/999/2026/season/"
AGENCY = "/national/STA/2026/season/"


@pytest.fixture
def operator(person: MakePerson, db: None) -> Person:
    agency = Organisation.objects.create(kind="national", code="STA", name="The agency")
    return person("agency_operator", agency, name="Oona Operator")


def words(answer: Any) -> str:
    """The text of a page without markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def filled(on: date, **more: str) -> dict[str, str]:
    days = {"on_day": str(on.day), "on_month": str(on.month), "on_year": str(on.year)}
    return {**days, "at": "", "reason": "Marking is late", "source": "", **more}


def test_a_school_sees_dates_sources_and_what_was_moved(
    as_person: AsPerson, teacher: Person
) -> None:
    page = as_person(teacher).get(SCHOOL)

    told = words(page)
    assert "Thursday 16 July 2026 at 7:30am Moved" in told
    assert "Tuesday 7 July 2026 at 7:30am" in told
    assert "2 July 2026" in told
    assert "Not known: the guidance as read after the delay names no day" in told
    assert "says Monday 11 May 2026, and is not followed" in told
    assert 'href="https://www.gov.uk/guidance/' in page.text
    assert "Set the date" not in told
    assert "season/ta_closes" not in page.text


def test_a_year_without_dates_says_so(
    as_person: AsPerson, teacher: Person, operator: Person
) -> None:
    assert "There are no dates of this season yet" in words(
        as_person(teacher).get("/school/900003/2031/season/")
    )
    told = words(as_person(operator).get("/national/STA/2031/season/"))
    assert "Set them one by one" in told
    assert "Set the date: Returns are due" in told


def test_the_agency_moves_a_date_and_every_school_is_told(
    as_person: AsPerson, operator: Person, teacher: Person
) -> None:
    client = as_person(operator)
    answer = client.post(f"{AGENCY}ta_closes/", filled(date(2026, 6, 25), at="5pm"))
    assert (answer.status_code, answer["Location"]) == (303, AGENCY)

    told = words(as_person(teacher).get(SCHOOL))
    assert "A date was changed" in told
    assert "Returns are due: Thursday 25 June 2026 at 5pm, changed by The agency" in told
    assert "First published as Friday 26 June 2026. Marking is late." in told


def test_a_form_with_faults_says_what_is_missing(as_person: AsPerson, operator: Person) -> None:
    client = as_person(operator)
    empty = client.post(f"{AGENCY}ta_closes/", {})
    odd = client.post(f"{AGENCY}ta_closes/", filled(date(2026, 6, 25), at="soon", reason=" "))
    late = client.post(f"{AGENCY}ta_closes/", filled(date(2027, 6, 25)))

    assert "Enter day" in words(empty)
    assert "Enter reason" in words(empty)
    assert "Enter a time, like 7:30am or 14:00" in words(odd)
    assert "25 June 2027 is not within the academic year." in words(late)
    assert not DateChange.objects.exists()


def test_an_authority_sets_and_takes_back_its_own_deadline(
    as_person: AsPerson, officer: Person, teacher: Person
) -> None:
    client = as_person(officer)
    assert "you may set an earlier day" in words(client.get(f"{AUTHORITY}ta_closes/")).lower()
    refused = client.post(f"{AUTHORITY}ta_closes/", filled(date(2026, 6, 27)))
    assert "not a later one" in words(refused)
    client.post(f"{AUTHORITY}ta_closes/", filled(date(2026, 6, 19)))

    told = words(as_person(teacher).get(SCHOOL))
    assert "Friday 19 June 2026 Set by your authority" in told
    client = as_person(officer)
    assert "Without it the national date holds" in words(
        client.get(f"{AUTHORITY}ta_closes/take-back/")
    )
    client.post(f"{AUTHORITY}ta_closes/take-back/", {"reason": "Not needed"})
    again = client.post(f"{AUTHORITY}ta_closes/take-back/", {"reason": "Not needed"})
    assert "no date of “Returns are due” to take back" in words(again)
    assert "Set by your authority" not in words(as_person(teacher).get(SCHOOL))


def test_what_a_body_has_no_say_in_is_not_found(
    as_person: AsPerson, officer: Person, operator: Person
) -> None:
    client = as_person(officer)
    assert client.get(f"{AUTHORITY}results_to_schools/").status_code == 404
    assert client.get(f"{AUTHORITY}the_holidays/").status_code == 404
    assert client.get("/school/900003/2026/season/ta_closes/").status_code == 404
    assert client.get(f"{AGENCY}ta_closes/").status_code == 404


def test_the_dates_are_taken_away_as_a_table(as_person: AsPerson, teacher: Person) -> None:
    answer = as_person(teacher).get(f"{SCHOOL}dates.csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))

    assert [*lines[0]] == list(rows.HEADS)
    results = next(one for one in lines if one["Event"] == "Results come to schools")
    assert (results["Date"], results["First published as"], results["Changed on"]) == (
        "2026-07-16 07:30", "2026-07-07 07:30", "2026-07-02",
    )  # fmt: skip
    unknown = next(one for one in lines if one["Event"] == "Results come to receiving schools")
    assert (unknown["Date"], unknown["Days left"]) == ("", "")
    assert unknown["Why"]


def test_an_address_is_shown_once_and_ends_when_it_is_withdrawn(
    as_person: AsPerson, teacher: Person, client: Client
) -> None:
    mine = as_person(teacher)
    assert "You have no address" in words(mine.get(f"{SCHOOL}address/"))
    made = mine.post(f"{SCHOOL}address/", {})
    found = re.search(r"http://testserver(/calendar/[\w-]+\.ics)", made.text)
    assert found

    assert "It cannot be shown again" in words(mine.get(f"{SCHOOL}address/"))
    mine.logout()
    calendar = client.get(found[1])
    assert calendar["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"BEGIN:VEVENT" in calendar.content
    as_person(teacher).post(f"{SCHOOL}address/", {"withdraw": "1"})
    assert client.get(found[1]).status_code == 404


def test_a_file_for_a_calendar_program_is_the_same(as_person: AsPerson, teacher: Person) -> None:
    answer = as_person(teacher).get(f"{SCHOOL}dates.ics")

    assert answer["Content-Disposition"] == 'attachment; filename="dates-2026.ics"'
    assert answer.content.count(b"BEGIN:VEVENT") == 12


def test_a_moved_date_is_news_for_two_weeks_and_while_it_lies_ahead(
    school: Organisation, operator: Person
) -> None:
    agency = operator.grants.get().organisation
    set_date(
        agency, 2026, Event.TA_CLOSES, on=date(2026, 6, 25), at=None, reason="Late",
        by=By(operator),
    )  # fmt: skip
    now = timezone.now()

    assert len(rows.notices(school, 2026, now)) == 1
    assert len(rows.notices(school, 2026, now + timedelta(days=14))) == 1
    assert rows.notices(school, 2026, now + timedelta(days=15)) == ()
    spring = datetime(2026, 3, 1, tzinfo=LONDON)
    assert [one.partition(":")[0] for one in rows.notices(school, 2026, spring)] == [
        "Returns are due", "Results come to schools", "Score tables come out",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "Today"), (1, "Tomorrow"), (-1, "Yesterday"), (2, "In 2 days"), (-30, "30 days ago")],
)
def test_days_left_are_told_in_words(days: int, said: str) -> None:
    day = date(2026, 6, 1)

    assert rows.left(Event.TA_CLOSES.moment(day + timedelta(days=days)), day) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7:30am", "07:30"), ("7.30 PM", "19:30"), ("12am", "00:00"), ("12pm", "12:00"),
        ("14:00", "14:00"), ("midday", "12:00"), ("Midnight", "00:00"),
        ("7", None), ("13pm", None), ("0am", None), ("25:00", None), ("7:60", None), ("soon", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(text: str, said: str | None) -> None:
    found = clock(text)

    assert (f"{found:%H:%M}" if found else None) == said
