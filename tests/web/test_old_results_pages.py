"""Pages of results that changed later: old ones in the sheet, downloads, scripts, put back."""

import pytest
from cast_of_tests import YEAR, AsPerson
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pages_of_tests import hidden
from releases_of_tests import Agency, file_of, freeze, line, marks_of

from keystage.actions.by import By
from keystage.actions.imports import applying
from keystage.actions.releases import releasing
from keystage.actions.releases.into_sheet import bring_into_sheet
from keystage.store.models import (
    AuditEvent,
    Person,
    Pupil,
    Result,
    ResultsRelease,
    SeenScript,
    Sheet,
)

pytestmark = pytest.mark.django_db
SCHOOL, AGENCY = "/school/900003/2026/released/", "/national/STA/2026/releases/"


@pytest.fixture
def taken(
    agency: Agency,
    sheet: Sheet,
    pupils: list[Pupil],
    lead: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> ResultsRelease:
    """The school has taken the first version into its sheet."""
    made = agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at)
    by = By(lead, "test")
    file = bring_into_sheet(school=sheet.school, year=YEAR, by=by)
    applying.apply(
        file=file,
        mode="everything",
        seal=applying.preview(file, "everything").seal,
        by=by,
    )
    return made


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    found: str = answer.content.decode()
    return found


def test_a_school_is_told_of_old_results_and_looks_at_the_later_ones_first(
    taken: ResultsRelease, agency: Agency, as_person: AsPerson, lead: Person, pupils: list[Pupil]
) -> None:
    client = as_person(lead)
    assert "No result in the mark sheet is old" in text_of(client, f"{SCHOOL}sheet/")
    agency.release(file_of([line(pupils[0], "reading", 30)]), ResultsRelease.Kind.CORRECTED)

    assert "1 result in the mark sheet is of a version" in text_of(client, SCHOOL)
    page = text_of(client, f"{SCHOOL}sheet/")
    assert "26 marks, scaled score 99, NS" in page
    assert "30 marks, scaled score 102, AS" in page
    assert "/import/results/" in client.post(f"{SCHOOL}take/").headers["Location"]
    assert Result.objects.filter(raw_mark=30).count() == 0


def test_what_was_taken_back_is_told_with_its_reason_and_taken_out_by_a_person(
    taken: ResultsRelease, agency: Agency, as_person: AsPerson, lead: Person
) -> None:
    releasing.withdraw(release=taken, reason="Marks of another test", by=agency.one)
    client = as_person(lead)

    page = text_of(client, SCHOOL)
    assert "Version 1 was taken back" in page
    assert "Marks of another test" in page
    assert "Results are not out yet" not in page
    page = text_of(client, f"{SCHOOL}sheet/")
    assert "Version 1, which was taken back" in page
    seal = hidden(page, "seal")
    assert client.post(f"{SCHOOL}sheet/clear/", {"seal": seal}).status_code == 303
    assert Result.objects.filter(raw_mark=None, outcome="").count() == 18
    assert client.post(f"{SCHOOL}sheet/clear/", {"seal": seal}).status_code == 422


def test_a_table_of_what_was_received_is_written_down_when_it_is_taken_away(
    as_person: AsPerson, headteacher: Person, sheet: Sheet
) -> None:
    client = as_person(headteacher)

    assert client.get("/school/900003/2026/gateway/received/download/csv/").status_code == 200

    event = AuditEvent.objects.get(action="taken away")
    assert event.subject == "what was received, as a table"
    assert "What was received, as a table" in text_of(client, f"{SCHOOL}downloads/")


def test_scripts_are_ticked_on_a_page_and_told_beside_the_review(
    taken: ResultsRelease, as_person: AsPerson, lead: Person, headteacher: Person
) -> None:
    client, row = as_person(lead), taken.results.filter(subject="maths").first()
    assert row is not None
    assert "Nobody has looked at it" in text_of(client, f"{SCHOOL}result/{row.pk}/")

    one = f"{row.upn} maths_2"
    given = {"shown": [one], "seen": [one]}
    assert client.post(f"{SCHOOL}scripts/", given).status_code == 303

    assert SeenScript.objects.get().paper == "maths_2"
    assert lead.name in text_of(client, f"{SCHOOL}scripts/")
    assert lead.name in text_of(client, f"{SCHOOL}result/{row.pk}/")


def test_the_page_of_reviews_says_that_no_price_is_known(
    taken: ResultsRelease, as_person: AsPerson, headteacher: Person
) -> None:
    page = text_of(as_person(headteacher), f"{SCHOOL}reviews/")

    assert "What a review costs is not known: the prices of reviews of marking in 2026" in page


def test_letters_come_as_one_file(taken: ResultsRelease, as_person: AsPerson, lead: Person) -> None:
    client = as_person(lead)

    answer = client.get(f"{SCHOOL}download/tests/pdf/")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"{SCHOOL}download/maths/pdf/" in text_of(client, SCHOOL)
    assert client.get(f"{SCHOOL}download/all/pdf/").status_code == 422


def test_one_of_the_agency_asks_to_put_back_and_another_does(
    taken: ResultsRelease, agency: Agency, as_person: AsPerson
) -> None:
    page = f"{AGENCY}{taken.pk}/"
    client = as_person(agency.one.who)
    assert "Putting it back needs two people" in text_of(client, f"{page}back/")
    assert client.post(f"{page}back/", {"reason": "Wrong"}).status_code == 303
    assert "Ask to put it back" in text_of(client, page)
    assert client.post(f"{page}return/").status_code == 422
    assert client.post(f"{page}return/", {"reason": "It was right"}).status_code == 303
    assert "another person has to do it" in text_of(client, page)
    assert "To be put back" in text_of(client, AGENCY)

    assert "Put the release back" in text_of(as_person(agency.other.who), page)


def test_a_file_of_results_is_as_large_as_the_service_is_set_to_take(
    agency: Agency, as_person: AsPerson, settings: LazySettings
) -> None:
    client = as_person(agency.one.who)
    large = {"kind": "full", "file": SimpleUploadedFile("r.csv", b"a,b" + b"a" * 21 * 2**20)}
    settings.RELEASE_MB = 30
    assert client.post(f"{AGENCY}new/", large).status_code == 303
    large["file"] = SimpleUploadedFile("r.csv", b"a,b" + b"a" * 21 * 2**20)
    settings.RELEASE_MB = 20
    assert "smaller than 20 MB" in client.post(f"{AGENCY}new/", large).content.decode()
    large["file"] = SimpleUploadedFile("r.csv", b"a,b" + b"a" * 21 * 2**20)
    assert Client().post(f"{AGENCY}new/", large).status_code == 413


def test_before_results_are_out_the_list_of_scripts_says_so(
    sheet: Sheet, as_person: AsPerson, lead: Person
) -> None:
    assert sheet.year == YEAR
    assert "Results are not out yet" in as_person(lead).get(f"{SCHOOL}scripts/").text
