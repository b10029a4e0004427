"""Reports to parents: notes, one report, all of them as a job, and a pupil's record."""

from uuid import UUID

import pytest
from cast_of_tests import AsPerson, MakePerson

from keystage.actions import jobs
from keystage.store.models import AuditEvent, Job, Organisation, Person, ReportNote, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/reports/"
NOTE = {
    "possible": "190",
    "attended": "185",
    "unauthorised": "1",
    "teacher": "Mabel reads #everything = and more.",
    "head": "",
}


def first(sheet: Sheet) -> UUID:
    return sheet.cohort.earliest("pupil__surname").pupil_id


def test_one_report_is_a_pdf(as_person: AsPerson, office: Person, resulted_sheet: Sheet) -> None:
    response = as_person(office).get(f"{HERE}{first(resulted_sheet)}/report.pdf")

    assert response.content.startswith(b"%PDF")
    assert "Ashby" not in response["Content-Disposition"]


def test_what_is_written_stays_and_is_written_down(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    client, pupil = as_person(office), first(resulted_sheet)
    assert client.post(f"{HERE}{pupil}/", {**NOTE, "seen": "0"}).status_code == 302

    note = ReportNote.objects.get()
    assert (note.sessions_possible, note.sessions_attended, note.version) == (190, 185, 1)
    event = AuditEvent.objects.get(action="report written on")
    assert "Mabel" not in str(event.after) + event.subject


def test_two_people_do_not_overwrite_each_other(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    client, pupil = as_person(office), first(resulted_sheet)
    client.post(f"{HERE}{pupil}/", {**NOTE, "seen": "0"})
    late = client.post(f"{HERE}{pupil}/", {**NOTE, "teacher": "Other words", "seen": "0"})

    assert late.status_code == 409
    assert ReportNote.objects.get().teacher_comment == NOTE["teacher"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"attended": "191"}, "no more than those possible"),
        ({"attended": ""}, "Enter both the possible sessions and those attended"),
        ({"unauthorised": "6"}, "no more than the sessions missed"),
        ({"unauthorised": ""}, "how many of the sessions missed were unauthorised"),
        ({"possible": "many"}, "must be a whole number"),
        ({"possible": "", "attended": ""}, "Enter the possible sessions too"),
    ],
)
def test_sessions_that_do_not_add_up_are_told(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet, changed: dict[str, str], said: str
) -> None:
    pupil = first(resulted_sheet)
    response = as_person(office).post(f"{HERE}{pupil}/", {**NOTE, **changed, "seen": "0"})

    assert said in response.text
    assert "Error: Report of one pupil" in response.text
    assert not ReportNote.objects.exists()


def test_all_reports_are_made_as_a_job(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    client = as_person(office)
    keys = list(resulted_sheet.cohort.values_list("pk", flat=True))
    response = client.post(HERE, {"pupil": keys})
    job = Job.objects.get()
    assert response["Location"].endswith(f"/jobs/{job.pk}/")
    waiting = client.get(response["Location"])
    assert "Waiting" in waiting.text
    assert waiting["Refresh"] == "3"

    jobs.run_job.func(str(job.pk))

    done = client.get(response["Location"])
    assert "6 reports were made." in done.text
    assert "Refresh" not in done
    assert client.get(f"{response['Location']}file/").content.startswith(b"%PDF")


def test_choosing_nobody_is_told(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    assert "Select at least one pupil" in as_person(office).post(HERE, {}).text
    assert not Job.objects.exists()


def test_a_job_is_shown_to_nobody_else(
    as_person: AsPerson, office: Person, lead: Person, stranger: Person, resulted_sheet: Sheet
) -> None:
    keys = list(resulted_sheet.cohort.values_list("pk", flat=True))
    address = as_person(office).post(HERE, {"pupil": keys})["Location"]

    assert as_person(lead).get(address).status_code == 404
    assert as_person(stranger).get(address).status_code == 404


def test_a_stopped_job_can_be_run_again_and_a_running_one_cannot(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet
) -> None:
    client = as_person(office)
    keys = list(resulted_sheet.cohort.values_list("pk", flat=True))
    address = client.post(HERE, {"pupil": keys})["Location"]
    assert client.post(f"{address}again/").status_code == 422
    Job.objects.update(state=Job.State.STALE)

    assert "Run it again" in client.get(address).text
    assert client.post(f"{address}again/").status_code == 302
    jobs.run_job.func(str(Job.objects.get().pk))
    assert Job.objects.get().state == Job.State.DONE


@pytest.mark.parametrize("form", ["pdf", "csv"])
def test_a_pupils_record_has_every_value(
    as_person: AsPerson, office: Person, resulted_sheet: Sheet, form: str
) -> None:
    pupil = first(resulted_sheet)
    response = as_person(office).get(f"{HERE}{pupil}/record.{form}")

    assert response.status_code == 200
    if form == "csv":
        text = response.content.decode("utf-8-sig")
        assert "Ashby" in text
        assert "Tom O'Neill" in text


def test_other_forms_and_other_schools_are_not_there(
    as_person: AsPerson,
    office: Person,
    person: MakePerson,
    other_school: Organisation,
    resulted_sheet: Sheet,
) -> None:
    pupil = first(resulted_sheet)
    assert as_person(office).get(f"{HERE}{pupil}/record.exe").status_code == 404
    other = as_person(person("office", other_school))
    assert other.get(f"/school/900004/2026/reports/{pupil}/").status_code == 404
    assert other.get(f"{HERE}{pupil}/report.pdf").status_code == 404
