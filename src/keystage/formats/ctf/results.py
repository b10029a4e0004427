"""Test results out of a transfer file: each pupil's mark, scaled score and outcome in each test.

Which qualifier carries the mark and which the scaled score is published nowhere, and so it is
learnt from the file: a number that can only be one of them says what its qualifier carries. In
reading and in grammar no mark reaches the scale; in maths many do, and one that could be either is
refused, not guessed.
"""

from dataclasses import dataclass

import polars as pl

from keystage.core.subjects import TESTED
from keystage.formats.ctf.kinds import EITHER, IN_PLACE, rows_of_tests, with_kind
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.records.returns import UNREADABLE, ReturnSet
from keystage.statute.collection import Collection

#: The columns of test results, one row for a pupil and a test.
TEST_RESULTS = {
    "pupil": pl.UInt32(),
    "upn": pl.String(),
    "subject": pl.String(),
    "mark": pl.Int16(),
    "score": pl.Int16(),
    "outcome": pl.String(),
    "consideration": pl.String(),  # the code of a special consideration, which alters nothing
}
_VALUES = ("mark", "score", "outcome", "consideration")


@dataclass(frozen=True, slots=True, eq=False)
class ResultsOfTests:
    """Results, and what is no result.

    Attributes:
        results: columns `TEST_RESULTS`.
        unreadable: values that were not taken, with the reason, columns
            `records.returns.UNREADABLE`.
    """

    results: pl.DataFrame
    unreadable: pl.DataFrame


def results_of_tests(
    returns: ReturnSet, collection: Collection, profile: AssessmentProfile
) -> ResultsOfTests:
    """The results of the year's tests in files that were read.

    Letters are an outcome, or stand in place of a number. A number is the mark or the scaled score:
    what only one can be says what its qualifier carries in the same file; where nothing says it, a
    verified row of the profile does. An annulled result has its outcome and no numbers. Estimates,
    targets and other years are left out; so are blanks.

    Raises nothing: a value that is neither, one that could be either, and two that differ are in
    ``unreadable`` with the line of the pupil's row.
    """
    rows = rows_of_tests(returns, collection, profile).filter(pl.col("year") == collection.year.id)
    return one_a_test(with_kind(rows), returns.pupils, collection)


def pupil_columns(results: pl.DataFrame) -> pl.DataFrame:
    """Results as the columns of a pupil file, one row a pupil.

    Columns pupil, upn, and for each test ``OUTCOME``, ``SCORE`` and ``MRK`` after the prefix of
    its subject, such as ``READSCORE``; ``…MRK`` holds raw marks.
    """
    names = {"outcome": "OUTCOME", "score": "SCORE", "mark": "MRK"}
    return results.group_by("pupil", maintain_order=True).agg(
        pl.col("upn").first(),
        *(
            pl.col(column)
            .filter(pl.col("subject") == subject)
            .first()
            .alias(f"{subject.prefix}{name}")
            for subject in TESTED
            for column, name in names.items()
        ),
    )


def one_a_test(rows: pl.DataFrame, pupils: pl.DataFrame, collection: Collection) -> ResultsOfTests:
    """One row for a pupil and a test; and what is not taken.

    Args:
        rows: columns file, pupil, line, measure, result, text, number, is and kind, as
            `kinds.with_kind` gives them.
        pupils: columns pupil and upn.
        collection: the year, for the codes that annul.
    """
    found = _values(rows, list(collection.agency_codes.codes))
    one = {
        name: pl.when(pl.col(name).list.len() == 1).then(pl.col(name).list.first())
        for name in _VALUES
    }
    one |= {name: pl.when(~pl.col("annulled")).then(one[name]) for name in ("mark", "score")}
    upns = pupils.select("pupil", "upn")
    results = (
        found.with_columns(**one)
        .filter(pl.any_horizontal(pl.col(name).is_not_null() for name in _VALUES))
        .join(upns, on="pupil", how="left", maintain_order="left")
        .select(pl.col(name).cast(dtype) for name, dtype in TEST_RESULTS.items())
    )
    not_taken = [pl.DataFrame(schema=dict(UNREADABLE)), _refused(rows, collection), _doubled(found)]
    return ResultsOfTests(results, pl.concat(not_taken).sort("pupil", "line", maintain_order=True))


def _values(rows: pl.DataFrame, annulling: list[str]) -> pl.DataFrame:
    """For a pupil and a test, the different marks, scores, outcomes and considerations as lists.

    A code that annuls is the only outcome; then codes whose qualifier carries no numbers; then
    those in place of a number.
    """
    kind, text = pl.col("kind"), pl.col("text")
    number = pl.col("number").cast(pl.String)
    annulled, written, in_place = (
        text.filter(condition).unique(maintain_order=True)
        for condition in (text.is_in(annulling), kind == "outcome", kind == IN_PLACE)
    )
    return (
        rows.group_by("file", "pupil", "measure", maintain_order=True)
        .agg(
            pl.col("line").first(),
            number.filter(kind == "mark").unique(maintain_order=True).alias("mark"),
            number.filter(kind == "score").unique(maintain_order=True).alias("score"),
            pl.when(annulled.len() > 0)
            .then(annulled.implode())
            .when(written.len() > 0)
            .then(written.implode())
            .otherwise(in_place.implode())
            .first()
            .alias("outcome"),
            text.filter(kind == "consideration").unique(maintain_order=True).alias("consideration"),
            annulled=annulled.len() > 0,
        )
        .rename({"measure": "subject"})
    )


def _doubled(found: pl.DataFrame) -> pl.DataFrame:
    """Where a file gives two different values for one thing."""
    return pl.concat(
        found.filter(pl.col(name).list.len() > 1).select(
            "file",
            "pupil",
            "line",
            field=pl.format(f"{{}} {name}", "subject"),
            text=pl.col(name).list.join(" and "),
            reason=pl.lit("the file gives more than one"),
        )
        for name in _VALUES
    )


def _refused(rows: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """Values of no kind."""
    unclear = (
        "it can be a mark or a scaled score: nothing in the file says which, and no row of the "
        "profile is verified"
    )
    unknown = f"it is no mark, scaled score or outcome of {collection.name}"
    return rows.filter(pl.col("kind").is_null()).select(
        "file",
        "pupil",
        "line",
        field=pl.format("{} result", "measure"),
        text="result",
        reason=pl.when(pl.col("is") == EITHER).then(pl.lit(unclear)).otherwise(pl.lit(unknown)),
    )
