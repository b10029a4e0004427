"""Checks of test outcomes and scaled scores at the end of key stage 2."""

import polars as pl

from keystage.checks.registry import Severity, check
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

_OUTCOMES = ["READOUTCOME", "MATOUTCOME", "GPSOUTCOME"]
_SCORES = ["READSCORE", "MATSCORE", "GPSSCORE"]
_GUIDE = "Primary school accountability in 2022: technical guide, "
_ANNEX_E = _GUIDE + "annex E"
_POINTS = _GUIDE + "key stage 2 outcomes"
_CODES = "Key stage 2 checking exercise, pupil file fields READOUTCOME, MATOUTCOME and GPSOUTCOME"
_UNDOCUMENTED = (
    "Outcome code {value}, given to {rows}: no published rule says what it does. Supply its rule "
    "in a file with --statute, under [test_outcomes.codes.{value}]."
)


def _outcome(score: str) -> pl.Expr:
    return pl.col(score.replace("SCORE", "OUTCOME")).cast(pl.String)


def _score(outcome: str) -> pl.Expr:
    return pl.col(outcome.replace("OUTCOME", "SCORE"))


def _where(year: Year, **wanted: object) -> list[str]:
    """The outcome codes whose treatment has these values."""
    return [
        code
        for code, outcome in year.test_outcomes.codes.items()
        if all(getattr(outcome, name) == value for name, value in wanted.items())
    ]


@check(
    "TST-101",
    table="pupils",
    fields=_SCORES,
    severity=Severity.ERROR,
    source=_POINTS,
    message="The scaled score {value} is not between {year.key_stage_2.lowest_score} and "
    "{year.key_stage_2.highest_score}.",
)
def score_is_on_the_scale(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """A scaled score lies on the scale."""
    scale = year.key_stage_2
    return ~pl.col(field).is_between(scale.lowest_score, scale.highest_score)


@check(
    "TST-102",
    table="pupils",
    fields=_SCORES,
    severity=Severity.ERROR,
    source=_ANNEX_E,
    message="The outcome {outcome} says the expected standard is met, and the score {value} that "
    "it is not.",
)
def standard_met_agrees_with_score(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """A pupil who achieved the standard has no score below it."""
    met = _outcome(field).is_in(_where(year, standard="met"))
    return met & (pl.col(field) < year.key_stage_2.expected_score)


@check(
    "TST-103",
    table="pupils",
    fields=_SCORES,
    severity=Severity.ERROR,
    source=_ANNEX_E,
    message="The outcome {outcome} says the expected standard is not met, and the score {value} "
    "that it is.",
)
def standard_not_met_agrees_with_score(
    field: str, _records: RecordSet, year: Year
) -> pl.Expr | None:
    """A pupil who sat the test and did not achieve the standard has no score at or above it."""
    below = _outcome(field).is_in(_where(year, too_few_marks=True, average=True))
    return below & (pl.col(field) >= year.key_stage_2.expected_score)


@check(
    "TST-104",
    table="pupils",
    fields=_SCORES,
    severity=Severity.WARNING,
    source=_ANNEX_E,
    message="The outcome {outcome} has no scaled score; the score {value} is not used.",
)
def outcome_may_have_a_score(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """Only a pupil whose test counted has a scaled score."""
    without = _outcome(field).is_in(_where(year, average=False))
    return without & pl.col(field).is_not_null()


@check(
    "TST-105",
    table="pupils",
    fields=_OUTCOMES,
    severity=Severity.WARNING,
    source=_CODES,
    message="The outcome is blank; the score {score} is used.",
)
def score_has_an_outcome(field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """A pupil with a score should have an outcome."""
    return pl.col(field).is_null() & _score(field).is_not_null()


@check(
    "TST-106",
    table="pupils",
    fields=_OUTCOMES,
    severity=Severity.WARNING,
    source=_CODES,
    message="Neither an outcome nor a score is given: the year's rule for a blank outcome is used.",
)
def every_test_has_a_result(field: str, records: RecordSet, _year: Year) -> pl.Expr | None:
    """Every pupil who counts should have a result in every test."""
    if field in records.missing:
        return None
    return pl.col(field).is_null() & _score(field).is_null()


@check(
    "TST-107",
    table="pupils",
    fields=_OUTCOMES,
    severity=Severity.ERROR,
    source=_CODES,
    message=_UNDOCUMENTED,
    per="value",
)
def rule_of_outcome_is_known(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """What an outcome code does to the measures is known."""
    return pl.col(field).cast(pl.String).is_in(_without_rule(year, assumed=False))


@check(
    "TST-108",
    table="pupils",
    fields=_OUTCOMES,
    severity=Severity.WARNING,
    source=_CODES,
    message="Outcome code {value}, given to {rows}: no published rule says what it does; the rule "
    "used is an assumption.",
    per="value",
)
def rule_of_outcome_is_published(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """What an outcome code does to the measures should be published."""
    return pl.col(field).cast(pl.String).is_in(_without_rule(year, assumed=True))


def _without_rule(year: Year, *, assumed: bool) -> list[str]:
    """The outcome codes no published rule tells of, with or without an assumed one."""
    return [
        code
        for code, rule in year.test_outcomes.codes.items()
        if rule.undocumented and rule.assumed == assumed
    ]
