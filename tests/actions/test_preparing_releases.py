"""Preparing a release: checked whole, refused whole, kept for another person."""

import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
from cast_of_tests import YEAR, MakePerson
from releases_of_tests import HEAD, Agency, file_of, line, marks_of, table_file

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.releases import releasing
from keystage.actions.releases.downloading import download
from keystage.actions.releases.preparing import Given, ReleaseRefusedError, moments, prepare
from keystage.actions.releases.released import released_to
from keystage.core.errors import InputError
from keystage.store.models import (
    AuditEvent,
    DateChange,
    Organisation,
    Pupil,
    ReleasedResult,
    ResultsRelease,
)

pytestmark = pytest.mark.django_db
Kind = ResultsRelease.Kind


def test_a_release_keeps_every_row_with_the_names_of_the_roll(
    agency: Agency, pupils: list[Pupil]
) -> None:
    made = agency.prepare(marks_of(pupils))

    assert (made.version, made.counts["rows"], made.counts["pupils"]) == (1, 18, 6)
    kept = ReleasedResult.objects.get(release=made, upn=pupils[0].upn, subject="reading")
    assert (kept.surname, kept.forename, kept.birth_date, kept.sex) == (
        pupils[0].surname,
        pupils[0].forename,
        pupils[0].birth_date,
        pupils[0].sex,
    )
    assert (kept.raw_mark, kept.scaled_score, kept.outcome) == (26, 99, "NS")
    assert set(made.conversion) == {"reading", "gps", "maths"}
    assert AuditEvent.objects.filter(action="release prepared").count() == 1


def test_papers_are_kept_where_they_are_given(agency: Agency, pupils: list[Pupil]) -> None:
    text = line(pupils[0], "gps", 40)
    made = agency.prepare(f"{HEAD},Paper 1,Paper 2\n{text},31,9\n".encode())

    assert made.results.get().papers == {"1": 31, "2": 9}


def test_the_same_file_twice_is_one_release(agency: Agency, pupils: list[Pupil]) -> None:
    assert agency.prepare(marks_of(pupils)) == agency.prepare(marks_of(pupils))
    assert ResultsRelease.objects.count() == 1


@pytest.mark.parametrize("other", ["schools_at", "note", "table"])
def test_the_same_file_with_another_minute_note_or_table_is_not_taken_for_the_first(
    agency: Agency, pupils: list[Pupil], other: str
) -> None:
    first = agency.prepare(marks_of(pupils))
    values = {
        "schools_at": agency.at + timedelta(hours=1),
        "note": "Read this.",
        "table": table_file().replace(b"\n50,120", b"\n50,119"),
    }
    again = agency.prepare(marks_of(pupils), Kind.FULL, **{other: values[other]})

    assert again != first
    assert again.results.count() == first.results.count()


def faults(agency: Agency, data: bytes) -> list[str]:
    with pytest.raises(ReleaseRefusedError) as caught:
        agency.prepare(data)
    assert not ResultsRelease.objects.exists()
    return caught.value.checked.faults["what"].to_list()


def test_every_fault_of_a_file_is_told_of_and_nothing_is_kept(
    agency: Agency, pupils: list[Pupil]
) -> None:
    good = line(pupils[0], "reading", 26)
    school, upn = pupils[1].school.number, pupils[1].upn
    found = faults(
        agency,
        file_of(
            [
                good,
                good,
                f"9990399,{upn},reading,30,102,AS",
                f"{school},X1,reading,30,102,AS",
                f"{school},{upn},history,30,102,AS",
                f"{school},{upn},reading,51,,N",
                f"{school},{upn},gps,many,102,AS",
                f"{school},{upn},maths,30,121,AS",
                f"{school},{pupils[2].upn},reading,30,102,NS",
                f"{school},{pupils[3].upn},reading,30,102,XX",
                f"{school},{pupils[4].upn},reading,,,",
            ]
        ),
    )

    told = "\n".join(found)
    for words in (
        "two results of this test",
        "There is no such school",
        "The UPN is none",
        "Test: “history” is none of the tests",
        "above 50",
        "Raw mark: “many” is no whole number",
        "off the scale",
        "contradict each other",
        "no such outcome",
        "no mark, scaled score or outcome",
    ):
        assert words in told, words


def test_papers_that_do_not_add_up_are_refused(agency: Agency, pupils: list[Pupil]) -> None:
    data = f"{HEAD},Paper 1,Paper 2\n{line(pupils[0], 'gps', 40)},30,9\n".encode()

    assert faults(agency, data) == ["The marks of the papers do not add up to the mark."]


def test_scores_that_are_not_those_of_the_table_are_listed_for_the_approver(
    agency: Agency, pupils: list[Pupil]
) -> None:
    made = agency.prepare(file_of([line(pupils[0], "reading", 26, score="98")]))

    assert made.counts["listed"] == 1
    assert made.counts["told"][0]["what"] == (
        "The scaled score is 98, and by the table that of 26 marks is 99."
    )
    assert pupils[0].upn not in str(made.counts)


def test_an_outcome_without_the_score_of_its_mark_is_listed_for_the_approver(
    agency: Agency, pupils: list[Pupil]
) -> None:
    whole = line(pupils[0], "reading", 30)
    assert whole.endswith(",30,102,AS")

    made = agency.prepare(file_of([whole.replace(",102,", ",,"), line(pupils[1], "reading", 1)]))

    assert [one["what"] for one in made.counts["told"]] == [
        "The scaled score is none, and by the table that of 30 marks is 102."
    ]


@pytest.mark.parametrize("data", [b"", b"<html/>", b"a,b\n1,2\n"])
def test_what_is_no_file_of_results_is_refused(agency: Agency, data: bytes) -> None:
    with pytest.raises((InputError, ReleaseRefusedError)):
        agency.prepare(data)


def test_an_archive_of_what_schools_downloaded_is_read_as_a_release(
    agency: Agency, pupils: list[Pupil]
) -> None:
    released = released_to
    agency.release(marks_of(pupils))
    seen = released(pupils[0].school, YEAR, now=agency.at)
    file = download(
        organisation=pupils[0].school, released=seen, part="tests", form="ctf", by=agency.one
    )
    packed = io.BytesIO()
    with ZipFile(packed, "w") as into:
        into.writestr(file.name, file.content)

    again = agency.prepare(packed.getvalue(), Kind.CORRECTED, name="results.zip")

    assert sorted(
        again.results.values_list("upn", "subject", "raw_mark", "scaled_score")
    ) == sorted((row.upn, row.subject, row.raw_mark, row.scaled_score) for row in seen.results)


def test_a_release_takes_its_minutes_from_the_season(agency: Agency) -> None:
    schools_at, receiving_at = moments(agency.organisation, YEAR)

    assert schools_at.isoformat() == "2026-07-16T07:30:00+01:00"
    assert receiving_at == schools_at + timedelta(days=1)


def test_without_a_date_of_the_season_the_minute_has_to_be_given(agency: Agency) -> None:
    DateChange.objects.create(
        organisation=agency.organisation,
        year=YEAR,
        event="results_to_schools",
        moment=None,
        reason="late marking",
        at=agency.at,
        by=agency.one.who,
    )

    with pytest.raises(RefusedError, match="no date on which results come to schools"):
        moments(agency.organisation, YEAR)


def test_receiving_schools_never_come_first(agency: Agency, pupils: list[Pupil]) -> None:
    with pytest.raises(RefusedError, match="before the schools do"):
        agency.prepare(marks_of(pupils), receiving_at=agency.at - timedelta(seconds=1))


def test_an_authority_releases_results_of_its_own_schools_only(
    agency: Agency, pupils: list[Pupil], authority: Organisation
) -> None:
    other = Organisation.objects.create(
        kind="school", code="900020", name="Elsewhere", number="9980301"
    )
    text = line(pupils[0], "reading", 26).replace(pupils[0].school.number, other.number)
    given = Given(kind=Kind.FULL, name="r.csv", data=file_of([text]), schools_at=agency.at)

    with pytest.raises(ReleaseRefusedError):
        prepare(organisation=authority, year=YEAR, given=given, by=agency.one)


def test_nobody_approves_what_they_prepared(agency: Agency, pupils: list[Pupil]) -> None:
    made = agency.prepare(marks_of(pupils))

    with pytest.raises(RefusedError, match="another person has to approve"):
        releasing.approve(release=made, by=agency.one)
    approved = releasing.approve(release=made, by=agency.other)
    again = releasing.approve(release=made, by=agency.other)
    assert approved.approved_at == again.approved_at is not None


def test_what_was_taken_back_before_approval_leaves_no_result(
    agency: Agency, pupils: list[Pupil]
) -> None:
    made = agency.prepare(marks_of(pupils))
    releasing.withdraw(release=made, by=agency.one)
    releasing.withdraw(release=made, by=agency.one)

    assert not made.results.exists()
    with pytest.raises(RefusedError, match="taken back"):
        releasing.approve(release=made, by=agency.other)
    assert AuditEvent.objects.filter(action="release taken back").count() == 1


def test_a_release_whose_minute_is_moved_has_to_be_approved_again(
    agency: Agency, pupils: list[Pupil], person: MakePerson
) -> None:
    made = agency.release(marks_of(pupils))
    third = By(person("agency_operator", agency.organisation), "test")
    later = {
        "schools_at": agency.at + timedelta(days=9),
        "receiving_at": agency.at + timedelta(days=10),
    }

    moved = releasing.move(release=made, **later, by=agency.other)

    assert moved.approved_at is None
    for by in (agency.one, agency.other):
        with pytest.raises(RefusedError, match="another person has to approve"):
            releasing.approve(release=made, by=by)
    assert releasing.approve(release=made, by=third).approved_at
    assert releasing.move(release=made, **later, by=agency.other).approved_at
    with pytest.raises(RefusedError, match="before the schools do"):
        releasing.move(
            release=made, schools_at=later["receiving_at"], receiving_at=agency.at, by=agency.one
        )


def test_a_release_that_is_out_cannot_be_moved(agency: Agency, pupils: list[Pupil]) -> None:
    past = agency.at - timedelta(hours=2)
    made = agency.release(marks_of(pupils), schools_at=past, receiving_at=agency.at)

    with pytest.raises(RefusedError, match="is out, or was taken back"):
        releasing.move(release=made, schools_at=agency.at, receiving_at=agency.at, by=agency.one)
