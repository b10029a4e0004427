"""Bands are decided on printed values, by cut-offs that may lie between two printed scores."""

from decimal import Decimal

import polars as pl
import pytest
from engine_side import computed, one_school, printed
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil

from keystage.measures.bands import cuts_in_units, five_bands, in_units, percentile_bands
from keystage.measures.catalogue import COMBINED
from keystage.measures.figures import standard_deviation
from keystage.statute.loader import load_year
from keystage.statute.progress import Banding, Cuts
from keystage.statute.table import Constant

CUTS = Cuts(high=Constant(value=Decimal("3.1")), low=Constant(value=Decimal("-2.9")))


@pytest.mark.parametrize(
    ("score", "lower", "upper", "band"),
    [
        (31, 1, 61, 1),
        (30, 1, 59, 2),
        (45, 0, 90, 3),
        (45, -1, 91, 3),
        (-29, -57, -1, 5),
        (-28, -55, -1, 4),
        (-45, -90, 0, 3),
        (0, -10, 10, 3),
        (None, -10, 10, None),
        (31, None, 61, None),
        (31, 1, None, None),
    ],
)
def test_a_limit_printed_as_0_is_not_significant(
    score: int | None, lower: int | None, upper: int | None, band: int | None
) -> None:
    frame = pl.DataFrame(
        {"score": [score], "lower": [lower], "upper": [upper]},
        schema=dict.fromkeys(("score", "lower", "upper"), pl.Int64),
    )
    found = frame.select(
        five_bands(pl.col("score"), pl.col("lower"), pl.col("upper"), 31, -29)
    ).item()
    assert found == band


def test_percentile_bands_go_by_the_printed_score_alone() -> None:
    scores = pl.DataFrame({"score": [21, 20, 19, 5, 4, -5, -6, None]})
    found = scores.select(percentile_bands(pl.col("score"), [20, 5, 0, -5])).to_series()
    assert found.to_list() == [1, 1, 2, 2, 3, 4, 5, None]
    assert scores.select(percentile_bands(pl.col("score"), [])).to_series().to_list() == [
        *[1] * 7, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cut", "units"),
    [("3.4", 34), ("3.45", 35), ("-2.9", -29), ("-3.05", -30), ("0", 0), ("3.41", 35)],
)
def test_a_cut_off_between_two_scores_is_the_next_score_up(cut: str, units: int) -> None:
    assert in_units(Decimal(cut), 1) == units


def test_a_low_cut_off_between_two_scores_is_the_next_score_down() -> None:
    """2017: the reading cut-offs are 3.4 or 3.5 and -3.0 or -3.1; the middles lie between."""
    banding = load_year(2017, "final").banding
    assert banding is not None
    assert banding.reading is not None
    assert (banding.reading.high.best, banding.reading.low.best) == (
        Decimal("3.45"),
        Decimal("-3.05"),
    )
    assert cuts_in_units(banding.reading, 1) == (35, -31)
    assert cuts_in_units(CUTS, 1) == (31, -29)


def banded(**more: object) -> Banding:
    plain = {
        "source": "guide_2022", "confidence": "C", "scheme": "five_bands", "labels": tuple("ABCDE"),
    }  # fmt: skip
    return Banding(**(plain | more))  # type: ignore[arg-type]  # a test's own words


def descriptions(banding: Banding | None, score: int, pupils: int) -> list[int | None]:
    """Bands of a school whose pupils all have one score in reading and maths."""
    year = changed(YEAR, banding=banding)
    row = one_school([pupil(READSCORE=score, MATSCORE=score)] * pupils, year)
    return [row["READPROG_DESCR"], row["MATPROG_DESCR"], row["WRITPROG_DESCR"]]


def test_the_band_of_a_school_by_five_bands() -> None:
    """Reading progress is score - 105.46, with 16 pupils plus or minus 3.1."""
    banding = banded(reading=CUTS, writing=CUTS)
    assert descriptions(banding, 110, 16) == [1, None, 3]
    assert descriptions(banding, 108, 16) == [3, None, 3]
    assert descriptions(banding, 108, 40) == [2, None, 3]
    assert descriptions(banding, 103, 40) == [4, None, 3]
    assert descriptions(banding, 102, 16) == [5, None, 3]


def test_the_band_of_a_school_by_percentiles() -> None:
    edges = (Decimal("4.5"), Decimal("0.2"), Decimal("-0.5"), Decimal(-3))
    banding = banded(scheme="percentile_bands", edges={"reading": edges})
    assert descriptions(banding, 110, 2) == [1, 1, 1]
    assert [descriptions(banding, score, 2)[0] for score in (110, 109, 105, 104, 102)] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip


def test_without_a_scheme_or_cut_offs_there_is_no_band() -> None:
    assert descriptions(None, 110, 16) == [None, None, None]
    assert YEAR.banding is not None
    assert YEAR.banding.reading is None
    assert descriptions(YEAR.banding, 110, 16) == [None, None, None]


def test_nobody_in_progress_has_no_band() -> None:
    table = computed([pupil(KS1READ=None)], [{"URN": 900001}], YEAR).table
    row = printed(table, {})["SCHOOL", 900001]
    fields = ("READPROG", "READPROG_LOWER", "READPROG_UPPER", "READPROG_DESCR")
    assert [row[field] for field in fields] == [None] * 4


def test_a_measure_of_no_one_subject_has_no_deviation() -> None:
    with pytest.raises(TypeError, match="rwm_expected is of no one subject"):
        standard_deviation(COMBINED[0], YEAR)
