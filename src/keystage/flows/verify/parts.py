"""Progress of groups and of the school: the scores of the parts make the whole's.

Boys and girls, disadvantaged and other pupils, and the prior attainment groups each make up the
school's measure, so their scores, weighted by their pupils, must make the school's score.
"""

from decimal import Decimal

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.means import rounding_range, with_reach
from keystage.flows.verify.names import PARTITIONS, WHOLE, score_of
from keystage.flows.verify.sheet import AUTHORITY, SCHOOLS, Sheet
from keystage.flows.verify.tally import Tally, findings
from keystage.statute.year import Year

_KEYS = ["ROW", "SUBJECT", "PARTITION"]


def check_parts(
    sheet: Sheet, year: Year, intervals: pl.DataFrame, measured: pl.DataFrame, tally: Tally
) -> None:
    """Check scores of the groups against the school's.

    Args:
        sheet: the tables.
        year: the statutory year, whose points scale bounds scores that are not printed.
        intervals: intervals that agree.
        measured: pupils of each group in each measure (see ``measured.measured_pupils``).
        tally: takes the findings.
    """
    scale = year.key_stage_2
    lowest = min((*scale.points.values(), Decimal(scale.lowest_score)))
    span = 2 * int((scale.highest_score - lowest) * 10)
    frames = []
    places = sheet.cells.filter(pl.col("RECTYPE").is_in([*SCHOOLS, AUTHORITY]))
    for subject in IN_PROGRESS:
        for partition in PARTITIONS:
            for group in partition:
                name = score_of(subject, group).score
                if not sheet.has(name):
                    continue
                first, last = rounding_range(pl.col(name))
                seen = pl.col(name).is_not_null()
                frames.append(
                    places.select(
                        "ROW",
                        SUBJECT=pl.lit(subject.value),
                        PARTITION=pl.lit(" ".join(partition)),
                        GROUP=pl.lit(group),
                        SIZE=pl.lit(len(partition)),
                        V1=pl.when(seen).then(first).otherwise(-span),
                        V2=pl.when(seen).then(last).otherwise(span),
                        SEEN=seen,
                    )
                )
    if not frames:
        return
    parts = (
        pl.concat(frames)
        .join(measured, on=["ROW", "SUBJECT", "GROUP"])
        .filter((pl.len().over(_KEYS) == pl.col("SIZE")) & pl.col("SEEN").any().over(_KEYS))
        .select(*_KEYS, "V1", "V2", W1="N1", W2="N2")
    )
    names = {subject.value: score_of(subject).score for subject in IN_PROGRESS}
    wholes = (
        intervals.filter(pl.col("GROUP") == WHOLE)
        .select(
            "ROW",
            "SUBJECT",
            M="SCORE",
            COLUMN=pl.col("SUBJECT").replace_strict(names, return_dtype=pl.String),
        )
        .join(parts.select(_KEYS).unique(), on=["ROW", "SUBJECT"])
    )
    scores = with_reach(parts, _KEYS, wholes)
    tally.add(
        "scores of groups",
        findings(
            scores,
            pl.col("FITS"),
            pl.format("about {} from the groups {}", (pl.col("ABOUT") / 10).round(1), "PARTITION"),
        ),
    )
