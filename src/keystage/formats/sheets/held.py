"""Rows that a service keeps as a return set: the same frames a file of them would give."""

from collections.abc import Iterable, Mapping

import polars as pl

from keystage.core.subjects import ASSESSED
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.sheets.reading import FORM, results_of, slots_of
from keystage.records.returns import FILES, PUPILS, ReturnSet
from keystage.records.schema import LINE
from keystage.statute.collection import Collection

_LA = 3
#: How the names of columns of P scales end.
P_SCALE = "_p_scale"
_FACTS = ("upn", "surname", "forename", "birth_date", "sex", "former_upn", "left_on")


def held_returns(
    rows: Iterable[Mapping[str, object]],
    profile: AssessmentProfile,
    collection: Collection,
    *,
    school: str,
    name: str,
) -> ReturnSet:
    """The return set of rows that are kept.

    Pupil and line number the rows: the first is pupil 0 in line 1.

    Args:
        rows: of each pupil upn, surname, forename, birth_date, sex, former_upn, left_on and a code
            for each of `ASSESSED`; None or an empty text for what is not there. A P scale beside a
            code may stand under names such as ``reading_p_scale``.
        profile: the tuple each judgement would have in a transfer file.
        collection: the year of the judgements.
        school: authority and establishment number, seven digits.
        name: what findings call the sheet.
    """
    schema: dict[str, pl.DataType] = {fact: PUPILS[fact] for fact in _FACTS}
    schema |= {str(subject): pl.String() for subject in ASSESSED}
    scales = {f"{subject}{P_SCALE}": str(subject) for subject in ASSESSED}
    schema |= dict.fromkeys(scales, pl.String())
    texts = [column for column, dtype in schema.items() if dtype == pl.String()]
    frame = pl.DataFrame(
        [[_value(row, column) for column in schema] for row in rows], schema=schema, orient="row"
    ).with_columns(
        *(pl.when(pl.col(text) != "").then(pl.col(text)).alias(text) for text in texts),
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("pupil"),
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(LINE),
        pl.lit(0, pl.UInt32).alias("file"),
        pl.lit("Sex").alias("sex_element"),
    )
    slots = slots_of(profile, collection)
    file = {
        "file": 0,
        "name": name,
        "form": FORM,
        "source_la": school[:_LA],
        "source_estab": school[_LA:],
    }
    return ReturnSet(
        files=pl.DataFrame([file], schema=dict(FILES)),
        pupils=frame.select(pl.col(column).cast(dtype) for column, dtype in PUPILS.items()),
        results=pl.concat(
            [
                results_of(frame.drop(scales), slots),
                results_of(frame.drop(ASSESSED).rename(scales), slots),
            ]
        ).sort("pupil", "slot", maintain_order=True),  # a P scale stays behind its judgement
        slots=slots,
    )


def _value(row: Mapping[str, object], column: str) -> object:
    return row.get(column) if column.endswith(P_SCALE) else row[column]
