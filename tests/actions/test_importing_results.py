"""Results out of files: what differs is shown, and undoing gives back the file before."""

from collections.abc import Callable
from uuid import UUID

import pytest
from imports_of_tests import apply, seen, undo
from sheet_of_tests import member_of

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports import applying, matching
from keystage.actions.imports.matching import Choice
from keystage.actions.roll.cohort import take_out
from keystage.store.models import (
    Import,
    ImportRow,
    Person,
    Result,
    ResultChange,
    Sheet,
)

pytestmark = pytest.mark.django_db
RESULTS = "UPN,Reading mark,Reading scaled score,Reading outcome,Maths outcome\n"


def test_results_come_in_and_the_same_file_again_changes_nothing(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    text = f"{RESULTS}{upn['Ashby']},40,107,AS,A\n"
    apply(bring("results", text), office)

    reading = Result.objects.get(subject="reading")
    assert (reading.raw_mark, reading.scaled_score, reading.outcome) == (40, 107, "AS")
    assert Result.objects.get(subject="maths").outcome == "A"
    again = bring("results", text)
    assert seen(again).changes_nothing
    assert seen(again).unchanged == 1
    with pytest.raises(RefusedError, match="Nothing would be imported"):
        apply(again, office)
    assert ResultChange.objects.count() == 2


def test_a_later_file_shows_what_differs_and_ignores_blanks(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    apply(bring("results", f"{RESULTS}{upn['Ashby']},40,107,AS,\n"), office)
    later = bring("results", f"{RESULTS}{upn['Ashby']},,108,,\n")
    found = seen(later)

    assert [(one.what, one.before, one.after) for one in found.changes] == [
        ("reading scaled score", "107", "108")
    ]
    apply(later, office)
    result = Result.objects.get()
    assert (result.raw_mark, result.scaled_score, result.outcome) == (40, 108, "AS")
    assert [one.version for one in result.changes.all()] == [1, 2]
    assert result.changes.latest("pk").before["scaled_score"] == 107


def test_another_outcome_is_taken_with_its_numbers(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    apply(bring("results", f"{RESULTS}{upn['Ashby']},40,107,AS,\n"), office)
    apply(bring("results", f"{RESULTS}{upn['Ashby']},,,A,\n"), office)

    result = Result.objects.get()
    assert (result.raw_mark, result.scaled_score, result.outcome) == (None, None, "A")


def test_an_outcome_that_contradicts_a_stored_score_is_not_taken(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    apply(bring("results", f"{RESULTS}{upn['Ashby']},40,107,,\n"), office)
    later = bring("results", f"{RESULTS}{upn['Ashby']},,,NS,A\n")

    (line,) = seen(later).kept
    assert (
        line.reason == "In reading the outcome NS and the scaled score 107 contradict each other."
    )
    apply(later, office)
    reading = Result.objects.get(subject="reading")
    assert (reading.raw_mark, reading.scaled_score, reading.outcome) == (40, 107, "")
    assert Result.objects.get(subject="maths").outcome == "A"


def test_undoing_results_gives_back_what_the_file_before_said(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    first = apply(bring("results", f"{RESULTS}{upn['Ashby']},40,107,AS,\n"), office)
    second = apply(bring("results", f"{RESULTS}{upn['Ashby']},41,108,AS,A\n"), office)
    assert applying.way_back(first).changed_since
    undo(second, office)

    result = Result.objects.get()
    assert (result.raw_mark, result.scaled_score, result.import_file) == (40, 107, first)
    assert result.changes.latest("pk").import_file is None


def test_undoing_the_first_results_leaves_none(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    file = apply(bring("results", f"{RESULTS}{upn['Ashby']},40,107,AS,A\n"), office)
    undo(file, office)

    assert not Result.objects.exists()


def test_results_of_somebody_taken_out_since_stay(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    file = apply(bring("results", f"{RESULTS}{upn['Ashby']},40,107,AS,\n"), office)
    take_out(sheet=sheet, member=member_of(sheet, "Ashby").pk, reason="Left", by=By(office))

    assert {line.reason for line in applying.way_back(file).changed_since} == {
        "the pupil is not in the cohort any longer"
    }
    undo(file, office, leave_changed=True)
    assert Result.objects.exists()


def test_a_row_left_out_by_a_person_is_left_out(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    file = bring("results", f"{RESULTS}{upn['Ashby']},40,107,AS,\n")
    choice = Choice(what=ImportRow.Decision.SKIP)
    matching.decide(file=file, choices={file.rows.get().pk: choice}, by=By(office))

    assert seen(file).skipped[0].reason == "left out by a person"
    assert isinstance(file.pk, UUID)
