"""The schools of an authority, a trust, a diocese and the nation: how far each has come."""

import re

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.test import Client
from django.utils import timezone

from keystage.actions.stages import Stage, schools_of, stages_of
from keystage.store.models import (
    Judgement,
    Organisation,
    Person,
    Result,
    ReturnFile,
    SchoolReturn,
    Sheet,
    SignOff,
)

pytestmark = pytest.mark.django_db
THERE = "/authority/999/2026/"


def row(text: str, name: str) -> list[str]:
    """The cells of a school's row without markup: what is next, the steps, the last day."""
    found = next(part for part in text.split("<tr") if name in part and "<td" in part)
    cells = [
        re.sub(r"<[^>]*>", "", cell.replace("<br>", " ").replace("</span> <span", ";\n<span"))
        .strip()
        .removeprefix("Overdue")
        .strip()
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", found, re.DOTALL)
    ]
    sent, following, reminder, *steps = cells
    return [following, sent, *steps, reminder]


def first(client: Client, name: str) -> str:
    """The first thing a school has to do next."""
    return row(client.get(THERE).text, name)[0].partition(";")[0].strip()


def made_file(sheet: Sheet, by: Person) -> ReturnFile:
    return ReturnFile.objects.create(
        sheet=sheet, profile="return", serial=1, name="9990301_CTF_NAALLLL_001.xml",
        sha256="0" * 64, content=b"", counts={}, content_version=sheet.content_version,
        made_at=timezone.now(), made_by=by,
    )  # fmt: skip


def test_who_works_for_several_schools_comes_to_them_from_the_first_page(
    as_person: AsPerson, officer: Person
) -> None:
    client = as_person(officer)
    assert 'href="/authority/999/"' in client.get("/choose/").text
    assert f'href="{THERE}"' in client.get("/authority/999/").text

    text = client.get(THERE).text
    assert "No school belongs to this organisation here" in text
    assert re.search(r'href="/authority/999/2026/people/"', text)


def test_each_school_says_how_far_it_is_and_what_stops_it(
    as_person: AsPerson, officer: Person, sheet: Sheet, other_school: Organisation, teacher: Person
) -> None:
    first = sheet.cohort.order_by("pk")[0]
    sheet.cohort.filter(pk=first.pk).update(reading="below", maths="")
    Judgement.objects.create(
        cohort_pupil=first, subject="writing", code="EXS", changed_at=timezone.now(),
        changed_by=teacher,
    )  # fmt: skip
    text = as_person(officer).get(THERE).text

    cells = row(text, "Storybook Lane")
    assert cells[0] == "1 pupil lacks a registration;\nThe attendance register is empty"
    assert cells[1:7] == ["Not started", "6 pupils", "5 of 6", "Not yet", "Not yet", "1 of 13"]
    assert cells[7:10] == ["Not yet", "Not yet", "Not yet"]
    other = row(text, "Riddle Road")
    assert (other[0], other[-2]) == ("The codes and rules of the year are not loaded", "Never")
    assert "2 of 2 schools shown" in text


def test_the_counts_are_those_of_the_schools_own_tasks(
    as_person: AsPerson, officer: Person, judged_sheet: Sheet, headteacher: Person
) -> None:
    judged_sheet.cohort.filter(pupil__surname="Zhang").update(reading="below")
    Judgement.objects.filter(cohort_pupil__pupil__surname="Ashby", subject="science").update(
        code=""
    )
    assert "2 pupils lack a judgement" in as_person(headteacher).get("/school/900003/2026/").text

    assert first(as_person(officer), "Storybook") == "2 judgements are missing"


def test_a_signature_a_file_and_results_are_told_one_after_the_other(
    as_person: AsPerson, officer: Person, signed_sheet: Sheet, headteacher: Person
) -> None:
    client = as_person(officer)
    assert first(client, "Storybook") == "No file has been made"
    file = made_file(signed_sheet, headteacher)
    assert first(client, "Storybook") == "Not yet submitted: no file was uploaded"

    ReturnFile.objects.filter(pk=file.pk).update(content_version=99)
    stale = row(client.get(THERE).text, "Storybook")
    assert (stale[8], first(client, "Storybook")) == (
        "Out of date", "The sheet changed after the file",
    )  # fmt: skip

    SchoolReturn.objects.create(
        school=signed_sheet.school, year=2026, state="accepted", changed_at=timezone.now()
    )
    assert first(client, "Storybook") == "Results have not been brought in"
    Result.objects.create(
        cohort_pupil=signed_sheet.cohort.all()[0], subject="reading", scaled_score=100,
        changed_at=timezone.now(),
    )  # fmt: skip
    done = row(client.get(THERE).text, "Storybook")
    assert (done[1], done[9], done[0]) == (
        "Accepted",
        "1 pupil",
        "The attendance register is empty",
    )


def test_faults_of_the_last_check_stand_before_the_signature(
    as_person: AsPerson, officer: Person, judged_sheet: Sheet
) -> None:
    client = as_person(officer)
    assert first(client, "Storybook") == "The headteacher has not signed"
    Sheet.objects.update(checked_version=judged_sheet.content_version, red=2)
    assert first(client, "Storybook") == "The last check found 2 faults"
    Sheet.objects.update(content_version=9)
    assert first(client, "Storybook") == "The headteacher has not signed"


def test_a_broken_signature_is_none(
    as_person: AsPerson, officer: Person, signed_sheet: Sheet, teacher: Person
) -> None:
    SignOff.objects.update(broken_at=timezone.now(), broken_by=teacher)

    assert row(as_person(officer).get(THERE).text, "Storybook")[7] == "Not yet"


@pytest.mark.parametrize(
    ("role", "kind", "counts"),
    [
        ("authority_officer", "authority", True),
        ("authority_moderator", "authority", False),
        ("trust_analyst", "trust", True),
        ("trust_trustee", "trust", False),
        ("diocese", "diocese", False),
        ("agency_operator", "national", True),
        ("system_administrator", "national", False),
    ],
)
def test_counts_are_for_roles_that_may_see_them_and_names_of_pupils_for_nobody(
    as_person: AsPerson, person: MakePerson, sheet: Sheet, school: Organisation,
    role: str, kind: str, *, counts: bool,
) -> None:  # fmt: skip
    body = getattr(school, kind, None) or Organisation.objects.create(
        kind=kind, code="X1", name="A body"
    )
    if kind == "diocese":
        Organisation.objects.filter(pk=school.pk).update(diocese=body)
    client = as_person(person(role, body))
    for page in ("", "schools.csv"):
        text = client.get(f"/{kind}/{body.code}/2026/{page}").text
        assert ("6 pupils" in text) == counts
        assert "Ashby" not in text
        assert "Storybook Lane" in text


@pytest.mark.parametrize(
    ("role", "href"),
    [
        ("authority_officer", "/school/900003/2026/"),
        ("authority_moderator", ""),
    ],
)
def test_a_school_is_a_link_where_the_person_may_open_a_page_of_it(
    as_person: AsPerson, person: MakePerson, authority: Organisation, sheet: Sheet,
    role: str, href: str,
) -> None:  # fmt: skip
    client = as_person(person(role, authority))
    body = client.get(THERE).text.partition("<tbody")[2].partition("</tbody")[0]
    links = re.findall(r'href="([^"]+)"', body)

    assert links == [*([href] if href else []), "/authority/999/2026/schools/900003/"]
    assert all(client.get(link).status_code == 200 for link in links)


def test_an_analyst_of_the_trust_comes_to_the_first_page_that_opens(
    as_person: AsPerson, person: MakePerson, trust: Organisation, resulted_sheet: Sheet
) -> None:
    client = as_person(person("trust_analyst", trust))
    body = client.get("/trust/T001/2026/").text.partition("<tbody")[2]
    link = re.findall(r'href="([^"]+)"', body)[0]

    assert link == "/school/900003/2026/gateway/"
    page = client.get(link)
    assert page.status_code == 200
    ways = re.findall(r'href="(/school/900003/2026/[^"]*)"', page.text)
    assert all(client.get(way).status_code == 200 for way in ways)


def test_strangers_and_others_of_another_authority_learn_nothing(
    as_person: AsPerson, person: MakePerson, stranger: Person, authority: Organisation
) -> None:
    other = Organisation.objects.create(kind="authority", code="998", name="Riddleshire")
    for who in (stranger, person("authority_officer", other)):
        client = as_person(who)
        for page in ("", "2026/", "2026/schools.csv", "2026/people/"):
            assert client.get(f"/authority/999/{page}").status_code == 404
    assert as_person(stranger).get("/school/999/2026/people/").status_code == 404


def test_a_school_without_anything_waits_for_its_roll(
    authority: Organisation, school: Organisation
) -> None:
    (one,) = stages_of(schools_of(authority), 2026)

    assert (one.waits_for, one.last, one.file) == (Stage.ROLL, None, None)


def test_a_year_nobody_knows_is_told(
    as_person: AsPerson, officer: Person, school: Organisation
) -> None:
    response = as_person(officer).get("/authority/999/2031/")

    assert response.status_code == 400
    assert "2031" in response.text
