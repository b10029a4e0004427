"""One school's file as it was given: read by its content, never by a path, into a return set."""

from dataclasses import replace
from functools import partial

import polars as pl

from keystage.core.errors import InputError
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.limits import MIB, UPLOAD
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.sniffing import sniff
from keystage.formats.sheets.reading import read_sheet
from keystage.records.returns import FAULTS, FILES, PUPILS, RESULTS, SLOTS, Fault, ReturnSet
from keystage.statute.collection import Collection

_LONGEST_NAME = 255
_UNPRINTABLE = dict.fromkeys((*range(32), 127), "\N{REPLACEMENT CHARACTER}")


def read(content: bytes, name: str, collection: Collection, school: str | None = None) -> ReturnSet:
    """What a transfer file or a mark sheet says; one that cannot be read says why not.

    An archive is refused: it may hold several schools' files. A template that was made for a school
    is read as the one of ``school`` only.
    """
    if not content and not name:
        return refused(name, "nothing", "No file was chosen.")
    if len(content) > UPLOAD.file_bytes:
        return refused(name, "too_big", f"The file is larger than {UPLOAD.file_bytes // MIB} MB.")
    if sniff(content) == "zip":
        return refused(
            name, "nested", "It is an archive. Unpack it and send one school's file of those in it."
        )
    profile = load_profile()
    try:
        found = read_returns(
            [NamedBytes(name, content)],
            profile,
            limits=UPLOAD,
            read_sheet=partial(read_sheet, profile=profile, collection=collection, school=school),
        )
    except InputError as error:
        return refused(name, "damaged", error.what)
    if found.pupils.height > UPLOAD.pupils:
        return refused(name, "too_big", f"The file has more than {UPLOAD.pupils:,} pupils.")
    return found


def short_name(name: str) -> str:
    """The name of a file without folders, as it can be kept and shown."""
    short = name.replace("\\", "/").rpartition("/")[2]
    return written(short).translate(_UNPRINTABLE)[:_LONGEST_NAME]


def written(text: str) -> str:
    """A text as every database takes it: without the character nought and halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def refused(name: str, fault: Fault, reason: str) -> ReturnSet:
    """A file that was refused before anything in it was read."""
    facts = {"file": 0, "name": name, "form": "ctf"}
    empty = ReturnSet(
        files=pl.DataFrame([facts], schema=dict(FILES)),
        pupils=pl.DataFrame(schema=dict(PUPILS)),
        results=pl.DataFrame(schema=dict(RESULTS)),
        slots=pl.DataFrame(schema=dict(SLOTS)),
    )
    fault_row = pl.DataFrame([(0, None, fault, reason)], schema=dict(FAULTS), orient="row")
    return replace(empty, faults=fault_row)
