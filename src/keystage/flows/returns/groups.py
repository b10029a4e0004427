"""Findings put together for people: by check, the most serious first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.needs import View
from keystage.checks.returns.run import return_checks
from keystage.checks.returns.severity import Severity
from keystage.flows.returns.words import EXPECTED_LIST, counted

#: What needs doing; the rest is for information.
PRESSING = (Severity.RED, Severity.AMBER)
_HEADINGS = {
    "file": "File",
    "line": "Line",
    "field": "Field",
    "value": "In the file",
    "message": "What is wrong",
    "todo": "What to do",
}
_OUTCOME: View = "outcome"
_NUMBERS: View = "schools"


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """The findings of one check at one severity.

    Attributes:
        code: the check.
        severity: how serious they are.
        rule: the rule that is broken, as a sentence.
        about: how many pupils they are about, or how many there are where they are about none.
        message: what is wrong, where all say the same; else empty.
        todo: what to do, where it is the same for all; else empty.
        rows: those listed, with the columns of the findings' frame.
        more: how many are not listed.
    """

    code: str
    severity: Severity
    rule: str
    about: str
    message: str
    todo: str
    rows: pl.DataFrame
    more: int

    @property
    def of_pupils(self) -> bool:
        """Whether any of them is about a pupil."""
        return self.rows["upn"].null_count() < self.rows.height

    @property
    def text(self) -> str:
        """What is wrong with all of them: the sentence they share, or the rule that is broken."""
        return self.message or f"The rule: {self.rule}"

    def needs_rows(self, *, several: bool) -> bool:
        """Whether the rows say more than the text; one about no pupil of the only file does not."""
        alone = self.rows.height == 1 and self.rows["upn"][0] is None
        return several or not alone or not self.message

    def columns(self, *, several: bool) -> Mapping[str, str]:
        """The columns that say something about these findings, with their headings.

        Args:
            several: whether there are several files.
        """
        rows = self.rows
        in_file = bool((rows["file"].is_not_null() & (rows["file"] != EXPECTED_LIST)).any())
        worth = {
            "file": in_file and several,
            "line": in_file and rows["line"].null_count() < rows.height,
            "field": rows["field"].n_unique() > 1,
            "value": not (rows["value"].is_null() | (rows["value"] == rows["upn"])).all(),
            "message": not self.message,
            "todo": not self.todo,
        }
        return {name: heading for name, heading in _HEADINGS.items() if worth[name]}


def said(table: pl.DataFrame) -> pl.DataFrame:
    """The findings or counts that say more than what is shown anyway.

    What is said of the outcome as a whole is left out, and the numbers of a school if they are told
    for information: they are shown in a table.
    """
    numbers = pl.col("code").is_in(_codes(_NUMBERS)) & (pl.col("severity") == Severity.GREY)
    return table.filter(~pl.col("code").is_in(_codes(_OUTCOME)) & ~numbers)


def pressing(table: pl.DataFrame) -> pl.DataFrame:
    """The rows that say that something needs doing."""
    return said(table).filter(pl.col("severity").is_in([str(one) for one in PRESSING]))


def by_check(frame: pl.DataFrame, counts: pl.DataFrame) -> tuple[Group, ...]:
    """The findings by check, the most serious first and then by code.

    Args:
        frame: the findings listed.
        counts: how many there are of each check.
    """
    order = pl.Enum([str(severity) for severity in Severity])
    grey_numbers = pl.col("code").is_in(_codes(_NUMBERS)) & (pl.col("severity") == Severity.GREY)
    ordered = (
        said(frame)
        .filter(~grey_numbers)
        .sort(pl.col("severity").cast(order), "code", maintain_order=True)
    )
    totals = dict(counts.group_by("code").agg(pl.col("count").sum().cast(pl.Int64)).iter_rows())
    return tuple(
        _group(rows, totals)
        for rows in ordered.partition_by("severity", "code", maintain_order=True)
    )


def _group(rows: pl.DataFrame, totals: Mapping[str, int]) -> Group:
    code = rows["code"][0]
    more = max(totals.get(code, 0) - rows.height, 0)
    pupils = rows.select("pupil", "upn").drop_nulls("upn").n_unique()
    alone = pupils and not more and rows["upn"].null_count() == 0
    return Group(
        code=code,
        severity=Severity(rows["severity"][0]),
        rule=_rules()[code],
        about=counted(pupils, "pupil") if alone else counted(rows.height + more, "finding"),
        message=_same(rows["message"]),
        todo=_same(rows["todo"]),
        rows=rows,
        more=more,
    )


@cache
def _rules() -> Mapping[str, str]:
    return {check.code: check.sentence for check in return_checks()}


def _codes(view: View) -> list[str]:
    return [check.code for check in return_checks() if check.view == view]


def _same(texts: pl.Series) -> str:
    """The text of all, where they have one."""
    return (texts[0] or "") if texts.n_unique() == 1 else ""


def last_words(findings: ReturnFindings) -> tuple[str, ...]:
    """What is said of the return as a whole for information, such as that it is not sent yet."""
    told = findings.frame.filter(
        pl.col("code").is_in(_codes(_OUTCOME)) & (pl.col("severity") == str(Severity.GREY))
    )
    return tuple(
        f"{message} {todo or ''}".rstrip()
        for message, todo in told.select("message", "todo").iter_rows()
    )
