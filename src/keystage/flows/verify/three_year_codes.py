"""Codes of three-year columns: a figure, a code, or nothing, from the cells of the three years."""

import polars as pl

from keystage.flows.verify.sheet import SCHOOLS, SHOWN, Sheet, code, share_range
from keystage.flows.verify.tally import Tally, findings

TOTAL = "TELIG_3YR"
PERCENTS = ("PTRWM_EXP", "PTRWM_HIGH")
AVERAGES = ("READ_AVERAGE", "MAT_AVERAGE")


def ending_of(year: int) -> str:
    """The ending of a year's columns in the tables of later years, such as ``_17``."""
    return f"_{year % 100:02d}"


def check_codes_of_three_years(
    sheet: Sheet, rows: pl.DataFrame, years: tuple[int, int, int], tally: Tally
) -> None:
    """A total is printed where all three years had pupils; without one the pools are ``NA``.

    The year says whether a percentage that no pupil reaches is 0% or blank.

    Args:
        sheet: the tables of the latest of the three years.
        rows: schools with T0 and, where they are known, T1 and T2 (cohorts by year), and REST (the
            two earlier cohorts together).
        years: the three years, the latest first.
        tally: takes the findings.
    """
    endings = [ending_of(year) for year in years[1:]]
    past = [f"{PERCENTS[0]}{ending}" for ending in endings]
    if not sheet.has(*past):
        return
    cohort = pl.col("TELIG") > 0
    every = cohort.fill_null(False) & pl.all_horizontal(code(name) != "" for name in past)
    rows = rows.filter(pl.col("RECTYPE").is_in(SCHOOLS))
    frames = [
        findings(
            rows.filter(code(TOTAL).is_not_null()).with_columns(COLUMN=pl.lit(TOTAL)),
            pl.when(every).then(code(TOTAL) == SHOWN).otherwise(code(TOTAL) == ""),
            pl.when(every).then(pl.lit(SHOWN)).otherwise(pl.lit("blank: a year had no pupils")),
        )
    ]
    code_of_none = pl.lit(sheet.rules.not_applicable)
    none = pl.when(cohort.fill_null(False)).then(code_of_none).otherwise(pl.lit(""))
    for column in (*PERCENTS, *AVERAGES):
        name = f"{column}_3YR"
        if not sheet.has(name):
            continue
        held = code(name)
        small = (pl.col(TOTAL) < sheet.whole).fill_null(False)
        withheld = held == sheet.rules.suppressed
        allowed = (every & ((held == SHOWN) | (small & withheld))) | (~every & (held == none))
        nobody = pl.lit(value=False)
        if column in PERCENTS and sheet.rules.zero_three_year == "blank":
            nobody = every & ~_rounds_to_zero(sheet, column, endings)
            allowed &= ~((pl.col(name) == 0).fill_null(False) & nobody)
            allowed |= every & (held == "") & _may_be_nobody(sheet, column, endings)
        if column in AVERAGES:
            seen = [column, *(column + end for end in endings if sheet.has(column + end))]
            scored = pl.any_horizontal(code(one) == SHOWN for one in seen)
            allowed |= (every & withheld & ~_many_scored(sheet, column)) | ((held == "") & ~scored)
        said = (
            pl.when(nobody & (pl.col(name) == 0))
            .then(pl.lit("blank: no pupil reaches it"))
            .when(every)
            .then(pl.lit(SHOWN))
            .when(none == "")
            .then(pl.lit("blank"))
            .otherwise(none)
        )
        frames.append(
            findings(
                rows.filter(held.is_not_null()).with_columns(COLUMN=pl.lit(name)),
                allowed,
                said,
            )
        )
    tally.add("three-year codes", pl.concat(frames))


def _printed_years(sheet: Sheet, column: str, endings: list[str]) -> list[tuple[int, str]]:
    """The columns of a percentage in each of the three years the tables show, newest first."""
    names = [column, *(column + ending for ending in endings)]
    return [(at, name) for at, name in enumerate(names) if sheet.has(name)]


def _may_be_nobody(sheet: Sheet, column: str, endings: list[str]) -> pl.Expr:
    """Whether no printed year proves a pupil who reaches the standard."""
    years = _printed_years(sheet, column, endings)
    return pl.all_horizontal(pl.col(name).fill_null(0) == 0 for _, name in years)


def _rounds_to_zero(sheet: Sheet, column: str, endings: list[str]) -> pl.Expr:
    """Whether some pupil can reach a standard whose three-year percentage prints as 0%.

    A pupil must be within the rounding of the three-year cohort and of one of the years.
    """
    zero = pl.lit(0)
    _, most = share_range(zero, pl.col(TOTAL))
    years = _printed_years(sheet, column, endings)
    hidden = pl.lit(len(years) <= len(endings))
    for at, name in years:
        _, here = share_range(pl.col(name), pl.coalesce(f"T{at}", "REST"))
        hidden |= pl.col(name).is_null() | (here > 0).fill_null(True)
    return (most > 0).fill_null(True) & hidden


def _many_scored(sheet: Sheet, column: str) -> pl.Expr:
    """Whether this year alone proves that enough pupils have a score for a three-year average."""
    reached = f"PT{column.partition('_')[0]}_EXP"
    if not sheet.has(reached):
        return pl.lit(value=False)
    least, _ = share_range(pl.col(reached), pl.col("TELIG"))
    return (least >= sheet.whole).fill_null(False)
