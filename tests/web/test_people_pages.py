"""People and their roles, in pages: who is listed, given a role and renewed, and who sees what."""

import re
from datetime import date, timedelta

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.test import Client
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.membership import people, reviewing
from keystage.store.models import AuditEvent, Grant, Organisation, Person, Sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("usual_end")]
PEOPLE = "/school/900003/2026/people/"


def test_the_list_shows_everybody_with_a_role_and_until_when(
    head: Client, office: Person, teacher: Person, stranger: Person
) -> None:
    text = head.get(PEOPLE).text

    assert "Olga Wiśniewska" in text
    assert "Class teacher, 6A" in text
    assert "Sam Elsewhere" not in text
    assert "Look the roles over" in text


def test_who_may_look_and_not_manage_is_offered_nothing_to_press(
    as_person: AsPerson, person: MakePerson, school: Organisation, headteacher: Person
) -> None:
    auditor = person("auditor", school)
    text = as_person(auditor).get(PEOPLE).text

    assert "Hester Adebayo" in text
    assert "Invite somebody" not in text
    assert ">End<" not in text


def test_who_may_not_look_is_told_who_can_let_them(
    as_person: AsPerson, governor: Person, headteacher: Person, stranger: Person
) -> None:
    page = as_person(governor).get(PEOPLE)

    assert page.status_code == 403
    assert "See who can see what." in page.text
    assert "Hester Adebayo" in page.text
    assert "Sam Elsewhere" not in page.text


def test_a_role_is_given_and_ended(head: Client, office: Person) -> None:
    path = f"{PEOPLE}{office.pk}/"
    assert "Make the Common Transfer File" in head.get(path).text
    head.post(
        f"{path}give/",
        {"role": "senco", "ends_on_day": "", "ends_on_month": "", "ends_on_year": ""},
    )
    assert "SENCO" in head.get(path).text
    assert (
        "signed out everywhere"
        in head.get(f"{PEOPLE}roles/{office.grants.get(role='office').pk}/end/").text
    )
    for grant in office.grants.all():
        head.post(f"{PEOPLE}roles/{grant.pk}/end/")

    assert not Grant.objects.filter(person=office, ended_at__isnull=True).exists()
    assert "Ended" in head.get(path).text


def test_a_role_that_has_not_begun_is_not_called_ended(head: Client, office: Person) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    office.grants.update(starts_on=tomorrow)
    text = head.get(f"{PEOPLE}{office.pk}/").text

    assert "Not started" in text
    assert "Ended" not in text
    assert "What these roles allow here" not in text


def test_the_last_account_manager_is_kept_with_a_sentence(
    head: Client, headteacher: Person
) -> None:
    response = head.post(f"{PEOPLE}roles/{headteacher.grants.get().pk}/end/")

    assert response.status_code == 422
    assert "no account manager left" in response.text
    assert "Nothing was changed" in response.text


def test_nobody_gives_a_role_to_themself_in_the_pages_either(
    head: Client, headteacher: Person
) -> None:
    given = {"role": "office", "ends_on_day": "", "ends_on_month": "", "ends_on_year": ""}
    text = head.post(f"{PEOPLE}{headteacher.pk}/give/", given).text

    assert "Nobody gives a role to themself" in text
    assert "Give another role" not in head.get(f"{PEOPLE}{headteacher.pk}/").text


def test_people_and_roles_of_another_school_are_not_there(head: Client, stranger: Person) -> None:
    assert head.get(f"{PEOPLE}{stranger.pk}/").status_code == 404
    assert head.get(f"{PEOPLE}{stranger.pk}/give/").status_code == 404
    assert head.get(f"{PEOPLE}99999999999999999999999/").status_code == 404
    assert head.post(f"{PEOPLE}roles/{stranger.grants.get().pk}/end/").status_code == 404


def test_the_headteacher_sees_who_can_see_what(
    head: Client,
    teacher: Person,
    governor: Person,
    person: MakePerson,
    authority: Organisation,
    school: Organisation,
) -> None:
    person("authority_officer", authority, name="Otto Officer")
    person("school_reader", school, name="Rita Reader")
    page = head.get(f"{PEOPLE}who/").text

    def told(name: str) -> str:
        start = page.index(f">{name}")
        return re.sub(r"<[^>]+>|\s+", " ", page[start : page.index("</section>", start)])

    assert "Pupils by name, of 6A" in told("Tom O&#39;Neill")
    assert "Sees of pupils Nothing" in re.sub(r"\s+", " ", told("Grace Hall"))
    assert "Local authority assessment officer of Storyshire" in told("Otto Officer")
    assert "Pupils by name" in told("Otto Officer")
    assert "Sees of pupils Nothing" in re.sub(r"\s+", " ", told("Rita Reader"))


def test_dormant_accounts_are_marked(head: Client, office: Person) -> None:
    Person.objects.filter(pk=office.pk).update(seen_at=timezone.now() - timedelta(days=100))

    assert head.get(PEOPLE).text.count("Dormant") == 2, "beside the name, and what it means"
    assert "Dormant" in head.get(f"{PEOPLE}who/").text


def test_the_yearly_look_over_is_noted(
    head: Client, headteacher: Person, school: Organisation
) -> None:
    assert "Not done yet" in head.get(f"{PEOPLE}review/").text
    head.post(f"{PEOPLE}review/")

    assert "Look the roles over" not in head.get(PEOPLE).text
    assert reviewing.reviewed_on(school) == timezone.localdate()


def test_my_account_shows_my_roles(as_person: AsPerson, teacher: Person) -> None:
    text = as_person(teacher).get("/account/").text

    assert "Class teacher" in text
    assert "6A" in text


def test_an_ended_role_shuts_the_pages_at_once(
    as_person: AsPerson, teacher: Person, headteacher: Person, sheet: Sheet
) -> None:
    client = as_person(teacher)
    assert client.get("/school/900003/").status_code == 200
    people.end(grant=teacher.grants.get(), by=By(headteacher, "test"))

    assert client.get("/school/900003/").status_code == 302


def test_a_role_is_renewed(head: Client, office: Person, usual_end: date) -> None:
    grant = office.grants.get()
    path = f"{PEOPLE}roles/{grant.pk}/renew/"
    proposed = f'name="ends_on_day" type="text" value="{usual_end.day}"'
    assert proposed not in head.get(path).text, "it lasts for longer than the season"
    office.grants.update(ends_on=timezone.localdate())
    grant.refresh_from_db()
    assert proposed in head.get(path).text
    later = grant.ends_on + timedelta(days=10)
    day = {
        "ends_on_day": later.day, "ends_on_month": later.month, "ends_on_year": later.year,
    }  # fmt: skip
    past = head.post(path, {**day, "ends_on_year": "2020"})
    assert "today or later" in past.text
    assert head.post(path, day)["Location"] == f"{PEOPLE}{office.pk}/"

    assert office.grants.get(ended_at__isnull=True).ends_on == later
    refused = head.post(path, day)
    assert "was ended already" in refused.text


def test_nobody_renews_their_own_role_in_the_pages_either(
    head: Client, headteacher: Person
) -> None:
    grant = headteacher.grants.get()
    assert ">Renew<" not in head.get(f"{PEOPLE}{headteacher.pk}/").text
    day = {"ends_on_day": "1", "ends_on_month": "12", "ends_on_year": "2099"}

    assert "Nobody gives a role to themself" in head.post(
        f"{PEOPLE}roles/{grant.pk}/renew/", day
    ).text  # fmt: skip


def test_a_person_gives_their_account_another_name(as_person: AsPerson, teacher: Person) -> None:
    client = as_person(teacher)
    assert "/account/name/" in client.get("/account/").text
    assert "Tom O&#39;Neill" in client.get("/account/name/").text
    assert "Enter full name" in client.post("/account/name/", {"name": " "}).text
    client.post("/account/name/", {"name": "  Tom   Okafor "})

    teacher.refresh_from_db()
    assert teacher.name == "Tom Okafor"
    event = AuditEvent.objects.get(action="name changed")
    assert (event.before, event.after) == ({"name": "Tom O'Neill"}, {"name": "Tom Okafor"})
