"""Registrations, judgements and results out of files: merged, never blanked, undone by cell."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sheet_of_tests import member_of

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports import applying, matching, uploads
from keystage.actions.imports.matching import Choice
from keystage.actions.imports.shapes import Preview
from keystage.actions.roll.cohort import take_out
from keystage.actions.roll.registering import Registration, register
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.flows.roll.refusal import RollRefusedError
from keystage.store.models import (
    Import,
    ImportRow,
    Judgement,
    Organisation,
    Person,
    Pupil,
    RegistrationChange,
    Result,
    ResultChange,
    Sheet,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(sheet: Sheet, school: Organisation, office: Person) -> Callable[..., Import]:
    """Brings a file in: ``bring("results", "UPN,…")``."""

    def one(kind: str, text: str | bytes, *, classes: Any = None, who: Any = None) -> Import:
        by = By(who or office)
        file = uploads.bring_in(
            school=school,
            year=2026,
            kind=kind,
            data=text.encode() if isinstance(text, str) else text,
            name="file.csv",
            by=by,
            classes=classes,
        )
        matching.confirm_numbers(file=file, by=by, classes=classes)
        return file

    return one


@pytest.fixture
def upn(pupils: list[Pupil]) -> dict[str, str]:
    """The UPN of a pupil by surname."""
    return {pupil.surname: pupil.upn for pupil in pupils}


def seen(file: Import, classes: Any = None) -> Preview:
    return applying.preview(file, "everything", classes=classes)


def apply(file: Import, who: Any, classes: Any = None) -> Import:
    return applying.apply(
        file=file,
        mode="everything",
        seal=seen(file, classes).seal,
        by=By(who),
        classes=classes,
        reason="It came late",
    )


def undo(file: Import, who: Any, **more: Any) -> Import:
    return applying.undo(file=file, by=By(who), reason="It was the wrong list", **more)


def test_a_registration_list_changes_what_it_says_and_no_more(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    text = (
        "UPN,Surname,Forename,DOB,Reading,Maths,On register\n"
        f"{upn['Ashby']},Ashby,Mabel,01/01/2015,Working below,,yes\n"
        f"{upn['Patel']},Patel,Anika,04/01/2015,Registered,Registered,\n"
    )
    file = bring("registration", text)
    found = seen(file)
    assert [(one.what, one.before, one.after) for one in found.changes] == [
        ("reading registration", "Registered", "Below"),
        ("attendance register", "", "yes"),
    ]
    assert (found.unchanged, found.blanks) == (1, 3)
    apply(file, office)

    ashby = member_of(sheet, "Ashby")
    assert (ashby.reading, ashby.maths, ashby.on_register) == ("below", "registered", True)
    assert RegistrationChange.objects.filter(import_file=file).count() == 2
    undo(file, office)
    ashby.refresh_from_db()
    assert (ashby.reading, ashby.on_register) == ("registered", None)


def test_a_registration_nobody_knows_is_told_and_not_taken(
    bring: Callable[..., Import], upn: dict[str, str]
) -> None:
    file = bring("registration", f"UPN,Reading,On register\n{upn['Ashby']},Perhaps,maybe\n")

    told = [(one["field"], one["text"]) for one in file.reading["unread"]]
    assert told == [("Reading", "Perhaps"), ("On register", "maybe")]
    assert seen(file).changes_nothing


def test_a_registration_changed_since_stays(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    file = bring("registration", f"UPN,Reading,Maths\n{upn['Ashby']},Below,Below\n")
    apply(file, office)
    ashby = member_of(sheet, "Ashby")
    again = Registration(member=ashby.pk, values={"reading": "left"}, seen=ashby.version)
    register(sheet=sheet, registrations=[again], by=By(office), reason="Asked")

    file.refresh_from_db()
    with pytest.raises(ChangedMeanwhileError):
        undo(file, office)
    undo(file, office, leave_changed=True)
    ashby.refresh_from_db()
    assert (ashby.reading, ashby.maths) == ("left", "registered")


def test_a_transfer_file_is_no_registration_list(bring: Callable[..., Import]) -> None:
    with pytest.raises(RollRefusedError, match="no registrations"):
        bring("registration", "<CTfile><Header/></CTfile>")


def test_rows_of_nobody_are_listed_and_never_dropped(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    text = (
        "UPN,Surname,Forename,DOB,Writing\n"
        f"{upn['Ashby']},Ashby,Mabel,01/01/2015,EXS\n"
        ",Nobody,Ned,02/02/2015,WTS\n"
    )
    file = bring("judgements", text)
    assert [one.line for one in seen(file).not_matched] == [3]
    with pytest.raises(RefusedError, match="adds nobody to the roll"):
        matching.decide(
            file=file,
            choices={file.rows.get(line=3).pk: Choice(what=ImportRow.Decision.ENROL)},
            by=By(office),
        )
    apply(file, office)
    assert Judgement.objects.count() == 1
    assert not Pupil.objects.filter(surname="Nobody").exists()


def test_one_taken_out_of_the_cohort_is_listed(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    take_out(sheet=sheet, member=member_of(sheet, "Ashby").pk, reason="Left", by=By(office))
    found = seen(bring("judgements", f"UPN,Writing\n{upn['Ashby']},EXS\n"))

    assert found.changes_nothing
    assert "not in the cohort" in found.skipped[0].reason


def test_judgements_are_merged_with_history_and_blanks_ignored(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    ashby = member_of(sheet, "Ashby")
    save_cells(
        sheet,
        [Change(pupil=ashby.pk, subject="science", code="EXS", seen=0)],
        by=By(office),
        classes=None,
    )
    file = bring("judgements", f"UPN,Writing,Science,Reading\n{upn['Ashby']},exs,,PK3\n")
    found = seen(file)
    assert [(one.what, one.after) for one in found.changes] == [("writing judgement", "EXS")]
    assert found.blanks == 1
    assert [one.what for one in found.kept] == ["reading judgement"]
    assert "registered to take the reading test" in found.kept[0].reason
    apply(file, office)

    kept = dict(Judgement.objects.values_list("subject", "code"))
    assert kept == {"science": "EXS", "writing": "EXS"}
    cell = Judgement.objects.get(subject="writing")
    assert (cell.changes.get().how, cell.changes.get().import_file) == ("imported", file)
    undo(file, office)
    cell.refresh_from_db()
    assert cell.code == ""
    assert Judgement.objects.get(subject="science").code == "EXS"


def test_a_text_that_is_no_code_keeps_its_place_and_becomes_none(
    bring: Callable[..., Import], upn: dict[str, str]
) -> None:
    file = bring("judgements", f"UPN,Writing\n{upn['Ashby']},Great\n{upn['Patel']},EXS\n")

    assert [(one["line"], one["text"]) for one in file.reading["unread"]] == [(2, "Great")]
    assert len(seen(file).changes) == 1


def test_a_judgement_changed_since_stays(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person, lead: Person
) -> None:
    file = bring("judgements", f"UPN,Writing,Science\n{upn['Ashby']},EXS,EXS\n")
    file = apply(file, office)
    ashby = member_of(sheet, "Ashby")
    save_cells(
        sheet,
        [Change(pupil=ashby.pk, subject="writing", code="GDS", seen=1)],
        by=By(lead),
        classes=None,
    )

    (line,) = applying.way_back(file).changed_since
    assert (line.what, line.before, line.after) == ("writing judgement", "GDS", "")
    undo(file, office, leave_changed=True)
    assert dict(Judgement.objects.values_list("subject", "code")) == {
        "writing": "GDS",
        "science": "",
    }


def test_a_pupil_taken_out_since_keeps_the_judgement(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    file = apply(bring("judgements", f"UPN,Writing\n{upn['Ashby']},EXS\n"), office)
    take_out(sheet=sheet, member=member_of(sheet, "Ashby").pk, reason="Left", by=By(office))

    (line,) = applying.way_back(file).changed_since
    assert "not in the cohort any longer" in line.reason


def test_a_class_teacher_brings_in_judgements_of_the_class_alone(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, teacher: Person
) -> None:
    classes = frozenset({"6A"})
    text = f"UPN,Writing\n{upn['Ashby']},EXS\n{upn['Zhang']},EXS\n"
    file = bring("judgements", text, classes=classes, who=teacher)
    assert [row.decision for row in file.rows.all()] == ["accept", "undecided"]
    zhang = Pupil.objects.get(surname="Zhang").pk
    with pytest.raises(RefusedError, match="not on the roll"):
        matching.decide(
            file=file,
            choices={file.rows.get(line=3).pk: Choice(what=ImportRow.Decision.ACCEPT, pupil=zhang)},
            by=By(teacher),
            classes=classes,
        )
    apply(file, teacher, classes)
    assert [one.cohort_pupil.pupil.surname for one in Judgement.objects.all()] == ["Ashby"]
    file.refresh_from_db()
    undo(file, teacher, classes=classes)
    assert Judgement.objects.get().code == ""


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


def test_a_season_without_a_sheet_takes_nothing_but_a_roll(
    school: Organisation, office: Person
) -> None:
    with pytest.raises(RefusedError, match="not loaded"):
        uploads.bring_in(
            school=school,
            year=2026,
            kind="results",
            data=b"UPN,Reading outcome\nX,A",
            name="r.csv",
            by=By(office),
        )
    assert not Import.objects.exists()


def test_a_row_left_out_by_a_person_is_left_out(
    bring: Callable[..., Import], upn: dict[str, str], sheet: Sheet, office: Person
) -> None:
    file = bring("results", f"{RESULTS}{upn['Ashby']},40,107,AS,\n")
    choice = Choice(what=ImportRow.Decision.SKIP)
    matching.decide(file=file, choices={file.rows.get().pk: choice}, by=By(office))

    assert seen(file).skipped[0].reason == "left out by a person"
    assert isinstance(file.pk, UUID)


def test_a_number_alone_waits_for_a_person_who_may_take_all_at_once(
    school: Organisation, sheet: Sheet, upn: dict[str, str], office: Person
) -> None:
    text = f"UPN,Writing\n{upn['Ashby']},EXS\n{upn['Patel']},EXS\nA999030129999,EXS\n"
    file = uploads.bring_in(
        school=school, year=2026, kind="judgements", data=text.encode(), name="t.csv", by=By(office)
    )
    assert set(file.rows.values_list("decision", flat=True)) == {"undecided"}

    assert matching.confirm_numbers(file=file, by=By(office)) == 2
    assert matching.confirm_numbers(file=file, by=By(office)) == 0
    assert matching.undecided(file) == 1
    assert {row.decided_by for row in file.rows.filter(decision="accept")} == {office}
