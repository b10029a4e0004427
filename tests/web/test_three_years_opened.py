"""A three-year figure opened to the pupils of all three years, each as far as one may see them."""

import pytest
from cast_of_tests import AsPerson, MakePerson
from scene_of_figures import FIGURES_YEAR, figures_of

from keystage.store.models import Organisation, Person, Pupil

pytestmark = pytest.mark.django_db
EARLIER = (2023, 2024)


@pytest.fixture
def page(school: Organisation, pupils: list[Pupil], headteacher: Person) -> str:
    """The page of a three-year figure of a release that was made with two earlier ones."""
    assert pupils
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")
    earlier = {str(year): str(figures_of(agency, school, headteacher, year).pk) for year in EARLIER}
    made = figures_of(
        agency, school, headteacher, FIGURES_YEAR, version=2, inputs={"earlier": earlier}
    )
    return f"/school/900003/{FIGURES_YEAR}/figures/{made.pk}/figure/PTRWM_EXP_3YR/"


def test_a_head_sees_the_pupils_of_each_year_by_name(
    page: str, as_person: AsPerson, headteacher: Person
) -> None:
    text = as_person(headteacher).get(page).text

    assert "The pupils of each are listed: 2023, 2024, 2025" in text
    assert "Pupils of 2023" in text
    assert "Release 2024 provisional, version 1" in text
    assert text.count("Ashby, Mabel") == 3
    assert text.count("Counts towards it: 4") == 2


def test_an_analyst_sees_each_year_under_made_up_numbers_and_a_governor_no_pupil(
    page: str,
    as_person: AsPerson,
    person: MakePerson,
    authority: Organisation,
    governor: Person,
) -> None:
    analyst = as_person(person("authority_analyst", authority)).get(page).text
    shown = as_person(governor).get(page).text

    assert "Ashby" not in analyst
    assert not any(pupil.upn in analyst for pupil in Pupil.objects.all())
    assert "Ashby" not in shown
    assert "Counts towards it: 4" not in shown
