"""What a school has to correct in its own system, and what it has not."""

import pytest
from django.utils import timezone
from files_of_tests import Gate, row_of, sheet_file

from keystage.actions.gateway.correcting import WHOLE, corrections_of
from keystage.actions.roll.roll_history import RollHistory
from keystage.core.upn import check_letter
from keystage.store.models import Import, ImportRow, Person, Pupil, RollChange, Sheet


@pytest.fixture
def received(gate: Gate, judged_sheet: Sheet, pupils: list[Pupil]) -> Gate:
    """Everybody was received as the sheet says."""
    assert judged_sheet.cohort.count() == len(pupils)
    gate.take(sheet_file(row_of(pupil) for pupil in pupils))
    return gate


def test_a_pupil_who_was_typed_in_here_is_to_be_entered_there(
    received: Gate, pupils: list[Pupil]
) -> None:
    history = RollHistory(by=received.first)
    history.came(pupils[0].pk)
    history.write()

    found = corrections_of(received.kept)

    assert [(one.upn, one.field, one.stored) for one in found] == [
        (pupils[0].upn, WHOLE, "Entered here by hand")
    ]


def test_a_pupil_whom_a_file_brought_later_is_there_already(
    received: Gate, pupils: list[Pupil], office: Person, judged_sheet: Sheet
) -> None:
    history = RollHistory(by=received.first)
    history.came(pupils[0].pk)
    history.changed(pupils[0].pk, {"forename": "Mab"}, {"forename": "Mabel"})
    history.write()
    file = Import.objects.create(
        school=judged_sheet.school, year=judged_sheet.year, kind="roll", name="roll.csv", bytes=1,
        sha256="0" * 64, content=b"x", uploaded_at=judged_sheet.loaded_at, uploaded_by=office,
    )  # fmt: skip
    ImportRow.objects.create(
        import_file=file, line=1, values={}, pupil=pupils[0], match="", applied=True
    )
    RollChange.objects.create(
        pupil=pupils[0], field="forename", before="Mab", after="Mabel", by=office,
        at=timezone.now(), import_file=file,
    )  # fmt: skip

    assert corrections_of(received.kept) == []


def test_somebody_who_was_received_and_is_not_here_is_told(
    received: Gate, pupils: list[Pupil]
) -> None:
    upn = check_letter("999030190001") + "999030190001"
    other = row_of(pupils[0], UPN=upn, Surname="Elsewhere", **{"Date of birth": "09/09/2014"})
    received.take(sheet_file([other]))

    found = [one for one in corrections_of(received.kept) if one.upn == upn]

    assert [(one.field, one.stored, one.received, one.right) for one in found] == [
        ("science", None, "EXS", "EXS"),
        ("writing", None, "EXS", "EXS"),
    ]


def test_nothing_is_told_before_anything_was_received_or_brought_in(
    gate: Gate, judged_sheet: Sheet
) -> None:
    kept = gate.give(b"nothing of use").school_return

    assert judged_sheet.cohort.exists()
    assert corrections_of(kept) == []
