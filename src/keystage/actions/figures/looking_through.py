"""Files that a release is to be made of, looked through before a worker begins.

What the worker would refuse is told by file, line and column, as long as the files are small enough
to be read while a person waits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from keystage.actions.errors import RefusedError
from keystage.actions.figures.asking import Given, files_of
from keystage.actions.figures.rules import rules
from keystage.checks.findings import Findings
from keystage.checks.registry import Severity
from keystage.checks.run import run as run_checks
from keystage.core.errors import InputError
from keystage.formats.characteristics import read_characteristics
from keystage.formats.ctf.limits import UPLOAD
from keystage.formats.tables import read_records, read_schools
from keystage.statute.year import Year
from keystage.store.models import FiguresInput

#: Faults of each check and column that are told.
_TOLD = 20
_What = FiguresInput.What


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something in a file for which it is refused.

    Attributes:
        file: the file as it was called.
        line: the line; None where it is of the whole file.
        column: the column; empty where it is of none.
        value: the text that stands there.
        what: what is wrong.
    """

    file: str
    line: int | None = None
    column: str = ""
    value: str = ""
    what: str


def is_quick(given: Given) -> bool:
    """Whether the files are so small that a person may wait until they are looked through."""
    return sum(len(file.content) for file in files_of(given).values()) <= UPLOAD.file_bytes


def faults_of(given: Given) -> tuple[Fault, ...]:
    """Everything for which the files of a release are refused; a few of each kind.

    Args:
        given: what a release is to be made of.

    Raises:
        KeystageError: the year has no such rules, or the tables given are refused.
    """
    files = files_of(given)
    tables = files.get(_What.REFERENCE)
    try:
        text = tables.content.decode("utf-8-sig") if tables else ""
    except UnicodeDecodeError as error:
        raise RefusedError(
            "The tables of the year are no text.", todo="Save the file as UTF-8."
        ) from error
    year = rules(given.year, given.stage, text)
    names = {what: file.name for what, file in files.items()}
    with TemporaryDirectory() as folder:
        paths = {}
        for what in files.keys() - {_What.REFERENCE}:
            paths[what] = Path(folder, what)
            paths[what].write_bytes(files[what].content)
        try:
            return tuple(_found(paths, names, year))
        except InputError as error:
            return (_refused(error, paths, names),)


def _found(paths: dict[str, Path], names: dict[str, str], year: Year) -> Iterator[Fault]:
    pupils, schools = paths.get(_What.PUPILS), paths.get(_What.SCHOOLS)
    beside = paths.get(_What.CHARACTERISTICS)
    if beside is not None:
        read_characteristics(beside, year)
    if pupils is not None:
        records = read_records(pupils, schools, year)
        yield from _listed(run_checks(records, year, listed=_TOLD), names)
    elif schools is not None:
        read = read_schools(schools, year)
        for row in read.unreadable.head(_TOLD).rows(named=True):
            yield Fault(
                file=names[_What.SCHOOLS],
                line=row["line"],
                column=row["column"],
                value=row["text"],
                what=row["reason"],
            )


def _listed(findings: Findings, names: dict[str, str]) -> Iterator[Fault]:
    errors = findings.errors
    for row in errors.rows(named=True):
        yield Fault(
            file=names.get(row["table"], row["table"]),
            line=row["line"],
            column=row["column"] or "",
            value=row["value"] or "",
            what=row["message"],
        )
    more = findings.count(Severity.ERROR) - errors.height
    if more > 0:
        yield Fault(file="", what=f"{more:,} more like these.")


def _refused(error: InputError, paths: dict[str, Path], names: dict[str, str]) -> Fault:
    """A file that cannot be read at all; its place is told by the name that people know."""
    what = next((one for one, path in paths.items() if str(path) in error.where), None)
    where = error.where
    for one, path in paths.items():
        where = where.replace(str(path), names[one])
    place = where.removeprefix(names[what]).strip(" ,:") if what else where
    said = f"{place}: {error.what}" if place else error.what
    return Fault(file=names[what] if what else "", what=f"{said} {error.todo}".strip())
