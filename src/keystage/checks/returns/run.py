"""Run every check over a return set: count first, then list only what was found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns import (
    cohort,
    file,
    header,
    identity,
    judgements,
    naming,
    outcome,
    rows,
    sending,
    whole_files,
)
from keystage.checks.returns.findings import COUNTED, LISTED, NOT_RUN, ReturnFindings
from keystage.checks.returns.listing import Found, listed_rows, told
from keystage.checks.returns.needs import NEEDS, View
from keystage.checks.returns.registry import ReturnCheck, declared, expression
from keystage.checks.returns.severity import Channel, Severity, ratings
from keystage.checks.returns.views import Views, make_views
from keystage.records.circumstances import Circumstances
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

# Importing them declares their checks.
_ROOM = (
    cohort, file, header, identity, judgements, naming, outcome, rows, sending, whole_files,
)  # fmt: skip
_WEIGHTS = {"kinds": ROWS, "values": "results"}
_OF_RECORDS = ("TA-2", "TA-4")


def return_checks() -> tuple[ReturnCheck, ...]:
    """Every check of returns, by code."""
    return declared()


def run_returns(  # noqa: PLR0913  # who looks, at what, and what is known beside it
    returns: ReturnSet,
    collection: Collection,
    *,
    channel: Channel,
    expected: pl.DataFrame | None = None,
    circumstances: Circumstances | None = None,
    listed: int = 1000,
) -> ReturnFindings:
    """Look at a return set with every check.

    Args:
        returns: what was read.
        collection: the codes, requirements and dates of the year.
        channel: where the return is looked at: in the mark sheet, before it is sent, when it
            arrives, or when a file is taken in.
        expected: the pupils who are expected, columns `keystage.records.returns.EXPECTED`.
        circumstances: what is known beyond the files.
        listed: of each check and field at most so many findings are listed, the first in the
            files; all are counted.
    """
    views = make_views(returns, collection, expected, circumstances or Circumstances())
    asked = [
        (check, severity)
        for check in return_checks()
        if (severity := _severity(check, channel, views)) is not None
    ]
    able = [
        (check, severity) for check, severity in asked if not any(map(views.lacks, check.needs))
    ]
    found = [
        one
        for view in views.frames
        for one in _look(views, view, [pair for pair in able if pair[0].view == view], listed)
    ]
    counts = _counts(found)
    verdict = _verdict(counts)
    outcomes = _with_outcome(views, counts, verdict)
    found += _look(
        outcomes, "outcome", [pair for pair in able if pair[0].view == "outcome"], listed
    )
    listing = pl.concat([pl.DataFrame(schema=dict(LISTED)), *(told(one, views) for one in found)])
    return ReturnFindings(
        frame=listing.sort(
            pl.col("severity").cast(pl.Enum([str(one) for one in Severity])),
            "file",
            "line",
            maintain_order=True,
            nulls_last=True,
        ),
        counts=_counts(found),
        not_run=pl.DataFrame(
            [
                (check.code, ", ".join(NEEDS[need] for need in check.needs if views.lacks(need)))
                for check, _ in asked
                if any(map(views.lacks, check.needs))
            ],
            schema=dict(NOT_RUN),
            orient="row",
        ),
        numbers=views.schools,
        verdict=verdict,
    )


def _severity(check: ReturnCheck, channel: Channel, views: Views) -> Severity | None:
    year = views.setting.collection.year.id
    return ratings()[check.code].of(channel, year, closed=views.setting.closed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One check of one field: the expression that is true where it fails."""

    check: ReturnCheck
    severity: Severity
    field: str
    column: str
    fails: pl.Expr


def _look(
    views: Views, view: View, pairs: Sequence[tuple[ReturnCheck, Severity]], listed: int
) -> Iterator[Found]:
    """Ask for the numbers of failing rows first, then for the rows of checks that found any."""
    frame = views.frames[view]
    if frame.is_empty():
        return
    asked = [
        _Asked(check, severity, field, column, fails)
        for check, severity in pairs
        for field, column in check.fields.items()
        if (fails := expression(check.code, column, views.setting)) is not None
    ]
    if not asked:
        return
    weight = pl.col(_WEIGHTS[view]) if view in _WEIGHTS else pl.lit(1, pl.UInt32)
    found = frame.select(
        (one.fails * weight).sum().alias(str(at)) for at, one in enumerate(asked)
    ).row(0)
    if view == "kinds" and sum(count > 0 for count in found) > 1:
        views = _narrowed(views, frame.filter(pl.any_horizontal(one.fails for one in asked)))
    for count, one in zip(found, asked, strict=True):
        if count:
            rows_, number = listed_rows(views, view, frame.filter(one.fails), count, listed)
            yield Found(one.check, one.severity, one.field, one.column, rows_, number)


def _narrowed(views: Views, failing: pl.DataFrame) -> Views:
    """The views with the pupils only whose kind fails in any way."""
    links = views.linked.links.filter(pl.col("kind").is_in(failing["kind"].implode()))
    return replace(views, linked=replace(views.linked, links=links))


def _counts(found: Sequence[Found]) -> pl.DataFrame:
    return pl.DataFrame(
        [(one.check.code, str(one.severity), one.field, one.count) for one in found],
        schema=dict(COUNTED),
        orient="row",
    )


def _verdict(counts: pl.DataFrame) -> Severity:
    seen = set(counts["severity"])
    return next((one for one in (Severity.RED, Severity.AMBER) if one in seen), Severity.GREEN)


def _with_outcome(views: Views, counts: pl.DataFrame, verdict: Severity) -> Views:
    """The views with the one row of the outcome."""
    totals = dict(counts.group_by("severity").agg(pl.col("count").sum()).iter_rows())
    of_records = pl.col("code").str.slice(0, len(_OF_RECORDS[0])).is_in(_OF_RECORDS)
    serious = pl.col("severity").is_in([str(Severity.RED), str(Severity.AMBER)])
    corrections = int(counts.filter(of_records, serious)["count"].sum())
    row = pl.DataFrame(
        {
            "verdict": [str(verdict)],
            "faults": [_counted(totals.get(str(Severity.RED), 0), "fault")],
            "things": [_counted(totals.get(str(Severity.AMBER), 0), "thing")],
            "values": [_counted(corrections, "value")],
            "corrections": [corrections],
            ROWS: [views.returns.pupils.height],
        }
    )
    return replace(views, frames={**views.frames, "outcome": row})


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
