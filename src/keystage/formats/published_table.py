"""Reader of the department's published key stage 2 tables (``ks2final``), plain or gzipped.

A table is kept as text, one column a field, names in capitals because years spell them unlike
(``NotFSM6CLA1A``, ``NOTFSM6CLA1A``). Nothing is interpreted here: a code stays a code.
"""

import csv
import gzip
import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError

#: The columns without which a file is no full table of key stage 2 results.
NEEDED = ("URN", "RECTYPE", "TELIG", "READPROG")

_GZIP = b"\x1f\x8b"
_SUFFIXES = (".csv", ".csv.gz")
_SPELT_OUT = re.compile(r"(?<!\d)20(\d\d)\s*[-_/ ]\s*(?:20)?(\d\d)(?!\d)")
_EARLIER = re.compile(r"_(\d\d)$")


@dataclass(frozen=True, slots=True)
class DepartmentTable:
    """One published table.

    ``frame``: text columns with blanks trimmed away (a blank cell is the empty string), plus
    ``FILE`` (its path within the directory) and ``LINE`` (UInt32, the heading is line 1).
    ``year``: the results year named by the file, its folders or its columns, or None.
    """

    path: Path
    frame: pl.DataFrame
    year: int | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no full table, with the reason."""

    path: Path
    reason: str

    @property
    def metadata(self) -> bool:
        """Whether the file explains columns or codes of a table: downloads name it ``_meta``."""
        return self.path.name.lower().partition(".")[0].endswith("_meta")


def read_tables(directory: Path) -> tuple[tuple[DepartmentTable, ...], tuple[Skipped, ...]]:
    """Every full table under a directory, and the CSV files that are none, in order of path.

    Raises:
        InputError: there is no such folder, it holds no full table, or a file cannot be read.
    """
    if not directory.exists():
        raise InputError("There is no such folder.", where=str(directory), todo="Check its name.")
    given = [directory] if directory.is_file() else sorted(directory.rglob("*"))
    paths = [path for path in given if path.is_file() and path.name.lower().endswith(_SUFFIXES)]
    found: list[DepartmentTable] = []
    skipped: list[Skipped] = []
    for path in paths:
        table = read_table(path, directory)
        if isinstance(table, Skipped):
            skipped.append(table)
        else:
            found.append(table)
    if not found:
        others = "1 other CSV file" if len(skipped) == 1 else f"{len(skipped)} other CSV files"
        seen = f"It holds {others}." if skipped else "It holds no CSV file."
        raise InputError(
            f"No published key stage 2 table is here. {seen}",
            where=str(directory),
            todo=f"A full table (.csv or .csv.gz) has the columns {', '.join(NEEDED)} and more.",
        )
    return tuple(found), tuple(skipped)


def read_table(path: Path, root: Path | None = None) -> DepartmentTable | Skipped:
    """One table, or why the file is none.

    Args:
        path: a ``.csv`` or ``.csv.gz`` file in UTF-8, with or without a mark, or Windows-1252.
        root: this folder and those below it may name the year; the file's own folder if None.

    Raises:
        InputError: the file cannot be opened, is cut short, or has lines of unlike length.
    """
    content = _content(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    heading = next(csv.reader(text[: text.find("\n") + 1 or None].splitlines()), [])
    names = [name.strip().upper() for name in heading]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        return Skipped(path, f"no column {', '.join(missing)}" if names else "the file is empty")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"The column {', '.join(twice)} is there twice.",
            where=str(path),
            todo="Columns are matched without case; remove one of them.",
        )
    given = path.parent if root is None or path == root else root
    within = path.relative_to(given)
    year = year_of((given.resolve().name, *within.parts), names)
    return DepartmentTable(path, _frame(path, text, names, str(within)), year)


def year_of(parts: tuple[str, ...], names: list[str]) -> int | None:
    """The results year that a path's last part naming an academic year tells, or else the columns.

    >>> year_of(("2017-2018_850_ks2final.csv",), [])
    2018
    >>> year_of(("ks2.csv",), ["TELIG", "READPROG_18", "READPROG_17"])
    2019
    """
    for part in reversed(parts):
        for start, end in _SPELT_OUT.findall(part):
            if int(end) == (int(start) + 1) % 100:
                return 2000 + int(end)
    suffixes = [int(match[1]) for name in names if (match := _EARLIER.search(name))]
    return 2000 + max(suffixes) + 1 if suffixes else None


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The file cannot be opened ({error.strerror}).",
            where=str(path),
            todo="Check that you may read it.",
        ) from error
    if not content.startswith(_GZIP):
        if path.name.lower().endswith(".gz") and content:
            raise InputError(
                "The name ends in .gz, but this is no gzip file.",
                where=str(path),
                todo="Download it again, or rename it.",
            )
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            "This gzip file is damaged or was cut short.",
            where=str(path),
            todo="Download it again.",
        ) from error


def _frame(path: Path, text: str, names: list[str], label: str) -> pl.DataFrame:
    try:
        frame = pl.read_csv(BytesIO(text.encode()), infer_schema=False, new_columns=names)
    except pl.exceptions.PolarsError as error:
        reason = str(error).partition("\n")[0]
        raise InputError(
            f"The table cannot be read: {reason}.",
            where=str(path),
            todo="Every line must have as many fields as the heading.",
        ) from error
    trimmed = frame.select(pl.col(name).str.strip_chars().fill_null("") for name in names)
    return trimmed.with_columns(
        pl.lit(label).alias("FILE"),
        pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias("LINE"),
    )
