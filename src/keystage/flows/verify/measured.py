"""How many pupils are in a progress measure: all cells that tell it must agree on a number.

The tables do not print it, but its coverage, the width of its interval, the widths of its groups'
intervals (every pupil is a boy or a girl, disadvantaged or not, of one prior attainment group) and
the share of pupils who took no test or had no judgement all bound it: absent and disapplied pupils
have no progress score (guide, annex E: outcomes and how they are treated).
"""

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.verify.names import GROUPS, PARTITIONS, WHOLE, coverage_of, score_of
from keystage.flows.verify.sheet import AUTHORITY, SCHOOLS, Sheet, group_pupils, share_range
from keystage.flows.verify.tally import SCHEMA, Tally, findings
from keystage.flows.verify.together import together

#: Shares of pupils without an outcome that could be scored, by subject.
_WITHOUT = {
    Subject.READING: "PTREAD_AT",
    Subject.WRITING: "PTWRITTA_AD",
    Subject.MATHS: "PTMAT_AT",
}
_KEYS = ["ROW", "SUBJECT"]
_SIZE = {"N1": pl.Int64, "N2": pl.Int64}
_MEASURED = {"ROW": pl.UInt32, "SUBJECT": pl.String, "GROUP": pl.String, **_SIZE}


def measured_pupils(sheet: Sheet, intervals: pl.DataFrame) -> pl.DataFrame:
    """The fewest and the most pupils of each school, authority and group in each measure.

    Args:
        sheet: the tables.
        intervals: intervals that agree, with the pupils that print them (LEAST, MOST).

    Returns:
        ROW, SUBJECT, GROUP, N1, N2.
    """
    places = sheet.cells.filter(pl.col("RECTYPE").is_in([*SCHOOLS, AUTHORITY]))
    frames = [pl.DataFrame(schema=_MEASURED)]
    for subject in IN_PROGRESS:
        name = score_of(subject).score
        if not sheet.has(f"{name}<"):
            continue
        for group in (WHOLE, *GROUPS):
            low, high = (
                (pl.col(f"{name}<"), pl.col(f"{name}>"))
                if group == WHOLE
                else group_pupils(subject, group)
            )
            frames.append(
                places.select(
                    "ROW",
                    SUBJECT=pl.lit(subject.value),
                    GROUP=pl.lit(group),
                    N1=low.cast(pl.Int64),
                    N2=high.cast(pl.Int64),
                )
            )
    known = intervals.select("ROW", "SUBJECT", "GROUP", "LEAST", "MOST")
    return (
        pl.concat(frames)
        .join(known, on=["ROW", "SUBJECT", "GROUP"], how="left")
        .with_columns(N1=pl.coalesce("LEAST", "N1"), N2=pl.coalesce("MOST", "N2"))
        .drop("LEAST", "MOST")
        .filter(pl.col("N1").is_not_null())
    )


def check_measured(
    sheet: Sheet, intervals: pl.DataFrame, measured: pl.DataFrame, tally: Tally
) -> None:
    """Check that one number of pupils goes with every cell that bounds it.

    Args:
        sheet: the tables.
        intervals: intervals that agree, with the pupils that print them (LEAST, MOST).
        measured: see `measured_pupils`.
        tally: takes the findings.
    """
    own = intervals.filter(pl.col("GROUP") == WHOLE).select(
        *_KEYS, BOUND=pl.lit(WHOLE), LOW="LEAST", HIGH="MOST"
    )
    frames = [own]
    for division in PARTITIONS:
        parts = measured.filter(pl.col("GROUP").is_in(division)).join(own, on=_KEYS, how="semi")
        sums = parts.group_by(_KEYS).agg(pl.len(), LOW=pl.col("N1").sum(), HIGH=pl.col("N2").sum())
        frames.append(
            sums.filter(pl.col("len") == len(division)).select(
                *_KEYS, BOUND=pl.lit(" ".join(division)), LOW="LOW", HIGH="HIGH"
            )
        )
    frames += [
        _without_outcome(sheet, subject, column).join(own, on=_KEYS, how="semi")
        for subject, column in _WITHOUT.items()
        if sheet.has(column, f"{score_of(subject).score}<")
    ]
    bounds = together(pl.concat(frames), _KEYS)
    names = {subject.value: score_of(subject).score for subject in IN_PROGRESS}
    covers = {subject.value: coverage_of(subject) for subject in IN_PROGRESS}
    bounds = bounds.with_columns(
        NAME=pl.col("SUBJECT").replace_strict(names, return_dtype=pl.String),
        COVERAGE=pl.col("SUBJECT").replace_strict(covers, return_dtype=pl.String),
    )
    said = pl.format("a figure for {} to {} pupils in the measure", "LEFT_LOW", "LEFT_HIGH")
    sound = bounds.filter(~pl.col("FAULT")).with_columns(COLUMN="NAME")
    faulty = bounds.filter("FAULT").with_columns(COLUMN=_cells()).explode("COLUMN")
    tally.add(
        "pupils behind intervals",
        pl.concat(
            [
                pl.DataFrame(schema=SCHEMA),
                findings(sound, pl.lit(value=True), said),
                findings(faulty, pl.lit(value=False), said),
            ]
        ),
    )


def _without_outcome(sheet: Sheet, subject: Subject, column: str) -> pl.DataFrame:
    """Pupils who took no test or had no judgement are not in the measure.

    The percentage's own denominator is no smaller than the measure.
    """
    least, _ = share_range(pl.col(column), pl.col(f"{score_of(subject).score}<"))
    return sheet.cells.filter(pl.col(column).is_not_null()).select(
        "ROW",
        SUBJECT=pl.lit(subject.value),
        BOUND=pl.lit(column),
        LOW=pl.lit(0, dtype=pl.Int64),
        HIGH=(pl.col("TELIG") - least).cast(pl.Int64),
    )


def _cells() -> pl.Expr:
    """The cells behind a bound: coverage and score, a share, or the scores of the groups."""
    groups = pl.format(
        "{}{}", "NAME", pl.col("BOUND").str.replace_all(" ", pl.format(" {}", "NAME"))
    ).str.split(" ")
    return (
        pl.when(pl.col("BOUND") == WHOLE)
        .then(pl.concat_list("COVERAGE", "NAME"))
        .when(pl.col("BOUND").is_in(list(_WITHOUT.values())))
        .then(pl.concat_list("BOUND"))
        .otherwise(groups)
    )
