"""A national reference made from pupils, twice: by the engine and by the oracle."""

from decimal import Decimal
from fractions import Fraction

import pytest
from agreement import assert_agreement, year_of
from cohorts import make_cohort
from engine_side import Rows, computed
from invented_statute import INVENTED, WRITING
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

from keystage.measures.table import MeasureTable
from keystage.statute.year import Year
from oracle import measure

#: Derived values are held to the billionth; roots and quotients of them stray no further.
NEAR_REFERENCE = 1e-8


@pytest.mark.parametrize(("name", "seed", "smallest"), [("2023", 21, 25), ("2026", 22, 40)])
def test_a_derived_reference_of_a_year_without_groups(name: str, seed: int, smallest: int) -> None:
    """Ranges are estimated, and averages, minimums, deviations and cut-offs derived."""
    shipped = year_of(name)
    assert shipped.prior_attainment_groups is None
    assert shipped.minimum_progress is not None
    year = changed(
        shipped,
        reference_rules=changed(shipped.reference_rules, smallest_estimated_group=smallest),
        minimum_progress=changed(shipped.minimum_progress, share_percent=Decimal(1)),
        writing_points=shipped.writing_points or WRITING,
    )
    pupils, schools = make_cohort(seed, 24, 26, year)
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
        assert year.minimum_progress is not None
        multiplier = getattr(year.minimum_progress.multiplier, subject)
        assert abs(Fraction(multiplier) - expected["multiplier"][subject]) < NEAR_REFERENCE
        if year.banding is None:
            assert subject not in found["cuts"]
            continue
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
    scores = [
        rows["SCHOOL", school["URN"]][PROGRESS_FIELD[subject]]
        for school in schools
        if "mainstream" in populations_of(school, year)
    ]
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
    kept = [
        pupil for place, pupil in enumerate(pupils) if pupil["URN"] not in small or place % 6 == 0
    ]
    for pupil in kept:
        if pupil["URN"] in small:
            best = pupil["URN"] == schools[0]["URN"]
            pupil |= {"P_INCL": "201", "READOUTCOME": "AS" if best else "NS"}
            pupil |= {"READSCORE": 120 if best else 80}
    made = computed(kept, schools, year, derive_from=INVENTED)
    assert_reference_agrees(made.table, kept, schools)
