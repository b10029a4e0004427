"""Signing: classes first, then the head; nothing missing, nothing stale, nobody alone."""

import pytest
from cast_of_tests import MakePerson

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.sheets import signing
from keystage.actions.sheets.cells import Change, Saved
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import AuditEvent, Judgement, Organisation, Person, Pupil, Sheet, SignOff

pytestmark = pytest.mark.django_db
OWN = frozenset({"6A"})


@pytest.fixture
def other_teacher(person: MakePerson, school: Organisation) -> Person:
    """The teacher of class 6B."""
    return person("class_teacher", school, name="Una Brown", classes=["6B"])


@pytest.fixture
def complete(sheet: Sheet, lead: Person) -> Sheet:
    """The sheet with every judgement that is due, entered by the assessment lead."""
    codes = {"Ashby": ("EXS", "EXS"), "Patel": ("WTS", "HNM")}
    changes = []
    for member in sheet.cohort.select_related("pupil"):
        writing, science = codes.get(member.pupil.surname, ("GDS", "EXS"))
        changes += [
            Change(pupil=member.pk, subject="writing", code=writing, seen=0),
            Change(pupil=member.pk, subject="science", code=science, seen=0),
        ]
    assert save_cells(sheet, changes, by=By(lead), classes=None).whole
    sheet.refresh_from_db()
    return sheet


def change(sheet: Sheet, who: Person, code: str = "WTS", surname: str = "Ashby") -> Saved:
    cell = Judgement.objects.get(cohort_pupil__pupil__surname=surname, subject="writing")
    wanted = Change(pupil=cell.cohort_pupil_id, subject="writing", code=code, seen=cell.version)
    return save_cells(sheet, [wanted], by=By(who), classes=None)


def sign_both(sheet: Sheet, teacher: Person, other_teacher: Person) -> None:
    signing.sign_class(sheet, "6A", by=By(teacher), classes=OWN)
    signing.sign_class(sheet, "6B", by=By(other_teacher), classes=frozenset({"6B"}))


def test_a_class_is_signed_and_the_check_is_fresh(complete: Sheet, teacher: Person) -> None:
    signed = signing.sign_class(
        complete, "6A", by=By(teacher), classes=OWN, seen=complete.content_version
    )

    assert signed.broken_at is None
    assert len(signed.content) == 3
    assert len(signed.seal) == 64
    complete.refresh_from_db()
    assert complete.is_checked
    assert AuditEvent.objects.get(action="sheet signed").subject == "class 6A"


def test_signing_twice_is_harmless(complete: Sheet, teacher: Person) -> None:
    first = signing.sign_class(complete, "6A", by=By(teacher), classes=OWN)

    assert signing.sign_class(complete, "6A", by=By(teacher), classes=OWN) == first
    assert SignOff.objects.count() == 1


@pytest.mark.parametrize("name", ["6B", "", "6C"])
def test_another_class_is_not_signed(complete: Sheet, teacher: Person, name: str) -> None:
    with pytest.raises(RefusedError, match="may not sign"):
        signing.sign_class(complete, name, by=By(teacher), classes=OWN)


def test_a_class_without_pupils_is_not_signed(complete: Sheet, teacher: Person) -> None:
    with pytest.raises(RefusedError, match="no pupils"):
        signing.sign_class(complete, "6C", by=By(teacher), classes=None)


def test_a_missing_judgement_stands_against_signing(sheet: Sheet, teacher: Person) -> None:
    with pytest.raises(RefusedError, match="6 judgements are missing"):
        signing.sign_class(sheet, "6A", by=By(teacher), classes=OWN)
    assert not SignOff.objects.exists()


def test_an_error_stands_against_signing_its_class_only(
    complete: Sheet, teacher: Person, other_teacher: Person, pupils: list[Pupil]
) -> None:
    pupils[0].upn = "B" + pupils[0].upn[1:]
    pupils[0].save()

    with pytest.raises(RefusedError, match="error"):
        signing.sign_class(complete, "6A", by=By(teacher), classes=OWN)
    signed = signing.sign_class(complete, "6B", by=By(other_teacher), classes=None)
    assert signed.broken_at is None


def test_a_sheet_that_changed_while_it_was_looked_at_is_not_signed(
    complete: Sheet, teacher: Person, lead: Person
) -> None:
    seen = complete.content_version
    change(complete, lead)

    with pytest.raises(ChangedMeanwhileError, match="changed while"):
        signing.sign_class(complete, "6A", by=By(teacher), classes=OWN, seen=seen)


def test_the_head_signs_after_all_classes(
    complete: Sheet, teacher: Person, other_teacher: Person, headteacher: Person
) -> None:
    with pytest.raises(RefusedError, match="Not signed by a class teacher yet: 6A, 6B"):
        signing.sign_head(complete, by=By(headteacher))
    sign_both(complete, teacher, other_teacher)

    assert signing.sign_head(complete, by=By(headteacher)).kind == "headteacher"


def test_a_pupil_no_return_can_hold_stands_against_the_head(
    complete: Sheet, teacher: Person, other_teacher: Person, headteacher: Person
) -> None:
    member = complete.cohort.get(pupil__surname="Zhang")
    member.judgements.all().delete()
    complete.cohort.filter(pk=member.pk).update(
        reading="unregistered", gps="unregistered", maths="unregistered"
    )
    sign_both(complete, teacher, other_teacher)

    with pytest.raises(RefusedError, match="1 pupil has no judgement and none is due"):
        signing.sign_head(complete, by=By(headteacher))


def test_pupils_of_no_class_stand_against_the_head(
    complete: Sheet,
    teacher: Person,
    other_teacher: Person,
    headteacher: Person,
    pupils: list[Pupil],
) -> None:
    sign_both(complete, teacher, other_teacher)
    pupils[0].class_name = ""
    pupils[0].save()

    with pytest.raises(RefusedError, match="in no class"):
        signing.sign_head(complete, by=By(headteacher))


def test_a_head_who_entered_a_judgement_does_not_sign_it(
    complete: Sheet, teacher: Person, other_teacher: Person, headteacher: Person
) -> None:
    change(complete, headteacher)
    sign_both(complete, teacher, other_teacher)

    with pytest.raises(RefusedError, match="another person has to sign"):
        signing.sign_head(complete, by=By(headteacher))


def test_a_change_breaks_the_signatures_and_is_listed(
    complete: Sheet, teacher: Person, other_teacher: Person, headteacher: Person, lead: Person
) -> None:
    sign_both(complete, teacher, other_teacher)
    signing.sign_head(complete, by=By(headteacher))
    assert signing.changed_since(complete, SignOff.Kind.HEADTEACHER) == []

    change(complete, lead, "WTS")

    assert signing.standing(complete, SignOff.Kind.HEADTEACHER) is None
    assert signing.standing(complete, SignOff.Kind.CLASS_TEACHER, "6A") is None
    assert signing.standing(complete, SignOff.Kind.CLASS_TEACHER, "6B") is not None
    found = signing.changed_since(complete, SignOff.Kind.HEADTEACHER)
    assert [(one.subject, one.signed, one.stored) for one in found] == [("writing", "EXS", "WTS")]
    assert found[0].member is not None
    assert found[0].member.pupil.surname == "Ashby"


def test_a_pupil_who_went_is_listed_as_changed(complete: Sheet, teacher: Person) -> None:
    signing.sign_class(complete, "6A", by=By(teacher), classes=OWN)
    complete.cohort.filter(pupil__surname="Ashby").update(removed=True, reason="Left")

    found = signing.changed_since(complete, SignOff.Kind.CLASS_TEACHER, "6A")

    assert {(one.member, one.signed, one.stored) for one in found} == {(None, "EXS", "")}


def test_a_class_nobody_signed_has_no_changes(complete: Sheet) -> None:
    assert signing.changed_since(complete, SignOff.Kind.CLASS_TEACHER, "6A") == []


def test_the_head_sends_a_class_back_with_a_comment(
    complete: Sheet, teacher: Person, other_teacher: Person, headteacher: Person
) -> None:
    sign_both(complete, teacher, other_teacher)
    signing.sign_head(complete, by=By(headteacher))

    back = signing.send_back(
        complete, class_name="6A", comment=" Look at science again ", by=By(headteacher)
    )

    assert (back.comment, back.broken_by) == ("Look at science again", headteacher)
    assert signing.standing(complete, SignOff.Kind.HEADTEACHER) is None
    assert signing.standing(complete, SignOff.Kind.CLASS_TEACHER, "6B") is not None
    assert "science" not in str(AuditEvent.objects.get(action="signature sent back").after)
    with pytest.raises(RefusedError, match="not signed"):
        signing.send_back(complete, class_name="6A", comment="Again", by=By(headteacher))


def test_sending_back_asks_for_a_comment(complete: Sheet, headteacher: Person) -> None:
    with pytest.raises(RefusedError, match="has to look at"):
        signing.send_back(complete, class_name="6A", comment=" ", by=By(headteacher))
