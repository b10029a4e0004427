"""The pupils of a school of a release: who counts, who does not, and what is known of each."""

from datetime import timedelta

import pytest
from cast_of_tests import MakePerson
from checking_of_tests import NOT_COUNTED, Exercise

from keystage.access.rights import Level
from keystage.actions.by import By
from keystage.actions.checking.listing import Listed, listed
from keystage.actions.checking.tracing import traced
from keystage.store.models import (
    CheckingRules,
    Organisation,
    Person,
    Pupil,
    ReleasedResult,
    ResultsRelease,
)

pytestmark = pytest.mark.django_db


def seen(exercise: Exercise, by: By) -> Listed:
    found = listed(release=exercise.release, school=exercise.school, by=by)
    assert found is not None
    return found


def test_pupils_are_told_apart_by_whether_they_count(exercise: Exercise) -> None:
    found = seen(exercise, exercise.enters)

    assert [one.name for one in found.included] == [
        "Ashby, Mabel", "O'Brien-Núñez, Aoife", "Okonkwo, Chidi", "Patel, Anika", "Smith, Jo",
        "Zhang, Wei",
    ]  # fmt: skip
    (other,) = found.not_included
    assert (other.line, other.key, other.upn) == (NOT_COUNTED, f"line {NOT_COUNTED}", "")
    assert other.name == f"Row {NOT_COUNTED}, without a pupil number"
    assert (other.inclusion, other.facts) == ("202", {"EALGRP": "1"})
    assert "not at the end of key stage 2" in other.inclusion_words
    assert found.included[0].key == exercise.pupils[0].upn
    assert (found.level, found.others) == (Level.NAMED, 0)


def test_a_pupil_who_is_not_on_the_roll_goes_by_number(exercise: Exercise) -> None:
    Pupil.objects.filter(pk=exercise.pupils[0].pk).delete()
    names = [one.name for one in seen(exercise, exercise.enters).included]
    assert exercise.pupils[0].upn in names


def test_the_live_request_of_a_pupil_is_told(exercise: Exercise) -> None:
    draft, sent = exercise.draft(at=0), exercise.sent(at=1)

    found = {one.key: one.live for one in seen(exercise, exercise.enters).included}

    assert found[draft.pupil] == draft
    assert found[sent.pupil] is None


def test_a_result_that_came_out_later_is_told(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    before = exercise.release.computed_at
    assert before is not None
    for number, moment in enumerate((before - timedelta(hours=1), before + timedelta(hours=1)), 1):
        release = ResultsRelease.objects.create(
            organisation=nation,
            year=2026,
            version=number,
            kind="full",
            schools_at=moment,
            receiving_at=moment,
            prepared_at=moment,
            prepared_by=operator,
            approved_at=moment,
            approved_by=operator,
        )
        ReleasedResult.objects.create(
            release=release,
            school=exercise.school,
            upn=exercise.pupils[number].upn,
            subject="reading",
            scaled_score=100,
            outcome="AS",
        )

    late = [one.upn for one in seen(exercise, exercise.enters).included if one.late]

    assert late == [exercise.pupils[2].upn]
    assert traced(exercise.draft(at=2)).late
    assert not traced(exercise.draft(at=1)).late


def test_who_sees_no_names_sees_made_up_numbers_and_no_requests(
    exercise: Exercise, person: MakePerson, authority: Organisation
) -> None:
    exercise.draft()
    analyst = By(person("authority_analyst", authority))

    found = seen(exercise, analyst)

    told = (*found.included, *found.not_included)
    assert {(one.key, one.upn, one.live) for one in told} == {("", "", None)}
    assert all(one.name.startswith("Pupil ") for one in told)
    assert not any(one.late for one in told)


def test_nothing_is_listed_for_a_stranger_or_of_a_school_without_pupils(
    exercise: Exercise, stranger: Person, other_school: Organisation
) -> None:
    for who, school in ((stranger, exercise.school), (stranger, other_school)):
        assert listed(release=exercise.release, school=school, by=By(who)) is None


def test_a_year_whose_rules_are_gone_lists_its_pupils_without_facts(exercise: Exercise) -> None:
    text = CheckingRules.objects.get().text
    cut = text[: text.index("[rules]")] + '[rules]\nabsent = "they were taken back"\n'
    CheckingRules.objects.update(text=cut)

    assert {len(one.facts) for one in seen(exercise, exercise.enters).included} == {0}


def test_a_release_that_was_never_computed_has_no_late_results(exercise: Exercise) -> None:
    exercise.release.computed_at = None
    assert not any(one.late for one in seen(exercise, exercise.enters).included)
