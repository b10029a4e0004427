"""Pages of released results: the minute, who sees what, and each journey from end to end."""

from datetime import timedelta
from io import BytesIO

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from releases_of_tests import Agency, file_of, freeze, line, marks_of

from keystage.store.models import (
    ConfirmedPlace,
    Import,
    MarkingReview,
    Message,
    Organisation,
    Person,
    Pupil,
    ResultsRelease,
    SharedPack,
    Sheet,
)

pytestmark = pytest.mark.django_db
SCHOOL, BODY = "/school/900003/2026/released/", "/authority/999/2026/results/"
PLACES = "/authority/999/2026/places/"
DAY = timedelta(days=1)


@pytest.fixture
def officer(person: MakePerson, authority: Organisation) -> Person:
    return person("authority_officer", authority, name="Olu Officer")


@pytest.fixture
def out(
    agency: Agency, judged_sheet: Sheet, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> ResultsRelease:
    """The minute has come; everybody is a mark short of the standard in reading."""
    made = agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at)
    return made


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    found: str = answer.content.decode()
    return found


@pytest.mark.parametrize("path", ["", "test/reading/", "tables/", "versions/", "check/"])
def test_before_the_minute_a_page_says_the_same_whether_a_release_is_there_or_not(
    agency: Agency,
    as_person: AsPerson,
    headteacher: Person,
    pupils: list[Pupil],
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    freeze(monkeypatch, agency.at - timedelta(seconds=1))
    client = as_person(headteacher)
    without = text_of(client, SCHOOL + path)

    agency.release(marks_of(pupils))

    assert text_of(client, SCHOOL + path) == without
    assert client.get(f"{SCHOOL}download/tests/csv/").status_code == 422
    freeze(monkeypatch, agency.at)
    assert text_of(client, SCHOOL + path) != without


def test_before_the_minute_neither_authority_nor_agency_sees_anything(
    agency: Agency, as_person: AsPerson, officer: Person, pupils: list[Pupil]
) -> None:
    agency.release(marks_of(pupils))
    client = as_person(officer)

    assert "Results are not out yet" in text_of(client, BODY)
    assert "Storybook" not in text_of(client, BODY)
    assert "not out yet" in text_of(client, f"{BODY}school/9990301/")
    assert "not out yet" in text_of(client, f"{BODY}check/")
    assert client.get(f"{BODY}download/tests/csv/").status_code == 422


def test_the_school_sees_marks_scores_and_outcomes_with_their_meaning(
    out: ResultsRelease, as_person: AsPerson, office: Person, pupils: list[Pupil]
) -> None:
    text = text_of(as_person(office), SCHOOL)

    assert pupils[0].surname in text
    assert "26 marks" in text
    assert "Intake" not in text
    assert "<strong>99</strong>" in text
    assert "Version 1 (all results)" in text
    assert "expected standard" in text


@pytest.mark.parametrize("role", ["governor", "class_teacher", "authority_analyst"])
def test_who_sees_no_results_by_name_is_not_let_in(
    out: ResultsRelease, as_person: AsPerson, person: MakePerson, role: str, school: Organisation
) -> None:
    where = school.authority if role == "authority_analyst" else school
    assert where is not None
    client = as_person(person(role, where, classes=["6A"] if role == "class_teacher" else ()))

    assert client.get(SCHOOL).status_code == 403


def test_the_page_asks_as_many_questions_for_sixty_pupils_as_for_six(
    agency: Agency,
    as_person: AsPerson,
    headteacher: Person,
    pupils: list[Pupil],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    freeze(monkeypatch, agency.at)
    client = as_person(headteacher)
    text_of(client, SCHOOL)
    counts = []
    for many in (6, 60):
        more = [
            Pupil(school=pupils[0].school, upn=f"A9990302{at:05d}", surname=f"S{at}")
            for at in range(many)
        ]
        agency.release(marks_of(more, {"reading": 20 + many % 7}), name=f"{many}.csv")
        with CaptureQueriesContext(connection) as queries:
            text_of(client, SCHOOL)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 20


def test_a_result_is_opened_to_its_thresholds_and_a_review_goes_to_the_end(
    out: ResultsRelease, as_person: AsPerson, lead: Person, headteacher: Person
) -> None:
    row = out.results.filter(subject="reading").order_by("surname").first()
    assert row is not None
    client = as_person(lead)
    text = text_of(client, f"{SCHOOL}result/{row.pk}/")
    assert "1 mark short" in text
    assert "a scaled score of 100" in text
    assert "share of pupils reaching the expected standard in reading" in text
    assert "The last rule that was read is that of 2025" in text

    address = f"{SCHOOL}result/{row.pk}/review/"
    assert client.post(address, {"kind": "marking", "reason": ""}).status_code == 422
    late = client.post(address, {"kind": "marking", "reason": "Question 4"})
    assert "has passed" in late.content.decode()
    sent = client.post(address, {"kind": "marking", "reason": "Question 4", "though_late": "on"})
    assert sent.status_code == 303
    review = MarkingReview.objects.get()

    client = as_person(headteacher)
    for step, given in (("approve", {"though_late": "on"}), ("sent", {})):
        assert client.post(f"{SCHOOL}reviews/{review.pk}/{step}/", given).status_code == 303
    assert text_of(client, f"{SCHOOL}reviews/{review.pk}/answer/")
    wrong = client.post(f"{SCHOOL}reviews/{review.pk}/answer/", {"mark": "51"})
    assert wrong.status_code == 422
    assert client.post(f"{SCHOOL}reviews/{review.pk}/answer/", {"mark": "27"}).status_code == 303
    assert "Result changed" in text_of(client, f"{SCHOOL}reviews/")


def test_the_calculator_knows_the_table_that_was_released_and_says_what_it_does_not_know(
    out: ResultsRelease, as_person: AsPerson, headteacher: Person
) -> None:
    client = as_person(headteacher)

    def said(year: int, test: str, mark: int) -> str:
        return text_of(client, f"{SCHOOL}tables/?of_year={year}&subject={test}&mark={mark}")

    assert "27 marks in reading in 2026: a scaled score of 100." in said(2026, "reading", 27)
    assert "too few for a scaled score" in said(2026, "reading", 1)
    assert "51 is not a mark in reading" in said(2026, "reading", 51)
    assert "a scaled score of 100" in said(2024, "gps", 35)
    assert "is not known" in said(2025, "reading", 27)


def test_what_a_later_release_changed_is_shown(
    agency: Agency,
    out: ResultsRelease,
    as_person: AsPerson,
    headteacher: Person,
    pupils: list[Pupil],
) -> None:
    data = file_of([line(pupils[0], "reading", 30)])
    agency.release(data, ResultsRelease.Kind.CORRECTED, note="After a check.")

    text = text_of(as_person(headteacher), f"{SCHOOL}versions/")

    assert "Raw mark: 26 before, 30 in it." in text
    assert "After a check." in text


def test_taking_results_leads_to_the_import_that_shows_what_would_change(
    out: ResultsRelease, as_person: AsPerson, office: Person
) -> None:
    answer = as_person(office).post(f"{SCHOOL}take/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/school/900003/2026/import/results/")
    assert Import.objects.get().state == "review"


def test_a_finding_leads_to_a_query_to_the_agency(
    agency: Agency, out: ResultsRelease, as_person: AsPerson, headteacher: Person
) -> None:
    out.results.filter(subject="reading").update(scaled_score=98)
    client = as_person(headteacher)

    assert "99 by the table" in text_of(client, f"{SCHOOL}check/")
    assert "RES-201" in text_of(client, f"{SCHOOL}query/?check=RES-201")
    given = {"receiver": agency.organisation.pk, "subject": "RES-201", "body": "Six scores differ."}
    assert client.post(f"{SCHOOL}query/", given).status_code == 303
    assert Message.objects.get().receiver == agency.organisation
    named = {**given, "body": f"About {out.results.first().upn}"}  # type: ignore[union-attr]
    assert client.post(f"{SCHOOL}query/", named).status_code == 422


def test_an_authority_sees_its_schools_one_by_one_and_together(
    out: ResultsRelease, as_person: AsPerson, officer: Person, pupils: list[Pupil]
) -> None:
    client = as_person(officer)

    assert "Storybook Lane" in text_of(client, BODY)
    assert pupils[0].surname in text_of(client, f"{BODY}school/9990301/")
    assert client.get(f"{BODY}school/9980301/").status_code == 404
    assert client.get(f"{BODY}download/all/csv/").content.count(b"9990301,") == 6
    assert client.get(f"{BODY}school/9990301/tests/ctf/")["Content-Type"] == "application/xml"
    assert "add up" in text_of(client, f"{BODY}check/")


def test_a_trust_takes_results_away_and_no_judgements(
    out: ResultsRelease, as_person: AsPerson, person: MakePerson, trust: Organisation
) -> None:
    client = as_person(person("trust_analyst", trust))
    trusts = "/trust/T001/2026/results/"

    assert "teacher assessments" not in text_of(client, trusts)
    assert client.get(f"{trusts}download/tests/csv/").status_code == 200
    assert client.get(f"{trusts}download/all/csv/").status_code == 422


def test_a_receiving_school_sees_its_intake_and_neither_others_nor_earlier(
    agency: Agency,
    out: ResultsRelease,
    as_person: AsPerson,
    person: MakePerson,
    officer: Person,
    pupils: list[Pupil],
    authority: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hilltop = Organisation.objects.create(
        kind="school", code="900090", name="Hilltop", number="9990490", authority=authority
    )
    client = as_person(officer)
    file = BytesIO(f"UPN,URN\n{pupils[0].upn},900090\n{pupils[1].upn},1\n".encode())
    file.name = "places.csv"
    looked = client.post(PLACES, {"file": file}).content.decode()
    assert "There is no school with this URN." in looked
    content, seal = (
        looked.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("content", "seal")
    )
    assert not ConfirmedPlace.objects.exists()
    taken = client.post(f"{PLACES}take/", {"content": content, "seal": seal})
    assert taken.status_code == 303
    assert ConfirmedPlace.objects.get().receiving == hilltop

    incoming = "/school/900090/2026/released/incoming/"
    reader = person("receiving_school", hilltop)
    assert f'href="{incoming}"' in text_of(as_person(reader), "/choose/")
    assert "not out yet" in text_of(as_person(reader), incoming)
    freeze(monkeypatch, agency.at + DAY)
    client = as_person(reader)
    text = text_of(client, incoming)
    assert pupils[0].upn in text
    assert pupils[1].upn not in text
    assert pupils[1].upn.encode() not in client.get(f"{incoming}tests/csv/").content
    assert client.get(f"{incoming}all/csv/").status_code == 422
    assert client.get("/school/900090/2026/released/").status_code == 403
    assert client.get(SCHOOL).status_code == 404

    client = as_person(officer)
    assert client.post(f"{PLACES}900090/end/").status_code == 303
    assert "Hilltop" not in text_of(client, PLACES)


def test_a_pack_is_shared_by_a_link_that_is_shown_once_and_opened_without_an_account(
    out: ResultsRelease, as_person: AsPerson, headteacher: Person
) -> None:
    cache.clear()
    client = as_person(headteacher)
    assert client.post(f"{SCHOOL}packs/", {"days": "7"}).status_code == 303
    shown = text_of(client, f"{SCHOOL}packs/")
    link = shown.split('href="http://testserver')[1].split('"')[0]
    assert link not in text_of(client, f"{SCHOOL}packs/")

    guest = Client()
    closed = guest.get(link)
    assert "Open the pack" in closed.content.decode()
    assert "no-store" in closed["Cache-Control"]
    opened = guest.post(link)
    assert "Results, in pupils" in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]

    pack = SharedPack.objects.get()
    assert pack.opened == 1
    assert client.post(f"{SCHOOL}packs/{pack.pk}/end/").status_code == 303
    assert guest.get(link).status_code == 404
    assert guest.get("/pack/wrong/").status_code == 404
