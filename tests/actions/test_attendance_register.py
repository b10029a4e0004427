"""The attendance register: entering codes, who may, two at once, confirming, what breaks it."""

from collections.abc import Callable
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from cast_of_tests import InThreads
from django.db import connection
from register_of_tests import PAPERS, confirmed, enter, entry, filled

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.register.confirming import confirm, obstacles
from keystage.actions.register.entering import Saved, blanks_of, set_codes
from keystage.actions.register.joining import join
from keystage.actions.register.register import register_of
from keystage.actions.roll.cohort import add, take_out
from keystage.actions.roll.registering import Registration, register
from keystage.store.models import (
    Attendance,
    AttendanceChange,
    AuditEvent,
    Organisation,
    Person,
    Pupil,
    RegisterConfirmation,
    Sheet,
)

pytestmark = pytest.mark.django_db


def test_a_code_is_saved_with_its_history_and_one_event(sheet: Sheet, office: Person) -> None:
    saved = enter(sheet, office, "Ashby", "maths_2", "A")

    assert len(saved.saved) == 1
    row = Attendance.objects.get()
    assert (row.paper, row.code, row.version, row.changed_by) == ("maths_2", "A", 1, office)
    change = row.changes.get()
    assert (change.before, change.after, change.by) == ("", "A", office)
    event = AuditEvent.objects.get(action="attendance entered")
    assert event.after == {"codes": 1}


def test_saving_what_is_stored_changes_nothing(sheet: Sheet, office: Person) -> None:
    wanted = entry(sheet, "Ashby", "reading", "present")
    set_codes(sheet, [wanted], by=By(office))
    again = set_codes(sheet, [wanted], by=By(office))

    assert again == Saved(unchanged=(wanted,))
    assert AttendanceChange.objects.count() == 1


def test_a_code_is_taken_out_by_an_empty_one(sheet: Sheet, office: Person) -> None:
    enter(sheet, office, "Ashby", "reading", "A")
    enter(sheet, office, "Ashby", "reading", "")

    assert Attendance.objects.get().code == ""
    assert register_of(sheet).missing == len(PAPERS) * 6


def test_what_somebody_else_changed_is_a_conflict_and_stays(
    sheet: Sheet, office: Person, lead: Person
) -> None:
    stale = entry(sheet, "Ashby", "reading", "A")
    other = entry(sheet, "Smith", "reading", "present")
    enter(sheet, lead, "Ashby", "reading", "present")
    saved = set_codes(sheet, [stale, other], by=By(office))

    assert [one.paper for one in saved.saved] == ["reading"]
    conflict = saved.conflicts[0]
    assert (conflict.entry, conflict.stored, conflict.version) == (stale, "present", 1)
    assert conflict.by == str(lead)
    assert Attendance.objects.get(cohort_pupil=stale.member).code == "present"


@pytest.mark.django_db(transaction=connection.vendor != "sqlite")
def test_two_who_enter_the_same_cell_at_once_do_not_overwrite_each_other(
    sheet: Sheet, office: Person, lead: Person, shared: Callable[[], None], in_threads: InThreads
) -> None:
    wanted = entry(sheet, "Ashby", "reading", "A")
    other = entry(sheet, "Ashby", "reading", "present")
    shared()
    results = in_threads(
        lambda: set_codes(sheet, [wanted], by=By(office)),
        lambda: set_codes(sheet, [other], by=By(lead)),
    )

    assert sorted((len(one.saved), len(one.conflicts)) for one in results) == [(0, 1), (1, 0)]
    assert in_threads(AttendanceChange.objects.count) == [1]


def test_a_teacher_enters_codes_of_their_own_classes_only(sheet: Sheet, teacher: Person) -> None:
    own = entry(sheet, "Ashby", "reading", "present")
    strange = entry(sheet, "Smith", "reading", "present")
    classes = frozenset({"6A"})

    assert set_codes(sheet, [own], by=By(teacher), classes=classes).saved
    with pytest.raises(RefusedError, match="not on your part"):
        set_codes(sheet, [own, strange], by=By(teacher), classes=classes)
    assert {row.member.pupil.class_name for row in register_of(sheet, classes).rows} == classes


@pytest.mark.parametrize(("paper", "code"), [("reading", "X"), ("spelling", "A"), ("", "")])
def test_codes_and_papers_of_no_year_are_refused(
    sheet: Sheet, office: Person, paper: str, code: str
) -> None:
    with pytest.raises(RefusedError):
        set_codes(sheet, [entry(sheet, "Ashby", paper, code)], by=By(office))


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        (datetime(2026, 5, 10, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 5, 10, 23, 0, tzinfo=UTC), True),
    ],
)
def test_nobody_took_a_paper_before_the_first_day_of_the_tests_in_london(
    sheet: Sheet, office: Person, now: datetime, *, taken: bool
) -> None:
    wanted = entry(sheet, "Ashby", "reading", "present")
    with patch("django.utils.timezone.now", return_value=now):
        if taken:
            assert set_codes(sheet, [wanted], by=By(office)).saved
        else:
            with pytest.raises(RefusedError, match="have not begun"):
                set_codes(sheet, [wanted], by=By(office))


def test_a_paper_is_filled_for_those_who_need_a_code_and_have_none(
    sheet: Sheet, office: Person
) -> None:
    enter(sheet, office, "Ashby", "reading", "A")
    sheet.cohort.filter(pupil__surname="Smith").update(reading="below")
    blanks = blanks_of(register_of(sheet), "reading")

    assert len(blanks) == 4
    assert {one.code for one in blanks} == {"present"}
    with pytest.raises(RefusedError, match="no such paper"):
        blanks_of(register_of(sheet), "spelling")


def test_a_registration_says_the_code_by_itself(sheet: Sheet) -> None:
    sheet.cohort.filter(pupil__surname="Smith").update(reading="below", gps="left", maths="")
    row = next(one for one in register_of(sheet).rows if one.member.pupil.surname == "Smith")

    assert (row.cells["reading"].code, row.cells["reading"].implied) == ("B", True)
    assert row.cells["gps_2"].code == "L"
    assert (row.cells["maths_1"].code, row.cells["maths_1"].needed) == ("", False)


def test_a_full_register_is_confirmed_and_says_who_is_on_it(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    sheet.cohort.filter(pupil__surname="Smith").update(reading="left", gps="left", maths="left")
    version = sheet.content_version
    made = confirmed(sheet, office, headteacher)

    assert made.seal == register_of(sheet).seal
    on = dict(sheet.cohort.values_list("pupil__surname", "on_register"))
    assert on == {**dict.fromkeys(on, True), "Smith": False}
    change = sheet.cohort.get(pupil__surname="Ashby").changes.get(field="on_register")
    assert (change.before, change.after) == ("", "yes")
    sheet.refresh_from_db()
    assert sheet.content_version == version + 1
    assert confirm(sheet, by=By(headteacher)) == made


def test_a_register_with_a_blank_or_a_contradiction_is_not_confirmed(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    with pytest.raises(RefusedError, match="36 codes are missing"):
        confirm(sheet, by=By(headteacher))
    filled(sheet, office)
    enter(sheet, office, "Ashby", "gps_1", "B")
    against = obstacles(register_of(sheet), By(headteacher))

    assert against == ["2 contradictions are to be solved."]


def test_who_entered_a_code_does_not_confirm(sheet: Sheet, office: Person, lead: Person) -> None:
    filled(sheet, office)
    with pytest.raises(RefusedError, match="another person"):
        confirm(sheet, by=By(office))

    assert confirm(sheet, by=By(lead)).by == lead


def test_what_was_not_looked_at_is_not_confirmed(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    seen = register_of(filled(sheet, office)).seal
    enter(sheet, office, "Ashby", "reading", "A")

    with pytest.raises(ChangedMeanwhileError):
        confirm(sheet, seen=seen, by=By(headteacher))


def test_a_confirmed_register_changes_with_a_reason_only_and_has_to_be_confirmed_again(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    made = confirmed(sheet, office, headteacher)
    with pytest.raises(RefusedError, match="needs a reason"):
        enter(sheet, office, "Ashby", "reading", "A")
    assert RegisterConfirmation.objects.get(pk=made.pk).broken_at is None

    enter(sheet, office, "Ashby", "reading", "A", reason="The script was another pupil's")
    made.refresh_from_db()
    assert made.broken_by == office
    assert AttendanceChange.objects.latest("pk").reason == "The script was another pupil's"
    assert AuditEvent.objects.filter(action="register to be confirmed again").count() == 1
    again = confirm(sheet, by=By(headteacher))
    assert again.pk != made.pk


def test_a_change_of_registration_or_cohort_breaks_the_confirmation_if_the_register_differs(
    sheet: Sheet, office: Person, headteacher: Person, school: Organisation
) -> None:
    made = confirmed(sheet, office, headteacher)
    younger = Pupil.objects.create(
        school=school, surname="Young", forename="Yu", year_group="5", class_name="5A"
    )
    member = add(sheet=sheet, pupil=younger, reason="Sits early", by=By(office))
    made.refresh_from_db()
    assert made.broken_at is None, "nobody has registered the pupil for a test"

    wanted = Registration(member=member.pk, values={"reading": "registered"}, seen=member.version)
    register(sheet=sheet, registrations=[wanted], reason="Sits early", by=By(office))
    made.refresh_from_db()
    assert made.broken_by == office


def test_taking_a_pupil_out_breaks_the_confirmation(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    made = confirmed(sheet, office, headteacher)
    member = sheet.cohort.get(pupil__surname="Ashby")
    take_out(sheet=sheet, member=member.pk, reason="Listed twice", by=By(office))
    made.refresh_from_db()

    assert made.broken_at is not None


def test_a_late_joiner_is_put_on_the_register_with_a_reason(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    sheet.cohort.filter(pupil__surname="Zhang").update(reading="", gps="", maths="")
    member = sheet.cohort.get(pupil__surname="Zhang")
    assert [one.kind for one in register_of(sheet).found if one.who == member.pk] == ["late_joiner"]
    with pytest.raises(RefusedError, match="no reason"):
        join(sheet, member=member.pk, seen=1, reason=" ", by=By(office))
    with pytest.raises(RefusedError, match="not in the cohort"):
        join(sheet, member=999_999, seen=1, reason="Came", by=By(office))
    done = join(sheet, member=member.pk, seen=1, reason="Came on 4 May", by=By(office))

    assert done.saved == (member.pk,)
    member.refresh_from_db()
    assert (member.reading, member.gps, member.maths) == ("registered",) * 3
    assert member.on_register is True
    confirmed(sheet, office, headteacher)
    member.refresh_from_db()
    assert member.on_register is True


def test_an_empty_register_is_confirmed_too(sheet: Sheet, headteacher: Person) -> None:
    sheet.cohort.all().delete()

    assert confirm(sheet, by=By(headteacher)).by == headteacher


def test_saying_otherwise_who_is_on_the_register_breaks_the_confirmation(
    sheet: Sheet, office: Person, headteacher: Person
) -> None:
    made = confirmed(sheet, office, headteacher)
    member = sheet.cohort.get(pupil__surname="Ashby")
    wanted = Registration(member=member.pk, values={"on_register": False}, seen=member.version)
    register(sheet=sheet, registrations=[wanted], reason="A mistake", by=By(office))

    made.refresh_from_db()
    assert made.broken_by == office
    confirm(sheet, by=By(headteacher))
    member.refresh_from_db()
    assert member.on_register is True
