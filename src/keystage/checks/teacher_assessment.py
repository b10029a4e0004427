"""Checks of teacher assessments at the end of key stage 2."""

import polars as pl

from keystage.checks.registry import Severity, check
from keystage.records.recordset import RecordSet
from keystage.statute.outcomes import AssessmentOutcomes
from keystage.statute.year import Year

_ASSESSMENTS = ["WRITTAOUTCOME", "SCITAOUTCOME"]
_BELOW_TEST = ["READTAOUTCOME", "MATTAOUTCOME"]
_GUIDE = "Primary school accountability in 2022: technical guide, "
_POINTS = _GUIDE + "key stage 2 outcomes"
_CODES = "Key stage 2 checking exercise, pupil file fields WRITTAOUTCOME and SCITAOUTCOME"


def _tables(year: Year) -> dict[str, AssessmentOutcomes]:
    return {"WRITTAOUTCOME": year.writing_outcomes, "SCITAOUTCOME": year.science_outcomes}


def _without_rule(field: str, year: Year, *, assumed: bool) -> pl.Expr:
    codes = [
        code
        for code, rule in _tables(year)[field].codes.items()
        if rule.undocumented and rule.assumed == assumed
    ]
    return pl.col(field).cast(pl.String).is_in(codes)


@check(
    "TAS-101",
    table="pupils",
    fields=_ASSESSMENTS,
    severity=Severity.ERROR,
    source=_CODES,
    message="Teacher assessment code {value}, given to {rows}: no published rule says what it "
    "does. Supply its rule in a file with --statute.",
    per="value",
)
def rule_of_assessment_is_known(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """What a teacher assessment code does to the measures is known."""
    return _without_rule(field, year, assumed=False)


@check(
    "TAS-102",
    table="pupils",
    fields=_ASSESSMENTS,
    severity=Severity.WARNING,
    source=_CODES,
    message="Teacher assessment code {value}, given to {rows}: no published rule says what it "
    "does; the rule used is an assumption.",
    per="value",
)
def rule_of_assessment_is_published(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """What a teacher assessment code does to the measures should be published."""
    return _without_rule(field, year, assumed=True)


@check(
    "TAS-103",
    table="pupils",
    fields=_BELOW_TEST,
    severity=Severity.WARNING,
    source=_POINTS,
    message="The test outcome {outcome} takes its points from the teacher assessment, and there "
    "is none with points: the pupil is left out of progress in the subject.",
)
def pupil_below_the_test_is_assessed(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """A pupil working below the test has a teacher assessment that gives points."""
    if not year.year.progress:
        return None
    assessed = [
        code for code, rule in year.test_outcomes.codes.items() if rule.progress == "assessment"
    ]
    outcome = pl.col(field.replace("TAOUTCOME", "OUTCOME")).cast(pl.String)
    points = pl.col(field).cast(pl.String).is_in(list(year.key_stage_2.points))
    return outcome.is_in(assessed) & ~points.fill_null(False)


@check(
    "TAS-104",
    table="pupils",
    fields=_BELOW_TEST,
    severity=Severity.NOTE,
    source=_GUIDE + "key stage 2 tests",
    message="The pupil has the score {score}: the teacher assessment {value} is not used.",
)
def assessment_takes_no_place_of_a_test(
    field: str, _records: RecordSet, _year: Year
) -> pl.Expr | None:
    """A teacher assessment never takes the place of a test."""
    score = pl.col(field.replace("TAOUTCOME", "SCORE"))
    return pl.col(field).is_not_null() & score.is_not_null()


@check(
    "TAS-105",
    table="pupils",
    fields=["WRITTAOUTCOME"],
    severity=Severity.WARNING,
    source=_GUIDE + "annex E",
    message="No writing outcome: the pupil counts as not meeting the standard in writing and in "
    "the combined measure, and is left out of progress in writing.",
)
def writing_is_assessed(field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """Every pupil who counts should have a writing outcome."""
    return pl.col(field).is_null()
