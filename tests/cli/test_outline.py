"""Statutory tables in words, as grids, and compared."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec import structs

from keystage.cli.outline import Grid, differences, grids, words
from keystage.statute.loader import available, load_year, table_types
from keystage.statute.progress import PrintedRange
from keystage.statute.table import BySubject, Constant, Release

YEAR = load_year(2022, "provisional")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (8, "8"),
        ("each_limit", "each_limit"),
        (Decimal("95.8"), "95.8"),
        (Decimal("1E+1"), "10"),
        (date(2019, 9, 14), "2019-09-14"),
        (Constant(value=Decimal("6.2871")), "6.2871"),
        (Constant(low=Decimal("3.4"), high=Decimal("3.5")), "3.4 to 3.5"),
        (PrintedRange(low=Decimal("3.8")), "3.8 and above"),
        (PrintedRange(high=Decimal("-3.6")), "-3.6 and below"),
        (PrintedRange(low=Decimal("1.6"), high=Decimal("3.7")), "1.6 to 3.7"),
        (PrintedRange(low=Decimal("0.7"), high=Decimal("0.6")), "no score"),
        (("A", "D", "M"), "A, D, M"),
        ((("disadvantaged", "other"), ("boys", "girls")), "disadvantaged, other; boys, girls"),
        (
            BySubject(reading=Decimal(-5), writing=Decimal(-7), maths=Decimal(-5)),
            "reading -5, writing -7, maths -5",
        ),
        (YEAR.writing_outcomes.codes["EXS"], "meaning expected standard, rate counted, expected"),
    ],
)
def test_values_are_written_as_a_person_would(value: object, text: str) -> None:
    assert words(value) == text


def test_a_table_becomes_grids() -> None:
    assert YEAR.minimum_progress is not None
    single, minimum, spread = grids(YEAR.minimum_progress)
    assert single.rows[0] == ("applies", "yes")
    assert minimum.columns == ("", "reading", "writing", "maths")
    assert minimum.rows[-1] == ("19", "-12.1759", "-13.0257", "-11.9506")
    assert spread.columns == ("", "reading")


def test_a_table_of_codes_becomes_a_grid_of_codes() -> None:
    assert grids(YEAR.below_test_outcomes)[0] == Grid(
        "codes", ("", ""), tuple(YEAR.below_test_outcomes.codes.items())
    )


@pytest.mark.parametrize(("year", "release"), available())
def test_every_table_of_every_year_can_be_laid_out_and_equals_itself(
    year: int, release: Release
) -> None:
    found = load_year(year, release)
    for name in table_types():
        table = getattr(found, name)
        if table is not None:
            assert all(len(row) == len(grid.columns) for grid in grids(table) for row in grid.rows)
            assert not list(differences(table, table))


def test_differences_are_found_to_the_value() -> None:
    groups = YEAR.prior_attainment_groups
    assert groups is not None
    items = list(groups.groups)
    items[12] = structs.replace(items[12], writing=Decimal("95.80001"))
    other = structs.replace(groups, groups=tuple(items), confidence="C", source="elsewhere")
    assert list(differences(groups, other)) == [
        ("confidence", "A", "C"),
        ("groups.13.writing", "95.8", "95.80001"),
    ]


def test_what_only_one_year_has_is_listed_whole_or_one_by_one() -> None:
    before, after = load_year(2019, "final"), YEAR
    assert ("codes.EM", "", "meaning engagement model, rate counted") in list(
        differences(before.writing_outcomes, after.writing_outcomes)
    )
    assert before.minimum_progress is not None
    assert after.minimum_progress is not None
    found = list(differences(before.minimum_progress, after.minimum_progress))
    row = "group 19, reading -12.1759, writing -13.0257, maths -11.9506"
    assert ("minimum.19", "", row) in found
    assert ("minimum.19", row, "") in list(
        differences(after.minimum_progress, before.minimum_progress)
    )
