"""Progress of groups and of the school: the pupils and the scores of the parts make the whole.

Boys and girls, disadvantaged and other pupils, and the prior attainment groups each make up the
school's measure. The widths of the intervals tell each group's pupils within a few; those must
make the school's number, and the groups' scores, weighted by them, must make the school's score.
"""

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.means import rounding_range, with_reach
from keystage.flows.verify.names import PARTITIONS, WHOLE, score_of
from keystage.flows.verify.sheet import AUTHORITY, SCHOOLS, Sheet, group_pupils
from keystage.flows.verify.tally import Tally, findings
from keystage.statute.year import Year

_KEYS = ["ROW", "SUBJECT", "PARTITION"]


def check_parts(sheet: Sheet, year: Year, intervals: pl.DataFrame, tally: Tally) -> None:
    """Check pupils and scores of the groups against the school's.

    Args:
        sheet: the tables.
        year: the statutory year, whose points scale bounds scores that are not printed.
        intervals: intervals that agree, with the pupils that print them (LEAST, MOST).
        tally: takes the findings.
    """
    scale = year.key_stage_2
    lowest = min([*scale.points.values(), scale.lowest_score])
    span = 2 * int((scale.highest_score - lowest) * 10)
    frames = []
    places = sheet.cells.filter(pl.col("RECTYPE").is_in([*SCHOOLS, AUTHORITY]))
    for subject in IN_PROGRESS:
        for partition in PARTITIONS:
            for group in partition:
                names = score_of(subject, group)
                if not sheet.has(names.score, f"{score_of(subject).score}<"):
                    continue
                low, high = group_pupils(subject, group)
                first, last = rounding_range(pl.col(names.score))
                seen = pl.col(names.score).is_not_null()
                frames.append(
                    places.select(
                        "ROW",
                        SUBJECT=pl.lit(subject.value),
                        PARTITION=pl.lit(" ".join(partition)),
                        GROUP=pl.lit(group),
                        SIZE=pl.lit(len(partition)),
                        COUNT1=low,
                        COUNT2=high,
                        V1=pl.when(seen).then(first).otherwise(-span),
                        V2=pl.when(seen).then(last).otherwise(span),
                        SEEN=seen,
                    )
                )
    if not frames:
        return
    known = intervals.select("ROW", "SUBJECT", "GROUP", "LEAST", "MOST")
    parts = (
        pl.concat(frames)
        .join(known, on=["ROW", "SUBJECT", "GROUP"], how="left")
        .with_columns(W1=pl.coalesce("LEAST", "COUNT1"), W2=pl.coalesce("MOST", "COUNT2"))
        .filter(
            pl.col("W1").is_not_null().all().over(_KEYS)
            & (pl.len().over(_KEYS) == pl.col("SIZE"))
            & pl.col("SEEN").any().over(_KEYS)
        )
    )
    wholes = intervals.filter(pl.col("GROUP") == WHOLE).select(
        "ROW", "SUBJECT", N1="LEAST", N2="MOST", M="SCORE"
    )
    sums = (
        parts.group_by(_KEYS)
        .agg(pl.col("W1").sum(), pl.col("W2").sum())
        .join(wholes, on=["ROW", "SUBJECT"])
        .with_columns(COLUMN=_column())
    )
    tally.add(
        "pupils behind intervals",
        findings(
            sums,
            (pl.col("W1") <= pl.col("N2")) & (pl.col("W2") >= pl.col("N1")),
            pl.format(
                "the intervals of{} need {} to {} pupils, the school's {} to {}",
                pl.lit(" ") + pl.col("PARTITION"), "W1", "W2", "N1", "N2",
            ),
        ),
    )
    whole = sums.select(*_KEYS, "M", "COLUMN")
    scores = with_reach(parts.select(*_KEYS, "W1", "W2", "V1", "V2"), _KEYS, whole)
    tally.add(
        "scores of groups",
        findings(
            scores,
            pl.col("FITS"),
            pl.format(
                "about {} from the groups {}", (pl.col("ABOUT") / 10).round(1), "PARTITION"
            ),
        ),
    )


def _column() -> pl.Expr:
    names = {subject.value: score_of(subject).score for subject in IN_PROGRESS}
    return pl.col("SUBJECT").replace_strict(names, return_dtype=pl.String)
