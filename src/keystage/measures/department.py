"""The department's own working in a pupil file: recompute it, and say where it differs."""

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.measures.units import BILLION

_LEAST_DECIMALS = 2
_NEAR = 1e-9


def differences(working: pl.LazyFrame) -> pl.DataFrame:
    """Every pupil and field where the department's working and Keystage's differ.

    A number agrees when Keystage's, rounded to the decimals the file gives (two at least), can be
    it. A field the file leaves blank is not compared.

    Args:
        working: the working table with progress.

    Returns:
        line, URN, UPN, ``field``, ``in_file`` and ``keystage`` (text), one row a difference.
    """
    rows = []
    for field, ours in _compared().items():
        flag = field.startswith("IN")
        theirs = pl.col(field).cast(pl.String).cast(pl.Float64)
        decimals = theirs.cast(pl.String).str.split(".").list.last().str.len_chars()
        half = pl.lit(10.0).pow(-decimals.clip(_LEAST_DECIMALS, 9).cast(pl.Float64)) / 2
        apart = (theirs - ours).abs() > (_NEAR if flag else half + _NEAR)
        rows.append(
            working.filter("included")
            .filter(theirs.is_not_null() & (ours.is_null() | apart))
            .select(
                "line",
                "URN",
                "UPN",
                pl.lit(field).alias("field"),
                _as_written(theirs).alias("in_file"),
                _as_written(ours).fill_null("none").alias("keystage"),
            )
        )
    return pl.concat(pl.collect_all(rows)).sort("line", "field")


def _as_written(number: pl.Expr) -> pl.Expr:
    """A number as text; whole numbers without a decimal point."""
    return number.cast(pl.String).str.strip_suffix(".0")


def _compared() -> dict[str, pl.Expr]:
    """The department's fields and what Keystage makes of each (Float64)."""
    fields = {"KS1AVERAGE_GRP_P": pl.col("prior_attainment_group").cast(pl.Float64)}
    for subject in IN_PROGRESS:
        prefix = subject.prefix
        fields |= {
            f"IN{prefix}PROG": pl.col(f"{subject}_progress").is_not_null().cast(pl.Float64),
            f"KS2{prefix}SCORE": pl.col(f"{subject}_points") / BILLION,
            f"KS2{prefix}PRED_EM": pl.col(f"{subject}_national") / BILLION,
            f"{prefix}PROGSCORE_EM_ADJUSTED": pl.col(f"{subject}_progress") / BILLION,
        }
    return fields
