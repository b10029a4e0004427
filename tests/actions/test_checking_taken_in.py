"""Agreed requests as changes of pupils for releases of figures that come after."""

from datetime import timedelta

import polars as pl
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
from polars.testing import assert_frame_equal

from keystage.actions.agreed_changes import (
    agreed_by_reference,
    agreed_changes,
    mark_taken,
    merged_numbers,
)
from keystage.actions.checking import drafting, sending
from keystage.actions.checking.pupils import kept
from keystage.actions.figures.requests import agreed_taken_in
from keystage.core.upn import check_letter
from keystage.statute.loader import load_year
from keystage.store.models import CheckingRequest, FiguresRelease, Organisation, Person

pytestmark = pytest.mark.django_db
NEW = check_letter("999030120099") + "999030120099"


@pytest.fixture
def later(exercise: Exercise, nation: Organisation, operator: Person) -> FiguresRelease:
    """A release that was asked for after the one that is checked."""
    assert exercise.pupils
    return FiguresRelease.objects.create(
        organisation=nation,
        year=2026,
        stage="revised",
        version=1,
        asked_at=timezone.now(),
        asked_by=operator,
    )


def test_what_was_agreed_is_taken_in_and_nothing_else(
    exercise: Exercise, later: FiguresRelease
) -> None:
    agreed = exercise.sent(LOWER, 0)
    exercise.sent(HOME_LATE, 1)
    exercise.sent(HOME_EARLY, 2)
    exercise.draft(LOWER, 3)

    (found,) = agreed_changes(later)

    assert (found.reference, found.urn) == (agreed.reference, 900003)
    assert (found.upn, found.alteration.pupil) == (exercise.pupils[0].upn, agreed.pupil)
    assert found.alteration.values == {"P_INCL": "202"}
    assert (found.reason_class, found.alteration.kind) == ("inclusion_changed", "remove")
    assert agreed_by_reference([agreed.reference]) == (found,)
    assert agreed_by_reference([]) == ()


def test_a_release_takes_in_only_what_was_agreed_of_earlier_ones_of_its_maker(
    exercise: Exercise, later: FiguresRelease, authority: Organisation
) -> None:
    exercise.sent(LOWER)
    assert agreed_changes(exercise.release) == ()
    later.organisation = authority
    assert agreed_changes(later) == ()


def test_an_unamended_release_that_is_made_again_stays_unamended(
    exercise: Exercise, later: FiguresRelease
) -> None:
    exercise.sent(LOWER)
    assert len(agreed_changes(later)) == 1
    later.stage = FiguresRelease.Stage.UNAMENDED
    assert agreed_changes(later) == ()


def test_a_merge_says_which_record_goes(exercise: Exercise, later: FiguresRelease) -> None:
    answers = {"other_record": exercise.pupils[1].upn}
    merged = exercise.sent(("merge", "same_pupil", answers), 0)
    by_line = exercise.sent(("merge", "same_pupil", {"other_record": f"line {NOT_COUNTED}"}), 2)
    CheckingRequest.objects.update(state="agreed", decided_at=timezone.now())

    found = {one.reference: one for one in agreed_changes(later)}

    assert found[merged.reference].merged_upn == exercise.pupils[1].upn
    assert found[by_line.reference].alteration.merged == f"line {NOT_COUNTED}"
    assert found[by_line.reference].merged_upn == ""
    assert merged_numbers(found.values()) == {exercise.pupils[1].upn: exercise.pupils[0].upn}


def test_a_pupil_to_be_added_comes_with_every_value(
    exercise: Exercise, later: FiguresRelease
) -> None:
    made = drafting.draft(
        release=exercise.release,
        school=exercise.school,
        kind="add",
        reason="added",
        pupil="",
        by=exercise.enters,
    )
    answers = {
        "first_name": "Ann", "last_name": "Ash", "birth_date": "1/2/2015", "sex": "F",
        "admitted_on": "1/9/2024", "year_group": "6", "sen": "K", "upn": NEW,
    }  # fmt: skip
    for question, text in answers.items():
        drafting.answer(
            request=made, question=question, text=text, by=exercise.enters, version=made.version
        )
        made.refresh_from_db()
    passed = sending.propose(request=made, by=exercise.enters, version=made.version)
    sending.send(request=passed, by=exercise.sends, version=passed.version)
    CheckingRequest.objects.update(state="agreed", decided_at=timezone.now())

    (found,) = agreed_changes(later)

    assert (found.upn, found.alteration.pupil) == (NEW, "")
    assert found.alteration.values == {
        "P_INCL": "201", "FORENAME": "Ann", "SURNAME": "Ash", "DOB": "2015-02-01", "SEX": "F",
        "ENTRYDAT": "2024-09-01", "SENF": "K", "UPN": NEW,
    }  # fmt: skip


def test_what_rules_of_then_said_is_what_is_taken_in(
    exercise: Exercise, later: FiguresRelease, nation: Organisation, operator: Person
) -> None:
    exercise.sent(LOWER)
    text = text_with_window().replace('values = { P_INCL = "202" }', 'values = { P_INCL = "203" }')
    keep_rules(nation, operator, text)

    (found,) = agreed_changes(later)

    assert found.alteration.values == {"P_INCL": "202"}


def test_a_request_is_marked_as_taken_by_the_first_release_that_stays(
    exercise: Exercise, later: FiguresRelease, nation: Organisation, operator: Person
) -> None:
    agreed = exercise.sent(LOWER)
    references = [agreed.reference]
    now = timezone.now() + timedelta(seconds=1)
    next_one = release_of(nation, operator, exercise.pupils, asked_at=now, stage="final")

    assert mark_taken(later, references) == 1
    assert mark_taken(next_one, references) == 0
    assert CheckingRequest.objects.get().taken_into == later
    assert [one.reference for one in agreed_changes(next_one)] == references

    FiguresRelease.objects.filter(pk=later.pk).update(state="failed")
    assert mark_taken(next_one, references) == 1
    assert CheckingRequest.objects.get().taken_into == next_one


def test_the_next_release_is_made_of_pupils_with_what_was_agreed_and_of_nobody_else(
    exercise: Exercise, later: FiguresRelease
) -> None:
    lower = exercise.sent(LOWER, 0)
    joined = exercise.sent(("merge", "same_pupil", {"other_record": f"line {NOT_COUNTED}"}), 2)
    CheckingRequest.objects.update(state="agreed", decided_at=timezone.now())
    pupils = kept(exercise.release, exercise.school)
    assert pupils is not None
    before = pupils.records

    found = agreed_taken_in(later, before, load_year(2026, "provisional"))

    assert sorted(found.references) == sorted((lower.reference, joined.reference))
    assert found.notes == ()
    after = found.records.pupils
    assert after.filter(pl.col("UPN") == lower.pupil)["P_INCL"].to_list() == ["202"]
    others = pl.col("UPN") != lower.pupil
    assert_frame_equal(after.filter(others), before.pupils.filter(others))
    assert after["UPN"].null_count() == 0
