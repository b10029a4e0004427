"""Judgements out of files: merged, blanks ignored, of one's own class alone, undone by cell."""

from collections.abc import Callable

import pytest
from imports_of_tests import apply, seen, undo
from sheet_of_tests import member_of

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports import applying, matching
from keystage.actions.imports.matching import Choice
from keystage.actions.roll.cohort import take_out
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import (
    Import,
    ImportRow,
    Judgement,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


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
