"""Three-year figures: printed beside this year's, and withheld where they would give it away."""

from functools import cache
from typing import Any

from engine_side import computed
from oracle_examples import YEAR, pupil, school

from keystage.measures.pooled import pooled
from keystage.reports.disclosure import publish

BELOW: dict[str, Any] = {"READOUTCOME": "B", "READSCORE": None}


def many(number: int, **known: object) -> list[dict[str, Any]]:
    return [pupil(**known)] * number


@cache
def pooled_rows() -> dict[str, dict[str, str]]:
    """Schools, with this year's pupils and an earlier cohort's."""
    plans = {
        "seven": (many(7), 13),
        "small before": (many(20), 4),
        "five": (many(5), 30),
        "few scores": ([*many(7, **BELOW), pupil()], 0),
    }
    urns = dict(zip(plans, range(900001, 900005), strict=True))
    schools = [school(urn, SCHNAME=name) for name, urn in urns.items()]
    now = computed(
        [one | {"URN": urns[name]} for name, (some, _) in plans.items() for one in some],
        schools,
        YEAR,
    )
    before = [pupil(URN=urns[name], WRITTAOUTCOME="WTS") for name, (_, n) in plans.items()
              for _ in range(n)]  # fmt: skip
    earlier = computed(before, schools, YEAR).parts
    pool = pooled(now.table, now.parts, [earlier], now.table.units.filter(level="school"))
    frame = publish(now.table, "school", None, pool).frame
    return {row["SCHNAME"]: row for row in frame.to_dicts()}


def test_three_years_are_printed_beside_this_one() -> None:
    row = pooled_rows()["seven"]
    assert (row["TELIG_3YR"], row["PTRWM_EXP_3YR"], row["READ_AVERAGE_3YR"]) == ("20", "35%", "105")


def test_three_years_are_withheld_with_a_small_cohort_of_this_one() -> None:
    row = pooled_rows()["five"]
    assert {row[name] for name in row if name.endswith("_3YR")} == {"SUPP"}
    assert row["TELIG"] == "5"


def test_three_years_are_withheld_with_a_small_cohort_of_an_earlier_one() -> None:
    """This year's 20 and the three years' 24 would give the 4 away."""
    row = pooled_rows()["small before"]
    assert {row[name] for name in row if name.endswith("_3YR")} == {"SUPP"}
    assert row["PTRWM_EXP"] == "100%"


def test_three_years_with_few_scores_are_withheld() -> None:
    row = pooled_rows()["few scores"]
    assert (row["READ_AVERAGE_3YR"], row["MAT_AVERAGE_3YR"]) == ("SUPP", "105")
