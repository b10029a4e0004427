"""Columns that hold another subject's codes, as they do where judgements slipped."""

from functools import lru_cache

import polars as pl

from keystage.checks.returns.coded import Coded, is_among
from keystage.checks.returns.kinds import due_from_all
from keystage.checks.returns.lookup import collected
from keystage.checks.returns.setting import Setting, year_alone
from keystage.core.subjects import ASSESSED
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

_SHIFTS = {
    "file": pl.UInt32(),
    "subject": pl.String(),
    "other": pl.String(),
    "foreign": pl.UInt32(),
    "shifted": pl.UInt32(),
    "given": pl.UInt32(),
    "apart": pl.UInt32(),
    "foreign_there": pl.UInt32(),
    "apart_there": pl.UInt32(),
    "empty": pl.UInt32(),
}


def shifts(
    returns: ReturnSet, coded: Coded, columns: pl.DataFrame, collection: Collection
) -> pl.DataFrame:
    """Subjects of a file some of whose values are codes that only other subjects have this year.

    Columns: file, subject and ``other``, the subject that most of these codes are of. Numbers of
    values: ``foreign`` are codes that the subject never had, shifted those it does not have this
    year, and given. ``apart`` is the per cent of the values that tell the two subjects apart which
    are the other's; ``foreign_there`` and ``apart_there`` say the same of what stands in the column
    of the other subject, null where all of that is its own. ``empty`` is the per cent of pupils
    without a judgement in the emptiest of the subjects that all are judged in.

    Args:
        returns: what was read.
        coded: its judgements.
        columns: what `cohort_views.subject_columns` gives.
        collection: the year.
    """
    setting = year_alone(collection)
    judged = coded.values.filter("assessed", pl.col("code").is_not_null())
    told = judged.select("slot", "result", subject="measure", **_told(setting))
    wrong = told.filter("shifted").select("slot", "result")
    if wrong.is_empty():
        return pl.DataFrame(schema=_SHIFTS)
    results = returns.results.lazy().select("file", "slot", "result")
    some = results.join(wrong.lazy(), on=["slot", "result"]).select("file").unique()
    counted = (
        results.join(some, on="file", how="semi")
        .join(told.lazy(), on=["slot", "result"])
        .group_by("file", "subject")
        .agg(pl.exclude("slot", "result").sum(), given=pl.len())
        .filter(pl.col("shifted") > 0)
    )
    made = collected(counted, returns.results.height).with_columns(_other())
    made = made.with_columns(_apart())
    there = made.select("file", other="subject", foreign_there="foreign", apart_there="apart")
    return (
        made.join(there, on=["file", "other"], how="left")
        .join(columns.select("file", empty=_emptiest(collection)), on="file", how="left")
        .sort("file", "subject")
        .select(pl.col(name).cast(dtype) for name, dtype in _SHIFTS.items())
    )


@lru_cache
def _told(setting: Setting) -> dict[str, pl.Expr]:
    """What a value says.

    ``foreign`` and ``shifted`` as in `shifts`; and by subject whether it is a foreign or a shifted
    code that this subject has (``foreign_…``, ``shifted_…``), or one of its own that this subject
    does not have (``own_…``).
    """
    collection = setting.collection
    own = is_among(*((str(one), code) for one in ASSESSED for code in collection.codes(one)))
    once = is_among(
        *((str(one), code) for one in ASSESSED for code in collection.withdrawn.of(one))
    )
    has = {str(one): pl.col("code").is_in(collection.codes(one)) for one in ASSESSED}
    some = pl.any_horizontal(has.values())
    return {
        "foreign": some & ~own & ~once,
        "shifted": some & ~own,
        **{f"foreign_{one}": here & ~own & ~once for one, here in has.items()},
        **{f"shifted_{one}": here & ~own for one, here in has.items()},
        **{f"own_{one}": own & ~here for one, here in has.items()},
    }


def _other() -> pl.Expr:
    """The subject with most of the foreign codes; without any, with most of the shifted ones."""
    kind = pl.when(pl.col("foreign") > 0)
    numbers = {one: kind.then(f"foreign_{one}").otherwise(f"shifted_{one}") for one in ASSESSED}
    most = pl.max_horizontal(numbers.values())
    return pl.coalesce(
        pl.when(number == most).then(pl.lit(str(one))) for one, number in numbers.items()
    ).alias("other")


def _apart() -> pl.Expr:
    """Of the values that only one of the two subjects has, the per cent that are the other's."""
    foreign, own = (
        pl.coalesce(pl.when(other=str(one)).then(f"{name}_{one}") for one in ASSESSED)
        for name in ("foreign", "own")
    )
    return (pl.when(foreign > 0).then(foreign * 100 // (foreign + own)).otherwise(0)).alias("apart")


def _emptiest(collection: Collection) -> pl.Expr:
    """The per cent of pupils without a judgement, of the subjects that all are judged in."""
    pupils = pl.col("pupils").cast(pl.Int64)
    return pl.max_horizontal(
        (pupils - pl.col(f"{subject}_given")) * 100 // pupils
        for subject in ASSESSED
        if due_from_all(subject, collection)
    )
