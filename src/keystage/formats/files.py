"""What kind of file was given: by its first and last bytes, never by its name."""

from pathlib import Path
from typing import Literal

from keystage.core.errors import InputError

FileKind = Literal["csv", "parquet"]

_PARQUET = b"PAR1"
_OTHERS = {
    b"PK\x03\x04": ("is a spreadsheet or a zip archive", "Save the sheet as CSV UTF-8."),
    b"\xd0\xcf\x11\xe0": ("is an old Excel workbook", "Save the sheet as CSV UTF-8."),
    b"\x1f\x8b": ("is compressed with gzip", "Unpack it first."),
    b"%PDF": ("is a PDF", "Give the CSV or Parquet file it was made from."),
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS_UTF8 = "Save it as CSV UTF-8 (in Excel: Save As, type “CSV UTF-8 (comma delimited)”)."


def kind_of(path: Path) -> FileKind:
    """Whether a file is CSV or Parquet.

    Raises:
        InputError: there is no such file, it is a directory, empty, cut short, not to be opened, or
            of another kind.
    """
    head, tail = _ends(path)
    if not head:
        raise InputError("The file is empty.", where=str(path), todo="Export it again.")
    if head == _PARQUET:
        if tail != _PARQUET:
            raise broken_parquet(path)
        return "parquet"
    for magic, (what, todo) in _OTHERS.items():
        if head.startswith(magic):
            raise InputError(f"The file {what}, not CSV or Parquet.", where=str(path), todo=todo)
    if head.startswith(_WIDE) or b"\0" in head:
        raise InputError("The file is in UTF-16, not UTF-8.", where=str(path), todo=_SAVE_AS_UTF8)
    return "csv"


def _ends(path: Path) -> tuple[bytes, bytes]:
    """The first and the last four bytes of a file."""
    if path.is_dir():
        raise InputError("This is a folder, not a file.", where=str(path), todo="Name a file.")
    if path.exists() and not path.is_file():
        raise InputError(
            "This is a stream, not a file.",
            where=str(path),
            todo="Save what it gives to a file, and name that.",
        )
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(-len(head), 2)
            return head, file.read()
    except FileNotFoundError as error:
        raise InputError(
            "There is no such file.", where=str(path), todo="Check its name and folder."
        ) from error
    except OSError as error:
        raise cannot_open(path, error) from error


def cannot_open(path: Path, error: OSError) -> InputError:
    """The error for a file the system does not let us read."""
    reason = error.strerror or type(error).__name__
    return InputError(
        f"The file cannot be opened ({reason}).",
        where=str(path),
        todo="Check that you may read it.",
    )


def broken_parquet(path: Path) -> InputError:
    """The error for a Parquet file that was cut short or damaged."""
    return InputError(
        "This Parquet file is damaged or was cut short.", where=str(path), todo="Export it again."
    )


def wrong_encoding(path: Path, line: int) -> InputError:
    """The error for a CSV line that is not UTF-8."""
    return InputError("The text is not in UTF-8.", where=f"{path}, line {line}", todo=_SAVE_AS_UTF8)
