"""Invented pupils, schools and trusts that the guide's worked examples and the tests share."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cohorts import PUPIL_COLUMNS, SCHOOL_COLUMNS
from oracle_exact import Figure
from oracle_reference import published_reference
from oracle_types import Unit

from keystage.statute.loader import load_year
from keystage.statute.year import Year
from oracle import measure

YEAR = load_year(2022, "provisional")
PUBLISHED = published_reference(YEAR)
HERE: Unit = ("SCHOOL", 900001)


def pupil(**known: object) -> dict[str, Any]:
    """A typical pupil of school 900001 with the given differences."""
    typical = {
        "URN": 900001, "LAESTAB": 9990001, "P_INCL": "201", "SEX": "F", "SENF": "N",
        "EALGRP": "1", "FSM6_P": "0", "NEWMOBILE": "0",
        "KS1READ": "EXS", "KS1WRIT": "EXS", "KS1MAT": "EXS",
        "READOUTCOME": "AS", "MATOUTCOME": "AS", "GPSOUTCOME": "AS",
        "READSCORE": 105, "MATSCORE": 105, "GPSSCORE": 105,
        "WRITTAOUTCOME": "EXS", "SCITAOUTCOME": "EXS",
    }  # fmt: skip
    return dict.fromkeys(PUPIL_COLUMNS) | typical | known


def school(urn: int = 900001, **known: object) -> dict[str, Any]:
    """A mainstream state-funded school in LA 999."""
    kind = next(
        code
        for code, kind in YEAR.school_types.types.items()
        if kind.state_funded and kind.mainstream
    )
    plain = {"URN": urn, "LAESTAB": 9990000 + urn % 1000, "LEA": 999, "NFTYPE": kind, "RECTYPE": 1}
    return dict.fromkeys(SCHOOL_COLUMNS) | plain | {"REGION": "Southmarch"} | known


def measured(*pupils: Mapping[str, Any], year: Year = YEAR) -> dict[str, Figure]:
    return measure(pupils, [school()], year, published_reference(year))[HERE]


def parts(figure: Figure) -> tuple[int, int]:
    """A figure's numerator and denominator, which must be whole."""
    assert figure.top.denominator == figure.bottom.denominator == 1
    return int(figure.top), int(figure.bottom)


KS1_OF_GROUP = {
    3: {"KS1READ": "BLW", "KS1WRIT": "BLW", "KS1MAT": "BLW", "KS1READPSCALE": "P5",
        "KS1WRITPSCALE": "P5", "KS1MATPSCALE": "P5"},
    4: {"KS1READ": "BLW", "KS1WRIT": "BLW", "KS1MAT": "BLW", "KS1READPSCALE": "P6",
        "KS1WRITPSCALE": "P6", "KS1MATPSCALE": "P6"},
    7: {"KS1READ": "BLW", "KS1WRIT": "BLW", "KS1MAT": "BLW"},
    8: {"KS1READ": "PKF", "KS1WRIT": "PKF", "KS1MAT": "PKF"},
    11: {"KS1READ": "WTS", "KS1WRIT": "PKF", "KS1MAT": "WTS"},
    15: {"KS1READ": "EXS", "KS1WRIT": "WTS", "KS1MAT": "EXS"},
    19: {"KS1READ": "GDS", "KS1WRIT": "GDS", "KS1MAT": "GDS"},
}  # fmt: skip


def school_b() -> list[dict[str, Any]]:
    """The nine pupils of School B: groups, and results that give their points."""
    results: list[tuple[int, str, int | None, str | None]] = [
        (4, "B", None, "PK3"), (7, "NS", 99, None), (11, "NS", 99, None), (3, "B", None, "PK2"),
        (8, "B", None, "EM"), (15, "AS", 106, None), (19, "NS", 97, None), (8, "NS", 89, None),
        (15, "AS", 103, None),
    ]  # fmt: skip
    return [
        pupil(**KS1_OF_GROUP[group], READOUTCOME=code, READSCORE=score, READTAOUTCOME=below)
        for group, code, score, below in results
    ]


def trust(
    pupils: list[int], meeting: list[int], years: list[int], **known: object
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A trust like annex B's: pupils, how many meet the standard, years with the trust."""
    schools: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for index, (number, met, spent) in enumerate(zip(pupils, meeting, years, strict=True)):
        urn, joined = 900001 + index, date(2022 - spent, 9, 1)
        schools.append(school(urn, TRUST_UID="T1", DATE_JOINED_TRUST=joined))
        found += [pupil(URN=urn, **known)] * met
        found += [pupil(URN=urn, WRITTAOUTCOME="WTS", **known)] * (number - met)
    return found, schools
