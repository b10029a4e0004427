"""Similar schools on a page: why each is listed, filters in the address, published figures only."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import lxml.html
import pytest
from cast_of_tests import AsPerson
from django.utils import timezone
from scene_of_figures import FIGURES_YEAR, card, figures_of

from keystage.actions.figures.similar_seen import SimilarSeen, must_wait, similar_for
from keystage.flows.figures.similar import Shown
from keystage.store.models import FiguresRelease, Organisation, Person, Pupil
from keystage.web.figures.similar import SimilarForm, far, rows_of

LATER = timezone.now() + timedelta(days=1)
HERE = f"/school/900003/{FIGURES_YEAR}/figures/"


@pytest.fixture
def agency() -> Organisation:
    return Organisation.objects.create(kind="national", code="N1", name="National Agency")


#: What is published of a school whose number of pupils is withheld.
SMALL = (
    Shown(name="TELIG", text="", state="suppressed", said="Suppressed: few pupils"),
    Shown(name="PTFSM6CLA1A", text="25%", state="shown"),
)


@pytest.fixture
def released(
    agency: Organisation, school: Organisation, pupils: list[Pupil], headteacher: Person
) -> FiguresRelease:
    """The release in which figures of schools are public."""
    assert pupils
    return figures_of(agency, school, headteacher, FIGURES_YEAR, stage="revised")


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
@pytest.mark.parametrize(
    ("maker", "stage"),
    [("agency", "unamended"), ("agency", "provisional"), ("authority", "revised")],
)
def test_before_they_are_public_a_governor_sees_no_figures_of_other_schools(
    maker: str, stage: str, as_person: AsPerson, headteacher: Person, governor: Person,
    agency: Organisation, authority: Organisation, school: Organisation, pupils: list[Pupil],
) -> None:  # fmt: skip
    """Who sees every figure of the own school is of those whom such a release is for."""
    assert pupils
    body = {"agency": agency, "authority": authority}[maker]
    release = figures_of(body, school, headteacher, FIGURES_YEAR, stage=stage)
    here = f"{HERE}{release.pk}/"
    client = as_person(governor)

    page = client.get(f"{here}similar/").text
    assert "Figures of other schools are not public in this release" in page
    assert "Far Elm" not in page
    assert client.get(f"{here}similar/file/csv/")["Location"].endswith("/similar/")
    with ZipFile(BytesIO(client.get(f"{here}all/file/csv/").content)) as archive:
        assert not any("similar" in name for name in archive.namelist())
    assert "Similar schools" not in _files(client.get(f"{here}files/"))
    head = as_person(headteacher)
    assert "Far Elm Primary" in head.get(f"{here}similar/").text
    assert "Similar schools" in _files(head.get(f"{here}files/"))


@pytest.mark.django_db
@pytest.mark.parametrize(("year", "waits"), [(2022, True), (2023, False)])
def test_figures_of_schools_of_2022_were_never_public(
    year: int, *, waits: bool, governor: Person, headteacher: Person, agency: Organisation,
    school: Organisation, pupils: list[Pupil],
) -> None:  # fmt: skip
    assert pupils
    release = figures_of(agency, school, headteacher, year, stage="final")
    assert must_wait(release, school.code, person=governor) is waits
    assert (similar_for(release, school.code, person=governor) is None) is waits
    assert not must_wait(release, school.code, person=headteacher)


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{"shown_at": LATER}, {"state": "computed"}])
def test_nobody_at_a_school_sees_similar_schools_of_a_release_that_is_not_out(
    given: dict[str, Any], as_person: AsPerson, headteacher: Person, governor: Person,
    agency: Organisation, school: Organisation, pupils: list[Pupil],
) -> None:  # fmt: skip
    assert pupils
    if "state" in given:
        given = given | {"approved_at": None, "approved_by": None}
    release = figures_of(agency, school, headteacher, FIGURES_YEAR, stage="revised", **given)
    for who in (headteacher, governor):
        assert similar_for(release, school.code, person=who) is None
        assert not must_wait(release, school.code, person=who)
        for rest in ("similar/", "similar/file/csv/", "all/file/csv/"):
            assert as_person(who).get(f"{HERE}{release.pk}/{rest}").status_code == 404


def _files(answer: Any) -> str:
    page: Any = lxml.html.fromstring(answer.content)
    return str(page.find(".//main").text_content())


@pytest.mark.django_db
def test_filters_stand_in_the_address(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    client = as_person(headteacher)
    text = client.get(f"{HERE}{released.pk}/similar/", {"distance": "50"}).text

    assert "Schools listed: 1 of 2" in text
    assert "Small Ash School" not in text
    assert "No school fits" not in text


@pytest.mark.django_db
def test_what_was_chosen_is_on_paper_and_said_where_no_school_fits(
    as_person: AsPerson, headteacher: Person, released: FiguresRelease
) -> None:
    given = {"size": "more", "disadvantaged": "more"}
    page: Any = lxml.html.fromstring(
        as_person(headteacher).get(f"{HERE}{released.pk}/similar/", given).content
    )
    (printed,) = page.xpath("//main//p[contains(@class, 'ks-print-only')][contains(., 'Chosen')]")
    assert " ".join(printed.text_content().split()) == (
        "Chosen: Pupils at the end of key stage 2: More than 60; "
        "Disadvantaged pupils: More than 50%."
    )
    (status,) = page.xpath("//main//*[@role='status']")
    assert status.text_content() == "Schools listed: 0 of 2. No school fits what you chose."


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({}, [900_998, 900_999]),
        ({"authority": "Elmshire"}, [900_998]),
        ({"type": "Academy"}, [900_999]),
        ({"distance": "150"}, [900_998, 900_999]),
        ({"authority": "Elmshire", "type": "Academy"}, []),
        ({"authority": "Nowhere"}, [900_998, 900_999]),
        ({"size": "up-to-30"}, [900_998]),
        ({"size": "more"}, []),
        ({"disadvantaged": "up-to-25"}, [900_999]),
        ({"disadvantaged": "up-to-10"}, []),
        ({"distance": "-1"}, [900_998, 900_999]),
    ],
)
def test_schools_are_chosen_by_what_is_published_of_them(
    asked: dict[str, str], listed: list[int]
) -> None:
    near = (
        (card(900_998, "Far Elm Primary", authority_name="Elmshire"), 41),
        (card(900_999, "Small Ash School", type_label="Academy", known=SMALL), 123),
    )
    seen = SimilarSeen(school=card(900_003, "Hollow Oak Primary"), near=near)
    form = SimilarForm(asked or None, schools=[school for school, _ in near])

    assert [school.urn for school, _ in form.chosen(seen)] == listed


def test_what_was_chosen_is_told_with_the_address_that_leaves_it_out() -> None:
    form = SimilarForm({"size": "more", "distance": "50"}, schools=[])
    assert form.told() == (
        ("Distance: Up to 0.50", "?size=more"),
        ("Pupils at the end of key stage 2: More than 60", "?distance=50"),
    )
    assert SimilarForm(None, schools=[]).told() == ()


def test_the_own_school_comes_first_and_what_is_not_known_is_said() -> None:
    own, other = card(900_003, "Hollow Oak Primary"), card(900_998, "Elm", known=())
    first, second = rows_of(own, [(other, 205)], "known", ["TELIG", "PTEALGRP2"])

    assert (first.where, first.distance) == ("This school", "0.00")
    assert [cell.first for cell in first.cells] == ["28", "Suppressed: few pupils"]
    assert (second.where, second.distance) == ("Testshire, Community school", "2.05")
    assert [cell.first for cell in second.cells] == ["Not in this release"] * 2
    assert far(7) == "0.07"
