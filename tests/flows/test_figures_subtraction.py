"""Whoever subtracts one release from another, or schools from their authority, learns nothing."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace
from snapshots_of_tests import (
    YEAR,
    contents_of_a_part,
    later,
    one_of,
    part_of_england,
    removed,
)

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.protecting import given_away, protected_against
from keystage.measures.catalogue import COMPOSITION

SMALLEST = YEAR.suppression.smallest_group
COUNTS = {"all": "TELIG"} | {item.group: item.count_field for item in COMPOSITION}
SEX = {"boys", "girls"}


def suppressed(contents: Iterable[Content], kind: str) -> dict[str, Content]:
    return {one.code: one for one in contents if (one.kind, one.level) == (kind, "suppressed")}


def count(content: Content, figure: Figure) -> int | None:
    found = content.figure(COUNTS[figure.group])
    return int(found.text) if found and found.text else None


def met(percent: str, pupils: int) -> set[int]:
    """Every number of pupils whose share is printed so, one by one."""
    printed = int(percent.removesuffix("%"))
    return {
        number
        for number in range(pupils + 1)
        if int(Fraction(100 * number, pupils) + Fraction(1, 2)) == printed
    }


def learnt(old: Content, new: Content) -> list[str]:
    """The percentages from which the few who left are told apart, by trying every number."""
    names = []
    for figure in new.figures:
        before = old.figure(figure.name)
        if before is None or figure.family != "attainment" or not figure.text or not before.text:
            continue
        many, rest = count(old, before), count(new, figure)
        if many is None or rest is None or not 0 < many - rest < SMALLEST:
            continue
        possible = {
            one - other
            for one in met(before.text, many)
            for other in met(figure.text, rest)
            if 0 <= one - other <= many - rest
        }
        if len(possible) <= many - rest:
            names.append(figure.name)
    return names


def test_without_protection_one_release_less_the_other_tells_of_single_pupils() -> None:
    before = suppressed(contents_of_a_part()[1], "school")
    after = suppressed(later(protected=False)[1], "school")
    told = {code: learnt(before[code], after[code]) for code in after}
    assert sum(map(len, told.values())) > 100


def test_with_protection_no_release_less_another_tells_of_a_few() -> None:
    for kind in ("school", "la", "region", "national"):
        before = suppressed(contents_of_a_part()[1], kind)
        after = suppressed(later(protected=True)[1], kind)
        assert after
        for code, content in after.items():
            assert learnt(before[code], content) == [], (kind, code)


def test_a_school_whose_pupils_stayed_keeps_every_figure() -> None:
    gone = part_of_england().pupils.filter(pl.col("line").is_in(removed()))["URN"].unique()
    before = suppressed(contents_of_a_part()[1], "school")
    stayed = [
        content
        for code, content in suppressed(later(protected=True)[1], "school").items()
        if int(code) not in gone
    ]
    assert len(stayed) > 20
    for content in stayed:
        old = before[content.code]
        assert [one.state for one in content.figures] == [one.state for one in old.figures]


def test_withheld_figures_say_why_and_leave_nothing_behind() -> None:
    plain = suppressed(later(protected=False)[1], "school")
    told = 0
    for code, content in suppressed(later(protected=True)[1], "school").items():
        for figure, shown in zip(content.figures, plain[code].figures, strict=True):
            if (figure.state, shown.state) == ("suppressed", "shown"):
                told += 1
                assert "or an earlier release" in figure.said
                assert (figure.text, figure.lower, figure.band, figure.pupils) == (
                    "", None, None, None,
                )  # fmt: skip
    assert told > 100


def test_complete_contents_keep_every_figure() -> None:
    def texts(contents: Iterable[Content]) -> list[list[str]]:
        return [
            [figure.text for figure in one.figures] for one in contents if one.level == "complete"
        ]

    assert texts(later(protected=True)[1]) == texts(later(protected=False)[1])


def test_an_authority_less_its_other_schools_is_no_schools_figure() -> None:
    contents = later(protected=True)[1]
    schools = {one["URN"]: one for one in part_of_england().schools.to_dicts()}
    types = YEAR.school_types.types
    members = [
        content
        for code, content in suppressed(contents, "school").items()
        if types[str(schools[int(code)]["NFTYPE"])].state_funded
        and not types[str(schools[int(code)]["NFTYPE"])].alternative_provision
    ]
    for area in (*suppressed(contents, "la").values(), *suppressed(contents, "region").values()):
        shown = 0
        for figure in area.figures:
            own = [one.figure(figure.name) for one in members]
            hidden = [one for one in own if one and one.state in {"suppressed", "low_coverage"}]
            if figure.state == "shown":
                shown += 1
                assert len(hidden) != 1, figure.name
        assert shown > 50


def test_a_trust_does_not_tell_of_its_one_withheld_school() -> None:
    plain = suppressed(later(protected=False)[1], "trust")
    hidden = [
        figure.name
        for code, content in suppressed(later(protected=True)[1], "trust").items()
        for figure, shown in zip(content.figures, plain[code].figures, strict=True)
        if (figure.state, shown.state) == ("suppressed", "shown")
    ]
    assert hidden


def test_one_of_boys_and_girls_is_never_withheld_alone() -> None:
    plain = suppressed(later(protected=False)[1], "school")
    pairs = 0
    for code, content in suppressed(later(protected=True)[1], "school").items():
        for name in ("PTRWM_EXP", "READPROG", "MAT_AVERAGE"):
            sexes = [content.figure(f"{name}_{sex}") for sex in "BG"]
            shown = [plain[code].figure(f"{name}_{sex}") for sex in "BG"]
            if any(one is None or one.state != "shown" for one in shown):
                continue
            states = {one.state for one in sexes if one}
            assert len(states) == 1, (code, name)
            pairs += states == {"suppressed"}
    assert pairs > 5


def figure(name: str, text: str, group: str = "all", **more: str) -> Figure:
    plain: dict[str, Any] = {
        "label": "Share reaching",
        "family": "attainment",
        "unit": "percent",
    } | more
    return Figure(name=name, group=group, text=text, **plain)


def content(pupils: str, *figures: Figure) -> Content:
    every = (figure("TELIG", pupils, family="composition", unit="pupils"), *figures)
    return Content(
        kind="school", code="900001", name="A", level="suppressed", year=2022, stage="final",
        release="", made_at="", pupils=pupils, figures=every,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        (("30", "50%"), ("29", "48%"), True),
        (("30", "50%"), ("30", "53%"), False),
        (("30", "50%"), ("24", "50%"), False),
        (("30", "50%"), ("25", "48%"), True),
        (("3000", "50%"), ("2999", "50%"), False),
        (("30", "51%"), ("29", "48%"), True),
        (("29", "48%"), ("30", "50%"), True),
        (("30", "SUPP"), ("29", "48%"), False),
        (("SUPP", "50%"), ("29", "48%"), False),
    ],
)
def test_a_percentage_is_withheld_where_few_left_and_rounding_tells_of_them(
    old: tuple[str, str], new: tuple[str, str], *, gone: bool
) -> None:
    before = content(old[0], figure("PTRWM_EXP", old[1]))
    after = content(new[0], figure("PTRWM_EXP", new[1]))
    assert given_away(after, [before], YEAR) == ({"PTRWM_EXP"} if gone else set())


def test_a_mean_is_withheld_where_rounding_leaves_less_open_than_the_scale() -> None:
    def mean(pupils: str, name: str, text: str) -> Content:
        return content(pupils, figure(name, text, family="average", unit="score"))

    assert given_away(mean("29", "READPROG", "0.4"), [mean("30", "READPROG", "0.5")], YEAR)
    assert not given_away(mean("29", "READ_AVERAGE", "104"), [mean("30", "X", "104")], YEAR)
    one, other = mean("29", "READ_AVERAGE", "104"), mean("30", "READ_AVERAGE", "105")
    assert not given_away(one, [other], YEAR), "59 pupils to the nearest point leave 59 points"
    some = mean("25", "READ_AVERAGE", "104")
    assert given_away(some, [other], YEAR), "of five pupils they leave eleven points each"


def test_what_a_withheld_figure_could_be_worked_out_from_goes_with_it() -> None:
    def groups(pupils: str, girls: str, share: str) -> Content:
        return content(
            pupils,
            figure("BELIG", "15", "boys", family="composition", unit="pupils"),
            figure("GELIG", girls, "girls", family="composition", unit="pupils"),
            figure("PTRWM_EXP_B", "40%", "boys"),
            figure("PTRWM_EXP_G", share, "girls"),
            figure("PTREAD_EXP_B", "40%", "boys", label="Share in reading"),
        )

    now, then = groups("29", "14", "57%"), groups("30", "15", "60%")
    gone = {"PTRWM_EXP_B", "PTRWM_EXP_G", "BELIG", "GELIG"}
    assert given_away(now, [then], YEAR) == gone, "and the numbers say that a girl left"

    def gap(share: str, disadvantaged: str) -> Content:
        words = "Share reaching: disadvantaged pupils here less other pupils nationally"
        return content(
            "40",
            figure("TFSM6CLA1A", disadvantaged, "disadvantaged", family="composition"),
            figure("PTRWM_EXP_FSM6CLA1A", share, "disadvantaged"),
            figure("DIFFN_RWM_EXP", "-10", "disadvantaged", label=words, family="gap"),
        )

    told = given_away(gap("57%", "14"), [gap("60%", "15")], YEAR)
    assert told == {"PTRWM_EXP_FSM6CLA1A", "DIFFN_RWM_EXP", "TFSM6CLA1A"}


def test_only_earlier_releases_of_the_same_unit_and_year_are_looked_at() -> None:
    before = content("30", figure("PTRWM_EXP", "50%"))
    after = content("29", figure("PTRWM_EXP", "48%"))
    assert protected_against(after, [], YEAR) is after
    for other in (replace(before, year=2021), replace(before, code="900002")):
        assert protected_against(after, [other], YEAR) is after
    shown = protected_against(after, [before], YEAR)
    assert one_of((shown,), "school", "900001", "suppressed").figures[0] == after.figures[0]
    assert shown.figures[1].state == "suppressed"
    assert shown.figures[1].text == ""
