"""Three-year average scores: means of three years' averages, weighted by pupils with a score.

Each year's unrounded average lies within what its rounded figure, its groups and its percentages
leave; its weight is at least the pupils proved to have a score and at most the cohort.
"""

import polars as pl

from keystage.flows.verify.known import PLACE, Known, with_place
from keystage.flows.verify.means import FINE, mean_bounds, rounded_from
from keystage.flows.verify.sheet import Sheet, code, share_range
from keystage.flows.verify.tally import SCHEMA, findings
from keystage.flows.verify.three_year_codes import AVERAGES, PERCENTS, ending_of
from keystage.statute.outcomes import KeyStage2


def check_averages_of_three_years(
    sheet: Sheet,
    rows: pl.DataFrame,
    known: Known,
    years: tuple[int, int, int],
    scale: KeyStage2,
) -> pl.DataFrame:
    """Findings of the three-year averages.

    Args:
        sheet: the tables of the latest of the three years.
        rows: rows with the cohorts of the three years (T0, and ``K1<`` to ``K2>``).
        known: what the tables of the three years told, as far as there are any.
        years: the three years, the latest first.
        scale: the scaled score scale, which bounds averages that are not printed.
    """
    frames = [pl.DataFrame(schema=SCHEMA)]
    for column in AVERAGES:
        name = f"{column}_3YR"
        endings = ("", *(ending_of(year) for year in years[1:]))
        if not sheet.has(name, *(column + ending for ending in endings)):
            continue
        parts = []
        for at, (year, ending) in enumerate(zip(years, endings, strict=True)):
            beside = _beside(rows, known, year, column, own=not at)
            parts.append(_part(beside, column + ending, PERCENTS[0] + ending, at, scale))
        wholes = rows.filter(pl.col(name).is_not_null()).with_columns(COLUMN=pl.lit(name))
        reach = mean_bounds(pl.concat(parts), ["ROW"])
        first, last = rounded_from(pl.col(name))
        frames.append(
            findings(
                wholes.select("ROW", "COLUMN", FIRST=first, LAST=last).join(reach, on="ROW"),
                (pl.col("LOW") <= pl.col("LAST")) & (pl.col("HIGH") >= pl.col("FIRST")),
                pl.format(
                    "{} to {} over the three years",
                    *((pl.col(end) / FINE).round(1) for end in ("LOW", "HIGH")),
                ),
            )
        )
    return pl.concat(frames)


def _beside(rows: pl.DataFrame, known: Known, year: int, column: str, *, own: bool) -> pl.DataFrame:
    """Rows with LOW and HIGH: what the unrounded average of a year can be, null if not known."""
    if year not in known.averages:
        empty = pl.lit(None, dtype=pl.Int64)
        return rows.with_columns(LOW=empty, HIGH=empty)
    found = known.averages[year].filter(pl.col("AVERAGE") == column).drop("AVERAGE")
    if own:
        return rows.join(found, on="ROW", how="left")
    places = with_place(known.sheets[year]).select("ROW", *PLACE)
    found = found.join(places, on="ROW").drop("ROW").unique(PLACE, keep="first")
    return rows.join(found, on=PLACE, how="left")


def _part(rows: pl.DataFrame, column: str, reached: str, at: int, scale: KeyStage2) -> pl.DataFrame:
    """One year's part of the three-year mean: its pupils with a score and their average."""
    value = pl.col(column)
    first, last = rounded_from(value)
    seen, blank = value.is_not_null(), code(column) == ""
    fewest, most = ("T0", "T0") if not at else (f"K{at}<", f"K{at}>")
    scored, _ = share_range(pl.col(reached), pl.col(fewest))
    # an average narrowed by its own year's tables is used only if this table repeats it
    same = ((pl.col("LOW") <= last) & (pl.col("HIGH") >= first)).fill_null(False)
    lowest, highest = scale.lowest_score * FINE, scale.highest_score * FINE
    return rows.select(
        "ROW",
        W1=pl.when(seen).then(pl.max_horizontal(scored.fill_null(1), pl.lit(1))).otherwise(0),
        W2=pl.when(blank).then(0).otherwise(most).cast(pl.Int64),
        V1=pl.when(same)
        .then(pl.max_horizontal("LOW", first))
        .when(seen)
        .then(first)
        .otherwise(lowest),
        V2=pl.when(same)
        .then(pl.min_horizontal("HIGH", last))
        .when(seen)
        .then(last)
        .otherwise(highest),
    ).with_columns(W1=pl.min_horizontal("W1", "W2").cast(pl.Int64))
