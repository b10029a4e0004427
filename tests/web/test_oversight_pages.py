"""Who did what, whether the record is whole, and what the school decided for itself."""

from io import StringIO
from typing import Any

import pytest
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from keystage.actions import settings as deciding
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.membership.agreements import agreed_of
from keystage.store.models import AuditEvent, Organisation, Person

pytestmark = pytest.mark.django_db
ACTS = "/school/900003/2026/oversight/"


def act(what: str, by: Person, school: Organisation, year: int | None = 2026, **after: Any) -> None:
    with transaction.atomic():
        record(what, by=By(by, "10.0.0.1"), organisation=school, year=year, after=after)


def touched() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE store_auditevent DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER store_auditevent_no_update")
        cursor.execute("UPDATE store_auditevent SET action = 'nothing'")


def test_a_headteacher_reads_all_acts_of_the_school(
    as_person: AsPerson,
    headteacher: Person,
    office: Person,
    stranger: Person,
    school: Organisation,
    other_school: Organisation,
) -> None:
    act("roll read", office, school, pupils=30)
    act("secret of others", stranger, other_school)
    text = as_person(headteacher).get(ACTS).text

    assert "roll read" in text
    assert "Olga Wiśniewska" in text
    assert "pupils: 30" in text
    assert "10.0.0.1" in text
    assert "secret of others" not in text


def test_the_record_says_whom_it_is_about_and_what_changed(
    as_person: AsPerson, headteacher: Person, office: Person, school: Organisation
) -> None:
    with transaction.atomic():
        record(
            "role changed",
            by=By(headteacher, ""),
            organisation=school,
            subject=f"person {office.pk}",
            before={"role": "office", "season": None, "classes": ["6A", "6B"]},
            after={"role": "senco", "given": []},
        )
    text = as_person(headteacher).get(ACTS).text

    assert '<td class="govuk-table__cell">Olga Wiśniewska</td>' in text
    assert "role: office → senco; classes was 6A, 6B<" in text


def test_others_read_their_own_acts(
    as_person: AsPerson, teacher: Person, office: Person, school: Organisation
) -> None:
    act("roll read", office, school)
    act("cell saved", teacher, school)
    text = as_person(teacher).get(ACTS).text

    assert "What you did yourself" in text
    assert "cell saved" in text
    assert "roll read" not in text
    assert "Olga" not in text


def test_acts_are_narrowed(
    as_person: AsPerson, headteacher: Person, office: Person, lead: Person, school: Organisation
) -> None:
    act("roll read", office, school)
    act("cell saved", lead, school)
    act("year before", lead, school, year=2025)
    act("of no season", lead, school, year=None)
    client = as_person(headteacher)

    def rows(query: str = "") -> set[str]:
        text = client.get(f"{ACTS}{query}").text
        text = text[text.find("<tbody") :]
        return {
            word
            for word in ("roll read", "cell saved", "year before", "of no season")
            if word in text
        }

    assert rows() == {"roll read", "cell saved", "of no season"}
    assert rows("?every=on") == {"roll read", "cell saved", "year before", "of no season"}
    assert rows("?action=roll+read") == {"roll read"}
    assert rows(f"?who={office.pk}") == {"roll read"}
    assert rows("?until_day=1&until_month=1&until_year=2020") == set()
    assert rows("?since_day=1&since_month=1&since_year=2020&every=on") == {
        "roll read", "cell saved", "year before", "of no season",
    }  # fmt: skip


def test_a_date_that_is_none_is_told(
    as_person: AsPerson, headteacher: Person, school: Organisation
) -> None:
    text = as_person(headteacher).get(f"{ACTS}?since_day=31&since_month=2&since_year=2026").text

    assert "Error: Who did what" in text
    assert "real date" in text


def test_the_auditor_takes_the_acts_away_and_that_is_an_act(
    as_person: AsPerson, person: MakePerson, office: Person, school: Organisation
) -> None:
    act("=cmd()", office, school)
    client = as_person(person("auditor", school))
    response = client.post(f"{ACTS}export/", {"every": "on"})

    assert response["Content-Type"].startswith("text/csv")
    assert "acts-900003-2026.csv" in response["Content-Disposition"]
    assert "'=cmd()" in response.text
    assert response.text.splitlines()[0] == "When,What,Who,From,Season,About,Change"
    assert AuditEvent.objects.filter(action="taken away").exists()


def test_the_headteacher_reads_and_takes_nothing_away(
    as_person: AsPerson, headteacher: Person, school: Organisation
) -> None:
    client = as_person(headteacher)

    assert "Download" not in client.get(ACTS).text
    assert client.post(f"{ACTS}export/").status_code == 403


def test_a_whole_chain_is_said_to_be_whole(
    as_person: AsPerson, headteacher: Person, school: Organisation
) -> None:
    act("roll read", headteacher, school)
    client = as_person(headteacher)

    assert "None was touched" not in client.get(f"{ACTS}chain/").text
    assert "1 act checked. None was touched." in client.get(f"{ACTS}chain/?check=yes").text


def test_a_broken_chain_is_an_alarm(
    as_person: AsPerson, headteacher: Person, school: Organisation
) -> None:
    act("roll read", headteacher, school)
    touched()
    text = as_person(headteacher).get(f"{ACTS}chain/?check=yes").text

    assert "The record was touched" in text
    assert "does not say what it said" in text


def test_the_command_says_whole_and_ends_well(headteacher: Person, school: Organisation) -> None:
    act("roll read", headteacher, school)
    said = StringIO()
    call_command("verify_audit", stdout=said)

    assert said.getvalue() == "1 event, none touched.\n"


def test_the_command_ends_with_eight_when_the_chain_is_broken(
    headteacher: Person, school: Organisation
) -> None:
    act("roll read", headteacher, school)
    touched()
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", stderr=said)

    assert ended.value.code == 8
    assert "does not say what it said" in said.getvalue()


def test_settings_are_shown_and_saved(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    client = as_person(office)
    page = client.get(f"{ACTS}settings/").text
    assert deciding.SETTINGS[deciding.SENSITIVE].default[:30] in page
    given = {name: deciding.value_of(school, name) or "" for name in deciding.SETTINGS} | {
        deciding.SENSITIVE: "Shred it."
    }
    response = client.post(f"{ACTS}settings/", given)

    assert response.status_code == 303
    assert deciding.value_of(school, deciding.SENSITIVE) == "Shred it."
    assert AuditEvent.objects.get(action="setting changed").subject == deciding.SENSITIVE


def test_the_headteacher_alone_agrees_for_the_school(
    as_person: AsPerson, office: Person, headteacher: Person, school: Organisation
) -> None:
    path = f"{ACTS}agreements/"
    assert as_person(office).get(path).status_code == 403
    client = as_person(headteacher)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.get(path).status_code == 200
    assert client.post(path, {"agreed": ["export"]}).status_code == 303

    assert agreed_of(school) == {"export"}
    assert "checked" in client.get(path).text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/accessibility", "it is not known whether it fully meets"),
        ("/privacy", "What a file that came in says of pupils is deleted"),
        ("/cookies", "sessionid"),
        ("/help", "Class teacher"),
        ("/terms", "without warranty"),
    ],
)
def test_the_service_tells_of_itself(client: Client, path: str, said: str) -> None:
    page = client.get(path)

    assert page.status_code == 200
    assert said in page.text
    assert f'href="{path}"' in page.text
