"""Results that a later release moves to another school, or takes back."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR
from releases_of_tests import HEAD, Agency, file_of, freeze, line, marks_of

from keystage.actions.releases import releasing, telling
from keystage.actions.releases.downloading import Form, download
from keystage.actions.releases.preparing import ReleaseRefusedError
from keystage.actions.releases.released import Released, released_to, released_to_receiving
from keystage.store.models import (
    ConfirmedPlace,
    Job,
    Organisation,
    Pupil,
    ResultsRelease,
)

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Kind = ResultsRelease.Kind
TESTS = ("reading", "gps", "maths")


def back(pupil: Pupil, test: str, school: Organisation | None = None) -> str:
    return f"{(school or pupil.school).number},{pupil.upn},{test},,,,yes"


def taking_back(*lines: str) -> bytes:
    return "\n".join([f"{HEAD},Taken back", *lines]).encode()


def at_other(pupil: Pupil, other: Organisation) -> bytes:
    """The pupil's results given at another school."""
    lines = [line(pupil, test, mark) for test, mark in zip(TESTS, (26, 40, 80), strict=True)]
    return file_of(one.replace(pupil.school.number, other.number, 1) for one in lines)


def upns(found: Released) -> set[str]:
    return {row.upn for row in found.results}


@pytest.fixture
def moved(agency: Agency, pupils: list[Pupil], other_school: Organisation) -> Agency:
    """A later release gives the results of the first pupil at the other school."""
    agency.release(marks_of(pupils))
    agency.release(at_other(pupils[0], other_school), Kind.CORRECTED)
    return agency


def test_a_pupil_given_at_another_school_is_seen_there_and_no_longer_here(
    moved: Agency, pupils: list[Pupil], other_school: Organisation, authority: Organisation
) -> None:
    here = released_to(pupils[0].school, YEAR, now=moved.at)
    there = released_to(other_school, YEAR, now=moved.at)
    both = released_to(authority, YEAR, now=moved.at)

    assert upns(here) == {pupil.upn for pupil in pupils[1:]}
    assert upns(there) == {pupils[0].upn}
    assert {(row.upn, row.school.code) for row in both.results if row.upn == pupils[0].upn} == {
        (pupils[0].upn, "900004")
    }
    assert {one.what for one in here.differences} == {"moved_away"}
    assert {one.what for one in there.differences} == {"moved_here"}
    assert sorted(one.what for one in both.differences) == ["moved_away"] * 3 + ["moved_here"] * 3
    assert all(one.after is None for one in here.differences)


@pytest.mark.parametrize("form", ["csv", "ctf"])
def test_a_pupil_who_was_moved_is_in_no_file_of_the_first_school(
    moved: Agency, pupils: list[Pupil], form: Form
) -> None:
    seen = released_to(pupils[0].school, YEAR, now=moved.at)
    file = download(
        organisation=pupils[0].school, released=seen, part="tests", form=form, by=moved.one
    )

    assert pupils[0].upn.encode() not in file.content
    assert pupils[1].upn.encode() in file.content


def test_a_receiving_school_sees_a_moved_pupil_once(
    moved: Agency, pupils: list[Pupil], authority: Organisation, other_school: Organisation
) -> None:
    secondary = Organisation.objects.create(
        kind="school", code="900090", name="Hilltop", number="9990490"
    )
    ConfirmedPlace.objects.create(
        authority=authority, year=YEAR, upn=pupils[0].upn, receiving=secondary,
        confirmed_at=moved.at, confirmed_by=moved.one.who,
    )  # fmt: skip

    found = released_to_receiving(secondary, YEAR, now=moved.at + DAY)

    assert [row.school for row in found.results] == [other_school] * 3


def test_an_approver_is_told_that_a_release_moves_results(
    agency: Agency, pupils: list[Pupil], other_school: Organisation
) -> None:
    agency.release(marks_of(pupils))

    made = agency.prepare(at_other(pupils[0], other_school), Kind.CORRECTED)

    assert made.counts["listed"] == 3
    assert "it would be moved" in made.counts["told"][0]["what"]


def test_two_schools_with_one_number_of_a_pupil_are_corrected_one_by_one(
    agency: Agency, pupils: list[Pupil], other_school: Organisation
) -> None:
    both = marks_of(pupils) + b"\n" + at_other(pupils[0], other_school).split(b"\n", 1)[1]
    agency.release(both)
    agency.release(file_of([line(pupils[0], "reading", 30)]), Kind.CORRECTED)

    assert pupils[0].upn in upns(released_to(pupils[0].school, YEAR, now=agency.at))
    other = released_to(other_school, YEAR, now=agency.at)
    assert [row.raw_mark for row in other.results if row.subject == "reading"] == [26]


def test_a_single_result_is_taken_back_and_is_neither_a_nought_nor_a_blank_one(
    agency: Agency, pupils: list[Pupil]
) -> None:
    agency.release(marks_of(pupils))
    made = agency.release(taking_back(back(pupils[0], "reading")), Kind.CORRECTED)

    found = released_to(pupils[0].school, YEAR, now=agency.at)

    assert made.counts["taken_back"] == 1
    assert len(found.results) == 17
    assert ("reading", pupils[0].upn) not in {(row.subject, row.upn) for row in found.results}
    (one,) = found.differences
    assert (one.what, one.after, one.result.upn) == ("taken_back", None, pupils[0].upn)
    assert one.changes()["raw_mark"] == (26, None)


def test_a_result_that_was_taken_back_can_come_again(agency: Agency, pupils: list[Pupil]) -> None:
    agency.release(marks_of(pupils))
    agency.release(taking_back(back(pupils[0], "reading")), Kind.CORRECTED)
    agency.release(file_of([line(pupils[0], "reading", 30)]), Kind.LATE)

    found = released_to(pupils[0].school, YEAR, now=agency.at)

    assert [one.what for one in found.differences] == ["taken_back", "new"]
    assert len(found.results) == 18


def test_what_never_came_or_has_a_mark_cannot_be_taken_back(
    agency: Agency, pupils: list[Pupil], other_school: Organisation
) -> None:
    with pytest.raises(ReleaseRefusedError) as first:
        agency.prepare(taking_back(back(pupils[0], "reading")))
    agency.release(marks_of(pupils))
    rows = (
        back(pupils[0], "reading", other_school),
        back(pupils[0], "gps").replace(",,,,yes", ",40,,,yes"),
        back(pupils[1], "gps").replace("yes", "perhaps"),
    )
    with pytest.raises(ReleaseRefusedError) as caught:
        agency.prepare(taking_back(*rows))

    never = "No earlier release holds this result at this school, so it cannot be taken back."
    assert first.value.checked.faults["what"].to_list() == [never]
    said = caught.value.checked.faults["what"].to_list()
    assert never in said
    assert "A result that is taken back has no mark, scaled score or outcome." in said
    assert "Taken back: “perhaps” is neither yes nor no." in said


def test_versions_have_no_gap_where_a_release_never_came_out(
    agency: Agency, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.release(marks_of(pupils))
    wrong = agency.release(file_of([line(pupils[0], "reading", 30)]), Kind.CORRECTED)
    releasing.withdraw(release=wrong, reason="Wrong file", by=agency.one)
    agency.prepare(file_of([line(pupils[0], "reading", 29)]), Kind.CORRECTED)
    third = agency.release(file_of([line(pupils[0], "reading", 31)]), Kind.CORRECTED)
    freeze(monkeypatch, agency.at)

    found = released_to(pupils[0].school, YEAR)

    assert [one.number for one in found.versions] == [1, 2]
    assert (found.number(third.pk), found.taken_back) == (2, ())
    assert not Job.objects.exists()


def test_a_version_that_was_seen_and_taken_back_keeps_its_number_and_is_told_of(
    agency: Agency, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at)
    wrong = agency.release(file_of([line(pupils[0], "reading", 30)]), Kind.CORRECTED)
    freeze(monkeypatch, agency.at + MINUTE)
    releasing.withdraw(release=wrong, reason="Marks of another test", by=agency.one)
    third = agency.release(file_of([line(pupils[0], "reading", 31)]), Kind.CORRECTED)

    found = released_to(pupils[0].school, YEAR)

    assert found.number(third.pk) == 3
    assert [(one.number, one.release.withdrawn_reason) for one in found.taken_back] == [
        (2, "Marks of another test")
    ]


def test_who_a_pupil_was_taken_from_is_told_as_well(
    moved: Agency, pupils: list[Pupil], other_school: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(monkeypatch, moved.at + MINUTE)
    second = ResultsRelease.objects.order_by("version").last()
    assert second is not None

    told = telling.shown_to(second, moved.at + MINUTE)

    assert {other_school, pupils[0].school} <= set(told)
