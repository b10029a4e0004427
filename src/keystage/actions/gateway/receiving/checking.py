"""A file checked at the gateway: its verdict, its findings in words, its pupils, its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from keystage.actions.gateway.receiving.knowing import Known
from keystage.actions.gateway.receiving.reading import read, written
from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.run import return_checks, run_returns
from keystage.checks.returns.severity import Severity
from keystage.core.subjects import ASSESSED
from keystage.flows.returns.groups import said
from keystage.flows.returns.known import accepted
from keystage.flows.returns.scales import judgements_of, p_scales
from keystage.flows.returns.sources import read_at_all, refused_files
from keystage.formats.sheets.held import P_SCALE
from keystage.records.returns import ReturnSet

#: Of each check and field so many findings are kept; all are counted.
_LISTED = 200
_LONGEST_VALUE, _LONGEST_SENTENCE = 200, 2000
_UPN = 13
_FACTS = ("upn", "former_upn", "surname", "forename", "birth_date", "sex", "left_on")
#: The field of a finding about the code of a judgement, in whatever subject.
_OF_A_CODE = "Result"
_NUMBERS = ("expected", "complete", "incomplete", "unexpected", "missing")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the checks said of a file.

    Attributes:
        form: ctf or sheet; empty where it could not be read.
        verdict: red refuses it.
        serial: the number of the export, if its name has one.
        red: how many findings there are of this severity.
        amber: the same.
        findings: those that are listed, the most serious first.
        counts: pupils and judgements of the file, and how it stands to the expected list.
        pupils: what it says of each pupil, with their line in it.
    """

    form: str
    verdict: Severity
    serial: int | None
    red: int
    amber: int
    findings: list[dict[str, Any]]
    counts: dict[str, int | None]
    pupils: list[dict[str, Any]]


def check(content: bytes, name: str, known: Known) -> Checked:
    """Read a file and check it with the catalogue, as when a file arrives at the collection."""
    returns = read(content, name, known.collection, known.school.number)
    number = returns.files.select(pl.concat_str("source_la", "source_estab")).item(0, 0)
    findings = run_returns(
        returns,
        known.collection,
        channel="gateway",
        expected=known.expected,
        circumstances=known.of_sender(number),
        listed=_LISTED,
    )
    whole = read_at_all(returns) and not refused_files(returns)
    verdict = findings.verdict if whole else Severity.RED
    facts = accepted(returns).row(0, named=True)
    totals = dict(said(findings.counts).group_by("severity").agg(pl.col("count").sum()).iter_rows())
    return Checked(
        form=returns.files["form"][0] if whole else "",
        verdict=verdict,
        serial=facts["serial"],
        red=totals.get(str(Severity.RED), 0),
        amber=totals.get(str(Severity.AMBER), 0),
        findings=_told(findings, returns, known.expected),
        counts=_counts(findings, known, facts),
        pupils=[] if verdict is Severity.RED else _pupils(returns, known),
    )


def _counts(
    findings: ReturnFindings, known: Known, facts: Mapping[str, Any]
) -> dict[str, int | None]:
    own = findings.numbers.filter(school=known.school.number)
    numbers = own.row(0, named=True) if own.height else dict.fromkeys(_NUMBERS)
    return {
        "pupils": facts["pupils"] or 0,
        "judgements": facts["judgements"] or 0,
        **{name: numbers[name] for name in _NUMBERS},
    }


def _told(
    findings: ReturnFindings, returns: ReturnSet, expected: pl.DataFrame | None
) -> list[dict[str, Any]]:
    """The findings in words, each with the pupil and the cell it is about."""
    columns = ("pupil", "surname", "forename")
    names = {one: (last, first) for one, last, first in returns.pupils.select(columns).iter_rows()}
    if expected is not None:
        listed = expected.select("upn", "surname", "forename").iter_rows()
        by_upn = {upn: (last, first) for upn, last, first in listed}
    else:
        by_upn = {}
    held = _subjects_of(returns)
    return [
        {
            "code": one["code"],
            "severity": one["severity"],
            "line": _line(one),
            "upn": _short(one["upn"], _LONGEST_VALUE),
            "name": _short(
                ", ".join(filter(None, names.get(one["pupil"]) or by_upn.get(one["upn"]) or ())),
                _LONGEST_VALUE,
            ),
            "field": _field(one, held),
            "value": _short(one["value"], _LONGEST_VALUE),
            "message": _short(one["message"], _LONGEST_SENTENCE),
            "why": _whys()[one["code"]],
            "todo": _short(one["todo"], _LONGEST_SENTENCE),
        }
        for one in said(findings.frame).iter_rows(named=True)
    ]


def _line(one: Mapping[str, Any]) -> int | None:
    """The line of the file; of a pupil who is not in it, that of the list means nothing here."""
    line: int | None = one["line"]
    return None if one["pupil"] is None and one["upn"] else line


def _field(one: Mapping[str, Any], held: Mapping[tuple[int, str], list[str]]) -> str:
    """Which field a finding is about; of a judgement the subject, where it can be told."""
    if one["field"] != _OF_A_CODE:
        return one["field"] or ""
    subjects = held.get((one["pupil"], (one["value"] or "").strip()), [])
    said_so = [subject for subject in subjects if subject in one["message"]]
    return next(iter(said_so or subjects), _OF_A_CODE).capitalize()


def _subjects_of(returns: ReturnSet) -> dict[tuple[int, str], list[str]]:
    """The subjects in which a pupil has a code, as written."""
    found: dict[tuple[int, str], list[str]] = {}
    rows = returns.results.join(returns.slots.select("slot", "measure"), on="slot")
    for pupil, code, subject in rows.select("pupil", "result", "measure").iter_rows():
        if subject in set(map(str, ASSESSED)):
            found.setdefault((pupil, (code or "").strip()), []).append(subject)
    return found


@cache
def _whys() -> Mapping[str, str]:
    return {one.code: one.why for one in return_checks()}


def _short(text: str | None, most: int) -> str:
    return written(text or "")[:most]


def _number(text: str | None) -> str:
    """A UPN as pupils are found by; what is longer than any is none."""
    number = written(text or "").strip().upper()
    return number if len(number) <= _UPN else ""


def _pupils(returns: ReturnSet, known: Known) -> list[dict[str, Any]]:
    """What a file that was not refused says of each pupil; what it leaves blank is not there."""
    given = judgements_of(returns, known.collection)
    scales = p_scales(returns, known.collection)
    rows = returns.pupils.join(given, on="pupil", how="left", maintain_order="left").join(
        scales, on="pupil", how="left", maintain_order="left"
    )
    days = ("birth_date", "left_on")
    rows = rows.with_columns(pl.col(day).cast(pl.String) for day in days)
    codes = [str(subject) for subject in ASSESSED]
    beside = [name for name in scales.columns if name.endswith(P_SCALE)]
    return [
        {
            "line": one["line"],
            **{fact: written(one[fact] or "").strip() for fact in _FACTS},
            "upn": _number(one["upn"]),
            "former_upn": _number(one["former_upn"]),
            "codes": {name: written(one[name]) for name in codes if one[name]},
            "scales": {name.removesuffix(P_SCALE): one[name] for name in beside if one[name]},
        }
        for one in rows.iter_rows(named=True)
    ]
