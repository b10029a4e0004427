"""Run every check over a return set: count first, then list only what was found."""

from collections.abc import Iterator, Mapping, Sequence
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
from keystage.checks.returns.asking import WEIGHTS, questions
from keystage.checks.returns.findings import COUNTED, LISTED, NOT_RUN, ReturnFindings
from keystage.checks.returns.listing import Found, listed_rows, told, worded
from keystage.checks.returns.needs import NEEDS, View
from keystage.checks.returns.registry import ReturnCheck, check_of, declared
from keystage.checks.returns.severity import Channel, Severity, ratings
from keystage.checks.returns.views import Views, make_views
from keystage.records.circumstances import Circumstances
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

# Importing them declares their checks.
_ROOM = (
    cohort, file, header, identity, judgements, naming, outcome, rows, sending, whole_files,
)  # fmt: skip
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
    asked = {
        check.code: severity
        for check in return_checks()
        if (severity := _severity(check, channel, views)) is not None
    }
    lacks = {code: [*filter(views.lacks, check_of(code).needs)] for code in asked}
    able = {code: severity for code, severity in asked.items() if not lacks[code]}
    found = [one for view in views.frames for one in _look(views, view, able, listed)]
    verdict = _verdict(found)
    found += _look(_with_outcome(views, found, verdict), "outcome", able, listed)
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
                (code, ", ".join(NEEDS[need] for need in needs))
                for code, needs in lacks.items()
                if needs
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


def _look(
    views: Views, view: View, severities: Mapping[str, Severity], listed: int
) -> Iterator[Found]:
    """Ask for the numbers of failing rows first, then for the rows of checks that found any."""
    frame = views.frames[view]
    codes = tuple(code for code in severities if check_of(code).view == view)
    asking = questions(view, codes, views.setting)
    if frame.is_empty() or not asking.asked:
        return
    found = zip(frame.select(asking.numbers).row(0), asking.asked, strict=True)
    failing = [(count, one) for count, one in found if count]
    if failing and view in WEIGHTS:
        frame = frame.filter(pl.any_horizontal(one.fails for _, one in failing))
        frame = worded(view, frame, views)
        views = _narrowed(views, frame) if view == "kinds" else views
    for count, one in failing:
        first, number = listed_rows(views, view, frame.filter(one.fails), count, listed)
        severity = severities[one.check.code]
        yield Found(one.check, severity, one.field, one.column, first, number)


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
