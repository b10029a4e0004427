"""Roll, registration and mark sheet compared, and why a difference is right."""

from datetime import date

import pytest
from register_of_tests import enter

from keystage.actions import reconciling
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports import applying, uploads
from keystage.actions.roll.cohort import take_out
from keystage.flows.roll.comparing.reconcile import Reconciliation
from keystage.statute.collection_loader import load_collection
from keystage.store.models import (
    AuditEvent,
    Import,
    Organisation,
    Person,
    Pupil,
    RegistrationChange,
    Sheet,
)

pytestmark = pytest.mark.django_db


def compared(sheet: Sheet) -> Reconciliation:
    return reconciling.compare(sheet).found


def kinds(sheet: Sheet) -> list[str]:
    return [one.kind for one in compared(sheet).differences if not one.explained]


def import_list(school: Organisation, office: Person, text: str) -> Import:
    file = uploads.bring_in(
        school=school,
        year=2026,
        kind="registration",
        data=text.encode(),
        name="list.csv",
        by=By(office),
    )
    seal = applying.preview(file, "everything").seal
    return applying.apply(file=file, mode="everything", seal=seal, by=By(office), reason="Late")


def test_three_lists_that_agree_are_ready(sheet: Sheet) -> None:
    assert reconciling.compare(sheet).found.ready


def test_the_attendance_register_is_the_fourth_list(sheet: Sheet, office: Person) -> None:
    enter(sheet, office, "Ashby", "reading", "present")
    words = {one.who: one.words(load_collection(2026)) for one in compared(sheet).standings}
    member = sheet.cohort.get(pupil__surname="Ashby")
    assert words[str(member.pupil_id)].endswith("; on the attendance register.")
    assert sum("attendance register" in one for one in words.values()) == 1
    sheet.cohort.filter(pk=member.pk).update(reading="", gps="", maths="")
    assert set(kinds(sheet)) == {
        "not_registered",
        "on_sheet_not_registered",
        "on_attendance_register_only",
    }


def test_who_left_before_the_tests_and_is_on_the_attendance_register_is_found(
    sheet: Sheet, office: Person
) -> None:
    sheet.cohort.filter(pupil__surname="Ashby").update(on_register=True)
    Pupil.objects.filter(surname="Ashby").update(left_on=date(2026, 5, 1))
    assert "on_attendance_register_though_left" in kinds(sheet)
    member = sheet.cohort.get(pupil__surname="Ashby")
    take_out(sheet=sheet, member=member.pk, reason="Left", by=By(office))

    assert kinds(sheet) == []


def test_an_empty_cohort_is_not_ready(sheet: Sheet) -> None:
    sheet.cohort.all().delete()
    Pupil.objects.all().delete()

    assert not reconciling.compare(sheet).found.ready


def test_a_pupil_of_year_6_outside_the_cohort_is_found(sheet: Sheet, school: Organisation) -> None:
    Pupil.objects.create(school=school, surname="Late", forename="Lu", year_group="6")

    assert kinds(sheet) == ["not_registered"]


def test_a_pupil_who_left_after_the_tests_and_is_on_no_list_is_found(
    sheet: Sheet, school: Organisation
) -> None:
    for surname, day in (("Late", date(2026, 6, 1)), ("Early", date(2026, 3, 1))):
        Pupil.objects.create(school=school, surname=surname, year_group="6", left_on=day)

    (found,) = reconciling.compare(sheet).found.differences
    assert found.kind == "not_registered"
    assert found.who == str(Pupil.objects.get(surname="Late").pk)


def test_a_difference_is_explained_and_taken_back(sheet: Sheet, office: Person) -> None:
    member = sheet.cohort.get(pupil__surname="Ashby")
    sheet.cohort.filter(pk=member.pk).update(reading="", gps="", maths="")
    found = kinds(sheet)
    assert "not_registered" in found
    for kind in set(found):
        reconciling.explain(
            sheet=sheet, member=member.pk, kind=kind, reason=" On  its way ", by=By(office)
        )

    compared = reconciling.compare(sheet)
    assert compared.found.ready
    assert set(compared.reasons.values()) == {"On its way"}
    count = RegistrationChange.objects.count()
    reconciling.explain(
        sheet=sheet, member=member.pk, kind=found[0], reason="On its way", by=By(office)
    )
    assert RegistrationChange.objects.count() == count
    reconciling.explain(sheet=sheet, member=member.pk, kind=found[0], reason="", by=By(office))
    assert kinds(sheet) == [found[0]]
    assert AuditEvent.objects.filter(action="explanation taken back").count() == 1


@pytest.mark.parametrize("kind", ["", "nonsense"])
def test_only_a_difference_there_can_be_is_explained(
    sheet: Sheet, office: Person, kind: str
) -> None:
    with pytest.raises(RefusedError):
        reconciling.explain(
            sheet=sheet,
            member=sheet.cohort.earliest("pk").pk,
            kind=kind,
            reason="Why",
            by=By(office),
        )


def test_one_taken_out_with_a_reason_is_explained_by_it(sheet: Sheet, office: Person) -> None:
    member = sheet.cohort.get(pupil__surname="Ashby")
    take_out(sheet=sheet, member=member.pk, reason="Taught with year 5", by=By(office))

    assert "Taught with year 5" in reconciling.compare(sheet).reasons.values()
    assert kinds(sheet) == []


def test_names_and_strangers_of_a_registration_list_are_found(
    sheet: Sheet, school: Organisation, office: Person, pupils: list[Pupil]
) -> None:
    text = (
        "UPN,Surname,Forename,DOB,Reading,GPS,Maths\n"
        f"{pupils[0].upn},Ashley,Mabel,01/01/2015,Below,Registered,Registered\n"
        ",Stranger,Sy,09/09/2014,Registered,Registered,Registered\n"
    )
    file = import_list(school, office, text)
    compared = reconciling.compare(sheet)

    assert compared.list_file == file
    assert {"name_differs", "registered_not_on_roll"} <= set(kinds(sheet))
    (stranger,) = (
        one for one in compared.found.differences if one.kind == "registered_not_on_roll"
    )
    assert stranger.who not in compared.pupils
