"""Key stage 1 against key stage 2 on a page: drawn, listed, and hidden from who sees no pupil."""

from decimal import Decimal
from typing import Any

import lxml.html
import polars as pl
import pytest
from cast_of_tests import AsPerson, MakePerson
from scene_of_figures import FIGURES_YEAR, figures_of

from keystage.core.subjects import Subject
from keystage.flows.figures.scattered import Scattered, Step
from keystage.store.models import Organisation, Person, Pupil
from keystage.web.figures.scatter import scatter_of

GUIDE_YEAR = 2022


@pytest.fixture
def page(school: Organisation, pupils: list[Pupil], headteacher: Person) -> str:
    """The page of a release of a year with a reference."""
    assert pupils
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")
    made = figures_of(agency, school, headteacher, GUIDE_YEAR)
    return f"/school/900003/{GUIDE_YEAR}/figures/{made.pk}/scatter/"


@pytest.mark.django_db
def test_a_head_sees_each_pupil_drawn_and_listed_by_name(
    page: str, as_person: AsPerson, headteacher: Person
) -> None:
    found: Any = lxml.html.fromstring(as_person(headteacher).get(page).content)

    dots = found.xpath("//svg[@role='img']//circle")
    listed = [
        table.xpath("tbody/tr/th")
        for table in found.xpath("//main//table")
        if "drawn: " in table.findtext("caption") and "not" not in table.findtext("caption")
    ]
    assert len(dots) == sum(len(rows) for rows in listed) == 10  # 5 of 6 pupils, two subjects
    assert "Ashby, Mabel" in listed[0][0].text_content()
    assert "inclusion code 202" in found.text_content()
    assert "not for parents" in found.text_content()
    assert found.xpath("//main//a[contains(@href, '/scatter/file/ods/')]")


@pytest.mark.django_db
def test_an_analyst_sees_made_up_numbers_a_teacher_own_pupils_and_a_governor_nothing(
    page: str,
    as_person: AsPerson,
    person: MakePerson,
    authority: Organisation,
    teacher: Person,
    governor: Person,
) -> None:
    analyst = as_person(person("authority_analyst", authority)).get(page).text
    own = as_person(teacher).get(page).text

    assert "Pupil 1" in analyst
    assert "Ashby" not in analyst
    file = as_person(person("authority_analyst", authority)).get(f"{page}file/csv/")
    assert "Pupil 1," in file.text
    assert "under a made-up number" in file.text
    assert "by name" not in file.text
    assert "scatter/file/" not in own
    assert as_person(teacher).get(f"{page}file/csv/")["Location"] == page
    assert "Ashby" in own
    assert "Zhang" not in own
    assert as_person(governor).get(page).status_code == 403


@pytest.mark.django_db
def test_a_year_without_a_baseline_says_why(
    school: Organisation, pupils: list[Pupil], headteacher: Person, as_person: AsPerson
) -> None:
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")
    made = figures_of(agency, school, headteacher, FIGURES_YEAR)
    text = as_person(headteacher).get(f"/school/900003/{FIGURES_YEAR}/figures/{made.pk}/scatter/")

    assert "no baseline" in text.text
    assert "<circle" not in text.text


def found(*rows: tuple[int, float, float, float]) -> Scattered:
    return Scattered(
        subject=Subject.READING,
        pupils=pl.DataFrame(rows, schema=["line", "start", "reached", "expected"], orient="row"),
        out=pl.DataFrame({"line": [9], "reason": ["The pupil has no score."]}),
        steps=(
            Step(low=Decimal(0), high=Decimal(8), expected=Decimal("101.5")),
            Step(low=Decimal(8), high=Decimal(12), expected=Decimal(108)),
        ),
    )


def test_only_pupils_who_are_called_something_are_drawn_counted_or_listed() -> None:
    drawn = scatter_of(found((1, 7.0, 99.0, 101.5), (2, 9.0, 110.0, 108.0)), {1: "A"})

    assert [(dot.name, dot.difference) for dot in drawn.dots] == [("A", "−2.50")]
    assert drawn.out == ()
    assert "Pupils drawn: 1; above the steps 0, below 1, on them 0" in drawn.words


def test_dots_and_steps_stand_within_the_axes_and_in_their_order() -> None:
    drawn = scatter_of(
        found((1, 7.0, 61.0, 101.5), (2, 9.0, 120.0, 108.0), (3, 9.0, 108.0, 108.0)),
        {1: "A", 2: "B", 3: "C", 9: "D"},
    )
    first, second, third = drawn.dots

    for dot in drawn.dots:
        assert 0 <= dot.x <= 100
        assert drawn.top <= dot.y <= drawn.floor
    assert first.x < second.x == third.x
    assert second.y < third.y < first.y
    assert all(0 <= line.x1 < line.x2 <= 100 for line in drawn.lines)
    (_, upper) = drawn.lines
    assert upper.y == third.y
    assert third.difference == "0.00"
    assert drawn.out == (("D", "The pupil has no score."),)


def test_nobody_is_drawn_without_an_error() -> None:
    assert scatter_of(found(), {1: "A"}).dots == ()
