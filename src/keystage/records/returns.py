"""What Common Transfer Files and mark sheets say, typed: the one thing that travels between rooms.

A reading may hold one school's file or every school's of England. Pupils and results carry the
number of their file. What a result row is about (stage, subject, method and so on) is kept once in
``slots``, and the row names its slot: a nation has millions of rows and a few dozen slots.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from keystage.core.subjects import ASSESSED

Kind = Literal["assessment", "mark", "score", "outcome", "multiplication"]

FILES: Mapping[str, pl.DataType] = {
    "file": pl.UInt32(),
    "name": pl.String(),  # as given; a member of an archive is "archive.zip/member.xml"
    "form": pl.String(),  # "ctf", or "sheet" for a mark sheet
    "bytes": pl.UInt64(),
    "sha256": pl.String(),
    "document": pl.String(),
    "version": pl.String(),
    "made_at": pl.Datetime("us"),
    "qualifier": pl.String(),
    "data_qualifier": pl.String(),
    "descriptor": pl.String(),
    "supplier": pl.String(),
    "source_la": pl.String(),
    "source_estab": pl.String(),
    "source_urn": pl.String(),
    "source_name": pl.String(),
    "academic_year": pl.Int16(),  # the calendar year in which the academic year starts
    "destination_la": pl.String(),
    "destination_estab": pl.String(),
    "destination_urn": pl.String(),
}
PUPILS: Mapping[str, pl.DataType] = {
    "file": pl.UInt32(),
    "pupil": pl.UInt32(),  # number of the pupil in the whole reading, from 0
    "line": pl.UInt32(),
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "birth_date": pl.Date(),
    "sex": pl.String(),
    "sex_element": pl.String(),  # "Sex" or "Gender", as the file has it
    "former_upn": pl.String(),
    "left_on": pl.Date(),  # the day the pupil left the sender, by the school history
}
RESULTS: Mapping[str, pl.DataType] = {
    "file": pl.UInt32(),
    "pupil": pl.UInt32(),
    "line": pl.UInt32(),
    "slot": pl.UInt16(),
    "result": pl.String(),  # as written: blanks and small letters included
    "result_date": pl.Date(),
}
SLOTS: Mapping[str, pl.DataType] = {
    "slot": pl.UInt16(),
    "stage": pl.String(),
    "locale": pl.String(),
    "year": pl.Int16(),  # the calendar year in which the academic year ends
    "subject": pl.String(),
    "method": pl.String(),
    "component": pl.String(),
    "status": pl.String(),
    "qualifier": pl.String(),
    "measure": pl.String(),  # a Subject, or null where the assessment profile does not know the row
    "kind": pl.String(),  # a Kind, or null likewise
}
LINES: Mapping[str, pl.DataType] = {
    "pupil": pl.UInt32(),
    "upn": pl.UInt32(),  # the line of each value of the pupil
    "surname": pl.UInt32(),
    "forename": pl.UInt32(),
    "birth_date": pl.UInt32(),
    "sex": pl.UInt32(),
    "former_upn": pl.UInt32(),
    "left_on": pl.UInt32(),
}
HEADER_LINES: Mapping[str, pl.DataType] = {
    "file": pl.UInt32(),
    "field": pl.String(),  # a column of `FILES`
    "line": pl.UInt32(),
}
UNREADABLE: Mapping[str, pl.DataType] = {
    "file": pl.UInt32(),
    "pupil": pl.UInt32(),
    "line": pl.UInt32(),
    "field": pl.String(),  # the element, or the heading of a sheet
    "text": pl.String(),
    "reason": pl.String(),
}
FAULTS: Mapping[str, pl.DataType] = {
    "file": pl.UInt32(),
    "line": pl.UInt32(),
    "fault": pl.String(),  # a name of `Fault`
    "reason": pl.String(),
}
EXPECTED: Mapping[str, pl.DataType] = {
    "line": pl.UInt32(),
    "school": pl.String(),  # authority and establishment number, seven digits
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "birth_date": pl.Date(),
    "sex": pl.String(),
    "reading": pl.String(),  # registration of each test: a code of the year's registrations
    "gps": pl.String(),
    "maths": pl.String(),
    "on_register": pl.Boolean(),  # on the test attendance register
    "left_on": pl.Date(),
}

Fault = Literal[
    "nothing",  # no file was chosen
    "empty",
    "wrong_type",
    "too_big",
    "virus",
    "password",
    "transfer",  # it did not arrive whole
    "not_the_template",
    "too_few_columns",
    "damaged",  # not well-formed
    "forbidden",  # a document type, an entity: never part of a transfer file
    "not_a_ctf",  # well-formed, and another kind of document
    "two_schools",  # in one member of an archive
    "nested",
    "path",
    "repaired",  # stray quotation marks, a byte-order mark, blanks: read all the same
    "ignored",  # what a system adds to an archive or folder by itself: no return, and no harm
]


@dataclass(frozen=True, kw_only=True, eq=False)
class ReturnSet:
    """All that was read of some files, with all that could not be read.

    Attributes:
        files: one row a file, columns `FILES`; a file that was refused has its name and nulls.
        pupils: one row a pupil, columns `PUPILS`.
        results: one row a result, columns `RESULTS`.
        slots: what results are about, columns `SLOTS`.
        unreadable: values that are null in the frames because their text has no meaning, columns
            `UNREADABLE`; ``pupil`` is null for the header.
        faults: why files were refused, repaired or passed over, columns `FAULTS`.
        lines: where each value of a pupil stands, columns `LINES`; a reader whose pupils stand in
            one line each leaves it empty.
        header_lines: where the values of the headers stand, columns `HEADER_LINES`.
    """

    files: pl.DataFrame
    pupils: pl.DataFrame
    results: pl.DataFrame
    slots: pl.DataFrame
    unreadable: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(UNREADABLE)))
    faults: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(FAULTS)))
    lines: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(LINES)))
    header_lines: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=dict(HEADER_LINES))
    )


def judgements(
    returns: ReturnSet, year: int, *, beside: Collection[str] = frozenset()
) -> pl.DataFrame:
    """The teacher assessments of a year, one row a pupil who has any.

    Columns pupil and one for each assessed subject, with the result in capitals without blanks
    around it; where a file gives two for one subject, the first. Blank results are null.

    Args:
        returns: what was read.
        year: the year of the judgements.
        beside: codes that are sent beside a judgement, P scales: they are taken for one only where
            there is no other.
    """
    slots = returns.slots.filter(
        (pl.col("kind") == "assessment") & (pl.col("stage") == "KS2") & (pl.col("year") == year)
    )
    rows = returns.results.lazy().join(
        slots.lazy().select("slot", "measure"), on="slot", maintain_order="left"
    )
    cleaned = pl.col("result").str.strip_chars().str.to_uppercase()
    given = pl.col("result").is_not_null()
    is_judgement = given & ~pl.col("result").is_in([code.upper() for code in beside])
    return (
        rows.with_columns(result=pl.when(cleaned != "").then(cleaned))
        .group_by("pupil", maintain_order=True)
        .agg(
            pl.coalesce(
                pl.col("result").filter(pl.col("measure") == subject, some).first()
                for some in (is_judgement, given)
            ).alias(subject)
            for subject in ASSESSED
        )
        .collect()
    )
