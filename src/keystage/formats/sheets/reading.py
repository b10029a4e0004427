"""A mark sheet as a return set: the same frames a transfer file gives."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from keystage.core.subjects import ASSESSED, Subject
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import TUPLE, AssessmentProfile
from keystage.formats.sheets.grid import whole
from keystage.formats.sheets.headings import Table, by_text, plain, read_table, sheets
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.formats.sheets.template_reading import read_template
from keystage.formats.sheets.values import NO_DATE, as_date, as_school, as_sex
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
    source: Path | NamedBytes,
    profile: AssessmentProfile,
    collection: Collection,
    *,
    judgements_only: bool = False,
    school: str | None = None,
) -> ReturnSet:
    """Read a mark sheet (CSV, Excel, OpenDocument): pupils by rows, judgements by headings.

    A sheet that cannot be read is a row of ``files`` and a row of ``faults``, as a transfer file
    is. Blanks around values are left out, and ``faults`` says so. The school is that of the school
    number column, if there is one. A template that was made for a school is read only as it was
    made, for that school and year.

    Args:
        source: the file, or its bytes with the name it is told by.
        profile: the tuple each judgement would have in a transfer file.
        collection: the year the judgements are of.
        judgements_only: the number and one judgement are enough: the pupils are known otherwise.
        school: whose return it is, authority and establishment number; None if that is not known.
    """
    known = sheets().mark_sheet
    needed = ("upn",) if judgements_only else None
    facts: dict[str, object] = {"name": source.name}
    try:
        given = whole(source)
        facts |= {"bytes": len(given.data), "sha256": hashlib.sha256(given.data).hexdigest()}
        read_template(given, year=collection.year.id, school=school)
        table = read_table(given, known, needed=needed)
        facts |= _school(table, Path(given.name))
    except SheetRefusedError as error:
        return _refused(facts, error)
    frame = table.frame.with_row_index("pupil").with_columns(file=pl.lit(0, pl.UInt32))
    slots = slots_of(profile, collection)
    return ReturnSet(
        files=_files(facts),
        pupils=_pupils(frame),
        results=results_of(frame, slots),
        slots=slots,
        unreadable=_unreadable(frame, table),
        faults=_faults(table),
    )


def headings_not_read(source: Path | NamedBytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The headings of a mark sheet that no column has.

    Returns:
        Those with a word that stands for a judgement, such as Maths level; and the others.

    Raises:
        SheetRefusedError: as `headings.read_table`.
    """
    known = sheets().mark_sheet
    unknown = read_table(source, known, needed=()).unknown
    subjects = {plain(text) for name in known.one_of for text in known.columns[name]}
    doubtful = tuple(text for text in unknown if not subjects.isdisjoint(plain(text).split()))
    return doubtful, tuple(text for text in unknown if text not in doubtful)


def _pupils(frame: pl.DataFrame) -> pl.DataFrame:
    values = {
        name: as_date(pl.col(name)) if name in _DATES else pl.col(name)
        for name in PUPILS
        if name in frame.columns
    }
    if "sex" in frame.columns:
        values["sex_element"] = pl.lit("Sex")
        values["sex"] = as_sex(pl.col("sex"), by_text(sheets().mark_sheet.sexes))
    return frame.select(
        values.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in PUPILS.items()
    )


def results_of(frame: pl.DataFrame, slots: pl.DataFrame) -> pl.DataFrame:
    """The judgements of a frame with file, pupil, line and subjects, as rows of results."""
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


def slots_of(profile: AssessmentProfile, collection: Collection) -> pl.DataFrame:
    """What judgements of each subject are about in a year, columns `SLOTS`."""
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


def _school(table: Table, path: Path) -> dict[str, object]:
    """The authority and establishment number of the school, where the sheet says them.

    Raises:
        SheetRefusedError: it says two.
    """
    if "school" not in table.frame.columns:
        return {}
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
    if number.is_empty():
        return {}
    return {"source_la": number[0][:_LA], "source_estab": number[0][_LA:]}


def _files(facts: Mapping[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{"file": 0, "form": FORM, **facts}], schema=dict(FILES))


def _faults(table: Table) -> pl.DataFrame:
    said = list(table.repaired)
    if table.padded:
        cells = "1 cell" if table.padded == 1 else f"{table.padded} cells"
        said.append(f"Blanks around the text of {cells} were left out.")
    rows = [(0, None, "repaired", sentence) for sentence in said]
    return pl.DataFrame(rows, schema=dict(FAULTS), orient="row")


def _refused(facts: Mapping[str, object], error: SheetRefusedError) -> ReturnSet:
    fault = [(0, error.line, error.fault, error.what)]
    return ReturnSet(
        files=_files(facts),
        pupils=pl.DataFrame(schema=dict(PUPILS)),
        results=pl.DataFrame(schema=dict(RESULTS)),
        slots=pl.DataFrame(schema=dict(SLOTS)),
        faults=pl.DataFrame(fault, schema=dict(FAULTS), orient="row"),
    )
