"""A check's result as the page to hand round."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

import keystage
from keystage.checks.returns.severity import Severity
from keystage.flows.returns.groups import Group, by_check
from keystage.flows.returns.preflight import Preflight
from keystage.flows.returns.schools import HEADINGS
from keystage.flows.returns.sources import given_files
from keystage.flows.returns.words import counted, full_name, lacks, notes
from keystage.reports.preflight import (
    FileRow,
    NotRun,
    PreflightPage,
    Row,
    Rule,
    SchoolRow,
    Step,
    Steps,
    bar,
)

#: Findings of one check, schools and files on the page; the rest is in the CSV file.
LISTED = 300
_BAR = ("complete", "incomplete", "missing")


def page(done: Preflight, checked_at: datetime, *, with_names: bool = True) -> PreflightPage:
    """What the page says.

    Args:
        done: the check.
        checked_at: when it was made.
        with_names: whether pupils are named besides their UPN.
    """
    groups = by_check(done.named(names=with_names), done.findings.counts)
    several = done.files > 1
    numbers = done.schools.select(pl.col(_BAR).sum()).row(0)
    return PreflightPage(
        year=done.collection.year.id,
        verdict=str(done.verdict),
        headline=done.headline,
        summary=done.summary,
        with_names=with_names,
        notes=[
            *notes(expects=done.expected is not None, unverified=done.unverified),
            *(f"Not read: {name}. {reason}" for name, reason in done.passed_over[:LISTED]),
        ],
        steps=[
            Steps(id="first", title="What to do first", all=_steps(groups, Severity.RED)),
            Steps(id="then", title="What to look at", all=_steps(groups, Severity.AMBER)),
        ],
        bar=bar(list(zip(_BAR, numbers, strict=True))),
        headings=list(HEADINGS.values()),
        schools=[_school(row) for row in done.schools.head(LISTED).rows(named=True)],
        rules=[_rule(group, with_names=with_names, several=several) for group in groups],
        not_run=[
            NotRun(
                needs=f"{lack.needs} ({lack.option})" if lack.option else lack.needs,
                codes=lack.codes,
            )
            for lack in lacks(done.findings.not_run)
        ],
        files=[_file(row) for row in given_files(done.returns).head(LISTED).rows(named=True)],
        checked_at=for_people(checked_at),
        keystage=keystage.__version__,
    )


def for_people(time: datetime) -> str:
    """A time as people write it.

    >>> for_people(datetime(2026, 6, 5, 9, 0))
    '5 June 2026, 09:00'
    """
    return f"{time.day} {time:%B %Y, %H:%M}"


def _school(row: Mapping[str, object]) -> SchoolRow:
    cells = ["not known" if row[name] is None else f"{row[name]:,}" for name in HEADINGS]
    return SchoolRow(school=_named_school(row["school"], row["name"]), cells=cells)


def _named_school(number: object, name: object) -> str:
    return " ".join(str(part) for part in (number, name) if part) or "school not known"


def _steps(groups: Sequence[Group], severity: Severity) -> list[Step]:
    return [
        Step(code=group.code, text=f"{group.text} {group.todo}".rstrip(), count=group.about)
        for group in groups
        if group.severity is severity
    ]


def _rule(group: Group, *, with_names: bool, several: bool) -> Rule:
    shown = group.rows.head(LISTED)
    more = group.more + group.rows.height - shown.height
    columns = group.columns(several=several)
    return Rule(
        code=group.code,
        severity=str(group.severity),
        count=group.about,
        text=group.text,
        todo=group.todo,
        of_pupils=group.of_pupils,
        headings=list(columns.values()),
        rows=[
            Row(
                upn=str(row["upn"] or ""),
                name=full_name(row) if with_names else "",
                cells=["" if row[name] is None else str(row[name]) for name in columns],
            )
            for row in shown.rows(named=True)
        ]
        if group.needs_rows(several=several)
        else [],
        more=f"And {counted(more, 'finding')} more; the CSV file has them." if more else "",
    )


def _file(row: Mapping[str, object]) -> FileRow:
    made = row["made_at"]
    return FileRow(
        name=str(row["name"]),
        school=_named_school(
            f"{row['source_la'] or ''}{row['source_estab'] or ''}", row["source_name"]
        ),
        made=for_people(made) if isinstance(made, datetime) else "",
        version=str(row["version"] or ""),
        sha256=str(row["sha256"] or ""),
    )
