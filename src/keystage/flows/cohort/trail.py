"""The paper trail of a cohort: which folder holds what.

returns/999/9990001_CTF_NAALLLL_001.xml     what each school sends
expected/999.csv, expected/999/9990001.csv  whom it is expected to report
sheets/999/9990001.csv                      mark sheets, if asked for
results/999/9990001_KS2_9990001_001.xml     results files, if asked for
expected.csv                                everybody expected
trail.json                                  the year; and that nobody in it exists
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.core.subjects import TESTED
from keystage.formats.sheets.headings import sheets
from keystage.records.returns import EXPECTED
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection

RETURNS, LISTS, SHEETS, RESULTS = "returns", "expected", "sheets", "results"
ALL_EXPECTED = "expected.csv"
ABOUT = "trail.json"
#: What every file that can say so says of itself.
DESCRIPTOR = "Invented pupils: nobody in this file exists."


@dataclass(frozen=True, kw_only=True)
class Trail:
    """A paper trail that was written.

    Attributes:
        folder: where it is.
        collection: the year.
        about: what was said of it when it was written.
    """

    folder: Path
    collection: Collection
    about: Mapping[str, object]

    @property
    def authorities(self) -> tuple[str, ...]:
        """The numbers of the authorities whose schools have returns."""
        return tuple(sorted(path.name for path in (self.folder / RETURNS).iterdir()))


def open_trail(folder: Path) -> Trail:
    """The paper trail in a folder.

    Raises:
        InputError: there is none, or it has no returns.
    """
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        year = int(about["year"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"There is no paper trail: {ABOUT} is missing or says no year.",
            where=str(folder),
            todo="Name the folder that keystage cohort paper or keystage cohort faults wrote.",
        ) from error
    if not (folder / RETURNS).is_dir():
        raise InputError(
            f"The folder {RETURNS} of the paper trail is missing.",
            where=str(folder),
            todo="Write the trail again with keystage cohort paper.",
        )
    return Trail(folder=folder, collection=load_collection(year), about=about)


def new_folder(folder: Path) -> None:
    """Make the folder of a trail.

    Raises:
        InputError: it has something in it, or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        occupied = next(folder.iterdir(), None) is not None
    except OSError as error:
        raise InputError(
            f"The folder cannot be made ({error.strerror or error}).",
            where=str(folder),
            todo="Choose another place.",
        ) from error
    if occupied:
        raise InputError(
            "The folder has something in it.", where=str(folder), todo="Choose a new folder."
        )


def write_about(folder: Path, about: Mapping[str, object]) -> None:
    """Say what the folder holds; written last, so that a trail without it is not whole."""
    told = {"synthetic": True, "says": DESCRIPTOR, **about}
    (folder / ABOUT).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def expected_of(roll: pl.DataFrame) -> pl.DataFrame:
    """The expected list of a roll, columns `records.returns.EXPECTED`: all whom it names."""
    line = pl.int_range(2, pl.len() + 2, dtype=pl.UInt32)
    return roll.with_columns(line=line).select(
        pl.col(name).cast(dtype) for name, dtype in EXPECTED.items()
    )


def expected_sheet(expected: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """An expected list as schools read it: headings, and registrations by their labels."""
    known = sheets().expected
    labels = {code: item.label for code, item in collection.registrations.codes.items()}
    answer = pl.when("on_register").then(pl.lit("Yes")).otherwise(pl.lit("No"))
    return expected.with_columns(
        pl.col(*TESTED).replace_strict(labels, return_dtype=pl.String), on_register=answer
    ).select(pl.col(name).alias(spelled[0]) for name, spelled in known.columns.items())


def join_lists(folder: Path) -> None:
    """Put the expected lists of all authorities into one; each has its headings in one line."""
    with (folder / ALL_EXPECTED).open("wb") as everybody:
        for number, path in enumerate(sorted((folder / LISTS).glob("*.csv"))):
            content = path.read_bytes()
            everybody.write(content if number == 0 else content.partition(b"\n")[2])
