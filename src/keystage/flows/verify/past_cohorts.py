"""Cohorts of earlier years: whole pupils that go with all cells a table repeats of a year.

A table repeats an earlier year's percentages but, until 2018, not its cohort. The cohort is known
from that year's own table, or is what the three-year total leaves, or is one of two that make up
what it leaves. Whichever it is, it must be a number of pupils of whom whole disadvantaged pupils
have the printed share, whole pupils reach the printed percentages, and enough pupils were in each
progress measure to print its interval: a measure is part of the cohort, and its coverage was high
enough to be shown.
"""

from dataclasses import dataclass

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.names import DISADVANTAGED, OTHER
from keystage.flows.verify.sheet import SCHOOLS, SHOWN, Sheet, code, share_range
from keystage.flows.verify.tally import SCHEMA, findings

#: Percentages of pupils reaching a standard, with the letter of their whole pupils.
REACHED = {"PTRWM_EXP": "E", "PTRWM_HIGH": "H"}
_SHARE = "PTFSM6CLA1A"
#: As many pupils left out of a year's percentages are tried; no school in the tables has more.
_TRIED = 2
#: Candidates of a cohort of which nothing but the total is known are tried one by one up to this.
MOST_TRIED = 2_000


@dataclass(frozen=True, slots=True)
class PastYear:
    """A year of the three: its place among them, the ending of its columns, its intervals.

    ``intervals``: intervals that agree (ROW, SUBJECT, LEAST, MOST), if the year's constants are
    known.
    """

    at: int
    ending: str
    intervals: pl.DataFrame | None


def with_limits(rows: pl.DataFrame, sheet: Sheet, years: list[PastYear]) -> pl.DataFrame:
    """Rows with ``C1<``, ``C1>``, ``C2<``, ``C2>``: the fewest and most pupils of each past year.

    Args:
        rows: rows with T1, T2 (cohorts, null if not known) and REST (both together).
        sheet: the tables of the latest year.
        years: the two earlier years.
    """
    for year in years:
        rows = _with_measured(rows, year)
        held = code(f"{next(iter(REACHED))}{year.ending}")
        small = sheet.whole
        # the least coverage that is shown may have been rounded up to be so
        covered = (
            2 * pl.col(f"MOST{year.at}") * 100 // (2 * sheet.rules.lowest_coverage_percent - 1)
        )
        least = pl.when(held == SHOWN).then(small).when(held == sheet.rules.suppressed).then(1)
        most = pl.when(held == sheet.rules.suppressed).then(small - 1).when(held == "").then(0)
        rows = rows.with_columns(
            pl.max_horizontal(least.otherwise(0), f"LEAST{year.at}").alias(f"C{year.at}<"),
            pl.min_horizontal(most.otherwise("REST"), covered, "REST").alias(f"C{year.at}>"),
        )
    for own, other in ((1, 2), (2, 1)):
        known = pl.coalesce(f"T{own}", pl.col("REST") - pl.col(f"T{other}"))
        rows = rows.with_columns(
            pl.coalesce(
                known, pl.max_horizontal(f"C{own}<", pl.col("REST") - pl.col(f"C{other}>"))
            ).alias(f"K{own}<"),
            pl.coalesce(
                known, pl.min_horizontal(f"C{own}>", pl.col("REST") - pl.col(f"C{other}<"))
            ).alias(f"K{own}>"),
        )
    return rows


def _with_measured(rows: pl.DataFrame, year: PastYear) -> pl.DataFrame:
    """Rows with the fewest pupils that the widest measure needs, and the most the least allows."""
    least, most = f"LEAST{year.at}", f"MOST{year.at}"
    if year.intervals is None:
        empty = pl.lit(None, dtype=pl.Int64)
        return rows.with_columns(empty.alias(least), empty.alias(most))
    measured = year.intervals.group_by("ROW").agg(
        pl.col("LEAST").max().alias(least), pl.col("MOST").min().alias(most)
    )
    return rows.join(measured, on="ROW", how="left")


def past_pupils(rows: pl.DataFrame, sheet: Sheet, year: PastYear) -> pl.DataFrame:
    """Every cohort a year can have had, with the pupils who reached each standard.

    Args:
        rows: rows of schools, see `with_limits`.
        sheet: the tables of the latest year.
        year: the earlier year.

    Returns:
        ROW, C (the cohort), LEFT (pupils left out of its percentages), E1, E2, H1, H2 (bounds on
        the pupils at the expected and the higher standard); one row a way to print its cells.
    """
    at = year.at
    names = [
        f"{name}{group}{year.ending}" for name in REACHED for group in ("", DISADVANTAGED, OTHER)
    ]
    present = [name for name in names if sheet.has(name)]
    share = f"{_SHARE}{year.ending}"
    tried = rows.filter(
        (pl.col(f"K{at}>") - pl.col(f"K{at}<")).is_between(0, MOST_TRIED)
    ).with_columns(
        C=pl.int_ranges(pl.col(f"K{at}<"), pl.col(f"K{at}>") + 1),
    )
    tried = tried.explode("C").with_columns(pl.col("C").cast(pl.Int64))
    tried = tried.filter((pl.col("C") >= pl.col(f"C{at}<")) & (pl.col("C") <= pl.col(f"C{at}>")))
    divided = sheet.has(share) and len(present) == len(names)
    tried = _with_disadvantaged(tried, sheet, share, names[1], divided=divided)
    ways = pl.DataFrame(
        [(left, own) for left in range(_TRIED + 1) for own in range(left + 1)],
        schema={"LEFT": pl.Int64, "OWN": pl.Int64},
        orient="row",
    )
    ways = tried.join(ways, how="cross").filter(
        (pl.col("OWN") <= pl.col("F").fill_null(0)) | pl.col("F").is_null()
    )
    bounds = {
        f"{letter}{end}": side
        for name, letter in REACHED.items()
        for end, side in zip("12", _reached(name, year.ending, divided=divided), strict=True)
    }
    # who is left out has no outcome in one of the three subjects, so is outside its measure
    outside = pl.coalesce(pl.col("C") - pl.col(f"LEAST{at}"), pl.lit(_TRIED))
    return (
        ways.filter(pl.col("LEFT") <= len(IN_PROGRESS) * outside)
        .with_columns(**bounds)
        .filter(
            (pl.col("E1") <= pl.col("E2"))
            & (pl.col("H1") <= pl.col("H2"))
            & (pl.col("H1") <= pl.col("E2"))
        )
        .select("ROW", "C", "LEFT", "E1", "E2", "H1", "H2")
    )


def at_fault(rows: pl.DataFrame, sheet: Sheet, year: PastYear) -> pl.DataFrame:
    """Findings of the cells of a year without whose figure its cohort would be possible.

    Where no single one is at fault, the first stands for them.

    Args:
        rows: rows of which no cohort goes with all cells of the year, see `with_limits`.
        sheet: the tables of the latest year.
        year: the earlier year.
    """
    groups = ("", DISADVANTAGED, OTHER)
    names = [_SHARE, *(name + group for name in REACHED for group in groups)]
    cells = [name + year.ending for name in names if sheet.has(name + year.ending)]
    said = pl.format("a share of whole pupils out of {} to {}", f"K{year.at}<", f"K{year.at}>")
    frames = [pl.DataFrame(schema=SCHEMA)]
    for cell in cells:
        hidden = rows.with_columns(pl.lit(None, dtype=pl.Int64).alias(cell))
        possible = past_pupils(hidden, sheet, year).select("ROW").unique()
        suspects = rows.filter(pl.col(cell).is_not_null()).join(possible, on="ROW", how="semi")
        frames.append(
            findings(suspects.with_columns(COLUMN=pl.lit(cell)), pl.lit(value=False), said)
        )
    found = pl.concat(frames)
    several = rows.join(found, on="ROW", how="anti").with_columns(COLUMN=pl.lit(cells[0]))
    return pl.concat([found, findings(several, pl.lit(value=False), said)])


def _with_disadvantaged(
    tried: pl.DataFrame, sheet: Sheet, share: str, of_group: str, *, divided: bool
) -> pl.DataFrame:
    """Candidates with F, each number of disadvantaged pupils their share allows; null: any."""
    nothing = pl.lit(None, dtype=pl.Int64)
    if not divided:
        return tried.with_columns(F=nothing)
    told = pl.col(share).is_not_null() & pl.col("RECTYPE").is_in(SCHOOLS)
    low, high = share_range(pl.col(share), pl.col("C"))
    small, pupils, others = sheet.whole, pl.col("F"), pl.col("C") - pl.col("F")
    withheld = code(of_group) == sheet.rules.suppressed
    few = pupils.is_between(1, small - 1) | others.is_between(1, small - 1)
    return pl.concat(
        [
            tried.filter(~told).with_columns(F=nothing),
            tried.filter(told)
            .with_columns(F=pl.int_ranges(low, pl.min_horizontal(high, "C") + 1))
            .explode("F")
            .with_columns(pl.col("F").cast(pl.Int64))
            .filter(pupils.is_not_null())
            .filter(
                pl.when(code(of_group) == SHOWN).then(~few).when(withheld).then(few).otherwise(True)
            ),
        ]
    )


def _reached(name: str, ending: str, *, divided: bool) -> tuple[pl.Expr, pl.Expr]:
    """Bounds on the pupils who reach a standard: the school's own, and those of its two groups."""
    low, high = _whole_pupils(name + ending, pl.col("C") - pl.col("LEFT"))
    if not divided:
        return low, high
    own = _whole_pupils(f"{name}{DISADVANTAGED}{ending}", pl.col("F") - pl.col("OWN"))
    rest = pl.col("C") - pl.col("F") - (pl.col("LEFT") - pl.col("OWN"))
    other = _whole_pupils(f"{name}{OTHER}{ending}", rest)
    told = pl.col("F").is_not_null()
    impossible = (own[0] > own[1]) | (other[0] > other[1])
    least = pl.when(told).then(pl.max_horizontal(low, own[0] + other[0])).otherwise(low)
    most = pl.when(told).then(pl.min_horizontal(high, own[1] + other[1])).otherwise(high)
    return least, pl.when(told & impossible).then(-1).otherwise(most)


def _whole_pupils(column: str, pupils: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Bounds on the pupils behind a percentage; 0% may stand for a group of none, as in 2016."""
    percent = pl.col(column)
    low, high = share_range(percent, pupils)
    seen = percent.is_not_null()
    nobody = (percent == 0) & (pupils == 0)
    most = pl.when(nobody).then(0).otherwise(pl.min_horizontal(high, pupils))
    return (
        pl.when(seen).then(low).otherwise(0),
        pl.when(seen).then(most).otherwise(pupils),
    )
