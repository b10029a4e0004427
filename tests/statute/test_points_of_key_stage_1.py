"""The rule of key stage 1 points, as tables to look codes up in."""

from decimal import Decimal

import pytest

from keystage.statute.key_stage_1 import SubjectPoints, subject_points
from keystage.statute.loader import available, load_year
from keystage.statute.progress import KeyStage1

PLAIN = KeyStage1(
    source="",
    confidence="C",
    year=2018,
    framework="invented",
    points={"GDS": Decimal(10), "EXS": Decimal(8)},
    p_scale={"P1": Decimal(1), "P2": Decimal(2)},
    below_code="BLW",
    below_without_p_scale=Decimal(3),
    own_p_scales=("P2",),
    english_p_scales=("P1",),
    disregarded=("A",),
)


def points(rule: SubjectPoints, result: str | None, **p_scales: str) -> Decimal | None:
    """Read the rule as its description says it is read."""
    if result is None or result != rule.below:
        return rule.points.get(result or "")
    for scale in rule.p_scales:
        if (given := scale.points.get(p_scales.get(scale.column, ""))) is not None:
            return given
    return rule.without_p_scale


def test_each_subject_names_its_own_columns() -> None:
    named = {
        rule.result: [scale.column for scale in rule.p_scales] for rule in subject_points(PLAIN)
    }
    assert named == {
        "KS1READ": ["KS1READPSCALE", "KS1ENGPSCALE"],
        "KS1WRIT": ["KS1WRITPSCALE", "KS1ENGPSCALE"],
        "KS1MAT": ["KS1MATPSCALE"],
    }


@pytest.mark.parametrize(
    ("result", "p_scales", "given"),
    [
        ("GDS", {}, 10),
        ("GDS", {"KS1READPSCALE": "P2"}, 10),
        ("A", {}, None),
        (None, {"KS1READPSCALE": "P2"}, None),
        ("BLW", {}, 3),
        ("BLW", {"KS1READPSCALE": "P2", "KS1ENGPSCALE": "P1"}, 2),
        ("BLW", {"KS1READPSCALE": "P1", "KS1ENGPSCALE": "P1"}, 1),
        ("BLW", {"KS1READPSCALE": "P1", "KS1ENGPSCALE": "P2"}, 3),
    ],
)
def test_reading_takes_its_own_higher_p_scale_before_the_lower_one_of_english(
    result: str | None, p_scales: dict[str, str], given: int | None
) -> None:
    reading, _, _ = subject_points(PLAIN)
    assert points(reading, result, **p_scales) == given


@pytest.mark.parametrize(("p_scale", "given"), [("P1", 1), ("P2", 2), ("P9", 3)])
def test_maths_takes_any_p_scale_with_points(p_scale: str, given: int) -> None:
    *_, maths = subject_points(PLAIN)
    assert points(maths, "BLW", KS1MATPSCALE=p_scale) == given


def test_without_a_code_below_the_standards_no_result_is_below_them() -> None:
    table = KeyStage1(
        source="", confidence="C", year=2013, framework="levels", points={"2B": Decimal(15)}
    )
    assert {rule.below for rule in subject_points(table)} == {None}
    assert {len(scale.points) for rule in subject_points(table) for scale in rule.p_scales} == {0}


def test_every_p_scale_of_a_shipped_year_counts_in_each_subject() -> None:
    tables = [year.key_stage_1 for year in (load_year(*item) for item in available())]
    found = [table for table in tables if table is not None]
    assert len(found) > 4
    for table in found:
        for rule in subject_points(table):
            counted = {code for scale in rule.p_scales for code in scale.points}
            assert counted == set(table.p_scale)
