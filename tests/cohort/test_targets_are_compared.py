"""Targets against figures made by hand: each statistic, its tolerance, and what is missing."""

import polars as pl
import pytest
from msgspec.structs import replace

from keystage.cohort import targets as module
from keystage.cohort.plan import schools_of_england
from keystage.cohort.targets import Target, compare, targets

BASE = Target(
    label="x", published=50, tolerance=1, sampling=0.5, statistic="mean",
    measure="rwm_expected", source="tables_2018", year=2018,
)  # fmt: skip


def school(unit: int, kind: str, **values: float) -> list[dict[str, object]]:
    return [
        row("school", measure, value, unit=unit, kind=kind) for measure, value in values.items()
    ]


def row(
    level: str, measure: str, value: float, group: str = "all", **named: object
) -> dict[str, object]:
    whole: dict[str, object] = {"level": level, "unit": None, "kind": None, "group": group}
    return {**whole, "measure": measure, "value": value, **named}


@pytest.fixture
def figures() -> pl.DataFrame:
    rows = [
        *school(1, "mainstream", rwm_expected=40, reading_progress=1, pupils=10),
        *school(2, "mainstream", rwm_expected=50, reading_progress=2, pupils=20),
        *school(3, "mainstream", rwm_expected=60, reading_progress=3, pupils=30),
        *school(4, "mainstream", rwm_expected=0, reading_progress=9, pupils=5),
        *school(5, "special", rwm_expected=10, reading_progress=-5, pupils=8),
    ]
    for group, rate, pupils in (("all", 60, 100), ("boys", 55, 51), ("girls", 65, 49)):
        rows += [
            row("national", "rwm_expected", rate, group),
            row("national", "pupils", pupils, group),
        ]
    for unit, rate, pupils in ((201, 90, 20), (202, 50, 900), (203, 54, 800)):
        rows += [
            row("la", "rwm_expected", rate, unit=unit),
            row("la", "pupils", pupils, unit=unit),
        ]
    return pl.DataFrame(rows, schema_overrides={"unit": pl.Int32, "value": pl.Float64})


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 50),
        ({"least": 1}, 37.5),
        ({"kind": "special"}, 10),
        ({"statistic": "percentile", "at": 75}, 55),
        ({"statistic": "deviation"}, 10),
        ({"statistic": "deviation", "level": "la", "least": 200}, 2.8284),
        ({"statistic": "deviation", "level": "la"}, 22.0303),
        ({"statistic": "correlation", "other": "reading_progress"}, 1),
        ({"statistic": "within", "low": 45, "high": 60}, 66.6667),
        ({"statistic": "mean", "measure": "pupils", "least": 6}, 16.25),
        ({"statistic": "deviation", "level": "la", "least": 10_000}, None),
        ({"statistic": "national"}, 60),
        ({"statistic": "national", "group": "girls"}, 65),
        ({"statistic": "gap", "group": "girls", "against": ("boys",)}, 10),
        ({"statistic": "share", "measure": "pupils", "group": "boys"}, 51),
        ({"statistic": "national", "group": "nobody"}, None),
        ({"statistic": "gap", "group": "girls", "against": ("nobody",)}, None),
        ({"statistic": "share", "measure": "pupils", "against": ("boys", "nobody")}, None),
    ],
)
def test_each_statistic_is_made_as_it_says(
    changed: dict[str, object],
    expected: float | None,
    figures: pl.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = replace(BASE, **changed)
    monkeypatch.setattr(module, "targets", lambda: replace(targets(), targets=(one,)))
    found = compare(figures, schools_of_england())
    assert found["found"].item() == (
        None if expected is None else pytest.approx(expected, abs=1e-3)
    )
    assert found["tolerance"].item() == 1


def test_a_smaller_cohort_may_stray_further(
    figures: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = replace(BASE, published=52.0)
    monkeypatch.setattr(module, "targets", lambda: replace(targets(), targets=(one,)))
    whole = compare(figures, schools_of_england())
    quarter = compare(figures, schools_of_england() // 4)
    assert not whole["inside"].item()
    assert quarter["tolerance"].item() == pytest.approx(2.5)
    assert quarter["inside"].item()


def test_every_target_names_its_source() -> None:
    known = targets()
    assert {target.source for target in known.targets} == set(known.sources)
    assert known.tolerances
