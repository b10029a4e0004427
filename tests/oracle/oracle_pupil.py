"""One pupil, by hand: from the raw codes of the file to points, standards and progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oracle_types import PREFIX, PROGRESS, TESTED, Reference

from keystage.statute.outcomes import AssessmentOutcome, AssessmentOutcomes, TestOutcome
from keystage.statute.progress import PointRange
from keystage.statute.year import Year


@dataclass(frozen=True)
class Test:
    """A pupil's test in one subject, judged."""

    counted: bool
    expected: bool
    higher: bool
    in_average: int | None
    unable: bool
    lost: bool
    points: Fraction | None


@dataclass(frozen=True)
class Assessment:
    """A pupil's teacher assessment in one subject, judged."""

    counted: bool
    expected: bool
    higher: bool
    towards: bool
    absent: bool


@dataclass(frozen=True)
class Judged:
    """A pupil at the end of key stage 2 with everything the measures ask."""

    urn: int
    average_points: Fraction | None
    group: int | None
    band: str
    suffixes: frozenset[str]
    tests: Mapping[str, Test]
    writing: Assessment
    science: Assessment
    points: Mapping[str, Fraction | None]
    unadjusted: Mapping[str, Fraction] = field(default_factory=dict)
    adjusted: Mapping[str, Fraction] = field(default_factory=dict)


def included(pupil: Mapping[str, Any], year: Year) -> bool:
    """Whether the pupil is at the end of key stage 2 (201) rather than discounted."""
    return pupil["P_INCL"] in year.inclusion.included


def average_points(pupil: Mapping[str, Any], year: Year) -> Fraction | None:
    """The key stage 1 average point score: English and maths weigh the same; not rounded."""
    if year.key_stage_1 is None:
        return None
    codes = [pupil[name] for name in ("KS1READ", "KS1WRIT", "KS1MAT")]
    if codes == [None, None, None]:
        given_average = pupil["KS1AVERAGEPS"]
        return None if given_average is None else Fraction(Decimal(str(given_average)))
    reading = _key_stage_1(pupil, year, "KS1READ", "KS1READPSCALE")
    writing = _key_stage_1(pupil, year, "KS1WRIT", "KS1WRITPSCALE")
    maths = _key_stage_1(pupil, year, "KS1MAT", "KS1MATPSCALE")
    if reading is None or writing is None or maths is None:
        return None
    english = (reading + writing) / 2
    return (english + maths) / 2


def _key_stage_1(
    pupil: Mapping[str, Any], year: Year, result: str, p_scale: str
) -> Fraction | None:
    table = year.key_stage_1
    assert table is not None
    code, own = pupil[result], pupil[p_scale]
    if code in table.points:
        return Fraction(table.points[code])
    if code is None or code != table.below_code:
        return None
    if result == "KS1MAT":
        if own in table.p_scale:
            return Fraction(table.p_scale[own])
    elif own is not None and own in table.own_p_scales:
        return Fraction(table.p_scale[own])
    elif pupil["KS1ENGPSCALE"] in table.english_p_scales:
        return Fraction(table.p_scale[pupil["KS1ENGPSCALE"]])
    without = table.below_without_p_scale
    return None if without is None else Fraction(without)


def within(points: Fraction, part: PointRange) -> bool:
    """Whether the points lie in the range (its ends compared as fractions)."""
    low, high = Fraction(part.low), Fraction(part.high)
    if points == low:
        return part.includes in {"low", "both"}
    if points == high:
        return part.includes in {"high", "both"}
    return low < points < high


def group_of(points: Fraction | None, year: Year) -> int | None:
    """The prior attainment group of an average point score."""
    if points is None or year.prior_attainment_groups is None:
        return None
    for part in year.prior_attainment_groups.groups:
        if within(points, part):
            return part.group
    return None


def band_of(points: Fraction | None, year: Year) -> str:
    """L, M or H, or NA for a pupil without an average point score."""
    if points is not None and year.prior_attainment_bands is not None:
        for part in year.prior_attainment_bands.bands:
            if within(points, part):
                return part.code
    return "NA"


def _documented(rule: TestOutcome | AssessmentOutcome) -> None:
    if rule.undocumented and not rule.assumed:
        raise ValueError(f"no rule for {rule.meaning}: {rule.undocumented}")


def _below_points(code: str | None, year: Year) -> Fraction | None:
    if code is None or code not in year.key_stage_2.points:
        return None
    return Fraction(year.key_stage_2.points[code])


def judge_test(pupil: Mapping[str, Any], year: Year, subject: str) -> Test:
    """What the test outcome and score of reading, maths or GPS count for."""
    prefix = PREFIX[subject]
    code, score = pupil[f"{prefix}OUTCOME"], pupil[f"{prefix}SCORE"]
    scale = year.key_stage_2
    if code is None and score is not None:
        reached = score >= scale.expected_score
        return Test(
            counted=True,
            expected=reached,
            higher=score >= scale.higher_score,
            in_average=score,
            unable=False,
            lost=False,
            points=Fraction(score),
        )
    rule = year.test_outcomes.blank if code is None else year.test_outcomes.codes[code]
    _documented(rule)
    scored = score is not None
    counted = rule.rate == "counted"
    by_score = rule.standard == "by_score" and scored and score >= scale.expected_score
    expected = counted and (rule.standard == "met" or by_score)
    may_be_higher = rule.standard in {"met", "by_score"}
    below = None if subject == "gps" else pupil[f"{prefix}TAOUTCOME"]
    points: Fraction | None = None
    if rule.progress == "score" and scored:
        points = Fraction(score)
    elif rule.progress == "score" and rule.too_few_marks:
        points = _below_points(below, year)
        if points is None and scale.points_without_score is not None:
            points = Fraction(scale.points_without_score)
    elif rule.progress == "assessment":
        points = _below_points(below, year)
    return Test(
        counted=counted,
        expected=expected,
        higher=counted and may_be_higher and scored and score >= scale.higher_score,
        in_average=score if rule.average and scored else None,
        unable=rule.unable,
        lost=code == "M" or (code == "AS" and not scored),
        points=points,
    )


def judge_assessment(code: str | None, table: AssessmentOutcomes) -> Assessment:
    """What a writing or science assessment counts for."""
    rule = table.blank if code is None else table.codes[code]
    _documented(rule)
    counted = rule.rate == "counted"
    return Assessment(
        counted=counted,
        expected=counted and rule.expected,
        higher=counted and rule.higher,
        towards=counted and rule.towards,
        absent=rule.not_assessed,
    )


def writing_points(code: str | None, year: Year) -> Fraction | None:
    """Points of a writing assessment, for progress only."""
    table = year.writing_points
    if table is not None and code is not None and code in table.points:
        return Fraction(table.points[code])
    return _below_points(code, year)


def disadvantaged(pupil: Mapping[str, Any]) -> str:
    """The disadvantage flag: the department's own where it is given, else six years of meals.

    Everyone else is an other pupil, whatever is not known of them.
    """
    own: str | None = pupil.get("FSM6CLA1A")
    meals: str | None = pupil["FSM6_P"]
    return (meals if own is None else own) or "0"


def suffixes(pupil: Mapping[str, Any], band: str, year: Year) -> frozenset[str]:
    """The suffixes of every group the pupil is in; ``""`` is everyone."""
    found = {"", f"_{band}"}
    for part in year.pupil_groups.groups.values():
        own_flag = part.column == "FSM6CLA1A"
        value = disadvantaged(pupil) if own_flag else pupil.get(part.column)
        if value in part.values:
            found.add(part.suffix)
    return frozenset(found)


def judge(pupil: Mapping[str, Any], year: Year, reference: Reference | None) -> Judged:
    """Judge one included pupil; without a reference there is no progress."""
    average = average_points(pupil, year)
    band, group = band_of(average, year), group_of(average, year)
    tests = {subject: judge_test(pupil, year, subject) for subject in TESTED}
    points = {
        "reading": tests["reading"].points,
        "writing": writing_points(pupil["WRITTAOUTCOME"], year),
        "maths": tests["maths"].points,
    }
    unadjusted: dict[str, Fraction] = {}
    adjusted: dict[str, Fraction] = {}
    for subject in PROGRESS:
        got = points[subject]
        expected = None if reference is None else reference["averages"][subject].get(group or 0)
        if got is None or expected is None or reference is None or group is None:
            continue
        unadjusted[subject] = got - expected
        lowest = reference["minimums"][subject].get(group, got - expected)
        adjusted[subject] = max(lowest, got - expected)
    return Judged(
        urn=pupil["URN"],
        average_points=average,
        group=group,
        band=band,
        suffixes=suffixes(pupil, band, year),
        tests=tests,
        writing=judge_assessment(pupil["WRITTAOUTCOME"], year.writing_outcomes),
        science=judge_assessment(pupil["SCITAOUTCOME"], year.science_outcomes),
        points=points,
        unadjusted=unadjusted,
        adjusted=adjusted,
    )
