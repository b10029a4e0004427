"""Asking for a release of figures, and the job that makes it."""

from typing import Any
from uuid import uuid4

import pytest
from cast_of_tests import MakePerson
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from figures_of_tests import Stage, Statistics, made_up, play, statisticians, work

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures import making
from keystage.actions.figures.asking import File
from keystage.core.errors import InputError, KeystageError
from keystage.store.models import (
    AuditEvent,
    FiguresContent,
    FiguresInput,
    FiguresPupils,
    FiguresRelease,
    FiguresTable,
    Job,
    Organisation,
    Person,
)

pytestmark = pytest.mark.django_db
PUPILS = File(name="pupils.csv", content=b"URN\n900003\n")
State = FiguresRelease.State
HELD = (FiguresContent, FiguresPupils, FiguresTable)


@pytest.fixture
def desk(person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    play(monkeypatch)
    return statisticians(person, body)


def test_a_release_that_is_asked_for_waits_for_a_worker(desk: Statistics) -> None:
    release = desk.ask(pupils=PUPILS, note=" First look ")

    assert (release.state, release.version, release.note) == (State.ASKED, 1, "First look")
    assert release.job is not None
    assert release.job.state == Job.State.QUEUED
    assert bytes(release.files.get().content or b"") == PUPILS.content
    told = AuditEvent.objects.get(action="figures asked").after
    assert told["inputs"]["files"]["pupils"]["bytes"] == len(PUPILS.content)


def test_a_form_sent_twice_is_one_release(desk: Statistics) -> None:
    key = uuid4()

    assert desk.ask(key=key).pk == desk.ask(key=key).pk
    assert Job.objects.count() == 1


def test_versions_are_counted_by_stage(desk: Statistics) -> None:
    first, again, other = desk.ask(), desk.ask(), desk.ask(stage=Stage.REVISED)

    assert [one.version for one in (first, again, other)] == [1, 2, 1]


@pytest.mark.parametrize(
    ("role", "kind"),
    [("agency_operator", "national"), ("authority_analyst", "authority"),
     ("trust_trustee", "trust"), ("headteacher", "school")],
)  # fmt: skip
def test_who_may_not_take_pupils_results_away_makes_no_figures(
    role: str,
    kind: str,
    person: MakePerson,
    school: Organisation,
    authority: Organisation,
    trust: Organisation,
) -> None:
    national = Organisation.objects.create(kind="national", code="STA", name="The agency")
    bodies = {"school": school, "authority": authority, "trust": trust, "national": national}
    who = By(person(role, bodies[kind]), "test")

    with pytest.raises(RefusedError, match="do not prepare figures"):
        Statistics(bodies[kind], who, who).ask()


@pytest.mark.parametrize(
    ("role", "kind"), [("authority_officer", "authority"), ("trust_analyst", "trust")]
)
def test_an_authority_and_a_trust_make_figures_of_their_schools(
    role: str, kind: str, person: MakePerson, authority: Organisation, trust: Organisation
) -> None:
    body = {"authority": authority, "trust": trust}[kind]
    who = By(person(role, body), "test")

    assert Statistics(body, who, who).ask().organisation == body


def test_only_the_agency_makes_a_reference_or_figures_of_england(
    officer: Person, authority: Organisation
) -> None:
    mine = Statistics(authority, By(officer, "test"), By(officer, "test"))
    for wrong in ({"derived": True}, {"national": True}):
        with pytest.raises(RefusedError, match="Only the agency"):
            mine.ask(**wrong)
    assert not FiguresRelease.objects.exists()


def test_what_does_not_go_together_is_refused(desk: Statistics) -> None:
    beside = File(name="more.csv", content=b"UPN,SENF\n")
    with pytest.raises(RefusedError, match="goes with the pupils"):
        desk.ask(pupils=PUPILS, characteristics=beside)
    with pytest.raises(RefusedError, match="no text"):
        desk.ask(reference=File(name="r.toml", content=b"\xff"))
    with pytest.raises(KeystageError, match="2021"):
        desk.ask(year=2021)
    with pytest.raises(RefusedError, match="release before"):
        desk.ask(before=desk.ask())


def test_files_that_are_larger_than_the_service_takes_are_refused(
    desk: Statistics, settings: Any
) -> None:
    settings.RELEASE_MB = 1
    half = File(name="half.csv", content=bytes(600 * 2**10))

    with pytest.raises(RefusedError, match="1 MB at most"):
        desk.ask(pupils=half, schools=half)
    assert desk.ask(pupils=half).state == State.ASKED


def test_a_worker_makes_a_release_to_be_reviewed(desk: Statistics) -> None:
    release = desk.make(pupils=PUPILS)

    assert release.state == State.COMPUTED
    assert release.outputs["contents"] == {"la": 2, "national": 2, "region": 2, "school": 2}
    assert (release.outputs["schools"], release.outputs["pupils"]) == (1, 6)
    assert release.notes == ["A note."]
    assert release.job is not None
    assert release.job.state == Job.State.DONE
    assert release.job.done == release.job.total == len(making.STEPS)
    file = release.files.get()
    assert (file.content, file.sha256) == (None, release.inputs["files"]["pupils"]["sha256"])


def test_a_failure_says_its_sentence_and_leaves_no_row(
    desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> object:
        yield from list(made_up().contents)[:3]
        raise InputError("The column URN is missing.", todo="Add it.")

    def computed(*_: object, **__: object) -> object:
        found = made_up()
        found.contents = broken()  # type: ignore[assignment]  # an iterator
        return found

    monkeypatch.setattr(making, "_AT_ONCE", 1)
    monkeypatch.setattr(making, "computed", computed)
    release = desk.make(pupils=PUPILS)

    assert (release.state, release.failed_why) == (
        State.FAILED,
        "The column URN is missing. Add it.",
    )
    assert not FiguresContent.objects.exists()
    assert release.files.get().content is not None

    monkeypatch.setattr(making, "computed", lambda *_, **__: made_up())
    assert release.job is not None
    jobs.again(release.job, by=desk.one)
    work(release)
    assert (release.state, release.failed_why) == (State.COMPUTED, "")


def test_what_a_worker_that_died_left_is_taken_away_by_the_next(desk: Statistics) -> None:
    release = desk.ask()
    FiguresContent.objects.create(
        release=release, kind="school", code="1", level="complete", content=b"", sha256=""
    )
    FiguresPupils.objects.create(release=release, code="1", count=1, content=b"", sha256="")

    work(release)

    assert release.state == State.COMPUTED
    assert release.contents.filter(code="1").count() == release.pupils.filter(code="1").count() == 0


def test_a_run_that_another_took_over_from_adds_nothing(
    desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = desk.ask()

    def taken_over(*_: object, **__: object) -> object:
        Job.objects.filter(pk=str(release.job_id)).update(started_at=timezone.now())
        return made_up()

    monkeypatch.setattr(making, "computed", taken_over)
    work(release)

    assert release.state == State.ASKED
    assert not release.contents.exists()


def test_a_release_that_was_computed_is_not_computed_again(
    desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = desk.make()
    Job.objects.filter(pk=str(release.job_id)).update(state=Job.State.STALE)
    monkeypatch.setattr(making, "computed", lambda *_, **__: pytest.fail("computed again"))

    assert work(release).job is not None
    assert work(release).state == State.COMPUTED


def refused(words: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(words)


@pytest.mark.parametrize(
    "table", ["store_figurescontent", "store_figurespupils", "store_figurestable"]
)
def test_the_database_refuses_to_change_what_a_release_holds(desk: Statistics, table: str) -> None:
    desk.make()

    refused("UPDATE [] SET code = '2'".replace("[]", table))
    refused("DELETE FROM []".replace("[]", table))
    model = next(one for one in HELD if one._meta.db_table == table)
    one = model.objects.all()[0]
    one.pk, one.code = None, "9"
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        one.save()


def test_the_database_refuses_to_change_a_release_that_was_computed(desk: Statistics) -> None:
    release = desk.make()

    for change in ("state = 'asked'", "engine = 'x'", "outputs = '{}'", "rules_sha256 = ''"):
        refused("UPDATE store_figuresrelease SET []".replace("[]", change))
    refused("DELETE FROM store_figuresrelease")
    with pytest.raises(DatabaseError), transaction.atomic():
        release.save(force_insert=True)


def test_a_release_that_is_deleted_for_good_goes_as_a_whole(desk: Statistics) -> None:
    release = desk.make(pupils=PUPILS)
    FiguresRelease.objects.filter(pk=release.pk).update(state=State.PURGED)
    refused("UPDATE store_figuresrelease SET state = 'computed'")

    release.delete()

    assert not FiguresContent.objects.exists()
    assert not FiguresPupils.objects.exists()
    assert not FiguresTable.objects.exists()
    assert not FiguresInput.objects.exists()
