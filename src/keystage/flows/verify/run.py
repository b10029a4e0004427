"""The whole of ``keystage verify``: read a directory, check every year in it, gather results."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.core.errors import UsageError
from keystage.flows.verify.averages import check_averages
from keystage.flows.verify.bounds import check_past, check_subsets
from keystage.flows.verify.codes import check_codes
from keystage.flows.verify.compare import (
    check_bands,
    check_gaps,
    check_national,
    check_repeats,
    check_unadjusted,
)
from keystage.flows.verify.intervals import check_intervals
from keystage.flows.verify.key_stage_1 import check_key_stage_1
from keystage.flows.verify.known import Known
from keystage.flows.verify.measured import check_measured, measured_pupils
from keystage.flows.verify.parts import check_parts
from keystage.flows.verify.roll_up import check_authorities
from keystage.flows.verify.shares import (
    check_percents,
    check_shares,
    check_sums,
    percent_cells,
)
from keystage.flows.verify.sheet import Sheet, make_sheet
from keystage.flows.verify.tally import Tally
from keystage.flows.verify.three_year import check_three_years
from keystage.formats.published_table import DepartmentTable, Skipped, read_tables
from keystage.statute.loader import load_year
from keystage.statute.year import Year

#: How many earlier years a table may repeat.
_REPEATED = (1, 2)


@dataclass(frozen=True, slots=True)
class YearResult:
    """What was found in the tables of one year.

    ``disagreements``: ROW, CHECK, COLUMN, PRINTED, EXPECTED, FILE, LINE, URN, LEA, SCHOOL.
    """

    year: Year
    files: tuple[Path, ...]
    rows: int
    tally: Tally
    disagreements: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Verification:
    """Results by year, oldest first, and the CSV files that were no full tables."""

    years: tuple[YearResult, ...]
    skipped: tuple[Skipped, ...]

    @property
    def disagreed(self) -> int:
        """Cells that disagree, over all years and checks."""
        return sum(len(result.disagreements) for result in self.years)


def verify(
    directory: Path,
    *,
    year: int | None = None,
    release: str = "final",
    statute: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Verification:
    """Check every published table under a directory against the engine's rules.

    Args:
        directory: holds ``.csv`` and ``.csv.gz`` files, at any depth.
        year: the results year of every table; None reads it from file names, folders and columns.
        release: the release of the year's constants.
        statute: a file of the user's own constants, for the year it names.
        say: is told what is being done.

    Raises:
        InputError: no table is found, or a file cannot be read.
        UsageError: a table names no year, or one Keystage has no constants for.
    """
    tables, skipped = read_tables(directory)
    by_year = _by_year(tables, year)
    years = _Statutes(release, statute)
    known = Known()
    results = []
    for results_year, given in sorted(by_year.items()):
        say(f"{results_year}: {len(given)} tables")
        constants = years.of(results_year)
        sheet = make_sheet(results_year, given, constants.suppression)
        known.sheets[results_year] = sheet
        tally = Tally()
        _check_year(sheet, constants, known, tally)
        _check_past_years(sheet, known, years, tally)
        results.append(
            YearResult(
                constants,
                tuple(table.path for table in given),
                len(sheet.cells),
                tally,
                tally.disagreements(sheet.text),
            )
        )
    return Verification(tuple(results), skipped)


def _by_year(
    tables: tuple[DepartmentTable, ...], year: int | None
) -> dict[int, list[DepartmentTable]]:
    found: dict[int, list[DepartmentTable]] = {}
    for table in tables:
        of = year or table.year
        if of is None:
            raise UsageError(
                "Neither the file's name nor its columns tell the year.",
                where=str(table.path),
                todo="Name the academic year in the file or folder (2018-2019), or give --year.",
            )
        found.setdefault(of, []).append(table)
    return found


class _Statutes:
    """The years' constants, loaded once; the user's file goes with the year it names."""

    def __init__(self, release: str, statute: Path | None) -> None:
        self._release, self._statute = release, statute
        self._loaded: dict[int, Year] = {}

    def of(self, year: int) -> Year:
        """A year's constants.

        Raises:
            UsageError: there are none.
        """
        if year not in self._loaded:
            self._loaded[year] = self._load(year)
        return self._loaded[year]

    def _load(self, year: int) -> Year:
        own = self._statute is not None and _year_named(self._statute) in {year, None}
        return load_year(year, self._release, self._statute if own else None)

    def past(self, year: int) -> Year | None:
        """An earlier year's constants, or None where there are none."""
        try:
            return self.of(year)
        except UsageError:
            return None


def _year_named(path: Path) -> int | None:
    """The year a user's file says it is for; None where the loader will say what is wrong."""
    try:
        named = tomllib.loads(path.read_text(encoding="utf-8"))["year"]["id"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return named if isinstance(named, int) else None


def _check_year(sheet: Sheet, year: Year, known: Known, tally: Tally) -> None:
    """Check a year's own columns and keep what they tell about later years' columns."""
    found, intervals, note = check_intervals(sheet, year)
    tally.add("intervals", found)
    if note:
        tally.notes.append(note)
    measured = measured_pupils(sheet, intervals)
    check_measured(sheet, intervals, measured, tally)
    check_parts(sheet, year, intervals, measured, tally)
    averages = check_averages(sheet, year, tally)
    check_key_stage_1(sheet, year, tally)
    check_bands(sheet, year, tally)
    check_unadjusted(sheet, year, tally)
    check_codes(sheet, tally)
    check_sums(sheet, tally)
    check_shares(sheet, tally)
    left_out = check_percents(sheet, measured, tally)
    check_subsets(sheet, percent_cells(sheet), left_out, tally)
    check_authorities(sheet, year, left_out, tally)
    check_gaps(sheet, year, tally)
    check_national(sheet, year, tally)
    known.left_out[sheet.year], known.averages[sheet.year] = left_out, averages


def _check_past_years(sheet: Sheet, known: Known, years: _Statutes, tally: Tally) -> None:
    """Check the columns that repeat earlier years, and the three-year columns."""
    intervals = {}
    for back in _REPEATED:
        past = sheet.year - back
        ending = f"_{past % 100:02d}"
        if not any(name.endswith(ending) for name in sheet.text.columns):
            continue
        check_past(sheet, ending, tally)
        constants = years.past(past)
        if constants is not None:
            found, intervals[past], note = check_intervals(sheet, constants, ending)
            tally.add(f"intervals of {past}", found)
            tally.notes.extend([note] if note else [])
            check_bands(sheet, constants, tally, ending)
        for other, theirs in _that_repeat(sheet, known.sheets, past):
            check_repeats(sheet, theirs, tally, ending, "" if other == past else ending)
    scale = years.of(sheet.year).key_stage_2
    check_three_years(sheet, known, intervals, scale, tally)


def _that_repeat(sheet: Sheet, sheets: dict[int, Sheet], past: int) -> Iterator[tuple[int, Sheet]]:
    """Tables of the year repeated, or of the one between that repeats it too."""
    for other in range(past, sheet.year):
        if other in sheets:
            yield other, sheets[other]
            return
