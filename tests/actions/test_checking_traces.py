"""What the rules say of a request before it is sent, and what it would do to the figures."""

from fractions import Fraction

import polars as pl
import pytest
from checking_of_tests import LOWER, NOT_COUNTED, PDF, Exercise
from msgspec.structs import replace

from keystage.actions.checking import drafting
from keystage.actions.checking.effects import effect_of
from keystage.actions.checking.pupils import kept
from keystage.actions.checking.tracing import ruled, traced
from keystage.actions.errors import RefusedError
from keystage.actions.figures.rules import rules_of
from keystage.flows.figures.computed_again import computed_again
from keystage.flows.figures.school_pupils import schools_of
from keystage.flows.figures.trying import SetValue, tried
from keystage.store.models import CheckingRequest, CheckingRules, FiguresContent

pytestmark = pytest.mark.django_db
ARRIVED = {
    "first_language": "other",
    "country": "UA",
    "arrived_on": "2/10/2024",
    "first_school_on": "4/11/2024",
}


def test_the_four_tests_of_a_new_arrival_are_shown_one_by_one(exercise: Exercise) -> None:
    made = exercise.draft(("remove", "recently_arrived", ARRIVED))

    found = traced(made)

    assert [one.result for one in found.ticks] == ["yes"] * 4
    assert (found.decision.outcome, found.decision.branch) == ("approve", "ARR-4")
    assert "4 November 2024" in found.decision.because
    assert not found.complete
    assert found.evidence.startswith("Add evidence as PDF")
    drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    assert traced(made).complete


def test_the_record_is_looked_at_too(exercise: Exercise) -> None:
    included = ("include", "included", {"told": "On the roll."})
    made = exercise.draft(("remove", "recently_arrived", ARRIVED | {"country": "not_known"}))

    found = traced(made)

    assert [one.result for one in found.ticks] == ["yes", "yes", "not_known", "yes"]
    assert (found.decision.outcome, found.decision.waiting) == ("scrutiny", ("Country",))
    other = drafting.draft(
        release=exercise.release,
        school=exercise.school,
        kind=included[0],
        reason=included[1],
        pupil=f"line {NOT_COUNTED}",
        by=exercise.enters,
    )
    assert ruled(other).facts == {"EALGRP": "1"}
    assert ruled(other).missing == ("told",)


def test_a_pupil_to_be_added_has_no_record(exercise: Exercise) -> None:
    made = drafting.draft(
        release=exercise.release,
        school=exercise.school,
        kind="add",
        reason="added",
        pupil="",
        by=exercise.enters,
    )
    assert ruled(made).facts == {}
    assert [one.name for one in traced(made).effect if one.name == "TELIG"] == ["TELIG"]


def test_the_effect_is_that_of_computing_the_school_with_the_change(exercise: Exercise) -> None:
    made = exercise.draft(LOWER, at=5)

    effect = {one.name: one for one in traced(made).effect}

    pupils = kept(exercise.release, exercise.school)
    assert pupils is not None
    again = pupils.records.pupils.with_columns(
        pl.when(pl.col("UPN") == exercise.pupils[5].upn)
        .then(pl.lit("202"))
        .otherwise(pl.col("P_INCL").cast(pl.String))
        .cast(pupils.records.pupils.schema["P_INCL"])
        .alias("P_INCL")
    )
    (whole,) = schools_of(type(pupils.records)(pupils=again, schools=pupils.records.schools))
    whole_again = computed_again(whole, rules_of(exercise.release))
    mean = whole_again.records.pupils.filter(pl.col("P_INCL") == "201")["READSCORE"].mean()
    assert (effect["TELIG"].before, effect["TELIG"].after) == ("6", "5")
    assert effect["TELIG"].change == "-1"
    assert effect["READ_AVERAGE"].after == str(round(float(str(mean))))
    assert effect["READ_AVERAGE"].change == "-0.50"
    assert effect["READ_AVERAGE"].group == "all"
    trial = tried(
        pupils.records,
        whole_again.computed.table.year,
        900003,
        [SetValue(line=pupils.lines[made.pupil], column="P_INCL", value="202")],
    )
    assert trial.changes.of(900003, "READ_AVERAGE").change == Fraction(-1, 2)


def test_a_merge_takes_the_other_record_away(exercise: Exercise) -> None:
    answers = {"other_record": exercise.pupils[1].upn}
    made = exercise.draft(("merge", "same_pupil", answers), at=0)

    effect = {one.name: one for one in traced(made).effect}

    assert (effect["TELIG"].before, effect["TELIG"].after) == ("6", "5")


def test_what_cannot_be_worked_out_says_why(exercise: Exercise) -> None:
    made = exercise.draft(("amend", "characteristic", {"characteristic": "SEX"}))
    assert traced(made).effect_unknown == "What would be changed is not said yet."
    found = ruled(made)
    wrong = type(found.alteration)(
        kind="amend", pupil=made.pupil, values={"SEX": "7"}, reason_class="", reason="",
        reference="",
    )  # fmt: skip
    assert effect_of(made, wrong).unknown == (
        "The figures cannot be worked out with it: 7 is no value of SEX."
    )


def test_a_pupil_whom_the_release_does_not_hold_has_no_effect_anybody_knows(
    exercise: Exercise,
) -> None:
    made = exercise.draft()
    gone = replace(ruled(made).alteration, pupil="A999030120999")
    assert effect_of(made, gone).unknown == (
        "The release does not hold the record the request is about."
    )


def test_a_release_without_figures_of_the_school_says_so(
    exercise: Exercise, other_school: object
) -> None:
    made = exercise.draft()
    assert FiguresContent.objects.exists()
    CheckingRequest.objects.update(school=other_school)
    made.refresh_from_db()
    assert traced(made).effect_unknown == "The release has no figures of the school."


def test_a_draft_says_that_the_rules_were_taken_back(exercise: Exercise) -> None:
    made = exercise.draft()
    text = CheckingRules.objects.get().text
    cut = text[: text.index("[rules]")] + '[rules]\nabsent = "they were taken back"\n'
    CheckingRules.objects.update(text=cut)
    with pytest.raises(RefusedError, match="The rules of 2026 are not known: they were taken back"):
        traced(made)
