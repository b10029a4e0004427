"""An independent oracle: every measure from raw pupil codes, in plain Python with exact fractions.

Slow and literal on purpose. Nothing here may import the measures engine; statutory values come from
the `Year`. Figures are neither suppressed nor withheld, except that ``READ_LOST_SUPPRESSED`` (also
MAT, GPS; schools only) is 1 where annex E of the 2022 guide withholds the subject.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from oracle_exact import Figure, count, given, ratio, root, rounded
from oracle_pupil import Judged, included, judge
from oracle_reference import populations_of
from oracle_trust import PROGRESS_FIELD, trust_figures
from oracle_types import POPULATIONS, PREFIX, TESTED, Reference, Unit

from keystage.statute.year import Year

SUFFIXES = (
    "", "_B", "_G", "_L", "_M", "_H", "_NA", "_FSM6CLA1A", "_NotFSM6CLA1A", "_EAL", "_MOBN",
    "_SENE", "_SENK", "_SENEK", "_SENN", "_EALGRP1", "_EALGRP3",
)  # fmt: skip
_COVERAGE = {"reading": "READCOV", "writing": "WRITCOV", "maths": "MATCOV"}
_DIFFERENCES = {
    "DIFFN_RWM_EXP": "PTRWM_EXP",
    "DIFFN_RWM_HIGH": "PTRWM_HIGH",
    "DIFFN_READPROG": "READPROG",
    "DIFFN_WRITPROG": "WRITPROG",
    "DIFFN_MATPROG": "MATPROG",
}


def measure(
    pupils: Iterable[Mapping[str, Any]],
    schools: Sequence[Mapping[str, Any]],
    year: Year,
    reference: Reference | None,
) -> dict[Unit, dict[str, Figure]]:
    """Every field of every school, LA, region and national population; keys are `Unit`.

    Schools without an included pupil are not in the answer. LA and region rows hold state-funded
    mainstream and special schools only. Without a reference every progress field is empty.
    """
    judged = [judge(pupil, year, reference) for pupil in pupils if included(pupil, year)]
    by_urn = {school["URN"]: school for school in schools}
    members: dict[Unit, list[Judged]] = {("NATIONAL", name): [] for name in POPULATIONS}
    for pupil in judged:
        school = by_urn[pupil.urn]
        inside = populations_of(school, year)
        units: list[Unit] = [("SCHOOL", pupil.urn)]
        units += [("NATIONAL", name) for name in POPULATIONS if name in inside]
        kind = year.school_types.types[school["NFTYPE"]]
        if "state_funded" in inside and not kind.alternative_provision:
            units += [("LA", school["LEA"])] if school["LEA"] is not None else []
            units += [("REGION", school["REGION"])] if school["REGION"] is not None else []
        for unit in units:
            members.setdefault(unit, []).append(pupil)
    found = {unit: figures(inside, year, reference) for unit, inside in members.items()}
    others = found["NATIONAL", "state_funded"]
    for unit, row in found.items():
        for field, of in _DIFFERENCES.items():
            row[field] = _difference(row[f"{of}_FSM6CLA1A"], others[f"{of}_NotFSM6CLA1A"])
        if unit[0] == "SCHOOL":
            row.update(_lost(members[unit], year))
    return found


def measure_trusts(
    pupils: Iterable[Mapping[str, Any]],
    schools: Sequence[Mapping[str, Any]],
    year: Year,
    reference: Reference | None,
) -> dict[Unit, dict[str, Figure]]:
    """Every eligible trust's fields; keys are ("TRUST", uid)."""
    judged = [judge(pupil, year, reference) for pupil in pupils if included(pupil, year)]
    return trust_figures(judged, schools, year, reference)


def figures(pupils: Sequence[Judged], year: Year, reference: Reference | None) -> dict[str, Figure]:
    """Every field of one unit but the national differences."""
    found = _composition(pupils, year)
    for suffix in SUFFIXES:
        inside = [pupil for pupil in pupils if suffix in pupil.suffixes]
        averages = [one.average_points for one in inside if one.average_points is not None]
        total = sum(averages, Fraction(0))
        mean = ratio(total, len(averages), year.rounding.key_stage_1_average)
        found[f"TKS1AVERAGE{suffix}"] = mean
        found.update(_attainment(inside, suffix, year))
        for subject in PROGRESS_FIELD:
            found.update(_progress(inside, suffix, subject, year, reference))
    return found


def _composition(pupils: Sequence[Judged], year: Year) -> dict[str, Figure]:
    percent = year.rounding.percent
    everyone = len(pupils)

    def number(suffix: str) -> int:
        return sum(suffix in pupil.suffixes for pupil in pupils)

    found = {"TELIG": count(everyone)}
    with_band = number("_L") + number("_M") + number("_H")
    for name, share, suffix in (
        ("BELIG", "PBELIG", "_B"),
        ("GELIG", "PGELIG", "_G"),
        ("TKS1GROUP_L", "PTKS1GROUP_L", "_L"),
        ("TKS1GROUP_M", "PTKS1GROUP_M", "_M"),
        ("TKS1GROUP_H", "PTKS1GROUP_H", "_H"),
        ("TKS1GROUP_NA", "PTKS1GROUP_NA", "_NA"),
        ("TFSM6CLA1A", "PTFSM6CLA1A", "_FSM6CLA1A"),
        ("TNotFSM6CLA1A", "PTNotFSM6CLA1A", "_NotFSM6CLA1A"),
        ("TEALGRP1", "PTEALGRP1", "_EALGRP1"),
        ("TEALGRP2", "PTEALGRP2", "_EAL"),
        ("TEALGRP3", "PTEALGRP3", "_EALGRP3"),
        ("TMOBN", "PTMOBN", "_MOBN"),
        ("TSENELE", "PSENELE", "_SENE"),
        ("TSENELK", "PSENELK", "_SENK"),
        ("TSENELEK", "PSENELEK", "_SENEK"),
    ):
        bottom = with_band if suffix in {"_L", "_M", "_H"} else everyone
        found[name] = count(number(suffix))
        found[share] = ratio(number(suffix), bottom, percent, 100)
    return found


def _attainment(pupils: Sequence[Judged], suffix: str, year: Year) -> dict[str, Figure]:
    percent = year.rounding.percent
    everyone = len(pupils)
    found: dict[str, Figure] = {}

    def share(field: str, met: int, of: int) -> None:
        found[f"{field}{suffix}"] = ratio(met, of, percent, 100)

    combined = [p for p in pupils if p.tests["reading"].counted and p.tests["maths"].counted]
    for field, level in (("PTRWM_EXP", "expected"), ("PTRWM_HIGH", "higher")):
        met = sum(
            getattr(p.tests["reading"], level)
            and getattr(p.tests["maths"], level)
            and getattr(p.writing, level)
            for p in combined
        )
        share(field, met, len(combined))
    for subject in TESTED:
        tests = [pupil.tests[subject] for pupil in pupils]
        counted = sum(test.counted for test in tests)
        name = PREFIX[subject]
        share(f"PT{name}_EXP", sum(test.expected for test in tests), counted)
        share(f"PT{name}_HIGH", sum(test.higher for test in tests), counted)
        share(f"PT{name}_AT", sum(test.unable for test in tests), everyone)
        scores = [test.in_average for test in tests if test.in_average is not None]
        mean = ratio(sum(scores), len(scores), year.rounding.average_score)
        found[f"{name}_AVERAGE{suffix}"] = mean
    writing = [pupil.writing for pupil in pupils]
    counted = sum(one.counted for one in writing)
    share("PTWRITTA_EXP", sum(one.expected for one in writing), counted)
    share("PTWRITTA_HIGH", sum(one.higher for one in writing), counted)
    share("PTWRITTA_WTS", sum(one.towards for one in writing), counted)
    share("PTWRITTA_AD", sum(one.absent for one in writing), everyone)
    science = [pupil.science for pupil in pupils]
    counted = sum(one.counted for one in science)
    share("PTSCITA_EXP", sum(one.expected for one in science), counted)
    share("PTSCITA_AD", sum(one.absent for one in science), everyone)
    return found


def _progress(
    pupils: Sequence[Judged], suffix: str, subject: str, year: Year, reference: Reference | None
) -> dict[str, Figure]:
    name = f"{PROGRESS_FIELD[subject]}{suffix}"
    decimals = year.rounding.progress
    inside = [pupil for pupil in pupils if subject in pupil.adjusted]
    number = len(inside)
    score = ratio(sum((p.adjusted[subject] for p in inside), Fraction(0)), number, decimals)
    plain = ratio(sum((p.unadjusted[subject] for p in inside), Fraction(0)), number, decimals)
    lower = upper = Figure(None, None, decimals)
    band: int | None = None
    sd = None if reference is None else reference["sd"].get(subject)
    if score.value is not None and score.units is not None and sd is not None and year.interval:
        half = half_width(sd, number, Fraction(year.interval.critical_value))
        lower, upper = given(score.value - half, decimals), given(score.value + half, decimals)
        assert lower.units is not None
        assert upper.units is not None
        low, high = lower.units, upper.units
        if year.interval.printing == "score_and_half_width":
            wide = rounded(half, decimals)
            low, high = score.units - wide, score.units + wide
            lower = Figure(lower.value, low, decimals)
            upper = Figure(upper.value, high, decimals)
        cuts = None if reference is None else reference["cuts"].get(subject)
        if cuts is not None:
            band = band_number(score.units, low, high, cuts, decimals)
    described = Figure(None, None) if band is None else count(band)
    return {
        name: score,
        f"{name}_LOWER": lower,
        f"{name}_UPPER": upper,
        f"{name}_UNADJUSTED": plain,
        f"{_COVERAGE[subject]}{suffix}": ratio(number, len(pupils), year.rounding.percent, 100),
        f"{name}_DESCR": described,
    }


def half_width(sd: Fraction, number: int, critical_value: Fraction) -> Fraction:
    """The half-width of an interval, to forty decimals."""
    return root((critical_value * sd) ** 2 / number)


def band_number(
    score: int, lower: int, upper: int, cuts: tuple[Fraction, Fraction], decimals: int
) -> int:
    """The band from printed values: 1 well above average to 5 well below."""
    high, low = cuts
    printed = Fraction(score, 10**decimals)
    if lower > 0:
        return 1 if printed >= high else 2
    if upper < 0:
        return 5 if printed <= low else 4
    return 3


def _difference(own: Figure, national: Figure) -> Figure:
    if own.units is None or national.units is None:
        return Figure(None, None, own.decimals)
    return given(Fraction(own.units - national.units, 10**own.decimals), own.decimals)


def _lost(pupils: Sequence[Judged], year: Year) -> dict[str, Figure]:
    limit = year.suppression.lost_scripts_percent
    found: dict[str, Figure] = {}
    for subject in TESTED:
        name = f"{PREFIX[subject]}_LOST"
        lost = sum(pupil.tests[subject].lost for pupil in pupils)
        found[name] = ratio(lost, len(pupils), year.rounding.percent, 100)
        withheld = limit is not None and 100 * lost >= limit * len(pupils)
        found[f"{name}_SUPPRESSED"] = count(int(withheld))
    return found
