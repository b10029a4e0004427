"""Batches that meet: the same archive again, two files of one school, a fault of ours."""

from datetime import timedelta
from uuid import uuid4

import pytest
from batch_of_tests import YEAR, agrees, archive, sheet_of_school, with_cohort
from cast_of_tests import MakePerson

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.gateway.batches.sending import TAKE, job_of, send
from keystage.actions.gateway.batches.submitting import SUBMIT, ready_of, submit_ready
from keystage.actions.gateway.taking.submitting import submit
from keystage.store.models import Batch, Job, Organisation, Person, Receipt, Sheet, Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_open")]


@pytest.fixture
def officer(person: MakePerson, authority: Organisation) -> Person:
    return person("authority_officer", authority, name="Otto Officer")


@pytest.fixture
def second(person: MakePerson, authority: Organisation) -> Person:
    return person("authority_officer", authority, name="Sena Second")


def sent(body: Organisation, content: bytes, by: Person) -> Batch:
    """A batch whose files a worker has taken."""
    batch = send(body, YEAR, name="all.zip", content=content, key=uuid4(), by=By(by))
    worked(batch, TAKE)
    return Batch.objects.get(pk=batch.pk)


def worked(batch: Batch, kind: str) -> Job:
    job = job_of(batch, kind)
    assert job is not None
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def test_an_archive_that_is_sent_again_has_its_files_in_the_newer_batch(
    authority: Organisation, officer: Person, sheet: Sheet
) -> None:
    agrees(sheet.school)
    content = archive({"a.csv": sheet_of_school(sheet)})

    older, newer = sent(authority, content, officer), sent(authority, content, officer)

    assert [one.state for one in older.submissions.all()] == [Submission.State.WITHDRAWN]
    (kept,) = ready_of(newer)
    assert newer.members[0]["submission"] == str(kept.pk)


def test_two_files_of_one_school_are_submitted_in_the_order_they_came_in(
    authority: Organisation, officer: Person, sheet: Sheet
) -> None:
    agrees(sheet.school)
    files = {"b.csv": sheet_of_school(sheet), "a.csv": sheet_of_school(sheet, code="WTS")}
    batch = sent(authority, archive(files), officer)
    assert [one.name for one in ready_of(batch)] == ["b.csv", "a.csv"]

    first = batch.submissions.get(name="b.csv")
    first.uploaded_at += timedelta(hours=1)
    first.save()
    assert [one.name for one in ready_of(batch)] == ["a.csv", "b.csv"]


def test_a_fault_of_ours_keeps_back_one_file_alone(
    authority: Organisation,
    officer: Person,
    second: Person,
    sheet: Sheet,
    other_school: Organisation,
    lead: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = with_cohort(other_school, lead)
    for one in (sheet, other):
        agrees(one.school)
    files = {"a.csv": sheet_of_school(sheet), "b.csv": sheet_of_school(other)}
    batch = sent(authority, archive(files), officer)

    def failing(submission: Submission, *, by: By) -> Receipt:
        if submission.name == "b.csv":
            raise ZeroDivisionError
        return submit(submission, by=by)

    monkeypatch.setattr("keystage.actions.gateway.batches.submitting.submit", failing)
    submit_ready(batch, by=By(second))
    job = worked(batch, SUBMIT)

    assert (job.state, job.outcome["submitted"]) == (Job.State.DONE, 1)
    (why,) = job.outcome["kept back"].values()
    assert "our side" in why
