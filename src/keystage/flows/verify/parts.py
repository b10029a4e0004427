"""Progress of groups and of the school: the pupils and the scores of the parts make the whole.

Boys and girls, disadvantaged and other pupils, and the prior attainment groups each make up the
school's measure. The widths of the intervals tell each group's pupils within a few; those must
make the school's number, and the groups' scores, weighted by them, must make the school's score.
"""

from decimal import Decimal

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.means import rounding_range, with_reach
from keystage.flows.verify.names import AVERAGES, COUNTS, PARTITIONS, PRIOR, WHOLE, score_of
from keystage.flows.verify.sheet import (
    AUTHORITY,
    SCHOOLS,
    Sheet,
    code,
    group_pupils,
    share_range,
)
from keystage.flows.verify.tally import Tally, findings
from keystage.statute.outcomes import KeyStage2
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
    lowest = min((*scale.points.values(), Decimal(scale.lowest_score)))
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
                "{} to {} pupils by its own interval, {} to {} by those of{}",
                "N1",
                "N2",
                "W1",
                "W2",
                pl.lit(" ") + pl.col("PARTITION"),
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
            pl.format("about {} from the groups {}", (pl.col("ABOUT") / 10).round(1), "PARTITION"),
        ),
    )


def _column() -> pl.Expr:
    names = {subject.value: score_of(subject).score for subject in IN_PROGRESS}
    return pl.col("SUBJECT").replace_strict(names, return_dtype=pl.String)


def check_averages(sheet: Sheet, year: Year, tally: Tally) -> None:
    """Check average scaled scores of groups against the school's.

    A group's weight is its pupils with a scaled score: no more than the group, no fewer than the
    pupils its percentages prove to have one.

    Args:
        sheet: the tables.
        year: the statutory year, whose scaled score scale bounds averages that are not printed.
        tally: takes the findings.
    """
    scale = year.key_stage_2
    places = sheet.cells.filter(
        pl.col("RECTYPE").is_in([*SCHOOLS, AUTHORITY]) & (pl.col("TELIG") >= sheet.whole)
    )
    frames, wholes = [], []
    for average in AVERAGES:
        if not sheet.has(average):
            continue
        for partition in PARTITIONS:
            parts = " ".join(partition)
            names = [average + group for group in partition]
            if not sheet.has(*names):
                continue
            seen = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
            counted = pl.all_horizontal(pl.col(COUNTS[group]).is_not_null() for group in partition)
            chosen = places.filter(pl.col(average).is_not_null() & seen & counted)
            wholes.append(
                chosen.select(
                    "ROW", COLUMN=pl.lit(average), PARTITION=pl.lit(parts), M=pl.col(average)
                )
            )
            frames += [
                _scored(sheet, chosen, average, group, scale).with_columns(PARTITION=pl.lit(parts))
                for group in partition
            ]
            if partition == PRIOR:
                spare = pl.col("TKS1GROUP_NA").fill_null(0).cast(pl.Int64)
                frames.append(
                    chosen.select(
                        "ROW",
                        COLUMN=pl.lit(average),
                        W1=pl.lit(0, dtype=pl.Int64),
                        W2=spare,
                        V1=pl.lit(2 * scale.lowest_score, dtype=pl.Int64),
                        V2=pl.lit(2 * scale.highest_score, dtype=pl.Int64),
                        PARTITION=pl.lit(parts),
                    )
                )
    if not frames:
        return
    keys = ["ROW", "COLUMN", "PARTITION"]
    checked = with_reach(pl.concat(frames), keys, pl.concat(wholes))
    missed = checked.with_columns(MISSED=(~pl.col("FITS")).sum().over("ROW", "COLUMN"))
    own = findings(
        missed,
        pl.col("FITS") | (pl.col("MISSED") == 1),
        pl.format("about {} from the groups {}", pl.col("ABOUT").round(1), "PARTITION"),
    )
    groups = (
        missed.filter(~pl.col("FITS") & (pl.col("MISSED") == 1))
        .with_columns(GROUP=pl.col("PARTITION").str.split(" "))
        .explode("GROUP")
        .with_columns(COLUMN=pl.col("COLUMN") + pl.col("GROUP"))
    )
    theirs = findings(
        groups,
        pl.lit(value=False),
        pl.format(
            "the groups {} make about {}, the school has {}",
            "PARTITION",
            pl.col("ABOUT").round(1),
            "M",
        ),
    )
    tally.add("averages of groups", pl.concat([own, theirs]))


def _scored(
    sheet: Sheet, rows: pl.DataFrame, average: str, group: str, scale: KeyStage2
) -> pl.DataFrame:
    """A group's average with the pupils it can rest on."""
    pupils, value = pl.col(COUNTS[group]), pl.col(average + group)
    subject = average.partition("_")[0]
    proofs = [f"PT{subject}_EXP{group}"]
    proofs += [] if subject == "GPS" else [f"PTRWM_EXP{group}"]
    least = [share_range(pl.col(name), pupils)[0] for name in proofs if sheet.has(name)]
    first, last = rounding_range(value)
    seen = value.is_not_null()
    blank = code(average + group) == ""
    proved = pl.max_horizontal(pl.lit(1), *(one.fill_null(0) for one in least))
    return rows.select(
        "ROW",
        COLUMN=pl.lit(average),
        W1=pl.when(seen).then(pl.min_horizontal(proved, pupils)).otherwise(0).cast(pl.Int64),
        W2=pl.when(blank).then(0).otherwise(pupils).cast(pl.Int64),
        V1=pl.when(seen).then(first).otherwise(2 * scale.lowest_score).cast(pl.Int64),
        V2=pl.when(seen).then(last).otherwise(2 * scale.highest_score).cast(pl.Int64),
    )
