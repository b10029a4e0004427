"""The paper trail of a made cohort: returns, expected lists, mark sheets and results files.

Authority by authority, so that a national cohort needs the memory of its largest authority. The
same cohort gives the same bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import polars as pl

from keystage.core.errors import InputError
from keystage.core.subjects import ASSESSED, IN_PROGRESS, TESTED
from keystage.flows.cohort.trail import (
    DESCRIPTOR,
    LISTS,
    RESULTS,
    RETURNS,
    SHEETS,
    expected_of,
    expected_sheet,
    join_lists,
    new_folder,
    write_about,
)
from keystage.flows.cohort.writing import ROLL_FILE, SCHOOL_FILE, read_metadata
from keystage.flows.returns.outputs import write_frame
from keystage.formats.ctf.header import Header, School, results_header, return_header
from keystage.formats.ctf.names import FileName, format_name
from keystage.formats.ctf.profile import AssessmentProfile, load_profile
from keystage.formats.ctf.writing import write_results, write_return
from keystage.formats.sheets.headings import sheets
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection

SheetForm = Literal["csv", "xlsx"]
#: The type in the name of a file of results of the key stage.
RESULTS_TYPE = "KS2"
_MORNING = time(9)
_NUMBER = 7
_SHEET = ("upn", "surname", "forename", "birth_date", "sex", "left_on")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What is written, and where.

    Attributes:
        folder: the trail.
        collection: the year.
        profile: the tuple of each assessment and result.
        sheets: the form of the mark sheets; None writes none.
        results: whether results files are written.
    """

    folder: Path
    collection: Collection
    profile: AssessmentProfile
    sheets: SheetForm | None = None
    results: bool = False

    @property
    def made_at(self) -> datetime:
        """When each file says it was made: on the last day of the collection, or of the tests.

        Raises:
            InputError: neither day is known.
        """
        window, week = self.collection.window, self.collection.test_week
        if window is not None:
            return datetime.combine(window.closes, _MORNING)
        if week is not None:
            return datetime.combine(week.last, _MORNING)
        raise InputError(
            f"Neither the collection nor the tests of {self.collection.name} have a known day.",
            todo="Choose another year.",
        )


def write_paper(  # noqa: PLR0913  # of what, where, and how much of it
    cohort: Path,
    out: Path,
    *,
    sheets: SheetForm | None = None,
    results: bool = False,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Write the paper trail of a cohort that ``keystage cohort make`` has written.

    Args:
        cohort: its folder.
        out: the folder to write, new or empty.
        sheets: the form of the mark sheets; None writes none.
        results: whether results files are written.
        workers: how many processes write it.
        progress: told how many authorities of how many are done.

    Returns:
        How many schools and pupils the trail has.

    Raises:
        InputError: the cohort cannot be read, or the folder has something in it.
    """
    year = _year_of(cohort)
    roll = _frame(cohort, ROLL_FILE)
    numbers = roll.select(pl.col("school").str.head(3).unique().sort()).collect().to_series()
    new_folder(out)
    paper = Paper(
        folder=out,
        collection=load_collection(year),
        profile=load_profile(None),
        sheets=sheets,
        results=results,
    )
    told = {"schools": 0, "pupils": 0}
    work = partial(_write_one, cohort, paper)
    for done, (schools, pupils) in enumerate(_by_processes(work, numbers.to_list(), workers), 1):
        told = {"schools": told["schools"] + schools, "pupils": told["pupils"] + pupils}
        if progress is not None:
            progress(done, numbers.len())
    finish(paper, told)
    return told


def finish(paper: Paper, told: dict[str, int]) -> None:
    """Write what is of all authorities together."""
    join_lists(paper.folder)
    write_about(paper.folder, {"year": paper.collection.year.id, **told})


def write_authority(roll: pl.DataFrame, schools: pl.DataFrame, paper: Paper) -> None:
    """Write the papers of all schools of one authority.

    Args:
        roll: its pupils, columns `cohort.authority.ROLL`.
        schools: its schools; LAESTAB, URN and SCHNAME are used.
        paper: what is written, and where.
    """
    numbers = schools["LAESTAB"].cast(pl.String).str.zfill(_NUMBER)
    names = dict(zip(numbers, schools["SCHNAME"], strict=True))
    number = roll["school"].first()
    authority = str(number)[:3]
    folders = {RETURNS: True, LISTS: True, SHEETS: paper.sheets, RESULTS: paper.results}
    for folder in (name for name, wanted in folders.items() if wanted):
        (paper.folder / folder / authority).mkdir(parents=True, exist_ok=True)
    write_frame(
        expected_sheet(expected_of(roll), paper.collection),
        paper.folder / LISTS / f"{authority}.csv",
        replace=False,
    )
    for pupils in roll.partition_by("school", maintain_order=True):
        laestab, urn = pupils["school"].item(0), str(pupils["URN"].item(0))
        school = School(la=authority, estab=laestab[3:], urn=urn, name=names[laestab])
        _write_school(numbered(pupils), school, paper)


def numbered(pupils: pl.DataFrame) -> pl.DataFrame:
    """Pupils with their number and line in a file of their own."""
    return pupils.with_columns(
        pupil=pl.int_range(pl.len(), dtype=pl.UInt32),
        line=pl.int_range(2, pl.len() + 2, dtype=pl.UInt32),
    )


def return_name(school: str, collection: Collection, serial: int = 1) -> str:
    """The name of a school's return."""
    form = collection.format
    destination = f"{form.destination_la}{form.destination_estab}"
    return format_name(
        FileName(source=school, type=form.name_type, destination=destination, serial=serial)
    )


def marked(header: Header) -> Header:
    """The header, saying that the pupils are invented."""
    return replace(header, descriptor=DESCRIPTOR)


def _write_school(pupils: pl.DataFrame, school: School, paper: Paper) -> None:
    """The papers of one school."""
    number, collection = f"{school.la}{school.estab}", paper.collection
    judged = pupils.select("pupil", **_judgements(collection))
    header = marked(return_header(school, paper.made_at, collection))
    content = write_return(header, pupils, judged, collection, paper.profile)
    place = paper.folder / RETURNS / school.la / return_name(number, collection)
    place.write_bytes(content)
    write_frame(
        expected_sheet(expected_of(pupils), collection),
        paper.folder / LISTS / school.la / f"{number}.csv",
        replace=False,
    )
    if paper.sheets:
        headings = sheets().mark_sheet.columns
        write_frame(
            pupils.drop(*TESTED)
            .join(judged, on="pupil", maintain_order="left")
            .select(pl.col(name).alias(headings[name][0]) for name in (*_SHEET, *ASSESSED)),
            paper.folder / SHEETS / school.la / f"{number}.{paper.sheets}",
            replace=False,
        )
    if paper.results:
        name = FileName(source=number, type=RESULTS_TYPE, destination=number, serial=1)
        (paper.folder / RESULTS / school.la / format_name(name)).write_bytes(
            _results(pupils.filter("in_file"), school, paper)
        )


def _judgements(collection: Collection) -> dict[str, pl.Expr]:
    """The judgements to send: those of the roll, with P scales, or the only one that is due."""
    found = {}
    for subject in ASSESSED:
        codes = collection.registrations.codes
        every = {code: collection.due(code, subject) for code in codes}
        single = {code: due[0] for code, due in every.items() if len(due) == 1}
        test = collection.requirements.decided_by.of(subject)[0]
        only = pl.col(test).replace_strict(single, default=None, return_dtype=pl.String)
        found[str(subject)] = pl.coalesce(f"ta_{subject}", only)
    return found | {f"{name}_p_scale": pl.col(f"ta_{name}_p_scale") for name in IN_PROGRESS}


def _results(pupils: pl.DataFrame, school: School, paper: Paper) -> bytes:
    """The results file of one school: of the pupils on roll in the week of the tests."""
    rows = pl.concat(
        pupils.select(
            "pupil",
            pl.lit(str(subject)).alias("subject"),
            *(pl.col(f"{subject}_{kind}").alias(kind) for kind in ("mark", "score", "outcome")),
        )
        for subject in TESTED
    )
    header = marked(results_header(school, paper.made_at, paper.collection))
    return write_results(header, pupils, rows, paper.collection, paper.profile)


def _write_one(cohort: Path, paper: Paper, authority: str) -> tuple[int, int]:
    """Write the papers of one authority of a cohort on disk; how many schools and pupils."""
    roll = _frame(cohort, ROLL_FILE).filter(pl.col("school").str.starts_with(authority)).collect()
    schools = (
        _frame(cohort, SCHOOL_FILE)
        .filter(pl.col("LAESTAB").cast(pl.String).str.zfill(_NUMBER).str.starts_with(authority))
        .collect()
    )
    write_authority(roll, schools, paper)
    return roll["school"].n_unique(), roll.height


def _by_processes(
    work: Callable[[str], tuple[int, int]], numbers: list[str], workers: int
) -> Iterator[tuple[int, int]]:
    if workers == 1 or len(numbers) == 1:
        yield from map(work, numbers)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, numbers)


def _year_of(cohort: Path) -> int:
    plan = read_metadata(cohort)["plan"]
    if not isinstance(plan, Mapping):
        raise InputError(
            "The metadata of the cohort says no year.",
            where=str(cohort),
            todo="Make the cohort again with keystage cohort make.",
        )
    return int(plan["year"])


def _frame(cohort: Path, name: str) -> pl.LazyFrame:
    """A table of a cohort: Parquet, or CSV where the cohort was written so.

    Raises:
        InputError: it is missing.
    """
    parquet, csv = cohort / f"{name}.parquet", cohort / f"{name}.csv"
    if parquet.is_file():
        return pl.scan_parquet(parquet)
    if csv.is_file():
        return pl.scan_csv(csv, infer_schema=False).with_columns(pl.col("LAESTAB").cast(pl.Int32))
    raise InputError(
        f"{name}.parquet is missing.",
        where=str(cohort),
        todo="Name the folder that keystage cohort make wrote.",
    )
