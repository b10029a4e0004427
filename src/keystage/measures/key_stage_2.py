"""Key stage 2 outcomes: who is counted, who met what, and the points progress is made from."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import polars as pl

from keystage.core.subjects import Subject
from keystage.measures.codes import Codes, look_up, yes_or_no
from keystage.measures.units import BILLION, in_billionths
from keystage.statute.outcomes import AssessmentOutcome, AssessmentOutcomes
from keystage.statute.year import Year

_Rule = TypeVar("_Rule")


def outcome_columns(subject: Subject, codes: Codes, year: Year) -> list[pl.Expr]:
    """What the outcome of one test does to each kind of measure.

    Returns:
        ``_counted`` in percentages, ``_expected``, ``_higher``, ``_unable`` (absent or unable to
        access), ``_lost`` (a script was lost and there is no score), all Boolean, and
        ``_average_score``, the scaled score that enters averages (Int16).

    Source: 2022 technical guide, headline measures and annex E.
    """
    rules, scale = year.test_outcomes, year.key_stage_2
    outcome, score = f"{subject.prefix}OUTCOME", pl.col(f"{subject.prefix}SCORE")
    # A score without a code stands by itself; a check tells the user.
    bare = pl.col(outcome).is_null() & score.is_not_null()
    says = _answers(codes, outcome, rules.codes, rules.blank)

    def reached(standard: int) -> pl.Expr:
        return (score >= standard).fill_null(value=False)

    counted = says(lambda rule: rule.rate == "counted") | bare
    met = says(lambda rule: rule.standard == "met") & ~bare
    by_score = says(lambda rule: rule.standard == "by_score") | bare
    averages = says(lambda rule: rule.average) | bare
    columns = {
        "counted": counted,
        "expected": counted & (met | (by_score & reached(scale.expected_score))),
        "higher": counted & (met | by_score) & reached(scale.higher_score),
        "unable": says(lambda rule: rule.unable) & ~bare,
        "lost": says(lambda rule: rule.lost or rule.standard == "met") & score.is_null(),
        "average_score": pl.when(averages).then(score),
    }
    return [expression.alias(f"{subject}_{name}") for name, expression in columns.items()]


def assessment_columns(
    subject: Subject, column: str, codes: Codes, rules: AssessmentOutcomes
) -> list[pl.Expr]:
    """What a teacher assessment does to each kind of measure.

    Returns:
        ``_counted``, ``_expected``, ``_higher``, ``_towards`` and ``_not_assessed`` (absent or
        disapplied), all Boolean.

    Source: 2022 technical guide, headline measures and annex E.
    """
    columns: dict[str, Callable[[AssessmentOutcome], bool]] = {
        "counted": lambda rule: rule.rate == "counted",
        "expected": lambda rule: rule.rate == "counted" and rule.expected,
        "higher": lambda rule: rule.rate == "counted" and rule.higher,
        "towards": lambda rule: rule.rate == "counted" and rule.towards,
        "not_assessed": lambda rule: rule.rate == "counted" and rule.not_assessed,
    }
    says = _answers(codes, column, rules.codes, rules.blank)
    return [says(rule).alias(f"{subject}_{name}") for name, rule in columns.items()]


def points(subject: Subject, codes: Codes, year: Year) -> pl.Expr:
    """The key stage 2 points of a subject, in billionths (Int64); null where there are none.

    Tests: the scaled score; a pupil working below the test takes the points of the teacher
    assessment, and so does one entered who gained no scaled score, or the year's nominal points
    if there is none. A lost script gives no points. Writing: the points of the assessment.

    Source: 2022 technical guide, key stage 2 point scores and annex E.
    """
    below = year.key_stage_2.points
    if subject is Subject.WRITING:
        ladder = {**below, **(year.writing_points.points if year.writing_points else {})}
        return look_up(
            codes, "WRITTAOUTCOME", lambda code: in_billionths(ladder.get(code)), pl.Int64
        )
    rules = year.test_outcomes
    outcome, score = f"{subject.prefix}OUTCOME", pl.col(f"{subject.prefix}SCORE")
    says = _answers(codes, outcome, rules.codes, rules.blank)
    assessed = look_up(
        codes,
        f"{subject.prefix}TAOUTCOME",
        lambda code: in_billionths(below.get(code)),
        pl.Int64,
    )
    scored = says(lambda rule: rule.progress == "score") | pl.col(outcome).is_null()
    return (
        pl.when(scored & score.is_not_null())
        .then(score.cast(pl.Int64) * BILLION)
        .when(says(lambda rule: rule.too_few_marks))
        .then(_without_score(assessed, year))
        .when(says(lambda rule: rule.progress == "assessment"))
        .then(assessed)
    )


def _without_score(assessed: pl.Expr, year: Year) -> pl.Expr:
    """Points of a pupil who gained too few marks: none in a year that leaves such pupils out."""
    nominal = in_billionths(year.key_stage_2.points_without_score)
    if nominal is None:
        return pl.lit(None, dtype=pl.Int64)
    return pl.coalesce(assessed, pl.lit(nominal, dtype=pl.Int64))


def _answers(
    codes: Codes, column: str, rules: Mapping[str, _Rule], blank: _Rule
) -> Callable[[Callable[[_Rule], bool]], pl.Expr]:
    """What the rule of each pupil's code answers to a question, as a column of yes and no.

    Args:
        codes: the codes of each column.
        column: the column of codes.
        rules: the rule of each code.
        blank: the rule of a pupil without a code.
    """

    def says(question: Callable[[_Rule], bool]) -> pl.Expr:
        return yes_or_no(codes, column, lambda code: question(rules[code]), blank=question(blank))

    return says
