"""What a school's figures are compared with, where the release does not hold England."""

from engine_side import computed
from msgspec.structs import replace
from oracle_examples import YEAR, pupil, school

from keystage.flows.figures.cells import cells
from keystage.flows.figures.compared import comparators
from keystage.statute.loader import load_year


def test_a_national_figure_published_with_more_decimals_is_printed_as_figures_are() -> None:
    """2023: -0.76 and 0.82 of boys in writing and maths stand as -0.8 and 0.8 beside a school's."""
    year = replace(YEAR, national_figures=load_year(2023, "final").national_figures)
    table = computed([pupil()], [school()], year).table
    national = {one.name: one.text for one in comparators(cells(table)).national}
    boys = [national[f"{subject}PROG_B"] for subject in ("READ", "WRIT", "MAT")]
    assert boys == ["-0.2", "-0.8", "0.8"]
