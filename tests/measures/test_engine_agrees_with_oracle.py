"""Every field of every unit, twice: by the engine and by the plain-Python oracle."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from cohorts import make_cohort
from engine_side import Rows, computed, printed, units_of
from hypothesis import HealthCheck, given, settings
from invented_statute import INVENTED, year_of_levels
from msgspec.structs import replace as changed
from oracle_exact import Figure
from oracle_reference import (
    cut_offs,
    derive_reference,
    lowest_points,
    populations_of,
    published_reference,
)
from oracle_trust import PROGRESS_FIELD
from oracle_types import PROGRESS, Reference, Unit
from strategies import cohorts

from keystage.measures.compute import Computed
from keystage.measures.fields import GAPS
from keystage.measures.gaps import comparators
from keystage.measures.printing import printed_number
from keystage.measures.table import MeasureTable
from keystage.measures.trusts import trust_measures
from keystage.measures.wide import unrounded
from keystage.statute.loader import load_year
from keystage.statute.year import Year
from oracle import measure, measure_trusts

NEAR = 1e-9
#: Derived references are held to the billionth; roots and quotients of them stray no further.
NEAR_REFERENCE = 1e-8


@cache
def year_of(name: str) -> Year:
    match name:
        case "2022":
            return load_year(2022, "provisional")
        case "2017" | "2019":
            with TemporaryDirectory() as folder:
                return year_of_levels(int(name), "final", Path(folder))
        case _:
            return load_year(int(name), "final")


def assert_agreement(computed_here: Computed, pupils: Rows, schools: Rows) -> int:
    """Compare every field of the oracle; the answer is how many cells were compared."""
    # The oracle's nation is always the file's own state-funded schools.
    table = replace(computed_here.table, national=True)
    year = table.year
    expected = measure(pupils, schools, year, published_reference(year))
    national = comparators(table)
    prints = printed(table, national)
    unit_names = units_of(table)
    exact = dict(zip(unit_names, unrounded(table, national).to_dicts(), strict=True))
    cells = 0
    wrong = []
    for unit, row in expected.items():
        if unit not in prints:
            assert row["TELIG"].units == 0, f"{unit} has pupils but no row"
            continue
        for field, figure in row.items():
            if field not in prints[unit]:
                assert is_of_the_oracle_only(field, year) or figure.units is None, field
                continue
            cells += 1
            value = exact[unit][field]
            same = prints[unit][field] == figure.units and (value is None) == (
                figure.number is None
            )
            near = value is None or figure.number is None or abs(value - figure.number) <= NEAR
            if not (same and near):
                wrong.append((unit, field, prints[unit][field], value, figure))
    assert wrong == []
    fields_of_the_oracle = {field for row in expected.values() for field in row}
    for unit, row_of_engine in prints.items():
        assert row_of_engine.keys() <= fields_of_the_oracle
        if unit not in expected and unit[0] != "TRUST":
            assert row_of_engine["TELIG"] == 0, f"{unit} has pupils but not in the oracle"
    return cells


def is_of_the_oracle_only(field: str, year: Year) -> bool:
    """Lost scripts are no field of the tables; prior attainment is none without progress."""
    if field.endswith(("_LOST", "_LOST_SUPPRESSED")):
        return True
    of_key_stage_1 = ("KS1GROUP", "COV", "PROG")
    return not year.year.progress and (
        field.endswith("_NA") or any(part in field for part in of_key_stage_1)
    )


def assert_trusts_agree(table: MeasureTable, pupils: Rows, schools: Rows) -> int:
    year = table.year
    assert year.trusts is not None
    expected = measure_trusts(pupils, schools, year, published_reference(year))
    found = trust_measures(table)
    assert set(found["TRUST_UID"]) == {unit[1] for unit in expected}
    suffixes = {"all": "", "disadvantaged": "_FSM6CLA1A", "other": "_NotFSM6CLA1A"}
    names = {"rwm_expected": "PTRWM_EXP", "reading_progress": "READPROG"}
    names |= {"writing_progress": "WRITPROG", "maths_progress": "MATPROG"}
    for row in found.to_dicts():
        figures = expected["TRUST", row["TRUST_UID"]]
        suffix = suffixes[row["group"]]
        assert row["pupils"] == figures[f"TELIG{suffix}"].units
        assert row["schools"] == figures["NUMINST"].units
        assert row["schools"] == row["schools_3"] + row["schools_4"]
        for name, field in names.items():
            pairs = {name: f"{field}{suffix}", f"{name}_unweighted": f"{field}{suffix}_UNWEIGHTED"}
            if name != "rwm_expected":
                pairs[f"{name}_lower"] = f"{field}{suffix}_LOWER"
                pairs[f"{name}_upper"] = f"{field}{suffix}_UPPER"
            for column, of_oracle in pairs.items():
                figure, value = figures[of_oracle], row[column]
                units = pl.select(printed_number(pl.lit(value, pl.Float64), figure.decimals)).item()
                assert units == figure.units, (row["TRUST_UID"], of_oracle)
                assert value == pytest.approx(figure.number, abs=NEAR), (
                    row["TRUST_UID"],
                    of_oracle,
                )
    return found.height


COHORTS = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def agree(name: str) -> Callable[[tuple[list[dict[str, Any]], list[dict[str, Any]]]], None]:
    """A property of one year: any small cohort, with contradictory codes too."""

    @COHORTS
    @given(cohorts(year_of(name), most=30, largest=4, contradictory=True))
    def holds(cohort: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
        pupils, schools = cohort
        made = computed(pupils, schools, year_of(name))
        assert assert_agreement(made, pupils, schools) > 0
        if made.table.year.trusts is not None:
            assert_trusts_agree(made.table, pupils, schools)

    return holds


test_any_cohort_of_2022 = agree("2022")
test_any_cohort_of_2019_with_invented_groups = agree("2019")
test_any_cohort_of_2017_with_invented_groups = agree("2017")
test_any_cohort_of_2025_without_progress = agree("2025")


@pytest.mark.parametrize(
    ("name", "seed", "schools", "pupils", "rows_of_trusts"),
    [
        ("2022", 1, 10, 12, 6),
        ("2022", 2, 12, 10, 0),
        ("2022", 5, 50, 40, 6),
        ("2019", 3, 14, 16, 0),
        ("2017", 4, 14, 16, 0),
        ("2025", 6, 14, 16, 0),
    ],
)
def test_a_seeded_cohort(
    name: str, seed: int, schools: int, pupils: int, rows_of_trusts: int
) -> None:
    year = year_of(name)
    cohort = make_cohort(seed, schools, pupils, year)
    made = computed(*cohort, year)
    assert assert_agreement(made, *cohort) > 5_000
    if year.trusts is not None:
        assert assert_trusts_agree(made.table, *cohort) == rows_of_trusts


def test_the_flag_for_disadvantage_may_be_given_for_some_pupils_only() -> None:
    year = year_of("2022")
    pupils, schools = make_cohort(9, 4, 20, year)
    for place, pupil in enumerate(pupils):
        pupil["FSM6CLA1A"] = [None, "0", "1"][place % 3]
    assert assert_agreement(computed(pupils, schools, year), pupils, schools) > 0


@pytest.mark.parametrize(("seed", "smallest"), [(21, 25), (22, 40)])
def test_a_derived_reference_of_2023(seed: int, smallest: int) -> None:
    """2023 published no groups: ranges are estimated, averages and the rest derived."""
    shipped = year_of("2023")
    rules = changed(shipped.reference_rules, smallest_estimated_group=smallest)
    year = changed(shipped, reference_rules=rules)
    pupils, schools = make_cohort(seed, 30, 30, year)
    made = computed(pupils, schools, year, derive_from=INVENTED)
    derived = made.table.year
    assert derived.prior_attainment_groups is not None
    assert len(derived.prior_attainment_groups.groups) > 2
    assert_agreement(made, pupils, schools)
    assert_reference_agrees(made.table, pupils, schools)


def test_a_derived_reference_with_the_groups_of_2022() -> None:
    """Groups no pupil of the file is in cannot be derived, so the pupils fill each of them."""
    shipped = year_of("2022")
    pupils, schools = make_cohort(33, 25, 24, shipped)
    reachable = [4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9.5, 10, 0.5, 1.75, 2, 2.25, 2.5, 2.75, 3]
    for place, pupil in enumerate(pupils):
        if place % 2:
            pupil |= {"KS1READ": None, "KS1WRIT": None, "KS1MAT": None}
            pupil["KS1AVERAGEPS"] = reachable[place // 2 % len(reachable)]
    made = computed(pupils, schools, shipped, derive_from=INVENTED)
    assert_agreement(made, pupils, schools)
    assert_reference_agrees(made.table, pupils, schools)


def assert_reference_agrees(table: MeasureTable, pupils: Rows, schools: Rows) -> None:
    year = table.year
    expected = derive_reference(pupils, schools, year)
    found = published_reference(year)
    rows = measure(pupils, schools, year, found)
    for subject in PROGRESS:
        ours, theirs = found["averages"][subject], expected["averages"][subject]
        assert ours.keys() == theirs.keys()
        assert all(abs(ours[group] - theirs[group]) < NEAR_REFERENCE for group in ours)
        assert_minimums_agree(found, expected, subject, year)
        assert abs(found["sd"][subject] - expected["sd"][subject]) < NEAR_REFERENCE
        multiplier = getattr(year.minimum_progress.multiplier, subject)
        assert abs(Fraction(multiplier) - expected["multiplier"][subject]) < NEAR_REFERENCE
        assert found["cuts"][subject] == cuts_of_publishable(rows, schools, year, subject)


def assert_minimums_agree(found: Reference, expected: Reference, subject: str, year: Year) -> None:
    ours, theirs = found["minimums"][subject], expected["minimums"][subject]
    for group in ours.keys() & theirs.keys():
        assert abs(ours[group] - theirs[group]) < NEAR_REFERENCE, (subject, group)
    # A minimum exactly as low as a pupil can fall says nothing; rounding decides if it is listed.
    for group in ours.keys() ^ theirs.keys():
        reach = lowest_points(subject, year) - expected["averages"][subject][group]
        assert abs((ours | theirs)[group] - reach) < NEAR_REFERENCE, (subject, group)


def cuts_of_publishable(
    rows: dict[Unit, dict[str, Figure]], schools: Rows, year: Year, subject: str
) -> tuple[Fraction, Fraction]:
    """The oracle's cut-offs over mainstream schools whose score may be published."""
    scores = [rows["SCHOOL", school["URN"]][PROGRESS_FIELD[subject]]
              for school in schools
              if "mainstream" in populations_of(school, year)]
    printed_scores = [
        score.units
        for score in scores
        if score.units is not None and score.bottom >= year.suppression.smallest_group
    ]
    unit = 10**year.rounding.progress
    high, low = cut_offs(printed_scores, Fraction(year.reference_rules.cut_percent))
    return Fraction(high, unit), Fraction(low, unit)


def test_cut_offs_leave_out_schools_whose_score_may_not_be_published() -> None:
    """Without the filter the smallest schools would hold both cut-offs."""
    year = year_of("2022")
    year = changed(year, reference_rules=changed(year.reference_rules, smallest_estimated_group=1))
    year = changed(year, prior_attainment_groups=None)
    pupils, schools = make_cohort(41, 22, 12, year)
    small = {schools[0]["URN"], schools[1]["URN"]}
    kept = [pupil for place, pupil in enumerate(pupils) if pupil["URN"] not in small or place % 6 == 0]
    for pupil in kept:
        if pupil["URN"] in small:
            best = pupil["URN"] == schools[0]["URN"]
            pupil |= {"P_INCL": "201", "READOUTCOME": "AS" if best else "NS"}
            pupil |= {"READSCORE": 120 if best else 80}
    made = computed(kept, schools, year, derive_from=INVENTED)
    assert_reference_agrees(made.table, kept, schools)
