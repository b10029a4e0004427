"""Test week of invented schools: each is as far as it was asked to be."""

from collections.abc import Callable

import pytest

from keystage.actions.inventing.agreements import agree
from keystage.actions.inventing.registers import Filled, arrange, fill
from keystage.actions.register import declaring
from keystage.actions.register.counting import arranged
from keystage.actions.register.register import register_of
from keystage.store.models import Arrangement, Attendance, Monitoring, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(
    office: Person, headteacher: Person, person: Callable[..., Person], authority: Organisation
) -> dict[str, Person]:
    officer = person("authority_officer", authority, name="Olu Officer")
    return {"office": office, "headteacher": headteacher, "authority_officer": officer}


def test_a_school_that_is_done_has_its_declaration(sheet: Sheet, people: dict[str, Person]) -> None:
    fill(sheet, people)

    assert register_of(sheet).confirmation is not None
    assert declaring.state_of(sheet).is_signed


@pytest.mark.parametrize(
    ("how", "kinds"),
    [(Filled.CONTRADICTION, {"absent_from_one_paper"}), (Filled.ENTERED, set())],
)
def test_a_register_contradicts_itself_where_that_is_wanted(
    sheet: Sheet, people: dict[str, Person], how: Filled, kinds: set[str]
) -> None:
    fill(sheet, people, how)

    found = register_of(sheet)
    assert {one.kind for one in found.found} == kinds
    assert found.confirmation is None


def test_a_register_that_is_begun_has_one_paper(sheet: Sheet, people: dict[str, Person]) -> None:
    fill(sheet, people, Filled.BEGUN)

    assert set(Attendance.objects.values_list("paper", flat=True)) == {"reading"}


def test_some_pupils_have_access_arrangements(sheet: Sheet, people: dict[str, Person]) -> None:
    arrange(sheet, people)

    (one,) = Arrangement.objects.all()
    assert one.cohort_pupil == sheet.cohort.earliest("pk")
    assert arranged([sheet.school], sheet.year)[sheet.school.pk].pupils == 1


def test_the_last_of_the_schools_that_need_it_waits_for_its_answer(
    school: Organisation, other_school: Organisation, people: dict[str, Person]
) -> None:
    school.school_type = "ACC"
    school.save()
    agree([other_school, school], 2026, people)

    assert Monitoring.objects.get().state == "asked"
