"""What two people do with releases of figures at the same moment."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from cast_of_tests import InThreads, MakePerson
from django.db import connection
from django.utils import timezone
from figures_of_tests import Statistics, play, statisticians

from keystage.actions import jobs
from keystage.actions.auditing import verify
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures import publishing
from keystage.store.models import AuditEvent, FiguresRelease, Organisation

pytestmark = pytest.mark.django_db(transaction=connection.vendor != "sqlite")
State = FiguresRelease.State


@pytest.fixture
def desk(person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    play(monkeypatch)
    return statisticians(person, body)


def done(work: Callable[[], FiguresRelease]) -> Callable[[], object]:
    """What a work leaves the release as, or why it was refused."""

    def answer() -> object:
        try:
            return str(work().state)
        except RefusedError as error:
            return error.what

    return answer


def test_two_people_who_approve_at_once_approve_it_once(
    desk: Statistics, person: MakePerson, shared: Callable[[], None], in_threads: InThreads
) -> None:
    release = desk.make()
    third = By(person("statistician", desk.organisation), "test")
    shared()

    def approve(by: By) -> Callable[[], object]:
        now = timezone.now()
        return done(lambda: publishing.approve(release=release, by=by, shown_at=now))

    found = in_threads(approve(desk.other), approve(third))
    events = in_threads(
        lambda: (AuditEvent.objects.filter(action="figures approved").count(), verify().whole)
    )

    assert found == [State.APPROVED, State.APPROVED]
    assert events == [(1, True)]


def test_a_release_that_is_withdrawn_while_it_is_approved_stays_withdrawn(
    desk: Statistics, shared: Callable[[], None], in_threads: InThreads
) -> None:
    release = desk.make()
    shared()

    found = in_threads(
        done(lambda: publishing.approve(release=release, by=desk.other, shown_at=timezone.now())),
        done(lambda: publishing.withdraw(release=release, by=desk.one, reason="A wrong table.")),
    )
    kept = in_threads(lambda: FiguresRelease.objects.get(pk=release.pk).state)

    assert found[1] == State.WITHDRAWN
    assert found[0] in {State.APPROVED, "This release cannot be approved: withdrawn."}
    assert kept == [State.WITHDRAWN]


def test_releases_approved_at_once_do_not_both_come_out_unseen_by_each_other(
    desk: Statistics, shared: Callable[[], None], in_threads: InThreads
) -> None:
    first, second = desk.make(), desk.make()
    shared()

    def approve(release: FiguresRelease) -> Callable[[], object]:
        now = timezone.now()
        return done(lambda: publishing.approve(release=release, by=desk.other, shown_at=now))

    found = in_threads(approve(first), approve(second))

    assert sorted(one == State.APPROVED for one in found) == [False, True]


def test_two_who_ask_at_once_ask_for_two_versions(
    desk: Statistics, shared: Callable[[], None], in_threads: InThreads
) -> None:
    shared()

    found = in_threads(lambda: desk.ask().version, lambda: desk.ask().version)

    assert sorted(found) == [1, 2]


def test_one_form_sent_twice_at_once_is_one_release(
    desk: Statistics, shared: Callable[[], None], in_threads: InThreads
) -> None:
    key = uuid4()
    shared()

    first, second = in_threads(lambda: desk.ask(key=key).pk, lambda: desk.ask(key=key).pk)

    assert first == second == key


def test_a_release_withdrawn_while_it_is_computed_ends_withdrawn(
    desk: Statistics, shared: Callable[[], None], in_threads: InThreads
) -> None:
    release = desk.ask()
    shared()

    in_threads(
        lambda: jobs.run_job.call(str(release.job_id)),
        done(lambda: publishing.withdraw(release=release, by=desk.one)),
    )
    kept = in_threads(lambda: FiguresRelease.objects.get(pk=release.pk))[0]

    assert kept.state == State.WITHDRAWN
