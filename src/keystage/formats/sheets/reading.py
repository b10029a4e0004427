"""A mark sheet as a return set: the same frames a transfer file gives."""

import hashlib
from pathlib import Path

import polars as pl

from keystage.core.subjects import ASSESSED, Subject
from keystage.formats.ctf.profile import TUPLE, AssessmentProfile
from keystage.formats.sheets.headings import Table, read_table, sheets
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.formats.sheets.values import NO_DATE, as_date, as_school
from keystage.records.returns import (
    FAULTS,
    FILES,
    PUPILS,
    RESULTS,
    SLOTS,
    UNREADABLE,
    ReturnSet,
)
from keystage.records.schema import LINE
from keystage.statute.collection import Collection

FORM = "sheet"
_LA, _NAMED = 3, 5
_DATES = ("birth_date", "left_on")


def read_sheet(
    path: Path,
    profile: AssessmentProfile,
    collection: Collection,
    *,
    judgements_only: bool = False,
) -> ReturnSet:
    """Read a mark sheet, CSV or Excel: pupils by their rows, judgements by the headings.

    A sheet that cannot be read is a row of ``files`` and a row of ``faults``, as a transfer file
    is. Blanks around values are left out, and ``faults`` says so. The school is that of the school
    number column, if there is one.

    Args:
        path: the file.
        profile: the tuple each judgement would have in a transfer file.
        collection: the year the judgements are of.
        judgements_only: the number and one judgement are enough: the pupils are known otherwise.
    """
    known = sheets().mark_sheet
    needed = ("upn",) if judgements_only else None
    try:
        table = read_table(path, known, needed=needed)
        source = _school(table, path)
    except SheetRefusedError as error:
        return _refused(path, error)
    frame = table.frame.with_row_index("pupil").with_columns(file=pl.lit(0, pl.UInt32))
    slots = _slots(profile, collection)
    return ReturnSet(
        files=_files(path, source),
        pupils=_pupils(frame),
        results=_results(frame, slots),
        slots=slots,
        unreadable=_unreadable(frame, table),
        faults=_faults(table),
    )


def _pupils(frame: pl.DataFrame) -> pl.DataFrame:
    values = {
        name: as_date(pl.col(name)) if name in _DATES else pl.col(name)
        for name in PUPILS
        if name in frame.columns
    }
    if "sex" in frame.columns:
        values["sex_element"] = pl.lit("Sex")
    return frame.select(
        values.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in PUPILS.items()
    )


def _results(frame: pl.DataFrame, slots: pl.DataFrame) -> pl.DataFrame:
    subjects = [str(subject) for subject in ASSESSED if subject in frame.columns]
    return (
        frame.unpivot(
            subjects,
            index=["file", "pupil", LINE],
            variable_name="measure",
            value_name="result",
        )
        .filter(pl.col("result").is_not_null())
        .join(slots.select("slot", "measure"), on="measure", maintain_order="left")
        .sort("pupil", "slot")
        .select(
            (pl.lit(None) if name == "result_date" else pl.col(name)).cast(dtype).alias(name)
            for name, dtype in RESULTS.items()
        )
    )


def _slots(profile: AssessmentProfile, collection: Collection) -> pl.DataFrame:
    rows = [profile.row_of(Subject(subject), "assessment") for subject in ASSESSED]
    slots = pl.DataFrame([{name: getattr(row, name) for name in TUPLE} for row in rows])
    return slots.select(
        *(pl.col(name) for name in TUPLE),
        slot=pl.int_range(pl.len(), dtype=pl.UInt16),
        locale=pl.lit(collection.format.locale),
        year=pl.lit(collection.year.id, SLOTS["year"]),
        status=pl.lit(collection.format.result_status),
        measure=pl.Series([str(subject) for subject in ASSESSED]),
        kind=pl.lit("assessment"),
    ).select(*SLOTS)


def _unreadable(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Dates that are none, and cells of pupils' rows without a value we could take."""
    lost = [
        frame.filter(pl.col(name).is_not_null() & as_date(pl.col(name)).is_null()).select(
            "file",
            "pupil",
            LINE,
            field=pl.lit(table.headings[name]),
            text=name,
            reason=pl.lit(NO_DATE),
        )
        for name in _DATES
        if name in frame.columns
    ]
    lost.append(frame.select("file", "pupil", LINE).join(table.odd, on=LINE))
    return pl.concat(
        part.select(pl.col(name).cast(dtype) for name, dtype in UNREADABLE.items()) for part in lost
    ).sort(LINE, maintain_order=True)


def _school(table: Table, path: Path) -> tuple[str, str] | None:
    """The authority and establishment number of the school, where the sheet says them.

    Raises:
        SheetRefusedError: it says two.
    """
    if "school" not in table.frame.columns:
        return None
    written = pl.col("school")
    numbers = table.frame.select(number=pl.coalesce(as_school(written), written)).drop_nulls()
    numbers = numbers.unique(maintain_order=True)
    if numbers.height > 1:
        named = ", ".join(numbers["number"].head(_NAMED))
        raise SheetRefusedError(
            f"The sheet has pupils of {numbers.height} schools: {named}.",
            fault="two_schools",
            path=path,
            todo="Make one sheet for each school.",
        )
    number = numbers.select(as_school(pl.col("number"))).to_series().drop_nulls()
    return (number[0][:_LA], number[0][_LA:]) if len(number) else None


def _files(path: Path, source: tuple[str, str] | None) -> pl.DataFrame:
    said: dict[str, object] = {"file": 0, "name": path.name, "form": FORM}
    if path.is_file():
        data = path.read_bytes()
        said |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if source:
        said |= {"source_la": source[0], "source_estab": source[1]}
    return pl.DataFrame([said], schema=dict(FILES))


def _faults(table: Table) -> pl.DataFrame:
    said = list(table.repaired)
    if table.padded:
        cells = "1 cell" if table.padded == 1 else f"{table.padded} cells"
        said.append(f"Blanks around the text of {cells} were left out.")
    rows = [(0, None, "repaired", sentence) for sentence in said]
    return pl.DataFrame(rows, schema=dict(FAULTS), orient="row")


def _refused(path: Path, error: SheetRefusedError) -> ReturnSet:
    fault = [(0, error.line, error.fault, error.what)]
    return ReturnSet(
        files=_files(path, None),
        pupils=pl.DataFrame(schema=dict(PUPILS)),
        results=pl.DataFrame(schema=dict(RESULTS)),
        slots=pl.DataFrame(schema=dict(SLOTS)),
        faults=pl.DataFrame(fault, schema=dict(FAULTS), orient="row"),
    )
