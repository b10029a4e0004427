"""One result that contradicts itself stops neither the page of the others nor a comment."""

import pytest
from cast_of_tests import AsPerson

from keystage.actions import jobs
from keystage.store.models import CohortPupil, Job, Judgement, Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/"
SAID = "In reading the outcome NS and the scaled score 110 contradict each other."


@pytest.fixture
def member(resulted_sheet: Sheet) -> CohortPupil:
    """The second pupil of the list, whose reading result contradicts itself."""
    found = resulted_sheet.cohort.order_by("pupil__surname")[1]
    found.results.filter(subject="reading").update(outcome="NS", scaled_score=110)
    return found


def test_the_page_of_results_shows_everybody_and_says_what_is_wrong(
    as_person: AsPerson, office: Person, member: CohortPupil
) -> None:
    page = as_person(office).get(f"{HERE}results/")

    assert page.status_code == 200
    assert SAID in page.text
    assert page.text.count("Compare it with the results file") == 1


def test_a_judgement_the_year_does_not_know_is_shown_as_it_is(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    Judgement.objects.filter(subject="writing").update(code="4B")
    page = as_person(office).get(f"{HERE}results/")

    assert page.status_code == 200
    assert "2026 has no writing judgement 4B" in page.text


def test_a_comment_can_be_written_before_the_result_is_put_right(
    as_person: AsPerson, office: Person, member: CohortPupil
) -> None:
    client, path = as_person(office), f"{HERE}reports/{member.pupil_id}/"
    assert SAID in client.get(path).text
    assert client.post(path, {"teacher": "Reads a lot.", "seen": "0"}).status_code == 302

    assert client.get(f"{path}report.pdf").status_code == 422


def test_of_many_reports_the_one_at_fault_is_told_by_its_place(
    as_person: AsPerson, office: Person, member: CohortPupil
) -> None:
    keys = member.sheet.cohort.values_list("pk", flat=True)
    as_person(office).post(f"{HERE}reports/", {"pupil": list(keys)})
    job = Job.objects.get()
    jobs.run_job.func(str(job.pk))
    job.refresh_from_db()

    assert job.message.startswith(f"Report 2 in the order of the list: {SAID}")
    assert member.pupil.surname not in job.message


def test_a_judgement_that_is_due_and_missing_is_told_to_parents(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    member = resulted_sheet.cohort.earliest("pupil__surname")
    member.judgements.filter(subject="writing").delete()
    text = as_person(office).get(f"{HERE}reports/{member.pupil_id}/").text

    assert "There was no teacher assessment in writing when this report was made." in text
    assert "no teacher assessment in maths" not in text, "it is not due: there is a test"
