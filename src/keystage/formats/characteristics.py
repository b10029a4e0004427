"""Files of pupils' characteristics: what a school census says of them, by UPN.

Columns are those of the department's checking exercise file; results are not read.
"""

from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.formats.columnar import read_columns, read_schema
from keystage.formats.delimited import read_heading, read_text
from keystage.formats.files import kind_of
from keystage.formats.headings import match, refuse_missing
from keystage.formats.typed import Raw, make_typed
from keystage.records.schema import KEY_STAGE_1_AVERAGE, LINE, PUPIL_FIELDS_NOT_READ, PUPILS
from keystage.statute.code_lists import code_lists
from keystage.statute.year import Year

#: The columns that are read beside UPN; any of them may be left out, and one has to be there.
CHARACTERISTICS = (
    "SENF", "EALGRP", "FSM6_P", "FSM6CLA1A", "NEWMOBILE", "KS1READPSCALE", "KS1WRITPSCALE",
    "KS1ENGPSCALE", "KS1MATPSCALE", KEY_STAGE_1_AVERAGE,
)  # fmt: skip
_TOLD = 5


def read_characteristics(path: Path, year: Year) -> pl.DataFrame:
    """Read a file of characteristics, CSV or Parquet.

    Returns:
        A row a pupil: UPN and those of `CHARACTERISTICS` that the file has, typed.

    Raises:
        InputError: the file cannot be read, has no UPN or no characteristic, has a value without
            meaning, or a UPN twice; naming the place.
    """
    columns = [one for one in PUPILS if one.name in {"UPN", *CHARACTERISTICS}]
    parquet = kind_of(path) == "parquet"
    if parquet:
        schema, heading_lines = read_schema(path), 0
        headings = tuple(name.strip() for name in schema.names())
    else:
        headings, heading_lines = read_heading(path)
    others = {one.name for one in PUPILS} - {one.name for one in columns}
    matched = match(path, headings, columns, {*PUPIL_FIELDS_NOT_READ, *others})
    refuse_missing(path, headings, _missing(matched.found))
    lines = None
    if parquet:
        frame = read_columns(
            path, {name: schema.names()[at] for name, at in matched.found.items()}, schema
        )
    else:
        frame, lines = read_text(path, matched.found, len(headings), heading_lines)
    raw = Raw(
        path=path,
        table="pupils",
        frame=frame,
        first_line=1 if parquet else heading_lines + 1,
        lines=lines,
        columnar=parquet,
    )
    typed, unreadable = make_typed(raw, columns, code_lists(year), {})
    _refuse_unreadable(path, unreadable)
    known = typed.filter(pl.col("UPN").is_not_null())
    _refuse_twice(path, known)
    return known.select(name for name in ("UPN", *CHARACTERISTICS) if name in matched.found)


def _missing(found: dict[str, int]) -> list[tuple[str, str]]:
    missing = [] if "UPN" in found else [("UPN", "finding the pupils")]
    if not found.keys() & set(CHARACTERISTICS):
        missing.append(
            (", ".join(CHARACTERISTICS), "any breakdown by characteristics: one of them")
        )
    return missing


def _refuse_unreadable(path: Path, unreadable: pl.DataFrame) -> None:
    if unreadable.height:
        places = [
            f"line {line}, {column}: {text}"
            for line, column, text in unreadable.head(_TOLD)
            .select("line", "column", "text")
            .iter_rows()
        ]
        more = unreadable.height - len(places)
        raise InputError(
            f"Values have no meaning: {'; '.join(places)}{f'; and {more} more' if more else ''}.",
            where=str(path),
            todo="Write the codes of the pupil file of that year.",
        )


def _refuse_twice(path: Path, pupils: pl.DataFrame) -> None:
    twice = pupils.filter(pl.col("UPN").is_duplicated())[LINE].to_list()
    if twice:
        raise InputError(
            f"{len(twice)} lines have a UPN that another line has: "
            f"{', '.join(map(str, twice[:_TOLD]))}{' and others' if len(twice) > _TOLD else ''}.",
            where=str(path),
            todo="Keep one line for each pupil.",
        )
