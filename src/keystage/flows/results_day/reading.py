"""Reading a release of results: transfer files in an archive, or one table with a row a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.core.subjects import Subject
from keystage.flows.results_day.national import parts_of
from keystage.flows.returns.sender import numbers
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.limits import UPLOAD
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.results import results_of_tests
from keystage.formats.ctf.sniffing import sniff
from keystage.formats.sheets.headings import Columns, Table, by_text, plain, read_table
from keystage.formats.toml_file import read_toml
from keystage.records.schema import LINE
from keystage.statute.collection import Collection
from keystage.statute.table import Record

_FILE = Path(__file__).with_name("columns.toml")
_HARMLESS = ("repaired", "ignored")
_WHOLE = r"^[0-9]{1,3}$"
_DATES = ("%Y-%m-%d", "%d/%m/%Y")
PAPERS = ("paper_1", "paper_2", "paper_3")
TAKEN_BACK = "taken_back"
NUMBERS = ("mark", *PAPERS, "score")
ROWS: Mapping[str, pl.DataType] = {
    "file": pl.String(),
    LINE: pl.UInt32(),
    "school": pl.String(),  # authority and establishment number, seven digits
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "birth_date": pl.Date(),
    "sex": pl.String(),
    "subject": pl.String(),
    **{name: pl.Int16() for name in NUMBERS},
    "outcome": pl.String(),
    TAKEN_BACK: pl.Boolean(),  # no result: the one of an earlier release is taken back
}
"""Columns of results to be released, one row for a pupil and a test."""
FAULTS: Mapping[str, pl.DataType] = {
    "file": pl.String(),
    LINE: pl.UInt32(),
    "school": pl.String(),
    "upn": pl.String(),
    "subject": pl.String(),
    "what": pl.String(),  # what is wrong, as a sentence
}
"""Columns of what is wrong with them."""


class ReleaseColumns(Record, frozen=True, kw_only=True):
    """The columns of a table of results, and the spellings of the tests in small letters."""

    columns: Columns
    subjects: Mapping[Subject, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class ReleaseFile:
    """What was read of a release.

    Attributes:
        rows: columns `ROWS`.
        faults: values that could not be taken, columns `FAULTS`.
    """

    rows: pl.DataFrame
    faults: pl.DataFrame


@cache
def release_columns() -> ReleaseColumns:
    """The columns, from the file beside this one."""
    return read_toml(_FILE, ReleaseColumns, "Install Keystage again.", _FILE.name)


def read_release(
    data: bytes, name: str, collection: Collection, profile: AssessmentProfile
) -> ReleaseFile:
    """Read results to be released.

    Args:
        data: a results CTF, an archive of them, one for each school, or a table (CSV, Excel).
        name: its name, for messages.
        collection: the year of the tests.
        profile: what result rows of transfer files are about.

    Raises:
        InputError: nothing was chosen, or it is no such table.
    """
    if not data.strip():
        raise InputError("The file is empty.", where=name, todo="Choose the file of results.")
    given = NamedBytes(name, data)
    if sniff(data) in {"xml", "zip"}:
        return _of_files(given, collection, profile)
    columns = release_columns().columns
    if len(data) > UPLOAD.file_bytes and sniff(data) == "csv":
        return _joined([_of_table(part, name) for part in parts_of(data, name, columns)])
    return _of_table(read_table(given, columns), name)


def _joined(parts: Sequence[ReleaseFile]) -> ReleaseFile:
    """Parts of one file as they follow each other."""
    return ReleaseFile(
        pl.concat([part.rows for part in parts]), pl.concat([part.faults for part in parts])
    )


def _of_files(given: NamedBytes, collection: Collection, profile: AssessmentProfile) -> ReleaseFile:
    returns = read_returns([given], profile, limits=UPLOAD)
    found = results_of_tests(returns, collection, profile)
    schools = returns.files.select("file", name="name").join(
        numbers(returns.files), on="file", maintain_order="left"
    )
    people = returns.pupils.join(schools, on="file", maintain_order="left")
    identity = people.select(
        "pupil", LINE, "school", "surname", "forename", "birth_date", "sex", file="name"
    )
    rows = found.results.join(identity, on="pupil", how="left", maintain_order="left")
    bad = returns.faults.filter(~pl.col("fault").is_in(_HARMLESS))
    refused = bad.join(schools, on="file", how="left", maintain_order="left").select(
        LINE, "school", file="name", what="reason"
    )
    known = found.unreadable.drop(LINE, "file").join(
        people.select("pupil", LINE, "school", "upn", file="name"), on="pupil", how="left"
    )
    unread = known.select(
        "file", LINE, "school", "upn", what=pl.format("{}: {}: {}.", "field", "text", "reason")
    )
    return ReleaseFile(_whole(rows), pl.concat([typed(refused, FAULTS), typed(unread, FAULTS)]))


def _of_table(table: Table, name: str) -> ReleaseFile:
    there = [column for column in ROWS if column in table.frame.columns and column != LINE]
    absent = [column for column in ROWS if column not in {LINE, "file", *there}]
    frame = table.frame.with_columns(
        *(pl.lit(None, pl.String).alias(column) for column in absent), file=pl.lit(name)
    )
    spelt = {
        text: str(test) for test, texts in release_columns().subjects.items() for text in texts
    }
    subjects = {
        text: spelt[plain(text)]
        for text in frame["subject"].drop_nulls().unique()
        if plain(text) in spelt
    }
    subject = pl.col("subject").replace_strict(subjects, default=None, return_dtype=pl.String)
    answers = by_text(release_columns().columns.answers)
    said = {text: answers.get(plain(text)) for text in frame[TAKEN_BACK].drop_nulls().unique()}
    yes = [text for text, answer in said.items() if answer == "yes"]
    date = pl.coalesce(pl.col("birth_date").str.to_date(form, strict=False) for form in _DATES)
    rows = frame.with_columns(
        subject=subject,
        birth_date=date,
        upn=pl.col("upn").str.to_uppercase(),
        outcome=pl.col("outcome").str.to_uppercase(),
        sex=pl.col("sex").str.to_uppercase().str.head(1),
        taken_back=pl.when(
            pl.col(TAKEN_BACK).is_in([text for text, one in said.items() if one])
        ).then(pl.col(TAKEN_BACK).is_in(yes)),
        **{
            column: pl.when(pl.col(column).str.contains(_WHOLE)).then(column).cast(pl.Int16)
            for column in NUMBERS
        },
    )
    faults = [
        _unread(frame, rows, column, said)
        for column, said in {
            "subject": "is none of the tests",
            "birth_date": "is no date",
            TAKEN_BACK: "is neither yes nor no",
            **dict.fromkeys(NUMBERS, "is no whole number"),
        }.items()
    ]
    odd = table.odd.select(LINE, file=pl.lit(name), what=pl.format("{}: {}.", "field", "reason"))
    blank = rows.filter(pl.col("subject").is_null() & frame["subject"].is_null()).select(
        "file", LINE, "school", "upn", what=pl.lit("The test is not given.")
    )
    parts = [typed(part, FAULTS) for part in (*faults, odd, blank)]
    return ReleaseFile(_whole(rows), pl.concat(parts).sort(LINE, maintain_order=True))


def _unread(frame: pl.DataFrame, rows: pl.DataFrame, column: str, said: str) -> pl.DataFrame:
    """The rows whose text means nothing in a column."""
    heading = release_columns().columns.columns[column][0]
    lost = frame[column].is_not_null() & rows[column].is_null()
    return frame.filter(lost).select(
        "file",
        LINE,
        "school",
        "upn",
        what=pl.format("{}: “{}” {}.", pl.lit(heading), column, pl.lit(said)),
    )


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with every column; what nobody says is taken back is not."""
    return typed(rows, ROWS).with_columns(pl.col(TAKEN_BACK).fill_null(value=False))


def typed(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame with the columns of a schema; null where it has none."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )
