"""Numbers of groups that an area would give away, and what figures of one label leave open."""

from types import SimpleNamespace
from typing import Any

import msgspec
import polars as pl
import pytest
from snapshots_of_tests import YEAR

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.left_open import left_open
from keystage.flows.figures.moving import Moved, divisions, moved_between
from keystage.flows.figures.neighbours import with_neighbours
from keystage.flows.figures.protecting import given_away
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.table import IN_AREA

NUMBERS = frozenset({"BELIG", "PBELIG", "PTRWM_EXP"})


def england(*schools: tuple[int, int, bool, int]) -> Any:
    """A table of schools: URN, authority, whether it counts there, pupils."""
    names = ["URN", "LEA", IN_AREA, "pupils"]
    frame = pl.DataFrame(schools, schema=names, orient="row")
    return SimpleNamespace(
        year=YEAR,
        units_of=lambda _: frame.drop("pupils"),
        of_group=lambda *_: frame.select(pl.col("pupils").alias(ELIGIBLE.name)),
    )


def hiding(table: Any, *codes: int) -> set[str]:
    given = {("school", str(code)): NUMBERS for code in codes}
    found = with_neighbours(given | {("la", "801"): NUMBERS}, table)
    return {code for (kind, code), names in found.items() if kind == "school" and "BELIG" in names}


def test_a_second_school_withholds_its_numbers_where_the_area_would_give_one_away() -> None:
    table = england((1, 801, True, 30), (2, 801, True, 60), (3, 801, True, 20), (4, 802, True, 9))
    assert hiding(table, 2) == {"2", "3"}, "the smallest beside it"
    assert hiding(table, 2, 1) == {"1", "2"}, "two hide each other"
    assert with_neighbours({}, table) == {}


def test_few_pupils_together_are_hidden_by_a_third_school() -> None:
    table = england((1, 801, True, 3), (2, 801, True, 2), (3, 801, True, 40), (4, 801, True, 0))
    assert hiding(table, 2) == {"2", "3"}, "two very small schools hide five pupils, which are few"


def test_schools_that_stand_in_no_area_hide_each_other() -> None:
    table = england((1, 801, False, 30), (2, 802, False, 25), (3, 801, True, 10))
    assert hiding(table, 1) == {"1", "2"}


def test_figures_other_than_numbers_need_no_neighbour() -> None:
    table = england((1, 801, True, 30), (2, 801, True, 60))
    given = {("school", "1"): frozenset({"PTRWM_EXP"})}
    assert with_neighbours(given, table) == given


def share(group: str, text: str) -> Figure:
    return Figure(
        name=group, label="Share", group=group, family="attainment", unit="percent", text=text
    )


def test_groups_tell_more_of_all_pupils_than_their_own_share_does() -> None:
    """58% of 118 pupils are 68 or 69; 54% of 63 boys are 34 and 64% of 55 girls are 35."""
    counts = {"all": 118, "boys": 63, "girls": 55}
    every = share("all", "58%")
    assert left_open([every], counts, YEAR) == {"all": (68, 69)}
    groups = [share("boys", "54%"), share("girls", "64%")]
    assert left_open([every, *groups], counts, YEAR)["all"] == (69, 69)


def test_all_pupils_tell_of_a_large_group_beside_a_small_one() -> None:
    counts = {"all": 160, "disadvantaged": 10, "other": 150}
    figures = [share("all", "50%"), share("disadvantaged", "50%"), share("other", "50%")]
    assert left_open(figures, counts, YEAR) == {
        "all": (80, 80), "disadvantaged": (5, 5), "other": (75, 75),
    }  # fmt: skip
    assert left_open([share("all", "3%")], {"all": 10}, YEAR) == {}, "no number is printed so"


@pytest.mark.parametrize(
    ("then", "now", "moved"),
    [
        ({"all": 30}, {"all": 29}, Moved(0, 1)),
        ({"all": 30, "boys": 15, "girls": 15}, {"all": 30, "boys": 14, "girls": 16}, Moved(1, 1)),
        ({"all": 30, "low": 9}, {"all": 30, "low": 8}, Moved(1, 1)),
        ({"all": 30, "low": 9}, {"all": 30}, Moved(0, 0)),
        ({"boys": 9}, {"all": 30, "boys": 8}, Moved(0, 0)),
    ],
)
def test_who_moved_is_told_by_every_division(
    then: dict[str, int], now: dict[str, int], moved: Moved
) -> None:
    assert moved_between(then, now, YEAR) == moved


def test_no_pupil_is_in_two_groups_of_a_division() -> None:
    assert divisions(YEAR)["SENF"] == ("sen_plan", "sen_support", "sen_none")


def test_three_years_are_withheld_where_one_of_them_withholds_the_figure() -> None:
    """What three years have less two that are shown is the third."""

    def school(year: int, *figures: Figure) -> Content:
        return Content(
            kind="school", code="900001", name="A", level="suppressed", year=year, stage="final",
            release="", made_at="", figures=figures,
        )  # fmt: skip

    pooled = Figure(
        name="PTRWM_EXP_3YR", label="Share, three years", group="all", family="three_year",
        unit="percent", text="60%",
    )  # fmt: skip
    now = school(2022, share("all", "60%"), pooled)
    hidden = msgspec.structs.replace(share("all", ""), state="suppressed")
    assert given_away(now, [school(2021, hidden)], YEAR) == {"PTRWM_EXP_3YR"}
    assert given_away(now, [school(2021, share("all", "58%"))], YEAR) == set()
