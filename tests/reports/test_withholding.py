import polars as pl
import pytest

from keystage.reports.withholding import (
    average_withheld,
    group_progress_withheld,
    group_withheld,
    progress_withheld,
    school_withheld,
)
from keystage.statute.loader import load_year
from keystage.statute.publication import Suppression

SHOWN_2018 = load_year(2018, "final").suppression
WITHHELD_2019 = load_year(2019, "final").suppression


def one(expression: pl.Expr) -> str | None:
    found: str | None = pl.select(expression).item()
    return found


@pytest.mark.parametrize(
    ("pupils", "code"), [(None, ""), (0, ""), (1, "SUPP"), (5, "SUPP"), (6, None)]
)
def test_a_school_of_five_pupils_is_withheld_and_one_of_six_is_shown(
    pupils: int | None, code: str | None
) -> None:
    assert one(school_withheld(pl.lit(pupils, dtype=pl.Int64), SHOWN_2018)) == code


@pytest.mark.parametrize(("pupils", "code"), [(0, ""), (1, "SUPP"), (5, "SUPP"), (6, None)])
def test_an_empty_group_is_blank_and_a_small_one_suppressed(pupils: int, code: str | None) -> None:
    assert one(group_withheld(pl.lit(pupils), SHOWN_2018)) == code


@pytest.mark.parametrize(
    ("rules", "headline", "code"),
    [
        (SHOWN_2018, True, None),
        (SHOWN_2018, False, "SUPP"),
        (WITHHELD_2019, True, "SUPP"),
        (WITHHELD_2019, False, "SUPP"),
    ],
)
def test_with_an_empty_partner_only_the_headline_was_shown_until_2018(
    *, rules: Suppression, headline: bool, code: str | None
) -> None:
    withheld = group_withheld(pl.lit(20), rules, partner=pl.lit(0), headline=headline)
    assert one(withheld) == code


def test_a_pair_is_withheld_together_when_the_partner_is_small() -> None:
    assert one(group_withheld(pl.lit(20), SHOWN_2018, partner=pl.lit(3))) == "SUPP"
    assert one(group_withheld(pl.lit(20), SHOWN_2018, partner=pl.lit(6))) is None


@pytest.mark.parametrize(("scored", "code"), [(0, ""), (1, None), (6, None)])
def test_an_average_is_blank_where_nobody_has_a_score(scored: int, code: str | None) -> None:
    assert one(average_withheld(pl.lit(8), pl.lit(scored), SHOWN_2018)) == code
    assert one(average_withheld(pl.lit(5), pl.lit(scored), SHOWN_2018)) == "SUPP"


@pytest.mark.parametrize(
    ("eligible", "scored", "code"),
    [
        (0, 0, ""),
        (7, 0, "NA"),
        (7, 5, "SUPP"),
        (12, 6, None),
        (15, 7, "LOWCOV"),
        (30, 14, "LOWCOV"),
        (30, 15, None),
    ],
)
def test_progress_needs_six_pupils_and_half_of_the_cohort(
    eligible: int, scored: int, code: str | None
) -> None:
    assert one(progress_withheld(pl.lit(eligible), pl.lit(scored), SHOWN_2018)) == code


@pytest.mark.parametrize(
    ("pupils", "scored", "code"), [(0, 0, "NA"), (8, 0, "NA"), (8, 5, "SUPP"), (8, 6, None)]
)
def test_progress_of_an_empty_group_is_not_applicable(
    pupils: int, scored: int, code: str | None
) -> None:
    assert one(group_progress_withheld(pl.lit(pupils), pl.lit(scored), SHOWN_2018)) == code


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ((0, 0, 20, 20), ""),
        ((20, 20, 0, 0), "SUPP"),
        ((20, 20, 4, 4), "SUPP"),
        ((20, 20, 6, 5), "SUPP"),
        ((20, 20, 6, 6), None),
        ((9, 0, 9, 0), "NA"),
    ],
)
def test_progress_of_a_pair_is_withheld_together(
    counts: tuple[int, int, int, int], code: str | None
) -> None:
    pupils, scored, partner, partner_scored = (pl.lit(count) for count in counts)
    withheld = group_progress_withheld(
        pupils, scored, SHOWN_2018, partner=partner, partner_in_measure=partner_scored
    )
    assert one(withheld) == code
