"""Who counts at the end of key stage 2 this year."""

import polars as pl

from keystage.statute.year import Year


def counts(pupils: pl.DataFrame, year: Year) -> pl.Expr:
    """Whether a pupil counts, by the inclusion code; false when the code is blank.

    Source: key stage 2 checking exercise, pupil file field P_INCL.
    """
    included = pl.Series(year.inclusion.included).cast(pupils.schema["P_INCL"], strict=False)
    return pl.col("P_INCL").is_in(included.drop_nulls().implode()).fill_null(False)
