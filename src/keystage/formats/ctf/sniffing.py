"""What was given: by its content, never by its name."""

import struct
import zlib
from io import BytesIO
from mmap import mmap
from typing import Literal
from zipfile import BadZipFile, ZipFile

Content = Literal["xml", "zip", "xlsx", "csv", "empty", "unknown"]

#: What the standard library raises for an archive that is not right.
DAMAGED_ZIP = (
    BadZipFile, EOFError, LookupError, NotImplementedError, OSError, OverflowError, RuntimeError,
    ValueError, struct.error, zlib.error,
)  # fmt: skip
_PARTS = 4096
_ENTRY = b"PK\x01\x02"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BLANK = b" \t\r\n"
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_WIDE_START = (b"<\0", b"\0<")
_HEAD = 4096
_OTHER_TEXT = ("{", "[", "%PDF", "PAR1", "Rar!", "\x1f\x8b")
_SEPARATORS = (",", ";", "\t")
_CONTROL = frozenset(map(chr, range(ord(" ")))) - {"\t", "\r", "\n"}


def sniff(data: bytes) -> Content:
    """What kind of content some bytes are.

    >>> sniff(b"<CTfile/>"), sniff(b"UPN,Surname"), sniff(b"")
    ('xml', 'csv', 'empty')
    """
    if is_zip(data):
        return "xlsx" if _is_workbook(data) else "zip"
    text = _beginning(data)
    if not text and not data.strip(_BLANK + _MARKS[0][0]):
        return "empty"
    if text.startswith("<"):
        return "xml"
    if text.startswith(_OTHER_TEXT) or not _CONTROL.isdisjoint(text):
        return "unknown"
    first_line = text.partition("\n")[0]
    return "csv" if any(mark in first_line for mark in _SEPARATORS) else "unknown"


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is an archive or a workbook."""
    return head.startswith(_ZIP)


def holds_workbook(names: list[str]) -> bool:
    """Whether the members of an archive are the parts of a workbook, Excel or OpenDocument."""
    excel = "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)
    return excel or {"mimetype", "content.xml"}.issubset(names)


def lists_more(content: bytes | mmap, most: int) -> bool:
    """Whether an archive lists more files than that: counted before anything is made of them."""
    at = found = 0
    while (at := content.find(_ENTRY, at) + 1) > 0:
        found += 1
        if found > most:
            return True
    return False


def _is_workbook(data: bytes) -> bool:
    if lists_more(data, _PARTS):
        return False
    try:
        with ZipFile(BytesIO(data)) as archive:
            return holds_workbook(archive.namelist())
    except DAMAGED_ZIP:
        return False


def _beginning(data: bytes) -> str:
    """The first characters, without a byte-order mark and blanks before them."""
    head = data[:_HEAD]
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, errors="replace").lstrip()
    if head.startswith(_WIDE_START):
        return "<"
    return head.decode("latin-1").lstrip()
