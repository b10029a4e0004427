"""What a page of the gateway says first, and where it leads: the next step, the way back."""

import re
from datetime import UTC, datetime

import pytest
from batch_of_tests import agrees, sheet_of_school
from cast_of_tests import YEAR, AsPerson, MakePerson
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.taking.submitting import submit
from keystage.store.models import DateChange, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
SCHOOL = "/school/900003/2026/"
RETURN = f"{SCHOOL}gateway/"
BODY = "/authority/999/2026/"


def menu(text: str) -> str:
    """The navigation of a page."""
    return text.partition("<nav")[2].partition("</nav>")[0]


def test_the_deadline_stands_above_what_to_do_until_the_return_is_accepted(
    as_person: AsPerson, office: Person, headteacher: Person, sheet: Sheet, nation: Organisation,
    gateway_open: object,
) -> None:  # fmt: skip
    DateChange.objects.create(
        organisation=nation, year=YEAR, event="ta_closes", reason="Later", at=timezone.now(),
        moment=datetime(YEAR + 10, 6, 26, 16, 0, tzinfo=UTC), by=office,
    )  # fmt: skip
    client = as_person(office)
    before = client.get(RETURN).text.partition("What to do next")[0]
    assert re.search(r"National deadline: 26 June 2036 at 5pm\. [\d,]+ days left\.", before)

    given = Given(name="ours.csv", content=sheet_of_school(sheet).encode())
    kept = upload(sheet.school, YEAR, given, by=By(office))
    submit(kept, by=By(headteacher))
    after = as_person(headteacher).get(RETURN).text
    assert "National deadline:" not in after.partition("What to do next")[0]
    assert f'href="{RETURN}files/{kept.pk}/receipt/">See the receipt</a>' in after
    assert gateway_open is not None


def test_who_sends_for_a_school_is_not_led_to_messages_that_are_not_theirs(
    as_person: AsPerson, officer: Person, office: Person, sheet: Sheet
) -> None:
    agrees(sheet.school, "prepare_submission", "submit")
    kept = upload(sheet.school, YEAR, Given(name="a.csv", content=b"UPN\nX\n"), by=By(office))
    place = f"{RETURN}files/{kept.pk}/"

    assert "Ask about this" in as_person(office).get(place).text
    theirs = as_person(officer).get(place)
    assert theirs.status_code == 200
    assert "Ask about this" not in theirs.text


def test_pages_of_test_week_lead_to_each_other_and_say_which_is_open(
    as_person: AsPerson, headteacher: Person, sheet: Sheet
) -> None:
    text = as_person(headteacher).get(f"{SCHOOL}register/confirm/").text
    ways = text.partition('aria-label="Test week"')[2].partition("</nav>")[0]

    assert '<strong aria-current="page">Confirm the register</strong>' in ways
    assert f'href="{SCHOOL}register/"' in ways
    assert "See which pupils and papers these are" in text
    assert sheet.year == YEAR


def test_results_that_are_not_out_lead_to_their_day(
    as_person: AsPerson, headteacher: Person, sheet: Sheet
) -> None:
    text = as_person(headteacher).get(f"{SCHOOL}released/").text

    assert "Results are not out yet" in text
    assert f'href="{SCHOOL}season/">See the day and the time</a>' in text
    assert sheet.year == YEAR


def test_systems_stand_in_the_menu_of_who_manages_them(
    as_person: AsPerson, headteacher: Person, teacher: Person, sheet: Sheet
) -> None:
    assert f'href="{SCHOOL}systems/"' in menu(as_person(headteacher).get(SCHOOL).text)
    assert "systems" not in menu(as_person(teacher).get(SCHOOL).text)
    assert sheet.year == YEAR


@pytest.mark.parametrize(
    ("place", "back"),
    [("season/", SCHOOL), ("moderation/", RETURN), ("released/", f"{SCHOOL}results/")],
)
def test_pages_that_stand_in_no_menu_lead_back(
    as_person: AsPerson, headteacher: Person, sheet: Sheet, place: str, back: str
) -> None:
    text = as_person(headteacher).get(f"{SCHOOL}{place}").text

    assert f'href="{back}" class="govuk-back-link"' in text
    assert sheet.year == YEAR


def test_an_authority_without_confirmed_places_is_told_what_that_means(
    as_person: AsPerson, officer: Person
) -> None:
    assert "No place is confirmed yet" in as_person(officer).get(f"{BODY}places/").text


def test_the_desk_says_first_how_many_have_not_submitted(
    as_person: AsPerson, person: MakePerson, sheet: Sheet, other_school: Organisation,
    nation: Organisation,
) -> None:  # fmt: skip
    text = as_person(person("agency_operator", nation)).get("/national/N1/2026/desk/").text

    assert "2 of 2 schools have not submitted yet." in text
    assert 'href="/national/N1/2026/?sent=not_started"' in text
    assert "No results were prepared for release." in text
    assert (sheet.year, other_school.name) == (YEAR, "Riddle Road Primary School")
