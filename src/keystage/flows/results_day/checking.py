"""Checking a release whole before it is kept: what refuses it, and what is listed beside it."""

from collections.abc import Collection as Some
from dataclasses import dataclass

import polars as pl

from keystage.core.subjects import TESTED, Subject
from keystage.flows.results_day.reading import (
    FAULTS,
    NUMBERS,
    PAPERS,
    TAKEN_BACK,
    ReleaseFile,
    typed,
)
from keystage.formats.conversion import with_scores
from keystage.records.schema import LINE
from keystage.reports.parents.words import codes_of_tests
from keystage.statute.collection import Collection
from keystage.statute.collection_rules import Conversion

_UPN = r"^[A-Z][0-9]{11}[0-9A-Z]$"


@dataclass(frozen=True, slots=True, eq=False)
class CheckedRelease:
    """A release that was checked.

    Attributes:
        rows: columns `reading.ROWS`.
        faults: what refuses the whole release, columns `reading.FAULTS`.
        listed: what a person must look at before approving it, likewise.
        schools: how many schools it holds results of.
        pupils: how many pupils.
    """

    rows: pl.DataFrame
    faults: pl.DataFrame
    listed: pl.DataFrame

    @property
    def schools(self) -> int:
        """How many schools it holds results of."""
        return self.rows["school"].n_unique()

    @property
    def taken_back(self) -> int:
        """How many results of earlier releases it takes back."""
        return int(self.rows[TAKEN_BACK].sum())

    @property
    def pupils(self) -> int:
        """How many pupils it holds results of."""
        return self.rows.select("school", "upn").n_unique()


def check_release(
    read: ReleaseFile,
    schools: Some[str],
    collection: Collection,
    conversion: Conversion | None,
) -> CheckedRelease:
    """Hold a release against the schools there are, the year and the table of scaled scores.

    A release is refused for: what could not be read, a school or a code that is not known, a row
    without anything, a pupil with two results of one test, marks above the highest, papers that do
    not add up, scores off the scale, a score beside an outcome that says otherwise, and a mark,
    score or outcome of a result that is taken back. Scores that differ from the table are listed,
    also where an outcome asks for one and there is none; so are
    pupils who are in two schools.

    Args:
        read: the release.
        schools: numbers of the schools there are.
        collection: the year.
        conversion: the table released with it; None where there is none.
    """
    rows = read.rows
    faults = [
        read.faults,
        *(_told(rows, wrong, what) for wrong, what in _wrong(schools, collection)),
        *(_above(rows, test, collection) for test in TESTED),
    ]
    if rows.is_empty() and read.faults.is_empty():
        faults.append(typed(pl.DataFrame({"what": ["There are no results in it."]}), FAULTS))
    given = pl.when(~pl.col(TAKEN_BACK)).then("school")
    elsewhere = (given.drop_nulls().n_unique().over("upn") > 1) & ~pl.col(TAKEN_BACK)
    listed = [_told(rows, elsewhere, "The pupil has results in more than one school.")]
    if conversion is not None:
        listed.append(_differing(rows, conversion, collection))
    return CheckedRelease(
        rows=rows,
        faults=pl.concat(faults).sort("file", LINE, maintain_order=True),
        listed=pl.concat(listed).sort("file", LINE, maintain_order=True),
    )


def _wrong(schools: Some[str], collection: Collection) -> list[tuple[pl.Expr, str]]:
    """What must not be of any row, and the sentence that says it."""
    scale, score = collection.scale, pl.col("score")
    known = codes_of_tests(collection)
    beside = [
        code for code in known
        if (item := collection.test_codes.codes.get(code)) is None or not item.with_score
    ]  # fmt: skip
    outcome, codes = pl.col("outcome"), collection.test_codes
    against = (
        outcome.is_in(beside)
        | (outcome.is_in(codes.saying("met")) & (score < scale.expected))
        | (outcome.is_in(codes.saying("not_met")) & (score >= scale.expected))
    )
    back = pl.col(TAKEN_BACK)
    summed, given = pl.sum_horizontal(*PAPERS), pl.any_horizontal(pl.col(*PAPERS).is_not_null())
    return [
        (~pl.col("school").is_in(list(schools)).fill_null(value=False), "There is no such school."),
        (~pl.col("upn").str.contains(_UPN).fill_null(value=False), "The UPN is none."),
        (
            ~back & pl.all_horizontal(pl.col("mark", "score", "outcome").is_null()),
            "There is no mark, scaled score or outcome.",
        ),
        (
            back & pl.any_horizontal(pl.col(*NUMBERS, "outcome").is_not_null()),
            "A result that is taken back has no mark, scaled score or outcome.",
        ),
        (
            pl.len().over("school", "upn", "subject") > 1,
            "The pupil has two results of this test.",
        ),
        (outcome.is_not_null() & ~outcome.is_in(list(known)), "The year has no such outcome."),
        (~score.is_between(scale.lowest, scale.highest), "The scaled score is off the scale."),
        (score.is_not_null() & against, "Outcome and scaled score contradict each other."),
        (
            given & pl.col("mark").is_not_null() & (summed != pl.col("mark")),
            "The marks of the papers do not add up to the mark.",
        ),
    ]


def _above(rows: pl.DataFrame, test: Subject, collection: Collection) -> pl.DataFrame:
    highest = collection.marks.of(test)
    wrong = (pl.col("subject") == str(test)) & (pl.col("mark") > highest)
    return _told(rows, wrong, f"The mark is above {highest}, the highest in {test.label}.")


def _differing(rows: pl.DataFrame, conversion: Conversion, collection: Collection) -> pl.DataFrame:
    """Scaled scores that are not those of their mark by the table."""
    covered = [str(test) for test in TESTED if conversion.of(test)]
    scored = with_scores(rows, conversion).filter(
        pl.col("subject").is_in(covered) & pl.col("mark").is_not_null()
    )
    with_score = [code for code, one in collection.test_codes.codes.items() if one.with_score]
    asked_for = pl.col("score").is_not_null() | pl.col("outcome").is_in(with_score)
    differs = asked_for & pl.col("score").ne_missing(pl.col("from_mark"))
    by_table = pl.col("from_mark").cast(pl.String).fill_null("none")
    what = pl.format(
        "The scaled score is {}, and by the table that of {} marks is {}.",
        pl.col("score").cast(pl.String).fill_null("none"), "mark", by_table,
    )  # fmt: skip
    return typed(scored.filter(differs).with_columns(what=what), FAULTS)


def _told(rows: pl.DataFrame, wrong: pl.Expr, what: str) -> pl.DataFrame:
    return typed(rows.filter(wrong.fill_null(value=False)).with_columns(what=pl.lit(what)), FAULTS)
