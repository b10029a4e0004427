"""The measures in pandas, with the engine's own strategy: school sums first, then roll-ups.

    python benchmarks/baselines/pandas_same_strategy.py PUPILS.parquet SCHOOLS.parquet OUT

Pupils are reduced once to sums per school and value of each trait; every level adds those sums up;
ratios and limits come last. Text columns are read as categories, so that rules are look-ups.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import rules as r
from numpy.typing import NDArray
from rules import Assessment, Rules, Test

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

TEST_PARTS = ("in", "exp", "high", "unable", "scored", "score")
ASSESSED_PARTS = ("in", "exp", "high", "wts", "ad")
PROGRESS_PARTS = ("n", "adjusted", "unadjusted", "squares")
PARTS = (
    "n",
    "rwm_in",
    "rwm_exp",
    "rwm_high",
    *(f"{subject}_{part}" for subject in r.TESTS for part in TEST_PARTS),
    *(f"{subject}_{part}" for subject in ("WRITTA", "SCITA") for part in ASSESSED_PARTS),
    *(f"{subject}PROG_{part}" for subject in r.PROGRESS for part in PROGRESS_PARTS),
    "aps_n",
    "aps",
)
AT = {name: place for place, name in enumerate(PARTS)}
#: Each trait: its values in order, and the suffixes of the groups they make.
TRAITS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "SEX": ("MF", {"_B": "M", "_G": "F"}),
    "FSM6_P": ("01", {"_FSM6CLA1A": "1", "_NotFSM6CLA1A": "0"}),
    "EALGRP": ("123", {"_EAL": "2", "_EALGRP1": "1", "_EALGRP3": "3"}),
    "NEWMOBILE": ("01", {"_MOBN": "0"}),
    "BAND": ("LMHX", {"_L": "L", "_M": "M", "_H": "H", "_NA": "X"}),
    "SENF": ("NKE", {"_SENE": "E", "_SENK": "K", "_SENN": "N"}),
}


def read(path: Path) -> pd.DataFrame:
    """Read the needed columns, text as categories."""
    return pd.read_parquet(
        path, columns=list(r.COLUMNS), read_dictionary=list(r.TEXT_COLUMNS), engine="pyarrow"
    )


def check(pupils: pd.DataFrame, schools: pd.DataFrame, rules: Rules) -> None:
    """Refuse codes the year does not know, repeated UPNs and unknown schools."""
    for name, allowed in rules.allowed.items():
        unknown = set(pupils[name].cat.categories) - allowed
        if unknown:
            raise ValueError(f"{name} holds {sorted(unknown)}")
    if pupils["UPN"].duplicated().any():
        raise ValueError("a UPN is given twice")
    if not pupils["URN"].isin(schools["URN"]).all():
        raise ValueError("a pupil's school is not in the schools file")


def looked_up(column: pd.Series, value_of: Callable[[str], float], blank: float) -> Floats:
    """A number for each row, by its code; blank cells have code -1, which is the last entry."""
    table = np.array([*map(value_of, column.cat.categories), blank], dtype=np.float64)
    values: Floats = table[column.cat.codes.to_numpy()]
    return values


def pupil_parts(pupils: pd.DataFrame, rules: Rules) -> tuple[Floats, Codes]:
    """What each pupil adds to every sum (rows x parts), and the place of their band in LMHX."""
    parts = np.zeros((len(pupils), len(PARTS)), order="F")
    parts[:, AT["n"]] = 1.0
    average_points = _average_points(pupils, rules)
    has = ~np.isnan(average_points)
    parts[:, AT["aps_n"]] = has
    parts[:, AT["aps"]] = np.where(has, average_points, 0.0)
    sixteenth = np.where(has, average_points * 16, 0).astype(np.int64)
    group = np.array(rules.group_of)[sixteenth]
    letters = np.array(["LMHX".index(band) for band in rules.band_of], dtype=np.int8)
    band = np.where(has, letters[sixteenth], np.int8(3)).astype(np.int8)
    points = {"WRIT": looked_up(pupils["WRITTAOUTCOME"], _points(rules.writing_points), np.nan)}
    for subject in r.TESTS:
        points[subject] = _test(parts, pupils, subject, rules)
    _assessment(parts, pupils["WRITTAOUTCOME"], "WRITTA", rules.writing, rules.blank_writing)
    _assessment(parts, pupils["SCITAOUTCOME"], "SCITA", rules.science, rules.blank_science)
    all_in = parts[:, AT["READ_in"]] * parts[:, AT["MAT_in"]]
    parts[:, AT["rwm_in"]] = all_in
    for standard in ("exp", "high"):
        met = [parts[:, AT[f"{subject}_{standard}"]] for subject in ("READ", "MAT", "WRITTA")]
        parts[:, AT[f"rwm_{standard}"]] = all_in * met[0] * met[1] * met[2]
    for subject in r.PROGRESS:
        progress = points[subject] - np.array(rules.averages[subject])[group]
        counts = has & ~np.isnan(progress)
        adjusted = np.maximum(progress, np.array(rules.minimums[subject])[group])
        parts[:, AT[f"{subject}PROG_n"]] = counts
        parts[:, AT[f"{subject}PROG_adjusted"]] = np.where(counts, adjusted, 0.0)
        parts[:, AT[f"{subject}PROG_squares"]] = parts[:, AT[f"{subject}PROG_adjusted"]] ** 2
        parts[:, AT[f"{subject}PROG_unadjusted"]] = np.where(counts, progress, 0.0)
    return parts, band


def _points(table: Mapping[str, float]) -> Callable[[str], float]:
    return lambda code: table.get(code, np.nan)


def _average_points(pupils: pd.DataFrame, rules: Rules) -> Floats:
    own, english = _points(rules.own_scales), _points(rules.english_scales)
    points: dict[str, Floats] = {}
    shared = looked_up(pupils["KS1ENGPSCALE"], english, np.nan)
    for subject in r.KS1_SUBJECTS:
        column = pupils[f"KS1{subject}"]
        found = looked_up(column, _points(rules.key_stage_1), np.nan)
        below = looked_up(column, lambda code: float(code == rules.below), 0.0) == 1.0
        scale = pupils[f"KS1{subject}PSCALE"]
        if subject == "MAT":
            lower = looked_up(scale, _points(rules.maths_scales), np.nan)
        else:
            lower = looked_up(scale, own, np.nan)
            lower = np.where(np.isnan(lower), shared, lower)
        lower = np.where(np.isnan(lower), rules.below_points, lower)
        points[subject] = np.where(below, lower, found)
    return ((points["READ"] + points["WRIT"]) / 2 + points["MAT"]) / 2


def _test(parts: Floats, pupils: pd.DataFrame, subject: str, rules: Rules) -> Floats:
    """Fill in the parts of a test; give its progress points (not a number where there are none)."""
    outcome, marks = pupils[f"{subject}OUTCOME"], pupils[f"{subject}SCORE"]

    def rule(of: Callable[[Test], float]) -> Floats:
        return looked_up(outcome, lambda code: of(rules.tests[code]), of(rules.blank_test))

    no_score = rules.no_score
    score = looked_up(marks, lambda text: np.nan if text == no_score else float(text), np.nan)
    counted, has = rule(lambda test: test.counted), ~np.isnan(score)
    by_score = rule(lambda test: test.by_score) == 1.0
    met = (rule(lambda test: test.met) == 1.0) | (by_score & has & (score >= rules.expected))
    scored = (rule(lambda test: test.average) == 1.0) & has
    parts[:, AT[f"{subject}_in"]] = counted
    parts[:, AT[f"{subject}_exp"]] = counted * met
    parts[:, AT[f"{subject}_high"]] = counted * (by_score & has & (score >= rules.higher))
    parts[:, AT[f"{subject}_unable"]] = rule(lambda test: test.unable)
    parts[:, AT[f"{subject}_scored"]] = scored
    parts[:, AT[f"{subject}_score"]] = np.where(scored, score, 0.0)
    if subject == "GPS":
        return score
    by_test = rule(lambda test: test.from_score) == 1.0
    too_few = rule(lambda test: test.too_few) == 1.0
    by_assessment = rule(lambda test: test.from_assessment) == 1.0
    assessed = looked_up(pupils[f"{subject}TAOUTCOME"], _points(rules.below_test_points), np.nan)
    assessed = np.where(by_assessment, assessed, np.nan)
    assessed = np.where(np.isnan(assessed) & too_few, rules.no_score_points, assessed)
    return np.where(by_test & has, score, assessed)


def _assessment(
    parts: Floats,
    column: pd.Series,
    name: str,
    codes: Mapping[str, Assessment],
    blank: Assessment,
) -> None:
    def rule(of: Callable[[Assessment], float]) -> Floats:
        return looked_up(column, lambda code: of(codes[code]), of(blank))

    counted = rule(lambda code: code.counted)
    parts[:, AT[f"{name}_in"]] = counted
    parts[:, AT[f"{name}_exp"]] = counted * rule(lambda code: code.expected)
    parts[:, AT[f"{name}_high"]] = counted * rule(lambda code: code.higher)
    parts[:, AT[f"{name}_wts"]] = counted * rule(lambda code: code.towards)
    parts[:, AT[f"{name}_ad"]] = counted * rule(lambda code: code.not_assessed)


def school_sums(
    pupils: pd.DataFrame, schools: pd.DataFrame, rules: Rules
) -> tuple[list[str], Floats]:
    """The suffixes of the groups, and the sums (schools x groups x parts)."""
    parts, band = pupil_parts(pupils, rules)
    kept = looked_up(pupils["P_INCL"], lambda code: float(code in rules.included), 0.0) == 1.0
    place = pd.Index(schools["URN"]).get_indexer(pupils["URN"])
    place[~kept] = len(schools)
    frame = pd.DataFrame(parts)
    suffixes, sums = [""], [_summed(frame, place, len(schools), 1)[:, 0]]
    for trait, (values, groups) in TRAITS.items():
        if trait == "BAND":
            code = band
        else:
            code = looked_up(pupils[trait], values.index, len(values)).astype(np.int8)
        width = len(values) + 1
        by_value = _summed(frame, place * width + code, len(schools), width)
        for suffix, value in groups.items():
            suffixes.append(suffix)
            sums.append(by_value[:, values.index(value)])
    suffixes.append("_SENEK")
    sums.append(sums[suffixes.index("_SENE")] + sums[suffixes.index("_SENK")])
    return suffixes, np.stack(sums, axis=1)


def _summed(frame: pd.DataFrame, key: NDArray[np.int64], schools: int, width: int) -> Floats:
    """Sums by key; pupils who are left out have a place after the last school, which is dropped."""
    sums = frame.groupby(key, sort=True).sum()
    whole = np.zeros(((schools + 1) * width, len(PARTS)))
    whole[sums.index.to_numpy()] = sums.to_numpy()
    return whole.reshape(schools + 1, width, len(PARTS))[:schools]


def measures(suffixes: list[str], sums: Floats, rules: Rules) -> dict[str, NDArray[Any]]:
    """Every field of every group, from sums (rows x groups x parts)."""
    fields: dict[str, NDArray[Any]] = {}
    group = {suffix: sums[:, place] for place, suffix in enumerate(suffixes)}
    for suffix, field in r.COUNTS.items():
        fields[field] = group[suffix][:, AT["n"]].astype(np.int64)
    banded = fields["TKS1GROUP_L"] + fields["TKS1GROUP_M"] + fields["TKS1GROUP_H"]
    for count, share in r.SHARES.items():
        fields[share] = (
            100.0
            * fields[count]
            / (banded if count[-2:] in {"_L", "_M", "_H"} else fields["TELIG"])
        )
    for suffix in r.SUFFIXES:
        fields |= _group_fields(suffix, group[suffix], rules)
    return fields


def _group_fields(suffix: str, sums: Floats, rules: Rules) -> dict[str, NDArray[Any]]:
    def percent(part: str, whole: str) -> Floats:
        return 100.0 * sums[:, AT[part]] / sums[:, AT[whole]]

    fields: dict[str, NDArray[Any]] = {
        f"PTRWM_EXP{suffix}": percent("rwm_exp", "rwm_in"),
        f"PTRWM_HIGH{suffix}": percent("rwm_high", "rwm_in"),
        f"TKS1AVERAGE{suffix}": sums[:, AT["aps"]] / sums[:, AT["aps_n"]],
    }
    for name in r.TESTS:
        fields[f"PT{name}_EXP{suffix}"] = percent(f"{name}_exp", f"{name}_in")
        fields[f"PT{name}_HIGH{suffix}"] = percent(f"{name}_high", f"{name}_in")
        fields[f"PT{name}_AT{suffix}"] = percent(f"{name}_unable", "n")
        fields[f"{name}_AVERAGE{suffix}"] = (
            sums[:, AT[f"{name}_score"]] / sums[:, AT[f"{name}_scored"]]
        )
    for part in ("EXP", "HIGH", "WTS"):
        fields[f"PTWRITTA_{part}{suffix}"] = percent(f"WRITTA_{part.lower()}", "WRITTA_in")
    fields[f"PTSCITA_EXP{suffix}"] = percent("SCITA_exp", "SCITA_in")
    for name in ("WRITTA", "SCITA"):
        fields[f"PT{name}_AD{suffix}"] = percent(f"{name}_ad", "n")
    for name in r.PROGRESS:
        pupils = sums[:, AT[f"{name}PROG_n"]]
        score = sums[:, AT[f"{name}PROG_adjusted"]] / pupils
        half = rules.critical_value * rules.deviations[name] / np.sqrt(pupils)
        fields[f"{name}PROG{suffix}"] = score
        fields[f"{name}PROG{suffix}_LOWER"] = score - half
        fields[f"{name}PROG{suffix}_UPPER"] = score + half
        total, squares = (sums[:, AT[f"{name}PROG_{part}"]] for part in ("adjusted", "squares"))
        spread = np.maximum(squares - total * total / pupils, 0) / (pupils - 1)
        fields[f"{name}PROG{suffix}_SD"] = np.sqrt(np.where(pupils > 1, spread, np.nan))
        fields[f"{name}PROG{suffix}_UNADJUSTED"] = sums[:, AT[f"{name}PROG_unadjusted"]] / pupils
        fields[f"{name}COV{suffix}"] = percent(f"{name}PROG_n", "n")
    return fields


def levels(pupils: pd.DataFrame, schools: pd.DataFrame, rules: Rules) -> dict[str, pd.DataFrame]:
    """The measures of every level, a row a school, authority, region, trust or nation."""
    suffixes, sums = school_sums(pupils, schools, rules)
    funded = schools["NFTYPE"].isin(rules.state_funded).to_numpy()
    masks = {
        "mainstream": schools["NFTYPE"].isin(rules.mainstream).to_numpy(),
        "state_funded": funded,
        "everyone": np.ones(len(schools), dtype=np.bool_),
    }
    flat = pd.DataFrame(sums.reshape(len(schools), -1))
    rolled: dict[str, tuple[pd.Index, Floats]] = {"school": (pd.Index(schools["URN"]), sums)}
    for level, wanted in (("la", funded), ("region", funded), ("trust", masks["everyone"])):
        added = flat[wanted].groupby(schools[r.KEYS[level]].to_numpy()[wanted], sort=True).sum()
        rolled[level] = (added.index, added.to_numpy().reshape(-1, *sums.shape[1:]))
    national = np.stack([sums[mask].sum(axis=0) for mask in masks.values()])
    rolled["national"] = (pd.Index(list(masks)), national)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            level: pd.DataFrame({r.KEYS[level]: index, **measures(suffixes, added, rules)})
            for level, (index, added) in rolled.items()
        }


def main() -> None:
    """Read, check, calculate, write."""
    pupil_file, school_file, out = map(Path, sys.argv[1:4])
    rules = r.read_rules(2022, "provisional")
    pupils, schools = read(pupil_file), pd.read_parquet(school_file)
    check(pupils, schools, rules)
    out.mkdir(parents=True, exist_ok=True)
    for level, frame in levels(pupils, schools, rules).items():
        frame.to_parquet(out / f"{level}.parquet", index=False, compression="zstd")


if __name__ == "__main__":
    main()
