"""How schools' progress scores are spread, in the shares of the guide's annex A and as a histogram.

Source: primary school accountability in 2022, technical guide, annex A.
"""

from collections.abc import Mapping
from decimal import Decimal
from statistics import fmean, stdev

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.figures.reviewed import Banded, Bar, Distribution, Share
from keystage.flows.figures.reviewing.rules import declared
from keystage.flows.figures.reviewing.texts import percent, rounded
from keystage.measures.derive_bands import distribution, school_scores
from keystage.measures.table import EVERYONE, MAINSTREAM, STATE_FUNDED, MeasureTable
from keystage.statute.progress import DistributionRow
from keystage.statute.year import Year

_PLACES = 2
#: Kinds of school, as the rules of the reference name them, in words.
KINDS: Mapping[str, str] = {
    MAINSTREAM: "state-funded mainstream schools",
    STATE_FUNDED: "state-funded schools",
    EVERYONE: "all schools",
    "all": "all schools",
}


def distributions(table: MeasureTable, shipped: Year) -> tuple[Distribution, ...]:
    """The distribution of each subject's school scores; none where a subject has no score.

    Args:
        table: the measure table of a year with progress.
        shipped: the year as it is shipped, whose own distribution is put beside.
    """
    found = {subject: school_scores(table, subject) for subject in IN_PROGRESS}
    if not all(frame.height for frame in found.values()):
        return ()
    scores = {subject: frame["score"].to_list() for subject, frame in found.items()}
    rows = distribution(scores, table.year).rows
    beside = shipped.distribution.rows if shipped.distribution else ()
    return tuple(
        _of_subject(subject, found[subject], table.year, rows, beside) for subject in found
    )


def _of_subject(
    subject: Subject,
    schools: pl.DataFrame,
    year: Year,
    rows: tuple[DistributionRow, ...],
    shipped: tuple[DistributionRow, ...],
) -> Distribution:
    places = year.rounding.progress
    scores = schools["score"]
    values = schools["value"].to_list()
    by_label = {(at, row.label): row for at, row in enumerate(shipped)}

    def text(score: int) -> str:
        return rounded(Decimal(score).scaleb(-places), places)

    return Distribution(
        subject=str(subject),
        label=subject.label,
        of=KINDS[year.reference_rules.cuts_from],
        schools=schools.height,
        mean=rounded(fmean(values), _PLACES),
        deviation=rounded(stdev(values), _PLACES) if len(values) > 1 else "",
        lowest=text(scores[-1]),
        median=text(scores[schools.height // 2]),
        highest=text(scores[0]),
        shares=tuple(
            _share(row, by_label.get((at, row.label)), subject, scores, places)
            for at, row in enumerate(rows)
        ),
        bars=_bars(scores, places),
        bands=_bands(schools["band"].drop_nulls(), year),
    )


def _share(
    row: DistributionRow,
    shipped: DistributionRow | None,
    subject: Subject,
    scores: pl.Series,
    places: int,
) -> Share:
    here = getattr(row, subject)
    inside = pl.Series(values=[True]).new_from_index(0, len(scores))
    if here.low is not None:
        inside &= scores >= int(here.low.scaleb(places))
    if here.high is not None:
        inside &= scores <= int(here.high.scaleb(places))
    there = getattr(shipped, subject) if shipped is not None else None
    return Share(
        label=row.label,
        percent=f"{row.percent:f}",
        low=_end(here.low, places),
        high=_end(here.high, places),
        schools=int(inside.sum()),
        shipped_low=_end(there.low, places) if there else "",
        shipped_high=_end(there.high, places) if there else "",
    )


def _end(value: Decimal | None, places: int) -> str:
    return "" if value is None else rounded(value, places)


def _bars(scores: pl.Series, places: int) -> tuple[Bar, ...]:
    """Schools in steps of whole points, from the lowest to the highest; empty steps stay."""
    width = declared().histogram.width
    step = width * 10**places
    counted = (scores // step).value_counts(name="schools")
    found = dict(zip(counted[scores.name].to_list(), counted["schools"].to_list(), strict=True))
    return tuple(
        Bar(low=str(at * width), high=str((at + 1) * width), schools=found.get(at, 0))
        for at in range(min(found), max(found) + 1)
    )


def _bands(bands: pl.Series, year: Year) -> tuple[Banded, ...]:
    if year.banding is None or bands.is_empty():
        return ()
    return tuple(
        Banded(
            band=str(code),
            words=words,
            schools=(many := int((bands == code).sum())),
            percent=rounded(percent(many, len(bands)), 1),
        )
        for code, words in enumerate(year.banding.labels, 1)
    )
