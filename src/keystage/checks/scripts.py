"""Test results that may be another pupil's: scripts swapped between pupils with like names.

A pure rule over results, teacher assessments and, if they are there, key stage 1 averages. What a
pupil's scores should be is taken from pupils who were judged alike. Two pupils of one school with
like names are told of if their scores are many times likelier the other way round. It is never
more than a reason to look: children surprise their teachers.
"""

from collections.abc import Mapping
from math import log

import polars as pl

from keystage.checks.returns.severity import Severity
from keystage.core.subjects import ASSESSED, TESTED

CODE = "RES-101"
SEVERITY = Severity.AMBER
SOURCE = "Keystage: a choice of this program"
RECORDS: Mapping[str, pl.DataType] = {
    "school": pl.String(),
    "upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    **{f"{test}_score": pl.Float64() for test in TESTED},
    **{str(subject): pl.String() for subject in ASSESSED},  # teacher assessment codes
    "prior": pl.Float64(),  # key stage 1 average points; null where it is not known
}
"""Columns of the pupils looked at, one row each."""
PAIRS: Mapping[str, pl.DataType] = {
    "code": pl.String(),
    "severity": pl.String(),
    "school": pl.String(),
    "upn": pl.String(),
    "other_upn": pl.String(),
    "times": pl.Float64(),  # how many times likelier the scores are the other way round
    "message": pl.String(),
    "todo": pl.String(),
}
#: So many times likelier. In an invented England one like pair in 200 is told of by chance; of the
#: pairs whose scripts are swapped four in ten are, and nine in ten of those judged far apart.
_LIKELIER = 10.0
#: Fewer pupils who were judged alike do not say what to expect; nor do few pupils in all.
_FEW_ALIKE, _FEW = 5, 24
#: A name that more pupils of a school share stands for names left out, and tells nobody apart.
_MOST_ALIKE = 40
#: Larger ratios say no more, and are not told apart.
_MOST = 500.0
_MESSAGE = (
    "The test results of {} {} and {} {} fit what is known of the other pupil better than of their "
    "own: they are {} times as likely the other way round."
)
_WHAT_TO_DO = (
    "Look at the marked scripts of both pupils. If each is the right pupil's, nothing needs to be "
    "done; if not, ask for a review of marking."
)


def swapped_scripts(records: pl.DataFrame) -> pl.DataFrame:
    """Pairs of pupils of one school with like names whose results may be each other's.

    Names are like if one name is the same and the other begins with the same letter, or if surname
    and forename are exchanged; capitals, accents and hyphens make no difference. A name that more
    than 40 pupils of a school share is not compared: it stands for names that were left out.

    Args:
        records: columns `RECORDS`. The more schools, the better it is known what to expect; of
            fewer than 24 pupils with scores and judgements nothing is told.

    Returns:
        Columns `PAIRS`, a row for each pair, in the order of the first pupil and then the second.
    """
    known = _with_expectations(records)
    spread = known["left"].std() if known.height >= _FEW else None
    if not isinstance(spread, float) or not spread:
        return pl.DataFrame(schema=dict(PAIRS))
    pairs = _pairs(known)
    gain = (
        (pl.col("expected") - pl.col("expected_other"))
        * (pl.col("attained_other") - pl.col("attained"))
        / spread**2
    )
    times = gain.clip(upper_bound=log(_MOST)).exp()
    return (
        pairs.filter(gain >= log(_LIKELIER))
        .with_columns(times=times)
        .sort("at", "at_other")
        .select(
            code=pl.lit(CODE),
            severity=pl.lit(str(SEVERITY)),
            school="school",
            upn="upn",
            other_upn="upn_other",
            times="times",
            message=_told(),
            todo=pl.lit(_WHAT_TO_DO),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in PAIRS.items())
    )


def _told() -> pl.Expr:
    names = ("forename", "surname", "forename_other", "surname_other")
    rounded = pl.col("times").round().cast(pl.Int64).cast(pl.String)
    return pl.format(_MESSAGE, *(pl.col(name).fill_null("") for name in names), rounded)


def _with_expectations(records: pl.DataFrame) -> pl.DataFrame:
    """Pupils with scores and judgements: ``attained``, ``expected``, and what is ``left``.

    ``attained`` is the mean of the scores, each less the average of its test; ``expected`` the
    average of pupils with the same judgements, or with the same in writing where they are few,
    moved by key stage 1 as it moves pupils who were judged alike.
    """
    scores = [pl.col(f"{test}_score") for test in TESTED]
    judged = pl.concat_str(pl.col(*ASSESSED).fill_null("-"), separator=" ")
    known = (
        records.with_row_index("at")
        .with_columns(
            attained=pl.mean_horizontal(score - score.mean() for score in scores), judged=judged
        )
        .drop_nulls(["attained", "writing"])
    )
    alike = pl.len().over("judged") >= _FEW_ALIKE
    known = known.with_columns(
        like=pl.when(alike).then("judged").otherwise("writing"),
    ).filter(pl.len().over("like") >= _FEW_ALIKE)
    prior = pl.col("prior").is_not_null()
    away, points = (
        pl.col(name) - pl.col(name).filter(prior).mean().over("like")
        for name in ("attained", "prior")
    )
    slope = (away * points).sum() / (points**2).sum()
    moved = pl.when(slope.is_finite()).then(slope * points).fill_null(0.0)
    return known.with_columns(expected=pl.col("attained").mean().over("like") + moved).with_columns(
        left=pl.col("attained") - pl.col("expected")
    )


def _pairs(known: pl.DataFrame) -> pl.DataFrame:
    """Every two pupils of a school with like names, once; columns of the second end in _other."""
    surname, forename = _plain("surname"), _plain("forename")
    keys = known.with_columns(
        key=pl.concat_list(
            pl.format("s {} {}", surname, forename.str.head(1)),
            pl.format("f {} {}", forename, surname.str.head(1)),
            pl.format("x {} {}", pl.min_horizontal(surname, forename),
                      pl.max_horizontal(surname, forename)),
        )
    ).explode("key").drop_nulls("key").filter(
        pl.len().over("school", "key") <= _MOST_ALIKE
    )  # fmt: skip
    columns = ("at", "school", "key", "upn", "surname", "forename", "attained", "expected")
    one = keys.select(columns)
    return (
        one.join(one, on=["school", "key"], suffix="_other")
        .filter(pl.col("at") < pl.col("at_other"))
        .unique(["at", "at_other"])
    )


def _plain(name: str) -> pl.Expr:
    """A name in small letters without accents, hyphens and blanks; null if nothing is left."""
    letters = pl.col(name).str.normalize("NFKD").str.to_lowercase().str.replace_all(r"[^\p{L}]", "")
    return pl.when(letters != "").then(letters)
