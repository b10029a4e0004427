"""The governors' pack: whatever the school, nobody can be counted in it who is one of few."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keystage.flows.results_day.pack import CLOSE, WITHHELD, Pack, PackRow, beside, pack_of
from keystage.flows.school_summary import PupilPlace, SchoolSummary, SummaryFigure, school_summary

URN, SMALLEST = 900003, 6


def row(reading: int, maths: int, writing: str) -> dict[str, object]:
    def outcome(score: int) -> str:
        return "AS" if score >= 100 else "NS"

    return {
        "URN": URN, "P_INCL": "201", "READOUTCOME": outcome(reading), "READSCORE": reading,
        "MATOUTCOME": outcome(maths), "MATSCORE": maths, "WRITTAOUTCOME": writing,
    }  # fmt: skip


def summary(rows: list[dict[str, object]]) -> SchoolSummary:
    return school_summary(rows, None, 2025, "final", urn=URN)


#: One true summary, whose figures the tests fill with other pupils.
BLANK = summary([row(103, 103, "EXS")] * 30)


def filled(figure: SummaryFigure, counted: frozenset[int], whole: int) -> SummaryFigure:
    places = [
        PupilPlace(
            line=line,
            upn=None,
            place="numerator" if line in counted else "denominator",
            reason="",
        )
        for line in range(whole)
    ]
    return replace(figure, denominator=whole, pupils=tuple(places), printed="1", published="1")


@st.composite
def packs(draw: st.DrawFn) -> tuple[Pack, dict[tuple[str, str], frozenset[int]]]:
    """A pack of a school of any size, with the pupils who count in each of its lines."""
    whole = draw(st.integers(0, 60))
    lines = st.frozensets(st.integers(0, max(0, whole - 1)), max_size=whole)
    figures: list[SummaryFigure] = []
    for figure in BLANK.figures:
        counted = frozenset() if whole == 0 else draw(lines)
        if figure.field.endswith("_HIGH"):
            counted &= frozenset(one.line for one in figures[-1].pupils if one.place == "numerator")
        figures.append(filled(figure, counted, whole))
    made = pack_of(replace(BLANK, figures=tuple(figures), eligible=whole))
    true = [
        frozenset(one.line for one in figure.pupils if one.place == "numerator")
        for figure in figures
    ]
    return made, {
        (line.subject, line.label): pupils for line, pupils in zip(made.rows, true, strict=True)
    }


def bounds(line: PackRow) -> tuple[int, int, int] | None:
    """The fewest and the most pupils a line allows for, and of how many; None if it tells none."""
    if line.low is None or line.high is None or line.whole is None:
        return None
    return line.low, line.high, line.whole


@given(found=packs())
def test_no_number_of_pupils_in_a_pack_is_under_the_threshold(
    found: tuple[Pack, dict[tuple[str, str], frozenset[int]]],
) -> None:
    made, true = found
    told = {(one.subject, one.label): limits for one in made.rows if (limits := bounds(one))}

    assert made.threshold == SMALLEST
    for line, (low, high, whole) in told.items():
        assert low <= len(true[line]) <= high <= whole
        if low == high:
            assert SMALLEST <= low <= whole - SMALLEST
        else:
            assert high - low == SMALLEST - 1
            assert whole >= 2 * SMALLEST
    exact = [line for line, (low, high, _) in told.items() if low == high]
    parts = [
        part
        for one in exact
        for other in exact
        if one[0] == other[0]
        for part in (
            len(true[one] - true[other]),
            len(true[one] & true[other]),
            told[one][2] - len(true[one] | true[other]),
        )
    ]
    assert [part for part in parts if 0 < part < SMALLEST] == []


@given(found=packs())
def test_what_is_said_is_the_bounds_and_nothing_more(
    found: tuple[Pack, dict[tuple[str, str], frozenset[int]]],
) -> None:
    for line in found[0].rows:
        limits = bounds(line)
        if limits is None:
            continue
        low, high, whole = limits
        assert line.said in {
            f"{low} of {whole}" if low == high else "",
            f"Fewer than {high + 1} of {whole}" if low == 0 else "",
            f"At least {low} of {whole}" if high == whole else "",
        }


def test_a_pack_counts_pupils_and_never_in_percentages() -> None:
    rows = [row(103, 103, "EXS")] * 12 + [row(98, 98, "WTS")] * 8 + [row(113, 113, "GDS")] * 10
    made = pack_of(summary(rows))
    said = {one.said for one in made.rows}

    assert {"22 of 30", "10 of 30"} <= said
    assert "%" not in str(made.content())


def test_all_but_a_few_are_told_as_at_least_and_a_few_as_fewer_than() -> None:
    said = {
        one.said
        for one in pack_of(summary([row(103, 103, "EXS")] * 27 + [row(98, 98, "WTS")] * 3)).rows
    }

    assert {"At least 25 of 30", "Fewer than 6 of 30"} <= said


def test_of_a_small_school_nothing_is_told() -> None:
    made = pack_of(summary([row(103, 103, "EXS")] * 5))

    assert all(bounds(one) is None for one in made.rows)
    assert WITHHELD in {one.said for one in made.rows}


def said_of(made: Pack, subject: str, words: str) -> str:
    return next(one.said for one in made.rows if one.subject == subject and words in one.label)


def test_a_few_who_met_one_standard_and_not_all_three_cannot_be_counted() -> None:
    rows = [row(103, 103, "EXS")] * 16 + [row(103, 98, "WTS")] * 4 + [row(98, 98, "WTS")] * 10

    made = pack_of(summary(rows))

    assert said_of(made, "Reading", "expected") == "20 of 30"
    assert said_of(made, "Maths", "expected") == "16 of 30"
    assert said_of(made, "Reading, writing and maths", "expected") == WITHHELD


def test_a_few_who_are_left_over_by_three_numbers_cannot_be_counted() -> None:
    counted = {"EXP": range(14), "WTS": range(14, 22), "AD": range(22, 28)}
    figures = [
        filled(one, frozenset(counted[one.field.removeprefix("PTWRITTA_")]), 31)
        for one in BLANK.figures
        if one.field in {f"PTWRITTA_{name}" for name in counted}
    ]

    made = pack_of(replace(BLANK, figures=tuple(figures), eligible=31))

    assert [one.said for one in made.rows] == ["14 of 31", "8 of 31", WITHHELD]


def test_of_how_many_is_left_out_where_it_would_tell_of_the_few_who_are_missing() -> None:
    figure = next(one for one in BLANK.figures if one.field == "PTREAD_EXP")
    other = next(one for one in BLANK.figures if one.field == "PTMAT_EXP")
    told = [filled(figure, frozenset(range(20)), 28), filled(other, frozenset(range(20)), 30)]
    few = [filled(figure, frozenset(range(2)), 28), filled(other, frozenset(range(20)), 30)]
    most = [filled(figure, frozenset(range(26)), 28), filled(other, frozenset(range(20)), 30)]

    found = [
        [one.said for one in pack_of(replace(BLANK, figures=tuple(figures), eligible=30)).rows]
        for figures in (told, few, most)
    ]

    assert found == [
        ["20 pupils", "20 of 30"],
        ["Fewer than 6 pupils", "20 of 30"],
        [WITHHELD, "20 of 30"],
    ]


@pytest.mark.parametrize(
    ("earlier", "now", "said"),
    [
        ("20 of 30", "20 of 30", "20 of 30"),
        ("20 of 30", "21 of 30", CLOSE),
        ("20 of 30", "20 of 29", CLOSE),
        ("20 pupils", "22 of 30", CLOSE),
        ("20 pupils", "20 of 30", "20 of 30"),
        ("20 of 40", "26 of 46", "26 of 46"),
        ("At least 25 of 30", "22 of 30", "22 of 30"),
        ("25 of 31", "At least 25 of 30", CLOSE),
        ("6 of 31", "Fewer than 6 of 30", CLOSE),
        ("At least 26 of 31", "At least 25 of 30", "At least 25 of 30"),
        ("At least 31 of 36", "At least 25 of 30", "At least 25 of 30"),
        (WITHHELD, "22 of 30", "22 of 30"),
        ("104", "105", CLOSE),
        ("104", "104", "104"),
        (WITHHELD, "105", "105"),
    ],
)
def test_a_number_close_to_that_of_an_earlier_pack_is_not_told(
    earlier: str, now: str, said: str
) -> None:
    line = PackRow(subject="Reading", label="Met", said=now)
    made = Pack(rows=(line,), threshold=SMALLEST, notes=(), pupils=30)

    found = beside(made, [[["Reading", "Met", earlier]], [["Maths", "Met", "21 of 30"]]])

    assert [one.said for one in found.rows] == [said]


@pytest.mark.parametrize("whole", [12, 18, 30])
def test_a_bound_beside_a_number_of_the_same_pupils_never_says_that_a_few_changed(
    whole: int,
) -> None:
    """24 of 30, then at least 25 of 30: one came to it, or up to six, and nobody knows which."""
    figure = next(one for one in BLANK.figures if one.field == "PTREAD_EXP")

    def told(number: int) -> Pack:
        of = filled(figure, frozenset(range(number)), whole)
        return pack_of(replace(BLANK, figures=(of,), eligible=whole))

    changes: dict[tuple[str, str], set[int]] = {}
    every = [told(number) for number in range(whole + 1)]
    for then, before in enumerate(every):
        (was,) = before.rows
        for now, pack in enumerate(every):
            (row,) = beside(pack, [[[was.subject, was.label, was.said]]]).rows
            if row.said != CLOSE:
                changes.setdefault((was.said, row.said), set()).add(now - then)

    beside_bounds = [
        found
        for (was, said), found in changes.items()
        if ("than" in was or "least" in was) != ("than" in said or "least" in said)
    ]
    assert beside_bounds
    for found in (*changes.values(), *beside_bounds):
        assert 0 in found or max(map(abs, found)) >= SMALLEST
