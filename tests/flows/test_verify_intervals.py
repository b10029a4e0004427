"""The widths an interval can print are those the engine prints, number by number."""

from decimal import Decimal

import polars as pl
import pytest

from keystage.flows.verify.intervals import widths
from keystage.measures.interval import Printing, half_width, printed_limits
from keystage.statute.progress import PupilSd
from keystage.statute.table import Constant


def deviations(low: str, high: str) -> PupilSd:
    one = Constant(low=Decimal(low), high=Decimal(high))
    return PupilSd(source="x", confidence="A", reading=one, writing=one, maths=one)


@pytest.mark.parametrize("printing", ["each_limit", "score_and_half_width"])
def test_every_interval_the_engine_prints_is_one_its_pupils_can_have(printing: Printing) -> None:
    made = widths(deviations("6.1736", "6.1736"), Decimal("1.96"), printing, 1, 400)
    printed = (
        pl.DataFrame({"N": range(6, 401)})
        .join(pl.DataFrame({"SCORE": [at / 97 - 3 for at in range(0, 600, 7)]}), how="cross")
        .with_columns(half_width(pl.col("N"), pl.lit(6.1736), Decimal("1.96")).alias("HALF"))
        .with_columns(zip_limits(printed_limits(pl.col("SCORE"), pl.col("HALF"), printing, 1)))
        .with_columns(WIDTH=pl.col("UPPER") - pl.col("LOWER"), SUBJECT=pl.lit("reading"))
        .join(made.table, on=["SUBJECT", "WIDTH"], how="left")
    )
    assert len(printed) == 395 * 86
    assert printed["LEAST"].null_count() == 0
    assert printed.filter(~pl.col("N").is_between("LEAST", "MOST")).is_empty()


def zip_limits(limits: tuple[pl.Expr, pl.Expr]) -> list[pl.Expr]:
    return [limit.alias(name) for limit, name in zip(limits, ("LOWER", "UPPER"), strict=True)]


def test_no_pupils_are_allowed_that_the_engine_would_print_otherwise() -> None:
    made = widths(deviations("6.1736", "6.1736"), Decimal("1.96"), "score_and_half_width", 1, 400)
    halves = pl.DataFrame({"N": range(1, 401)}).with_columns(
        HALF=half_width(pl.col("N"), pl.lit(6.1736), Decimal("1.96"))
    )
    for row in made.table.filter(pl.col("SUBJECT") == "reading").iter_rows(named=True):
        inside = halves.filter(pl.col("N").is_between(row["LEAST"], row["MOST"]))["HALF"] * 10
        assert ((inside + 0.5).floor() * 2 == row["WIDTH"]).all()


def test_a_window_of_deviations_allows_what_either_end_prints() -> None:
    narrow = widths(deviations("6.0", "6.0"), Decimal("1.96"), "score_and_half_width", 1, 60)
    wide = widths(deviations("5.9", "6.1"), Decimal("1.96"), "score_and_half_width", 1, 60)
    both = narrow.table.join(wide.table, on=["SUBJECT", "WIDTH"], suffix="_WIDE")
    assert len(both) == len(narrow.table)
    assert (both["LEAST_WIDE"] <= both["LEAST"]).all()
    assert (both["MOST_WIDE"] >= both["MOST"]).all()
    assert narrow.pupils("reading", 9999) is None
