"""The checks and the measures give every key stage 1 result and P scale the same points."""

from itertools import product
from typing import Any

import pytest
from agreement import year_of
from engine_side import record_set, worked

from keystage.checks.run import run
from keystage.statute.code_lists import code_lists

NAMES = ("KS1READ", "KS1WRIT", "KS1MAT")
ELSEWHERE = 5.0


def results_of(name: str) -> list[dict[str, Any]]:
    """Every result with every P scale of its own and of English, in all three subjects alike."""
    codes = code_lists(year_of(name))
    scales = [None, *codes["p_scale"]]
    return [
        {"URN": 900001, "P_INCL": "201", **dict.fromkeys(NAMES, result), "KS1ENGPSCALE": english}
        | {f"{subject}PSCALE": own for subject in NAMES}
        for result, own, english in product(codes["key_stage_1"], scales, scales)
    ]


@pytest.mark.parametrize("name", ["2022", "2019", "2017"])
def test_the_checks_expect_the_average_that_the_measures_make(name: str) -> None:
    pupils, year = results_of(name), year_of(name)
    made = [row["ks1_average"] for row in worked(pupils, year)]
    given = [
        pupil | {"KS1AVERAGEPS": ELSEWHERE if average is None else average / 16}
        for pupil, average in zip(pupils, made, strict=True)
    ]
    counts = run(record_set(given, [{"URN": 900001}], year), year).counts
    found = dict(counts.select("code", "count").iter_rows())
    assert "KS1-101" not in found, "an average the measures make is another to the checks"
    assert found["KS1-106"] == made.count(None) > 0


def test_an_average_a_sixteenth_away_is_another() -> None:
    pupils, year = results_of("2022"), year_of("2022")
    made = [row["ks1_average"] for row in worked(pupils, year)]
    given = [
        pupil | {"KS1AVERAGEPS": (average + 1) / 16}
        for pupil, average in zip(pupils, made, strict=True)
        if average is not None
    ]
    counts = run(record_set(given, [{"URN": 900001}], year), year).counts
    assert counts.filter(code="KS1-101")["count"].sum() == len(given) > 100
