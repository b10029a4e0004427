"""Files that come in, page by page: chosen, matched, looked at, applied, undone."""

import pytest
from cast_of_tests import AsPerson
from pages_of_imports import HERE, ROLL, apply, decide, send
from pages_of_tests import hidden

from keystage.core.upn import make_upn
from keystage.store.models import (
    AuditEvent,
    Import,
    Job,
    Judgement,
    Organisation,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


def test_a_roll_goes_from_the_file_to_the_cohort_and_back(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]
    review = client.get(there).text
    assert "1 pupil waits for your decision" in review
    assert "Probably the same pupil" in review
    row = Import.objects.get().rows.get(line=2)

    answer = decide(client, there, **{f"row-{row.pk}": f"accept:{row.pupil_id}"})
    assert answer["Location"] == f"{there}changes/"
    changes = client.get(f"{there}changes/").text
    assert "Newman" in changes
    assert "6B" in changes

    assert apply(client, there)["Location"] == f"{there}result/"
    assert "The file was imported" in client.get(f"{there}result/").text
    assert "Newman, Bo" in client.get("/school/900003/2026/pupils/").text

    assert "Newman, Bo" in client.get(f"{there}undo/").text
    client.post(f"{there}undo/")
    assert "The import was undone" in client.get(f"{there}result/").text
    assert "Newman, Bo" not in client.get("/school/900003/2026/pupils/").text
    assert Pupil.objects.get(surname="Ashby").class_name == "6A"
    assert AuditEvent.objects.filter(action="import undone").exists()


def test_every_first_page_opens(as_person: AsPerson, office: Person, sheet: Sheet) -> None:
    client = as_person(office)

    for page in ("", "roll/", "registration/", "judgements/", "results/"):
        assert client.get(f"{HERE}{page}").status_code == 200, page


def test_applying_twice_is_harmless(as_person: AsPerson, office: Person, sheet: Sheet) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]
    text = client.get(f"{there}changes/").text
    form = {"mode": hidden(text, "mode"), "seal": hidden(text, "seal")}
    for _ in range(2):
        assert client.post(f"{there}changes/", form)["Location"] == f"{there}result/"

    assert Pupil.objects.filter(surname="Newman").count() == 1
    assert send(client, ROLL)["Location"] != there


def test_a_preview_that_is_out_of_date_is_shown_again(
    as_person: AsPerson, office: Person, sheet: Sheet, school: Organisation
) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]
    answer = client.post(f"{there}changes/", {"mode": "everything", "seal": "0" * 64})

    assert answer.status_code == 409
    assert "not what you saw" in answer.text
    assert not Pupil.objects.filter(surname="Newman").exists()


def test_a_file_that_changes_nothing_has_no_button(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    there = send(client, "Surname,Forename,DOB\nAshby,Mabel,01/01/2015\n")["Location"]
    text = client.get(f"{there}changes/").text

    assert "Nothing would be imported: 1 row waits" in text
    assert "Apply the file" not in text
    answer = client.post(f"{there}changes/", {"mode": "everything", "seal": "0" * 64})
    assert answer.status_code == 422
    assert client.post(f"{there}changes/", {})["Location"] == f"{there}changes/"


def test_the_same_file_again_is_warned_of(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    apply(client, send(client, ROLL)["Location"])
    again = send(client, ROLL)["Location"]

    assert "This same file was imported on" in client.get(again).text
    assert "This same file was imported on" in client.get(f"{again}changes/").text


def test_what_is_not_taken_is_named(as_person: AsPerson, office: Person, sheet: Sheet) -> None:
    text = "Surname,Forename,DOB,Mother,House\nNewman,Bo,40/13/2015,Hemlock,Red\n"
    client = as_person(office)
    there = send(client, text)["Location"]

    for page in (there, f"{there}changes/"):
        shown = client.get(page).text
        assert "Contacts: never taken" in shown
        assert "Column “House”" in shown
        assert "40/13/2015" in shown
        assert "Hemlock" not in shown


def test_a_conflicting_choice_is_told_above_the_page(
    as_person: AsPerson, office: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]
    rows = {row.line: row for row in Import.objects.get().rows.all()}
    same = f"accept:{pupils[0].pk}"
    answer = decide(client, there, **{f"row-{row.pk}": same for row in rows.values()})

    assert answer.status_code == 422
    assert "are taken for the same pupil" in answer.text
    none = decide(client, there, **{f"row-{rows[2].pk}": "other", f"other-{rows[2].pk}": "x"})
    assert "not on the roll" in none.text


def test_another_pupil_can_be_chosen(
    as_person: AsPerson, office: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]
    row = Import.objects.get().rows.get(line=2)
    assert "Decide otherwise" in client.get(there).text
    client.post(there, {f"row-{row.pk}": "other", f"other-{row.pk}": str(pupils[3].pk)})

    row.refresh_from_db()
    assert (row.pupil, row.decision, row.decided_by) == (pupils[3], "accept", office)
    assert "Decided by Olga" in client.get(f"{there}?all=1").text
    client.post(there, {f"row-{row.pk}": "skip"})
    row.refresh_from_db()
    assert row.decision == "skip"


def test_strictness_is_chosen_on_the_page(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    there = send(client, "Surname,Forename,DOB\nAshbie,Mary,01/01/2015\n")["Location"]
    client.post(there, {"rematch": "1", "strictness": "initials"})

    assert "Perhaps the same pupil" in client.get(there).text
    client.post(there, {"rematch": "1", "strictness": "nonsense"})
    assert Import.objects.get().strictness == "initials"


def test_numbers_alone_are_taken_at_once(
    as_person: AsPerson, office: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    client = as_person(office)
    text = "UPN,Writing\n" + "".join(f"{one.upn},EXS\n" for one in pupils)
    there = send(client, text, kind="judgements")["Location"]
    assert "6 rows have a UPN" in client.get(there).text
    client.post(there, {"numbers": "1"})

    apply(client, there)
    assert Judgement.objects.count() == 6
    assert "6</span> pupils were changed" in client.get(f"{there}result/").text


def test_a_file_is_put_away(as_person: AsPerson, office: Person, sheet: Sheet) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]
    assert client.get(f"{there}put-away/").status_code == 405
    client.post(f"{there}put-away/")

    assert "Nothing was imported" in client.get(f"{there}result/").text
    assert client.get(there)["Location"] == f"{there}result/"
    assert client.get(f"{there}changes/")["Location"] == f"{there}result/"
    assert client.get(f"{there}undo/")["Location"] == f"{there}result/"


def test_undoing_asks_about_what_was_changed_since(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]
    apply(client, there)
    assert client.get(there)["Location"] == f"{there}result/"
    Pupil.objects.filter(surname="Newman").update(class_name="6C")

    assert "Changed since the import" in client.get(f"{there}undo/").text
    assert "Select “Undo the rest" in client.post(f"{there}undo/").text
    client.post(f"{there}undo/", {"leave_changed": "on"})
    assert Pupil.objects.filter(surname="Newman").exists()
    assert Import.objects.get().state == "undone"


def test_a_large_file_says_that_it_is_being_imported(
    as_person: AsPerson, office: Person, sheet: Sheet, large_from: int
) -> None:
    upns = [make_upn(999, 301, 2019, n) for n in range(large_from + 1)]
    rows = "".join(f"{upn},Many,Al,05/02/2015,5\n" for upn in upns)
    client = as_person(office)
    there = send(client, f"UPN,Surname,Forename,DOB,Year\n{rows}")["Location"]
    apply(client, there)

    text = client.get(f"{there}result/").text
    job = Job.objects.get()
    assert "The file is being imported" in text
    assert f'href="/school/900003/2026/jobs/{job.pk}/"' in text
    assert job.state == "queued"


def test_names_of_pupils_are_in_no_title_and_no_address(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]
    apply(client, there)
    for page in (there, f"{there}changes/", f"{there}result/", f"{there}undo/"):
        text = client.get(page, follow=True).text
        assert "Newman" not in text.split("</title>")[0]


def test_a_result_file_is_brought_in_and_shown_with_the_pupil(
    as_person: AsPerson, headteacher: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    client = as_person(headteacher)
    text = (
        "UPN,Surname,Forename,DOB,Reading mark,Reading scaled score,Reading outcome\n"
        f"{pupils[0].upn},Ashby,Mabel,01/01/2015,40,107,AS\n"
    )
    there = send(client, text, kind="results")["Location"]
    assert "107" in client.get(f"{there}changes/").text
    apply(client, there)

    shown = client.get(f"/school/900003/2026/pupils/{pupils[0].pk}/").text
    assert "40 marks, scaled score 107, AS" in shown
