"""Rolls so large that the worker applies them: once, whole, and only as they were seen."""

import pytest
from desk_of_rolls import HEAD, Desk
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.errors import RefusedError
from keystage.actions.imports import applying, uploads
from keystage.core.upn import make_upn
from keystage.store.models import (
    Import,
    Job,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(desk: Desk, sheet: Sheet, large_from: int) -> Import:
    """A file of more pupils than are applied at once."""
    rows = [
        f"{make_upn(999, 301, 2019, n)},Many{n},Al,05/02/2015,M,6,6A" for n in range(large_from + 1)
    ]
    brought: Import = desk.bring("\n".join([HEAD, *rows]))
    return brought


def test_a_large_file_is_applied_by_the_worker_once(
    desk: Desk, large: Import, sheet: Sheet
) -> None:
    assert applying.is_large(large)
    seal = applying.preview(large, "everything").seal
    job = applying.apply_later(file=large, mode="everything", seal=seal, by=desk.by)
    assert job is not None
    assert applying.apply_later(file=large, mode="everything", seal=seal, by=desk.by) is None
    large.refresh_from_db()
    assert large.state == "applying"
    with pytest.raises(RefusedError):
        uploads.discard(file=large, by=desk.by)

    for _ in range(2):
        jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    large.refresh_from_db()
    assert (job.state, large.state) == ("done", "applied")
    assert sheet.cohort.filter(pupil__surname__startswith="Many").count() == job.total


def test_a_worker_that_died_is_followed_by_one_that_applies_the_whole(
    desk: Desk, large: Import, sheet: Sheet
) -> None:
    seal = applying.preview(large, "everything").seal
    job = applying.apply_later(file=large, mode="everything", seal=seal, by=desk.by)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(
        state="running", heard_at=timezone.now() - 2 * jobs.SILENCE
    )
    jobs.sweep()
    jobs.run_job.call(str(job.pk))

    large.refresh_from_db()
    assert large.state == "applied"


def test_a_large_file_that_is_another_by_then_waits_again(
    desk: Desk, large: Import, sheet: Sheet
) -> None:
    seal = applying.preview(large, "everything").seal
    job = applying.apply_later(file=large, mode="everything", seal=seal, by=desk.by)
    assert job is not None
    Pupil.objects.create(
        school=desk.school, upn=make_upn(999, 301, 2019, 1), surname="First", forename="Al"
    )
    jobs.run_job.call(str(job.pk))

    job.refresh_from_db()
    large.refresh_from_db()
    assert (job.state, large.state) == ("failed", "review")
    assert "not what you saw" in job.message
