"""The names of transfer files: who sends, what, to whom, and which export it is.

    9990301_CTF_NAALLLL_001.xml

Source and destination are an authority (3 characters) and an establishment (4). Other characters
stand for others than schools: LLLL for the authority itself, XXXXXXX for a school that is not
known, MMMMMMM for one outside the maintained sector, DfE for the department, NAALLLL for the
national collection. Names are read tolerantly and written strictly.

Sources: Common Transfer File specifications 15 to 21, section 2.4 (headings); guidance of
authorities and suppliers; files named by the Multiplication Tables Check service since 2020.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from keystage.core.errors import InputError
from keystage.core.transfer_names import COPY, NAME

_READ = re.compile(NAME, re.ASCII)
_TEMPLATE = re.compile(rf"KS2_(?P<school>[0-9]{{7}})_(?P<serial>[0-9]{{3}}){COPY}\.\w+", re.ASCII)
_PART = re.compile(r"[0-9A-Z]{7}", re.ASCII)
_TYPE = re.compile(r"[0-9A-Z]{3}", re.ASCII)
_FOLDERS = re.compile(r"[/\\]")
#: The highest serial number: it has three digits.
LAST_SERIAL = int("9" * 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """The parts of a name.

    Attributes:
        source: who sends, as written: authority and establishment.
        type: ``CTF``, or one of the older types such as ``KS2``, ``MTC``, ``PHO``.
        destination: to whom, as written.
        serial: which export to this destination, from 1.
        copied: whether a browser or a person made it a copy, as in ``(1)``.
    """

    source: str
    type: str
    destination: str
    serial: int
    copied: bool = False


def parse_name(name: str) -> FileName | None:
    """The parts of the name of a file, in whatever folder or archive; None if it has another form.

    A name of another form says nothing against the file: the department gives out ``CTF.xml``.

    >>> parse_name("9990301_CTF_NAALLLL_002 (1).xml").serial
    2
    """
    found = _READ.fullmatch(_FOLDERS.split(name)[-1])
    if found is None:
        return None
    return FileName(
        source=found["source"],
        type=found["type"].upper(),
        destination=found["destination"],
        serial=int(found["serial"]),
        copied=found["copied"] is not None,
    )


def school_of_template(name: str) -> str | None:
    """The number of the school a mark sheet of the national template is named for.

    >>> school_of_template("KS2_9990301_001.xlsx")
    '9990301'
    """
    found = _TEMPLATE.fullmatch(_FOLDERS.split(name)[-1])
    return None if found is None else found["school"]


def format_name(name: FileName) -> str:
    """The name as it is written.

    Raises:
        InputError: a part is not as long as it must be, or the serial number has not three digits.

    >>> format_name(FileName(source="9990301", type="CTF", destination="NAALLLL", serial=1))
    '9990301_CTF_NAALLLL_001.xml'
    """
    wrong = [
        what
        for what, fits in (
            (f"the source {name.source!r}", _PART.fullmatch(name.source)),
            (f"the type {name.type!r}", _TYPE.fullmatch(name.type)),
            (f"the destination {name.destination!r}", _PART.fullmatch(name.destination)),
            (f"the serial number {name.serial}", 1 <= name.serial <= LAST_SERIAL),
        )
        if not fits
    ]
    if wrong:
        raise InputError(
            f"No file can be named after {' and '.join(wrong)}.",
            todo="Source and destination have 7 capitals or digits, the type 3; numbers go from 1 "
            f"to {LAST_SERIAL}.",
        )
    return f"{name.source}_{name.type}_{name.destination}_{name.serial:03}.xml"


def next_serial(
    existing: Iterable[str], *, source: str, destination: str, type_: str = "CTF"
) -> int:
    """The serial number of the next export: one above the highest there is.

    Args:
        existing: names of the files that were exported before; others are passed over.
        source: who sends.
        destination: to whom; numbers are counted for each.
        type_: the type of the file.

    Raises:
        InputError: three digits are used up.
    """
    names = (parse_name(name) for name in existing)
    serials = [
        name.serial
        for name in names
        if name is not None
        and (name.source, name.type, name.destination) == (source, type_, destination)
    ]
    serial = max(serials, default=0) + 1
    if serial > LAST_SERIAL:
        raise InputError(
            f"All numbers up to {LAST_SERIAL} are used for files to {destination}.",
            todo="Move old files out of the folder.",
        )
    return serial
