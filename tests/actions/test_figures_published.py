"""Releases of figures: approved by a second person for a minute, moved, withdrawn, seen in time."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR, MakePerson
from django.utils import timezone
from figures_of_tests import Stage, Statistics, play, statisticians
from releases_of_tests import freeze

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures import publishing, telling
from keystage.actions.figures.asking import File
from keystage.actions.figures.releases import made_by, visible, withdrawn
from keystage.store.models import AuditEvent, FiguresRelease, Job, Message, Organisation, Person

pytestmark = pytest.mark.django_db
State = FiguresRelease.State
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    play(monkeypatch)
    return statisticians(person, body)


@pytest.fixture
def authority_desk(
    person: MakePerson, authority: Organisation, monkeypatch: pytest.MonkeyPatch
) -> Statistics:
    play(monkeypatch)
    one, other = (By(person("authority_officer", authority), "test") for _ in range(2))
    return Statistics(authority, one, other)


@pytest.fixture
def computed(desk: Statistics) -> FiguresRelease:
    return desk.make()


def test_a_second_person_approves_for_a_minute(desk: Statistics, computed: FiguresRelease) -> None:
    minute = timezone.now() + HOUR
    with pytest.raises(RefusedError, match="another person"):
        publishing.approve(release=computed, by=desk.one, shown_at=minute)
    with pytest.raises(RefusedError, match="not said when"):
        publishing.approve(release=computed, by=desk.other)

    found = publishing.approve(release=computed, by=desk.other, shown_at=minute)

    assert (found.state, found.shown_at, found.approved_by) == (
        State.APPROVED, minute, desk.other.person,
    )  # fmt: skip
    assert publishing.approve(release=computed, by=desk.one) == found
    assert AuditEvent.objects.filter(action="figures approved").count() == 1


def test_a_minute_that_has_passed_is_now(desk: Statistics, computed: FiguresRelease) -> None:
    found = publishing.approve(release=computed, by=desk.other, shown_at=timezone.now() - HOUR)

    assert found.shown_at == found.approved_at


def test_who_sets_another_minute_does_not_approve_it(
    desk: Statistics, computed: FiguresRelease, person: MakePerson
) -> None:
    first, later = timezone.now() + HOUR, timezone.now() + 2 * HOUR
    publishing.approve(release=computed, by=desk.other, shown_at=first)

    moved = publishing.move(release=computed, shown_at=later, by=desk.other)

    assert (moved.state, moved.approved_by) == (State.COMPUTED, None)
    with pytest.raises(RefusedError, match="another person"):
        publishing.approve(release=computed, by=desk.other)
    third = By(person("statistician", desk.organisation), "test")
    assert publishing.approve(release=computed, by=third).shown_at == later
    assert publishing.move(release=computed, shown_at=later, by=desk.one).state == State.APPROVED


def test_a_release_that_is_out_is_not_moved(desk: Statistics, computed: FiguresRelease) -> None:
    publishing.approve(release=computed, by=desk.other, shown_at=timezone.now())

    with pytest.raises(RefusedError, match="is out"):
        publishing.move(release=computed, shown_at=timezone.now() + HOUR, by=desk.one)


def test_what_was_not_computed_is_neither_approved_nor_moved(desk: Statistics) -> None:
    asked = desk.ask()

    with pytest.raises(RefusedError, match="being computed"):
        publishing.approve(release=asked, by=desk.other, shown_at=timezone.now())
    with pytest.raises(RefusedError, match="nothing to be shown"):
        publishing.move(release=asked, shown_at=timezone.now(), by=desk.one)


def test_others_neither_approve_move_nor_withdraw(
    computed: FiguresRelease, officer: Person, headteacher: Person
) -> None:
    for who in (officer, headteacher):
        with pytest.raises(RefusedError, match="do not approve"):
            publishing.approve(release=computed, by=By(who), shown_at=timezone.now())
        with pytest.raises(RefusedError, match="do not prepare"):
            publishing.move(release=computed, shown_at=timezone.now(), by=By(who))
        with pytest.raises(RefusedError, match="do not prepare"):
            publishing.withdraw(release=computed, by=By(who), reason="No.")


def test_a_release_is_seen_from_its_minute_until_it_is_withdrawn(
    desk: Statistics,
    computed: FiguresRelease,
    school: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    minute = timezone.now() + HOUR
    publishing.approve(release=computed, by=desk.other, shown_at=minute)
    assert visible(YEAR, school) == ()
    assert visible(YEAR, school, now=minute) == (computed,)

    with monkeypatch.context() as patched:
        freeze(patched, minute + HOUR)
        publishing.withdraw(release=computed, by=desk.one, reason="A table was the wrong one.")

    assert visible(YEAR, school, now=minute + 2 * HOUR) == ()
    assert withdrawn(YEAR, school) == (computed,)


def test_the_furthest_stage_and_the_newest_version_come_first(
    desk: Statistics, school: Organisation
) -> None:
    made = []
    for stage in (Stage.REVISED, Stage.UNAMENDED, Stage.REVISED):
        made.append(desk.make(stage=stage))
        publishing.approve(release=made[-1], by=desk.other, shown_at=timezone.now())

    assert visible(YEAR, school) == (made[2], made[0], made[1])
    assert [one.before for one in made] == [None, made[0], made[1]]
    assert made[2].inputs["beside"] == [str(made[0].pk), str(made[1].pk)]


def test_one_that_has_not_looked_at_another_is_not_approved_beside_it(desk: Statistics) -> None:
    first, second = desk.make(), desk.make()
    publishing.approve(release=first, by=desk.other, shown_at=timezone.now())

    with pytest.raises(RefusedError, match="had from the two"):
        publishing.approve(release=second, by=desk.other, shown_at=timezone.now())


def test_a_release_of_an_authority_is_its_own_and_its_schools(
    person: MakePerson,
    authority: Organisation,
    trust: Organisation,
    school: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play(monkeypatch)
    one, other = (By(person("authority_officer", authority), "test") for _ in range(2))
    release = Statistics(authority, one, other).make()
    publishing.approve(release=release, by=other, shown_at=timezone.now())

    assert visible(YEAR, school) == visible(YEAR, authority) == (release,)
    assert visible(YEAR, trust) == ()
    assert made_by(authority, YEAR, one.who) == (release,)
    assert made_by(authority, YEAR, person("headteacher", school)) == ()


def test_an_authority_and_a_trust_with_one_school_look_at_each_other(
    person: MakePerson,
    authority: Organisation,
    trust: Organisation,
    school: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A governor of the school sees what both make, and could subtract the one from the other."""
    play(monkeypatch)
    makers = [
        Statistics(body, *(By(person(role, body), "test") for _ in range(2)))
        for body, role in ((authority, "authority_officer"), (trust, "trust_analyst"))
    ]
    (first, too_early), now = [one.make() for one in makers], timezone.now()
    publishing.approve(release=first, by=makers[0].other, shown_at=now)

    with pytest.raises(RefusedError, match="had from the two"):
        publishing.approve(release=too_early, by=makers[1].other, shown_at=now)
    again = makers[1].make()

    assert again.inputs["beside"] == [str(first.pk)]
    publishing.approve(release=again, by=makers[1].other, shown_at=now)
    assert set(visible(YEAR, school)) == {first, again}


def test_a_trust_looks_at_what_the_trust_that_a_school_came_from_showed_of_it(
    person: MakePerson, trust: Organisation, school: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The school's governors saw its figures, and see those of the trust that it is in."""
    play(monkeypatch)
    other = Organisation.objects.create(kind="trust", code="T002", name="Riddle Trust")
    makers = [
        Statistics(body, *(By(person("trust_analyst", body), "test") for _ in range(2)))
        for body in (trust, other)
    ]
    first, now = makers[0].make(), timezone.now()
    publishing.approve(release=first, by=makers[0].other, shown_at=now)
    school.trust = other
    school.save()

    assert makers[1].make().inputs["beside"] == [str(first.pk)]


def test_the_agency_looks_at_what_an_authority_let_out_before_it(
    desk: Statistics, authority_desk: Statistics
) -> None:
    """A governor saw the authority's figures and sees the agency's, and could subtract."""
    too_early, early, now = desk.make(), authority_desk.make(), timezone.now()
    publishing.withdraw(release=too_early, by=desk.one)
    publishing.approve(release=early, by=authority_desk.other, shown_at=now)

    found = desk.make()

    assert found.inputs["beside"] == [str(early.pk)]
    publishing.approve(release=found, by=desk.other, shown_at=now)


def test_an_authoritys_release_gives_way_to_the_agencys_that_waits_to_be_approved(
    desk: Statistics, authority_desk: Statistics
) -> None:
    early, agencys, now = authority_desk.make(), desk.make(), timezone.now()
    with pytest.raises(RefusedError, match="had from the two"):
        publishing.approve(release=early, by=authority_desk.other, shown_at=now)

    again = authority_desk.make()

    assert again.inputs["beside"] == [str(agencys.pk)]
    publishing.approve(release=again, by=authority_desk.other, shown_at=now)
    publishing.approve(release=agencys, by=desk.other, shown_at=now)
    with pytest.raises(RefusedError, match="had from the two"):
        publishing.approve(release=early, by=authority_desk.other, shown_at=now)


def test_withdrawing_takes_one_person_and_a_reason_and_tells_who_saw_it(
    desk: Statistics, computed: FiguresRelease, school: Organisation, authority: Organisation,
    other_school: Organisation,
) -> None:  # fmt: skip
    publishing.approve(release=computed, by=desk.other, shown_at=timezone.now())
    with pytest.raises(RefusedError, match="no reason"):
        publishing.withdraw(release=computed, by=desk.one, reason="  ")

    publishing.withdraw(release=computed, by=desk.one, reason="The wrong table.")
    publishing.withdraw(release=computed, by=desk.one, reason="Another.")
    job = Job.objects.get(kind=telling.KIND)
    jobs.run_job.call(str(job.pk))

    assert {one.receiver for one in Message.objects.all()} == {school, authority}
    assert "The wrong table." in Message.objects.first().body  # type: ignore[union-attr]  # there is one
    computed.refresh_from_db()
    assert computed.withdrawn_why == "The wrong table."


def test_a_release_nobody_saw_is_withdrawn_without_a_word_to_anybody(
    desk: Statistics, computed: FiguresRelease
) -> None:
    publishing.withdraw(release=computed, by=desk.one)

    assert not Job.objects.filter(kind=telling.KIND).exists()
    with pytest.raises(RefusedError, match="withdrawn"):
        publishing.approve(release=computed, by=desk.other, shown_at=timezone.now())


def test_withdrawing_one_that_waits_drops_its_files_and_its_rows(desk: Statistics) -> None:
    release = desk.ask(pupils=File(name="p.csv", content=b"URN"))
    release.pupils.create(code="1", count=1, content=b"", sha256="")

    publishing.withdraw(release=release, by=desk.one)

    assert release.files.get().content is None
    assert not release.pupils.exists()
    assert release.job is not None
    jobs.run_job.call(str(release.job.pk))
    release.refresh_from_db()
    assert release.state == State.WITHDRAWN


def test_one_that_is_being_deleted_is_not_withdrawn(
    desk: Statistics, computed: FiguresRelease
) -> None:
    FiguresRelease.objects.filter(pk=computed.pk).update(state=State.PURGED)

    with pytest.raises(RefusedError, match="deleted for good"):
        publishing.withdraw(release=computed, by=desk.one)
