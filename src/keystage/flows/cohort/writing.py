"""An invented cohort written to a folder: the input of measures, the roll, and the truth."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import version
from os import cpu_count
from pathlib import Path

import polars as pl

import keystage
from keystage.cohort.authority import Authority
from keystage.cohort.marks import mark_table
from keystage.cohort.plan import Plan, schools_of_england
from keystage.core.errors import InputError
from keystage.core.subjects import TESTED
from keystage.flows.metadata import file_told
from keystage.records.schema import LINE, PUPILS
from keystage.reports.files import METADATA, TABLES, whole_folder, write_json
from keystage.statute.collection_loader import load_collection
from keystage.statute.loader import load_year
from keystage.statute.year import Year

PUPIL_FILE, SCHOOL_FILE, ROLL_FILE, TRUTH_FILE = "pupils", "schools", "roll", "truth"
SYNTHETIC = (
    "Synthetic data made by Keystage. No pupil, school or trust in it exists: school numbers "
    "(URN) begin at 900000, establishment numbers are below 1000, and pupil numbers are of no "
    "school. The names and numbers of local authorities are real; their results are invented."
)
_MARK = {"keystage.synthetic": SYNTHETIC}
#: Processes are worth starting for more schools than this.
_FEW_SCHOOLS = 2000
_ROWS_OF_A_GROUP = 100_000


def write_cohort(
    authorities: Iterator[Authority], plan: Plan, folder: Path, *, csv: bool, replace: bool
) -> dict[str, object]:
    """Write a cohort to a folder as it is made, whole or not at all.

    The same plan gives the same bytes, however many workers make it. Pupils are written authority
    by authority, so that a national cohort needs little memory.

    Args:
        authorities: the authorities, as `cohort.make.make` gives them: nothing of them is made
            before the folder is known to be fit.
        plan: what they are made of.
        folder: where they are written.
        csv: whether pupils and schools are CSV; Parquet if not.
        replace: whether the files of an earlier run are written over.

    Returns:
        What the metadata file says.

    Raises:
        InputError: the folder has something in it that is not to be replaced, or cannot be written.
    """
    refuse_full(folder, replace=replace)
    with whole_folder(folder) as draft:
        written = _Written(draft, load_year(plan.year, plan.release), csv=csv)
        for authority in authorities:
            written.add(authority)
        files = written.end()
        told = _told(plan, written, files)
        write_json(told, draft / METADATA)
    return told


def workers_for(plan: Plan) -> int:
    """One process for a small plan, one for each processor for a large one."""
    if plan.authorities is not None or (plan.schools or schools_of_england()) <= _FEW_SCHOOLS:
        return 1
    return cpu_count() or 1


def refuse_full(folder: Path, *, replace: bool) -> None:
    """Refuse a folder that has something in it, unless it is to be replaced.

    Raises:
        InputError: it has.
    """
    if not replace and folder.is_dir() and any(folder.iterdir()):
        raise InputError(
            "The folder is not empty.",
            where=str(folder),
            todo="Choose another, or add --replace to write over an earlier run's files.",
        )


def read_metadata(folder: Path) -> Mapping[str, object]:
    """What the metadata file of a cohort says.

    Raises:
        InputError: the folder has none, or it is not that of a cohort.
    """
    path = folder / METADATA
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = None
    if not isinstance(told, dict) or "synthetic" not in told or "plan" not in told:
        raise InputError(
            "This is not a folder of an invented cohort.",
            where=str(path),
            todo="Name the folder that keystage cohort make has written.",
        )
    return told


class _Written:
    """A folder being written, authority by authority."""

    def __init__(self, folder: Path, year: Year, *, csv: bool) -> None:
        self.folder, self.year, self.csv = folder, year, csv
        self.pupils = 0
        self._schools: list[pl.DataFrame] = []
        self._truth: list[pl.DataFrame] = []
        self._pieces: dict[str, list[Path]] = {PUPIL_FILE: [], ROLL_FILE: []}

    @property
    def schools(self) -> int:
        """How many schools there are so far."""
        return sum(frame.height for frame in self._schools)

    def add(self, authority: Authority) -> None:
        """Add an authority: its pupils to the disk, the few rows of its schools to memory."""
        self.pupils += authority.pupils.height
        self._schools.append(authority.schools)
        self._truth.append(authority.truth)
        if self.csv:
            self._append(authority.pupils)
        else:
            self._put_by(PUPIL_FILE, authority.number, _input_form(authority.pupils))
        self._put_by(ROLL_FILE, authority.number, authority.roll)

    def end(self) -> list[Path]:
        """Put the pieces together and give the files."""
        schools = pl.concat(self._schools)
        if self.csv:
            schools.write_csv(self.folder / f"{SCHOOL_FILE}.csv")
        else:
            _write(schools.lazy(), self.folder / f"{SCHOOL_FILE}.parquet")
        _write(pl.concat(self._truth).lazy(), self.folder / f"{TRUTH_FILE}.parquet")
        for name, pieces in self._pieces.items():
            if pieces:
                _write(pl.scan_parquet(pieces, glob=False), self.folder / f"{name}.parquet")
            for piece in pieces:
                piece.unlink()
        return sorted(path for path in self.folder.iterdir() if path.is_file())

    def _put_by(self, name: str, number: int, frame: pl.DataFrame) -> None:
        """Keep a piece of a file until all are there: a Parquet file is not added to."""
        piece = self.folder / f"{name}-{number}.parquet"
        frame.write_parquet(piece, compression="uncompressed", statistics=False)
        self._pieces[name].append(piece)

    def _append(self, pupils: pl.DataFrame) -> None:
        path = self.folder / f"{PUPIL_FILE}.csv"
        with path.open("ab") as file:
            _with_no_scores(_input_form(pupils), self.year).write_csv(
                file, include_header=not file.tell()
            )


def _input_form(pupils: pl.DataFrame) -> pl.DataFrame:
    """What a pupil file holds: a line is where it stands, and the department's working is blank."""
    return pupils.drop(LINE, *(column.name for column in PUPILS if column.comparison_only))


def _with_no_scores(pupils: pl.DataFrame, year: Year) -> pl.DataFrame:
    """Scores as text: where there were too few marks for one, the code that says so."""
    few = [code for code, rule in year.test_outcomes.codes.items() if rule.too_few_marks]
    no_score = pl.lit(year.key_stage_2.no_score)
    return pupils.with_columns(
        pl.coalesce(
            pl.col(f"{subject.prefix}SCORE").cast(pl.String),
            pl.when(pl.col(f"{subject.prefix}OUTCOME").cast(pl.String).is_in(few)).then(no_score),
        ).alias(f"{subject.prefix}SCORE")
        for subject in TESTED
    )


def _told(plan: Plan, written: _Written, files: list[Path]) -> dict[str, object]:
    """What the files are, and what they were made from; no time, since bytes are to be the same."""
    collection = load_collection(plan.year)
    made = [str(subject) for subject in TESTED if mark_table(subject, collection).made]
    return {
        "synthetic": SYNTHETIC,
        "plan": asdict(plan),
        "keystage": keystage.__version__,
        "polars": pl.__version__,
        "numpy": version("numpy"),
        "schools": written.schools,
        "pupils": written.pupils,
        "invented_mark_tables": made,
        "files": [file_told(path) for path in files],
        TABLES: [path.name for path in files],
    }


def _write(frame: pl.LazyFrame, path: Path) -> None:
    frame.sink_parquet(path, compression="zstd", row_group_size=_ROWS_OF_A_GROUP, metadata=_MARK)
