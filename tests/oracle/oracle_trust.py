"""Trust measures (technical guide of 2022, annex B), weighted by years and pupils, and plain."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from oracle_exact import Figure, count, given, ratio, root
from oracle_pupil import Judged
from oracle_reference import populations_of
from oracle_types import Reference, Unit

from keystage.statute.year import Year

TRUST_SUFFIXES = ("", "_FSM6CLA1A", "_NotFSM6CLA1A")
PROGRESS_FIELD = {"reading": "READPROG", "writing": "WRITPROG", "maths": "MATPROG"}


def years_in_trust(joined: date, year: Year) -> int:
    """Whole academic years in the trust by the year's date, up to the weight cap."""
    assert year.trusts is not None
    rule = year.trusts
    years = rule.years_needed - 1
    for back in range(rule.weight_cap - years):
        years += joined < rule.joined_before.replace(year=rule.joined_before.year - back)
    return years


def school_weight(school: Mapping[str, Any], year: Year) -> int | None:
    """The weight of a school in its trust, or None when it is not in the measures."""
    rule = year.trusts
    if rule is None or school["TRUST_UID"] is None or school["DATE_JOINED_TRUST"] is None:
        return None
    kind = year.school_types.types[school["NFTYPE"]]
    if kind.alternative_provision or "mainstream" not in populations_of(school, year):
        return None
    years = years_in_trust(school["DATE_JOINED_TRUST"], year)
    return min(years, rule.weight_cap) if years >= rule.years_needed else None


def trust_figures(
    judged: Iterable[Judged],
    schools: Sequence[Mapping[str, Any]],
    year: Year,
    reference: Reference | None,
) -> dict[Unit, dict[str, Figure]]:
    """Every eligible trust's measures; trusts with too few schools are not in the answer."""
    if year.trusts is None:
        return {}
    by_school: dict[int, list[Judged]] = {}
    for pupil in judged:
        by_school.setdefault(pupil.urn, []).append(pupil)
    members: dict[str, list[tuple[int, list[Judged]]]] = {}
    for school in schools:
        weight = school_weight(school, year)
        if weight is not None and school["URN"] in by_school:
            members.setdefault(school["TRUST_UID"], []).append(
                (weight, by_school[school["URN"]]),
            )
    return {
        ("TRUST", uid): _figures(found, year, reference)
        for uid, found in members.items()
        if len(found) >= year.trusts.smallest_number_of_schools
    }


def _figures(
    members: Sequence[tuple[int, list[Judged]]], year: Year, reference: Reference | None
) -> dict[str, Figure]:
    assert year.trusts is not None
    percent = year.trusts.percent_decimals
    found = {"NUMINST": count(len(members))}
    for suffix in TRUST_SUFFIXES:
        parts = [
            (weight, [pupil for pupil in pupils if suffix in pupil.suffixes])
            for weight, pupils in members
        ]
        found[f"TELIG{suffix}"] = count(sum(len(pupils) for _, pupils in parts))
        for ending, plain in (("", False), ("_UNWEIGHTED", True)):
            weighed = [(1 if plain else weight, pupils) for weight, pupils in parts]
            met, counted = 0, 0
            for weight, pupils in weighed:
                inside = [p for p in pupils if p.tests["reading"].counted]
                inside = [p for p in inside if p.tests["maths"].counted]
                counted += weight * len(inside)
                met += weight * sum(
                    p.tests["reading"].expected and p.tests["maths"].expected and p.writing.expected
                    for p in inside
                )
            found[f"PTRWM_EXP{suffix}{ending}"] = ratio(met, counted, percent, 100)
            for subject, name in PROGRESS_FIELD.items():
                _progress(found, f"{name}{suffix}", ending, subject, weighed, year, reference)
    return found


def _progress(
    found: dict[str, Figure],
    name: str,
    ending: str,
    subject: str,
    weighed: Sequence[tuple[int, list[Judged]]],
    year: Year,
    reference: Reference | None,
) -> None:
    """Σ w n score / Σ w n with n all pupils at the end of key stage 2, and its interval."""
    assert year.trusts is not None
    decimals = year.trusts.progress_decimals
    rows: list[tuple[int, int, Fraction]] = []
    for weight, pupils in weighed:
        scores = [pupil.adjusted[subject] for pupil in pupils if subject in pupil.adjusted]
        if scores:
            rows.append((weight, len(pupils), sum(scores, Fraction(0)) / len(scores)))
    score = weighted_score(rows)
    mean = Figure(None, None, decimals) if score is None else given(score, decimals)
    found[f"{name}{ending}"] = mean
    half: Fraction | None = None
    if score is not None and year.interval is not None and reference and subject in reference["sd"]:
        width = Fraction(year.interval.critical_value) * reference["sd"][subject]
        half = root(width**2 / effective_number(rows))
    for side, sign in (("LOWER", -1), ("UPPER", 1)):
        limit = None if half is None or score is None else score + sign * half
        found[f"{name}_{side}{ending}"] = given(limit, decimals)


def weighted_score(rows: Sequence[tuple[int, int, Fraction]]) -> Fraction | None:
    """The weighted mean of (weight, pupils, score) rows."""
    total = sum(weight * number for weight, number, _ in rows)
    if not total:
        return None
    return sum((weight * number * score for weight, number, score in rows), Fraction(0)) / total


def effective_number(rows: Sequence[tuple[int, int, Fraction]]) -> Fraction:
    """(Σ w n)² / Σ w² n: how many equally weighted pupils would give the same precision."""
    total = sum(weight * number for weight, number, _ in rows)
    return Fraction(total**2, sum(weight**2 * number for weight, number, _ in rows))
