"""The wizard that makes a file, its history, and looking for a pupil across files."""

from datetime import date

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.test import Client

from keystage.actions.by import By
from keystage.actions.imports import applying, uploads
from keystage.store.models import AuditEvent, Organisation, Person, ReturnFile, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/files/"
#: The form of the set-up as it stands at first.
SET_UP = {
    "first_serial": "1",
    "who_at_first": "everybody",
    "import_mode": "everything",
    "matching": "exact",
    "sensitive_warning": "Keep it safe.",
}


def make(client: Client) -> ReturnFile:
    page = client.get(f"{HERE}new/check/")
    key = page.text.split('name="key"')[1].split('value="')[1].split('"')[0]
    response = client.post(f"{HERE}new/check/", {"key": key, "because": ""})
    assert response.status_code == 302, response.text
    return ReturnFile.objects.latest("made_at")


def test_the_wizard_goes_from_who_to_the_file(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    client = as_person(office)
    who = client.get(f"{HERE}new/")
    assert "6 of 6 pupils" in who.text
    assert client.post(f"{HERE}new/", {"go_on": "1", **all_of(who.text)}).status_code == 302
    assert "9990301_CTF_NAALLLL_001.xml" in client.get(f"{HERE}new/what/").text

    file = make(client)

    shown = client.get(f"{HERE}{file.pk}/").text
    assert file.sha256 in shown
    assert "has not been sent" in shown
    fetched = client.get(f"{HERE}{file.pk}/download/")
    assert fetched.content == bytes(file.content)
    assert AuditEvent.objects.filter(action="return downloaded").exists()


def all_of(text: str) -> dict[str, list[str]]:
    keys = [part.split('"')[0] for part in text.split('name="shown" value="')[1:]]
    return {"shown": keys, "pupil": keys}


def test_a_choice_survives_a_filter(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    client = as_person(office)
    shown = all_of(client.get(f"{HERE}new/?class=6A").text)
    client.post(
        f"{HERE}new/", {"shown": shown["shown"], "pupil": shown["shown"][1:], "class": "6B"}
    )
    text = client.get(f"{HERE}new/?class=6B").text

    assert "5 of 6 pupils" in text
    assert "Ashby, Mabel" in text.split("Left out")[1]
    assert "5 of 6 pupils" in client.get(f"{HERE}new/").text


def test_leaving_somebody_out_asks_why(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    client = as_person(office)
    shown = all_of(client.get(f"{HERE}new/").text)
    client.post(f"{HERE}new/", {**shown, "pupil": shown["pupil"][1:], "go_on": "1"})
    page = client.get(f"{HERE}new/check/").text
    key = page.split('name="key"')[1].split('value="')[1].split('"')[0]
    response = client.post(f"{HERE}new/check/", {"key": key, "because": ""})

    assert "Error: Check the file" in response.text
    assert "Say why pupils are left out" in response.text
    assert not ReturnFile.objects.exists()


def test_an_unsigned_sheet_says_what_to_do(
    as_person: AsPerson, office: Person, judged_sheet: Sheet
) -> None:
    client = as_person(office)
    page = client.get(f"{HERE}new/check/").text
    key = page.split('name="key"')[1].split('value="')[1].split('"')[0]
    response = client.post(f"{HERE}new/check/", {"key": key})

    assert response.status_code == 422
    assert "Ask the headteacher to sign it" in response.text


def test_missing_judgements_are_named_and_there_is_no_button(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    text = as_person(office).get(f"{HERE}new/check/").text

    assert "would be refused" in text
    assert "Make the file" not in text.split("<main")[1]
    assert "Ashby" in text


def test_files_of_another_school_are_not_there(
    as_person: AsPerson,
    office: Person,
    person: MakePerson,
    signed_sheet: Sheet,
    other_school: Organisation,
) -> None:
    file = make(as_person(office))
    client = as_person(person("office", other_school))

    assert client.get(f"{HERE}{file.pk}/").status_code == 404
    assert client.get(f"/school/900004/2026/files/{file.pk}/").status_code == 404
    assert client.get(f"/school/900004/2026/files/{file.pk}/download/").status_code == 404


def test_a_pupil_is_found_across_files(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    client = as_person(office)
    file = make(client)
    upn = signed_sheet.cohort.earliest("pk").pupil.upn

    assert file.name in client.post(f"{HERE}find/", {"upn": f" {upn.lower()} "}).text
    assert "0 files have" in client.post(f"{HERE}find/", {"upn": "A000000000000"}).text
    assert "Enter a UPN" in client.post(f"{HERE}find/", {"upn": ""}).text


def test_the_history_says_which_file_is_the_newest(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    client = as_person(office)
    make(client)
    make(client)
    text = client.get(HERE).text

    assert text.count("Superseded") == 1
    assert text.index("_002.xml") < text.index("_001.xml")


def test_a_season_without_a_sheet_has_no_files(as_person: AsPerson, office: Person) -> None:
    client = as_person(office)

    assert "No file has been made" in client.get(HERE).text
    assert client.get(f"{HERE}new/").status_code == 404


def test_the_warning_of_a_school_stands_beside_its_files(
    as_person: AsPerson, headteacher: Person, office: Person, signed_sheet: Sheet
) -> None:
    client = as_person(headteacher)
    client.post(f"{HERE}set-up/", SET_UP | {"sensitive_warning": "Handle with care."})
    client = as_person(office)

    assert "Handle with care." in client.get(f"{HERE}{make(client).pk}/").text


DAY = {"day_day": "1", "day_month": "6", "day_year": "2026"}


def test_the_effective_date_is_in_test_week_and_changing_it_leaves_nobody_out(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    pupil = signed_sheet.cohort.earliest("pk").pupil
    pupil.left_on = date(2026, 5, 22)
    pupil.save()
    client = as_person(office)
    first = client.get(f"{HERE}new/").text
    assert "Everybody of the cohort is on roll on 11 May 2026" in first

    client.post(f"{HERE}new/", {**all_of(first), **DAY, "refresh": "1"})
    text = client.get(f"{HERE}new/").text

    assert "1 pupil of the cohort is not on roll on 1 June 2026" in text
    assert "6 of 6 pupils" in text


def test_choosing_only_who_is_on_roll_says_who_will_not_be_in_the_file(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    members = list(signed_sheet.cohort.order_by("pk"))
    members[0].pupil.left_on = date(2026, 5, 22)
    members[1].pupil.entered_on = date(2026, 6, 8)
    for member in members[:2]:
        member.pupil.save()
    client = as_person(office)
    form = all_of(client.get(f"{HERE}new/").text)

    client.post(f"{HERE}new/", {**form, **DAY, "on_roll": "1"})
    text = client.get(f"{HERE}new/").text

    assert "Left out: 2 pupils will not be in the file" in text
    assert text.count("not on roll on 1 June 2026)") == 2
    assert "4 of 6 pupils" in text
    client.post(f"{HERE}new/", {**form, **DAY, "everybody": "1"})
    assert "6 of 6 pupils" in client.get(f"{HERE}new/").text


def test_a_day_that_is_none_is_said_and_nothing_changes(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    client = as_person(office)
    form = all_of(client.get(f"{HERE}new/").text)
    answer = client.post(f"{HERE}new/", {**form, "pupil": [], **DAY, "day_day": "31"})

    assert "Effective date must be a real date" in answer.text
    assert "6 of 6 pupils" in client.get(f"{HERE}new/").text


def test_all_that_is_shown_is_chosen_or_left_out_at_once(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    client = as_person(office)
    shown = all_of(client.get(f"{HERE}new/?class=6A").text)["shown"]
    client.post(f"{HERE}new/", {"shown": shown, "pupil": shown, "class": "6A", "none": "1"})
    assert "3 of 6 pupils" in client.get(f"{HERE}new/").text

    client.post(f"{HERE}new/", {"shown": shown, "class": "6A", "all": "1"})
    assert "6 of 6 pupils" in client.get(f"{HERE}new/").text


def test_each_line_of_the_log_names_the_file(
    as_person: AsPerson, office: Person, judged_sheet: Sheet
) -> None:
    judged_sheet.cohort.earliest("pk").judgements.filter(subject="writing").update(code="A")
    text = as_person(office).get(f"{HERE}new/check/").text

    line = text.split("TA-410")[1].split("</tr>")[0]
    assert "9990301_CTF_NAALLLL_001.xml" in line


def test_the_set_up_decides_the_first_number_and_who_is_chosen_at_first(
    as_person: AsPerson, headteacher: Person, office: Person, signed_sheet: Sheet
) -> None:
    pupil = signed_sheet.cohort.earliest("pk").pupil
    pupil.left_on = date(2026, 4, 30)
    pupil.save()
    client = as_person(headteacher)
    wrong = client.post(f"{HERE}set-up/", SET_UP | {"first_serial": "0", "matching": "wild"})
    assert "Error:" in wrong.text
    form = SET_UP | {"first_serial": "4", "who_at_first": "on_roll"}
    assert client.post(f"{HERE}set-up/", form).status_code == 302

    client = as_person(office)
    assert "5 of 6 pupils" in client.get(f"{HERE}new/?anew=1").text
    assert "9990301_CTF_NAALLLL_004.xml" in client.get(f"{HERE}new/what/").text
    assert AuditEvent.objects.filter(action="setting changed").count() == 3


def test_a_choice_survives_a_change_of_the_year_filter(
    as_person: AsPerson, office: Person, signed_sheet: Sheet
) -> None:
    pupil = signed_sheet.cohort.get(pupil__surname="Zhang").pupil
    pupil.year_taught = "5"
    pupil.save()
    client = as_person(office)
    shown = all_of(client.get(f"{HERE}new/?year=5").text)["shown"]
    assert len(shown) == 1
    client.post(f"{HERE}new/", {"shown": shown, "year": "6"})
    text = client.get(f"{HERE}new/?year=6").text

    assert len(all_of(text)["shown"]) == 5
    assert "5 of 6 pupils" in text
    assert "Zhang, Wei" in text.split("Left out")[1]


def test_a_pupil_is_found_in_the_files_that_came_in_too(
    as_person: AsPerson, office: Person, signed_sheet: Sheet, school: Organisation
) -> None:
    pupil = signed_sheet.cohort.earliest("pk").pupil
    line = f"{pupil.upn},{pupil.surname},{pupil.forename},01/01/2015,6C"
    text = f"UPN,Surname,Forename,DOB,Class\n{line}"
    file = uploads.bring_in(
        school=school,
        year=2026,
        kind="roll",
        data=text.encode(),
        name="roll of May.csv",
        by=By(office),
    )
    seal = applying.preview(file, "everything").seal
    applying.apply(file=file, mode="everything", seal=seal, by=By(office))

    found = as_person(office).post(f"{HERE}find/", {"upn": pupil.upn}).text

    assert "0 files have this pupil" in found
    assert "1 file brought something for this pupil" in found
    assert "roll of May.csv (pupils), line 2" in found
    assert file.sha256 in found
