"""Writing a file whole or not at all, and never over another unless that is wanted."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.formats.sheets.writing import write_sheet


def refuse_existing(path: Path, *, replace: bool) -> None:
    """Refuse to write where a file is already, unless it is to be replaced.

    Raises:
        InputError: there is one, or a folder.
    """
    if path.is_dir():
        raise InputError(
            "The output is a folder, not a file.", where=str(path), todo="Name a file in it."
        )
    if path.exists() and not replace:
        raise InputError(
            "There is such a file already.",
            where=str(path),
            todo="Choose another name, or add --replace to write over it.",
        )


@contextmanager
def whole_file(path: Path, *, replace: bool) -> Iterator[Path]:
    """A draft of the same name, moved into its place when the block ends well.

    Raises:
        InputError: the file is there already and is not to be replaced, it is a folder, or it
            cannot be written.
    """
    refuse_existing(path, replace=replace)
    drafts = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        drafts = Path(tempfile.mkdtemp(prefix=".draft-", dir=path.parent))
        yield drafts / path.name
        (drafts / path.name).replace(path)
    except OSError as error:
        raise InputError(
            f"The file cannot be written ({error.strerror or error}).",
            where=str(path),
            todo="Choose another place, or ask whoever looks after the folder.",
        ) from error
    finally:
        if drafts is not None:
            shutil.rmtree(drafts, ignore_errors=True)


def write_bytes(content: bytes, path: Path, *, replace: bool) -> None:
    """Write bytes to a file (see `whole_file`)."""
    with whole_file(path, replace=replace) as draft:
        draft.write_bytes(content)


def write_frame(frame: pl.DataFrame, path: Path, *, replace: bool) -> None:
    """Write a table as CSV, Excel or Parquet, by the ending of the name (see `whole_file`)."""
    with whole_file(path, replace=replace) as draft:
        write_sheet(frame, draft)
