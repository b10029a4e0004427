"""Moderation: who chooses and records, what waits for the visit, what was changed after it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from cast_of_tests import YEAR, MakePerson
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.moderation import choosing
from keystage.actions.moderation.visits import (
    Agreed,
    Visit,
    changed_after,
    draw,
    record_visit,
    sample_of,
)
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import AuditEvent, Moderation, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
Outcome = Moderation.Outcome
DAY = date(2026, 6, 10)
Choose = Callable[..., Moderation]


@pytest.fixture
def head(headteacher: Person) -> By:
    return By(headteacher, "test")


@pytest.fixture
def choose(judged_sheet: Sheet, moderator: By) -> Choose:
    """Chooses the school; told an hour ago unless something else is said."""

    def make(**said: object) -> Moderation:
        told: dict[str, object] = {"told_at": timezone.now() - timedelta(hours=1)}
        told |= {"visit_on": None} | said
        return choosing.choose(judged_sheet.school, YEAR, by=moderator, **told)  # type: ignore[arg-type]

    return make


def visit(moderation: Moderation, outcome: str = "upheld", **codes: Agreed) -> Visit:
    """A visit of today; ``codes`` by the surname of the pupil."""
    rows = {row.cohort_pupil.pupil.surname: row.pk for row in sample_of(moderation)}
    return Visit(
        on=timezone.localdate(),
        who="Mo Derate",
        outcome=Outcome(outcome),
        note="",
        agreed={rows[name]: agreed for name, agreed in codes.items()},
    )


def draw_first_two(moderation: Moderation, sheet: Sheet, by: By) -> Moderation:
    keys = list(sheet.cohort.order_by("pupil__surname").values_list("pk", flat=True)[:2])
    draw(moderation, keys, seen=moderation.version, by=by)
    moderation.refresh_from_db()
    return moderation


def test_a_moderator_of_the_authority_chooses_and_the_audit_says_so(
    choose: Choose, school: Organisation
) -> None:
    made = choose()

    assert choosing.moderation_of(school, YEAR) == made
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.organisation_id) == ("school chosen for moderation", school.pk)


def test_nobody_else_chooses(school: Organisation, head: By, other_school: Organisation) -> None:
    for organisation in (school, other_school):
        with pytest.raises(RefusedError, match="You do not record moderation"):
            choosing.choose(organisation, YEAR, told_at=None, visit_on=None, by=head)

    assert not Moderation.objects.exists()


def test_a_moderator_of_another_authority_chooses_nothing(
    school: Organisation, person: MakePerson
) -> None:
    elsewhere = Organisation.objects.create(kind="authority", code="998", name="Elsewhere")
    by = By(person("authority_moderator", elsewhere), "test")

    with pytest.raises(RefusedError, match="You do not record moderation"):
        choosing.choose(school, YEAR, told_at=None, visit_on=None, by=by)


def test_a_school_is_chosen_once_and_again_after_a_withdrawal(
    choose: Choose, moderator: By
) -> None:
    made = choose()
    with pytest.raises(RefusedError, match="is chosen already"):
        choose()

    choosing.withdraw(made, reason="Drawn by mistake", seen=made.version, by=moderator)

    assert choose().pk != made.pk


def test_a_withdrawal_says_why_and_comes_before_the_visit(
    choose: Choose, moderator: By, judged_sheet: Sheet
) -> None:
    made = draw_first_two(choose(), judged_sheet, moderator)
    with pytest.raises(RefusedError, match="Say why"):
        choosing.withdraw(made, reason=" ", seen=made.version, by=moderator)
    record_visit(made, visit(made), seen=made.version, by=moderator)
    made.refresh_from_db()

    with pytest.raises(RefusedError, match="A visit is recorded"):
        choosing.withdraw(made, reason="No", seen=made.version, by=moderator)


def test_what_somebody_changed_meanwhile_is_not_overwritten(choose: Choose, moderator: By) -> None:
    made = choose()
    told = {"told_at": made.told_at, "hold": True, "by": moderator}
    choosing.arrange(made, visit_on=DAY, seen=1, **told)  # type: ignore[arg-type]

    with pytest.raises(ChangedMeanwhileError):
        choosing.arrange(made, visit_on=None, seen=1, **told)  # type: ignore[arg-type]

    made.refresh_from_db()
    assert made.visit_on == DAY


def test_a_school_that_knows_is_not_untold(choose: Choose, moderator: By) -> None:
    made = choose()

    for later in (None, timezone.now() + timedelta(days=1)):
        with pytest.raises(RefusedError, match="knows already"):
            choosing.arrange(made, told_at=later, visit_on=None, hold=True, seen=1, by=moderator)


def test_the_return_waits_from_the_minute_the_school_is_told(choose: Choose) -> None:
    told = datetime(2026, 5, 15, 9, 0, tzinfo=timezone.get_current_timezone())
    made = choose(told_at=told)

    assert not choosing.is_held(made, told - timedelta(seconds=1))
    assert choosing.is_held(made, told)


def test_the_return_waits_until_the_visit_is_recorded_and_for_another_visit(
    choose: Choose, judged_sheet: Sheet, moderator: By
) -> None:
    made = draw_first_two(choose(), judged_sheet, moderator)
    record_visit(made, visit(made, "revisit"), seen=made.version, by=moderator)
    made.refresh_from_db()
    assert choosing.is_held(made)

    record_visit(made, visit(made), seen=made.version, by=moderator)
    made.refresh_from_db()

    assert not choosing.is_held(made)


def test_the_authority_may_let_the_return_go(choose: Choose, moderator: By) -> None:
    made = choose()

    kept = choosing.arrange(
        made, told_at=made.told_at, visit_on=DAY, hold=False, seen=1, by=moderator
    )

    assert not choosing.is_held(kept)


@pytest.mark.parametrize(
    ("visit_on", "today", "waits"),
    [
        (None, DAY, False),
        (DAY, DAY, True),
        (DAY, DAY + timedelta(days=1), False),
        (date(2026, 6, 25), DAY, True),
        (date(2026, 6, 26), DAY, False),
        (date(2026, 7, 1), DAY, False),
    ],
)
def test_a_visit_before_the_last_day_is_waited_for(
    choose: Choose, visit_on: date | None, today: date, *, waits: bool
) -> None:
    assert choosing.waits_for_visit(choose(visit_on=visit_on), today) is waits


def test_the_headteacher_sets_the_hold_aside_with_a_reason(choose: Choose, head: By) -> None:
    made = choose(visit_on=date(2026, 7, 1))
    with pytest.raises(RefusedError, match="Say why"):
        choosing.set_aside(made, reason="", seen=1, by=head)

    choosing.set_aside(made, reason="The last day comes first", seen=1, by=head)

    made.refresh_from_db()
    assert not choosing.is_held(made)
    assert (made.overridden_by, made.overridden_reason) == (head.who, "The last day comes first")
    with pytest.raises(RefusedError, match="does not wait"):
        choosing.set_aside(made, reason="Again", seen=made.version, by=head)


def test_nobody_sets_a_hold_aside_while_the_visit_comes_in_time(
    choose: Choose, head: By, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    monkeypatch.setattr(choosing, "closes_on", lambda _: today + timedelta(days=9))
    made = choose(visit_on=today + timedelta(days=8))

    with pytest.raises(RefusedError, match="still to come"):
        choosing.set_aside(made, reason="Too slow", seen=1, by=head)


def test_the_office_sets_no_hold_aside(choose: Choose, office: Person, stranger: Person) -> None:
    made = choose()

    for who in (office, stranger):
        with pytest.raises(RefusedError, match="may not submit"):
            choosing.set_aside(made, reason="Why not", seen=1, by=By(who, "test"))


def test_the_sample_keeps_the_judgement_it_was_drawn_with(
    choose: Choose, judged_sheet: Sheet, moderator: By
) -> None:
    made = draw_first_two(choose(), judged_sheet, moderator)
    first = sample_of(made)[0]

    assert [row.before for row in sample_of(made)] == ["EXS", "EXS"]
    draw(made, [first.cohort_pupil_id], seen=made.version, by=moderator)
    assert sample_of(made) == [first]


def test_a_pupil_of_another_school_is_in_no_sample(choose: Choose, moderator: By) -> None:
    made = choose()

    with pytest.raises(RefusedError, match="not in the school's cohort"):
        draw(made, [10**9], seen=1, by=moderator)


def test_the_visit_keeps_what_was_agreed_and_the_sheet_stays(
    choose: Choose, judged_sheet: Sheet, moderator: By
) -> None:
    made = draw_first_two(choose(), judged_sheet, moderator)
    agreed = {
        "Ashby": Agreed(code="GDS", reason="Range of pieces"),
        "O'Brien-Núñez": Agreed(code="EXS"),
    }

    record_visit(made, visit(made, "changed", **agreed), seen=made.version, by=moderator)

    rows = [(row.before, row.after, row.reason) for row in sample_of(made)]
    assert rows == [("EXS", "GDS", "Range of pieces"), ("EXS", "EXS", "")]
    made.refresh_from_db()
    assert [(one.agreed, one.stored, one.at) for one in changed_after(made)] == [
        ("GDS", "EXS", None)
    ]


@pytest.mark.parametrize(
    ("outcome", "agreed", "says"),
    [
        ("upheld", Agreed(code="GDS", reason="Because"), "one of them was changed"),
        ("changed", Agreed(code="EXS"), "none of them was changed"),
        ("changed", Agreed(code="GDS"), "without a reason"),
        ("changed", Agreed(code="HNM", reason="Because"), "HNM is no judgement of writing"),
    ],
)
def test_a_visit_that_contradicts_itself_is_not_recorded(
    choose: Choose, judged_sheet: Sheet, moderator: By, outcome: str, agreed: Agreed, says: str
) -> None:
    made = draw_first_two(choose(), judged_sheet, moderator)

    with pytest.raises(RefusedError, match=says):
        record_visit(made, visit(made, outcome, Ashby=agreed), seen=made.version, by=moderator)

    made.refresh_from_db()
    assert made.visited_on is None


def test_a_visit_to_come_is_not_recorded(choose: Choose, moderator: By) -> None:
    made = choose()
    later = Visit(
        on=timezone.localdate() + timedelta(days=1),
        who="Mo",
        outcome=Outcome.UPHELD,
        note="",
        agreed={},
    )

    with pytest.raises(RefusedError, match="once it has been"):
        record_visit(made, later, seen=1, by=moderator)


def test_a_judgement_changed_after_the_visit_is_told(
    choose: Choose, judged_sheet: Sheet, moderator: By, lead: Person
) -> None:
    made = draw_first_two(choose(), judged_sheet, moderator)
    assert changed_after(made) == []
    record_visit(made, visit(made, Ashby=Agreed(code="EXS")), seen=made.version, by=moderator)
    made.refresh_from_db()
    wanted = {
        name: judged_sheet.cohort.get(pupil__surname=name) for name in ("Ashby", "Zhang", "Smith")
    }
    changes = [
        Change(pupil=wanted["Ashby"].pk, subject="writing", code="WTS", seen=1),
        Change(pupil=wanted["Zhang"].pk, subject="writing", code="GDS", seen=1),
        Change(pupil=wanted["Smith"].pk, subject="science", code="HNM", seen=1),
    ]
    save_cells(judged_sheet, changes, by=By(lead, "test"), classes=None)

    told = [(one.member, one.agreed, one.stored, one.by) for one in changed_after(made)]

    assert told == [(wanted["Ashby"], "EXS", "WTS", lead), (wanted["Zhang"], None, "GDS", lead)]
