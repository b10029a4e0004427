"""Judgements, and the P scales beside them in the years whose collection had them."""

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.records.returns import ReturnSet, judgements
from keystage.statute.collection import Collection


def judgements_of(returns: ReturnSet, collection: Collection) -> pl.DataFrame:
    """The judgements of a collection's year, columns of `records.returns.judgements`.

    A P scale beside a judgement is none, wherever it stands; alone it is taken for one.
    """
    return judgements(returns, collection.year.id, beside=collection.p_scale_codes)


def p_scales(returns: ReturnSet, collection: Collection) -> pl.DataFrame:
    """The P scales of a return: pupil, and a column such as ``reading_p_scale`` for each subject.

    A P scale stands beside the code for a pupil below all standards; where another code stands,
    there is none.
    """
    codes = collection.p_scale_codes
    beside = collection.p_scales.beside if collection.p_scales else None
    rows = returns.results.filter(pl.col("result").is_in(codes)).join(
        returns.slots.select("slot", "measure"), on="slot", maintain_order="left"
    )
    found = rows.group_by("pupil", maintain_order=True).agg(
        pl.col("result").filter(pl.col("measure") == subject).first().alias(f"{subject}_p_scale")
        for subject in IN_PROGRESS
    )
    given = judgements_of(returns, collection).select("pupil", *IN_PROGRESS)
    return found.join(given, on="pupil", maintain_order="left").select(
        "pupil",
        *(
            pl.when(pl.col(subject) == pl.lit(beside, pl.String))
            .then(f"{subject}_p_scale")
            .alias(f"{subject}_p_scale")
            for subject in IN_PROGRESS
        ),
    )
