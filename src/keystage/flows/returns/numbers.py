"""Who of those expected is in a return, and how complete: pupil by pupil."""

from collections.abc import Mapping

import polars as pl

from keystage.checks.returns.views import make_views
from keystage.core.subjects import ASSESSED
from keystage.records.circumstances import Circumstances
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

#: How a pupil stands: every judgement that is due is there, some are not, the pupil is not on the
#: list, or is on it and in no file.
COMPLETE, INCOMPLETE, UNEXPECTED, MISSING = "complete", "incomplete", "unexpected", "missing"
STANDINGS: Mapping[str, pl.DataType] = {
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "standing": pl.String(),
    "lacks": pl.List(pl.String()),  # the subjects whose judgement is due and not there
}


def standings(
    returns: ReturnSet,
    collection: Collection,
    expected: pl.DataFrame,
    circumstances: Circumstances,
) -> pl.DataFrame:
    """Each pupil of a return and each expected pupil who is missing, columns `STANDINGS`.

    It is reckoned as the checks reckon it, so that both say the same.

    Args:
        returns: what was read or is kept, of one school.
        collection: the year.
        expected: the pupils expected, columns `records.returns.EXPECTED`.
        circumstances: what else is known.
    """
    views = make_views(returns, collection, expected, circumstances)
    blank = {
        subject: pl.col(f"{subject}_due") & pl.col(str(subject)).is_null() for subject in ASSESSED
    }
    lacks = pl.concat_list(
        pl.when(is_blank).then(pl.lit(str(subject))) for subject, is_blank in blank.items()
    ).list.drop_nulls()
    kinds = views.linked.kinds.select(
        "kind",
        standing=pl.when(~pl.col("listed"))
        .then(pl.lit(UNEXPECTED))
        .when(pl.any_horizontal(blank.values()))
        .then(pl.lit(INCOMPLETE))
        .otherwise(pl.lit(COMPLETE)),
        lacks=lacks,
    )
    here = (
        views.linked.links.select("pupil", "kind")
        .join(kinds, on="kind", maintain_order="left")
        .join(returns.pupils, on="pupil", maintain_order="left")
    )
    gone = views.frames["missing"].filter("awaited")
    gone = gone.with_columns(standing=pl.lit(MISSING), lacks=pl.lit([], pl.List(pl.String)))
    return pl.concat(
        part.select(pl.col(name).cast(dtype) for name, dtype in STANDINGS.items())
        for part in (here, gone)
    )
