"""Released results in a school's sheet once later ones are out; downloads, letters, scripts."""

import pytest
from cast_of_tests import YEAR
from releases_of_tests import HEAD, Agency, file_of, freeze, line, marks_of

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports import applying
from keystage.actions.releases import releasing
from keystage.actions.releases.downloading import download
from keystage.actions.releases.downloads import downloads_of
from keystage.actions.releases.into_sheet import bring_into_sheet, old_results, seal_of, take_out
from keystage.actions.releases.letters import letters
from keystage.actions.releases.released import released_to
from keystage.actions.releases.scripts import note_seen, seen_of
from keystage.store.models import (
    AuditEvent,
    Organisation,
    Person,
    Pupil,
    ReleasedResult,
    Result,
    ResultChange,
    ResultsRelease,
    Sheet,
)

pytestmark = pytest.mark.django_db
Kind = ResultsRelease.Kind


@pytest.fixture
def out(
    agency: Agency, sheet: Sheet, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> Agency:
    """The minute has come."""
    agency.release(marks_of(pupils))
    freeze(monkeypatch, agency.at)
    return agency


@pytest.fixture
def taken(out: Agency, sheet: Sheet, lead: Person) -> Agency:
    """The school has taken the first version into its sheet."""
    by = By(lead, "test")
    file = bring_into_sheet(school=sheet.school, year=YEAR, by=by)
    seal = applying.preview(file, "everything").seal
    applying.apply(file=file, mode="everything", seal=seal, by=by)
    assert Result.objects.count() == 18
    return out


def old(sheet: Sheet) -> list[tuple[str, str, int, bool]]:
    found = old_results(sheet.school, released_to(sheet.school, YEAR))
    return [(one.why, one.result.subject, one.version, one.withdrawn) for one in found]


def test_a_sheet_with_the_results_in_force_has_no_old_ones(taken: Agency, sheet: Sheet) -> None:
    assert old(sheet) == []


def test_a_result_that_was_corrected_since_is_told(
    taken: Agency, sheet: Sheet, pupils: list[Pupil]
) -> None:
    taken.release(file_of([line(pupils[0], "reading", 30)]), Kind.CORRECTED)

    assert old(sheet) == [("changed", "reading", 1, False)]
    assert Result.objects.get(cohort_pupil__pupil=pupils[0], subject="reading").raw_mark == 26


def test_results_of_a_version_that_was_taken_back_are_told_and_taken_out_on_request(
    taken: Agency, sheet: Sheet, lead: Person
) -> None:
    release = ResultsRelease.objects.get()
    releasing.withdraw(release=release, reason="Wrong marks", by=taken.one)

    assert old(sheet).count(("gone", "maths", 1, True)) == 6
    assert Result.objects.filter(raw_mark=None).count() == 0
    found = old_results(sheet.school, released_to(sheet.school, YEAR))
    with pytest.raises(ChangedMeanwhileError):
        take_out(school=sheet.school, year=YEAR, seal="another", by=By(lead, "test"))
    count = take_out(school=sheet.school, year=YEAR, seal=seal_of(found), by=By(lead, "test"))

    assert count == 18
    assert set(Result.objects.values_list("raw_mark", "scaled_score", "outcome")) == {
        (None, None, "")
    }
    assert ResultChange.objects.filter(after__raw_mark=None).count() == 18
    assert old(sheet) == []
    with pytest.raises(RefusedError, match="nothing to take out"):
        take_out(school=sheet.school, year=YEAR, seal=seal_of([]), by=By(lead, "test"))


def test_a_single_result_that_was_taken_back_is_told(
    taken: Agency, sheet: Sheet, pupils: list[Pupil]
) -> None:
    row = f"{pupils[0].school.number},{pupils[0].upn},gps,,,,yes"
    taken.release(f"{HEAD},Taken back\n{row}".encode(), Kind.CORRECTED)

    assert old(sheet) == [("gone", "gps", 1, False)]


def test_results_a_school_entered_by_itself_are_never_called_old(
    taken: Agency, sheet: Sheet
) -> None:
    Result.objects.update(import_file=None, raw_mark=1)

    assert old(sheet) == []


def test_the_register_of_downloads_says_who_took_what_and_names_no_pupil(
    out: Agency, sheet: Sheet, lead: Person, authority: Organisation, other_school: Organisation
) -> None:
    school, by = sheet.school, By(lead, "test")
    seen = released_to(school, YEAR)
    download(organisation=school, released=seen, part="reading", form="csv", by=by)
    for one in (school, other_school):
        download(
            organisation=authority, released=released_to(authority, YEAR), part="tests",
            form="ctf", by=out.one, school=one,
        )  # fmt: skip
    letters(school=school, released=seen, part="tests", by=by)

    found = downloads_of(school, YEAR)

    assert [(one.who, one.what, one.form, one.version) for one in found] == [
        (lead.name, "Test results of every pupil", "Letters to parents (PDF)", 1),
        (str(authority), "Test results of every pupil", "Common Transfer File", 1),
        (lead.name, "Results of the reading test", "CSV", 1),
    ]
    assert downloads_of(school, YEAR, only=out.one.who) == []
    assert len(downloads_of(authority, YEAR)) == 2


def test_letters_have_a_page_for_each_pupil_with_a_name(
    out: Agency, sheet: Sheet, lead: Person
) -> None:
    ReleasedResult.objects.filter(upn__endswith="6").update(surname="")
    seen, by = released_to(sheet.school, YEAR), By(lead, "test")

    made = letters(school=sheet.school, released=seen, part="maths", by=by)

    assert made.content.startswith(b"%PDF")
    assert b"/Type/Pages/Count 5" in made.content
    assert (made.name, made.left_out) == ("letters-900003-2026-maths.pdf", 1)
    event = AuditEvent.objects.get(action="taken away")
    assert event.after["form"] == "pdf"


@pytest.mark.parametrize("part", ["all", "science"])
def test_there_is_no_letter_of_anything_but_tests(
    out: Agency, sheet: Sheet, lead: Person, part: str
) -> None:
    seen = released_to(sheet.school, YEAR)
    with pytest.raises(RefusedError, match="no such letter"):
        letters(school=sheet.school, released=seen, part=part, by=By(lead, "test"))


def test_there_are_no_letters_before_results_are_out_or_without_names(
    agency: Agency, sheet: Sheet, pupils: list[Pupil], lead: Person
) -> None:
    agency.release(marks_of(pupils))
    early, by = released_to(sheet.school, YEAR), By(lead, "test")
    with pytest.raises(RefusedError, match="not out yet"):
        letters(school=sheet.school, released=early, part="tests", by=by)
    ReleasedResult.objects.update(forename="")
    with pytest.raises(RefusedError, match="has a name"):
        letters(
            school=sheet.school,
            released=released_to(sheet.school, YEAR, now=agency.at),
            part="tests",
            by=by,
        )


def test_a_script_is_ticked_once_and_can_be_unticked(
    out: Agency, sheet: Sheet, pupils: list[Pupil], lead: Person, headteacher: Person
) -> None:
    school, one = sheet.school, (pupils[0].upn, "maths_2")
    note_seen(school=school, year=YEAR, shown=[one], ticked=[one], by=By(lead, "test"))
    again = note_seen(
        school=school, year=YEAR, shown=[one], ticked=[one], by=By(headteacher, "test")
    )

    assert again == 0
    assert seen_of(school, YEAR)[one].seen_by == lead
    assert seen_of(school, YEAR, pupils[1].upn) == {}
    assert note_seen(school=school, year=YEAR, shown=[one], ticked=[], by=By(lead, "test")) == 1
    assert seen_of(school, YEAR) == {}
    events = AuditEvent.objects.filter(action="scripts looked at")
    assert not any(pupils[0].upn in str(event.after) for event in events)
    assert events.count() == 2


@pytest.mark.parametrize(("upn", "paper"), [("A999030220001", "maths_2"), ("", "art")])
def test_a_script_of_another_school_or_of_no_paper_is_refused(
    out: Agency, sheet: Sheet, pupils: list[Pupil], lead: Person, upn: str, paper: str
) -> None:
    one = (upn or pupils[0].upn, paper)
    with pytest.raises(RefusedError, match="no such script"):
        note_seen(school=sheet.school, year=YEAR, shown=[one], ticked=[one], by=By(lead, "test"))
