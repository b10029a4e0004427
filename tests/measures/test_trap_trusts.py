"""Annex B's trust through the engine: capped years, pupils by years, and the roads that miss."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from engine_side import computed
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school, trust

from keystage.measures.printing import printed_number
from keystage.measures.trusts import trust_measures
from keystage.statute.year import Year


def printed_at_1(value: float) -> int:
    units: int = pl.select(printed_number(pl.lit(value), 1)).item()
    return units


def figures(
    pupils: list[dict[str, Any]], schools: list[dict[str, Any]], group: str, year: Year = YEAR
) -> dict[str, Any]:
    table = computed(pupils, schools, year).table
    return trust_measures(table).filter(group=group).row(0, named=True)


def test_attainment_is_575_of_813_and_not_173_of_246() -> None:
    row = figures(*trust([25, 59, 50, 22, 90], [17, 31, 39, 7, 79], [5, 3, 4, 3, 3]), "all")
    assert row["rwm_expected"] == pytest.approx(57500 / 813, abs=1e-12)
    assert row["rwm_expected_unweighted"] == pytest.approx(17300 / 246, abs=1e-12)
    assert (printed_at_1(row["rwm_expected"]), printed_at_1(row["rwm_expected_unweighted"])) == (
        707, 703,
    )  # fmt: skip
    assert (row["schools_3"], row["schools_4"]) == (3, 2)


def test_disadvantaged_pupils_are_weighted_by_their_own_number() -> None:
    pupils, schools = trust([17, 21, 26, 19, 15], [8, 7, 13, 12, 6], [3, 3, 4, 3, 5], FSM6_P="1")
    row = figures(pupils, schools, "disadvantaged")
    assert row["rwm_expected"] == pytest.approx(15700 / 335, abs=1e-12)
    assert row["rwm_expected_unweighted"] == pytest.approx(4600 / 98, abs=1e-12)
    assert printed_at_1(row["rwm_expected"]) == printed_at_1(row["rwm_expected_unweighted"]) == 469


def annex_b() -> tuple[list[dict[str, Any]], list[dict[str, Any]], Year]:
    """Pupils 52, 34, 28, 48 and 60; scores 2.5, -2.5, about 3.3, -1.5 and -1.5 from 105.5."""
    published = YEAR.prior_attainment_groups
    assert published is not None
    groups = tuple(
        changed(group, reading=Decimal("105.5")) if group.group == 16 else group
        for group in published.groups
    )
    year = changed(YEAR, prior_attainment_groups=changed(published, groups=groups))
    pupils: list[dict[str, Any]] = []
    schools = []
    plans = [
        (52, [108] * 52, 3), (34, [103] * 34, 4), (28, [109] * 22 + [108] * 6, 4),
        (48, [104] * 48, 3), (60, [104] * 60, 5),
    ]  # fmt: skip
    for place, (number, scores, years) in enumerate(plans):
        urn = 900001 + place
        schools.append(school(urn, TRUST_UID="T1", DATE_JOINED_TRUST=date(2022 - years, 9, 1)))
        assert len(scores) == number
        pupils += [pupil(URN=urn, READSCORE=score) for score in scores]
    return pupils, schools, year


def test_progress_is_minus_0_2_and_neither_uncapped_nor_without_years() -> None:
    pupils, schools, year = annex_b()
    third = (22 * 3.5 + 6 * 2.5) / 28
    scores = [2.5, -2.5, third, -1.5, -1.5]
    numbers = [52, 34, 28, 48, 60]

    def weighted(years: list[int]) -> float:
        weights = [n * y for n, y in zip(numbers, years, strict=True)]
        return sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights)

    row = figures(pupils, schools, "all", year)
    assert row["reading_progress"] == pytest.approx(weighted([3, 4, 4, 3, 4]), abs=1e-12)
    assert row["reading_progress"] != pytest.approx(weighted([3, 4, 4, 3, 5]), abs=0.05)
    assert row["reading_progress_unweighted"] == pytest.approx(weighted([1] * 5), abs=1e-12)
    assert printed_at_1(row["reading_progress"]) == -2
    assert printed_at_1(weighted([3, 4, 4, 3, 5])) == -3
    assert printed_at_1(row["reading_progress_unweighted"]) == -1
    half = row["reading_progress_upper"] - row["reading_progress"]
    assert half == pytest.approx(1.96 * 6.2871 / 217.7**0.5, abs=1e-3)
