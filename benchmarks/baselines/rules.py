"""What both pandas baselines need from the statutory year, as look-ups from text to numbers.

The statute is read with Keystage's own loader, so that both sides use the same constants; every
calculation is written anew, so that agreement of the outputs means something.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from keystage.statute.loader import load_year
from keystage.statute.outcomes import AssessmentOutcome, TestOutcome
from keystage.statute.progress import PointRange
from keystage.statute.year import Year

PROGRESS = {"READ": "reading", "WRIT": "writing", "MAT": "maths"}
TESTS = ("READ", "MAT", "GPS")
LEVELS = ("school", "la", "region", "trust", "national")
SCOPES = ("mainstream", "state_funded", "everyone")
KEYS = {
    "school": "URN",
    "la": "LEA",
    "region": "REGION",
    "trust": "TRUST_UID",
    "national": "kind",
}
SUFFIXES = (
    "",
    "_B",
    "_G",
    "_FSM6CLA1A",
    "_NotFSM6CLA1A",
    "_EAL",
    "_EALGRP1",
    "_EALGRP3",
    "_MOBN",
    "_L",
    "_M",
    "_H",
    "_NA",
    "_SENE",
    "_SENK",
    "_SENEK",
    "_SENN",
)
#: Fields of numbers of pupils, by the suffix of the group they count.
COUNTS = {
    "": "TELIG",
    "_B": "BELIG",
    "_G": "GELIG",
    "_L": "TKS1GROUP_L",
    "_M": "TKS1GROUP_M",
    "_H": "TKS1GROUP_H",
    "_NA": "TKS1GROUP_NA",
    "_FSM6CLA1A": "TFSM6CLA1A",
    "_NotFSM6CLA1A": "TNotFSM6CLA1A",
    "_EAL": "TEALGRP2",
    "_EALGRP1": "TEALGRP1",
    "_EALGRP3": "TEALGRP3",
    "_MOBN": "TMOBN",
    "_SENE": "TSENELE",
    "_SENK": "TSENELK",
    "_SENEK": "TSENELEK",
}
#: Fields of shares, by the field of the number of pupils they are made from; all over TELIG but the
#: low, middle and high groups, which are over those three.
SHARES = {
    "BELIG": "PBELIG",
    "GELIG": "PGELIG",
    "TKS1GROUP_L": "PTKS1GROUP_L",
    "TKS1GROUP_M": "PTKS1GROUP_M",
    "TKS1GROUP_H": "PTKS1GROUP_H",
    "TKS1GROUP_NA": "PTKS1GROUP_NA",
    "TFSM6CLA1A": "PTFSM6CLA1A",
    "TNotFSM6CLA1A": "PTNotFSM6CLA1A",
    "TEALGRP1": "PTEALGRP1",
    "TEALGRP2": "PTEALGRP2",
    "TEALGRP3": "PTEALGRP3",
    "TMOBN": "PTMOBN",
    "TSENELE": "PSENELE",
    "TSENELK": "PSENELK",
    "TSENELEK": "PSENELEK",
}
KS1_SUBJECTS = ("READ", "WRIT", "MAT")
KS1_SCALES = ("KS1READPSCALE", "KS1WRITPSCALE", "KS1ENGPSCALE", "KS1MATPSCALE")
COLUMNS = (
    "URN",
    "UPN",
    "P_INCL",
    "SEX",
    "SENF",
    "EALGRP",
    "FSM6_P",
    "NEWMOBILE",
    "KS1READ",
    "KS1WRIT",
    "KS1MAT",
    *KS1_SCALES,
    "READOUTCOME",
    "MATOUTCOME",
    "GPSOUTCOME",
    "READSCORE",
    "MATSCORE",
    "GPSSCORE",
    "WRITTAOUTCOME",
    "SCITAOUTCOME",
    "MATTAOUTCOME",
    "READTAOUTCOME",
)
TEXT_COLUMNS = tuple(name for name in COLUMNS if name not in {"URN", "UPN"})


@dataclass(frozen=True)
class Test:
    """What a test outcome code does, as 0 or 1, and where its progress points come from."""

    counted: float
    met: float
    by_score: float
    average: float
    unable: float
    from_score: float
    from_assessment: float
    too_few: float


@dataclass(frozen=True)
class Assessment:
    """What a teacher assessment code does, as 0 or 1."""

    counted: float
    expected: float
    higher: float
    towards: float
    not_assessed: float


@dataclass(frozen=True)
class Rules:
    """Look-ups of one year. ``allowed`` holds the codes each text column may have.

    ``group_of`` gives the row of ``averages`` and ``minimums`` by sixteenths of average points;
    ``band_of`` the band letter. A minimum that does not exist is minus infinity.
    """

    allowed: Mapping[str, frozenset[str]]
    included: frozenset[str]
    key_stage_1: Mapping[str, float]
    below: str
    below_points: float
    own_scales: Mapping[str, float]
    english_scales: Mapping[str, float]
    maths_scales: Mapping[str, float]
    group_of: Sequence[int]
    band_of: Sequence[str]
    averages: Mapping[str, Sequence[float]]
    minimums: Mapping[str, Sequence[float]]
    tests: Mapping[str, Test]
    blank_test: Test
    below_test_points: Mapping[str, float]
    writing_points: Mapping[str, float]
    no_score_points: float
    no_score: str
    expected: int
    higher: int
    writing: Mapping[str, Assessment]
    blank_writing: Assessment
    science: Mapping[str, Assessment]
    blank_science: Assessment
    deviations: Mapping[str, float]
    critical_value: float
    state_funded: frozenset[str]
    mainstream: frozenset[str]


def read_rules(year: int, release: str) -> Rules:
    """Read the year's statute and turn it into look-ups."""
    return _rules(load_year(year, release))


def _rules(year: Year) -> Rules:
    key_stage_1, groups = year.key_stage_1, year.prior_attainment_groups
    bands, minimum, writing_points = (
        year.prior_attainment_bands,
        year.minimum_progress,
        year.writing_points,
    )
    deviation, interval = year.pupil_sd, year.interval
    assert key_stage_1 is not None
    assert groups is not None
    assert bands is not None
    assert minimum is not None
    assert writing_points is not None
    assert deviation is not None
    assert interval is not None
    scale = {code: float(points) for code, points in key_stage_1.p_scale.items()}
    least = {row.group: row for row in minimum.minimum}
    tests = year.test_outcomes
    key_stage_2 = year.key_stage_2
    below_test = {code: float(points) for code, points in key_stage_2.points.items()}
    sixteenths = range(10 * 16 + 1)
    types = year.school_types.types
    return Rules(
        allowed=_allowed(year),
        included=frozenset(year.inclusion.included),
        key_stage_1={code: float(points) for code, points in key_stage_1.points.items()},
        below=key_stage_1.below_code or "",
        below_points=float(key_stage_1.below_without_p_scale or nan),
        own_scales={code: scale[code] for code in key_stage_1.own_p_scales},
        english_scales={code: scale[code] for code in key_stage_1.english_p_scales},
        maths_scales=scale,
        group_of=[_holder(groups.groups, k / 16) for k in sixteenths],
        band_of=[bands.bands[_holder(bands.bands, k / 16)].code for k in sixteenths],
        averages={
            prefix: [float(getattr(row, name)) for row in groups.groups]
            for prefix, name in PROGRESS.items()
        },
        minimums={
            prefix: [
                float(getattr(least[row.group], name)) if row.group in least else float("-inf")
                for row in groups.groups
            ]
            for prefix, name in PROGRESS.items()
        },
        tests={code: _test(outcome) for code, outcome in tests.codes.items()},
        blank_test=_test(tests.blank),
        below_test_points=below_test,
        writing_points=below_test
        | {code: float(points) for code, points in writing_points.points.items()},
        no_score_points=float(key_stage_2.points_without_score or nan),
        no_score=key_stage_2.no_score,
        expected=key_stage_2.expected_score,
        higher=key_stage_2.higher_score,
        writing={code: _assessment(x) for code, x in year.writing_outcomes.codes.items()},
        blank_writing=_assessment(year.writing_outcomes.blank),
        science={code: _assessment(x) for code, x in year.science_outcomes.codes.items()},
        blank_science=_assessment(year.science_outcomes.blank),
        deviations={
            prefix: float(getattr(deviation, name).best) for prefix, name in PROGRESS.items()
        },
        critical_value=float(interval.critical_value),
        state_funded=frozenset(code for code, kind in types.items() if kind.state_funded),
        mainstream=frozenset(
            code for code, kind in types.items() if kind.state_funded and kind.mainstream
        ),
    )


def _holder(ranges: Sequence[PointRange], points: float) -> int:
    """The row whose range holds these points; ends are exact in binary."""
    for row, part in enumerate(ranges):
        low, high = float(part.low), float(part.high)
        above = points > low or (points == low and part.includes in {"low", "both"})
        under = points < high or (points == high and part.includes in {"high", "both"})
        if above and under:
            return row
    raise ValueError(f"no range holds {points} points")


def _test(outcome: TestOutcome) -> Test:
    return Test(
        counted=float(outcome.rate == "counted"),
        met=float(outcome.standard == "met"),
        by_score=float(outcome.standard != "not_met"),
        average=float(outcome.average),
        unable=float(outcome.unable),
        from_score=float(outcome.progress == "score"),
        from_assessment=float(outcome.progress == "assessment" or outcome.too_few_marks),
        too_few=float(outcome.too_few_marks),
    )


def _assessment(outcome: AssessmentOutcome) -> Assessment:
    return Assessment(
        counted=float(outcome.rate == "counted"),
        expected=float(outcome.expected),
        higher=float(outcome.higher),
        towards=float(outcome.towards),
        not_assessed=float(outcome.not_assessed),
    )


def _allowed(year: Year) -> dict[str, frozenset[str]]:
    """The codes each text column may hold."""
    key_stage_1, key_stage_2 = year.key_stage_1, year.key_stage_2
    assert key_stage_1 is not None
    scores = range(key_stage_2.lowest_score, key_stage_2.highest_score + 1)
    result = {*key_stage_1.points, *key_stage_1.disregarded, key_stage_1.below_code or ""}
    allowed: dict[str, frozenset[str]] = {
        "P_INCL": frozenset(year.inclusion.codes),
        "SEX": frozenset("MF"),
        "SENF": frozenset("NKE"),
        "EALGRP": frozenset("123"),
        "FSM6_P": frozenset("01"),
        "NEWMOBILE": frozenset("01"),
        "WRITTAOUTCOME": frozenset(year.writing_outcomes.codes),
        "SCITAOUTCOME": frozenset(year.science_outcomes.codes),
        "READTAOUTCOME": frozenset(year.below_test_outcomes.codes),
        "MATTAOUTCOME": frozenset(year.below_test_outcomes.codes),
    }
    allowed |= {f"KS1{subject}": frozenset(result) for subject in KS1_SUBJECTS}
    allowed |= dict.fromkeys(KS1_SCALES, frozenset(key_stage_1.p_scale))
    for subject in TESTS:
        allowed[f"{subject}OUTCOME"] = frozenset(year.test_outcomes.codes)
        allowed[f"{subject}SCORE"] = frozenset({*map(str, scores), key_stage_2.no_score})
    return allowed
