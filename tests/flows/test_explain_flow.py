"""Explanations from files agree with what the command publishes."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from keystage.flows.explain import Given, explain_figure, explain_one_pupil
from keystage.flows.measures import Job, run
from keystage.measures.fields import fields
from keystage.statute.loader import load_year

INVENTED = Path(__file__).parents[2] / "data" / "invented"
YEAR = load_year(2022, "provisional")
GIVEN = Given(INVENTED / "pupils.csv", INVENTED / "schools.csv", YEAR)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    out = tmp_path_factory.mktemp("trust") / "out"
    run(Job(pupils=GIVEN.pupils, schools=GIVEN.schools, year=YEAR, out=out, outputs=["published"]))
    return pl.read_csv(out / "school.csv", infer_schema=False)


@pytest.mark.parametrize(
    ("figure", "school"),
    [("READPROG", 900001), ("PTRWM_EXP_FSM6CLA1A", 900003), ("TFSM6CLA1A", 900005)],
)
def test_the_published_cell_is_the_one_in_the_table(
    figure: str, school: int, published: pl.DataFrame
) -> None:
    cell = published.filter(URN=str(school))[figure].item()
    assert explain_figure(GIVEN, figure, school).published == cell


def test_a_field_for_analysts_has_no_published_cell() -> None:
    private = next(field for field in fields(YEAR) if not field.published)
    found = explain_figure(GIVEN, private.name, 900001)
    assert found.published is None
    assert found.sentence.endswith("no published table carries it.")


def test_a_blank_in_place_of_a_figure_is_not_said_to_withhold_it() -> None:
    found = explain_figure(GIVEN, "PTRWM_EXP", 900001)
    blank = replace(found, published="")
    assert blank.sentence == "The published table shows a blank instead."


def test_every_number_of_the_file_can_be_opened() -> None:
    upn = pl.read_csv(GIVEN.pupils, infer_schema=False)["UPN"][0]
    (found,) = explain_one_pupil(GIVEN, upn)
    assert (found.upn, found.line, found.school) == (upn, 2, 900001)
