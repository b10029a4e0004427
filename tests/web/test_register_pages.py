"""Pages of test week: the register, confirming, the declaration, access arrangements."""

import json
import re
from typing import Any

import pytest
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from pages_of_tests import hidden
from register_of_tests import confirmed, declared, enter, filled
from words_of_pdf import words_of

from keystage.actions.by import By
from keystage.actions.register import arrangements, declaring
from keystage.actions.register.register import register_of
from keystage.store.models import Attendance, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/register/"


def form_of(text: str) -> dict[str, str]:
    """What a browser would send of the grid."""
    found = {"seen": hidden(text, "seen")}
    for name, options in re.findall(
        r'<select[^>]*name="(\d+-\w+)"[^>]*>(.*?)</select>', text, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def proved(client: Any) -> Any:
    """The client, who proved again who it is."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def test_the_office_fills_the_register_and_saves_it(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    form = form_of(client.get(HERE).text)
    assert len(form) == 1 + 6 * 6
    member = sheet.cohort.get(pupil__surname="Ashby").pk
    answer = client.post(f"{HERE}save/", {**form, f"{member}-gps_2": "A"})

    assert (answer.status_code, answer["Location"]) == (303, HERE)
    assert Attendance.objects.get().code == "A"
    text = client.get(HERE).text
    assert "1 code was saved" in text
    assert form_of(text)[f"{member}-gps_2"] == "A"


def test_everybody_shown_is_filled_in_and_nobody_else(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    client.post(f"{HERE}fill/", {"paper": "reading", "class": "6B"})

    classes = Attendance.objects.values_list("cohort_pupil__pupil__class_name", "code")
    assert sorted(classes) == [("6B", "present")] * 3
    assert client.post(f"{HERE}fill/", {"paper": "spelling"}).status_code == 422


def test_a_teacher_sees_and_enters_their_own_class_only(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    client = as_person(teacher)
    text = client.get(HERE).text
    assert "Ashby, Mabel" in text
    assert "Smith, Jo" not in text
    assert "Smith" not in client.get(f"{HERE}download/").text
    assert "Smith" not in client.get(f"{HERE}contradictions/").text
    strange = sheet.cohort.get(pupil__surname="Smith").pk
    form = {"seen": json.dumps({f"{strange}-reading": [0, ""]}), f"{strange}-reading": "A"}

    assert client.post(f"{HERE}save/", form).status_code == 422
    assert not Attendance.objects.exists()


def test_a_code_that_somebody_else_changed_is_shown_beside_the_persons_own(
    as_person: AsPerson, office: Person, lead: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    form = form_of(client.get(HERE).text)
    enter(sheet, lead, "Ashby", "reading", "present")
    name = f"{sheet.cohort.get(pupil__surname='Ashby').pk}-reading"
    answer = client.post(f"{HERE}save/", {**form, name: "A"})

    assert answer.status_code == 409
    assert "Lee Nguyen entered Present" in answer.text
    again = form_of(answer.text)
    assert again[name] == "A"
    assert client.post(f"{HERE}save/", again).status_code == 303
    assert Attendance.objects.get().code == "A"


@pytest.mark.parametrize("seen", ["", "[]", "7", "{", '{"a": 1}', '{"1-reading": ["x", ""]}'])
def test_a_form_that_does_not_say_what_it_showed_is_refused(
    as_person: AsPerson, office: Person, sheet: Sheet, seen: str
) -> None:
    assert as_person(office).post(f"{HERE}save/", {"seen": seen}).status_code == 400


def test_a_confirmed_register_asks_why_and_keeps_what_was_chosen(
    as_person: AsPerson, office: Person, headteacher: Person, sheet: Sheet
) -> None:
    confirmed(sheet, office, headteacher)
    client = as_person(office)
    form = form_of(client.get(HERE).text)
    name = f"{sheet.cohort.get(pupil__surname='Ashby').pk}-reading"
    refused = client.post(f"{HERE}save/", {**form, name: "A"})

    assert refused.status_code == 422
    assert "a change needs a reason" in refused.text
    assert form_of(refused.text)[name] == "A"
    again = {**form_of(refused.text), "reason": "Was away"}
    assert client.post(f"{HERE}save/", again).status_code == 303
    assert "so it has to be confirmed again" in client.get(HERE).text


def test_the_headteacher_confirms_what_others_entered(
    as_person: AsPerson, office: Person, headteacher: Person, sheet: Sheet
) -> None:
    client = proved(as_person(headteacher))
    assert "36 codes are missing" in client.get(f"{HERE}confirm/").text
    filled(sheet, office)
    text = client.get(f"{HERE}confirm/").text
    seen = hidden(text, "seen")
    assert client.post(f"{HERE}confirm/", {"seen": seen}).status_code == 422
    enter(sheet, office, "Ashby", "reading", "A")
    stale = client.post(f"{HERE}confirm/", {"seen": seen, "confirmed": "on"})
    assert stale["Location"] == f"{HERE}confirm/"
    seen = hidden(client.get(f"{HERE}confirm/").text, "seen")
    client.post(f"{HERE}confirm/", {"seen": seen, "confirmed": "on"})

    assert register_of(sheet).confirmation is not None
    assert "Confirmed by Hester Adebayo" in client.get(HERE).text
    assert as_person(office).get(f"{HERE}confirm/").status_code == 403


def test_contradictions_are_listed_with_what_to_do(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    filled(sheet, office)
    assert "Nothing contradicts itself" in client.get(f"{HERE}contradictions/").text
    enter(sheet, office, "Ashby", "gps_1", "B")
    text = client.get(f"{HERE}contradictions/").text

    assert "The code is Below, and the pupil is registered as Registered." in text
    assert "Give the code for every paper of the test, or for none." in text


def test_a_late_joiner_is_put_on_the_register(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    sheet.cohort.filter(pupil__surname="Zhang").update(reading="", gps="", maths="")
    member = sheet.cohort.get(pupil__surname="Zhang")
    client, there = as_person(office), f"{HERE}late/"
    assert "Zhang, Wei" in client.get(there).text
    given = {"member": member.pk, "seen": 1}
    assert client.post(there, given).status_code == 422
    client.post(there, {**given, "reason": "Came on 4 May"})

    member.refresh_from_db()
    assert member.reading == "registered"
    assert "Every pupil of the cohort is registered" in client.get(there).text


def test_the_register_is_printed_and_taken_away_as_csv(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    sheet.cohort.filter(pupil__surname="Smith").update(reading="below")
    enter(sheet, office, "Ashby", "reading", "A")
    client = as_person(office)

    printed = client.get(f"{HERE}print/?test=reading").text
    assert "A – Absent" in printed
    assert "B – Below (as registered)" in printed
    lines = client.get(f"{HERE}download/").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "UPN,Surname,Forename,Class,Reading,GPS 1,GPS 2,Maths 1,Maths 2,Maths 3"
    assert lines[1].endswith("Ashby,Mabel,6A,A,,,,,")
    assert [line.split(",")[4] for line in lines if "Smith" in line] == ["B"]


def test_the_declaration_is_drafted_signed_and_made_into_two_documents(
    as_person: AsPerson, office: Person, headteacher: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    text = client.get(f"{HERE}declaration/").text
    assert "Locked" in text
    assert "The register is not confirmed." in text
    assert "closed until" in client.get(f"{HERE}declaration/draft/").text
    confirmed(sheet, office, headteacher)
    there = f"{HERE}declaration/draft/"
    assert client.post(there, {"outcome": "cannot"}).status_code == 422
    long = client.post(there, {"outcome": "cannot", "explanation": "x" * 1001})
    assert "1,000 characters or fewer" in long.text
    assert client.post(there, {"outcome": "none"}).status_code == 422
    done = client.post(there, {"outcome": "confirmed", "for_authority": "on"})
    assert done.status_code == 303
    assert client.get(f"{HERE}declaration/national/").status_code == 422
    assert client.get(f"{HERE}declaration/other/").status_code == 404

    client = proved(as_person(headteacher))
    there = f"{HERE}declaration/sign/"
    given = {"declaration": hidden(client.get(there).text, "declaration")}
    assert client.post(there, given).status_code == 422
    assert client.post(there, {**given, "confirmed": "on"}).status_code == 303
    assert declaring.state_of(sheet).is_signed
    for form, heading in (
        ("national", "Headteacher's declaration: key stage 2 tests"),
        ("authority", "Verification of the key stage 2 tests for the local authority"),
    ):
        content = client.get(f"{HERE}declaration/{form}/").content
        words = " ".join(words_of(content))
        assert heading in words
        assert "Hester Adebayo" in words
        assert "Ashby" not in words
        assert b"pdfuaid" in content


def test_a_stale_declaration_says_so_on_its_page_and_its_document(
    as_person: AsPerson, office: Person, headteacher: Person, sheet: Sheet
) -> None:
    declared(sheet, office, headteacher, for_authority=False)
    enter(sheet, office, "Ashby", "reading", "A", reason="Was away")
    client = as_person(headteacher)

    assert "has to be made again" in client.get(f"{HERE}declaration/").text
    words = " ".join(words_of(client.get(f"{HERE}declaration/national/").content))
    assert "The register changed after this was signed" in words
    assert client.get(f"{HERE}declaration/authority/").status_code == 422


def test_an_officer_of_the_authority_sees_the_declaration_and_numbers_of_arrangements(
    as_person: AsPerson,
    person: MakePerson,
    authority: Organisation,
    office: Person,
    sheet: Sheet,
) -> None:
    client = as_person(person("authority_officer", authority))

    assert client.get(f"{HERE}declaration/").status_code == 200
    assert client.get(f"{HERE}declaration/draft/").status_code == 403
    assert client.get(f"{HERE}arrangements/").status_code == 403
    member = sheet.cohort.get(pupil__surname="Ashby").pk
    arrangements.propose(sheet, member=member, sort="reader", by=By(office))
    counted = client.get(f"{HERE}arrangements/counts/").text
    assert re.search(r"The school decides</th>\s*<td[^>]*>1</td>", counted)
    assert "Ashby" not in counted


def test_a_season_without_codes_says_where_they_are_loaded(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    client = as_person(office)
    for page in ("", "declaration/", "arrangements/"):
        assert "are not loaded" in client.get(f"{HERE}{page}").text


def test_a_register_of_nobody_is_shown(
    as_person: AsPerson, office: Person, headteacher: Person, sheet: Sheet
) -> None:
    sheet.cohort.all().delete()

    assert "There are no pupils to show" in as_person(office).get(HERE).text
    assert "Confirming says who is on" in as_person(headteacher).get(f"{HERE}confirm/").text


def test_a_stored_code_of_another_year_stands_and_is_told(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    enter(sheet, office, "Ashby", "reading", "A")
    Attendance.objects.update(code="Y")
    text = as_person(office).get(HERE).text

    assert "Y – not a code of this year" in text
    assert "Y is no code of the year." in text
