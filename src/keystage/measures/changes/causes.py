"""Which reasons each pupil has: bits by subject, by key stage 1 and by characteristic.

Reasons of the pupil are looked for between the older release and the newer pupils under its rules;
reasons of the rules between those and the newer release.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

import polars as pl

from keystage.core.subjects import IN_PROGRESS, TESTED, Subject
from keystage.measures.changes.reasons import (
    BIT,
    KEY_STAGE_1,
    result_columns,
    subjects_of,
    told_by,
)
from keystage.measures.changes.sides import BETWEEN, NEW, OLD
from keystage.measures.declare import Measure
from keystage.measures.parts import WHOLE
from keystage.statute.year import Year

#: What is known of reviews of marking: the pupil's number in the newer release, and the subject.
Reviews = Iterable[tuple[str, Subject]]

_NONE = pl.lit(0, pl.Int64)


def with_causes(
    pupils: pl.DataFrame, columns: Sequence[str], year: Year, reviews: Reviews
) -> pl.DataFrame:
    """Add the bits of the reasons each pupil has.

    Args:
        pupils: the output of `sides.side_by_side`.
        columns: the columns pupil groups are made from.
        year: the newer statutory year, for the outcomes that are a lost script.
        reviews: pupils and subjects a review of marking was decided for.

    Returns:
        The table plus, as bits (Int64): ``presence``; of each subject ``result``, ``combined`` (the
        same, where it matters to the subjects combined) and ``working`` (the same with the teacher
        assessment that gives points); ``prior``, and ``prior <subject>`` where the national average
        is another; ``group <column>``; ``minimum <subject>``; and of the rules ``rules minimum``,
        ``reference`` and ``rule`` of each subject in progress.
    """
    asked = pl.DataFrame(
        [(upn.strip().upper(), str(subject)) for upn, subject in reviews],
        schema={"upn": pl.String, "subject": pl.String},
        orient="row",
    )
    both = pl.col("has_old") & pl.col("has_new")
    found: dict[str, pl.Expr] = {"presence": _presence()}
    for subject in Subject:
        reviewed = asked.filter(pl.col("subject") == str(subject))["upn"]
        result = _only(both, _result(subject, result_columns(subject), year, reviewed))
        found[f"result {subject}"] = result
        if subject in IN_PROGRESS:
            found[f"combined {subject}"] = _only(_moved(f"level {subject}"), result)
            names = result_columns(subject, progress=True)
            found[f"working {subject}"] = _only(both, _result(subject, names, year, reviewed))
    prior = _any_changed(KEY_STAGE_1)
    found["prior"] = _only(both, _bits("prior_attainment_changed", prior))
    for column in columns:
        of_prior = told_by(column) == KEY_STAGE_1
        name = "prior_attainment_changed" if of_prior else "characteristic_changed"
        changed = prior if of_prior else _any_changed((column,))
        found[f"group {column}"] = _only(both, _bits(name, changed))
    for subject in IN_PROGRESS:
        other_average = prior & _moved(f"national {subject}")
        found[f"prior {subject}"] = _only(both, _bits("prior_attainment_changed", other_average))
        found[f"minimum {subject}"] = _only(both, _raised(subject, OLD, BETWEEN))
        found[f"rules minimum {subject}"] = _raised(subject, BETWEEN, NEW)
        found[f"reference {subject}"] = _bits("reference_changed", _reference(subject))
        found[f"rule {subject}"] = _bits("rule_changed", _differs(f"points {subject}"))
    return pupils.with_columns(**found)


def pupil_bits(measure: Measure | None) -> pl.Expr:
    """The reasons of the pupil for a measure; none but presence for a number of pupils."""
    names = ["presence"]
    if measure is not None:
        subjects = subjects_of(measure)
        if measure.family == "progress":
            names += [f"{kind} {subject}" for subject in subjects for kind in ("working", "prior")]
        elif measure.family == "prior_attainment":
            names.append("prior")
        else:
            kind = "combined" if measure.subject is None else "result"
            names += [f"{kind} {subject}" for subject in subjects]
        if measure.progress:
            names += [f"minimum {subject}" for subject in subjects]
    return reduce(or_, [pl.col(name) for name in names])


def rule_bits(measure: Measure | None) -> pl.Expr:
    """The reasons of the rules for a measure: a rule, unless the reference is one."""
    rule = pl.lit(BIT["rule_changed"], pl.Int64)
    if measure is None or measure.family != "progress":
        return rule
    names = ["reference", "rule", *(["rules minimum"] if measure.progress else [])]
    found = reduce(
        or_, [pl.col(f"{name} {subject}") for subject in subjects_of(measure) for name in names]
    )
    return pl.when(found == 0).then(rule).otherwise(found)


def group_bits(groups: Mapping[str, str]) -> pl.Expr:
    """The reasons by which a row's pupil ``group`` was entered or left, by the column of each."""
    by_column: dict[str, list[str]] = {}
    for group, column in groups.items():
        if column:
            by_column.setdefault(column, []).append(group)
    found = [
        pl.when(pl.col("group").is_in(names)).then(pl.col(f"group {column}")).otherwise(_NONE)
        for column, names in by_column.items()
    ]
    return reduce(or_, found, _NONE)


def _bits(name: str, when: pl.Expr) -> pl.Expr:
    return pl.when(when).then(pl.lit(BIT[name], pl.Int64)).otherwise(_NONE)


def _only(when: pl.Expr, bits: pl.Expr) -> pl.Expr:
    return pl.when(when).then(bits).otherwise(_NONE)


def _presence() -> pl.Expr:
    """Whether the pupil came, went or was merged; or was taken in or left out by the code."""
    here, there = pl.col("has_old"), pl.col("has_new")
    end = [pl.col(f"{side}:in {WHOLE}") for side in (OLD, BETWEEN)]
    return (
        pl.when("merged")
        .then(pl.lit(BIT["merged"], pl.Int64))
        .when(~here)
        .then(pl.lit(BIT["addition"], pl.Int64))
        .when(~there)
        .then(pl.lit(BIT["removal"], pl.Int64))
        .when(end[0] != end[1])
        .then(pl.lit(BIT["inclusion_changed"], pl.Int64))
        .otherwise(_NONE)
    )


def _any_changed(columns: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(
        pl.col(f"{OLD}:is {name}").ne_missing(pl.col(f"{NEW}:is {name}")) for name in columns
    )


def _moved(name: str) -> pl.Expr:
    return pl.col(f"{OLD}:{name}").ne_missing(pl.col(f"{BETWEEN}:{name}"))


def _result(subject: Subject, columns: Sequence[str], year: Year, reviewed: pl.Series) -> pl.Expr:
    """A result that came, or a score or outcome that differs; and whether a review stands behind.

    A lost script without a score is no result.
    """
    changed = _any_changed(columns)
    was, is_one = (_has_result(subject, year, side) for side in (OLD, NEW))
    late = ~was & is_one
    score = [name for name in columns if name.endswith("SCORE")]
    codes = [name for name in columns if name not in score]
    upn = pl.col("upn_new").str.strip_chars().str.to_uppercase()
    review = changed & upn.is_in(reviewed.implode()).fill_null(value=False)
    bits = _bits("review", review) | _bits("late_result", late)
    if score:
        bits = bits | _bits("score_changed", ~late & _any_changed(score))
    return bits | _bits("outcome_changed", ~late & _any_changed(codes))


def _has_result(subject: Subject, year: Year, side: str) -> pl.Expr:
    columns = result_columns(subject)
    if subject not in TESTED:
        return pl.col(f"{side}:is {columns[0]}").is_not_null()
    lost = [code for code, rule in year.test_outcomes.codes.items() if rule.lost]
    score, outcome = (pl.col(f"{side}:is {name}") for name in columns[:2])
    return score.is_not_null() | (outcome.is_not_null() & ~outcome.is_in(lost)).fill_null(
        value=False
    )


def _raised(subject: Subject, before: str, after: str) -> pl.Expr:
    was, is_so = (pl.col(f"{side}:raised {subject}").fill_null(False) for side in (before, after))
    return _bits("minimum_applied", ~was & is_so) | _bits("minimum_lifted", was & ~is_so)


def _differs(name: str) -> pl.Expr:
    return pl.col(f"{BETWEEN}:{name}").ne_missing(pl.col(f"{NEW}:{name}"))


def _reference(subject: Subject) -> pl.Expr:
    """Whether the national average differs, or a minimum that counts on either side."""
    counts = pl.col(f"{BETWEEN}:raised {subject}") | pl.col(f"{NEW}:raised {subject}")
    return _differs(f"national {subject}") | (counts & _differs(f"minimum {subject}")).fill_null(
        value=False
    )
