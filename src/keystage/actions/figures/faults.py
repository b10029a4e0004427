"""What is wrong with the files that a release is to be made of, by file, line and column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from keystage.actions.figures.rules import rules_of
from keystage.checks.findings import Findings
from keystage.checks.registry import Severity
from keystage.checks.run import run as run_checks
from keystage.core.errors import InputError, KeystageError
from keystage.formats.characteristics import read_characteristics
from keystage.formats.tables import read_records, read_schools
from keystage.statute.year import Year
from keystage.store.models import FiguresInput, FiguresRelease

#: The list of faults that is kept of files that a worker refused.
FAULTS_NAME = "faults.csv"
FAULTS = {
    "file": pl.String(), "line": pl.UInt32(), "column": pl.String(), "value": pl.String(),
    "what": pl.String(),
}  # fmt: skip
#: Faults of each check and column in that list.
_LISTED = 1000
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


def list_of_faults(release: FiguresRelease) -> bytes | None:
    """Everything for which the files of a release are refused, as a list in columns `FAULTS`.

    Args:
        release: one that a worker refused to make.

    Returns:
        The text of a CSV file; None where the files are not at hand or have no fault.
    """
    kept = release.files.filter(content__isnull=False)
    files = {one.what: (one.name, bytes(one.content or b"")) for one in kept}
    try:
        faults = faults_in(files, rules_of(release), _LISTED)
    except KeystageError:
        return None
    if not faults:
        return None
    rows = [(one.file, one.line, one.column, one.value, one.what) for one in faults]
    return pl.DataFrame(rows, FAULTS, orient="row").write_csv().encode()


def faults_in(files: Mapping[str, tuple[str, bytes]], year: Year, most: int) -> tuple[Fault, ...]:
    """Everything for which files are refused.

    Args:
        files: the name and the bytes of each, by what it holds.
        year: the rules.
        most: how many faults of each check and column are told.
    """
    names = {what: name for what, (name, _) in files.items()}
    with TemporaryDirectory() as folder:
        paths = {}
        for what in files.keys() - {_What.REFERENCE}:
            paths[what] = Path(folder, what)
            paths[what].write_bytes(files[what][1])
        try:
            return tuple(_found(paths, names, year, most))
        except InputError as error:
            return (_refused(error, paths, names),)


def _found(paths: dict[str, Path], names: dict[str, str], year: Year, most: int) -> Iterator[Fault]:
    pupils, schools = paths.get(_What.PUPILS), paths.get(_What.SCHOOLS)
    beside = paths.get(_What.CHARACTERISTICS)
    if beside is not None:
        read_characteristics(beside, year)
    if pupils is not None:
        records = read_records(pupils, schools, year)
        yield from _listed(run_checks(records, year, listed=most), names)
    elif schools is not None:
        read = read_schools(schools, year)
        for row in read.unreadable.head(most).rows(named=True):
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
