"""Writing tables to a folder: published CSV, analysts' Parquet, and what they were made from.

A folder is written whole or not at all: files are made beside it and moved in at the end.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.reports.published import PublishedTable


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder to write in, moved to ``target`` when the block ends well and removed when not.

    Files of an earlier run with the same names are replaced, others stay.

    Raises:
        InputError: the target is a file, or cannot be written.
    """
    if target.exists() and not target.is_dir():
        raise InputError(
            "The output is a file, not a folder.", where=str(target), todo="Name a folder with -o."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise InputError(
            f"The output folder cannot be written ({error.strerror}).",
            where=str(target),
            todo="Choose another folder with -o.",
        ) from error
    try:
        yield draft
        _move(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move(draft: Path, target: Path) -> None:
    """Move every file of the draft to its place in the target."""
    try:
        for path in sorted(draft.rglob("*")):
            place = target / path.relative_to(draft)
            if path.is_dir():
                place.mkdir(parents=True, exist_ok=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                path.replace(place)
    except OSError as error:
        raise InputError(
            f"The output folder cannot be written ({error.strerror}).",
            where=str(error.filename2 or error.filename or target),
            todo="Choose another folder with -o.",
        ) from error


def write_published(table: PublishedTable, path: Path) -> None:
    """Write a published table as CSV (UTF-8, a heading, text as printed)."""
    table.frame.write_csv(path, null_value="")


def write_analyst(frame: pl.DataFrame, path: Path) -> None:
    """Write unrounded figures as Parquet. Not for publication: nothing is withheld."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="lz4", statistics=False)


def write_json(content: Mapping[str, object], path: Path) -> None:
    """Write a metadata file."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_text(text: str, path: Path) -> None:
    """Write a text file whole.

    Raises:
        InputError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise InputError(
            f"The file cannot be written ({error.strerror}).",
            where=str(path),
            todo="Choose another place with -o.",
        ) from error
