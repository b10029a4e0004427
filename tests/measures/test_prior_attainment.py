"""Key stage 1 points, averages, the 19 groups and the three bands, at every edge."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from agreement import year_of
from engine_side import worked
from msgspec.structs import replace as changed
from oracle_examples import KS1_OF_GROUP, YEAR, pupil

from keystage.core.errors import StatuteError
from keystage.measures.key_stage_1 import places
from keystage.measures.units import in_quarters
from keystage.statute.loader import load_year
from keystage.statute.progress import PointRange

NO_RESULTS = {"KS1READ": None, "KS1WRIT": None, "KS1MAT": None}
BLW = KS1_OF_GROUP[7]
#: The edges of the 2022 guide and the group of 1/16 below, of the edge, and of 1/16 above.
EDGES = [
    ("1.75", 1, 2, 2), ("2", 2, 3, 3), ("2.25", 3, 4, 4), ("2.5", 4, 5, 5), ("2.75", 5, 6, 6),
    ("3", 6, 7, 7), ("3.5", 7, 8, 8), ("4", 8, 8, 9), ("5", 9, 10, 11), ("6", 11, 12, 13),
    ("7", 13, 14, 15), ("8", 15, 16, 17), ("9.5", 17, 18, 18), ("10", 18, 19, None),
]  # fmt: skip


def with_average(sixteenths: int) -> dict[str, Any]:
    return pupil(**NO_RESULTS, KS1AVERAGEPS=sixteenths / 16)


def test_every_edge_of_the_19_groups() -> None:
    sixteenths = [int(Decimal(edge) * 16) + step for edge, *_ in EDGES for step in (-1, 0, 1)]
    rows = worked([with_average(average) for average in sixteenths], YEAR)
    found = [row["prior_attainment_group"] for row in rows]
    assert [row["ks1_average"] for row in rows] == sixteenths
    assert found == [group for _, *groups in EDGES for group in groups]


def test_a_group_is_the_same_whichever_way_its_average_comes_about() -> None:
    given = worked([with_average(136)], YEAR)[0]
    made = worked([pupil(KS1WRIT="WTS", KS1MAT="GDS")], YEAR)[0]
    assert given["ks1_average"] == made["ks1_average"] == 136
    assert given["prior_attainment_group"] == made["prior_attainment_group"] == 17
    assert (given["ks1_from_average"], made["ks1_from_average"]) == (True, False)


@pytest.mark.parametrize(("average", "band"), [("7", "LMM"), ("8", "MMH")])
def test_the_edges_of_low_middle_and_high_in_2022(average: str, band: str) -> None:
    middle = int(Decimal(average) * 16)
    rows = worked([with_average(middle + step) for step in (-1, 0, 1)], YEAR)
    assert "".join(row["PRIOR"] for row in rows) == band


def test_the_ends_of_the_scale() -> None:
    rows = worked([with_average(4), with_average(160), with_average(161), pupil(KS1MAT=None)], YEAR)
    assert [row["prior_attainment_group"] for row in rows] == [1, 19, None, None]
    assert [row["PRIOR"] for row in rows] == ["L", "H", "NA", "NA"]
    assert [row["reading_progress"] is None for row in rows] == [False, False, True, True]


@pytest.mark.parametrize(
    ("results", "quarters"),
    [
        ({}, (32, 32, 32)),
        ({"KS1READ": "GDS", "KS1WRIT": "WTS", "KS1MAT": "PKF"}, (40, 24, 16)),
        (BLW, (12, 12, 12)),
        (BLW | {"KS1READPSCALE": "P8", "KS1WRITPSCALE": "P4", "KS1MATPSCALE": "P1i"}, (11, 7, 1)),
        # A low P scale in the subject's own column does not count; the one for English does.
        (BLW | {"KS1READPSCALE": "P3ii"}, (12, 12, 12)),
        (BLW | {"KS1ENGPSCALE": "P3ii"}, (6, 6, 12)),
        (BLW | {"KS1READPSCALE": "P3i", "KS1ENGPSCALE": "P1i"}, (1, 1, 12)),
        (BLW | {"KS1READPSCALE": "P5", "KS1ENGPSCALE": "P1i"}, (8, 1, 12)),
        # A high one for English does not.
        (BLW | {"KS1ENGPSCALE": "P6"}, (12, 12, 12)),
        # A P scale beside a result that is not BLW is not used.
        ({"KS1READPSCALE": "P5", "KS1ENGPSCALE": "P1i", "KS1MATPSCALE": "P4"}, (32, 32, 32)),
        ({"KS1READ": "M", "KS1WRIT": "D", "KS1MAT": "A"}, (None, None, None)),
        ({"KS1READ": None}, (None, 32, 32)),
    ],
)
def test_points_of_key_stage_1(
    results: dict[str, Any], quarters: tuple[int | None, int | None, int | None]
) -> None:
    row = worked([pupil(**results)], YEAR)[0]
    assert (row["ks1_reading"], row["ks1_writing"], row["ks1_maths"]) == quarters
    if None in quarters:
        assert row["ks1_average"] is None
    else:
        points = [Fraction(part or 0, 4) for part in quarters]
        average = ((points[0] + points[1]) / 2 + points[2]) / 2
        assert Fraction(row["ks1_average"], 16) == average


def test_an_average_counts_only_where_all_three_results_are_blank() -> None:
    rows = worked(
        [
            pupil(**NO_RESULTS, KS1AVERAGEPS=8.5),
            pupil(KS1AVERAGEPS=4.0),
            pupil(KS1READ=None, KS1AVERAGEPS=8.5),
            pupil(KS1READ="M", KS1WRIT=None, KS1MAT=None, KS1AVERAGEPS=8.5),
            pupil(**NO_RESULTS),
        ],
        YEAR,
    )
    assert [row["ks1_average"] for row in rows] == [136, 128, None, None, None]
    assert [row["ks1_from_average"] for row in rows] == [True, False, False, False, False]


def test_without_points_for_the_code_itself_a_p_scale_still_counts() -> None:
    """2026 lists BLW and P scales but no points for BLW alone."""
    shipped = load_year(2026, "provisional")
    assert shipped.key_stage_1 is not None
    assert shipped.key_stage_1.below_without_p_scale is None
    assert YEAR.prior_attainment_groups is not None
    assert YEAR.minimum_progress is not None
    groups = changed(YEAR.prior_attainment_groups)
    rules = changed(YEAR.minimum_progress)
    year = changed(
        shipped, prior_attainment_groups=groups, minimum_progress=rules, pupil_sd=YEAR.pupil_sd
    )
    with_scale, without = worked([pupil(**BLW, KS1READPSCALE="P4"), pupil(**BLW)], year)
    assert with_scale["ks1_reading"] == 7
    assert (with_scale["ks1_writing"], with_scale["ks1_average"]) == (None, None)
    assert without["ks1_reading"] is None


def test_points_between_quarters_are_refused() -> None:
    assert in_quarters(Decimal("2.75"), "P8") == 11
    with pytest.raises(StatuteError, match=r"points of PK9 are 2\.6, which is no multiple"):
        in_quarters(Decimal("2.6"), "PK9")


def test_places_say_which_range_holds_each_sixteenth() -> None:
    ranges = [
        PointRange(low=Decimal(0), high=Decimal("0.125"), includes="low"),
        PointRange(low=Decimal("0.25"), high=Decimal("0.25"), includes="both"),
    ]
    assert places(ranges) == [0, 0, None, None, 1]


def test_the_levels_of_2017_make_thirds_of_a_level() -> None:
    """Points 15, 17 and 21: an average of 18.5, at least 18, so high."""
    row, edge, low = worked(
        [
            pupil(KS1READ="2B", KS1WRIT="2A", KS1MAT="3"),
            pupil(**NO_RESULTS, KS1AVERAGEPS=18.0),
            pupil(**NO_RESULTS, KS1AVERAGEPS=11.9375),
        ],
        year_of("2017"),
    )
    assert Fraction(row["ks1_average"], 16) == Fraction("18.5")
    assert [one["PRIOR"] for one in (row, edge, low)] == ["H", "H", "L"]
