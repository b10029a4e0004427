"""The record of a pupil has every value that is kept of a season, each with where it came from."""

import pytest
from django.utils import timezone
from register_of_tests import enter

from keystage.actions.by import By
from keystage.actions.register.arrangements import propose
from keystage.actions.results.recording import record_of
from keystage.actions.roll import cohort
from keystage.actions.roll.registering import Registration, register
from keystage.reports.parents.record import Kept
from keystage.store.models import AuditEvent, Import, Judgement, Person, Sheet

pytestmark = pytest.mark.django_db


def told(sheet: Sheet, who: Person) -> dict[str, Kept]:
    """The values of the first pupil, by what they are."""
    member = sheet.cohort.select_related("pupil", "sheet__school").earliest("pupil__surname")
    return {one.what: one for one in record_of(member=member, by=By(who)).values}


def test_the_cohort_the_register_and_the_p_scale_are_in_the_record(
    sheet: Sheet, office: Person
) -> None:
    member = sheet.cohort.earliest("pupil__surname")
    Judgement.objects.create(
        cohort_pupil=member,
        subject="reading",
        code="BLW",
        p_scale="P6",
        changed_at=timezone.now(),
        changed_by=office,
    )
    register(
        sheet=sheet,
        registrations=[Registration(member=member.pk, values={"on_register": False}, seen=1)],
        by=By(office),
        reason="Asked",
    )

    found = told(sheet, office)

    assert found["Cohort"].value == "In the year group"
    assert found["Cohort"].source == "the roll of the school"
    assert found["On the attendance register"].value == "no"
    assert found["On the attendance register"].by == str(office)
    assert found["Reading: P scale"].value == "P6"
    assert AuditEvent.objects.get(action="record made").subject == f"pupil {member.pupil_id}"


def test_what_test_week_keeps_of_a_pupil_is_told(sheet: Sheet, office: Person) -> None:
    member = sheet.cohort.earliest("pupil__surname")
    enter(sheet, office, member.pupil.surname, "maths_1", "A")
    propose(sheet, member=member.pk, sort="reader", tests=["maths"], by=By(office))
    found = told(sheet, office)

    assert found["Maths, paper 1: arithmetic"].value == "A"
    assert found["Maths, paper 1: arithmetic"].by == str(office)
    assert found["Reader"].value == "Approved; maths"


def test_a_registration_of_a_file_is_told_with_the_file_and_one_of_nobody_with_nothing(
    sheet: Sheet, office: Person
) -> None:
    member = sheet.cohort.earliest("pupil__surname")
    file = Import.objects.create(
        school=sheet.school,
        year=sheet.year,
        kind=Import.Kind.REGISTRATION,
        name="registered.csv",
        bytes=1,
        sha256="0",
        content=b"",
        uploaded_at=timezone.now(),
        uploaded_by=office,
    )
    register(
        sheet=sheet,
        registrations=[Registration(member=member.pk, values={"reading": "below"}, seen=1)],
        by=By(office),
        import_file=file,
        reason="Asked",
    )

    tests = {kept.source: kept for kept in told(sheet, office).values() if "egist" in kept.section}

    assert tests["registered.csv"].value == "below"
    assert tests[""].by == ""


def test_who_was_taken_out_is_told_with_the_reason(sheet: Sheet, office: Person) -> None:
    member = sheet.cohort.earliest("pupil__surname")
    cohort.take_out(sheet=sheet, member=member.pk, reason="Left in March", by=By(office))

    found = told(sheet, office)["Cohort"]

    assert (found.value, found.source) == ("Taken out: Left in March", "the pages of the cohort")
