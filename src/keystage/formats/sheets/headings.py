"""Which row of a sheet is its heading, and which column is which: spellings are data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from keystage.formats.ctf.given import NamedBytes
from keystage.formats.sheets.grid import PARQUET, Grid, csv_grids, parquet_grid, whole
from keystage.formats.sheets.open_document import is_open_document, open_document_grids
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.formats.sheets.workbook import ZIP, refuse_old, workbook_grids
from keystage.formats.toml_file import read_toml
from keystage.records.schema import LINE
from keystage.statute.table import Record

_FILE = Path(__file__).with_suffix(".toml")
#: The heading is one of the first rows; a school's name, a title or a date may stand above it.
_WITHIN = 50
_SIGNS = re.compile(r"[\W_]+")


class Columns(Record, frozen=True, kw_only=True):
    """The columns of one sort of sheet, and the spellings of their headings.

    ``answers`` are spellings of yes and no, ``sexes`` those of the codes of a pupil's sex; both in
    small letters.
    """

    needed: tuple[str, ...]
    one_of: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, tuple[str, ...]] = {}
    sexes: Mapping[str, tuple[str, ...]] = {}

    def by_spelling(self) -> dict[str, str]:
        """The column of each spelling, as `plain` makes it."""
        return {plain(text): name for name, texts in self.columns.items() for text in texts}


class Sheets(Record, frozen=True, kw_only=True):
    """The sorts of sheets that are known."""

    mark_sheet: Columns
    expected: Columns
    marks: Columns
    conversion: Columns


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rows of a sheet below its heading.

    Attributes:
        frame: ``line`` and the columns found, by our names, as text without blanks around it;
            null where there is nothing. Rows without anything are left out.
        headings: the heading of each column found.
        unknown: headings that no column has.
        odd: cells of these rows without a value we could take: line, field, text, reason.
        padded: how many cells had blanks around what they hold.
        repaired: what was put right to read the sheet, as sentences.
    """

    frame: pl.DataFrame
    headings: Mapping[str, str]
    unknown: tuple[str, ...]
    odd: pl.DataFrame
    padded: int
    repaired: tuple[str, ...]


@cache
def sheets() -> Sheets:
    """The sorts of sheets, from the file beside this one."""
    return read_toml(_FILE, Sheets, "Install Keystage again.", _FILE.name)


def plain(heading: str) -> str:
    """A heading in small letters, with one blank in place of signs and line ends.

    >>> plain(" KS2 Reading (TA) ")
    'ks2 reading ta'
    """
    return _SIGNS.sub(" ", heading).strip().casefold()


def by_text(spellings: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What each spelling stands for."""
    return {text: name for name, texts in spellings.items() for text in texts}


def read_table(
    source: Path | NamedBytes, columns: Columns, *, needed: Iterable[str] | None = None
) -> Table:
    """The rows of a CSV or Parquet file or of the one sheet of a workbook that has the columns.

    Args:
        source: the file, or its bytes with its name.
        columns: the columns known, and the spellings of their headings.
        needed: the columns that must be there, if not those the sort of sheet says.

    Raises:
        SheetRefusedError: it is empty or no sheet, no row is a heading, a column is missing or
            there twice, or two sheets of the workbook could be meant; naming file and row.
    """
    given = whole(source)
    path, data = Path(given.name), given.data
    if not data.strip():
        raise SheetRefusedError(
            "The file is empty.", fault="empty", path=path, todo="Export it again."
        )
    refuse_old(data, path)
    if data.startswith(ZIP) and is_open_document(data):
        grids = list(open_document_grids(data, path))
    elif data.startswith(ZIP):
        grids = list(workbook_grids(data, path))
    elif data.startswith(PARQUET):
        grids = [parquet_grid(data, path)]
    else:
        grids = list(csv_grids(data, path))
    spellings = columns.by_spelling()
    wanted = tuple(columns.needed if needed is None else needed)
    found = [(grid, _heading_row(grid, spellings)) for grid in grids]
    best = max((count for _, (_, count) in found), default=0)
    chosen = [(grid, row) for grid, (row, count) in found if count == best]
    if best < min(2, len(spellings)):
        raise _no_heading(path, columns, wanted)
    grid, row = chosen[0]
    if grid.name and len(chosen) > 1:
        names = " and ".join(each.name for each, _ in chosen)
        raise SheetRefusedError(
            f"More than one sheet could be meant: {names}.",
            fault="not_the_template",
            path=path,
            todo="Keep one of them, or hide the others.",
        )
    return _table(grid, row, path, columns, wanted)


def _heading_row(grid: Grid, spellings: Mapping[str, str]) -> tuple[int, int]:
    """The row that has most of the columns, from 0, and how many it has."""
    counts = [
        len({spellings[plain(cell)] for cell in cells[1:] if cell and plain(cell) in spellings})
        for cells in grid.frame.head(_WITHIN).iter_rows()
    ]
    best = max(counts, default=0)
    return (counts.index(best) if counts else 0), best


def _table(grid: Grid, row: int, path: Path, columns: Columns, wanted: tuple[str, ...]) -> Table:
    line, *cells = grid.frame.row(row)
    headings = [" ".join((cell or "").split()) for cell in cells]
    at = _places(headings, columns.by_spelling(), path, line)
    _refuse_missing(path, line, columns, wanted, at)
    below = grid.frame.slice(row + 1)
    raw = below.select(LINE, *(pl.col(str(place)).alias(name) for name, place in at.items()))
    stripped = pl.col(*at).str.strip_chars()
    clean = raw.with_columns(pl.when(stripped != "").then(stripped))
    again = pl.all_horizontal(  # the heading printed again on the next page
        pl.col(name).fill_null("") == (cells[place] or "").strip() for name, place in at.items()
    )
    frame = clean.filter(pl.any_horizontal(pl.col(*at).is_not_null()) & ~again)
    padded = (stripped.str.len_chars() < pl.col(*at).str.len_chars()).sum()
    return Table(
        frame=frame,
        headings={name: headings[place] for name, place in at.items()},
        unknown=tuple(
            heading
            for place, heading in enumerate(headings)
            if heading and place not in at.values()
        ),
        odd=_odd(grid).join(frame.select(LINE), on=LINE, how="semi"),
        padded=sum(raw.select(padded).row(0)),
        repaired=grid.repaired,
    )


def _places(
    headings: Sequence[str], spellings: Mapping[str, str], path: Path, line: int
) -> dict[str, int]:
    """The place of each column that is known, from 0."""
    at: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = spellings.get(plain(heading))
        if name in at:
            raise SheetRefusedError(
                f"Two columns are the same: {headings[at[name]]} (column {at[name] + 1}) and "
                f"{heading} (column {place + 1}).",
                fault="not_the_template",
                path=path,
                line=line,
                todo="Keep the one that is right.",
            )
        if name is not None:
            at[name] = place
    return at


def _odd(grid: Grid) -> pl.DataFrame:
    rows = [(cell.line, f"column {cell.column}", cell.text, cell.reason) for cell in grid.odd]
    schema = {LINE: pl.UInt32} | dict.fromkeys(("field", "text", "reason"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _refuse_missing(
    path: Path, line: int, columns: Columns, wanted: tuple[str, ...], at: Mapping[str, int]
) -> None:
    missing = [columns.columns[name][0] for name in wanted if name not in at]
    if columns.one_of and not any(name in at for name in columns.one_of):
        missing.append(" or ".join(columns.columns[name][0] for name in columns.one_of))
    if missing:
        plural = "A column is" if len(missing) == 1 else f"{len(missing)} columns are"
        raise SheetRefusedError(
            f"{plural} missing: {'; '.join(missing)}.",
            fault="too_few_columns",
            path=path,
            line=line,
            todo="Add what is missing, or choose the right file.",
        )


def _no_heading(path: Path, columns: Columns, wanted: tuple[str, ...]) -> SheetRefusedError:
    names = ", ".join(columns.columns[name][0] for name in (*wanted, *columns.one_of))
    return SheetRefusedError(
        f"No row has the headings of such a sheet: {names}.",
        fault="not_the_template",
        path=path,
        todo="Choose the right file, or write the headings above the columns.",
    )
