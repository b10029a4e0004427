"""Three-year columns: cohorts add up, percentages and averages are pooled over the pupils.

The cohorts of earlier years come from those years' tables when the directory holds them. One that
is not known is what the three-year total leaves; two are only bounded by their percentages' codes.
"""

import polars as pl

from keystage.flows.verify.means import rounding_range, with_reach
from keystage.flows.verify.sheet import AUTHORITY, SCHOOLS, SHOWN, Sheet, code, share_range
from keystage.flows.verify.tally import DISAGREED, Tally, findings
from keystage.flows.verify.three_year_codes import (
    AVERAGES,
    PERCENTS,
    TOTAL,
    check_codes_of_three_years,
    ending_of,
)
from keystage.statute.outcomes import KeyStage2

_LEFT_OUT = "agrees only if pupils were left out of a year these tables do not show in full"
#: As many pupils left out of a year's percentages as two printed cells may show.
_TRIED = 2


def check_three_years(
    sheet: Sheet,
    earlier: dict[int, Sheet],
    left_out: dict[int, pl.DataFrame],
    scale: KeyStage2,
    tally: Tally,
) -> None:
    """Check every three-year column of schools and authorities.

    Args:
        sheet: the tables of the latest of the three years.
        earlier: tables of earlier years, by year, as far as there are any.
        left_out: pupils left out of percentages (ROW, BLOCK, LEFT_OUT), by year.
        scale: the scaled score scale, which bounds averages that are not printed.
        tally: takes the findings.
    """
    if not sheet.has(TOTAL):
        return
    years = (sheet.year, sheet.year - 1, sheet.year - 2)
    rows = _rows(sheet, earlier, left_out, years)
    check_codes_of_three_years(sheet, rows, years, tally)
    known = rows.filter(pl.col(TOTAL).is_not_null() & pl.col("T0").is_not_null())
    if not len(known):
        return
    tally.add("three-year cohorts", _cohorts(sheet, known, years))
    checked = [
        _percents(known, column, years)
        for column in PERCENTS
        if sheet.has(f"{column}_3YR", *(column + ending_of(year) for year in years[1:]))
    ]
    checked += [
        _averages(known, column, years, scale)
        for column in AVERAGES
        if sheet.has(f"{column}_3YR", *(column + ending_of(year) for year in years[1:]))
    ]
    if checked:
        pools = pl.concat(checked)
        tally.add("three-year pools", pl.concat([pools, _blamed_total(pools)]))


def _blamed_total(pools: pl.DataFrame) -> pl.DataFrame:
    """The total itself is in doubt where several pools over it disagree."""
    wrong = pools.filter(pl.col("STATE") == DISAGREED).group_by("ROW").len()
    rows = wrong.filter(pl.col("len") > 1).with_columns(COLUMN=pl.lit(TOTAL))
    said = pl.lit("a number of pupils that goes with the three-year percentages")
    return findings(rows, pl.lit(value=False), said)


def _rows(
    sheet: Sheet,
    earlier: dict[int, Sheet],
    left_out: dict[int, pl.DataFrame],
    years: tuple[int, int, int],
) -> pl.DataFrame:
    """Rows with T0, T1, T2 (cohorts, T1 and T2 null if unknown) and M0, M1, M2 (left out)."""
    place = pl.when(pl.col("RECTYPE").is_in(SCHOOLS)).then("URN").otherwise("LEA").alias("PLACE")
    kind = (pl.col("RECTYPE") == AUTHORITY).alias("WHOLE_AUTHORITY")
    rows = sheet.cells.filter(pl.col("RECTYPE").is_in([*SCHOOLS, AUTHORITY])).with_columns(
        place, kind, T0=pl.col("TELIG")
    )
    rows = rows.join(_left(left_out.get(years[0]), "M0"), on="ROW", how="left")
    for at, year in enumerate(years[1:], start=1):
        table = earlier.get(year)
        if table is None:
            rows = rows.with_columns(
                pl.lit(None, dtype=pl.Int64).alias(f"T{at}"),
                pl.lit(None, dtype=pl.Int64).alias(f"M{at}"),
            )
            continue
        then = (
            table.cells.filter(pl.col("RECTYPE").is_in([*SCHOOLS, AUTHORITY]))
            .with_columns(place, kind)
            .join(_left(left_out.get(year), f"M{at}"), on="ROW", how="left")
            .select("PLACE", "WHOLE_AUTHORITY", pl.col("TELIG").alias(f"T{at}"), f"M{at}")
            .unique(["PLACE", "WHOLE_AUTHORITY"], keep="first")
        )
        rows = rows.join(then, on=["PLACE", "WHOLE_AUTHORITY"], how="left")
    return rows.with_columns(REST=pl.col(TOTAL) - pl.col("T0"))


def _left(frame: pl.DataFrame | None, name: str) -> pl.DataFrame:
    if frame is None:
        return pl.DataFrame(schema={"ROW": pl.UInt32, name: pl.Int64})
    return frame.filter(pl.col("BLOCK") == "RWM").select("ROW", pl.col("LEFT_OUT").alias(name))


def _least_most(year: int, sheet: Sheet) -> tuple[pl.Expr, pl.Expr]:
    """Bounds on the cohort of a year from the code of its percentage."""
    held = code(f"{PERCENTS[0]}{ending_of(year)}")
    least = pl.when(held == SHOWN).then(sheet.whole).when(held == sheet.rules.suppressed).then(1)
    most = pl.when(held == sheet.rules.suppressed).then(sheet.whole - 1).when(held == "").then(0)
    return least.otherwise(0), most.otherwise(10**9)


def _cohorts(sheet: Sheet, rows: pl.DataFrame, years: tuple[int, int, int]) -> pl.DataFrame:
    past = [f"{PERCENTS[0]}{ending_of(year)}" for year in years[1:]]
    low, high = pl.lit(0), pl.lit(0)
    for at, year in enumerate(years[1:], start=1):
        bounds = _least_most(year, sheet) if sheet.has(*past) else (pl.lit(0), pl.lit(10**9))
        low += pl.coalesce(f"T{at}", bounds[0])
        high += pl.coalesce(f"T{at}", bounds[1])
    most = pl.when(high < 10**9).then(high.cast(pl.String)).otherwise(pl.lit("any number"))
    return findings(
        rows.with_columns(COLUMN=pl.lit(TOTAL)),
        pl.col("REST").is_between(low, high),
        pl.format("{} pupils and {} to {} in the earlier years", "T0", low, most),
    )


def _with_cohorts(rows: pl.DataFrame) -> pl.DataFrame:
    """Cohorts of the two earlier years as bounds: exact where known or left by the total."""
    rest = pl.col("REST")
    one, two = pl.col("T1"), pl.col("T2")
    return rows.with_columns(
        T1=pl.coalesce(one, rest - two),
        T2=pl.coalesce(two, rest - one),
    )


def _percents(rows: pl.DataFrame, column: str, years: tuple[int, int, int]) -> pl.DataFrame:
    name = f"{column}_3YR"
    endings = ("", *(ending_of(year) for year in years[1:]))
    rows = _with_cohorts(rows).filter(pl.col(name).is_not_null()).with_columns(COLUMN=pl.lit(name))
    known = rows.filter(pl.col("T1").is_not_null() & pl.col("T2").is_not_null())
    least, most, fewer, seen = pl.lit(0), pl.lit(0), pl.lit(0), pl.lit(value=False)
    for at, ending in enumerate(endings):
        cohort, percent = pl.col(f"T{at}"), pl.col(column + ending)
        out = pl.coalesce(f"M{at}", _guess(rows, ending, cohort))
        low, high = share_range(percent, cohort - out)
        printed = percent.is_not_null()
        least += pl.when(printed).then(low).otherwise(0)
        most += pl.when(printed).then(pl.min_horizontal(high, cohort)).otherwise(cohort)
        fewer += pl.when(printed).then(out).otherwise(0)
        seen |= (out > 0) & pl.col(f"M{at}").is_null()
    first, _ = share_range(pl.col(name), pl.col(TOTAL) - fewer)
    _, last = share_range(pl.col(name), pl.col(TOTAL) - fewer)
    fits = (least <= last) & (most >= first)
    # only the rounding of the three percentages is left when a guessed number was left out
    agrees = pl.when(fits & seen).then(None).otherwise(fits)
    share = pl.format(
        "{}% to {}%", (100 * least / pl.col(TOTAL)).round(1), (100 * most / pl.col(TOTAL)).round(1)
    )
    exact = findings(known, agrees, share, pl.lit(_LEFT_OUT))
    loose = rows.filter(pl.col("T1").is_null() | pl.col("T2").is_null())
    return pl.concat([exact, _pool(loose, column, endings, 0, 100)])


def _guess(rows: pl.DataFrame, ending: str, cohort: pl.Expr) -> pl.Expr:
    """The fewest pupils left out of a year that let its printed percentages be whole pupils."""
    cells = [pl.col(name + ending) for name in PERCENTS if name + ending in rows.columns]
    fits = []
    for number in range(_TRIED + 1):
        ranges = [share_range(cell, cohort - number) for cell in cells]
        fits.append(pl.all_horizontal((low <= high).fill_null(True) for low, high in ranges))
    guess = pl.lit(0)
    for number in reversed(range(_TRIED + 1)):
        guess = pl.when(fits[number]).then(number).otherwise(guess)
    return guess


def _averages(
    rows: pl.DataFrame, column: str, years: tuple[int, int, int], scale: KeyStage2
) -> pl.DataFrame:
    endings = ("", *(ending_of(year) for year in years[1:]))
    return _pool(_with_cohorts(rows), column, endings, scale.lowest_score, scale.highest_score)


def _pool(
    rows: pl.DataFrame, column: str, endings: tuple[str, ...], lowest: int, highest: int
) -> pl.DataFrame:
    """Whether a three-year mean can be that of its years, weighted by up to their cohorts."""
    name = f"{column}_3YR"
    wholes = rows.filter(pl.col(name).is_not_null()).select(
        "ROW", M=pl.col(name), COLUMN=pl.lit(name)
    )
    percent = column in PERCENTS
    frames = []
    for at, ending in enumerate(endings):
        cohort = pl.col(f"T{at}")
        value = pl.col(column + ending)
        low, high = rounding_range(value)
        printed = value.is_not_null()
        reached = pl.col(PERCENTS[0] + ending)
        least = cohort if percent else share_range(reached, cohort)[0]
        frames.append(
            rows.select(
                "ROW",
                W1=pl.when(printed).then(least.fill_null(1)).otherwise(0).cast(pl.Int64),
                W2=pl.coalesce(cohort, "REST").cast(pl.Int64),
                V1=pl.when(printed).then(low).otherwise(2 * lowest),
                V2=pl.when(printed).then(high).otherwise(2 * highest),
            )
        )
    checked = with_reach(pl.concat(frames), ["ROW"], wholes)
    return findings(
        checked,
        pl.col("FITS"),
        pl.format("about {} over the three years", pl.col("ABOUT").round(1)),
    )
