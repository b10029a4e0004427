"""Invented pupils and schools as raw canonical records: one builder, ruled by any chooser.

A chooser decides; `Seeded` decides by a seed (realistic spreads, for larger cohorts) and the
Hypothesis strategies decide by drawing. Records are plain dicts: codes are strings as in the file,
scores are int or None, nothing known is None.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Protocol, TypeVar

from keystage.statute.outcomes import AssessmentOutcome, TestOutcome
from keystage.statute.year import Year

T = TypeVar("T")
Pupil = dict[str, Any]
School = dict[str, Any]

PUPIL_COLUMNS = (
    "URN", "LAESTAB", "UPN", "P_INCL", "SEX", "SENF", "EALGRP", "FSM6_P", "FSM6CLA1A", "NEWMOBILE",
    "KS1READ", "KS1WRIT", "KS1MAT", "KS1READPSCALE", "KS1WRITPSCALE", "KS1ENGPSCALE",
    "KS1MATPSCALE", "KS1AVERAGEPS", "READOUTCOME", "MATOUTCOME", "GPSOUTCOME", "READSCORE",
    "MATSCORE", "GPSSCORE", "WRITTAOUTCOME", "SCITAOUTCOME", "READTAOUTCOME", "MATTAOUTCOME",
)  # fmt: skip
SCHOOL_COLUMNS = (
    "URN", "LAESTAB", "SCHNAME", "LEA", "NFTYPE", "RECTYPE", "REGION", "TRUST_UID", "TRUST_NAME",
    "DATE_JOINED_TRUST",
)  # fmt: skip


class Chooser(Protocol):
    """Something that decides."""

    def pick(self, options: Sequence[tuple[T, int]]) -> T:
        """One of the options; the number beside each is its weight. The first is the plainest."""

    def near(self, centre: int, spread: int, low: int, high: int) -> int:
        """A whole number between low and high, about the centre if the chooser knows how."""


@dataclass(frozen=True)
class Seeded:
    """A chooser ruled by a seeded random generator."""

    random: Random

    def pick(self, options: Sequence[tuple[T, int]]) -> T:
        """Choose by weight."""
        found: T = self.random.choices(
            [option for option, _ in options], [weight for _, weight in options]
        )[0]
        return found

    def near(self, centre: int, spread: int, low: int, high: int) -> int:
        """Choose by a bell curve, kept within the ends."""
        return min(high, max(low, round(self.random.gauss(centre, spread))))


def usable(codes: Mapping[str, TestOutcome] | Mapping[str, AssessmentOutcome]) -> list[str]:
    """The codes the year has a rule for, in its order."""
    return [code for code, rule in codes.items() if rule.assumed or not rule.undocumented]


_CENTRE = {"GDS": 112, "EXS": 105, "WTS": 96, "PKF": 89, "PK4": 89, "PK3": 87, "PK2": 86}
_LOWEST_CENTRE = 84


def build_pupil(
    chooser: Chooser, year: Year, school: School, *, contradictory: bool, shift: int = 0
) -> Pupil:
    """One pupil of a school, without a UPN; ``shift`` moves the scores the pupil is likely to get.

    ``contradictory`` also allows what a checked file should not hold: a score beside an outcome
    that has none, a score on the wrong side of its outcome, a score without an outcome.
    """
    pupil: Pupil = dict.fromkeys(PUPIL_COLUMNS)
    pupil["URN"], pupil["LAESTAB"] = school["URN"], school["LAESTAB"]
    inside = year.inclusion.included
    outside = [code for code in year.inclusion.codes if code not in inside]
    pupil["P_INCL"] = chooser.pick(
        [(code, 40) for code in inside] + [(code, 1) for code in outside],
    )
    pupil["SEX"] = chooser.pick([("M", 50), ("F", 49), (None, 1)])
    pupil["SENF"] = chooser.pick([("N", 75), ("K", 15), ("E", 8), (None, 2)])
    pupil["EALGRP"] = chooser.pick([("1", 75), ("2", 20), ("3", 3), (None, 2)])
    pupil["FSM6_P"] = chooser.pick([("0", 68), ("1", 30), (None, 2)])
    pupil["NEWMOBILE"] = chooser.pick([("0", 90), ("1", 8), (None, 2)])
    ability = _key_stage_1(pupil, chooser, year) + shift
    for prefix in ("READ", "MAT", "GPS"):
        _test(pupil, chooser, year, prefix, ability, contradictory=contradictory)
    _assessments(pupil, chooser, year, ability)
    return pupil


def _key_stage_1(pupil: Pupil, chooser: Chooser, year: Year) -> int:
    """Fill in key stage 1; the answer is a likely key stage 2 score."""
    table = year.key_stage_1
    if table is None:
        return _CENTRE["EXS"]
    ladder = sorted(table.points, key=lambda code: -table.points[code])
    typical = [(code, {"EXS": 60, "GDS": 25, "WTS": 18}.get(code, 3)) for code in ladder]
    typical.sort(key=lambda option: -option[1])
    below = table.below_code
    levels = [*typical, (below, 4)] if below is not None else typical
    level = chooser.pick(levels)
    kind = chooser.pick(
        [("all", 86), ("one missing", 4), ("disregarded", 3), ("average only", 4), ("none", 3)]
    )
    if kind == "average only":
        middle = 16 * int(table.points.get(level, table.below_without_p_scale or 3))
        sixteenths = chooser.near(middle, 8, 4, 16 * int(max(table.points.values())))
        pupil["KS1AVERAGEPS"] = sixteenths / 16
    if kind in {"average only", "none"}:
        return _CENTRE.get(level, _LOWEST_CENTRE)
    for name in ("READ", "WRIT", "MAT"):
        code = chooser.pick([(level, 900), *typical, *([(below, 1)] if below is not None else [])])
        pupil[f"KS1{name}"] = code
    missing = chooser.pick([("KS1READ", 1), ("KS1WRIT", 1), ("KS1MAT", 1)])
    if kind == "one missing":
        pupil[missing] = None
    elif kind == "disregarded" and table.disregarded:
        pupil[missing] = chooser.pick([(code, 1) for code in table.disregarded])
    if below is not None and below in {pupil["KS1READ"], pupil["KS1WRIT"], pupil["KS1MAT"]}:
        scales = [(None, len(table.p_scale)), *((scale, 1) for scale in table.p_scale)]
        for name in ("READ", "WRIT", "ENG", "MAT"):
            pupil[f"KS1{name}PSCALE"] = chooser.pick(scales)
    return _CENTRE.get(level, _LOWEST_CENTRE)


def _test(
    pupil: Pupil, chooser: Chooser, year: Year, prefix: str, ability: int, *, contradictory: bool
) -> None:
    scale = year.key_stage_2
    others = [code for code in usable(year.test_outcomes.codes) if code not in {"AS", "NS", "B"}]
    below = 30 if ability <= _LOWEST_CENTRE + 5 else 1
    kinds: list[tuple[str | None, int]] = [
        ("score", 180), ("B", below), ("NS", 2), ("AS", 2), (None, 2),
        *((code, 1) for code in others),
    ]  # fmt: skip
    kind = chooser.pick(kinds)
    score: int | None = None
    outcome = kind
    if kind == "score":
        spread = chooser.pick([(5, 50), (9, 3)])
        score = chooser.near(ability, spread, scale.lowest_score, scale.highest_score)
        outcome = "AS" if score >= scale.expected_score else "NS"
    if contradictory and chooser.pick([(False, 9), (True, 1)]):
        outcome = chooser.pick([(code, 1) for code in (*usable(year.test_outcomes.codes), None)])
    pupil[f"{prefix}OUTCOME"], pupil[f"{prefix}SCORE"] = outcome, score
    if prefix == "GPS":
        return
    valued = [code for code in year.below_test_outcomes.codes if code in scale.points]
    rest = [code for code in year.below_test_outcomes.codes if code not in scale.points]
    some = [*((code, 4) for code in valued), (None, 3), *((code, 1) for code in rest)]
    hardly = [(None, 60), *((code, 1) for code in (*valued, *rest))]
    without_score = outcome == "B" or (outcome in {"NS", "N"} and score is None)
    pupil[f"{prefix}TAOUTCOME"] = chooser.pick(some if without_score else hardly)


def _assessments(pupil: Pupil, chooser: Chooser, year: Year, ability: int) -> None:
    likely = "EXS" if ability >= year.key_stage_2.expected_score else "WTS"
    below = 12 if ability <= _LOWEST_CENTRE + 4 else 1
    weights = {"EXS": 120 if likely == "EXS" else 8, "GDS": 20 if likely == "EXS" else 1}
    weights |= dict.fromkeys(year.key_stage_2.points, below) | {"WTS": 20}
    writing: list[tuple[str | None, int]] = [(likely, 80)]
    writing += [(code, weights.get(code, 1)) for code in usable(year.writing_outcomes.codes)]
    pupil["WRITTAOUTCOME"] = chooser.pick([*writing, (None, 2)])
    science: list[tuple[str | None, int]] = [("EXS", 80)]
    science += [(code, 10 if code == "HNM" else 1) for code in usable(year.science_outcomes.codes)]
    pupil["SCITAOUTCOME"] = chooser.pick([*science, (None, 2)])


def build_schools(chooser: Chooser, year: Year, number: int) -> list[School]:
    """Invented schools: URNs from 900000, up to three LAs in two regions, some in trusts."""
    types = year.school_types.types
    plain = [code for code, kind in types.items() if kind.state_funded and kind.mainstream]
    rest = [code for code in types if code not in plain]
    schools: list[School] = []
    for index in range(number):
        lea = chooser.pick([(997, 2), (998, 1), (999, 1)])
        code = chooser.pick(
            [(plain[0], 30), *((one, 3) for one in plain[1:]), *((one, 1) for one in rest)]
        )
        kind = types[code]
        trust = chooser.pick([(None, 2), ("T1", 3), ("T2", 1)])
        schools.append(
            {
                "URN": 900000 + index,
                "LAESTAB": lea * 10000 + index + 1,
                "SCHNAME": f"Invented School {index + 1}",
                "LEA": lea,
                "NFTYPE": code,
                "RECTYPE": 1 if kind.mainstream else 2,
                "REGION": "Northmarch" if lea == 997 else "Southmarch",
                "TRUST_UID": trust,
                "TRUST_NAME": None if trust is None else f"Invented Trust {trust}",
                "DATE_JOINED_TRUST": None if trust is None else _joined(chooser, year),
            }
        )
    return schools


def _joined(chooser: Chooser, year: Year) -> date | None:
    """A day before, on or after the days that change a school's weight."""
    if year.trusts is None:
        return None
    day = year.trusts.joined_before
    last = day.replace(year=day.year - 1)
    return chooser.pick([
        (last.replace(day=last.day - 1), 6), (day.replace(day=day.day - 1), 4), (last, 3),
        (day.replace(year=day.year - 6), 2), (day, 2), (day.replace(year=day.year + 1), 1),
    ])  # fmt: skip


def numbered(pupils: Sequence[Pupil], *, department_flag: bool) -> list[Pupil]:
    """Give every pupil a UPN; with the flag, also the department's own disadvantage column."""
    for index, pupil in enumerate(pupils):
        pupil["UPN"] = f"X{999000000000 + index}"
        if department_flag:
            pupil["FSM6CLA1A"] = "1" if pupil["FSM6_P"] == "1" or index % 50 == 7 else "0"
    return list(pupils)


def make_cohort(
    seed: int, schools: int, pupils_per_school: int, year: Year, *, contradictory: bool = False
) -> tuple[list[Pupil], list[School]]:
    """A cohort that the same seed always makes again: (pupils, schools)."""
    chooser = Seeded(Random(seed))  # noqa: S311  # invented pupils need no cryptographic chance
    made = build_schools(chooser, year, schools)
    pupils: list[Pupil] = []
    for school in made:
        shift = chooser.near(0, 2, -8, 8)
        pupils += [
            build_pupil(chooser, year, school, contradictory=contradictory, shift=shift)
            for _ in range(pupils_per_school)
        ]
    return numbered(pupils, department_flag=seed % 2 == 1), made


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The rows as a CSV file's text; nothing known is written blank."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
