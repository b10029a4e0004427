"""Confidence intervals: does some number of pupils the tables allow print these limits?

Exact, without tolerance. The engine's half-width of every whole number of pupils is printed once,
with the lowest and the highest standard deviation of the year's window; that says which numbers of
pupils can print an interval of a given width. A cell agrees when one of them is a number that the
printed coverage or group count allows.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.verify.names import GROUPS, WHOLE, coverage_of, score_of
from keystage.flows.verify.sheet import AUTHORITY, SCHOOLS, Sheet, group_pupils
from keystage.flows.verify.tally import AGREED, DISAGREED, SCHEMA, findings
from keystage.measures.interval import Printing, half_width
from keystage.measures.printing import printed_number
from keystage.statute.progress import PupilSd
from keystage.statute.table import Constant
from keystage.statute.year import Year

_ROWS = (*SCHOOLS, AUTHORITY)
_NO_COUNT = 10**9
#: From this share of lopsided intervals on, a file plainly rounds each limit by itself.
_LOPSIDED_PERCENT, _LOPSIDED_LEAST = 20, 20


@dataclass(frozen=True, slots=True)
class Widths:
    """Which numbers of pupils print an interval of each width.

    ``table``: SUBJECT, WIDTH (upper less lower limit, in units), LEAST and MOST pupils.
    """

    printing: Printing
    table: pl.DataFrame

    def pupils(self, subject: str, width: int) -> tuple[int, int] | None:
        """The least and most pupils that print a width, or None if none do."""
        rows = self.table.filter((pl.col("SUBJECT") == subject) & (pl.col("WIDTH") == width)).rows(
            named=True
        )
        return (rows[0]["LEAST"], rows[0]["MOST"]) if rows else None


def widths(
    deviations: PupilSd, critical_value: Decimal, printing: Printing, decimals: int, most: int
) -> Widths:
    """Print the interval of every number of pupils up to ``most``, with the engine's functions.

    Rounding each limit by itself can move either end by half a unit, so a half-width h prints
    widths between 2h - 1 and 2h + 1, ends left out.
    """
    unit = 10**decimals
    frames = []
    for subject in IN_PROGRESS:
        constant: Constant = getattr(deviations, subject.value)
        halves = pl.DataFrame({"N": pl.int_range(1, most + 1, eager=True)}).with_columns(
            half_width(pl.col("N"), pl.lit(float(end)), critical_value).alias(name)
            for name, end in zip(("LOW", "HIGH"), constant.window, strict=True)
        )
        if printing == "score_and_half_width":
            ends = (
                2 * printed_number(pl.col("LOW"), decimals),
                2 * printed_number(pl.col("HIGH"), decimals),
            )
            step = 2
        else:
            ends = (
                (2 * pl.col("LOW") * unit - 1).floor().cast(pl.Int64) + 1,
                (2 * pl.col("HIGH") * unit + 1).ceil().cast(pl.Int64) - 1,
            )
            step = 1
        frames.append(
            halves.with_columns(WIDTH=pl.int_ranges(ends[0], ends[1] + 1, step))
            .explode("WIDTH")
            .group_by("WIDTH")
            .agg(LEAST=pl.col("N").min(), MOST=pl.col("N").max())
            .with_columns(SUBJECT=pl.lit(subject.value))
        )
    return Widths(printing, pl.concat(frames).select("SUBJECT", "WIDTH", "LEAST", "MOST"))


def interval_rows(sheet: Sheet, ending: str = "") -> pl.DataFrame:
    """Every printed score with its limits, one row each, of schools and authorities.

    ROW, SUBJECT, GROUP, SCORE, LOWER, UPPER, FEWEST and MOST_PUPILS (bounds from the counts).
    """
    small = pl.lit(sheet.rules.smallest_group)
    frames = []
    for subject in IN_PROGRESS:
        for group in (WHOLE, *GROUPS) if not ending else (WHOLE,):
            names = score_of(subject, group, ending)
            if not sheet.has(*names[1:]):
                continue
            if ending:
                low, high = small, pl.lit(_NO_COUNT)
            elif group == WHOLE:
                low, high = pl.col(f"{names.score}<"), pl.col(f"{names.score}>")
            else:
                low, high = group_pupils(subject, group)
            frames.append(
                sheet.cells.filter(
                    pl.col("RECTYPE").is_in(_ROWS),
                    *(pl.col(name).is_not_null() for name in names[1:]),
                ).select(
                    "ROW",
                    SUBJECT=pl.lit(subject.value),
                    GROUP=pl.lit(group),
                    SCORE=pl.col(names.score),
                    LOWER=pl.col(names.lower),
                    UPPER=pl.col(names.upper),
                    FEWEST=pl.max_horizontal(low, small).cast(pl.Int64),
                    MOST_PUPILS=high.fill_null(_NO_COUNT).cast(pl.Int64),
                )
            )
    return pl.concat(frames) if frames else pl.DataFrame(schema=_ROW_SCHEMA)


_ROW_SCHEMA = {
    "ROW": pl.UInt32,
    "SUBJECT": pl.String,
    "GROUP": pl.String,
    "SCORE": pl.Int64,
    "LOWER": pl.Int64,
    "UPPER": pl.Int64,
    "FEWEST": pl.Int64,
    "MOST_PUPILS": pl.Int64,
}


def check_intervals(
    sheet: Sheet, year: Year, ending: str = ""
) -> tuple[pl.DataFrame, pl.DataFrame, str]:
    """Check every printed interval of the year, or of an earlier year the tables repeat.

    Args:
        sheet: the tables.
        year: the statutory year the intervals are of.
        ending: the ending of an earlier year's columns, such as ``_17``.

    Returns:
        Findings, three cells an interval; the intervals with the pupils that print them (LEAST,
        MOST within what the counts allow; for agreeing intervals only); a note, or nothing.
    """
    rows = interval_rows(sheet, ending)
    deviations, interval = year.pupil_sd, year.interval
    if deviations is None or interval is None:
        table = "pupil_sd" if deviations is None else "interval"
        absent = year.absent.get(table)
        reason = f"{table} of {year.name} is absent: {absent.absent if absent else 'not given'}"
        cells = _cells(rows, ending)
        return (
            findings(cells, pl.lit(None, dtype=pl.Boolean), pl.lit(""), pl.lit(reason)),
            rows.clear(),
            "",
        )
    printing, note = _printing(rows, interval.printing)
    known = rows.filter(pl.col("MOST_PUPILS") < _NO_COUNT)["MOST_PUPILS"].max()
    largest = known if isinstance(known, int) else 0
    made = widths(
        deviations,
        interval.critical_value,
        printing,
        year.rounding.progress,
        max(largest, _ENOUGH_PUPILS),
    )
    joined = (
        rows.with_columns(WIDTH=pl.col("UPPER") - pl.col("LOWER"))
        .join(made.table, on=["SUBJECT", "WIDTH"], how="left")
        .with_columns(
            LEAST=pl.max_horizontal("LEAST", "FEWEST"),
            MOST=pl.min_horizontal("MOST", "MOST_PUPILS"),
            LOPSIDED=2 * pl.col("SCORE") - pl.col("LOWER") - pl.col("UPPER"),
            POSSIBLE=pl.col("MOST").is_not_null(),
        )
        .with_columns(
            AGREES=pl.col("POSSIBLE")
            & (pl.col("LEAST") <= pl.col("MOST"))
            & (pl.col("LOPSIDED").abs() <= (1 if printing == "each_limit" else 0))
        )
    )
    good = joined.filter("AGREES")
    bad = joined.filter(~pl.col("AGREES"))
    blamed = _blame(bad, made, ending)
    agreed = findings(_cells(good, ending), pl.lit(value=True), pl.lit(""))
    return pl.concat([agreed, blamed]), good, note


#: Numbers of pupils printed even where no count bounds them: the largest authority has fewer.
_ENOUGH_PUPILS = 50_000


def _printing(rows: pl.DataFrame, printing: Printing) -> tuple[Printing, str]:
    """The year's printing convention, unless the tables plainly show the other one."""
    if printing == "each_limit" or not len(rows):
        return printing, ""
    lopsided = int(((2 * rows["SCORE"] - rows["LOWER"] - rows["UPPER"]).abs() == 1).sum())
    if lopsided < _LOPSIDED_LEAST or 100 * lopsided < _LOPSIDED_PERCENT * len(rows):
        return printing, ""
    return "each_limit", (
        f"{lopsided:,} of {len(rows):,} intervals are lopsided by one unit, so these tables round "
        "each limit by itself; the year's file says otherwise."
    )


def _cells(rows: pl.DataFrame, ending: str) -> pl.DataFrame:
    """Three cells an interval: ROW and COLUMN."""
    name = pl.col("SUBJECT").replace_strict(_NAMES, return_dtype=pl.String) + pl.col("GROUP")
    return pl.concat(
        rows.select("ROW", COLUMN=name + pl.lit(part + ending)) for part in ("", "_LOWER", "_UPPER")
    )


_NAMES = {subject.value: f"{subject.prefix}PROG" for subject in IN_PROGRESS}


def _blame(bad: pl.DataFrame, made: Widths, ending: str) -> pl.DataFrame:
    """Name the cell at fault: one whose change alone would make the interval agree."""
    found: list[tuple[int, str, int, str | None, str | None]] = []
    slack = 1 if made.printing == "each_limit" else 0
    for row in bad.iter_rows(named=True):
        score, lower, upper = row["SCORE"], row["LOWER"], row["UPPER"]
        names = score_of(Subject(row["SUBJECT"]), row["GROUP"], ending)
        middle = (lower + upper) // 2
        trials = {
            names.score: [(value, lower, upper) for value in (middle, middle + 1)],
            names.lower: [
                (score, 2 * score - upper + step, upper) for step in range(-slack, slack + 1)
            ],
            names.upper: [
                (score, lower, 2 * score - lower + step) for step in range(-slack, slack + 1)
            ],
        }
        faulty = {
            name: " or ".join(_tenths(trial[at]) for trial in tried if _fits(row, made, trial))
            for at, (name, tried) in enumerate(trials.items())
        }
        faulty = {name: said for name, said in faulty.items() if said}
        if not faulty:
            faulty = _by_count(row, made, names.score, ending)
        found += [(row["ROW"], name, AGREED, None, None) for name in trials if name not in faulty]
        found += [(row["ROW"], name, DISAGREED, said, None) for name, said in faulty.items()]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _fits(row: dict[str, Any], made: Widths, trial: tuple[int, int, int]) -> bool:
    """Whether a score and limits can be printed by pupils the counts allow."""
    score, lower, upper = trial
    slack = 1 if made.printing == "each_limit" else 0
    pupils = made.pupils(row["SUBJECT"], upper - lower)
    return (
        abs(2 * score - lower - upper) <= slack
        and pupils is not None
        and max(pupils[0], row["FEWEST"]) <= min(pupils[1], row["MOST_PUPILS"])
    )


def _by_count(row: dict[str, Any], made: Widths, score: str, ending: str) -> dict[str, str]:
    """No single limit explains it: the number of pupils does not go with the width."""
    pupils = made.pupils(row["SUBJECT"], row["UPPER"] - row["LOWER"])
    allowed = f"{row['FEWEST']} to {row['MOST_PUPILS']} pupils"
    if row["MOST_PUPILS"] == _NO_COUNT:
        allowed = f"{row['FEWEST']} pupils or more"
    needs = f"{pupils[0]} to {pupils[1]}" if pupils else "no number of"
    said = f"this width needs {needs} pupils, the counts allow {allowed}"
    if row["GROUP"] == WHOLE and not ending:
        return {coverage_of(Subject(row["SUBJECT"])): said}
    return {score: said}


def _tenths(units: int) -> str:
    return f"{units / 10:.1f}"
