"""The table of schools: narrowed, ordered, by pages, as a file, and however many there are."""

import csv
import io
import re

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keystage.actions import packs
from keystage.actions.by import By
from keystage.store.models import Judgement, Organisation, Person, Pupil, Sheet
from keystage.web.organisation import choosing, views

pytestmark = pytest.mark.django_db
THERE = "/authority/999/2026/"


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("name=riddle", "Riddle Road", "Storybook"),
        ("name=9990301", "Storybook", "Riddle Road"),
        ("waits=roll", "Riddle Road", "Storybook"),
        ("waits=judged", "Storybook", "Riddle Road"),
    ],
)
def test_a_filter_narrows_the_table_and_its_file(
    as_person: AsPerson, officer: Person, sheet: Sheet, other_school: Organisation,
    query: str, shown: str, hidden: str,
) -> None:  # fmt: skip
    client = as_person(officer)
    for page in ("", "schools.csv"):
        text = client.get(f"{THERE}{page}?{query}").text
        assert shown in text
        assert hidden not in text


def test_a_filter_that_fits_nobody_leads_back(
    as_person: AsPerson, officer: Person, school: Organisation
) -> None:
    text = as_person(officer).get(f"{THERE}?waits=nothing&authority=nonsense&order=x&page=99").text

    assert "No school fits what you chose" in text
    assert "1 school in all" in text


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", "Riddle Road"),
        ("order=name&turned=1", "Storybook"),
        ("order=stage", "Riddle Road"),
        ("order=stage&turned=1", "Storybook"),
        ("order=last", "Riddle Road"),
        ("order=last&turned=1", "Storybook"),
    ],
)
def test_heads_order_the_table(
    as_person: AsPerson, officer: Person, sheet: Sheet, other_school: Organisation,
    query: str, first: str,
) -> None:  # fmt: skip
    text = as_person(officer).get(f"{THERE}?{query}").text
    body = text.partition("<tbody")[2]

    assert re.findall(r"(Riddle Road|Storybook)", body)[0] == first
    assert ("descending" in text) == ("turned" in query)


def test_the_file_keeps_a_spreadsheet_from_seeing_formulas(
    as_person: AsPerson, officer: Person, sheet: Sheet, school: Organisation
) -> None:
    Organisation.objects.filter(pk=school.pk).update(name="=1+1")
    response = as_person(officer).get(f"{THERE}schools.csv")
    lines = list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))

    assert response["Content-Disposition"] == 'attachment; filename="schools-999-2026.csv"'
    assert lines[0] == [
        "Number", "School", "Next", "Return", "Roll", "Registration", "Register", "Declaration",
        "Judgements", "Signed", "File", "Results", "Due", "Overdue", "Pupils expected",
        "Pupils complete", "Pupils incomplete", "Pupils unexpected", "Pupils missing", "Moderation",
        "Last activity", "Last reminder",
    ]  # fmt: skip
    assert lines[1][:2] == ["9990301", "'=1+1"]
    assert lines[1][3:8] == ["Not started", "6 pupils", "6 of 6", "Not yet", "Not yet"]


def test_a_nation_of_schools_is_shown_an_authority_at_a_time(
    as_person: AsPerson, person: MakePerson, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    nation = Organisation.objects.create(kind="national", code="N1", name="Agency")
    elsewhere = Organisation.objects.create(kind="authority", code="998", name="Riddleshire")
    for number in range(3):
        Organisation.objects.create(
            kind="school", code=f"90010{number}", name=f"School {number}", authority=elsewhere,
            number=f"998090{number}",
        )  # fmt: skip
    monkeypatch.setattr(choosing, "AT_ONCE", 2)
    client = as_person(person("agency_operator", nation))
    assert "too many schools" in client.get("/national/N1/2026/").text
    assert client.get("/national/N1/2026/schools.csv").status_code == 422
    text = client.get("/national/N1/2026/?authority=999").text

    assert "1 of 4 schools shown" in text
    assert "Storybook Lane" in text


def many(authority: Organisation, by: Person, count: int) -> None:
    """Schools with a sheet, pupils and judgements each."""
    start = Organisation.objects.filter(kind="school").count()
    now = timezone.now()
    for number in range(start, start + count):
        school = Organisation.objects.create(
            kind="school", code=str(910000 + number), name=f"School {number}",
            number=f"999{number:04d}", authority=authority,
        )  # fmt: skip
        Pupil.objects.bulk_create(
            Pupil(school=school, surname="Made", forename=str(one), year_group="6")
            for one in range(3)
        )
        sheet = packs.load(school=school, year=2026, by=By(by))
        Judgement.objects.bulk_create(
            Judgement(
                cohort_pupil=member, subject="writing", code="EXS", changed_at=now, changed_by=by
            )
            for member in sheet.cohort.all()
        )


def test_more_schools_ask_no_more_questions(
    as_person: AsPerson, officer: Person, lead: Person, authority: Organisation
) -> None:
    client = as_person(officer)
    many(authority, lead, 2)
    client.get(THERE)
    with CaptureQueriesContext(connection) as few:
        client.get(THERE)
    many(authority, lead, 8)
    with CaptureQueriesContext(connection) as more:
        text = client.get(THERE).text

    assert "11 of 11 schools" in text
    assert len(more) == len(few)


def test_pages_hold_a_hundred_schools(
    as_person: AsPerson, officer: Person, authority: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "A_PAGE", 2)
    for number in range(3):
        Organisation.objects.create(
            kind="school", code=f"90010{number}", name=f"School {number}", authority=authority
        )
    client = as_person(officer)
    first, second = client.get(THERE).text, client.get(f"{THERE}?page=2&order=name").text

    assert "School 1" in first
    assert "School 2" not in first.partition("<tbody")[2].partition("</tbody")[0]
    assert "School 2" in second
    assert client.get(f"{THERE}schools.csv").text.count("School ") == 3
