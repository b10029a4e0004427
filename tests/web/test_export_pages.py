# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls
"""The wizard that makes a file, its history, and looking for a pupil across files."""

import pytest

from keystage.store.models import AuditEvent, ReturnFile

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/files/"


def make(client) -> ReturnFile:
    page = client.get(f"{HERE}new/check/")
    key = page.text.split('name="key"')[1].split('value="')[1].split('"')[0]
    response = client.post(f"{HERE}new/check/", {"key": key, "because": ""})
    assert response.status_code == 302, response.text
    return ReturnFile.objects.latest("made_at")


def test_the_wizard_goes_from_who_to_the_file(as_person, office, signed_sheet) -> None:
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


def test_a_choice_survives_a_filter(as_person, office, signed_sheet) -> None:
    client = as_person(office)
    shown = all_of(client.get(f"{HERE}new/?class=6A").text)
    client.post(
        f"{HERE}new/", {"shown": shown["shown"], "pupil": shown["shown"][1:], "class": "6B"}
    )
    text = client.get(f"{HERE}new/?class=6B").text

    assert "5 of 6 pupils" in text
    assert "Ashby, Mabel" in text.split("Left out")[1]
    assert "5 of 6 pupils" in client.get(f"{HERE}new/").text


def test_leaving_somebody_out_asks_why(as_person, office, signed_sheet) -> None:
    client = as_person(office)
    shown = all_of(client.get(f"{HERE}new/").text)
    client.post(f"{HERE}new/", {**shown, "pupil": shown["pupil"][1:], "go_on": "1"})
    page = client.get(f"{HERE}new/check/").text
    key = page.split('name="key"')[1].split('value="')[1].split('"')[0]
    response = client.post(f"{HERE}new/check/", {"key": key, "because": ""})

    assert "Error: Check the file" in response.text
    assert "Say why pupils are left out" in response.text
    assert not ReturnFile.objects.exists()


def test_an_unsigned_sheet_says_what_to_do(as_person, office, judged_sheet) -> None:
    client = as_person(office)
    page = client.get(f"{HERE}new/check/").text
    key = page.split('name="key"')[1].split('value="')[1].split('"')[0]
    response = client.post(f"{HERE}new/check/", {"key": key})

    assert response.status_code == 422
    assert "Ask the headteacher to sign it" in response.text


def test_missing_judgements_are_named_and_there_is_no_button(as_person, office, sheet) -> None:
    text = as_person(office).get(f"{HERE}new/check/").text

    assert "would be refused" in text
    assert "Make the file" not in text.split("<main")[1]
    assert "Ashby" in text


def test_files_of_another_school_are_not_there(
    as_person, office, person, signed_sheet, other_school
) -> None:
    file = make(as_person(office))
    client = as_person(person("office", other_school))

    assert client.get(f"{HERE}{file.pk}/").status_code == 404
    assert client.get(f"/school/900004/2026/files/{file.pk}/").status_code == 404
    assert client.get(f"/school/900004/2026/files/{file.pk}/download/").status_code == 404


def test_a_pupil_is_found_across_files(as_person, office, signed_sheet) -> None:
    client = as_person(office)
    file = make(client)
    upn = signed_sheet.cohort.first().pupil.upn

    assert file.name in client.get(f"{HERE}find/", {"upn": f" {upn.lower()} "}).text
    assert "0 files have" in client.get(f"{HERE}find/", {"upn": "A000000000000"}).text
    assert "Enter a UPN" in client.get(f"{HERE}find/", {"upn": ""}).text


def test_the_history_says_which_file_is_the_newest(as_person, office, signed_sheet) -> None:
    client = as_person(office)
    make(client)
    make(client)
    text = client.get(HERE).text

    assert text.count("Superseded") == 1
    assert text.index("_002.xml") < text.index("_001.xml")


def test_a_season_without_a_sheet_has_no_files(as_person, office) -> None:
    client = as_person(office)

    assert "No file has been made" in client.get(HERE).text
    assert client.get(f"{HERE}new/").status_code == 404


def test_the_warning_of_a_school_stands_beside_its_files(
    as_person, headteacher, office, signed_sheet
) -> None:
    client = as_person(headteacher)
    client.post(f"{HERE}set-up/", {"sensitive_warning": "Handle with care."})
    client = as_person(office)

    assert "Handle with care." in client.get(f"{HERE}{make(client).pk}/").text
