"""Amendments on pages: drafted and borne out by the school, seen by the authority, decided."""

import pytest
from cast_of_tests import AsPerson
from django.core.files.uploadedfile import SimpleUploadedFile
from files_of_tests import Gate, row_of, sheet_file

from keystage.actions.by import By
from keystage.actions.gateway.standing.states import close
from keystage.store.models import Amendment, Person, Pupil, ReceivedJudgement, Sheet
from keystage.web.amendments import desk_views

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/amendments/"
PDF = b"%PDF-1.7\nwork\n%%EOF\n"


@pytest.fixture
def closed(gate: Gate, judged_sheet: Sheet, pupils: list[Pupil]) -> Gate:
    assert judged_sheet.cohort.exists()
    gate.take(sheet_file([row_of(one) for one in pupils]))
    close(gate.kept, reason="The deadline", by=By.service())
    return gate


@pytest.fixture
def drafted(as_person: AsPerson, office: Person, closed: Gate) -> Amendment:
    """Drafted on the page by the office, with a document."""
    client = as_person(office)
    page = client.get(f"{HERE}new/").text
    assert "Writing: GDS" in page
    pupil = closed.kept.pupils.get(surname="Ashby")
    given = {"pupil": pupil.pk, "change": "writing GDS", "reason": "Copied from another line."}
    made = client.post(f"{HERE}new/", given)
    found = Amendment.objects.get()
    assert made.headers["Location"] == f"{HERE}{found.pk}/"
    file = SimpleUploadedFile("Mabel Ashby.pdf", PDF)
    client.post(f"{HERE}{found.pk}/evidence/", {"seen": found.version, "file": file})
    found.refresh_from_db()
    assert found.evidence.count() == 1
    return found


def test_an_amendment_goes_its_way_from_draft_to_done(
    as_person: AsPerson, drafted: Amendment, office: Person, headteacher: Person, officer: Person,
    operator: Person,
) -> None:  # fmt: skip
    here = f"{HERE}{drafted.pk}/"
    mine = as_person(office).get(here).text
    assert "another person has to send it" in mine
    assert "Hester Adebayo" in mine
    assert as_person(office).post(f"{here}send/", {"seen": drafted.version}).status_code == 403
    there = f"/authority/999/2026/amendments/{drafted.pk}/"
    assert as_person(officer).get(there).status_code == 404

    as_person(headteacher).post(f"{here}send/", {"seen": drafted.version})
    drafted.refresh_from_db()
    assert drafted.state == "sent"
    text = as_person(officer).get(there).text
    assert "Ashby, Mabel" in text
    assert "Document 1" in text

    desk = "/national/N1/2026/desk/amendments/"
    listed = as_person(operator).get(desk).text
    assert drafted.reference in listed
    assert "Ashby" not in listed
    assert "Ashby, Mabel" in as_person(operator).get(f"{desk}{drafted.pk}/").text
    empty = as_person(operator).post(f"{desk}{drafted.pk}/", {"seen": drafted.version})
    assert empty.status_code == 422
    answer = {"seen": drafted.version, "answer": "take", "words": "The book bears it out."}
    assert as_person(operator).post(f"{desk}{drafted.pk}/", answer).status_code == 303
    assert ReceivedJudgement.objects.get(pupil=drafted.pupil, subject="writing").code == "GDS"

    drafted.refresh_from_db()
    page = as_person(office).get(here).text
    assert "The mark sheet here says EXS, and what was received says GDS." in page
    correct = as_person(office).get("/school/900003/2026/gateway/correct/").text
    assert f"Amendment {drafted.reference} was agreed. Make it GDS in your own system and in" in (
        correct
    )
    return_page = "/school/900003/2026/gateway/"
    assert "1 amendment is agreed and not done." in as_person(office).get(return_page).text
    as_person(office).post(f"{here}done/", {"seen": drafted.version})
    assert "agreed and not done" not in as_person(office).get(return_page).text
    drafted.refresh_from_db()
    assert drafted.state == "done"


def test_a_document_is_given_to_school_authority_and_agency_under_a_name_without_a_pupil(
    as_person: AsPerson, drafted: Amendment, office: Person, headteacher: Person, officer: Person,
    operator: Person, stranger: Person, governor: Person, teacher: Person,
) -> None:  # fmt: skip
    as_person(headteacher).post(f"{HERE}{drafted.pk}/send/", {"seen": drafted.version})
    kept = drafted.evidence.get()
    tail = f"{drafted.pk}/evidence/{kept.pk}/"
    for who, path in (
        (office, f"{HERE}{tail}"),
        (officer, f"/authority/999/2026/amendments/{tail}"),
        (operator, f"/national/N1/2026/desk/amendments/{tail}"),
    ):
        given = as_person(who).get(path)
        assert b"".join(given) == PDF
        assert given.headers["Content-Type"] == "application/pdf"
        told = given.headers["Content-Disposition"]
        assert told == f'attachment; filename="{drafted.reference}-1.pdf"'
    for who, status in ((stranger, 404), (governor, 403), (teacher, 403)):
        assert as_person(who).get(f"{HERE}{tail}").status_code == status
    assert as_person(stranger).get(f"/school/900004/2026/amendments/{tail}").status_code == 404


def test_nobody_decides_who_may_not_see_of_whom_it_is(
    as_person: AsPerson, drafted: Amendment, headteacher: Person, operator: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    as_person(headteacher).post(f"{HERE}{drafted.pk}/send/", {"seen": drafted.version})
    drafted.refresh_from_db()
    monkeypatch.setattr(desk_views, "_sees_pupils", lambda _: False)
    client, there = as_person(operator), f"/national/N1/2026/desk/amendments/{drafted.pk}/"

    assert "Ashby" not in client.get(there).text
    given = {"seen": drafted.version, "answer": "take", "words": "As asked."}
    assert client.post(there, given).status_code == 404
    drafted.refresh_from_db()
    assert drafted.state == "sent"


def test_documents_that_are_none_are_refused_and_drafts_may_lose_theirs(
    as_person: AsPerson, drafted: Amendment, office: Person
) -> None:
    client, here = as_person(office), f"{HERE}{drafted.pk}/"
    bad = SimpleUploadedFile("a.pdf", b"MZ")
    refused = client.post(f"{here}evidence/", {"seen": drafted.version, "file": bad})
    assert refused.status_code == 422
    assert "no PDF, PNG or JPEG" in refused.text
    assert client.post(f"{here}evidence/", {"seen": drafted.version}).status_code == 422

    kept = drafted.evidence.get()
    client.post(f"{here}evidence/{kept.pk}/remove/", {"seen": "no number"})
    assert drafted.evidence.exists()
    client.post(f"{here}evidence/{kept.pk}/remove/", {"seen": drafted.version})
    assert not drafted.evidence.exists()


def test_a_register_is_filtered_and_taken_away(
    as_person: AsPerson, drafted: Amendment, office: Person, headteacher: Person, operator: Person
) -> None:
    client = as_person(office)
    assert drafted.reference in client.get(HERE).text
    assert drafted.reference in client.get(f"{HERE}?state=drafted").text
    assert "None of this state" in client.get(f"{HERE}?state=agreed").text
    lines = b"".join(client.get(f"{HERE}register.csv")).decode()
    assert "Ashby" in lines
    assert "EXS,GDS,Drafted" in lines
    as_person(headteacher).post(f"{HERE}{drafted.pk}/send/", {"seen": drafted.version})
    national = b"".join(as_person(operator).get("/national/N1/2026/desk/amendments/register.csv"))
    assert drafted.reference.encode() in national
    assert b"Ashby" not in national


def test_a_withdrawal_and_an_answer_need_words(
    as_person: AsPerson, drafted: Amendment, office: Person, headteacher: Person
) -> None:
    here = f"{HERE}{drafted.pk}/"
    client = as_person(office)
    assert client.post(f"{here}withdraw/", {"seen": drafted.version}).status_code == 422
    Amendment.objects.filter(pk=drafted.pk).update(state="more_wanted")
    refused = as_person(headteacher).post(f"{here}send/", {"seen": drafted.version})
    assert refused.status_code == 422
    assert "Enter your answer" in refused.text
    assert as_person(office).post(f"{here}done/", {"seen": ""}).status_code == 422
    words = {"seen": drafted.version, "words": "Asked in error."}
    as_person(office).post(f"{here}withdraw/", words)
    drafted.refresh_from_db()
    assert drafted.state == "withdrawn"


def test_an_open_return_is_not_amended_and_the_page_says_what_to_do(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    assert sheet.cohort.exists()
    client = as_person(office)
    page = client.get(f"{HERE}new/", follow=True)
    assert "there is nothing to amend" in page.text
    given = {"pupil": "x", "change": "y", "reason": ""}
    assert client.post(f"{HERE}new/", given).status_code == 422


def test_a_pupil_named_in_the_reason_is_refused_on_the_page(
    as_person: AsPerson, closed: Gate, office: Person
) -> None:
    pupil = closed.kept.pupils.get(surname="Ashby")
    given = {"pupil": pupil.pk, "change": "writing GDS", "reason": "Mabel Ashby writes well."}
    refused = as_person(office).post(f"{HERE}new/", given)
    assert refused.status_code == 422
    assert "full name of a pupil" in refused.text
    assert not Amendment.objects.exists()
