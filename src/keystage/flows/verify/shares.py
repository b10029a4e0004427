"""Counts and percentages: sums of counts, shares made from them, attainment of whole pupils.

A share of the cohort is made from printed counts and must print exactly. An attainment percentage
must be some whole number of pupils over its denominator, rounded half up, and the numbers of
groups that make up the school must make up the school's number. The denominator is the group's
count, unless the cells of a subject show together that pupils were left out of it
(`keystage.flows.verify.left_out`).
"""

import polars as pl

from keystage.flows.verify.left_out import fit_left_out
from keystage.flows.verify.names import (
    ALONE,
    BLOCKS,
    COUNTS,
    GROUPS,
    PARTITIONS,
    PRIOR,
    SHARES,
    SHARES_OF_PRIOR,
    SUMS,
    WHOLE,
)
from keystage.flows.verify.sheet import ENGLAND, STATE_FUNDED, Sheet, share_range
from keystage.flows.verify.tally import AGREED, DISAGREED, SCHEMA, Tally, findings
from keystage.measures.printing import printed_ratio

_SEXES = ("BELIG", "GELIG")
#: Of so many pupils in England one at most has no recorded sex (2019: one of 90,000).
_UNRECORDED = 10_000
_NO_SEX = "a few pupils of England have no recorded sex"


def check_sums(sheet: Sheet, tally: Tally) -> None:
    """Check that groups add up to TELIG; the cell at fault is TELIG when two sums miss it.

    In England's rows a few pupils may be neither boys nor girls: no sex is recorded for them.
    """
    sums = [names for names in SUMS if sheet.has(*names)]
    all_known = [pl.all_horizontal(pl.col(name).is_not_null() for name in names) for names in sums]
    totals = [pl.sum_horizontal(names) for names in sums]
    rows = sheet.cells.filter(pl.col("TELIG").is_not_null()).with_columns(
        *(
            pl.when(known).then(total).alias(f"SUM{at}")
            for at, (known, total) in enumerate(zip(all_known, totals, strict=True))
        )
    )
    missed = [pl.col(f"SUM{at}") != pl.col("TELIG") for at in range(len(sums))]
    short = pl.col("TELIG") - pl.sum_horizontal(_SEXES)
    few = pl.col("RECTYPE").is_in([ENGLAND, STATE_FUNDED]) & short.is_between(
        1, pl.col("TELIG") // _UNRECORDED
    )
    unsure = [few if names == _SEXES else pl.lit(value=False) for names in sums]
    missed = [miss & ~spared for miss, spared in zip(missed, unsure, strict=True)]
    several = pl.sum_horizontal(miss.fill_null(False).cast(pl.Int8) for miss in missed) > 1
    frames = []
    for at, (names, miss, spared) in enumerate(zip(sums, missed, unsure, strict=True)):
        total = pl.col(f"SUM{at}")
        known = rows.filter(total.is_not_null()).with_columns(
            TOTAL=total, OWN=miss & several, PARTS=miss & ~several, SPARED=spared
        )
        plus = " + ".join(names)
        frames.append(
            findings(
                known.with_columns(COLUMN=pl.lit("TELIG")),
                ~pl.col("OWN"),
                pl.format(f"{plus} make {{}}", "TOTAL"),
            )
        )
        frames += [
            findings(
                known.with_columns(COLUMN=pl.lit(name)),
                pl.when(~pl.col("SPARED")).then(~pl.col("PARTS")),
                pl.format(
                    f"{{}}, for {plus} to make TELIG {{}}",
                    pl.col("TELIG") - (pl.col("TOTAL") - pl.col(name)),
                    "TELIG",
                ),
                pl.lit(_NO_SEX),
            )
            for name in names
        ]
    tally.add("sums of counts", _once(pl.concat(frames)))


def _once(cells: pl.DataFrame) -> pl.DataFrame:
    """One finding a cell: the first that disagrees, else the first."""
    return cells.sort("STATE", maintain_order=True).unique(
        ["ROW", "COLUMN"], keep="first", maintain_order=True
    )


def check_shares(sheet: Sheet, tally: Tally) -> None:
    """Check percentages of the cohort, made from the counts beside them."""
    frames = []
    prior = pl.sum_horizontal(COUNTS[group] for group in PRIOR)
    for share, count in SHARES.items():
        if not sheet.has(share, count):
            continue
        base = prior if share in SHARES_OF_PRIOR else pl.col("TELIG")
        expected = printed_ratio(100 * pl.col(count), base, 0)
        rows = sheet.cells.filter(pl.col(share).is_not_null()).select(
            "ROW", COLUMN=pl.lit(share), P=pl.col(share), E=expected
        )
        same = pl.col("P") == pl.col("E")
        frames.append(
            findings(
                rows,
                same,
                pl.format("{}%", "E"),
                pl.lit("the count behind it is not printed"),
            )
        )
        if count in ALONE:
            frames.append(
                findings(
                    rows.filter(~same).with_columns(COLUMN=pl.lit(count)),
                    pl.lit(value=False),
                    pl.format("a number of pupils whose share prints as {}%", "P"),
                )
            )
    if frames:
        tally.add("shares of the cohort", pl.concat(frames))


_CELLS = {
    "ROW": pl.UInt32,
    **dict.fromkeys(("BLOCK", "MEASURE", "GROUP", "COLUMN"), pl.String),
    **dict.fromkeys(("P", "D", "K1", "K2"), pl.Int64),
}


def percent_cells(sheet: Sheet) -> pl.DataFrame:
    """Every attainment percentage of schools, printed or hidden, with its whole pupils.

    ROW, BLOCK, MEASURE, GROUP, COLUMN, P (null if not printed), D (pupils of the group), K1 and K2
    (least and most pupils that print as P; none and all of the group where it is not printed).
    """
    frames = []
    schools = sheet.cells.filter(sheet.schools & (pl.col("TELIG") >= sheet.whole))
    for block, measures in BLOCKS.items():
        for measure in measures:
            for group in (WHOLE, *GROUPS):
                column = measure + group
                if not sheet.has(column):
                    continue
                least, most = share_range(pl.col(column), pl.col(COUNTS[group]))
                count = pl.col(COUNTS[group])
                seen = pl.col(column).is_not_null()
                frames.append(
                    schools.filter(count.is_not_null()).select(
                        "ROW",
                        BLOCK=pl.lit(block),
                        MEASURE=pl.lit(measure),
                        GROUP=pl.lit(group),
                        COLUMN=pl.lit(column),
                        P=pl.col(column),
                        D=count,
                        K1=pl.when(seen).then(least).otherwise(0),
                        K2=pl.when(seen).then(pl.min_horizontal(most, count)).otherwise(count),
                    )
                )
    return pl.concat([pl.DataFrame(schema=_CELLS), *frames])


def check_percents(sheet: Sheet, measured: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Check attainment percentages and the whole pupils behind them.

    Returns the pupils left out of denominators: ROW, BLOCK, LEFT_OUT.
    """
    cells = percent_cells(sheet)
    if not len(cells):
        return fit_left_out(sheet, cells, cells, measured)
    printed = cells.filter(pl.col("P").is_not_null()).with_columns(
        FITS=pl.col("K1") <= pl.col("K2")
    )
    parts = _parts(sheet, cells)
    suspect = (
        pl.concat([printed.filter(~pl.col("FITS")), parts.filter(~pl.col("FITS"))], how="diagonal")
        .select("ROW", "BLOCK")
        .unique()
    )
    left = fit_left_out(sheet, cells.join(suspect, on="ROW", how="semi"), suspect, measured)
    joined = printed.join(left, on=["ROW", "BLOCK"], how="left")
    explained = pl.col("LEFT_OUT").is_not_null()
    found = findings(
        joined,
        pl.col("FITS") | explained,
        pl.format("a share of {} whole pupils: {}", "D", _near()),
    )
    tally.add("percentages of whole pupils", found)
    tally.add(
        "groups make up the school",
        _blame_parts(parts.join(left, on=["ROW", "BLOCK"], how="anti"), parts),
    )
    if len(left):
        used = joined.filter(~pl.col("FITS") & explained)
        numbers = sorted(left["LEFT_OUT"].unique().to_list())
        tally.notes.append(
            f"{len(used):,} of {len(printed):,} attainment percentages need a denominator smaller "
            f"than the group: pupils were left out of {len(left):,} subjects in "
            f"{left['ROW'].n_unique():,} schools ({', '.join(map(str, numbers))} in each)."
        )
    return left


def _near() -> pl.Expr:
    """The shares of the whole numbers of pupils on either side of a percentage."""
    below = (pl.col("P") * pl.col("D")) // 100
    one, two = (
        printed_ratio(100 * pupils.clip(0, pl.col("D")), pl.col("D"), 0)
        for pupils in (below, below + 1)
    )
    return pl.format("{}% or {}%", one, two)


def _parts(sheet: Sheet, cells: pl.DataFrame) -> pl.DataFrame:
    """Partitions of a school's pupils: do the whole pupils of the parts make the school's?

    ROW, BLOCK, MEASURE, PARTITION, COLUMN (the measure), LEAST, MOST (of the parts), K1, K2, FITS.
    """
    whole = cells.filter((pl.col("GROUP") == WHOLE) & pl.col("P").is_not_null())
    groups = cells.filter(pl.col("GROUP") != WHOLE)
    prior = sheet.cells.select(
        "ROW", "TELIG", NONE=pl.col("TKS1GROUP_NA"), MOBILE="TMOBN", EAL="TEALGRP2"
    )
    frames = []
    for partition in (*PARTITIONS, ("_EAL",), ("_MOBN",)):
        rest = {"_L": pl.col("NONE"), "_EAL": pl.col("TELIG") - pl.col("EAL")}.get(
            partition[0],
            pl.col("TELIG") - pl.col("MOBILE") if partition == ("_MOBN",) else pl.lit(0),
        )
        frames.append(
            groups.filter(pl.col("GROUP").is_in(partition))
            .group_by("ROW", "MEASURE")
            .agg(
                LEAST=pl.col("K1").sum(),
                MOST=pl.col("K2").sum(),
                COUNTED=pl.len(),
                SEEN=pl.col("P").is_not_null().any(),
            )
            .filter((pl.col("COUNTED") == len(partition)) & pl.col("SEEN"))
            .join(prior, on="ROW")
            .with_columns(MOST=pl.col("MOST") + rest, PARTITION=pl.lit(" ".join(partition)))
            .select("ROW", "MEASURE", "PARTITION", "LEAST", "MOST")
        )
    return (
        pl.concat(frames)
        .join(
            whole.select("ROW", "BLOCK", "MEASURE", "COLUMN", "P", "D", "K1", "K2"),
            on=["ROW", "MEASURE"],
        )
        .with_columns(FITS=(pl.col("LEAST") <= pl.col("K2")) & (pl.col("MOST") >= pl.col("K1")))
    )


def _blame_parts(parts: pl.DataFrame, everything: pl.DataFrame) -> pl.DataFrame:
    """The school's cell is at fault when two partitions miss it, else the cells of the parts."""
    agreed = everything.join(
        parts.filter(~pl.col("FITS")), on=["ROW", "MEASURE", "PARTITION"], how="anti"
    ).select("ROW", "COLUMN", STATE=pl.lit(AGREED, dtype=pl.Int8))
    bad = (
        parts.filter(~pl.col("FITS"))
        .rechunk()
        .with_columns(
            MISSED=pl.len().over("ROW", "MEASURE"),
            EXPECTED=pl.format(
                "the groups{} have {} to {} such pupils, the school {} to {}",
                pl.lit(" ") + pl.col("PARTITION"),
                "LEAST",
                "MOST",
                "K1",
                "K2",
            ),
        )
    )
    own = bad.filter(pl.col("MISSED") > 1).select("ROW", "COLUMN", "EXPECTED")
    others = (
        bad.filter(pl.col("MISSED") == 1)
        .with_columns(pl.col("PARTITION").str.split(" "))
        .explode("PARTITION")
        .select("ROW", (pl.col("MEASURE") + pl.col("PARTITION")).alias("COLUMN"), "EXPECTED")
    )
    both = pl.concat([own.unique(["ROW", "COLUMN"]), others]).with_columns(
        STATE=pl.lit(DISAGREED, dtype=pl.Int8)
    )
    empty = pl.DataFrame(schema=SCHEMA)
    return pl.concat([empty, agreed, both], how="diagonal")
