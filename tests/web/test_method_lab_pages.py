"""The method lab on pages: what changes under other rules, who moves, and for whom it is."""

from typing import Any

import lxml.html
import pytest
from cast_of_tests import AsPerson, MakePerson
from scene_of_figures import FIGURES_YEAR, figures_of

from keystage.store.models import AuditEvent, Organisation, Person, Pupil

pytestmark = pytest.mark.django_db
GUIDE_YEAR = 2022


@pytest.fixture
def agency() -> Organisation:
    return Organisation.objects.create(kind="national", code="N1", name="National Agency")


@pytest.fixture
def lab(
    agency: Organisation, school: Organisation, pupils: list[Pupil], headteacher: Person
) -> str:
    """The pages of a release of a year with a reference."""
    assert pupils
    made = figures_of(agency, school, headteacher, GUIDE_YEAR)
    return f"/school/900003/{GUIDE_YEAR}/figures/{made.pk}/method-lab/"


def test_every_other_set_of_rules_is_offered_and_says_what_it_lacks(
    lab: str, as_person: AsPerson, headteacher: Person
) -> None:
    text = as_person(headteacher).get(lab).text

    assert "2025-final" in text
    assert "no baseline" in text
    assert "2022-provisional" not in text
    assert "It is no figure of the other year" in text


def test_a_head_sees_which_figures_change_and_opens_one_to_who_moves(
    lab: str, as_person: AsPerson, headteacher: Person
) -> None:
    client, before = as_person(headteacher), AuditEvent.objects.count()
    listed: Any = lxml.html.fromstring(client.get(f"{lab}2023-final/").content)
    links = listed.xpath("//main//table//a/@href")
    assert any("figure/READPROG/" in link for link in links)
    assert not any("figure/PTRWM_EXP/" in link for link in links)

    text = client.get(f"{lab}2023-final/figure/READPROG/").text

    assert "Ashby, Mabel" in text
    assert "Not in those rules" in text
    assert "prior attainment group" in text
    assert "same under both rules" in client.get(f"{lab}2023-final/figure/PTRWM_EXP/").text
    assert AuditEvent.objects.count() == before


def test_codes_that_other_rules_do_not_know_are_told(
    lab: str, as_person: AsPerson, headteacher: Person
) -> None:
    text = as_person(headteacher).get(f"{lab}2019-final/").text
    assert "Key stage 1 result in reading (KS1READ): 6 pupils" in text


def test_rules_or_figures_that_there_are_not_are_not_found(
    lab: str, as_person: AsPerson, headteacher: Person
) -> None:
    client = as_person(headteacher)
    for rest in ("1999-final/", "2022-provisional/", "2023-final/figure/NO_SUCH/"):
        assert client.get(lab + rest).status_code == 404


def test_who_may_not_see_behind_figures_is_told_so_and_others_do_not_come_in(
    lab: str,
    as_person: AsPerson,
    person: MakePerson,
    agency: Organisation,
    school: Organisation,
    authority: Organisation,
    headteacher: Person,
    teacher: Person,
    governor: Person,
) -> None:
    made = figures_of(agency, school, headteacher, FIGURES_YEAR)
    own = f"/school/900003/{FIGURES_YEAR}/figures/{made.pk}/method-lab/"
    pages = [own + rest for rest in ("", "2024-final/", "2024-final/figure/PTRWM_EXP/")]
    reader = as_person(person("school_reader", school, given=["see_measures"]))
    for page in pages:
        text = reader.get(page).text
        assert "takes the right to see what stands behind" in text
        assert "Ashby" not in text
    for other in (teacher, governor):
        client = as_person(other)
        assert {client.get(page).status_code for page in pages} == {403}
    analyst = as_person(person("authority_analyst", authority))
    text = analyst.get(f"{lab}2023-final/figure/READPROG/").text
    assert "Pupil 1" in text
    assert "Ashby" not in text


def test_attainment_is_the_same_under_rules_of_a_year_with_the_same_method(
    agency: Organisation,
    school: Organisation,
    pupils: list[Pupil],
    headteacher: Person,
    as_person: AsPerson,
) -> None:
    assert pupils
    made = figures_of(agency, school, headteacher, FIGURES_YEAR)
    page = f"/school/900003/{FIGURES_YEAR}/figures/{made.pk}/method-lab/2024-final/"

    assert "No figure of the school would differ" in as_person(headteacher).get(page).text
