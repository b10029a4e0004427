"""How figures are to be read: their states in words, their caveats, few pupils, and years."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from keystage.flows.figures import guard
from keystage.flows.figures import series as of_years
from keystage.flows.figures.caveats import Told, caveats
from keystage.flows.figures.caveats import declared as declared_caveats
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.series import with_series
from keystage.flows.figures.states import (
    in_words,
    next_with_progress,
    no_progress,
    state_of,
    without_intervals,
)
from keystage.statute.loader import load_year
from keystage.statute.publication import Suppression

RULES: Suppression = load_year(2019, "final").suppression
TOLD = Told(
    year=2019,
    stage="final",
    kind="school",
    pupils=30,
    small=False,
    subjects=frozenset({"reading", "maths"}),
    with_progress=frozenset({"reading"}),
)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("65%", "shown"), ("0", "shown"), ("-0.4", "shown"), ("SUPP", "suppressed"),
        ("LOWCOV", "low_coverage"), ("NA", "not_applicable"), ("", "not_applicable"),
    ],
)  # fmt: skip
def test_a_published_cell_stands_for_a_state(cell: str, state: str) -> None:
    assert state_of(cell, RULES) == state


def test_a_state_is_said_in_words_with_its_reason() -> None:
    assert in_words("shown", "whatever") == ""
    assert in_words("not_yet") == "Not yet known"
    assert in_words("not_available", "no baseline") == "Not available: no baseline"


def test_progress_that_there_cannot_be_says_why_and_when_it_returns() -> None:
    found = no_progress(load_year(2025, "final"))
    assert found is not None
    assert found[0] == "not_available"
    assert found[1].endswith("the next year with pupil progress is 2026")
    waiting = no_progress(load_year(2026, "provisional"))
    assert waiting is not None
    assert waiting[0] == "not_yet"
    assert "the national averages by prior attainment group of 2026 provisional" in waiting[1]
    assert no_progress(load_year(2022, "provisional")) is None
    assert next_with_progress(2026) is None


def test_scores_without_limits_or_bands_say_why() -> None:
    assert without_intervals(load_year(2025, "final")) == []
    limits, bands = without_intervals(load_year(2026, "provisional"))
    assert limits.startswith("Progress scores have no limits: [pupil_sd] is absent for 2026")
    assert bands.startswith("Progress scores have no bands")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"year": 2024}, "Pupil progress returns with the results of 2026"),
        ({"year": 2027}, "From 2028 it is measured from the reception baseline"),
        ({"year": 2030}, "not to be compared with that of the years before 2028"),
        ({"year": 2022}, "not published nationally for 2022"),
        ({"year": 2022, "kind": "la"}, "Do not compare 2022 with 2019"),
        ({"stage": "unamended"}, "come before reviews of marking"),
        ({"stage": "provisional"}, "come before reviews of marking"),
        ({"subjects": frozenset({"science"})}, "judged by teachers, not tested"),
        ({"with_progress": frozenset({"writing"})}, "three broad steps"),
        ({"small": True, "pupils": 7}, "stage 2: 7. One of them is 14.3 percentage points"),
        ({"special": True}, "This is a special school"),
    ],
)  # fmt: skip
def test_a_caveat_stands_where_it_holds_and_not_elsewhere(
    change: dict[str, Any], words: str
) -> None:
    assert words in " ".join(caveats(replace(TOLD, **change)))
    assert words not in " ".join(caveats(TOLD))


def test_figures_of_an_area_say_nothing_of_schools_that_were_not_published() -> None:
    told = " ".join(caveats(replace(TOLD, year=2022, kind="region")))
    assert "not published nationally" not in told


def test_every_caveat_and_rule_names_a_source_of_its_file() -> None:
    every = declared_caveats()
    assert {one.source for one in every.caveats} == set(every.sources)
    assert len({one.name for one in every.caveats}) == len(every.caveats)
    years = of_years.declared()
    named = {one.source for one in years.breaks} | {one.source for one in years.without_tests}
    assert named == set(years.sources)
    rules = guard.declared()
    used = {rules.small.source, rules.pupil_equivalent.source, rules.subtraction.source}
    assert used == set(rules.sources)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 3000))
def test_a_gap_in_pupils_is_the_gap_times_the_pupils_halves_away_from_zero(
    here: int, there: int, pupils: int
) -> None:
    exact = Decimal((here - there) * pupils) / 100
    told = guard.pupil_equivalent(f"{here}%", f"{there}%", pupils)
    assert told is not None
    assert Decimal(told) == exact.quantize(Decimal(1), ROUND_HALF_UP)
    assert told != "-0"
    swapped = guard.pupil_equivalent(f"{there}%", f"{here}%", pupils)
    assert swapped is not None
    assert int(swapped) == -int(told)


@pytest.mark.parametrize(("here", "there"), [("SUPP", "65%"), ("65%", ""), ("NaN", "65%")])
def test_a_gap_to_what_is_no_number_is_none(here: str, there: str) -> None:
    assert guard.pupil_equivalent(here, there, 28) is None


def test_the_gap_of_28_pupils_and_15_points_is_4_pupils() -> None:
    assert guard.pupil_equivalent("50%", "65%", 28) == "-4"


def test_of_few_pupils_the_interval_or_the_pupils_are_seen_first() -> None:
    few = guard.declared().small.fewer_than
    assert [guard.is_small(pupils) for pupils in (None, 0, 1, few - 1, few)] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert guard.lead("points", small=True, interval=True, counted=True) == "interval"
    assert guard.lead("percent", small=True, interval=False, counted=True) == "pupils"
    assert guard.lead("percent", small=True, interval=False, counted=False) == "figure"
    assert guard.lead("score", small=True, interval=False, counted=True) == "figure"
    assert guard.lead("percent", small=False, interval=True, counted=True) == "figure"


def content(year: int, **texts: str) -> Content:
    families = {"READPROG": ("progress", "points"), "READCOV": ("progress", "percent")}
    figures = [
        Figure(
            name=name,
            label=name,
            group="all",
            family=families.get(name, ("attainment", "percent"))[0],
            unit=families.get(name, ("attainment", "percent"))[1],
            text=text,
            state="shown" if text else "suppressed",
            said="" if text else "Suppressed",
        )
        for name, text in texts.items()
    ]
    return Content(
        kind="school", code="900001", name="A", level="suppressed", year=year, stage="final",
        release=f"{year} final", made_at="", figures=tuple(figures),
    )  # fmt: skip


def test_no_line_is_drawn_across_a_break_or_a_year_without_a_figure() -> None:
    this = content(2023, PTRWM_EXP="62%", READPROG="0.4", READCOV="95%")
    before = [
        content(2018, PTRWM_EXP="64%", READPROG="1.0"),
        content(2019, PTRWM_EXP="66%", READPROG="1.2"),
        content(2022, PTRWM_EXP="60%", READPROG=""),
    ]
    series = {one.name: one for one in with_series(this, before).series}
    assert set(series) == {"PTRWM_EXP", "READPROG"}, "a share in a measure is no headline"
    points = series["PTRWM_EXP"].points
    assert [point.year for point in points] == list(range(2018, 2024))
    assert [point.joined for point in points] == [False, True, False, False, False, True]
    assert "no key stage 2 tests in 2020" in points[2].said
    assert [(one.after, one.before) for one in series["PTRWM_EXP"].breaks] == [(2019, 2022)]
    assert series["READPROG"].points[-2].state == "suppressed"
    assert series["READPROG"].points[-1].joined is False


def test_progress_breaks_where_there_was_no_baseline() -> None:
    this = content(2026, PTRWM_EXP="62%", READPROG="0.4")
    before = [content(2023, READPROG="1.0", PTRWM_EXP="61%"), content(2024, PTRWM_EXP="60%")]
    series = {one.name: one for one in with_series(this, before).series}
    assert [(one.after, one.before) for one in series["READPROG"].breaks] == [(2023, 2026)]
    assert series["PTRWM_EXP"].breaks == ()
    assert [point.state for point in series["READPROG"].points] == [
        "shown", "not_available", "not_available", "shown",
    ]  # fmt: skip
    assert "no release of the year is held" in series["READPROG"].points[2].said


def test_a_series_takes_contents_of_the_same_unit_and_level_and_of_earlier_years_alone() -> None:
    this = content(2023, PTRWM_EXP="62%")
    others = [
        replace(content(2022, PTRWM_EXP="1%"), level="complete"),
        replace(content(2022, PTRWM_EXP="2%"), code="900002"),
        content(2023, PTRWM_EXP="3%"),
    ]
    assert with_series(this, others) == this
    twice = [content(2022, PTRWM_EXP="4%"), content(2022, PTRWM_EXP="5%")]
    assert [point.text for point in with_series(this, twice).series[0].points] == ["5%", "62%"]
