"""Signing: nobody signs what they entered through an undoing or a file, nor is kept out by one."""

from collections.abc import Callable

import pytest
from cast_of_tests import MakePerson

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports.applying import apply, preview
from keystage.actions.imports.uploads import bring_in
from keystage.actions.sheets import signing
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.filling import undo
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Judgement, Organisation, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db

Enter = Callable[[Person, str], None]
Undo = Callable[[Person], None]


@pytest.fixture
def enter(sheet: Sheet, lead: Person) -> Enter:
    """Enters the writing of one pupil; every other judgement is the assessment lead's."""
    members = list(sheet.cohort.order_by("pupil__surname"))
    rest = [
        Change(pupil=member.pk, subject=subject, code="EXS", seen=0)
        for member in members
        for subject in ("writing", "science")
        if (member, subject) != (members[0], "writing")
    ]
    assert save_cells(sheet, rest, by=By(lead), classes=None).whole

    def one(who: Person, code: str) -> None:
        cell = Judgement.objects.filter(cohort_pupil=members[0], subject="writing").first()
        wanted = Change(
            pupil=members[0].pk, subject="writing", code=code, seen=cell.version if cell else 0
        )
        assert save_cells(sheet, [wanted], by=By(who), classes=None).saved

    return one


@pytest.fixture
def take_back(sheet: Sheet) -> Undo:
    """Undoes the last change of that pupil's writing."""

    def one(who: Person) -> None:
        member = sheet.cohort.order_by("pupil__surname").first()
        assert member is not None
        last = member.judgements.get(subject="writing").changes.order_by("version").last()
        assert last is not None
        assert undo(sheet, last.batch, by=By(who), classes=None).saved

    return one


def may_sign(sheet: Sheet, who: Person) -> bool:
    return not signing.entered_what_is_signed(sheet, By(who))


def test_what_a_head_entered_stays_the_heads_when_another_undoes_a_change_of_it(
    sheet: Sheet, enter: Enter, take_back: Undo, headteacher: Person, lead: Person
) -> None:
    enter(headteacher, "GDS")
    enter(lead, "EXS")
    assert may_sign(sheet, headteacher)

    take_back(lead)

    assert not may_sign(sheet, headteacher)


def test_a_head_who_takes_back_a_slip_may_sign(
    sheet: Sheet, enter: Enter, take_back: Undo, headteacher: Person, lead: Person
) -> None:
    enter(lead, "EXS")
    enter(headteacher, "GDS")
    assert not may_sign(sheet, headteacher)

    take_back(headteacher)

    assert may_sign(sheet, headteacher)


def test_a_head_who_undoes_what_another_changed_does_not_sign_it(
    sheet: Sheet, enter: Enter, take_back: Undo, headteacher: Person, lead: Person
) -> None:
    enter(lead, "EXS")
    enter(lead, "GDS")

    take_back(headteacher)

    assert not may_sign(sheet, headteacher)


def test_a_change_that_was_taken_back_and_made_again_is_the_heads(
    sheet: Sheet, enter: Enter, take_back: Undo, headteacher: Person, lead: Person
) -> None:
    enter(lead, "EXS")
    enter(headteacher, "GDS")
    take_back(headteacher)

    take_back(headteacher)

    assert not may_sign(sheet, headteacher)


def test_judgements_of_a_file_are_also_theirs_who_brought_it(
    sheet: Sheet, pupils: list[Pupil], headteacher: Person, office: Person
) -> None:
    file = bring_in(
        school=sheet.school,
        year=sheet.year,
        kind="judgements",
        data=f"UPN,Surname,Forename,Writing TA\n{pupils[0].upn},Ashby,Mabel,EXS\n".encode(),
        name="tracker.csv",
        by=By(headteacher),
    )

    apply(file=file, mode="everything", seal=preview(file, "everything").seal, by=By(office))

    assert Judgement.objects.get().changed_by == office
    assert not may_sign(sheet, headteacher)


def test_a_class_that_two_teachers_signed_goes_back_whole(
    sheet: Sheet,
    enter: Enter,
    teacher: Person,
    person: MakePerson,
    school: Organisation,
    headteacher: Person,
    lead: Person,
) -> None:
    enter(lead, "EXS")
    second = person("class_teacher", school, classes=["6A", "6B"])
    signing.sign_class(sheet, "6A", by=By(teacher), classes=frozenset({"6A"}))
    for name in ("6A", "6B"):
        signing.sign_class(sheet, name, by=By(second), classes=frozenset({"6A", "6B"}))

    signing.send_back(sheet, class_name="6A", comment="Look at Mabel again.", by=By(headteacher))

    assert signing.standing(sheet, signing.Kind.CLASS_TEACHER, "6A") is None
    assert signing.standing(sheet, signing.Kind.CLASS_TEACHER, "6B") is not None
    with pytest.raises(RefusedError, match="Not signed by a class teacher yet: 6A"):
        signing.sign_head(sheet, by=By(headteacher))
