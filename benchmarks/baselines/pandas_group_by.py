"""The measures in pandas in the usual style: one group-by after the other, per group and level.

    python benchmarks/baselines/pandas_group_by.py PUPILS.parquet SCHOOLS.parquet OUT

Each pupil gets a column for each measure (0 or 100, or blank where they do not count); every group
and level is then a filter, a group-by and a mean.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import rules as r
from rules import Assessment, Rules, Test

Table = Mapping[str, float]


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


def mapped(column: pd.Series, table: Table) -> pd.Series:
    """A number for each row, by its code; not a number where the table has none."""
    return column.map(dict(table), na_action="ignore").astype("float64")


def add_measures(pupils: pd.DataFrame, rules: Rules) -> list[str]:
    """Add a column for each measure, and ``BAND``; name the measures."""
    names = ["TKS1AVERAGE"]
    pupils["TKS1AVERAGE"] = _average_points(pupils, rules)
    sixteenth = (pupils["TKS1AVERAGE"] * 16).fillna(0).astype(int)
    group = sixteenth.map(pd.Series(rules.group_of))
    pupils["BAND"] = sixteenth.map(pd.Series(rules.band_of)).where(pupils["TKS1AVERAGE"].notna())
    points = {"WRIT": mapped(pupils["WRITTAOUTCOME"], rules.writing_points)}
    met: dict[str, pd.Series] = {}
    for subject in r.TESTS:
        points[subject] = _test(pupils, subject, rules, met)
        names += [f"PT{subject}_EXP", f"PT{subject}_HIGH", f"PT{subject}_AT", f"{subject}_AVERAGE"]
    for name, codes, blank in (
        ("WRITTA", rules.writing, rules.blank_writing),
        ("SCITA", rules.science, rules.blank_science),
    ):
        names += _assessment(pupils, name, codes, blank, met)
    in_all = pupils["PTREAD_EXP"].notna() & pupils["PTMAT_EXP"].notna()
    for standard in ("EXP", "HIGH"):
        all_met = met[f"READ_{standard}"] & met[f"MAT_{standard}"] & met[f"WRITTA_{standard}"]
        pupils[f"PTRWM_{standard}"] = (100.0 * all_met).where(in_all)
        names.append(f"PTRWM_{standard}")
    for subject in r.PROGRESS:
        average = group.map(pd.Series(rules.averages[subject]))
        minimum = group.map(pd.Series(rules.minimums[subject]))
        progress = (points[subject] - average).where(pupils["TKS1AVERAGE"].notna())
        pupils[f"{subject}PROG"] = progress.mask(progress < minimum, minimum)
        pupils[f"{subject}PROG_UNADJUSTED"] = progress
        names += [f"{subject}PROG", f"{subject}PROG_UNADJUSTED"]
    return names


def _average_points(pupils: pd.DataFrame, rules: Rules) -> pd.Series:
    points: dict[str, pd.Series] = {}
    for subject in r.KS1_SUBJECTS:
        result = pupils[f"KS1{subject}"]
        scale = pupils[f"KS1{subject}PSCALE"]
        if subject == "MAT":
            below = mapped(scale, rules.maths_scales)
        else:
            below = mapped(scale, rules.own_scales)
            below = below.fillna(mapped(pupils["KS1ENGPSCALE"], rules.english_scales))
        found = mapped(result, rules.key_stage_1)
        points[subject] = found.mask(result == rules.below, below.fillna(rules.below_points))
    return ((points["READ"] + points["WRIT"]) / 2 + points["MAT"]) / 2


def _test(pupils: pd.DataFrame, subject: str, rules: Rules, met: dict[str, pd.Series]) -> pd.Series:
    """Add the columns of a test; give its progress points."""
    outcome, text = pupils[f"{subject}OUTCOME"], pupils[f"{subject}SCORE"]

    def rule(of: Callable[[Test], float]) -> pd.Series:
        table = {code: of(test) for code, test in rules.tests.items()}
        return mapped(outcome, table).fillna(of(rules.blank_test)) == 1.0

    scores = {code: float(code) for code in text.cat.categories if code != rules.no_score}
    score = mapped(text, scores)
    counted, by_score = rule(lambda test: test.counted), rule(lambda test: test.by_score)
    met[f"{subject}_EXP"] = rule(lambda test: test.met) | (by_score & (score >= rules.expected))
    met[f"{subject}_HIGH"] = by_score & (score >= rules.higher)
    pupils[f"PT{subject}_EXP"] = (100.0 * met[f"{subject}_EXP"]).where(counted)
    pupils[f"PT{subject}_HIGH"] = (100.0 * met[f"{subject}_HIGH"]).where(counted)
    pupils[f"PT{subject}_AT"] = 100.0 * rule(lambda test: test.unable)
    pupils[f"{subject}_AVERAGE"] = score.where(rule(lambda test: test.average))
    if subject == "GPS":
        return score
    by_test = rule(lambda test: test.from_score)
    assessed = mapped(pupils[f"{subject}TAOUTCOME"], rules.below_test_points)
    assessed = assessed.where(rule(lambda test: test.from_assessment))
    too_few = rule(lambda test: test.too_few)
    assessed = assessed.mask(assessed.isna() & too_few, rules.no_score_points)
    return assessed.mask(by_test & score.notna(), score)


def _assessment(
    pupils: pd.DataFrame,
    name: str,
    codes: Mapping[str, Assessment],
    blank: Assessment,
    met: dict[str, pd.Series],
) -> list[str]:
    """Add the columns of a teacher assessment; name them."""
    outcome = pupils[f"{name}OUTCOME"]

    def rule(of: Callable[[Assessment], float]) -> pd.Series:
        table = {code: of(row) for code, row in codes.items()}
        return mapped(outcome, table).fillna(of(blank)) == 1.0

    counted = rule(lambda code: code.counted)
    columns = {"EXP": rule(lambda code: code.expected)}
    if name == "WRITTA":
        columns["HIGH"] = rule(lambda code: code.higher)
        columns["WTS"] = rule(lambda code: code.towards)
    columns["AD"] = rule(lambda code: code.not_assessed)
    for part, flag in columns.items():
        met[f"{name}_{part}"] = flag
        pupils[f"PT{name}_{part}"] = 100.0 * flag if part == "AD" else (100.0 * flag).where(counted)
    return [f"PT{name}_{part}" for part in columns]


def groups(pupils: pd.DataFrame) -> dict[str, pd.Series]:
    """Which pupils are in each group, by its suffix."""
    return {
        "": pupils["URN"].notna(),
        "_B": pupils["SEX"] == "M",
        "_G": pupils["SEX"] == "F",
        "_FSM6CLA1A": pupils["FSM6_P"] == "1",
        "_NotFSM6CLA1A": pupils["FSM6_P"] == "0",
        "_EAL": pupils["EALGRP"] == "2",
        "_EALGRP1": pupils["EALGRP"] == "1",
        "_EALGRP3": pupils["EALGRP"] == "3",
        "_MOBN": pupils["NEWMOBILE"] == "0",
        "_L": pupils["BAND"] == "L",
        "_M": pupils["BAND"] == "M",
        "_H": pupils["BAND"] == "H",
        "_NA": pupils["BAND"].isna(),
        "_SENE": pupils["SENF"] == "E",
        "_SENK": pupils["SENF"] == "K",
        "_SENEK": pupils["SENF"].isin(["E", "K"]),
        "_SENN": pupils["SENF"] == "N",
    }


def level(
    pupils: pd.DataFrame, key: str, names: list[str], rows: pd.Index, rules: Rules
) -> pd.DataFrame:
    """All measures of all groups at one level; a row for each of ``rows``."""
    made: dict[str, pd.Series] = {}
    narrow = pupils[[key, *names]]
    for suffix, mask in groups(pupils).items():
        grouped = narrow[mask].groupby(key)
        pupils_in = grouped.size().reindex(rows, fill_value=0)
        means = grouped[names].mean().reindex(rows)
        if suffix in r.COUNTS:
            made[r.COUNTS[suffix]] = pupils_in
        progress = [f"{subject}PROG" for subject in r.PROGRESS]
        counts = grouped[progress].count().reindex(rows, fill_value=0)
        spreads = grouped[progress].std().reindex(rows)
        for name in names:
            ending = name.removesuffix("_UNADJUSTED")
            made[ending + suffix + name[len(ending) :]] = means[name]
        for subject in r.PROGRESS:
            score, n = means[f"{subject}PROG"], counts[f"{subject}PROG"]
            half = rules.critical_value * rules.deviations[subject] / np.sqrt(n)
            made[f"{subject}PROG{suffix}_LOWER"] = score - half
            made[f"{subject}PROG{suffix}_UPPER"] = score + half
            made[f"{subject}PROG{suffix}_SD"] = spreads[f"{subject}PROG"]
            made[f"{subject}COV{suffix}"] = 100.0 * n / pupils_in
    banded = made["TKS1GROUP_L"] + made["TKS1GROUP_M"] + made["TKS1GROUP_H"]
    for count, share in r.SHARES.items():
        whole = banded if count[-2:] in {"_L", "_M", "_H"} else made["TELIG"]
        made[share] = 100.0 * made[count] / whole
    return pd.DataFrame(made, index=rows).rename_axis(key).reset_index()


def levels(pupils: pd.DataFrame, schools: pd.DataFrame, rules: Rules) -> dict[str, pd.DataFrame]:
    """The measures of every level, a row a school, authority, region, trust or nation."""
    pupils = pupils[pupils["P_INCL"].isin(rules.included)].copy()
    names = add_measures(pupils, rules)
    places = schools[["URN", "LEA", "REGION", "TRUST_UID", "NFTYPE"]]
    pupils = pupils.merge(places, on="URN", how="left")
    funded = schools["NFTYPE"].isin(rules.state_funded)
    pupils = pupils.drop(columns=[name for name in pupils if name[-7:] == "OUTCOME"])
    state = pupils[pupils["NFTYPE"].isin(rules.state_funded)]
    made = {
        "school": level(pupils, "URN", names, pd.Index(schools["URN"]), rules),
        "la": level(state, "LEA", names, _rows(schools.loc[funded, "LEA"]), rules),
        "region": level(state, "REGION", names, _rows(schools.loc[funded, "REGION"]), rules),
        "trust": level(pupils, "TRUST_UID", names, _rows(schools["TRUST_UID"]), rules),
    }
    nations = []
    for scope in r.SCOPES:
        part = state if scope == "state_funded" else pupils
        if scope == "mainstream":
            part = pupils[pupils["NFTYPE"].isin(rules.mainstream)]
        nations.append(level(part.assign(kind=scope), "kind", names, pd.Index([scope]), rules))
    made["national"] = pd.concat(nations, ignore_index=True)
    return made


def _rows(keys: pd.Series) -> pd.Index:
    return pd.Index(np.sort(keys.dropna().unique()))


def main() -> None:
    """Read, check, calculate, write."""
    pupil_file, school_file, out = map(Path, sys.argv[1:4])
    rules = r.read_rules(2022, "provisional")
    pupils = pd.read_parquet(
        pupil_file, columns=list(r.COLUMNS), read_dictionary=list(r.TEXT_COLUMNS), engine="pyarrow"
    )
    schools = pd.read_parquet(school_file)
    check(pupils, schools, rules)
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in levels(pupils, schools, rules).items():
        frame.to_parquet(out / f"{name}.parquet", index=False, compression="zstd")


if __name__ == "__main__":
    main()
