"""Reading a registration list: who is registered for which test, each pupil with who it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from keystage.core.subjects import TESTED
from keystage.flows.roll.files.quotation_marks import shortened
from keystage.flows.roll.files.reading import RollFile, read_sheet_pupils
from keystage.flows.roll.files.uploads import opened
from keystage.flows.roll.pupils import Unread
from keystage.flows.roll.refusal import RollRefusedError, refusal_of
from keystage.formats.sheets.headings import Columns, Table, by_text, read_table, sheets
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.records.schema import LINE
from keystage.statute.collection import Collection

_NEEDED = ("upn",)
_TESTS = tuple(str(subject) for subject in TESTED)
_REGISTER = "on_register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """How one pupil of a list is registered.

    Attributes:
        row: the pupil, by the number in the file.
        tests: a code of the year for each test the list says one for.
        on_register: whether the pupil is on the attendance register, if the list says so.
    """

    row: int
    tests: Mapping[str, str]
    on_register: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFile:
    """What was read of a registration list."""

    file: RollFile
    listed: tuple[Listed, ...]
    unread: tuple[Unread, ...]


def read_registrations(data: bytes, name: str, collection: Collection) -> RegistrationFile:
    """Read a registration list, CSV or Excel, by its headings.

    The number of the pupil and one test must be there. Registrations are read in all the spellings
    the year knows; a text that is none of them is told with its place, and nothing is taken of it.

    Raises:
        RollRefusedError: the file cannot be read, or is no registration list.
    """
    upload = opened(data, name)
    if upload.form != "sheet":
        raise RollRefusedError(
            "A transfer file has no registrations.",
            fault="wrong_type",
            name=upload.name,
            todo="Choose the list of pupils registered for the tests, as CSV or Excel.",
        )
    known = sheets().expected
    columns = Columns(
        needed=_NEEDED,
        one_of=_TESTS,
        columns=known.columns,
        answers=known.answers,
        sexes=known.sexes,
    )
    try:
        table = read_table(upload.given, columns)
        file = read_sheet_pupils(upload, columns, known=(*_TESTS, _REGISTER))
    except SheetRefusedError as error:
        raise refusal_of(error, upload.name) from error
    rows = {one.line: one.row for one in file.pupils}
    listed, unread = [], []
    for values in table.frame.iter_rows(named=True):
        if values[LINE] in rows:
            one, missed = _listed(rows[values[LINE]], values, table, columns, collection)
            listed.append(one)
            unread += missed
    return RegistrationFile(file=file, listed=tuple(listed), unread=tuple(unread))


def _listed(
    row: int,
    values: Mapping[str, str | int | None],
    table: Table,
    columns: Columns,
    collection: Collection,
) -> tuple[Listed, list[Unread]]:
    tests: dict[str, str] = {}
    unread: list[Unread] = []
    labels = ", ".join(item.label for item in collection.registrations.codes.values())
    answers = {text: answer == "yes" for text, answer in by_text(columns.answers).items()}

    def told(name: str, reason: str) -> None:
        unread.append(
            Unread(
                row=row,
                line=int(values[LINE] or 0),
                field=table.headings[name],
                text=shortened(str(values[name])),
                reason=reason,
                name=name,
            )
        )

    for test in _TESTS:
        text = values.get(test)
        if text is None:
            continue
        code = collection.registrations.read(str(text))
        if code is None:
            told(test, f"a registration of {collection.name} is one of {labels}")
        else:
            tests[test] = code
    text = values.get(_REGISTER)
    on_register = None if text is None else answers.get(str(text).casefold())
    if text is not None and on_register is None:
        told(_REGISTER, "the answer is yes or no")
    return Listed(row=row, tests=tests, on_register=on_register), unread
