"""What stands for three-year figures that no pupil reaches or has: the year says."""

from functools import cache
from typing import Any

import pytest
from engine_side import computed
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school

from keystage.measures.pooled import pooled
from keystage.reports.disclosure import publish
from keystage.statute.loader import load_year

UNSCORED: dict[str, Any] = {"READOUTCOME": "B", "READSCORE": None}
#: By school its pupils of this year; the earlier cohort of each is six like the first.
PLANS = {
    "nobody": [pupil(**UNSCORED)] * 8,
    "one of many": [*[pupil(WRITTAOUTCOME="WTS")] * 400, pupil()],
}


@cache
def printed(year: int) -> dict[str, dict[str, str]]:
    """Three-year figures of each school, printed by the rules of a year."""
    rules = changed(YEAR, suppression=load_year(year, "final").suppression)
    urns = dict(zip(PLANS, range(900001, 900003), strict=True))
    schools = [school(urn, SCHNAME=name) for name, urn in urns.items()]
    pupils = [one | {"URN": urns[name]} for name, some in PLANS.items() for one in some]
    now = computed(pupils, schools, rules)
    before = [some[0] | {"URN": urns[name]} for name, some in PLANS.items() for _ in range(6)]
    earlier = computed(before, schools, rules).parts
    pool = pooled(now.table, now.parts, [earlier], now.table.units.filter(level="school"))
    frame = publish(now.table, "school", None, pool).frame
    return {row["SCHNAME"]: row for row in frame.to_dicts()}


def test_a_percentage_that_no_pupil_reaches_is_what_the_year_says() -> None:
    assert printed(2018)["nobody"]["PTRWM_EXP_3YR"] == "0%"
    assert printed(2019)["nobody"]["PTRWM_EXP_3YR"] == ""
    assert printed(2019)["nobody"]["TELIG_3YR"] == "14"


@pytest.mark.parametrize("year", [2018, 2019])
def test_a_percentage_that_rounds_to_nothing_is_printed(year: int) -> None:
    assert printed(year)["one of many"]["PTRWM_EXP_3YR"] == "0%"


@pytest.mark.parametrize("year", [2018, 2019])
def test_an_average_of_nobody_is_blank(year: int) -> None:
    row = printed(year)["nobody"]
    assert (row["READ_AVERAGE_3YR"], row["MAT_AVERAGE_3YR"]) == ("", "105")
