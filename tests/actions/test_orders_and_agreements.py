"""Orders and agreements: what keeps an independent school from registering, and who says what."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.orders import monitoring, ordering
from keystage.actions.orders.standing import agreed_with, kind_of, standing_of
from keystage.actions.roll.closing import submit_registrations
from keystage.actions.roll.registering import Registration, register
from keystage.store.models import (
    AuditEvent,
    DateChange,
    Message,
    Monitoring,
    Organisation,
    PapersOrder,
    Person,
    Sheet,
)

pytestmark = pytest.mark.django_db
YEAR = 2026
THIRTY = {"reading": {"standard": 30, "braille": 1}, "gps": {"standard": 30}}


@pytest.fixture
def independent(school: Organisation) -> Organisation:
    school.school_type = "Independent school"
    school.save()
    return school


@pytest.fixture
def officer(person: Callable[..., Person], authority: Organisation) -> By:
    return By(person("authority_officer", authority, name="Olu Officer"), "test")


def change(sheet: Sheet, who: Person) -> None:
    member = sheet.cohort.get(pupil__surname="Ashby")
    wanted = Registration(member=member.pk, values={"reading": "below"}, seen=member.version)
    register(sheet=sheet, registrations=[wanted], by=By(who), reason="Asked")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("CY", "Maintained school"),
        ("community school", "Maintained school"),
        ("ACC", "Academy or free school"),
        ("Independent school", "Independent school"),
        ("Something else", None),
        ("", None),
    ],
)
def test_the_kind_of_a_school_is_known_by_code_and_by_words(
    school: Organisation, written: str, kind: str | None
) -> None:
    school.school_type = written

    found = kind_of(school, YEAR)

    assert (found.label if found else None) == kind
    assert kind_of(school, 2025) is None


def test_an_independent_school_registers_nobody_until_both_are_settled(
    independent: Organisation,
    sheet: Sheet,
    authority: Organisation,
    office: Person,
    headteacher: Person,
    officer: By,
) -> None:
    with pytest.raises(RefusedError) as refused:
        change(sheet, office)
    assert "The tests are not ordered." in str(refused.value)
    assert "Ask one on the page Orders and agreement." in str(refused.value)
    with pytest.raises(RefusedError, match="Nobody is registered yet"):
        submit_registrations(sheet, by=By(office))

    ordering.order(independent, YEAR, THIRTY, by=By(office))
    asked = monitoring.ask(independent, authority, YEAR, by=By(headteacher))
    with pytest.raises(RefusedError, match="has not answered yet"):
        change(sheet, office)
    monitoring.answer(asked, agrees=True, by=officer)

    assert not standing_of(independent, YEAR).missing
    change(sheet, office)
    assert submit_registrations(sheet, by=By(office)).pupils == 6


def test_who_is_late_asks_the_agency_and_is_in_time_once_it_moves_the_date(
    independent: Organisation, office: Person
) -> None:
    ordering.order(independent, YEAR, THIRTY, by=By(office))
    placed = PapersOrder.objects.get()
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")

    def due(moment: datetime) -> None:
        DateChange.objects.create(
            organisation=agency,
            year=YEAR,
            event="orders_due",
            moment=moment,
            reason="Set",
            at=moment,
            by=office,
        )

    due(datetime(2025, 12, 5, 23, 59, tzinfo=UTC))
    late = standing_of(independent, YEAR).needs[0]
    assert not late.met
    assert "after the last day, 5 December 2025" in late.words
    assert "national agency" in late.todo
    due(datetime(2099, 1, 1, tzinfo=UTC))
    assert standing_of(independent, YEAR).needs[0].met
    assert placed.placed_at is not None


def test_an_academy_is_asked_for_an_agreement_and_registers_all_the_same(
    school: Organisation, sheet: Sheet, office: Person
) -> None:
    school.school_type = "ACC"
    school.save()

    found = standing_of(school, YEAR)

    assert [one.label for one in found.missing] == ["Agreement on monitoring and moderation"]
    assert not found.blocked
    change(sheet, office)


def test_an_order_is_replaced_and_keeps_the_day_it_was_first_made(
    independent: Organisation, office: Person
) -> None:
    first = ordering.order(independent, YEAR, THIRTY, by=By(office))
    assert ordering.order(independent, YEAR, THIRTY, by=By(office)) == first
    second = ordering.order(
        independent, YEAR, {**THIRTY, "maths": {"large_print": 2}}, by=By(office)
    )

    assert second.placed_at == first.placed_at
    assert second.numbers["maths"] == {"standard": 0, "large_print": 2, "braille": 0}
    assert PapersOrder.objects.filter(replaced_at__isnull=True).get() == second
    assert AuditEvent.objects.latest("pk").action == "test order changed"


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"reading": {"standard": 0}},
        {"reading": {"standard": -1}},
        {"reading": {"standard": 2001}},
        {"reading": {"parchment": 1}},
        {"science": {"standard": 1}},
    ],
)
def test_an_order_that_cannot_be_is_refused(
    school: Organisation, office: Person, numbers: dict[str, dict[str, int]]
) -> None:
    with pytest.raises(RefusedError):
        ordering.order(school, YEAR, numbers, by=By(office))
    assert not PapersOrder.objects.exists()


def test_nothing_is_ordered_for_a_year_nobody_knows_of(
    school: Organisation, office: Person
) -> None:
    with pytest.raises(RefusedError, match="Nothing is known of test orders of 2025"):
        ordering.order(school, 2025, THIRTY, by=By(office))


def test_each_side_agrees_for_itself_and_the_other_is_told(
    independent: Organisation,
    authority: Organisation,
    headteacher: Person,
    office: Person,
    officer: By,
) -> None:
    with pytest.raises(RefusedError, match="as one of its own people"):
        monitoring.ask(independent, authority, YEAR, by=officer)
    with pytest.raises(RefusedError, match="as one of its own people"):
        monitoring.ask(independent, authority, YEAR, by=By(office))
    asked = monitoring.ask(independent, authority, YEAR, by=By(headteacher))
    assert monitoring.ask(independent, authority, YEAR, by=By(headteacher)) == asked
    with pytest.raises(RefusedError, match="as one of its own people"):
        monitoring.answer(asked, agrees=True, by=By(headteacher))
    assert not agreed_with(independent, authority, YEAR)

    agreed = monitoring.answer(asked, agrees=True, by=officer)

    assert monitoring.answer(asked, agrees=True, by=officer) == agreed
    assert agreed_with(independent, authority, YEAR)
    assert list(Message.objects.order_by("written_at").values_list("receiver", flat=True)) == [
        authority.pk,
        independent.pk,
    ]
    with pytest.raises(RefusedError, match="answered already"):
        monitoring.answer(asked, agrees=False, reason="No", by=officer)


def test_who_is_declined_or_takes_it_back_may_ask_another(
    independent: Organisation, authority: Organisation, headteacher: Person, officer: By
) -> None:
    far = Organisation.objects.create(kind="authority", code="998", name="Far")
    asked = monitoring.ask(independent, authority, YEAR, by=By(headteacher))
    with pytest.raises(RefusedError, match="was asked already"):
        monitoring.ask(independent, far, YEAR, by=By(headteacher))
    with pytest.raises(RefusedError, match="no reason"):
        monitoring.answer(asked, agrees=False, by=officer)
    monitoring.answer(asked, agrees=False, reason="Too far away", by=officer)
    with pytest.raises(RefusedError, match="has declined"):
        monitoring.take_back(asked, reason="x", by=officer)

    other = monitoring.ask(independent, far, YEAR, by=By(headteacher))
    with pytest.raises(RefusedError, match="no reason"):
        monitoring.take_back(other, reason=" ", by=By(headteacher))
    back = monitoring.take_back(other, reason="By mistake", by=By(headteacher))

    assert monitoring.take_back(other, reason="By mistake", by=By(headteacher)) == back
    assert standing_of(independent, YEAR).monitoring is None
    assert set(Monitoring.objects.values_list("state", flat=True)) == {"declined", "ended"}
    told = Message.objects.filter(receiver=far).latest("written_at")
    assert "takes back" in told.body
    assert "The reason: By mistake" in told.body


def test_a_school_is_told_when_its_authority_takes_the_agreement_back(
    independent: Organisation, authority: Organisation, headteacher: Person, officer: By
) -> None:
    asked = monitoring.ask(independent, authority, YEAR, by=By(headteacher))
    monitoring.answer(asked, agrees=True, by=officer)

    monitoring.take_back(asked, reason="It was the wrong school", by=officer)

    told = Message.objects.filter(receiver=independent).latest("written_at")
    assert told.sender == authority
    assert "The reason: It was the wrong school" in told.body


def test_who_needs_no_agreement_asks_for_none_and_only_an_authority_is_asked(
    school: Organisation, other_school: Organisation, authority: Organisation, headteacher: Person
) -> None:
    with pytest.raises(RefusedError, match="needs no agreement"):
        monitoring.ask(school, authority, YEAR, by=By(headteacher))
    school.school_type = "ACC"
    school.save()
    with pytest.raises(RefusedError, match="no local authority"):
        monitoring.ask(school, other_school, YEAR, by=By(headteacher))
