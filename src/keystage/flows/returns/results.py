"""Test results out of a results file or a table, as columns of a pupil file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from keystage.checks.scripts import PAIRS
from keystage.core.errors import InputError, UsageError
from keystage.core.subjects import TESTED, Subject
from keystage.flows.returns.scales import judgements_of
from keystage.flows.returns.sender import numbers
from keystage.flows.returns.sources import is_sheet, read_files, read_one, refuse_unread, year_of
from keystage.flows.returns.swapped import JUDGED, Asked, swapped_in, with_judgements
from keystage.formats.conversion import conversion_for, with_scores
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.results import pupil_columns, results_of_tests
from keystage.formats.marks_mapping import (
    MarksMapping,
    load_mapping,
    propose_mapping,
    read_marks,
)
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import load_collection

_IDENTITY = {
    "school": "LAESTAB",
    "source_urn": "URN",
    "upn": "UPN",
    "surname": "SURNAME",
    "forename": "FORENAME",
    "sex": "SEX",
    "birth_date": "DOB",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Results:
    """Test results, and what is no result.

    Attributes:
        frame: one row a pupil who has any, with the column names of a pupil file.
        unreadable: values that were not taken, with the reason, columns
            `records.returns.UNREADABLE`.
        year: the year of the results.
        looked_up: scaled scores that were looked up by their mark.
        without_table: of tests without a table of scaled scores, how many results have a mark
            and no score.
        differing: results whose scaled score is not that of the mark: upn, subject, mark, score,
            ``from_mark``.
        mapping: for a table, which heading was taken for what; else None.
        unknown: headings of the table that nothing was taken of.
        swapped: pupils whose results may be each other's, columns `checks.scripts.PAIRS`.
        asked: whether that could be asked, or what is not known.
    """

    frame: pl.DataFrame
    unreadable: pl.DataFrame
    year: int
    looked_up: int
    without_table: Mapping[Subject, int]
    differing: pl.DataFrame
    mapping: MarksMapping | None = None
    unknown: tuple[str, ...] = ()
    swapped: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(PAIRS)))
    asked: Asked = "no judgements"


def results(  # noqa: PLR0913  # a file, and what else is known of it
    file: Path,
    year: int | None,
    profile: AssessmentProfile,
    *,
    mapping: Path | None = None,
    conversion: Path | None = None,
    judged: Path | None = None,
) -> Results:
    """Read the test results in a file, and ask whether two pupils' may be swapped.

    Args:
        file: a transfer file, an archive or folder of them, or a table, CSV or Excel.
        year: the year of the results; None for the latest a transfer file has.
        profile: what result rows of a transfer file are about.
        mapping: which heading of a table is which field; without it, headings that are known.
        conversion: the year's scaled scores by raw mark, if its own table is not known.
        judged: the mark sheet or return of the same pupils, where the file has no judgements: they
            say what to expect.

    Raises:
        InputError: a file cannot be read, or there are no results in it.
        UsageError: no year was given and the file says none.
    """
    read = _read(file, year, profile, mapping, conversion)
    frame = read.frame
    if judged is not None:
        returns = read_files([judged], profile, collection=load_collection(read.year))
        refuse_unread(returns, judged)
        frame = with_judgements(frame, returns, read.year)
    swapped, asked = swapped_in(frame)
    return replace(read, swapped=swapped, asked=asked)


def _read(
    file: Path,
    year: int | None,
    profile: AssessmentProfile,
    mapping: Path | None,
    conversion: Path | None,
) -> Results:
    if is_sheet(file):
        return _of_table(file, _needed(file, year), mapping, conversion)
    returns = read_one(file, year, profile)
    collection = _needed(file, year_of(returns) if year is None else year)
    found = results_of_tests(returns, collection, profile)
    scored = _scored(found.results, collection, conversion)
    given = judgements_of(returns, collection).rename(
        {str(subject): column for subject, column in JUDGED.items()}
    )
    schools = returns.files.select("file", "source_urn").join(
        numbers(returns.files), on="file", maintain_order="left"
    )
    people = returns.pupils.join(schools, on="file", maintain_order="left")
    frame = (
        people.select("pupil", *(pl.col(name).alias(column) for name, column in _IDENTITY.items()))
        .join(
            pupil_columns(scored.results).drop("upn"),
            on="pupil",
            how="inner",
            maintain_order="left",
        )
        .join(given, on="pupil", how="left", maintain_order="left")
        .drop("pupil")
    )
    _refuse_nothing(frame, found.unreadable, file, collection)
    return Results(
        frame=frame,
        unreadable=found.unreadable,
        year=collection.year.id,
        looked_up=scored.looked_up,
        without_table=scored.without_table,
        differing=scored.differing,
    )


def _needed(file: Path, year: int | None) -> Collection:
    if year is None:
        raise UsageError(
            "Nothing says which year the results are of.",
            where=str(file),
            todo="Give it with --year.",
        )
    return load_collection(year)


def _of_table(
    file: Path, collection: Collection, mapping: Path | None, conversion: Path | None
) -> Results:
    """Results in a table, by a mapping or by the headings that are known."""
    taken = propose_mapping(file, file.stem)[0] if mapping is None else load_mapping(mapping)
    read = read_marks(file, taken, collection)
    scored = _scored(read.results, collection, conversion)
    frame = pupil_columns(scored.results).drop("pupil").rename({"upn": "UPN"})
    _refuse_nothing(frame, read.unreadable, file, collection)
    return Results(
        frame=frame,
        unreadable=read.unreadable,
        year=collection.year.id,
        looked_up=scored.looked_up,
        without_table=scored.without_table,
        differing=scored.differing,
        mapping=taken,
        unknown=read.unknown,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Scored:
    """Results with scores by their marks, and what `Results` says of these."""

    results: pl.DataFrame
    looked_up: int
    without_table: Mapping[Subject, int]
    differing: pl.DataFrame


def _scored(found: pl.DataFrame, collection: Collection, conversion: Path | None) -> _Scored:
    """The results with scores of their marks where they have none; one that is there stays."""
    table = None
    if conversion is not None or collection.conversion is not None:
        table = conversion_for(collection, conversion)
    unscored = found.filter(pl.col("mark").is_not_null() & pl.col("score").is_null())["subject"]
    counts = {test: int((unscored == test).sum()) for test in TESTED}
    without = {
        test: count
        for test, count in counts.items()
        if count and (table is None or not table.of(test))
    }
    if table is None:
        return _Scored(results=found, looked_up=0, without_table=without, differing=found.clear())
    scored = with_scores(found, table)
    lacking = pl.col("score").is_null() & pl.col("from_mark").is_not_null()
    differing = scored.filter(pl.col("score") != pl.col("from_mark"))
    return _Scored(
        results=scored.with_columns(score=pl.coalesce("score", "from_mark")).drop("from_mark"),
        looked_up=scored.filter(lacking).height,
        without_table=without,
        differing=differing.select("upn", "subject", "mark", "score", "from_mark"),
    )


def _refuse_nothing(
    frame: pl.DataFrame, unreadable: pl.DataFrame, file: Path, collection: Collection
) -> None:
    if frame.is_empty() and unreadable.is_empty():
        raise InputError(
            f"There are no test results of {collection.name} in it.",
            where=str(file),
            todo="Choose the results file, or see what this one holds with keystage ctf show.",
        )
