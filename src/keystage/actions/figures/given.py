"""What a release of figures is made of, read: files that were given, or what the service holds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from keystage.actions.errors import RefusedError
from keystage.actions.figures.collecting import collect
from keystage.actions.figures.rules import rules_of
from keystage.core.errors import InputError
from keystage.formats.characteristics import read_characteristics
from keystage.formats.tables import read_records, read_schools
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year
from keystage.store.models import FiguresInput, FiguresRelease

_What = FiguresInput.What


@dataclass(frozen=True, eq=False)
class Read:
    """Records and rules, with what their makers should know."""

    records: RecordSet
    year: Year
    counts: Mapping[str, int]
    notes: tuple[str, ...] = ()


@contextmanager
def read_given(release: FiguresRelease) -> Iterator[Read]:
    """Read what a release is made of; the files are at hand until the block ends.

    Raises:
        KeystageError: a file is refused or was dropped, the service holds no pupils, or there are
            no rules.
    """
    year = rules_of(release)
    with _files(release) as files:
        pupils, schools = files.get(_What.PUPILS), files.get(_What.SCHOOLS)
        if pupils is not None:
            records = read_records(pupils, schools, year)
            counts = {"pupils": records.pupils.height, "schools": records.schools.height}
            yield Read(records, year, counts, records.notes)
            return
        beside = files.get(_What.CHARACTERISTICS)
        listed = read_schools(schools, year) if schools else None
        found = collect(
            release.organisation,
            year,
            characteristics=read_characteristics(beside, year) if beside else None,
            schools=listed.frame if listed else None,
        )
        records = found.records
        if schools and listed:
            # What cannot be read is for the checks to refuse, and never a blank.
            records = replace(
                records,
                unreadable=listed.unreadable,
                missing_schools=listed.missing,
                files={"schools": schools},
                notes=listed.notes,
            )
        yield Read(records, year, found.counts, (*found.notes, *records.notes))


@contextmanager
def _files(release: FiguresRelease) -> Iterator[dict[str, Path]]:
    """The files of a release in a folder of their own, by what they hold.

    Raises:
        RefusedError: a file was dropped.
        InputError: what was raised of them, without the place of the folder.
    """
    with TemporaryDirectory() as folder:
        found: dict[str, Path] = {}
        for one in release.files.all():
            if one.content is None:
                raise RefusedError(
                    "The files this release was to be made of were dropped.",
                    todo="Ask for another.",
                )
            ending = Path(one.name).suffix.lower()
            path = Path(folder, f"{one.what}{ending}")
            path.write_bytes(bytes(one.content))
            found[one.what] = path
        try:
            yield found
        except InputError as error:
            what, where = (one.replace(f"{folder}/", "") for one in (error.what, error.where))
            raise InputError(what, where=where, todo=error.todo) from error
