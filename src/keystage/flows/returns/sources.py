"""Reading what a person names: transfer files, archives and folders of them, or a mark sheet."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError, UsageError
from keystage.flows.returns.folders import returns_in, sheets_in
from keystage.flows.returns.mark_sheets import read_found_sheet, read_sheet_beside
from keystage.flows.returns.sender import numbers
from keystage.formats.ctf.combining import combine
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.sheets.reading import read_sheet
from keystage.records.returns import Fault, ReturnSet
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import available_collections, load_collection

Progress = Callable[[int, int], None]
SHEETS = (".csv", ".ods", ".parquet", ".tsv", ".xls", ".xlsm", ".xlsx")
#: Faults that leave a file as good as it was, and those of what is no return at all.
_READ: tuple[Fault, ...] = ("repaired",)
_HARMLESS: tuple[Fault, ...] = ("repaired", "ignored")
_EXPORT_AGAIN = "Export the file again, or choose the right one."
_WHAT_TO_DO: Mapping[str, str] = {
    "password": "Save a copy without a password, and choose that.",
    "wrong_type": "Choose the XML file your system exported, or save a mark sheet as an Excel "
    "workbook (.xlsx) or as CSV.",
    "not_the_template": "Choose the right file, or write the headings above the columns.",
    "too_few_columns": "Add what is missing, or choose the right file.",
    "two_schools": "Make a file for each school.",
    "transfer": "Check its name and folder, and that you may read it.",
    "nothing": "Choose the file your system exported, or the folder it is in.",
    "ignored": "Choose the file your system exported, or the folder it is in.",
}


def is_sheet(path: Path) -> bool:
    """Whether a file is a mark sheet, by the ending of its name."""
    return path.suffix.lower() in SHEETS


def read_files(
    sources: Sequence[Path],
    profile: AssessmentProfile,
    *,
    collection: Collection | None = None,
    progress: Progress | None = None,
) -> ReturnSet:
    """Read transfer files, archives and folders of them, or one mark sheet.

    In a folder, of several exports of one school the newest is read; see `folders`. If the year is
    given, mark sheets in folders and archives are read too; see `mark_sheets`.

    Args:
        sources: what a person named.
        profile: what result rows are about.
        collection: the year; a mark sheet cannot be read without one.
        progress: told how many files of how many are read.

    Raises:
        InputError: a file or folder is not there; or, for a mark sheet, it cannot be read.
        UsageError: a mark sheet is given with other files, or without a year.
    """
    for path in sources:
        if not path.exists():
            raise InputError(
                "There is no such file.", where=str(path), todo="Check its name and folder."
            )
    sheets = [path for path in sources if is_sheet(path)]
    if not sheets:
        found = _found(sources, profile, collection, progress)
        return _with_short_names(found, sources)
    if len(sources) > 1:
        raise UsageError(
            "A mark sheet is read alone.", where=str(sheets[0]), todo="Give one sheet at a time."
        )
    if collection is None:
        raise UsageError(
            "A mark sheet does not say which year it is of.",
            where=str(sheets[0]),
            todo="Give it with --year.",
        )
    return read_sheet(sheets[0], profile, collection)


def _found(
    sources: Sequence[Path],
    profile: AssessmentProfile,
    collection: Collection | None,
    progress: Progress | None,
) -> ReturnSet:
    """Transfer files, archives and folders, and the mark sheets in them if the year is known."""
    if collection is None:
        files = [file for path in sources for file in _files(path)]
        return read_returns(files, profile, progress=progress)
    inside = [sheet for path in sources if path.is_dir() for sheet in sheets_in(path)]
    files = [file for path in sources for file in _files(path, sheets=bool(inside))]
    hook = partial(read_found_sheet, profile=profile, collection=collection)
    read = [read_returns(files, profile, read_sheet=hook, progress=progress)] if files else []
    schools = {
        school
        for returns in read
        for school in numbers(returns.files.filter(form="ctf"))["school"].drop_nulls()
    }
    beside = [read_sheet_beside(sheet, profile, collection, schools) for sheet in inside]
    return combine([*read, *beside])


def _files(path: Path, *, sheets: bool = False) -> list[Path]:
    """The file, or the returns in a folder; a folder without any is for the reader to refuse."""
    return (returns_in(path) if path.is_dir() else []) or ([] if sheets else [path])


def _with_short_names(returns: ReturnSet, sources: Sequence[Path]) -> ReturnSet:
    """Names of files without the folders a person named, unless two would then be one."""
    name = pl.col("name")
    for path in sources:
        folder = path if path.is_dir() else path.parent
        name = name.str.strip_prefix(f"{folder}{os.sep}")
    files = returns.files.with_columns(name)
    if files["name"].n_unique() < returns.files["name"].n_unique():
        return returns
    return replace(returns, files=files)


def read_one(path: Path, year: int | None, profile: AssessmentProfile) -> ReturnSet:
    """Read a file for its contents, without checking it.

    Raises:
        InputError: nothing in it can be read; with the reason and the line.
        UsageError: as `read_files`, or there is no collection of the year.
    """
    collection = None if year is None else load_collection(year)
    returns = read_files([path], profile, collection=collection)
    refuse_unread(returns, path)
    return returns


def refuse_unread(returns: ReturnSet, path: Path) -> None:
    """Refuse a reading in which not one file could be read, with the reason of the first.

    Raises:
        InputError: there is none.
    """
    if read_at_all(returns):
        return
    fault = _of(returns, _HARMLESS).vstack(_of(returns, _READ)).head(1)
    name = str(returns.files.filter(file=fault["file"].item())["name"].first() or path)
    line = fault["line"].item()
    raise InputError(
        fault["reason"].item(),
        where=f"{name}, line {line}" if line else name,
        todo=_WHAT_TO_DO.get(fault["fault"].item(), _EXPORT_AGAIN),
    )


def refused_files(returns: ReturnSet) -> int:
    """How many files were refused, whatever the reason; what is passed over is no return."""
    return _of(returns, _HARMLESS)["file"].n_unique()


def read_at_all(returns: ReturnSet) -> bool:
    """Whether at least one file was read, well or with repairs."""
    return _of(returns, _READ)["file"].n_unique() < returns.files.height


def given_files(returns: ReturnSet) -> pl.DataFrame:
    """The files without those passed over, unless there are no others."""
    others = returns.files.filter(~pl.col("file").is_in(_ignored(returns)["file"].implode()))
    return others if others.height else returns.files


def passed_over(returns: ReturnSet) -> tuple[tuple[str, str], ...]:
    """What was passed over: names, and why."""
    named = _ignored(returns).join(returns.files, on="file", maintain_order="left")
    return tuple(zip(named["name"], named["reason"], strict=True))


def _ignored(returns: ReturnSet) -> pl.DataFrame:
    return returns.faults.filter(fault="ignored")


def _of(returns: ReturnSet, harmless: tuple[Fault, ...]) -> pl.DataFrame:
    """The faults other than the harmless ones."""
    return returns.faults.filter(~pl.col("fault").is_in(harmless))


def year_of(returns: ReturnSet) -> int | None:
    """The latest year of key stage 2 results in a reading that has a collection, or None."""
    years = returns.slots.filter(
        (pl.col("stage") == "KS2") & pl.col("year").is_in(available_collections())
    )["year"].max()
    return years if isinstance(years, int) else None
