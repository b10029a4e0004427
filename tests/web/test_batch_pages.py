"""Pages of batches: sending one, watching it, and submitting what is ready as a second person."""

from uuid import uuid4

import pytest
from batch_of_tests import agrees, archive, sheet_of_school, with_cohort
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from django.core.files.uploadedfile import SimpleUploadedFile

from keystage.actions import jobs
from keystage.store.models import Batch, Job, Organisation, Person, SchoolReturn, Sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_open")]
THERE = "/authority/999/2026/batches/"


def posted(content: bytes) -> dict[str, object]:
    return {"key": str(uuid4()), "file": SimpleUploadedFile("all.zip", content)}


def worked() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run_job.call(str(job.pk))


def test_a_batch_is_sent_watched_and_submitted_by_a_second_person(
    as_person: AsPerson, person: MakePerson, officer: Person, authority: Organisation,
    sheet: Sheet, other_school: Organisation, lead: Person,
) -> None:  # fmt: skip
    agrees(sheet.school)
    not_agreed = with_cohort(other_school, lead)
    content = archive({"a.csv": sheet_of_school(sheet), "b.csv": sheet_of_school(not_agreed)})
    client = as_person(officer)
    assert "No batch was sent" in client.get(THERE).text
    form = posted(content)
    page = client.post(THERE, form)
    assert page.status_code == 303
    there = page["Location"]
    waiting = client.get(there)
    assert waiting["Refresh"] == "3"
    assert "Refresh" not in client.get(f"{there}?still=yes")
    worked()

    done = client.get(there)
    assert "Refresh" not in done
    assert "a.csv" in done.text
    assert "TA-105" in done.text
    assert "has not agreed" in done.text
    assert "another person who may submit" in done.text
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.post(f"{there}submit/").status_code == 422
    second = as_person(person("authority_officer", authority, name="Sena Second"))
    ready = second.get(there).text
    assert "Submit 1 file" in ready
    assert "Uploaded, not yet submitted" in ready
    second.post("/account/reauthenticate/", {"password": PASSWORD})
    assert second.post(f"{there}submit/").status_code == 303
    worked()
    after = second.get(there).text
    assert "Submitted" in after
    assert ">Accepted</td>" in after
    assert SchoolReturn.objects.get(school=sheet.school).state == "accepted"
    lines = second.get(f"{there}files.csv").text.splitlines()
    assert lines[0].startswith("File,School,Number,State,Check")
    assert len(lines) == 3
    assert "What became of each file" in second.get(THERE).text


def test_what_is_no_archive_is_said_beside_the_box(as_person: AsPerson, officer: Person) -> None:
    client = as_person(officer)
    for content, words in ((b"", "not a ZIP archive"), (b"UPN,Surname", "not a ZIP archive")):
        page = client.post(THERE, posted(content))
        assert page.status_code == 422
        assert words in page.text
    assert "Select a ZIP file" in client.post(THERE, {"key": str(uuid4())}).text
    assert not Batch.objects.exists()


def test_who_only_sees_what_became_of_returns_sees_no_names_of_files(
    as_person: AsPerson, person: MakePerson, officer: Person, authority: Organisation, sheet: Sheet
) -> None:
    agrees(sheet.school)
    there = as_person(officer).post(
        THERE, posted(archive({"Mabel Ashby.csv": sheet_of_school(sheet)}))
    )["Location"]
    worked()
    client = as_person(person("auditor", authority))
    assert "sends nothing" in client.get(THERE).text
    assert client.post(THERE, posted(archive({"a.csv": "x"}))).status_code == 422
    for page in (there, f"{there}files.csv"):
        text = client.get(page).text
        assert "Storybook Lane" in text
        assert "Ashby" not in text


def test_work_that_stopped_goes_on_for_who_asked_for_it(
    as_person: AsPerson, person: MakePerson, officer: Person, authority: Organisation, sheet: Sheet
) -> None:
    agrees(sheet.school)
    client = as_person(officer)
    there = client.post(THERE, posted(archive({"a.csv": sheet_of_school(sheet)})))["Location"]
    Job.objects.update(state=Job.State.STALE)
    assert "Go on" in client.get(there).text
    other = person("authority_officer", authority)
    assert "Go on" not in as_person(other).get(there).text
    assert as_person(other).post(f"{there}again/").status_code == 422
    assert as_person(officer).post(f"{there}again/").status_code == 303
    worked()
    assert "Ready" in as_person(officer).get(there).text


def test_another_bodys_batch_is_not_found(
    as_person: AsPerson, person: MakePerson, officer: Person, sheet: Sheet
) -> None:
    there = as_person(officer).post(THERE, posted(archive({"a.csv": "x"})))["Location"]
    elsewhere = Organisation.objects.create(kind="authority", code="998", name="Riddleshire")
    client = as_person(person("authority_officer", elsewhere))
    assert client.get(there).status_code == 404
    assert client.get(there.replace("/999/", "/998/")).status_code == 404


def test_a_batch_without_a_file_of_a_school_says_so(as_person: AsPerson, officer: Person) -> None:
    client = as_person(officer)
    there = client.post(THERE, posted(archive({"__MACOSX/a": "x"})))["Location"]
    worked()
    assert "holds no file of a school" in client.get(there).text
