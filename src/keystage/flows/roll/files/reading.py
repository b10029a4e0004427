"""Reading a roll: a transfer file, a CSV file or a workbook of one school's pupils.

Contacts, addresses, health, attendance and other circumstances are left at the door: they are named
as left out, and no value of theirs is kept anywhere.
"""

from collections.abc import Collection as Names
from collections.abc import Sequence
from dataclasses import dataclass, replace

from keystage.flows.roll.files.columns import roll_columns
from keystage.flows.roll.files.quotation_marks import Repair
from keystage.flows.roll.files.transfer import read_transfer
from keystage.flows.roll.files.uploads import Form, Upload, opened
from keystage.flows.roll.files.values import Raw, pupils_of
from keystage.flows.roll.pupils import Incoming, Unread
from keystage.flows.roll.refusal import RollRefusedError, refusal_of
from keystage.formats.ctf.limits import UPLOAD
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.sheets.headings import Columns, Table, read_table
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.records.schema import LINE

_SCHOOL = "school"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollFile:
    """What was read of a file.

    Attributes:
        form: a transfer file or a sheet.
        name: the name of the file.
        sha256: of the file as it came, so that the same file is known again.
        size: in bytes.
        school: the number of the school it comes from, seven digits, if it says so.
        pupils: the pupils, in the order of the file.
        unread: every value that was not taken, with its text and place.
        repairs: what was put right in order to read the file.
        left_out: sorts of facts that stand in the file and were not taken.
        not_read: other headings that nothing is taken of.
        notes: what a person must know of how it was read, as sentences.
    """

    form: Form
    name: str
    sha256: str
    size: int
    school: str | None = None
    pupils: tuple[Incoming, ...]
    unread: tuple[Unread, ...] = ()
    repairs: tuple[Repair, ...] = ()
    left_out: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_roll(
    data: bytes, name: str, profile: AssessmentProfile, *, school: str | None = None
) -> RollFile:
    """Read the pupils of one school out of an upload.

    In a sheet headings are known by their text, never by their order; surname, forename and date of
    birth must be there. Values that mean nothing are None in the pupil and told with their place.

    Args:
        data: the file.
        name: its name, for messages.
        profile: what result rows of a transfer file are about.
        school: the number of one's own school, seven digits. The dates of a file of another school
            are that school's, and not taken.

    Raises:
        RollRefusedError: the file cannot be read, has pupils of two schools, or none.
    """
    upload = opened(data, name)
    try:
        if upload.form == "ctf":
            return _of_transfer(upload, profile, school)
        return read_sheet_pupils(upload, roll_columns().sheet, school=school)
    except (CtfRefusedError, SheetRefusedError) as error:
        raise refusal_of(error, upload.name) from error


def _of_transfer(upload: Upload, profile: AssessmentProfile, school: str | None) -> RollFile:
    found = read_transfer(upload.given, profile, school)
    pupils, repairs = pupils_of(found.pupils, found.elements)
    return finished(
        RollFile(
            form=upload.form,
            name=upload.name,
            sha256=upload.sha256,
            size=upload.size,
            school=found.school,
            pupils=pupils,
            unread=found.unread,
            repairs=(*upload.repairs, *found.repairs, *repairs),
            left_out=roll_columns().sorts(found.others, ()),
            notes=found.notes,
        )
    )


def read_sheet_pupils(
    upload: Upload,
    columns: Columns,
    *,
    needed: Names[str] | None = None,
    known: Names[str] = (),
    school: str | None = None,
) -> RollFile:
    """The pupils of a sheet by some columns; see `read_roll`.

    Args:
        upload: the file.
        columns: the columns, and the spellings of their headings.
        needed: those that must be there, if not those of the sort of sheet.
        known: columns that are not facts of a pupil, and are read elsewhere.
        school: the number of one's own school, for the notes.

    Raises:
        SheetRefusedError: as `formats.sheets.headings.read_table`.
        RollRefusedError: there are pupils of two schools, none, or too many.
    """
    table = read_table(upload.given, columns, needed=needed)
    schools = _schools(table, upload)
    other = school is not None and schools is not None and schools != school
    raw = [
        Raw(line=line, texts=texts, lines=dict.fromkeys(texts, line))
        for line, texts in _rows(table, known)
    ]
    pupils, repairs = pupils_of(raw, table.headings)
    every = roll_columns()
    return finished(
        RollFile(
            form=upload.form,
            name=upload.name,
            sha256=upload.sha256,
            size=upload.size,
            school=schools,
            pupils=pupils,
            unread=_odd(table, [one.line for one in raw]),
            repairs=(*upload.repairs, *_repairs(table), *repairs),
            left_out=every.sorts((), table.unknown),
            not_read=tuple(text for text in table.unknown if not every.is_left_out(text)),
            notes=(f"The file says that it is of the school {schools}.",) if other else (),
        )
    )


def finished(found: RollFile) -> RollFile:
    """The file with the values not taken of all pupils, refused if there are none or too many.

    Raises:
        RollRefusedError: so it is.
    """
    if not found.pupils:
        raise RollRefusedError(
            "There is no pupil in the selected file.",
            fault="nothing",
            name=found.name,
            todo="Choose the file of the whole year group or school.",
        )
    if len(found.pupils) > UPLOAD.pupils:
        raise RollRefusedError(
            f"The selected file must have fewer than {UPLOAD.pupils:,} pupils.",
            fault="too_big",
            name=found.name,
            todo="Choose the file of one school.",
        )
    own = [each for pupil in found.pupils for each in pupil.unread]
    placed = sorted([*found.unread, *own], key=lambda each: (each.line or 0, each.field))
    return replace(found, unread=tuple(placed))


def _rows(table: Table, known: Names[str]) -> list[tuple[int, dict[str, str]]]:
    """Line and texts of each row; one without a text of a pupil only if it says something else."""
    skipped = {LINE, _SCHOOL, *known}
    rows = [
        (
            int(row[LINE]),
            {name: text for name, text in row.items() if name not in skipped and text is not None},
        )
        for row in table.frame.iter_rows(named=True)
    ]
    return rows if known else [(line, texts) for line, texts in rows if texts]


def _schools(table: Table, upload: Upload) -> str | None:
    """The number of the school, where the sheet says one."""
    if _SCHOOL not in table.frame.columns:
        return None
    digits = table.frame[_SCHOOL].drop_nulls().str.replace_all(r"[^0-9A-Za-z]", "")
    numbers = digits.unique(maintain_order=True).to_list()
    if len(numbers) > 1:
        raise RollRefusedError(
            f"The selected file has pupils of {len(numbers)} schools.",
            fault="two_schools",
            name=upload.name,
            todo="Choose a file with the pupils of one school.",
        )
    return numbers[0] if numbers else None


def _repairs(table: Table) -> list[Repair]:
    said = [Repair(None, sentence) for sentence in table.repaired]
    if table.padded:
        cells = "1 cell" if table.padded == 1 else f"{table.padded} cells"
        said.append(Repair(None, f"Blanks around the text of {cells} were left out."))
    return said


def _odd(table: Table, lines: Sequence[int]) -> tuple[Unread, ...]:
    """Cells without a value; the text of a formula is not kept, as it may hold anything."""
    rows = {line: row for row, line in enumerate(lines)}
    return tuple(
        Unread(
            row=rows.get(line),
            line=line,
            field=where,
            text=text if text.startswith("#") else "",
            reason=reason,
        )
        for line, where, text, reason in table.odd.iter_rows()
    )
