"""What a person has typed is on the page again where it could not be saved."""

import re

import pytest
from cast_of_tests import AsPerson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keystage.store.models import Import, ImportRow, Organisation, Person, Pupil, ReportNote, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/"


def test_a_comment_somebody_else_was_quicker_with_is_kept_on_the_page(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    client, pupil = as_person(office), resulted_sheet.cohort.earliest("pk").pupil_id
    path, mine = f"{HERE}reports/{pupil}/", "What took an hour to write & think of"
    client.post(path, {"teacher": "What was stored first", "seen": "0"})
    late = client.post(path, {"teacher": mine, "seen": "0"})

    assert late.status_code == 409
    assert "Error: Report of one pupil" in late.text
    assert 'href="#id_teacher"' in late.text
    assert "What took an hour to write &amp; think of" in late.text
    assert "What was stored first" in late.text

    seen = re.findall(r'name="seen"[^>]* value="(\d+)"', late.text)[0]
    client.post(path, {"teacher": mine, "seen": seen})
    assert ReportNote.objects.get().teacher_comment == mine


def test_a_comment_on_a_version_that_never_was_breaks_nothing(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    pupil = resulted_sheet.cohort.earliest("pk").pupil_id
    answer = as_person(office).post(f"{HERE}reports/{pupil}/", {"teacher": "Kept", "seen": "7"})

    assert answer.status_code == 409
    assert "Kept" in answer.text


@pytest.fixture
def two_rows(
    as_person: AsPerson, office: Person, school: Organisation, pupils: list[Pupil]
) -> Import:
    """A roll with two rows that wait for a person."""
    file = SimpleUploadedFile(
        "roll.csv",
        b"Surname,Forename,Date of birth\nAshbey,Mabell,01/01/2015\nAshbie,Mabele,01/01/2015\n",
    )
    as_person(office).post(f"{HERE}import/roll/", {"file": file})
    return Import.objects.get()


def test_decisions_about_rows_are_shown_again_where_one_of_them_is_wrong(
    as_person: AsPerson, office: Person, two_rows: Import, pupils: list[Pupil]
) -> None:
    first, second = two_rows.rows.order_by("line")
    taken = f"accept:{pupils[0].pk}"
    answer = as_person(office).post(
        f"{HERE}import/roll/{two_rows.pk}/?all=1",
        {f"row-{first.pk}": taken, f"row-{second.pk}": "other", f"other-{second.pk}": pupils[0].pk},
    )

    assert answer.status_code == 422
    assert "taken for the same pupil" in answer.text
    assert answer.text.count(f'value="{taken}" checked') == 2
    assert not ImportRow.objects.filter(decided_by__isnull=False).exists()


def test_who_fills_the_plain_form_is_told_to_save_often(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    text = as_person(teacher).get(f"{HERE}sheet/").text

    assert "<noscript>" in text
    assert "You are signed out after 30 minutes" in text


def test_the_statement_of_accessibility_says_that_time_runs_out_without_a_warning(
    client: Client,
) -> None:
    text = client.get("/accessibility").text

    assert "After 30 minutes without a new page you are signed out" in text
