"""Deleting a release for good: two people, after its time, as a whole."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cast_of_tests import MakePerson
from checking_of_tests import Exercise, release_of
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.auditing import verify as verify_audit
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures import purging
from keystage.actions.figures.purging import (
    approve,
    kept_until,
    may_be_purged,
    propose,
    proposed,
    retention,
    take_back,
)
from keystage.store.models import (
    AuditEvent,
    CheckingHandover,
    CheckingRequest,
    FiguresContent,
    FiguresPupils,
    FiguresRelease,
    Person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(exercise: Exercise) -> FiguresRelease:
    """A release that was out long ago, with a request about it."""
    exercise.sent()
    exercise.draft(at=1)
    long_ago = timezone.now() - timedelta(days=366 * retention().shown.years)
    # The row that says when it was asked for stays; the minute it was shown is nobody's input.
    FiguresRelease.objects.filter(pk=exercise.release.pk).update(shown_at=long_ago)
    exercise.release.refresh_from_db()
    return exercise.release


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The release was asked for as long ago as it was shown, as far as its time is concerned."""
    if "old" in request.fixturenames:
        monkeypatch.setattr(
            purging, "kept_until", lambda release: timezone.localdate(release.shown_at)
        )


@pytest.fixture
def one(operator: Person) -> By:
    return By(operator, "test")


@pytest.fixture
def other(person: MakePerson, exercise: Exercise) -> By:
    return By(person("agency_operator", exercise.release.organisation, name="Olga Two"), "test")


def test_two_people_delete_a_release_as_a_whole_and_the_record_stays(
    old: FiguresRelease, one: By, other: By
) -> None:
    propose(release=old, why="Kept long enough.", by=one)
    with pytest.raises(RefusedError, match="another person"):
        approve(release=old, by=one)
    held = old.outputs
    CheckingHandover.objects.create(
        organisation=old.organisation, year=old.year, window="september", number=1,
        content=b"", sha256="", requests=0, made_at=timezone.now(), made_by=one.who,
    )  # fmt: skip

    job = approve(release=old, by=other)
    old.refresh_from_db()
    assert old.state == FiguresRelease.State.PURGED
    jobs.run_job.call(str(job.pk))

    job.refresh_from_db()
    assert job.state == job.State.DONE
    assert not FiguresRelease.objects.filter(pk=old.pk).exists()
    for table in (FiguresContent, FiguresPupils, CheckingRequest, CheckingHandover):
        assert not table.objects.exists()
    event = AuditEvent.objects.get(action="figures purged")
    assert event.after["outputs"] == held
    assert event.after["requests"] == 2
    assert verify_audit().whole
    jobs.run_job.call(str(job.pk))


def test_a_file_of_decisions_about_a_deleted_release_goes_and_others_stay(
    old: FiguresRelease, exercise: Exercise, one: By, other: By
) -> None:
    later = release_of(old.organisation, one.who, exercise.pupils)
    stays = replace(exercise, release=later).sent(at=2)
    gone = CheckingRequest.objects.get(release=old, sent_at__isnull=False)
    for number, rows in enumerate(([gone, stays], [stays]), start=1):
        CheckingHandover.objects.create(
            organisation=old.organisation, year=old.year, window="september", number=number,
            content="".join(f"{each.reference},x\r\n" for each in rows).encode(),
            sha256=str(number), requests=1, made_at=timezone.now(), made_by=one.who,
        )  # fmt: skip

    propose(release=old, why="Kept long enough.", by=one)
    jobs.run_job.call(str(approve(release=old, by=other).pk))

    assert [each.number for each in CheckingHandover.objects.all()] == [2]
    assert AuditEvent.objects.get(action="figures purged").after["files of decisions"] == 1


def test_a_proposal_is_made_once_and_can_be_taken_back(
    old: FiguresRelease, one: By, other: By
) -> None:
    propose(release=old, why="Kept long enough.", by=one)
    with pytest.raises(RefusedError, match="proposed already"):
        propose(release=old, why="Again.", by=other)

    take_back(release=old, by=other)

    assert proposed(old) is None
    with pytest.raises(RefusedError, match="Nobody proposed"):
        approve(release=old, by=other)


def test_what_is_compared_with_it_or_still_in_its_time_stands_against_it(
    exercise: Exercise, one: By
) -> None:
    release = exercise.release
    later = FiguresRelease.objects.create(
        organisation=release.organisation, year=release.year, stage="revised", version=1,
        before=release, asked_at=timezone.now(), asked_by=one.who,
    )  # fmt: skip

    against = may_be_purged(release)

    assert len(against) == 2
    assert str(later) in against[0]
    assert "It is kept until" in against[1]
    assert "at rest" in may_be_purged(later)[0]
    with pytest.raises(RefusedError, match="compared with it"):
        propose(release=release, why="No.", by=one)


def test_a_release_is_kept_while_another_stands_on_what_was_asked_about_it(
    old: FiguresRelease, one: By
) -> None:
    later = FiguresRelease.objects.create(
        organisation=old.organisation, year=old.year, stage="revised", version=1,
        asked_at=timezone.now(), asked_by=one.who,
    )  # fmt: skip
    CheckingRequest.objects.filter(release=old).exclude(reference="").update(taken_into=later)

    assert may_be_purged(old) == (f"{later} took in what was asked about it.",)


def test_who_has_no_right_and_who_gives_no_reason_is_refused(
    old: FiguresRelease, one: By, headteacher: Person, exercise: Exercise
) -> None:
    head = By(headteacher, "test")
    for act in (
        lambda: propose(release=old, why="Why", by=head),
        lambda: take_back(release=old, by=head),
        lambda: approve(release=old, by=head),
    ):
        with pytest.raises(RefusedError, match="You may not"):
            act()
    with pytest.raises(RefusedError, match="no reason"):
        propose(release=old, why="  ", by=one)


def test_a_release_that_was_out_is_kept_longer_than_one_that_never_was(
    exercise: Exercise, one: By
) -> None:
    release = exercise.release
    release.asked_at = datetime(2024, 2, 1, 9, tzinfo=UTC)
    release.shown_at = datetime(2024, 2, 29, 9, tzinfo=UTC)

    assert kept_until(release) == date(2024 + retention().shown.years, 3, 1)
    release.approved_at = None
    assert kept_until(release) == date(2024 + retention().never_shown.years, 2, 1)
    assert retention().shown.note.endswith(".")
