"""Drafts of requests: begun, answered one by one, explained, withdrawn."""

from datetime import timedelta

import pytest
from checking_of_tests import (
    HOME_EARLY,
    HOME_LATE,
    LOWER,
    NOT_COUNTED,
    Exercise,
    keep_rules,
    release_of,
    text_with_window,
)
from django.utils import timezone

from keystage.actions.checking import drafting
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.store.models import (
    AuditEvent,
    CheckingRequest,
    FiguresRelease,
    Message,
    Organisation,
    Person,
)

pytestmark = pytest.mark.django_db
State = CheckingRequest.State
LINE = f"line {NOT_COUNTED}"


def ask(exercise: Exercise, **given: object) -> CheckingRequest:
    values: dict[str, object] = {
        "release": exercise.release,
        "school": exercise.school,
        "kind": "remove",
        "reason": "year_group",
        "pupil": exercise.pupils[0].upn,
        "by": exercise.enters,
    }
    return drafting.draft(**(values | given))  # type: ignore[arg-type]  # of tests


@pytest.mark.parametrize(
    ("kind", "reason", "pupil"),
    [("include", "included", LINE), ("add", "added", ""), ("amend", "characteristic", LINE)],
)
def test_what_fits_the_pupil_is_begun(
    exercise: Exercise, kind: str, reason: str, pupil: str
) -> None:
    made = ask(exercise, kind=kind, reason=reason, pupil=pupil)

    assert (made.state, made.pupil, made.reference) == (State.DRAFT, pupil, "")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"kind": "include", "reason": "included"}, "cannot be asked for"),
        ({"pupil": LINE}, "cannot be asked for"),
        ({"kind": "add", "reason": "added"}, "cannot be asked for"),
        ({"pupil": ""}, "cannot be asked for"),
        ({"reason": "included"}, "cannot be asked for"),
        ({"reason": "nonsense"}, "do not know the reason"),
        ({"pupil": "line 77"}, "no such pupil"),
        ({"pupil": "A999999999999"}, "no such pupil"),
    ],
)
def test_what_does_not_fit_is_refused_before_any_question(
    exercise: Exercise, given: dict[str, object], why: str
) -> None:
    with pytest.raises(RefusedError, match=why):
        ask(exercise, **given)
    assert not CheckingRequest.objects.exists()


def test_pupils_of_another_school_are_none_of_the_release(
    exercise: Exercise, other_school: Organisation
) -> None:
    with pytest.raises(RefusedError, match="no such pupil"):
        ask(exercise, school=other_school)


def test_a_pupil_has_one_live_request_at_a_time(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    first = ask(exercise)
    later = release_of(nation, operator, exercise.pupils)

    with pytest.raises(RefusedError, match="a request about this pupil already"):
        ask(exercise)
    with pytest.raises(RefusedError, match="a request about this pupil already"):
        ask(exercise, release=later, reason="other")
    drafting.withdraw(request=first, by=exercise.enters)
    assert ask(exercise).state == State.DRAFT


def test_any_number_of_pupils_may_be_added(exercise: Exercise) -> None:
    for _ in range(2):
        ask(exercise, kind="add", reason="added", pupil="")
    assert CheckingRequest.objects.count() == 2


@pytest.mark.parametrize("state", ["withdrawn", "computed"])
def test_nothing_is_asked_of_figures_that_are_not_out(exercise: Exercise, state: str) -> None:
    FiguresRelease.objects.update(state=state)
    exercise.release.refresh_from_db()
    with pytest.raises(RefusedError, match="not out, or were withdrawn"):
        ask(exercise)


def test_another_school_does_not_find_a_request(
    exercise: Exercise, other_school: Organisation
) -> None:
    made = ask(exercise)

    assert drafting.request_of(exercise.school, 2026, made.pk) == made
    assert drafting.request_of(other_school, 2026, made.pk) is None
    assert drafting.request_of(exercise.school, 2025, made.pk) is None


def test_a_changed_answer_drops_only_what_depended_on_it(exercise: Exercise) -> None:
    answers = {"registered": "moved", "moved_on": "4/5/2026", "other_school": "Elsewhere"}
    made = exercise.draft(("remove", "moved", answers))

    found = drafting.answer(
        request=made,
        question="registered",
        text="dual",
        by=exercise.enters,
        version=made.version,
    )

    made.refresh_from_db()
    assert found.dropped == ("moved_on",)
    assert made.answers == {"registered": "dual", "other_school": "Elsewhere"}


def test_an_answer_that_is_not_taken_changes_nothing(exercise: Exercise) -> None:
    made = exercise.draft(HOME_EARLY)

    found = drafting.answer(
        request=made,
        question="left_on",
        text="31/2/2026",
        by=exercise.enters,
        version=made.version,
    )

    assert "Left the roll" in found.fault
    again = CheckingRequest.objects.get()
    assert (again.version, again.answers) == (made.version, {"left_on": "2026-05-01"})


def test_a_day_to_come_is_not_taken(exercise: Exercise) -> None:
    made = ask(exercise, reason="home_education")
    day = timezone.localdate() + timedelta(days=1)
    found = drafting.answer(
        request=made,
        question="left_on",
        text=f"{day:%d/%m/%Y}",
        by=exercise.enters,
        version=made.version,
    )
    assert "yet to come" in found.fault


@pytest.mark.parametrize("named", ["line 77", "self"])
def test_the_other_record_is_another_record_of_the_school(exercise: Exercise, named: str) -> None:
    made = ask(exercise, kind="merge", reason="same_pupil")
    text = made.pupil if named == "self" else named

    found = drafting.answer(
        request=made, question="other_record", text=text, by=exercise.enters, version=made.version
    )
    assert found.fault == "Other record: choose another record of your school."
    taken = drafting.answer(
        request=made, question="other_record", text=LINE, by=exercise.enters, version=made.version
    )
    assert (taken.fault, taken.answers) == ("", {"other_record": LINE})


def test_an_answer_to_what_changed_meanwhile_is_refused(exercise: Exercise) -> None:
    made = exercise.draft(LOWER)
    with pytest.raises(ChangedMeanwhileError):
        drafting.answer(
            request=made,
            question="year_change",
            text="higher",
            by=exercise.enters,
            version=made.version - 1,
        )


def test_the_same_answer_again_changes_nothing(exercise: Exercise) -> None:
    made = exercise.draft(LOWER)
    drafting.answer(
        request=made,
        question="year_change",
        text="lower",
        by=exercise.enters,
        version=made.version,
    )
    assert CheckingRequest.objects.get().version == made.version


def test_an_explanation_is_kept_and_taken_back(exercise: Exercise) -> None:
    made = ask(exercise)
    told = drafting.explain(
        request=made, text=" The pupil\r\nmoved. ", by=exercise.enters, version=made.version
    )
    assert told.explanation == "The pupil\nmoved."
    same = drafting.explain(
        request=made, text="The pupil\nmoved.", by=exercise.enters, version=told.version
    )
    assert same.version == told.version
    with pytest.raises(RefusedError, match="longer than 1,000"):
        drafting.explain(request=made, text="x" * 1001, by=exercise.enters, version=told.version)
    blank = drafting.explain(request=made, text="", by=exercise.enters, version=told.version)
    assert blank.explanation == ""


def test_a_draft_is_not_changed_once_the_window_is_closed(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    made = exercise.draft(LOWER)
    day = timezone.localdate() - timedelta(days=1)
    keep_rules(nation, operator, text_with_window(day, day))

    with pytest.raises(RefusedError, match="The window closed on"):
        drafting.explain(request=made, text="Late.", by=exercise.enters, version=made.version)
    assert drafting.withdraw(request=made, by=exercise.enters) is None


@pytest.mark.parametrize("passed_on", [False, True])
def test_what_was_not_sent_is_deleted(exercise: Exercise, *, passed_on: bool) -> None:
    made = exercise.proposed() if passed_on else exercise.draft()

    assert drafting.withdraw(request=made, by=exercise.enters) is None

    assert not CheckingRequest.objects.exists()
    assert AuditEvent.objects.filter(action="checking request deleted").count() == 1
    assert not Message.objects.exists()
    with pytest.raises(ChangedMeanwhileError, match="deleted"):
        drafting.withdraw(request=made, by=exercise.enters)


@pytest.mark.parametrize("asked", [HOME_EARLY, LOWER])
def test_what_was_sent_is_kept_as_withdrawn(
    exercise: Exercise, asked: tuple[str, str, dict[str, str]]
) -> None:
    made = exercise.sent(asked)

    kept = drafting.withdraw(request=made, by=exercise.enters)

    assert kept is not None
    assert (kept.state, kept.reference) == (State.WITHDRAWN, made.reference)
    assert Message.objects.filter(subject__endswith="withdrawn").count() == 1


def test_what_was_refused_or_taken_in_is_not_withdrawn(exercise: Exercise) -> None:
    refused = exercise.sent(HOME_LATE, 0)
    with pytest.raises(RefusedError, match="the request is refused"):
        drafting.withdraw(request=refused, by=exercise.enters)

    agreed = exercise.sent(LOWER, 1)
    CheckingRequest.objects.filter(pk=agreed.pk).update(taken_into=exercise.release)
    with pytest.raises(RefusedError, match="taken into figures already"):
        drafting.withdraw(request=agreed, by=exercise.enters)

    FiguresRelease.objects.update(state="withdrawn")
    assert drafting.withdraw(request=agreed, by=exercise.enters) is not None
