"""A trust of forty schools, five of which count: those of the guide's worked examples.

Source: 2022 technical guide, annex B.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from keystage.flows.figures.contents import Content
from keystage.flows.figures.schools_listed import SchoolsTable, decode_schools
from keystage.flows.figures.snapshot import snapshot
from keystage.flows.figures.tables import Kept
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year

YEAR = load_year(2022, "provisional")
TRUST = "T001"
THREE_YEARS, FOUR_YEARS, FIVE_YEARS = date(2019, 9, 1), date(2018, 9, 1), date(2017, 9, 1)
LATE = date(2021, 9, 1)
#: Of each school the day it joined, and its pupils: how many, their key stage 1, their score.
READING = {
    900001: (THREE_YEARS, ((48, "EXS", 108), (2, "EXS", 107), (2, "A", 105))),
    900002: (FOUR_YEARS, ((24, "EXS", 103), (1, "EXS", 102), (9, "A", 105))),
    900003: (FOUR_YEARS, ((19, "EXS", 109), (6, "EXS", 108), (3, "A", 105))),
    900004: (THREE_YEARS, ((24, "EXS", 104), (1, "EXS", 103), (23, "A", 105))),
    900005: (FIVE_YEARS, ((48, "EXS", 104), (2, "EXS", 103), (10, "A", 105))),
}


@cache
def forty() -> tuple[tuple[Content, ...], tuple[Kept, ...]]:
    """What a release holds of the trust, its authority, region and the nation."""
    members = {**READING, **dict.fromkeys(range(900006, 900041), (LATE, ((8, "EXS", 105),)))}
    return _made(members, YEAR)


@cache
def of_a_year_without_rules() -> tuple[tuple[Content, ...], tuple[Kept, ...]]:
    """The same of three schools in a year that has no rules for trusts."""
    members = dict.fromkeys((900001, 900002, 900003), (FOUR_YEARS, ((9, None, 104),)))
    return _made(members, load_year(2025, "final"))


def table_of(kind: str, code: str, level: str, tables: tuple[Kept, ...]) -> SchoolsTable:
    """A table of schools by what it is of."""
    (found,) = [
        one
        for one in tables
        if (one.what, one.kind, one.code, one.level) == ("schools", kind, code, level)
    ]
    return decode_schools(found.content)


def _made(members: Mapping[int, Any], year: Any) -> tuple[tuple[Content, ...], tuple[Kept, ...]]:
    codes = code_lists(year)
    made = snapshot(
        RecordSet(
            pupils=pupils_frame(list(_pupils(members)), codes),
            schools=schools_frame(list(_schools(members)), codes),
        ),
        year,
        stage="provisional",
        release=f"{year.year.id} provisional, version 1",
        made_at=datetime(2022, 9, 5, 9, 30, tzinfo=UTC),
    )
    return tuple(made.contents), tuple(made.tables)


def _pupils(members: Mapping[int, Any]) -> Iterator[dict[str, Any]]:
    for urn, (_, alike) in members.items():
        for place, (many, first, score) in enumerate(alike):
            for at in range(many):
                yield {
                    "URN": urn, "P_INCL": "201", "SEX": "F" if at % 2 else "M", "SENF": "N",
                    "EALGRP": "1", "FSM6CLA1A": "1" if place == 0 and at % 3 == 0 else "0",
                    "NEWMOBILE": "0", "KS1READ": first, "KS1WRIT": first and "EXS",
                    "KS1MAT": first and "EXS", "READOUTCOME": "AS", "READSCORE": score,
                    "MATOUTCOME": "AS", "MATSCORE": 105, "GPSOUTCOME": "AS", "GPSSCORE": 105,
                    "WRITTAOUTCOME": "EXS", "SCITAOUTCOME": "EXS",
                }  # fmt: skip


def _schools(members: Mapping[int, Any]) -> Iterator[dict[str, Any]]:
    for urn, (joined, _) in members.items():
        yield {
            "URN": urn, "LAESTAB": 9990000 + urn % 1000, "SCHNAME": f"School {urn - 900000}",
            "LEA": 999, "NFTYPE": "ACC", "RECTYPE": 1, "REGION": "North East",
            "TRUST_UID": TRUST, "TRUST_NAME": "Fable Trust", "DATE_JOINED_TRUST": joined,
        }  # fmt: skip
