"""The questions of a view: every check of it in every field, made once for a setting."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.findings import NOT_RUN
from keystage.checks.returns.needs import NEEDS, Need, View
from keystage.checks.returns.registry import ReturnCheck, check_of, declared
from keystage.checks.returns.setting import Setting
from keystage.checks.returns.severity import Channel, Severity, ratings

#: What a row of a view counts for, where it stands for many.
WEIGHTS: Mapping[View, str] = {"kinds": ROWS, "values": "results"}


@dataclass(frozen=True, slots=True)
class Asking:
    """Which checks are asked in a channel, and of which view.

    Attributes:
        severities: how serious each check is that is asked, by code.
        codes: the checks asked of each view.
        not_run: the checks that cannot be asked, and what each would need.
    """

    severities: Mapping[str, Severity]
    codes: Mapping[View, tuple[str, ...]]
    not_run: pl.DataFrame


@lru_cache(maxsize=256)
def asked_in(channel: Channel, setting: Setting, lacking: frozenset[Need]) -> Asking:
    """What is asked of returns of a year in a channel, where some things are not known."""
    year = setting.collection.year.id
    severities: dict[str, Severity] = {}
    codes: defaultdict[View, list[str]] = defaultdict(list)
    not_run: list[tuple[str, str]] = []
    for check in declared():
        severity = ratings()[check.code].of(channel, year, closed=setting.closed)
        needs = [need for need in check.needs if need in lacking]
        if severity is not None and needs:
            not_run.append((check.code, ", ".join(NEEDS[need] for need in needs)))
        elif severity is not None:
            severities[check.code] = severity
            codes[check.view].append(check.code)
    return Asking(
        severities,
        {view: tuple(asked) for view, asked in codes.items()},
        pl.DataFrame(not_run, schema=dict(NOT_RUN), orient="row"),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One check of one field: the expression that is true where it fails."""

    check: ReturnCheck
    field: str
    column: str
    fails: pl.Expr


@lru_cache(maxsize=1024)
def questions(codes: tuple[str, ...], setting: Setting) -> Mapping[str, Asked]:
    """The questions of some checks, each by a name."""
    asked = [
        Asked(check, field, column, fails)
        for check in map(check_of, codes)
        for field, column in check.fields.items()
        if (fails := check.fails(column, setting)) is not None
    ]
    return {str(at): one for at, one in enumerate(asked)}


def number_of(view: View, frame: pl.DataFrame, fails: pl.Series) -> int:
    """How many findings the failing rows of a view stand for."""
    rows = frame[WEIGHTS[view]].filter(fails) if view in WEIGHTS else fails
    return int(rows.sum())
