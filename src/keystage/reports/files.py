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

#: What a folder was made from, and which files were made with it.
METADATA = "metadata.json"
TABLES = "tables"


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder to write in, moved to ``target`` when the block ends well and removed when not.

    Files that an earlier run listed in its metadata are removed; a user's own files stay.

    Raises:
        InputError: the target is a file, or cannot be written.
    """
    if target.exists() and not target.is_dir():
        raise InputError(
            "The output is a file, not a folder.", where=str(target), todo="Name a folder with -o."
        )
    draft = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        yield draft
        _move(draft, target)
    except OSError as error:
        raise InputError(
            f"The output folder cannot be written ({error.strerror or error}).",
            where=_blamed(error, target, draft),
            todo="Choose another folder with -o.",
        ) from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def _blamed(error: OSError, target: Path, draft: Path | None) -> str:
    """The path in the way, as the user knows it: a draft is the folder it was to become."""
    path = str(error.filename2 or error.filename or target)
    drafts = str(draft or target.parent / f".{target.name}-")
    return str(target) if path.startswith(drafts) else path


def _move(draft: Path, target: Path) -> None:
    """Move every file of the draft to its place, and remove what an earlier run left there."""
    files = [path for path in sorted(draft.rglob("*")) if path.is_file()]
    for name in _earlier_files(target) - {str(path.relative_to(draft)) for path in files}:
        (target / name).unlink(missing_ok=True)
    for path in files:
        place = target / path.relative_to(draft)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)


def _earlier_files(target: Path) -> set[str]:
    """The files an earlier run listed; a name that leads out of the folder is none of them."""
    try:
        listed = json.loads((target / METADATA).read_text(encoding="utf-8"))[TABLES]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {
        name
        for name in listed
        if isinstance(name, str) and (target / name).resolve().is_relative_to(target.resolve())
    }


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
