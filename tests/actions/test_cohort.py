"""The cohort of a season: added, taken out, registered, left; nothing without its history."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.roll import cohort, registering
from keystage.actions.roll.registering import Registration
from keystage.store.models import (
    AuditEvent,
    CohortPupil,
    Organisation,
    Person,
    Pupil,
    RegistrationChange,
    Sheet,
    SignOff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(sheet: Sheet) -> CohortPupil:
    """Mabel Ashby of class 6A."""
    return sheet.cohort.get(pupil__surname="Ashby")


@pytest.fixture
def younger(school: Organisation) -> Pupil:
    """A pupil of year 5 on the roll."""
    return Pupil.objects.create(school=school, surname="Early", forename="Eve", year_group="5")


def version(sheet: Sheet) -> int:
    sheet.refresh_from_db()
    return sheet.content_version


def signed(sheet: Sheet, who: Person) -> SignOff:
    return SignOff.objects.create(
        sheet=sheet, kind="headteacher", by=who, at=timezone.now(), content={}
    )


def test_a_pupil_out_of_year_is_added_with_the_reason(
    sheet: Sheet, younger: Pupil, office: Person, headteacher: Person
) -> None:
    signature, before = signed(sheet, headteacher), version(sheet)
    member = cohort.add(sheet=sheet, pupil=younger, reason="Sits early", by=By(office))

    assert (member.how, member.removed) == ("added", False)
    change = RegistrationChange.objects.get()
    assert (change.field, change.before, change.after) == ("cohort", "", "in")
    assert (change.reason, change.by) == ("Sits early", office)
    assert version(sheet) > before
    signature.refresh_from_db()
    assert signature.broken_by == office
    assert "Early" not in str([event.after for event in AuditEvent.objects.all()])


def test_adding_twice_changes_nothing(sheet: Sheet, younger: Pupil, office: Person) -> None:
    first = cohort.add(sheet=sheet, pupil=younger, reason="Sits early", by=By(office))
    before = version(sheet)

    assert cohort.add(sheet=sheet, pupil=younger, reason="Again", by=By(office)) == first
    assert version(sheet) == before
    assert RegistrationChange.objects.count() == 1


def test_a_pupil_of_another_school_is_not_added(
    sheet: Sheet, other_school: Organisation, office: Person
) -> None:
    stranger = Pupil.objects.create(school=other_school, surname="Else", forename="Where")

    with pytest.raises(RefusedError, match="not on the roll"):
        cohort.add(sheet=sheet, pupil=stranger, reason="Why not", by=By(office))


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_nobody_is_taken_out_without_a_reason(
    sheet: Sheet, member: CohortPupil, office: Person, reason: str
) -> None:
    with pytest.raises(RefusedError, match="no reason"):
        cohort.take_out(sheet=sheet, member=member.pk, reason=reason, by=By(office))
    assert not RegistrationChange.objects.exists()


def test_who_is_taken_out_can_be_put_back_with_all_judgements(
    judged_sheet: Sheet, office: Person
) -> None:
    member = judged_sheet.cohort.get(pupil__surname="Ashby")
    cohort.take_out(sheet=judged_sheet, member=member.pk, reason="Left", by=By(office))
    cohort.take_out(sheet=judged_sheet, member=member.pk, reason="Again", by=By(office))
    member.refresh_from_db()
    assert (member.removed, member.reason, member.decided_by) == (True, "Left", office)

    cohort.put_back(sheet=judged_sheet, member=member.pk, by=By(office))
    cohort.put_back(sheet=judged_sheet, member=member.pk, by=By(office))
    member.refresh_from_db()
    assert (member.removed, member.reason) == (False, "")
    assert member.judgements.count() == 2
    assert [(one.before, one.after) for one in member.changes.all()] == [
        ("in", "out"),
        ("out", "in"),
    ]


def test_adding_one_who_was_taken_out_puts_him_back(
    sheet: Sheet, member: CohortPupil, office: Person
) -> None:
    cohort.take_out(sheet=sheet, member=member.pk, reason="Left", by=By(office))
    back = cohort.add(sheet=sheet, pupil=member.pupil, reason="Came back", by=By(office))

    assert (back.pk, back.removed) == (member.pk, False)


def test_a_member_of_another_cohort_is_refused(sheet: Sheet, office: Person) -> None:
    with pytest.raises(RefusedError, match="not in the cohort"):
        cohort.take_out(sheet=sheet, member=999_999, reason="Why", by=By(office))


def register(
    sheet: Sheet, member: CohortPupil, who: Person, seen: int | None = None, **values: Any
) -> registering.Registered:
    one = Registration(
        member=member.pk, values=values, seen=member.version if seen is None else seen
    )
    return registering.register(
        sheet=sheet, registrations=[one], by=By(who), reason="Asked by the school"
    )


def test_a_registration_is_saved_with_a_row_for_each_test(
    sheet: Sheet, member: CohortPupil, office: Person
) -> None:
    done = register(sheet, member, office, reading="below", on_register=True)

    assert done.saved == (member.pk,)
    member.refresh_from_db()
    assert (member.reading, member.maths, member.on_register) == ("below", "registered", True)
    assert [(one.field, one.before, one.after) for one in member.changes.order_by("field")] == [
        ("on_register", "", "yes"),
        ("reading", "registered", "below"),
    ]


def test_a_registration_that_is_stored_already_changes_nothing(
    sheet: Sheet, member: CohortPupil, office: Person
) -> None:
    before = version(sheet)
    done = register(sheet, member, office, reading="registered")

    assert (done.saved, done.unchanged) == ((), (member.pk,))
    assert version(sheet) == before
    assert not RegistrationChange.objects.exists()


def test_a_registration_somebody_changed_meanwhile_is_a_conflict(
    sheet: Sheet, member: CohortPupil, office: Person
) -> None:
    register(sheet, member, office, reading="below")
    done = register(sheet, member, office, reading="left")

    assert done.conflicts == (member.pk,)
    member.refresh_from_db()
    assert member.reading == "below"


@pytest.mark.parametrize(
    "values",
    [{"reading": "perhaps"}, {"on_register": "yes"}, {"surname": "X"}, {"reading": None}],
)
def test_what_is_no_registration_is_refused_whole(
    sheet: Sheet, member: CohortPupil, office: Person, values: dict[str, Any]
) -> None:
    with pytest.raises(RefusedError, match="no registration of 2026"):
        register(sheet, member, office, **values)
    assert not RegistrationChange.objects.exists()


def test_one_taken_out_is_not_registered(sheet: Sheet, member: CohortPupil, office: Person) -> None:
    cohort.take_out(sheet=sheet, member=member.pk, reason="Left", by=By(office))

    with pytest.raises(RefusedError, match="not in the cohort any longer"):
        register(sheet, member, office, reading="left")


def leave(sheet: Sheet, pupil: Pupil, who: Person, day: date | None, **more: Any) -> Pupil:
    seen = more.pop("seen", pupil.version)
    return cohort.leave(sheet=sheet, pupil=pupil, left_on=day, seen=seen, by=By(who), **more)


def test_a_day_of_leaving_is_kept_with_where_the_pupil_went(
    sheet: Sheet, member: CohortPupil, office: Person
) -> None:
    before = version(sheet)
    pupil = leave(sheet, member.pupil, office, date(2026, 3, 27), to_school="Riddle Road")

    assert (pupil.left_on, pupil.left_to_school) == (date(2026, 3, 27), "Riddle Road")
    assert version(sheet) > before
    change = RegistrationChange.objects.get()
    assert (change.field, change.after) == ("left_on", "2026-03-27")

    leave(sheet, pupil, office, None, to_school="Riddle Road")
    pupil.refresh_from_db()
    assert (pupil.left_on, pupil.left_to_school) == (None, "")


def test_the_same_day_of_leaving_changes_nothing(
    sheet: Sheet, member: CohortPupil, office: Person
) -> None:
    leave(sheet, member.pupil, office, date(2026, 3, 27))
    before = version(sheet)
    leave(sheet, member.pupil, office, date(2026, 3, 27), seen=1)

    assert version(sheet) == before


def test_nobody_leaves_before_coming(sheet: Sheet, member: CohortPupil, office: Person) -> None:
    with pytest.raises(RefusedError, match="before the day of coming"):
        leave(sheet, member.pupil, office, date(2018, 1, 1))


def test_a_pupil_somebody_changed_meanwhile_is_a_conflict(
    sheet: Sheet, member: CohortPupil, office: Person
) -> None:
    with pytest.raises(ChangedMeanwhileError):
        leave(sheet, member.pupil, office, date(2026, 3, 27), seen=99)


def test_a_pupil_of_another_school_does_not_leave_here(
    sheet: Sheet, other_school: Organisation, office: Person
) -> None:
    stranger = Pupil.objects.create(school=other_school, surname="Else", forename="Where")

    with pytest.raises(RefusedError, match="not on the roll"):
        leave(sheet, stranger, office, date(2026, 3, 27))
