"""Sentences of a summary flag what the statistics support, and nothing else."""

from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from keystage.flows.figures.contents import Compared, Content, Figure
from keystage.flows.figures_pack.sentences import Sentence, highlights, in_pupils, summary_of
from keystage.flows.figures_pack.support import england_of, share_interval
from keystage.flows.figures_pack.wording import wording

PERCENT = st.integers(0, 100).map("{}%".format)
POINTS = st.integers(-99, 99).map(lambda tenths: f"{Decimal(tenths) / 10}")


def share(text: str = "50%", name: str = "PTRWM_EXP", **more: Any) -> Figure:
    usual = {"label": f"Share {name}", "group": "all", "family": "attainment", "unit": "percent"}
    return Figure(name=name, text=text, **(usual | more))


def score(text: str, lower: str, upper: str, **more: Any) -> Figure:
    usual = {
        "label": "Progress score in reading", "group": "all", "family": "progress",
        "unit": "points", "subject": "reading", "lower": lower, "upper": upper,
    }  # fmt: skip
    return Figure(name="READPROG", text=text, **(usual | more))


def content(*figures: Figure, england: str = "60%", pupils: str = "60", **more: Any) -> Content:
    usual: dict[str, Any] = {
        "kind": "school", "code": "900001", "name": "A", "level": "suppressed", "year": 2023,
        "stage": "revised", "release": "2023 revised 1", "made_at": "", "pupils": pupils,
        "compared": tuple(
            Compared(name=one.name, against="national", text=england, state="shown")
            for one in figures if one.unit == "percent"
        ),
    }  # fmt: skip
    return Content(figures=figures, **(usual | more))


def of(name: str, sentences: tuple[Sentence, ...]) -> Sentence:
    return next(one for one in sentences if one.figures == (name,) and not one.moved)


def different(one: Sentence) -> bool:
    return one.verdict in {"above", "below"}


@pytest.mark.parametrize(
    ("text", "verdict"), [("30%", "below"), ("50%", "same"), ("60%", "same"), ("80%", "above")]
)
def test_a_share_is_different_where_its_interval_lies_beyond_englands(
    text: str, verdict: str
) -> None:
    told = of("PTRWM_EXP", summary_of(content(share(text, pupils="-18"))))
    assert told.verdict == verdict
    assert told.highlight == (verdict != "same")
    assert text in told.text
    assert "60%" in told.text
    assert "18 fewer" in told.text


def test_a_share_stands_on_the_pupils_with_a_result_where_they_may_be_seen() -> None:
    for denominator, verdict in ((400, "below"), (60, "same")):
        figure = share(numerator=str(denominator // 2), denominator=denominator)
        found = summary_of(content(figure, england="60%", pupils="400"))
        assert of("PTRWM_EXP", found).verdict == verdict


def test_a_score_is_different_where_its_interval_lies_beyond_zero_and_says_its_band() -> None:
    above = score("2.1", "0.5", "3.7", band_words="Above average")
    told = of("READPROG", summary_of(content(above)))
    assert told.verdict == "above"
    assert told.text.endswith("Band: Above average.")
    for lower, upper in (("-0.1", "3.0"), ("0.0", "3.0"), ("-3.0", "0.0")):
        assert of("READPROG", summary_of(content(score("1.0", lower, upper)))).verdict == "same"
    below = of("READPROG", summary_of(content(score("-2.1", "-3.7", "-0.5"))))
    assert below.verdict == "below"
    assert "−3.7 to −0.5" in below.text


@given(PERCENT, PERCENT, st.integers(1, 400))
def test_no_share_is_different_whose_interval_holds_englands_figure(
    text: str, england: str, pupils: int
) -> None:
    """By an interval of our own, of the numbers of pupils that are printed so."""
    told = summary_of(content(share(text), england=england, pupils=str(pupils)))
    there = int(england[:-1])
    numbers = [
        number
        for number in range(pupils + 1)
        if int(Fraction(100 * number, pupils) + Fraction(1, 2)) == int(text[:-1])
    ]
    holds = any(low <= there <= high for low, high in map(wilson(pupils), numbers))
    if holds:
        assert not any(different(one) or one.highlight for one in told)


def wilson(pupils: int) -> Any:
    z = 1.96

    def interval(number: int) -> tuple[float, float]:
        here, whole = number / pupils, 1 + z * z / pupils
        middle = (here + z * z / (2 * pupils)) / whole
        reach = z * sqrt(here * (1 - here) / pupils + z * z / (4 * pupils * pupils)) / whole
        return 100 * (middle - reach), 100 * (middle + reach)

    return interval


@given(POINTS, POINTS, POINTS)
def test_no_score_is_different_whose_interval_holds_zero(one: str, two: str, three: str) -> None:
    lower, text, upper = sorted((one, two, three), key=Decimal)
    told = summary_of(content(score(text, lower, upper)))
    if Decimal(lower) <= 0 <= Decimal(upper):
        assert not any(different(each) for each in told)
    else:
        assert different(of("READPROG", told))


@given(PERCENT, PERCENT, st.integers(1, 400))
def test_nothing_of_few_pupils_is_different(text: str, england: str, pupils: int) -> None:
    few = [share(text, may_rank=False), score("5.0", "4.0", "6.0", may_rank=False)]
    told = summary_of(content(*few, england=england, pupils=str(pupils), small=True))
    assert not any(different(one) or one.highlight or one.moved for one in told)
    assert any(one.text == wording().sentences.few for one in told)


def test_groups_of_few_pupils_are_told_together_and_folded_ones_not_at_all() -> None:
    boys = share("0%", "PTRWM_EXP_B", label="Share PTRWM_EXP", group="boys", group_label="Boys")
    told = summary_of(content(share(), replace(boys, may_rank=False)))
    assert told[-1].text == "Too few pupils to call anything different: Boys."
    assert told[-1].figures == ("PTRWM_EXP_B",)
    folded = summary_of(content(share(), replace(boys, folded=True, may_rank=False)))
    assert not any("Boys" in one.text for one in folded)


def test_a_group_is_judged_by_its_own_pupils() -> None:
    boys = share("40%", "PTRWM_EXP_B", label="Share PTRWM_EXP", group="boys", group_label="Boys")
    count = share("300", "BELIG", unit="pupils", family="composition", group="boys")
    told = of("PTRWM_EXP_B", summary_of(content(share("60%"), boys, count)))
    assert told.verdict == "below"
    assert told.text.startswith("Share PTRWM_EXP, boys: 40%")
    few = summary_of(content(share("60%"), boys, replace(count, text="25")))
    assert of("PTRWM_EXP_B", few).verdict == "same"
    unknown = summary_of(content(share("60%"), boys))
    assert unknown[-1].figures == ("PTRWM_EXP_B",)
    assert "for want of an interval" in unknown[-1].text


@pytest.mark.parametrize("state", ["suppressed", "low_coverage", "not_yet", "not_available"])
def test_what_is_not_shown_is_not_spoken_of(state: Any) -> None:
    told = summary_of(content(share("", state=state, said="Not shown")))
    assert [one.text for one in told] == [wording().sentences.nothing_judged]


def test_without_england_nothing_is_called_different() -> None:
    told = summary_of(content(share("5%"), compared=()))
    assert not any(different(one) for one in told)
    assert england_of(content(share(), compared=()), "PTRWM_EXP") is None


def test_where_nothing_was_held_against_england_nobody_is_told_that_nothing_differs() -> None:
    held, alone = content(share("60%")), content(share("60%"), compared=())
    assert "no figure is different" in summary_of(held)[0].text
    assert "no figure could be held against England's" in summary_of(alone)[0].text


def test_every_sentence_names_figures_of_the_content_and_says_them() -> None:
    whole = content(share("80%"), score("2.1", "0.5", "3.7"), share("10%", "PTREAD_EXP"))
    for one in summary_of(whole):
        for name in one.figures:
            figure = whole.figure(name)
            assert figure is not None
            assert figure.text in one.text


def test_what_does_not_stand_out_can_be_left_out() -> None:
    every = summary_of(content(share("80%"), share("60%", "PTREAD_EXP")))
    assert [one.verdict for one in every] == ["above", "same"]
    assert [one.verdict for one in highlights(every)] == ["above"]
    quiet = highlights(summary_of(content(share("60%"))))
    assert [one.text for one in quiet] == [wording().sentences.nothing]
    assert highlights(()) == ()


def test_the_gap_to_england_moved_only_where_its_intervals_do_not_meet() -> None:
    now = content(share("80%"), pupils="200")
    old = content(share("50%"), pupils="200", year=2022)
    (moved,) = [one for one in summary_of(now, old) if one.moved]
    assert (moved.moved, moved.highlight) == ("up", True)
    assert "50%" not in moved.text, "no year is told beside another"
    (moved,) = [
        one for one in summary_of(replace(old, year=2023), replace(now, year=2022)) if one.moved
    ]
    assert moved.moved == "down"
    near = content(share("75%"), pupils="200", year=2022)
    (moved,) = [one for one in summary_of(now, near) if one.moved]
    assert (moved.moved, moved.highlight) == ("level", False)
    with_england = content(share("50%"), pupils="200", year=2022, england="30%")
    (moved,) = [one for one in summary_of(now, with_england) if one.moved]
    assert moved.moved == "level", "England moved as well"


def test_a_gap_is_not_followed_across_a_break_a_school_or_a_level_of_data() -> None:
    now, old = content(share("80%"), pupils="200"), content(share("50%"), pupils="200", year=2022)
    others = (
        replace(old, year=2019),
        replace(old, year=2023),
        replace(old, code="900002"),
        replace(old, level="complete"),
        replace(old, figures=()),
        replace(old, figures=(share("50%", may_rank=False),)),
    )
    for before in (None, *others):
        assert not any(one.moved for one in summary_of(now, before))


def test_a_break_of_progress_does_not_stop_attainment() -> None:
    scored = (share("80%"), score("4.0", "3.0", "5.0"))
    old = content(share("50%"), score("-4.0", "-5.0", "-3.0"), pupils="200", year=2023)
    now = content(*scored, pupils="200", year=2026)
    assert [one.figures for one in summary_of(now, old) if one.moved] == [("PTRWM_EXP",)]
    before = replace(old, year=2022)
    now = replace(now, year=2023)
    assert len([one for one in summary_of(now, before) if one.moved]) == 2
    level = summary_of(now, replace(now, year=2022))
    assert [one.figures for one in level if one.moved] == [("PTRWM_EXP", "READPROG")]


@pytest.mark.parametrize(
    ("given_gap", "said"), [("-4", "4 fewer"), ("+3", "3 more"), ("0", "none"), (None, "not told")]
)
def test_a_gap_is_told_in_whole_pupils(given_gap: str | None, said: str) -> None:
    assert in_pupils(share(pupils=given_gap)) == said


@given(st.integers(0, 100), st.integers(1, 1000))
def test_the_interval_of_a_share_holds_it_and_stays_within_the_whole(
    text: int, pupils: int
) -> None:
    low, high = share_interval(Decimal(text), pupils)
    assert 0 <= low <= text <= high <= 100


def test_more_pupils_make_the_interval_narrower() -> None:
    wide, narrow = (share_interval(Decimal(50), pupils) for pupils in (30, 300))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
