"""A national reference made of what the service collected, reviewed and made again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cast_of_tests import MakePerson
from django.utils import timezone
from figures_of_tests import Statistics, statisticians
from files_of_tests import Gate, row_of, sheet_file
from releases_of_tests import Agency, file_of, freeze, marks_of

from keystage.actions.errors import RefusedError
from keystage.actions.figures.asking import File
from keystage.actions.figures.publishing import approve
from keystage.actions.figures.reviews import review_of
from keystage.actions.figures.verifying import verify
from keystage.flows.figures.contents import decode
from keystage.store.models import Pupil, Sheet

pytestmark = pytest.mark.django_db
#: What nobody has published for 2026, and groups as small as the schools of a test.
TABLES = b"""
[year]
id = 2026
release = "provisional"
[sources.test]
title = "Made up"
read_on = 2026-09-01
[writing_points]
source = "test"
confidence = "C"
points = { WTS = 91, EXS = 103, GDS = 113 }
[reference_rules]
source = "test"
confidence = "C"
averages_from = "mainstream"
standard_deviation_from = "state_funded"
cuts_from = "mainstream"
cut_percent = 10
distribution_percents = [5, 20, 15, 20, 15, 20, 5]
smallest_estimated_group = 2
"""
GROUPS = b"""
[prior_attainment_groups]
source = "test"
confidence = "C"
groups = [
  { group = 1, low = 0, high = 10, includes = "both", reading = 100, writing = 100, maths = 100 },
]
"""


@dataclass(frozen=True)
class Cohort:
    """Six pupils of whom three began lower than the others, and how their judgements come in."""

    pupils: list[Pupil]
    agency: Agency
    gate: Gate

    def comes_in(self, reading: Sequence[int], writing: Sequence[str]) -> None:
        """Judgements and results are in: the mark and the judgement of each pupil in order."""
        pairs = zip(self.pupils, writing, strict=True)
        self.gate.take(sheet_file(row_of(one, Writing=code) for one, code in pairs))
        found = [
            marks_of([one], {"reading": mark, "maths": mark * 2}).decode().splitlines()[1:]
            for one, mark in zip(self.pupils, reading, strict=True)
        ]
        self.agency.release(file_of(line for lines in found for line in lines))


@pytest.fixture
def cohort(pupils: list[Pupil], sheet: Sheet, agency: Agency, gate: Gate) -> Cohort:
    assert sheet.school == pupils[0].school
    for at, one in enumerate(pupils):
        code = "EXS" if at % 2 else "WTS"
        Pupil.objects.filter(pk=one.pk).update(ks1_reading=code, ks1_writing=code, ks1_maths=code)
    return Cohort(pupils, agency, gate)


@pytest.fixture
def desk(agency: Agency, person: MakePerson, monkeypatch: pytest.MonkeyPatch) -> Statistics:
    freeze(monkeypatch, agency.at)
    return statisticians(person, agency.organisation)


def test_a_reference_is_derived_of_what_was_collected(cohort: Cohort, desk: Statistics) -> None:
    cohort.comes_in((15, 26, 18, 30, 21, 35), ("WTS", "EXS", "WTS", "EXS", "EXS", "GDS"))

    release = desk.make(derived=True, reference=File(name="tables.toml", content=TABLES))

    assert release.failed_why == ""
    assert release.inputs["pupils_from"] == "what the service holds"
    review = review_of(release, person=desk.other.who)
    assert review is not None
    assert review.reference is not None
    assert [one.pupils for one in review.reference.subjects] == [6, 6, 6]
    assert [one.subjects[0].pupils for one in review.reference.groups] == [3, 3]
    means = next(one for one in review.checks if one.code == "progress_mean")
    assert means.answer == "pass"
    assert "[prior_attainment_groups]" in release.rules
    days = re.findall(r"[Dd]erived by Keystage.*\nread_on = ([0-9-]+)", release.rules)
    assert days == [timezone.now().date().isoformat()]
    row = release.contents.get(kind="school", code="900003", level="complete")
    score = decode(bytes(row.content)).figure("READPROG")
    assert score is not None
    assert score.state == "shown"
    assert verify(release).faults == ()
    minute = timezone.now() + timedelta(days=1)
    assert approve(release=release, by=desk.other, shown_at=minute).approved_by == desk.other.who


def test_averages_that_fall_from_group_to_group_are_told_to_whoever_reviews_them(
    cohort: Cohort, desk: Statistics
) -> None:
    cohort.comes_in((35, 26, 30, 18, 27, 15), ("EXS", "WTS", "GDS", "EXS", "EXS", "WTS"))

    release = desk.make(derived=True, reference=File(name="tables.toml", content=TABLES))

    assert release.failed_why == ""
    review = review_of(release, person=desk.other.who)
    assert review is not None
    found = next(one for one in review.checks if one.code == "averages_rise")
    assert (found.answer, found.number) == ("look", "3 averages")
    assert [one.partition(":")[0] for one in found.listed] == ["Reading", "Writing", "Maths"]
    assert "in group 1" in found.listed[0]
    assert verify(release).faults == ()


def test_a_reference_that_could_not_be_read_again_makes_no_release(
    cohort: Cohort, desk: Statistics
) -> None:
    cohort.comes_in((26,) * 6, ("EXS",) * 6)

    release = desk.make(derived=True, reference=File(name="tables.toml", content=TABLES))

    assert release.state == release.State.FAILED
    assert "of reading is not above 0" in release.failed_why
    assert not release.contents.exists()


def test_a_reference_without_points_for_writing_is_refused_before_anything_is_computed(
    cohort: Cohort, desk: Statistics
) -> None:
    cohort.comes_in((15, 26, 18, 30, 21, 35), ("WTS", "EXS", "WTS", "EXS", "EXS", "GDS"))

    with pytest.raises(RefusedError, match="writing have no points: no source") as refused:
        desk.ask(derived=True)

    assert "without progress" in refused.value.todo
    release = desk.make()
    assert release.failed_why == ""
    assert any("Pupil progress: Not yet known" in note for note in release.notes)


def test_groups_cannot_be_given_and_derived_at_once(desk: Statistics) -> None:
    with pytest.raises(RefusedError, match="given and derived"):
        desk.ask(derived=True, reference=File(name="tables.toml", content=TABLES + GROUPS))
