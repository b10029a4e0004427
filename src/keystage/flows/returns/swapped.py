"""Results of a school that may be another pupil's, out of the columns of a pupil file."""

from collections.abc import Mapping
from typing import Literal

import polars as pl

from keystage.checks.scripts import PAIRS, RECORDS, swapped_scripts
from keystage.core.subjects import TESTED, Subject
from keystage.records.returns import ReturnSet, judgements

#: The columns of judgements in a pupil file.
JUDGED: Mapping[Subject, str] = {
    Subject.READING: "READTAOUTCOME",
    Subject.WRITING: "WRITTAOUTCOME",
    Subject.MATHS: "MATTAOUTCOME",
    Subject.SCIENCE: "SCITAOUTCOME",
}
_PEOPLE = {"school": "LAESTAB", "upn": "UPN", "surname": "SURNAME", "forename": "FORENAME"}

Asked = Literal["asked", "no names", "no judgements"]
"""Whether it was asked whose results fit better the other way round, or what is not known."""


def with_judgements(results: pl.DataFrame, returns: ReturnSet, year: int) -> pl.DataFrame:
    """Results with the names and judgements of a return, by UPN; what they have themselves stays.

    Args:
        results: pupils in the columns of a pupil file.
        returns: the return, or the mark sheet.
        year: the year of the judgements.
    """
    given = returns.pupils.join(judgements(returns, year), on="pupil", maintain_order="left")
    columns = {"upn": "UPN", "surname": "SURNAME", "forename": "FORENAME"}
    columns |= {str(subject): column for subject, column in JUDGED.items()}
    known = given.select(pl.col(name).alias(column) for name, column in columns.items())
    joined = results.join(
        known.drop_nulls("UPN").unique("UPN", keep="first"),
        on="UPN",
        how="left",
        suffix="_given",
        maintain_order="left",
    )
    both = [name for name in joined.columns if f"{name}_given" in joined.columns]
    return joined.with_columns(pl.coalesce(name, f"{name}_given") for name in both)


def swapped_in(results: pl.DataFrame) -> tuple[pl.DataFrame, Asked]:
    """The pairs of pupils with like names whose results may be each other's.

    Args:
        results: pupils in the columns of a pupil file: names, scaled scores, judgements.

    Returns:
        The pairs, columns `checks.scripts.PAIRS`, and whether they could be looked for.
    """
    none = pl.DataFrame(schema=dict(PAIRS))
    if not {"SURNAME", "FORENAME"} <= set(results.columns):
        return none, "no names"
    columns = {
        **_PEOPLE,
        **{f"{test}_score": f"{test.prefix}SCORE" for test in TESTED},
        **{str(subject): column for subject, column in JUDGED.items()},
    }
    records = results.select(
        (pl.col(columns[name]) if columns.get(name) in results.columns else pl.lit(None))
        .cast(kind)
        .alias(name)
        for name, kind in RECORDS.items()
    )
    if records["writing"].is_null().all():
        return none, "no judgements"
    return swapped_scripts(records.with_columns(pl.col("school").fill_null(""))), "asked"
