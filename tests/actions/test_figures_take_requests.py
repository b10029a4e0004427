"""A pupil is contested and agreed, and the next release of figures changes exactly so."""

from fractions import Fraction

import pytest
from cast_of_tests import MakePerson
from checking_of_tests import HOME_LATE, Exercise
from figures_of_tests import Stage, Statistics, statisticians, work
from polars.testing import assert_frame_equal

from keystage.actions.figures import requests
from keystage.actions.figures.asking import File
from keystage.actions.figures.cohorts import pupils_of
from keystage.actions.figures.differing import changes_between
from keystage.actions.figures.publishing import withdraw
from keystage.actions.figures.requests import requests_of
from keystage.actions.figures.verifying import verify
from keystage.flows.figures.school_pupils import rebuilt
from keystage.records.recordset import RecordSet
from keystage.store.models import CheckingRequest, FiguresRelease

pytestmark = pytest.mark.django_db
State = FiguresRelease.State


@pytest.fixture
def desk(person: MakePerson, exercise: Exercise) -> Statistics:
    return statisticians(person, exercise.release.organisation)


def kept_by(release: FiguresRelease) -> RecordSet:
    return rebuilt(pupils_of(release))


def same_pupils(exercise: Exercise) -> File:
    """The pupils of the release as a file, as if nothing had happened."""
    frame = kept_by(exercise.release).pupils.drop("line")
    return File(name="pupils.csv", content=frame.write_csv().encode())


def test_an_agreed_request_changes_its_pupil_in_the_next_release_and_names_itself(
    exercise: Exercise, desk: Statistics
) -> None:
    file = same_pupils(exercise)
    plain = desk.make(pupils=file, stage=Stage.PROVISIONAL)
    agreed = exercise.sent()
    refused = exercise.sent(HOME_LATE, at=1)

    release = desk.make(pupils=file, stage=Stage.PROVISIONAL)

    assert release.failed_why == ""
    before, after = kept_by(plain).pupils, kept_by(release).pupils
    contested = exercise.pupils[0].upn
    assert_frame_equal(
        before.filter(before["UPN"].ne_missing(contested)),
        after.filter(after["UPN"].ne_missing(contested)),
    )
    assert after.filter(after["UPN"] == contested)["P_INCL"].to_list() == ["202"]
    assert release.inputs["requests"] == [agreed.reference]
    assert [one.reference for one in requests_of(release)] == [agreed.reference]
    taken = {one.reference: one.taken_into_id for one in CheckingRequest.objects.all()}
    assert taken == {agreed.reference: release.pk, refused.reference: None}
    assert verify(release).faults == ()

    found = changes_between(plain, release, exercise.school.code)
    assert found is not None
    change = found.changes.of(int(exercise.school.code), "TELIG")
    (effect,) = change.effects
    assert effect.new_upn == contested
    assert change.change == Fraction(-1)
    assert effect.reasons[0].name == "inclusion_changed"
    assert found.references == {contested: agreed.reference}


def test_later_releases_take_the_request_in_again_and_it_stays_with_the_first(
    exercise: Exercise, desk: Statistics
) -> None:
    agreed = exercise.sent()
    first = desk.make(pupils=same_pupils(exercise))
    second = desk.make(pupils=same_pupils(exercise))

    assert second.inputs["requests"] == [agreed.reference]
    agreed.refresh_from_db()
    assert agreed.taken_into == first

    withdraw(release=first, by=desk.one)
    third = desk.make(pupils=same_pupils(exercise))
    agreed.refresh_from_db()
    assert agreed.taken_into == third


def test_a_request_whose_pupil_is_gone_is_told_and_not_taken(
    exercise: Exercise, desk: Statistics
) -> None:
    agreed = exercise.sent()
    frame = kept_by(exercise.release).pupils.drop("line")
    rest = frame.filter(frame["UPN"].ne_missing(exercise.pupils[0].upn))

    release = desk.make(pupils=File(name="pupils.csv", content=rest.write_csv().encode()))

    assert release.inputs["requests"] == []
    assert any(agreed.reference in note for note in release.notes)
    agreed.refresh_from_db()
    assert agreed.taken_into is None


def test_a_request_that_is_withdrawn_meanwhile_stops_the_release(
    exercise: Exercise, desk: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed = exercise.sent()
    release = desk.ask(pupils=same_pupils(exercise))

    def withdrawn(*_: object) -> int:
        return CheckingRequest.objects.filter(pk=agreed.pk).update(
            state=CheckingRequest.State.WITHDRAWN
        )

    monkeypatch.setattr(requests, "mark_taken", withdrawn)
    work(release)

    assert release.state == State.FAILED
    assert "withdrawn while" in release.failed_why
    assert not release.pupils.exists()
