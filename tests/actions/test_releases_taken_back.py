"""Releases taken back by one person and put back by two, and who is told."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR
from releases_of_tests import Agency, file_of, freeze, line, marks_of

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.releases import releasing, telling
from keystage.actions.releases.released import released_to, released_to_receiving
from keystage.store.models import (
    AuditEvent,
    ConfirmedPlace,
    Job,
    Message,
    Organisation,
    Pupil,
    ResultsRelease,
)

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Kind = ResultsRelease.Kind


@pytest.fixture
def withdrawn(
    agency: Agency, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> ResultsRelease:
    made = agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at + MINUTE)
    return releasing.withdraw(release=made, reason="Wrong marks", by=agency.one)


def test_one_person_takes_a_release_back_with_a_reason_and_those_who_saw_it_are_told(
    withdrawn: ResultsRelease, agency: Agency, pupils: list[Pupil], authority: Organisation
) -> None:
    job = Job.objects.get(kind=telling.KIND)
    made = telling._tell(job, lambda *_: None)  # type: ignore[arg-type]

    told = Message.objects.filter(sender=agency.organisation)
    assert {one.receiver for one in told} == {pupils[0].school, authority}
    assert {one.subject for one in told} == {"Results of 2026: version 1 was taken back"}
    assert made.outcome == {"told": 2, "refused": 0}
    again = telling._tell(job, lambda *_: None)  # type: ignore[arg-type]
    assert (again.outcome["told"], told.count()) == (0, 2)


def test_a_receiving_school_is_not_told_of_a_return_before_its_minute(
    withdrawn: ResultsRelease, agency: Agency, pupils: list[Pupil], authority: Organisation,
    other_school: Organisation,
) -> None:  # fmt: skip
    ConfirmedPlace.objects.create(
        authority=authority, year=YEAR, upn=pupils[0].upn, receiving=other_school,
        confirmed_at=agency.at, confirmed_by=agency.one.who,
    )  # fmt: skip
    releasing.ask_back(release=withdrawn, reason="It was right", by=agency.one)
    releasing.put_back(release=withdrawn, by=agency.other)
    job = Job.objects.get(kind=telling.KIND, arguments__what=telling.PUT_BACK)

    telling._tell(job, lambda *_: None)  # type: ignore[arg-type]

    assert {one.receiver for one in Message.objects.all()} == {pupils[0].school, authority}
    assert other_school in telling.shown_to(withdrawn, withdrawn.receiving_at)


@pytest.mark.parametrize("reason", ["", "  ", "UPN A999030120001 is wrong"])
def test_a_release_is_not_taken_back_without_a_reason_that_everybody_may_read(
    agency: Agency, pupils: list[Pupil], reason: str
) -> None:
    made = agency.release(marks_of(pupils))

    with pytest.raises(RefusedError):
        releasing.withdraw(release=made, reason=reason, by=agency.one)

    made.refresh_from_db()
    assert made.withdrawn_at is None


def test_putting_a_release_back_needs_two_people(
    withdrawn: ResultsRelease, agency: Agency, pupils: list[Pupil]
) -> None:
    with pytest.raises(RefusedError, match="Nobody has asked"):
        releasing.put_back(release=withdrawn, by=agency.other)
    releasing.ask_back(release=withdrawn, reason="It was right", by=agency.one)
    with pytest.raises(RefusedError, match="another person"):
        releasing.put_back(release=withdrawn, by=agency.one)
    assert released_to(pupils[0].school, YEAR).results == ()

    back_again = releasing.put_back(release=withdrawn, by=agency.other)

    found = released_to(pupils[0].school, YEAR)
    assert (len(found.results), found.number(back_again.pk), found.taken_back) == (18, 1, ())
    assert [job.arguments["what"] for job in Job.objects.order_by("asked_at", "pk")].count(
        telling.PUT_BACK
    ) == 1
    assert releasing.put_back(release=withdrawn, by=agency.one) == back_again


def test_a_release_put_back_that_never_came_out_is_numbered_from_then(
    agency: Agency, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = agency.release(marks_of(pupils))
    releasing.withdraw(release=first, reason="Wait", by=agency.one)
    freeze(monkeypatch, agency.at)
    second = agency.release(file_of([line(pupils[0], "reading", 30)]), Kind.LATE)
    freeze(monkeypatch, agency.at + MINUTE)
    releasing.ask_back(release=first, reason="It was right", by=agency.one)
    releasing.put_back(release=first, by=agency.other)

    found = released_to(pupils[0].school, YEAR)

    assert (found.number(second.pk), found.number(first.pk)) == (1, 2)


def test_what_was_never_approved_is_not_put_back(agency: Agency, pupils: list[Pupil]) -> None:
    made = releasing.withdraw(release=agency.prepare(marks_of(pupils)), by=agency.one)

    with pytest.raises(RefusedError, match="Only a release that was approved"):
        releasing.ask_back(release=made, reason="Because", by=agency.one)


def test_no_reason_and_no_note_of_a_release_names_a_pupil(
    agency: Agency, pupils: list[Pupil]
) -> None:
    with pytest.raises(RefusedError, match="UPN"):
        agency.prepare(marks_of(pupils), note=f"Without {pupils[0].upn}")
    made = agency.prepare(marks_of(pupils))
    with pytest.raises(RefusedError, match="UPN"):
        releasing.withdraw(release=made, reason=f"{pupils[0].upn} is wrong", by=agency.one)


def test_who_prepared_a_release_does_not_approve_it_after_another_set_its_minute(
    agency: Agency, pupils: list[Pupil]
) -> None:
    made = agency.prepare(marks_of(pupils))
    releasing.move(
        release=made, schools_at=agency.at + DAY, receiving_at=agency.at + 2 * DAY, by=agency.other
    )

    for by in (agency.one, agency.other):
        with pytest.raises(RefusedError, match="another person"):
            releasing.approve(release=made, by=by)


def test_the_audit_of_a_move_holds_the_minutes_before_and_after(
    agency: Agency, pupils: list[Pupil]
) -> None:
    made = agency.release(marks_of(pupils))

    releasing.move(
        release=made, schools_at=agency.at + DAY, receiving_at=agency.at + 2 * DAY,
        by=By(agency.other.who, "test"),
    )  # fmt: skip

    event = AuditEvent.objects.get(action="release moved")
    assert event.before["to schools"] == agency.at.isoformat()
    assert event.after["to schools"] == (agency.at + DAY).isoformat()
    assert event.after["to receiving schools"] == (agency.at + 2 * DAY).isoformat()


def test_a_receiving_school_is_told_of_no_version_that_never_came_to_it(
    agency: Agency, pupils: list[Pupil], other_school: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at + DAY)
    assert len(released_to_receiving(other_school, YEAR).versions) == 1
    wrong = agency.release(
        file_of([line(pupils[0], "reading", 30)]), Kind.CORRECTED, receiving_at=agency.at + 3 * DAY
    )
    assert len(released_to_receiving(other_school, YEAR).versions) == 1
    freeze(monkeypatch, agency.at + 2 * DAY)
    releasing.withdraw(release=wrong, reason="Wrong mark", by=agency.one)
    freeze(monkeypatch, agency.at + 4 * DAY)

    assert released_to_receiving(other_school, YEAR).taken_back == ()
    assert len(released_to(pupils[0].school, YEAR).taken_back) == 1
