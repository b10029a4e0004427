"""Run every check over a return set: count first, then list only what was found."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

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
from keystage.checks.returns.asking import Asking, asked_in, number_of, questions
from keystage.checks.returns.findings import COUNTED, LISTED, ReturnFindings
from keystage.checks.returns.listing import Found, failing_rows, listed_rows, told
from keystage.checks.returns.lookup import selected
from keystage.checks.returns.needs import NEEDS, View
from keystage.checks.returns.registry import ReturnCheck, declared
from keystage.checks.returns.severity import Channel, Severity
from keystage.checks.returns.views import Views, make_views
from keystage.records.circumstances import Circumstances
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

# Importing them declares their checks.
_ROOM = (
    cohort, file, header, identity, judgements, naming, outcome, rows, sending, whole_files,
)  # fmt: skip
_OF_RECORDS = ("TA-2", "TA-4")
_SERIOUSNESS = pl.Enum([str(one) for one in Severity])


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
    asked = asked_in(channel, views.setting, frozenset(filter(views.lacks, NEEDS)))
    found = [one for view in views.frames for one in _look(views, view, asked, listed)]
    verdict = _verdict(found)
    found += _look(_with_outcome(views, found, verdict), "outcome", asked, listed)
    listing = pl.concat([pl.DataFrame(schema=dict(LISTED)), *(told(one, views) for one in found)])
    return ReturnFindings(
        frame=listing.sort(
            pl.col("severity").cast(_SERIOUSNESS),
            "file",
            "line",
            maintain_order=True,
            nulls_last=True,
        ),
        counts=_counts(found),
        not_run=asked.not_run,
        numbers=views.schools,
        verdict=verdict,
    )


def _look(views: Views, view: View, asked: Asking, listed: int) -> Iterator[Found]:
    """Ask which rows fail first, then look at the rows of the checks that found any."""
    frame, codes = views.frames[view], asked.codes.get(view, ())
    if frame.is_empty() or not codes:
        return
    these = questions(codes, views.setting)
    if not these:
        return
    fails = selected(frame, [one.fails.alias(name) for name, one in these.items()])
    counts = {failed.name: count for failed in fails if (count := number_of(view, frame, failed))}
    if not counts:
        return
    rows, fails = failing_rows(view, frame, fails[[*counts]], views)
    for failed in fails:
        one, count = these[failed.name], counts[failed.name]
        first, number = listed_rows(views, rows, failed, count, listed)
        severity = asked.severities[one.check.code]
        yield Found(one.check, severity, one.field, one.column, first, number)


def _counts(found: Sequence[Found]) -> pl.DataFrame:
    return pl.DataFrame(
        [(one.check.code, str(one.severity), one.field, one.count) for one in found],
        schema=dict(COUNTED),
        orient="row",
    )


def _verdict(found: Sequence[Found]) -> Severity:
    seen = {one.severity for one in found}
    return next((one for one in (Severity.RED, Severity.AMBER) if one in seen), Severity.GREEN)


def _with_outcome(views: Views, found: Sequence[Found], verdict: Severity) -> Views:
    """The views with the one row of the outcome."""
    red, amber = (
        sum(one.count for one in found if one.severity == severity)
        for severity in (Severity.RED, Severity.AMBER)
    )
    corrections = sum(
        one.count
        for one in found
        if one.check.code.startswith(_OF_RECORDS) and one.severity in {Severity.RED, Severity.AMBER}
    )
    row = pl.DataFrame(
        {
            "verdict": [str(verdict)],
            "faults": [_counted(red, "fault")],
            "things": [_counted(amber, "thing")],
            "values": [_counted(corrections, "value")],
            "corrections": [corrections],
            ROWS: [views.returns.pupils.height],
        }
    )
    return replace(views, frames={**views.frames, "outcome": row})


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
