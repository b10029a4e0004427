"""Similar schools on a page: why each is listed, filters in the address, published figures only."""

from typing import Any

import lxml.html
import pytest
from cast_of_tests import AsPerson
from scene_of_figures import FIGURES_YEAR, card, figures_of

from keystage.actions.figures.similar_seen import SimilarSeen
from keystage.store.models import FiguresRelease, Organisation, Person, Pupil
from keystage.web.figures.similar import SimilarForm, far, rows_of

HERE = f"/school/900003/{FIGURES_YEAR}/figures/"


@pytest.fixture
def released(school: Organisation, pupils: list[Pupil], headteacher: Person) -> FiguresRelease:
    assert pupils
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")
    return figures_of(agency, school, headteacher, FIGURES_YEAR)


@pytest.mark.django_db
def test_head_and_governor_see_why_schools_are_listed_and_their_published_figures(
    as_person: AsPerson, headteacher: Person, governor: Person, released: FiguresRelease
) -> None:
    for who in (headteacher, governor):
        page: Any = lxml.html.fromstring(
            as_person(who).get(f"{HERE}{released.pk}/similar/").content
        )
        text = " ".join(page.text_content().split())
        assert "Far Elm Primary" in text
        assert "0.41" in text
        assert "Suppressed: few pupils" in text
        assert "not a ranking" in text
        assert "divided by the standard deviation" in text
        assert "Schools listed: 2 of 2" in text
        assert page.xpath("//main//a[contains(@href, '/similar/file/xlsx/')]")


@pytest.mark.django_db
def test_filters_stand_in_the_address(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    text = client.get(f"{HERE}{released.pk}/similar/", {"distance": "50"}).text

    assert "Schools listed: 1 of 2" in text
    assert "Small Ash School" not in text


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({}, [900_998, 900_999]),
        ({"authority": "Elmshire"}, [900_998]),
        ({"type": "Academy"}, [900_999]),
        ({"distance": "150"}, [900_998, 900_999]),
        ({"authority": "Elmshire", "type": "Academy"}, []),
        ({"authority": "Nowhere"}, [900_998, 900_999]),
        ({"distance": "-1"}, [900_998, 900_999]),
    ],
)
def test_schools_are_chosen_by_authority_type_and_distance(
    asked: dict[str, str], listed: list[int]
) -> None:
    near = (
        (card(900_998, "Far Elm Primary", authority_name="Elmshire"), 41),
        (card(900_999, "Small Ash School", type_label="Academy"), 123),
    )
    seen = SimilarSeen(school=card(900_003, "Hollow Oak Primary"), near=near)
    form = SimilarForm(asked or None, schools=[school for school, _ in near])

    assert [school.urn for school, _ in form.chosen(seen)] == listed


def test_the_own_school_comes_first_and_what_is_not_known_is_said() -> None:
    own, other = card(900_003, "Hollow Oak Primary"), card(900_998, "Elm", known=())
    first, second = rows_of(own, [(other, 205)], "known", ["TELIG", "PTEALGRP2"])

    assert (first.where, first.distance) == ("This school", "0.00")
    assert [cell.first for cell in first.cells] == ["28", "Suppressed: few pupils"]
    assert (second.where, second.distance) == ("Testshire, Community school", "2.05")
    assert [cell.first for cell in second.cells] == ["Not in this release"] * 2
    assert far(7) == "0.07"
