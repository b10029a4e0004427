"""A gap to England is followed over the years where the statistics let it be, and nowhere else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keystage.flows.figures.contents import Compared, Content, Figure
from keystage.flows.figures_pack.gaps import GapSeries, declared, gap_of, gaps_of, split_of
from keystage.flows.figures_pack.support import moved

NAME = "PTRWM_EXP"
WORDS = declared().words


def share(text: str, name: str = NAME, **more: Any) -> Figure:
    usual = {"label": "Share", "group": "all", "family": "attainment", "unit": "percent"}
    return Figure(name=name, text=text, **(usual | more))


def score(text: str, lower: str, upper: str) -> Figure:
    return Figure(
        name="READPROG", label="Progress", group="all", family="progress", unit="points",
        text=text, lower=lower, upper=upper,
    )  # fmt: skip


def content(year: int, *figures: Figure, england: str = "60%", **more: Any) -> Content:
    usual: dict[str, Any] = {
        "kind": "school", "code": "900001", "name": "Ash", "level": "suppressed", "year": year,
        "stage": "final", "release": str(year), "made_at": "", "pupils": "60",
        "compared": tuple(
            Compared(name=one.name, against="national", text=england, state="shown")
            for one in figures if one.unit != "points"
        ),
    }  # fmt: skip
    return Content(figures=figures, **(usual | more))


def followed(*contents: Content, name: str = NAME) -> GapSeries:
    found = gap_of(contents[-1], contents[:-1], name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("before", "now", "shift"),
    [("30%", "90%", "up"), ("90%", "30%", "down"), ("55%", "65%", "level")],
)
def test_an_arrow_says_where_the_gap_moved_by_more_than_chance(
    before: str, now: str, shift: str
) -> None:
    first, last = followed(content(2023, share(before)), content(2024, share(now))).years
    assert (first.moved, first.still) == (None, WORDS.first)
    assert (last.moved, last.still) == (shift, "")


def test_a_gap_is_the_difference_of_what_is_printed_with_its_interval_outwards() -> None:
    """Of 60 pupils 49.5% to 50.5% lie from 37.2 to 62.8; England lies from 59.5 to 60.5."""
    (one,) = followed(content(2024, share("50%"))).years
    assert (one.gap, one.england) == ("-10", "60%")
    assert (one.lower, one.upper) == ("-24", "+4")


def test_a_progress_score_is_the_gap_itself() -> None:
    (one,) = followed(content(2023, score("-1.2", "-3.0", "0.6")), name="READPROG").years
    assert (one.gap, one.lower, one.upper) == ("-1.2", "-3.0", "+0.6")


def test_an_average_has_a_gap_and_no_arrow_for_want_of_an_interval() -> None:
    def average(text: str) -> Figure:
        return share(text, "READ_AVERAGE", family="average", unit="score")

    _, last = followed(
        content(2023, average("101"), england="105"),
        content(2024, average("108"), england="105"),
        name="READ_AVERAGE",
    ).years
    assert (last.gap, last.lower, last.moved) == ("+3", None, None)
    assert last.still == WORDS.without_interval


def test_nothing_is_followed_across_a_break_and_years_without_tests_say_so() -> None:
    series = followed(content(2019, share("30%")), content(2022, share("90%")))
    assert [one.year for one in series.years] == [2019, 2020, 2021, 2022]
    assert "pandemic" in series.years[1].said
    assert (series.years[-1].moved, series.years[-1].still) == (None, WORDS.broken)
    assert len(series.breaks) == 1


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (share("", state="suppressed", said="Suppressed: few pupils"), "Suppressed: few pupils"),
        (share("90%", may_rank=False), WORDS.few),
        (share("95% or more"), "Not available: the figure is not told as one number"),
    ],
)
def test_what_is_withheld_or_of_few_pupils_has_no_gap_and_no_arrow(
    figure: Figure, said: str
) -> None:
    _, last = followed(content(2023, share("30%")), content(2024, figure)).years
    assert (last.gap, last.lower, last.upper, last.moved) == ("", None, None, None)
    assert last.said == said
    back, after = followed(content(2023, figure), content(2024, share("90%"))).years
    assert (back.gap, after.moved, after.still) == ("", None, WORDS.without_interval)


def test_without_a_figure_of_england_there_is_no_gap() -> None:
    (one,) = followed(content(2024, share("50%"), compared=())).years
    assert (one.gap, one.said) == ("", "No figure of England")


def test_another_schools_figures_stand_apart() -> None:
    old = {"code": "900007", "name": "Mill"}
    contents = (
        content(2022, share("30%"), **old),
        content(2023, share("90%"), **old),
        content(2024, share("30%")),
        content(2025, share("90%")),
    )
    series = followed(*contents)
    assert [one.other for one in series.years] == ["Mill", "Mill", "", ""]
    assert [one.moved for one in series.years] == [None, "up", None, "up"]
    assert series.years[2].still == WORDS.other_school
    assert split_of(contents[-1], contents[:-1]).startswith(
        "Figures before 2024 are those of Mill,"
    )
    assert split_of(contents[-1], contents[2:-1]) == ""


def test_headline_figures_of_all_pupils_are_followed_and_no_group() -> None:
    figures = (
        share("50%"), share("50%", f"{NAME}_B", group="boys"), share("28", "TELIG", unit="pupils",
        family="composition"), share("103", "READ_AVERAGE", family="average", unit="score"),
    )  # fmt: skip
    every = gaps_of(content(2024, *figures), ())
    assert [one.name for one in every] == [NAME, "READ_AVERAGE"]
    assert gap_of(content(2024, *figures), (), f"{NAME}_B") is None
    assert gap_of(content(2024, *figures), (), "NOWHERE") is None


@given(*[st.integers(0, 100) for _ in range(4)], st.integers(1, 300))
def test_no_arrow_stands_where_the_summary_has_none(
    old: int, new: int, then: int, now: int, pupils: int
) -> None:
    before = content(2023, share(f"{old}%"), england=f"{then}%", pupils=str(pupils))
    after = content(2024, share(f"{new}%"), england=f"{now}%", pupils=str(pupils))
    _, last = followed(before, after).years
    assert last.moved == moved(after, before, after.figures[0])
    assert last.gap == (f"{new - now:+d}" if new != now else "0")
    assert last.lower is not None
    assert last.upper is not None
    assert int(last.lower) <= new - now <= int(last.upper)


@given(*[st.integers(0, 100) for _ in range(4)], st.integers(20, 300))
def test_an_arrow_stands_just_where_the_printed_intervals_do_not_meet(
    old: int, new: int, then: int, now: int, pupils: int
) -> None:
    """A reader with the table in hand comes to what the page says."""
    before = content(2023, share(f"{old}%"), england=f"{then}%", pupils=str(pupils))
    after = content(2024, share(f"{new}%"), england=f"{now}%", pupils=str(pupils))
    first, last = followed(before, after).years
    least, most = int(first.lower or ""), int(first.upper or "")
    low, high = int(last.lower or ""), int(last.upper or "")
    assert last.moved == ("up" if low > most else "down" if high < least else "level")


def test_intervals_that_meet_in_one_point_are_no_arrow() -> None:
    """Of 60 pupils 49% lie from 36 to 62 and 76% from 63 to 86: the gaps to +3 and from +3 on."""
    before = content(2023, share("49%"), england="60%")
    after = content(2024, share("76%"), england="59%")
    first, last = followed(before, after).years
    assert (first.upper, last.lower) == ("+3", "+3")
    assert last.moved == "level"
