"""Long work: a run that was given up for another one says nothing any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.core.errors import InputError
from keystage.store.models import Job, Organisation, Person

pytestmark = pytest.mark.django_db


def silent(job: Job) -> None:
    """The worker has not been heard of for longer than it may be silent."""
    heard = timezone.now() - jobs.SILENCE - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(heard_at=heard)


def test_a_worker_that_was_given_up_takes_nothing_from_the_run_after_it(
    monkeypatch: pytest.MonkeyPatch, school: Organisation, office: Person
) -> None:
    runs: list[object] = []

    def work(job: Job, progress: jobs.Progress) -> jobs.Made:
        runs.append(job.pk)
        if len(runs) == 1:
            silent(job)
            assert jobs.sweep() == 1
            jobs.again(job, by=By(office))
            jobs.run_job.call(str(job.pk))
            raise InputError("The first worker was too late.", todo="")
        return jobs.Made(outcome={}, message="Made.", content=b"%PDF", content_name="made.pdf")

    monkeypatch.setitem(jobs._KINDS, "twice", work)  # a kind of this test alone
    job = jobs.ask("twice", by=By(office), organisation=school, year=2026)
    jobs.run_job.call(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "Made.")
    assert bytes(job.content or b"") == b"%PDF"


def test_a_worker_that_was_silent_and_came_back_ends_its_work(
    monkeypatch: pytest.MonkeyPatch, school: Organisation, office: Person
) -> None:
    def work(job: Job, progress: jobs.Progress) -> jobs.Made:
        silent(job)
        assert jobs.sweep() == 1
        return jobs.Made(outcome={}, message="Made.")

    monkeypatch.setitem(jobs._KINDS, "slow", work)  # a kind of this test alone
    job = jobs.ask("slow", by=By(office), organisation=school, year=2026)
    jobs.run_job.call(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "Made.")
