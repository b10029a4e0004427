"""Cells of the mark sheet: saved with a version, refused with a reason, never lost."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change, Saved
from keystage.actions.sheets.filling import history
from keystage.actions.sheets.saving import import_cells, save_cells
from keystage.store.models import (
    AuditEvent,
    CohortPupil,
    Judgement,
    JudgementChange,
    Person,
    Sheet,
    SignOff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(sheet: Sheet) -> CohortPupil:
    """Mabel Ashby of class 6A."""
    return sheet.cohort.get(pupil__surname="Ashby")


@pytest.fixture
def save(sheet: Sheet, lead: Person) -> Callable[..., Saved]:
    """Saves one cell: ``save(member, "writing", "EXS")``."""

    def one(
        member: CohortPupil,
        subject: str,
        code: str,
        seen: int = 0,
        *,
        who: Person | None = None,
        classes: frozenset[str] | None = None,
    ) -> Saved:
        change = Change(pupil=member.pk, subject=subject, code=code, seen=seen)
        return save_cells(sheet, [change], by=By(who or lead, "test"), classes=classes)

    return one


def test_a_code_is_saved_with_its_history_and_an_event(
    save: Callable[..., Saved], sheet: Sheet, member: CohortPupil, lead: Person
) -> None:
    result = save(member, "writing", "EXS")

    assert [(cell.code, cell.version, cell.before) for cell in result.saved] == [("EXS", 1, "")]
    change = JudgementChange.objects.get()
    assert (change.before, change.after, change.how, change.by) == ("", "EXS", "entered", lead)
    assert change.batch == result.batch
    event = AuditEvent.objects.get(action="judgements saved")
    assert event.after == {"cells": 1, "how": "entered"}
    assert "EXS" not in str(event.after)


@pytest.mark.parametrize("typed", ["exs", " EXS ", "Exs\t"])
def test_small_letters_and_blanks_do_not_matter(
    save: Callable[..., Saved], member: CohortPupil, typed: str
) -> None:
    assert save(member, "writing", typed).saved[0].code == "EXS"


@pytest.mark.parametrize(
    ("subject", "typed", "check", "words"),
    [
        ("writing", "XYZ", "TA-401", "XYZ is no writing judgement of 2026"),
        ("science", "GDS", "TA-401", "GDS is no science judgement of 2026"),
        ("writing", "BLW", "TA-419", "BLW was a writing code until 2019"),
        ("writing", "Q", "TA-425", "cannot be sent by a school"),
        ("reading", "PK3", "TA-405", "registered to take the reading test"),
        ("reading", "EXS", "TA-419", "until 2018"),
        ("writing", "=1+1", "TA-401", "no writing judgement"),
        ("writing", "X" * 5000, "TA-401", "no writing judgement"),
    ],
)
def test_what_the_checks_forbid_is_refused_in_their_words(
    save: Callable[..., Saved],
    member: CohortPupil,
    subject: str,
    typed: str,
    check: str,
    words: str,
) -> None:
    result = save(member, subject, typed)

    assert not result.saved
    assert result.refused[0].check == check
    assert words in result.refused[0].what
    assert result.refused[0].todo
    assert not Judgement.objects.exists()


def test_a_pupil_below_the_test_is_judged_in_reading(
    save: Callable[..., Saved], sheet: Sheet, member: CohortPupil
) -> None:
    sheet.cohort.filter(pk=member.pk).update(reading="below")

    assert save(member, "reading", "pk3").saved[0].code == "PK3"


def test_the_other_cells_are_saved_when_one_is_refused(
    sheet: Sheet, member: CohortPupil, lead: Person
) -> None:
    changes = [
        Change(pupil=member.pk, subject="writing", code="WRONG", seen=0),
        Change(pupil=member.pk, subject="science", code="EXS", seen=0),
    ]
    result = save_cells(sheet, changes, by=By(lead), classes=None)

    assert [cell.subject for cell in result.saved] == ["science"]
    assert [cell.subject for cell in result.refused] == ["writing"]
    assert not result.whole


def test_a_cell_that_somebody_changed_meanwhile_keeps_what_it_holds(
    save: Callable[..., Saved], member: CohortPupil, lead: Person, teacher: Person
) -> None:
    save(member, "writing", "WTS", who=teacher)
    result = save(member, "writing", "EXS", seen=0)

    conflict = result.conflicts[0]
    assert (conflict.wanted, conflict.saw, conflict.stored) == ("EXS", "", "WTS")
    assert (conflict.by, conflict.version) == ("Tom O'Neill", 1)
    assert Judgement.objects.get().code == "WTS"
    again = save(member, "writing", "EXS", seen=conflict.version)
    assert again.whole
    assert Judgement.objects.get().code == "EXS"


def test_a_conflict_tells_what_was_seen_before(
    save: Callable[..., Saved], member: CohortPupil, teacher: Person
) -> None:
    save(member, "writing", "WTS")
    save(member, "writing", "EXS", seen=1, who=teacher)

    assert save(member, "writing", "GDS", seen=1).conflicts[0].saw == "WTS"


def test_saving_the_same_twice_changes_nothing(
    save: Callable[..., Saved], sheet: Sheet, member: CohortPupil
) -> None:
    save(member, "writing", "EXS")
    sheet.refresh_from_db()
    version = sheet.content_version

    again = save(member, "writing", "EXS", seen=0)

    assert [cell.version for cell in again.unchanged] == [1]
    assert again.batch is None
    sheet.refresh_from_db()
    assert sheet.content_version == version
    assert JudgementChange.objects.count() == 1


def test_a_judgement_can_be_taken_out_whatever_the_checks_say(
    save: Callable[..., Saved], sheet: Sheet, member: CohortPupil
) -> None:
    sheet.cohort.filter(pk=member.pk).update(reading="below")
    save(member, "reading", "PK3")
    sheet.cohort.filter(pk=member.pk).update(reading="registered")

    assert save(member, "reading", "", seen=1).saved[0].before == "PK3"
    assert Judgement.objects.get().code == ""


def test_a_class_teacher_changes_no_other_class(
    save: Callable[..., Saved], sheet: Sheet, teacher: Person
) -> None:
    other = sheet.cohort.get(pupil__surname="Zhang")

    result = save(other, "writing", "EXS", who=teacher, classes=frozenset({"6A"}))

    assert "not on the sheet you may change" in result.refused[0].what
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("subject", ["gps", "", "writing'; --"])
def test_a_subject_that_is_not_assessed_is_refused(
    save: Callable[..., Saved], member: CohortPupil, subject: str
) -> None:
    assert save(member, subject, "EXS").refused


def test_a_pupil_who_was_taken_out_of_the_cohort_is_refused(
    save: Callable[..., Saved], sheet: Sheet, member: CohortPupil
) -> None:
    sheet.cohort.filter(pk=member.pk).update(removed=True, reason="Left in March")

    assert save(member, "writing", "EXS").refused


def test_a_change_makes_the_check_stale_and_breaks_the_seals_of_its_class(
    save: Callable[..., Saved],
    sheet: Sheet,
    member: CohortPupil,
    teacher: Person,
    headteacher: Person,
) -> None:
    for kind, name in (("class_teacher", "6A"), ("class_teacher", "6B"), ("headteacher", "")):
        SignOff.objects.create(
            sheet=sheet, kind=kind, class_name=name, by=headteacher, at=timezone.now(), content={}
        )
    sheet.checked_version = sheet.content_version
    sheet.save()

    save(member, "writing", "EXS")

    sheet.refresh_from_db()
    assert not sheet.is_checked
    whole = sheet.sign_offs.filter(broken_at__isnull=True)
    assert [one.class_name for one in whole] == ["6B"]


def test_a_file_never_blanks_a_cell_unless_asked(
    save: Callable[..., Saved], sheet: Sheet, member: CohortPupil, lead: Person
) -> None:
    save(member, "writing", "EXS")
    blank = [Change(pupil=member.pk, subject="writing", code=" ", seen=1)]

    kept = import_cells(sheet, blank, by=By(lead), classes=None)
    assert not kept.saved
    assert Judgement.objects.get().code == "EXS"

    assert import_cells(sheet, blank, by=By(lead), classes=None, blanks=True).saved
    assert JudgementChange.objects.latest("pk").how == "imported"


def test_the_history_of_a_cell_is_told_newest_first(
    save: Callable[..., Saved], sheet: Sheet, member: CohortPupil, teacher: Person
) -> None:
    save(member, "writing", "WTS")
    save(member, "writing", "EXS", seen=1, who=teacher)

    told = history(sheet, member.pk, "writing")

    assert [(row.before, row.after, str(row.by)) for row in told] == [
        ("WTS", "EXS", "Tom O'Neill"),
        ("", "WTS", "Lee Nguyen"),
    ]
