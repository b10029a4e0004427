"""Three-year columns: the total is the sum of three cohorts, and percentages pool their pupils.

What the cohorts of the earlier years can be comes from `keystage.flows.verify.past_cohorts`. A
three-year percentage is that of all pupils of the three years, so some whole pupils of each year,
out of cohorts that make the total, must print it, and print both percentages at once.
"""

import polars as pl

from keystage.flows.verify.known import PLACE, Known, with_place
from keystage.flows.verify.past_cohorts import (
    MOST_TRIED,
    REACHED,
    PastYear,
    at_fault,
    past_pupils,
    with_limits,
)
from keystage.flows.verify.sheet import Sheet, share_range
from keystage.flows.verify.tally import SCHEMA, Tally, findings
from keystage.flows.verify.three_year_averages import check_averages_of_three_years
from keystage.flows.verify.three_year_codes import (
    TOTAL,
    check_codes_of_three_years,
    ending_of,
)
from keystage.statute.outcomes import KeyStage2

_LEFT_OUT = "agrees only if pupils were left out of a year these tables do not show in full"
_POOLS = tuple(f"{name}_3YR" for name in REACHED)


def check_three_years(
    sheet: Sheet,
    known: Known,
    intervals: dict[int, pl.DataFrame],
    scale: KeyStage2,
    tally: Tally,
) -> None:
    """Check every three-year column of schools and authorities.

    Args:
        sheet: the tables of the latest of the three years.
        known: what the tables of this year and of earlier ones told, as far as there are any.
        intervals: intervals of the earlier years that agree, as these tables repeat them, by year.
        scale: the scaled score scale, which bounds averages that are not printed.
        tally: takes the findings.
    """
    if not sheet.has(TOTAL):
        return
    years = (sheet.year, sheet.year - 1, sheet.year - 2)
    past = [PastYear(at, ending_of(year), intervals.get(year)) for at, year in enumerate(years)][1:]
    rows = _rows(sheet, known, years)
    check_codes_of_three_years(sheet, rows, years, tally)
    pooled = rows.filter(pl.col(TOTAL).is_not_null() & pl.col("T0").is_not_null())
    names = [name + year.ending for name in REACHED for year in past]
    if not len(pooled) or not sheet.has(*names, *_POOLS):
        return
    limited = with_limits(pooled, sheet, past)
    pupils = [past_pupils(limited, sheet, year) for year in past]
    pools = _with_pools(limited, pupils)
    asked = pools.filter("TRIED", pl.col("K1<") <= pl.col("K1>"))
    nobody = [
        at_fault(asked.join(found, on="ROW", how="anti"), sheet, year)
        for year, found in zip(past, pupils, strict=True)
    ]
    tally.add("three-year cohorts", pl.concat([_cohorts(pools), *nobody]))
    tally.add("three-year percentages", _percentages(pools))
    found = check_averages_of_three_years(sheet, pools, known, years, scale)
    tally.add("three-year averages", found)


def _rows(sheet: Sheet, known: Known, years: tuple[int, int, int]) -> pl.DataFrame:
    """Rows with T0, T1, T2 (cohorts, T1 and T2 null if unknown), M0 to M2 and REST.

    M0 to M2 are the pupils known to be left out of percentages, REST both earlier cohorts together.
    A cohort comes from its year's tables or from the column that repeats it.
    """
    rows = with_place(sheet).with_columns(T0=pl.col("TELIG"))
    rows = rows.join(_left(known.left_out.get(years[0])), on="ROW", how="left").rename(
        {"LEFT": "M0"}
    )
    for at, year in enumerate(years[1:], start=1):
        repeated = f"TELIG{ending_of(year)}"
        cohort = pl.col(repeated) if sheet.has(repeated) else pl.lit(None, dtype=pl.Int64)
        table = known.sheets.get(year)
        if table is None:
            nobody = pl.lit(0, dtype=pl.Int64)
            rows = rows.with_columns(cohort.alias(f"T{at}"), nobody.alias(f"M{at}"))
            continue
        then = with_place(table).join(_left(known.left_out.get(year)), on="ROW", how="left")
        then = then.select(*PLACE, "LEFT", THEN="TELIG").unique(PLACE, keep="first")
        rows = (
            rows.join(then, on=PLACE, how="left")
            .with_columns(pl.coalesce("THEN", cohort).alias(f"T{at}"))
            .drop("THEN")
            .rename({"LEFT": f"M{at}"})
        )
    rows = rows.with_columns(pl.col("M0", "M1", "M2").fill_null(0))
    return rows.with_columns(REST=pl.col(TOTAL) - pl.col("T0"))


def _left(frame: pl.DataFrame | None) -> pl.DataFrame:
    if frame is None:
        return pl.DataFrame(schema={"ROW": pl.UInt32, "LEFT": pl.Int64})
    return frame.filter(pl.col("BLOCK") == "RWM").select("ROW", LEFT="LEFT_OUT")


def _with_pools(rows: pl.DataFrame, pupils: list[pl.DataFrame]) -> pl.DataFrame:
    """Rows with what some pair of earlier cohorts allows.

    SOME: a pair makes the total; E and H: it prints the one percentage, and BOTH: both at once; and
    SURE: it does so with nobody left out of an earlier year. TRIED: pairs could be tried at all.
    """
    one, two = pupils
    # the candidates of the two years mirror each other, so either tells how many there are
    tried = rows.filter(pl.col("K1>") - pl.col("K1<") <= MOST_TRIED)
    pairs = (
        rows.select("ROW", "REST", TOTAL, "T0", "M0", "M1", "M2", *REACHED, *_POOLS)
        .join(one, on="ROW")
        .with_columns(OTHER=pl.col("REST") - pl.col("C"))
        .join(two, left_on=["ROW", "OTHER"], right_on=["ROW", "C"], suffix="_2")
        .with_columns(OUT=pl.col("M0") + pl.col("LEFT") + pl.col("LEFT_2"))
    )
    fits = [_pooled(name, letter) for name, letter in REACHED.items()]
    sure = (pl.col("LEFT") <= pl.col("M1")) & (pl.col("LEFT_2") <= pl.col("M2"))
    made = (
        pairs.with_columns(E=fits[0], H=fits[1])
        .with_columns(BOTH=pl.col("E") & pl.col("H"))
        .group_by("ROW")
        .agg(
            pl.lit(value=True).alias("SOME"),
            pl.col("E", "H", "BOTH").any(),
            SURE=(pl.col("BOTH") & sure).any(),
        )
    )
    flags = ("SOME", "E", "H", "BOTH", "SURE")
    return (
        rows.join(made, on="ROW", how="left")
        .with_columns(pl.col(flags).fill_null(False))
        .join(tried.select("ROW", TRIED=pl.lit(value=True)), on="ROW", how="left")
        .with_columns(pl.col("TRIED").fill_null(False))
    )


def _pooled(name: str, letter: str) -> pl.Expr:
    """Whether the pupils of three years can print a three-year percentage."""
    low, high = share_range(pl.col(name), pl.col("T0") - pl.col("M0"))
    seen = pl.col(name).is_not_null()
    own = (pl.when(seen).then(low).otherwise(0), pl.when(seen).then(high).otherwise("T0"))
    least = own[0] + pl.col(f"{letter}1") + pl.col(f"{letter}1_2")
    most = own[1] + pl.col(f"{letter}2") + pl.col(f"{letter}2_2")
    first, last = share_range(pl.col(f"{name}_3YR"), pl.col(TOTAL) - pl.col("OUT"))
    return (pl.max_horizontal(least, first) <= pl.min_horizontal(most, last)) | first.is_null()


def _cohorts(rows: pl.DataFrame) -> pl.DataFrame:
    """The total must leave cohorts of the earlier years that go with their own cells."""
    exact = pl.col("T1").is_not_null() & pl.col("T2").is_not_null()
    adds_up = pl.col("REST") == pl.col("T1") + pl.col("T2")
    alone = ~pl.col("E") & ~pl.col("H")
    agrees = (
        pl.when(exact & ~adds_up)
        .then(pl.lit(value=False))
        .when(exact & ~pl.col("SOME"))
        .then(pl.lit(value=True))
        .when(pl.col("TRIED"))
        .then(pl.col("SOME") & ~alone)
        .otherwise(pl.col("REST") >= 0)
    )
    said = pl.format(
        "{} and cohorts of the earlier years that go with their percentages: {} to {} and {} to {}",
        "T0",
        *(f"C{at}{end}" for at in (1, 2) for end in "<>"),
    )
    told = pl.when(exact).then(pl.format("{}", pl.sum_horizontal("T0", "T1", "T2"))).otherwise(said)
    return findings(rows.with_columns(COLUMN=pl.lit(TOTAL)), agrees, told)


def _percentages(rows: pl.DataFrame) -> pl.DataFrame:
    """A percentage is at fault where the pairs that print the other cannot print it."""
    frames = [pl.DataFrame(schema=SCHEMA)]
    for own, other, name in (("E", "H", _POOLS[0]), ("H", "E", _POOLS[1])):
        asked = rows.filter(pl.col(name).is_not_null() & pl.col("TRIED") & pl.col("SOME"))
        agrees = (
            pl.when(pl.col("SURE"))
            .then(pl.lit(value=True))
            .when("BOTH")
            .then(None)
            .otherwise(pl.col(own) & ~pl.col(other))
        )
        frames.append(
            findings(
                asked.with_columns(COLUMN=pl.lit(name)),
                agrees,
                pl.format("a share of {} pupils whom the three years allow", TOTAL),
                pl.lit(_LEFT_OUT),
            )
        )
    return pl.concat(frames)
