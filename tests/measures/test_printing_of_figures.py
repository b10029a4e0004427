"""Rounding is done in whole numbers: held against exact fractions."""

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_exact import rounded

from keystage.measures.interval import Printing, half_width, printed_limits
from keystage.measures.printing import plain_text, printed_number, printed_ratio, printed_text
from keystage.measures.units import BILLION

DECIMALS = st.integers(0, 2)
PROPERTY = settings(max_examples=60, deadline=None, derandomize=True)


def ratio(top: int, bottom: int, decimals: int) -> int | None:
    frame = pl.DataFrame({"top": [top], "bottom": [bottom]})
    found: int | None = frame.select(
        printed_ratio(pl.col("top"), pl.col("bottom"), decimals)
    ).item()
    return found


def number(value: float | None, decimals: int) -> int | None:
    column = pl.DataFrame({"value": [value]}, schema={"value": pl.Float64})
    found: int | None = column.select(printed_number(pl.col("value"), decimals)).item()
    return found


@PROPERTY
@given(st.integers(-700_000, 700_000), st.integers(1, 700_000), DECIMALS)
def test_a_ratio_rounds_as_exact_fractions_do(top: int, bottom: int, decimals: int) -> None:
    assert ratio(top, bottom, decimals) == rounded(Fraction(top, bottom), decimals)


@PROPERTY
@given(st.integers(-30 * 700_000 * BILLION, 30 * 700_000 * BILLION), st.integers(1, 700_000))
def test_the_sum_of_a_nations_progress_rounds_exactly(top: int, pupils: int) -> None:
    """The largest sums there are: 700,000 pupils with 30 points each, in billionths."""
    assert ratio(top, pupils * BILLION, 2) == rounded(Fraction(top, pupils * BILLION), 2)


@PROPERTY
@given(st.integers(-500, 500), st.integers(1, 1000), DECIMALS)
def test_an_exact_half_leaves_zero(whole: int, bottom: int, decimals: int) -> None:
    """(2k + 1) / 2 units over any denominator is a half, however it is written."""
    top = (2 * whole + 1) * bottom
    expected = whole + 1 if top > 0 else whole
    assert ratio(top, 2 * bottom * 10**decimals, decimals) == expected


@pytest.mark.parametrize("bottom", [0, -1])
def test_nobody_in_gives_no_figure(bottom: int) -> None:
    assert ratio(1, bottom, 0) is None


def test_minus_zero_is_never_printed() -> None:
    tiny = pl.DataFrame({"top": [-1, 0, -49, -51], "bottom": [1000, 7, 1000, 1000]})
    units = tiny.select(printed_ratio(pl.col("top"), pl.col("bottom"), 1))["top"]
    assert units.to_list() == [0, 0, 0, -1]
    text = pl.DataFrame({"units": units}).select(printed_text(pl.col("units"), 1)).to_series()
    assert text.to_list() == ["0.0", "0.0", "0.0", "-0.1"]
    assert number(-0.0, 1) == 0
    assert number(-0.04, 1) == 0


def test_a_calculated_number_sees_halves_that_binary_fractions_hide() -> None:
    assert 1.005 * 100 < 100.5
    assert [number(value, 2) for value in (1.005, -1.005, 2.675, 1.0049999)] == [
        101, -101, 268, 100,
    ]  # fmt: skip
    assert [number(value, 0) for value in (0.5, 1.5, 2.5, -2.5, 2.4999999)] == [1, 2, 3, -3, 2]


@pytest.mark.parametrize("value", [None, float("nan")])
def test_no_number_prints_nothing(value: float | None) -> None:
    assert number(value, 1) is None


@PROPERTY
@given(st.integers(-(10**9), 10**9), st.integers(0, 9))
def test_printed_text_reads_back_as_the_number_it_prints(units: int, decimals: int) -> None:
    frame = pl.DataFrame({"units": [units]})
    text = frame.select(printed_text(pl.col("units"), decimals, "%")).item()
    assert text.endswith("%")
    assert Fraction(text[:-1]) == Fraction(units, 10**decimals)
    assert ("." in text) == (decimals > 0)
    assert not text.startswith("-0") or units != 0
    if decimals:
        assert len(text[:-1].split(".")[1]) == decimals


@PROPERTY
@given(st.integers(-(10**12), 10**12))
def test_plain_text_reads_back_and_ends_in_no_zero(units: int) -> None:
    text = pl.DataFrame({"units": [units]}).select(plain_text(pl.col("units"), 9)).item()
    assert Fraction(text) == Fraction(units, BILLION)
    assert "." not in text or text[-1] not in "0."


@pytest.mark.parametrize(
    ("printing", "score", "half", "expected"),
    [
        # Each limit by itself is -19.2 and -9.3; by parts they are -14.3 minus and plus 5.0.
        ("each_limit", -14.25, 4.95, (-192, -93)),
        ("score_and_half_width", -14.25, 4.95, (-193, -93)),
        ("each_limit", 0.04, 0.04, (0, 1)),
        ("score_and_half_width", 0.04, 0.04, (0, 0)),
        ("each_limit", 1.24, 0.06, (12, 13)),
        ("score_and_half_width", 1.24, 0.06, (11, 13)),
    ],
)
def test_limits_are_printed_in_one_of_two_ways(
    printing: Printing, score: float, half: float, expected: tuple[int, int]
) -> None:
    frame = pl.DataFrame({"score": [score], "half": [half]})
    lower, upper = printed_limits(pl.col("score"), pl.col("half"), printing, 1)
    assert frame.select(lower.alias("lower"), upper.alias("upper")).row(0) == expected


def test_the_half_width_is_the_guides_and_needs_a_pupil() -> None:
    frame = pl.DataFrame({"pupils": [0, 9, 60, 1]})
    made = frame.select(half_width(pl.col("pupils"), pl.lit(6.2871), Decimal("1.96"))).to_series()
    assert made.to_list() == pytest.approx([None, 4.107572, 1.590856, 12.322716], abs=1e-6)


def test_published_intervals_of_2019_follow_from_score_pupils_and_deviation() -> None:
    """URN 125457 in 2019: six pupils, reading -14.2 (-19.1 to -9.2), lopsided."""
    frame = pl.DataFrame({"score": [-14.17], "pupils": [6]})
    half = half_width(pl.col("pupils"), pl.lit(6.17358373), Decimal("1.96"))
    lower, upper = printed_limits(pl.col("score"), half, "each_limit", 1)
    assert frame.select(lower.alias("lower"), upper.alias("upper")).row(0) == (-191, -92)
