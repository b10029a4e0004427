"""What the numbers and letters of test results are: marks, scaled scores, outcomes."""

import polars as pl

from keystage.core.subjects import TESTED
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.records.returns import Kind, ReturnSet
from keystage.statute.collection import Collection

TEST_KINDS: tuple[Kind, ...] = ("mark", "score", "outcome")
#: A number that a mark and a scaled score may have.
EITHER = "either"
#: A code where its qualifier carries numbers, as N where there are too few marks for a score.
IN_PLACE = "in place"
CODE, CONSIDERATION, ODD = "code", "consideration", "odd"
_WHOLE = r"^[0-9]{1,3}$"


def rows_of_tests(
    returns: ReturnSet, collection: Collection, profile: AssessmentProfile
) -> pl.DataFrame:
    """The rows of tests, with what each value can be by itself.

    Estimates, targets and blanks are left out. Columns of `records.returns.RESULTS`, and year,
    measure, ``key`` (the qualifier in capitals), ``verified`` (the kind a verified row of the
    profile gives the qualifier), text (in capitals), number, and ``is``: mark, score, either,
    code, consideration or odd.
    """
    rows = returns.results.join(
        _test_slots(returns.slots, collection, profile), on="slot", maintain_order="left"
    )
    return what_it_is(rows.with_columns(text=_clean("result")), collection)


def what_it_is(rows: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """The rows that have a text, with number, and ``is``: what the text can be by itself.

    Args:
        rows: columns measure (a test) and text (in capitals, without blanks around it).
        collection: the year, for the marks, the scale and the codes of its tests.
    """
    text, number, scale = pl.col("text"), pl.col("number"), collection.scale
    highest = {str(subject): collection.marks.of(subject) for subject in TESTED}
    can_mark = number <= pl.col("measure").replace_strict(highest, return_dtype=pl.Int16)
    can_score = number.is_between(scale.lowest, scale.highest)
    codes = collection.test_codes.codes
    outcomes = [code for code, item in codes.items() if item.kind == "outcome"]
    considered = [code for code, item in codes.items() if item.kind == "consideration"]
    is_a = pl.when(can_mark & can_score).then(pl.lit(EITHER))
    for condition, name in (
        (can_mark, "mark"),
        (can_score, "score"),
        (text.is_in([*outcomes, *collection.agency_codes.codes]), CODE),
        (text.is_in(considered), CONSIDERATION),
    ):
        is_a = is_a.when(condition).then(pl.lit(name))  # type: ignore[assignment]  # a longer chain
    whole = pl.when(text.str.contains(_WHOLE)).then(text)
    return (
        rows.filter(text != "")
        .with_columns(number=whole.cast(pl.Int16, strict=False))
        .with_columns(is_a.otherwise(pl.lit(ODD)).alias("is"))
    )


def with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of `rows_of_tests` with ``kind``: mark, score, outcome, consideration, `IN_PLACE`.

    A number that can be only one of them says what its qualifier carries in the same file; a
    number that can be either is what its qualifier carries, or what a verified row of the profile
    says. The kind is null where nothing says it, and of values that are none of these.
    """
    learnt = rows.group_by("file", "key").agg(
        marks=(pl.col("is") == "mark").any(),
        scores=(pl.col("is") == "score").any(),
        numbers=pl.col("number").is_not_null().any(),
    )
    marks, scores = pl.col("marks"), pl.col("scores")
    carries = (
        pl.when(marks & ~scores)
        .then(pl.lit("mark"))
        .when(scores & ~marks)
        .then(pl.lit("score"))
        .when(~marks & ~scores)
        .then("verified")
    )
    found = pl.col("is")
    return rows.join(learnt, on=["file", "key"], maintain_order="left").with_columns(
        kind=pl.when(found == EITHER)
        .then(carries)
        .when(found == CODE)
        .then(pl.when("numbers").then(pl.lit(IN_PLACE)).otherwise(pl.lit("outcome")))
        .when(found != ODD)
        .then(found)
    )


def _test_slots(
    slots: pl.DataFrame, collection: Collection, profile: AssessmentProfile
) -> pl.DataFrame:
    methods = {rule.method for rule in profile.kinds if rule.kind in TEST_KINDS}
    methods |= {row.key[2] for row in profile.rows if row.kind in TEST_KINDS}
    verified = {
        row.key[-1]: row.kind for row in profile.rows if row.verified and row.kind in TEST_KINDS
    }
    kind = _clean("qualifier").replace_strict(verified, default=None, return_dtype=pl.String)
    return slots.filter(
        pl.col("measure").is_in(TESTED)
        & (pl.col("stage") == collection.format.stage)
        & _clean("method").is_in(methods)
        & ~_clean("status").is_in(profile.estimates)
    ).select("slot", "year", "measure", key=_clean("qualifier"), verified=kind)


def _clean(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars().str.to_uppercase()
