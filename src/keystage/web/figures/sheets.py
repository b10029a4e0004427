"""Tables of figures as files: CSV, Excel or OpenDocument, with what must go with them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from keystage.formats.sheets.writing import write_sheet

#: The forms of files, in words.
FORMS = {"csv": "CSV", "xlsx": "Excel", "ods": "OpenDocument"}
RELEASE = "Release"


def sheet_of(
    heads: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    told: Iterable[tuple[str, str]],
    release: str,
    form: str,
) -> bytes:
    """A table as a file; below its rows stands what must go with them wherever they go.

    The last column says the release in every row. The same table gives the same bytes.

    Args:
        heads: the heads of the columns, two at least.
        rows: the rows.
        told: head and text of each line below them.
        release: the label of the release.
        form: a key of `FORMS`.
    """
    schema = dict.fromkeys(heads, pl.String())
    return framed(pl.DataFrame(list(rows), schema=schema, orient="row"), told, release, form)


def framed(table: pl.DataFrame, told: Iterable[tuple[str, str]], release: str, form: str) -> bytes:
    """The same of a table that is a frame of texts already.

    Args:
        table: the rows, two columns at least.
        told: head and text of each line below them.
        release: the label of the release.
        form: a key of `FORMS`.
    """
    lines = pl.DataFrame(list(told), schema=table.columns[:2], orient="row")
    whole = pl.concat([table, lines.cast(pl.String)], how="diagonal")
    frame = whole.with_columns(pl.lit(release).alias(RELEASE))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"figures.{form}"
        write_sheet(frame, path, title="Figures")
        return path.read_bytes()
