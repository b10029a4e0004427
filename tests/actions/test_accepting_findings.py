"""What a check asks about, accepted by a person: with a reason, until the value changes."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from keystage.actions.acceptances import history, keys_of, standing
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.returns import check, cohort_of, findings_of
from keystage.actions.sending import exporting
from keystage.actions.sheets.accepting import accept, take_back
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Acceptance, AuditEvent, CohortPupil, Person, Sheet

pytestmark = pytest.mark.django_db
REASON = "Came from Lagos in April; the class teacher has nothing to judge by."


@pytest.fixture
def absent(judged_sheet: Sheet) -> CohortPupil:
    """The first pupil, judged A in writing though registered: TA-410 asks about it."""
    member = judged_sheet.cohort.get(pupil__surname="Ashby")
    member.judgements.filter(subject="writing").update(code="A")
    return member


Key = Callable[[str], str]


@pytest.fixture
def key(judged_sheet: Sheet) -> Key:
    """The key of the finding of a check."""

    def find(code: str) -> str:
        members = cohort_of(judged_sheet)
        found = findings_of(judged_sheet, members)
        return keys_of(found, members)[found.frame["code"].to_list().index(code)]

    return find


def judge(sheet: Sheet, member: CohortPupil, subject: str, code: str, by: Person) -> None:
    seen = member.judgements.get(subject=subject).version
    change = Change(pupil=member.pk, subject=subject, code=code, seen=seen)
    assert save_cells(sheet, [change], by=By(by), classes=None).whole


def test_an_accepted_finding_keeps_who_when_and_why(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, teacher: Person
) -> None:
    one = accept(
        sheet=judged_sheet,
        key=key("TA-410"),
        reason=f"  {REASON} ",
        by=By(teacher),
        classes=frozenset({"6A"}),
    )

    assert (one.code, one.cohort_pupil, one.value, one.reason) == ("TA-410", absent, "A", REASON)
    assert standing(judged_sheet) == {key("TA-410"): one}
    event = AuditEvent.objects.get(action="finding accepted")
    assert event.person_id == teacher.pk
    assert "Lagos" not in str(event.after)


def test_accepting_twice_is_accepting_once(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, lead: Person, teacher: Person
) -> None:
    which = key("TA-410")
    first = accept(sheet=judged_sheet, key=which, reason=REASON, by=By(lead), classes=None)
    second = accept(sheet=judged_sheet, key=which, reason="Again", by=By(teacher), classes=None)

    assert second == first
    assert Acceptance.objects.count() == 1


def test_a_change_of_the_value_breaks_it_even_if_the_value_comes_back(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, lead: Person, teacher: Person
) -> None:
    which = key("TA-410")
    accept(sheet=judged_sheet, key=which, reason=REASON, by=By(lead), classes=None)
    judge(judged_sheet, absent, "writing", "WTS", teacher)
    judge(judged_sheet, absent, "writing", "A", teacher)

    assert key("TA-410") == which
    assert standing(judged_sheet) == {}
    (one,) = history(judged_sheet, absent.pk)
    assert (one.broken_by, one.broken_at is not None) == (teacher, True)
    assert AuditEvent.objects.get(action="acceptance broken").after["checks"] == ["TA-410"]


def test_a_change_of_another_subject_or_pupil_leaves_it(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, lead: Person
) -> None:
    accept(sheet=judged_sheet, key=key("TA-410"), reason=REASON, by=By(lead), classes=None)
    other = judged_sheet.cohort.get(pupil__surname="Zhang")
    judge(judged_sheet, absent, "science", "HNM", lead)
    judge(judged_sheet, other, "writing", "WTS", lead)
    check(judged_sheet, by=By(lead))

    assert len(standing(judged_sheet)) == 1


def test_what_is_accepted_of_a_pupil_breaks_when_the_check_says_something_else(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, lead: Person
) -> None:
    pupil = absent.pupil
    pupil.birth_date = pupil.birth_date.replace(year=2013) if pupil.birth_date else None
    pupil.save()
    accept(sheet=judged_sheet, key=key("TA-211"), reason="Taught late.", by=By(lead), classes=None)
    pupil.birth_date = pupil.birth_date.replace(day=9) if pupil.birth_date else None
    pupil.save()

    check(judged_sheet, by=By(lead))

    assert standing(judged_sheet) == {}


def test_nothing_is_accepted_without_a_reason(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, lead: Person
) -> None:
    with pytest.raises(RefusedError, match="with a reason"):
        accept(sheet=judged_sheet, key=key("TA-410"), reason=" ", by=By(lead), classes=None)


def test_an_error_cannot_be_accepted(judged_sheet: Sheet, key: Key, lead: Person) -> None:
    judged_sheet.cohort.earliest("pk").judgements.filter(subject="science").update(code="XX")

    with pytest.raises(RefusedError, match="cannot be accepted"):
        accept(sheet=judged_sheet, key=key("TA-401"), reason=REASON, by=By(lead), classes=None)
    with pytest.raises(RefusedError, match="not ask about this any longer"):
        accept(sheet=judged_sheet, key="0" * 16, reason=REASON, by=By(lead), classes=None)


def test_a_teacher_accepts_for_the_own_class_and_nothing_about_the_whole_sheet(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, teacher: Person
) -> None:
    for code, classes in (("TA-410", {"6B"}), ("TA-107", {"6A", "6B"})):
        with pytest.raises(RefusedError, match="not about a pupil of your classes"):
            accept(
                sheet=judged_sheet,
                key=key(code),
                reason=REASON,
                by=By(teacher),
                classes=frozenset(classes),
            )


def test_an_acceptance_can_be_taken_back_by_who_may_give_it(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, lead: Person, teacher: Person
) -> None:
    which = key("TA-410")
    accept(sheet=judged_sheet, key=which, reason=REASON, by=By(lead), classes=None)
    with pytest.raises(RefusedError):
        take_back(sheet=judged_sheet, key=which, by=By(teacher), classes=frozenset({"6B"}))

    for _ in range(2):
        take_back(sheet=judged_sheet, key=which, by=By(teacher), classes=frozenset({"6A"}))

    assert standing(judged_sheet) == {}
    assert Acceptance.objects.get().broken_by == teacher
    assert AuditEvent.objects.filter(action="acceptance taken back").count() == 1


def test_the_export_log_says_who_accepted_what_and_keeps_it_with_the_file(
    signed_sheet: Sheet, key: Key, lead: Person, office: Person
) -> None:
    pupil = signed_sheet.cohort.get(pupil__surname="Ashby").pupil
    pupil.birth_date = pupil.birth_date.replace(year=2013) if pupil.birth_date else None
    pupil.save()
    accept(sheet=signed_sheet, key=key("TA-211"), reason="Taught late.", by=By(lead), classes=None)

    file = exporting.make(sheet=signed_sheet, key=uuid4(), by=By(office))

    lines = {line["message"][:6]: line["accepted"] for line in file.exceptions}
    assert lines["TA-211"] == "Lee Nguyen: Taught late."


def test_open_questions_are_counted_without_those_that_are_answered(
    judged_sheet: Sheet, absent: CohortPupil, key: Key, lead: Person
) -> None:
    def amber() -> int | None:
        judged_sheet.refresh_from_db()
        return judged_sheet.amber

    check(judged_sheet, by=By(lead))
    before = amber()
    assert before is not None
    which = key("TA-410")

    accept(sheet=judged_sheet, key=which, reason=REASON, by=By(lead), classes=None)
    assert amber() == before - 1
    check(judged_sheet, by=By(lead))
    assert amber() == before - 1
    take_back(sheet=judged_sheet, key=which, by=By(lead), classes=None)
    assert amber() == before
