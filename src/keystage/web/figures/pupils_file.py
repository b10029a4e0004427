"""Pupils of a release as a file: what they are called and what the release has of them."""

from collections.abc import Iterable

import polars as pl

from keystage.records.recordset import RecordSet
from keystage.records.schema import LINE, PUPILS
from keystage.web.figures.sheets import framed

PURPOSE = (
    "For those who work with the results of these schools, to see which pupils a figure is made "
    "of. Not to judge a single pupil by the measures of a school, and not to set targets."
)
WARNING = (
    "Pupils stand in this file by name with their results and with what they are, such as special "
    "educational needs and disadvantage. Keep it among those who need it for their work, give it "
    "to nobody else, and delete it when it is no longer needed."
)
LEVEL = "pupils by name"
_NAMES = {"SURNAME": "Surname", "FORENAME": "Forename"}


def pupils_file(
    release: str,
    told: Iterable[tuple[str, str]],
    records: RecordSet,
    names: pl.DataFrame,
    form: str,
) -> bytes:
    """Pupils as a file, a row each, under the field names of the department's pupil file.

    A value that could not be read stands as its text. The department's own working is left out.

    Args:
        release: the label of the release.
        told: what goes with figures of the school or schools: head and text of each line.
        records: the pupils.
        names: a row a pupil: line, SURNAME and FORENAME.
        form: a key of `sheets.FORMS`.
    """
    columns = [
        one.name
        for one in PUPILS
        if one.name in records.pupils.columns
        and one.name not in records.missing
        and not one.comparison_only
    ]
    texts = records.pupils.select(LINE, pl.col(columns).cast(pl.String))
    for (column,), lost in records.unreadable.group_by("column"):
        if column in columns:
            texts = texts.update(lost.select(LINE, pl.col("text").alias(str(column))), on=LINE)
    called = names.select(LINE, *(pl.col(one).alias(head) for one, head in _NAMES.items()))
    rows = texts.join(called, on=LINE, how="left").sort("URN", *_NAMES.values(), nulls_last=True)
    own = {"About: level of data": LEVEL, "About: purpose": PURPOSE, "About: warning": WARNING}
    lines = [(head, own.get(head, text)) for head, text in told]
    return framed(rows.select(*_NAMES.values(), *columns), lines, release, form)
