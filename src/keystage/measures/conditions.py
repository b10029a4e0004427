"""Every condition a measure rests on, each a sentence, a source and a test on the working table.

In sentences ``{COLUMN}`` stands for the pupil's value and ``{expected_score}`` and
``{higher_score}`` for the year's standards.
"""

import polars as pl

from keystage.core.subjects import IN_PROGRESS, TESTED, Subject
from keystage.measures.declare import Condition

GUIDE = "Primary school accountability in 2022: technical guide"
HEADLINE = f"{GUIDE}, key stage 2 headline measures"
MISSING = f"{GUIDE}, annex E: rules for including missing data"
PROGRESS = f"{GUIDE}, calculating an individual pupil's progress scores"
TABLES = "Key stage 2 performance tables, list of fields and abbreviations"


def _flag(column: str) -> pl.Expr:
    return pl.col(column).fill_null(value=False)


AT_END = Condition(
    name="at_end_of_key_stage",
    sentence="is at the end of key stage 2 (inclusion code {P_INCL})",
    otherwise="is not counted at the end of key stage 2 (inclusion code {P_INCL})",
    source="Key stage 2 checking exercise, pupil file: inclusion codes",
    test=_flag("included"),
)


def _outcome(subject: Subject) -> str:
    return f"outcome {{{subject.prefix}OUTCOME}}, score {{{subject.prefix}SCORE}}"


COUNTED_IN_TEST = {
    subject: Condition(
        name=f"{subject}_counted",
        sentence=f"is counted in {subject.label} percentages ({_outcome(subject)})",
        otherwise=f"is left out of {subject.label} percentages ({_outcome(subject)})",
        source=MISSING,
        test=_flag(f"{subject}_counted"),
    )
    for subject in TESTED
}
EXPECTED_IN_TEST = {
    subject: Condition(
        name=f"{subject}_expected",
        sentence=f"met the expected standard in {subject.label} ({_outcome(subject)}; "
        "the standard is {expected_score})",
        otherwise=f"did not meet the expected standard in {subject.label} ({_outcome(subject)}; "
        "the standard is {expected_score})",
        source=HEADLINE,
        test=_flag(f"{subject}_expected"),
    )
    for subject in TESTED
}
HIGHER_IN_TEST = {
    subject: Condition(
        name=f"{subject}_higher",
        sentence=f"reached the higher standard in {subject.label} ({_outcome(subject)}; "
        "the standard is {higher_score})",
        otherwise=f"did not reach the higher standard in {subject.label} ({_outcome(subject)}; "
        "the standard is {higher_score})",
        source=HEADLINE,
        test=_flag(f"{subject}_higher"),
    )
    for subject in TESTED
}
UNABLE_IN_TEST = {
    subject: Condition(
        name=f"{subject}_unable",
        sentence=f"was absent from or unable to access the {subject.label} test "
        f"({_outcome(subject)})",
        otherwise=f"was neither absent from nor unable to access the {subject.label} test "
        f"({_outcome(subject)})",
        source=TABLES,
        test=_flag(f"{subject}_unable"),
    )
    for subject in TESTED
}
SCORED_IN_TEST = {
    subject: Condition(
        name=f"{subject}_scored",
        sentence=f"has a scaled score in {subject.label} ({_outcome(subject)})",
        otherwise=f"has no scaled score in {subject.label} ({_outcome(subject)})",
        source=MISSING,
        test=pl.col(f"{subject}_average_score").is_not_null(),
    )
    for subject in TESTED
}
LOST_IN_TEST = {
    subject: Condition(
        name=f"{subject}_lost",
        sentence=f"has a lost script in {subject.label} ({_outcome(subject)})",
        otherwise=f"has no lost script in {subject.label} ({_outcome(subject)})",
        source=MISSING,
        test=_flag(f"{subject}_lost"),
    )
    for subject in TESTED
}

_ASSESSED = {Subject.WRITING: "{WRITTAOUTCOME}", Subject.SCIENCE: "{SCITAOUTCOME}"}
_STANDARDS = {
    "expected": ("met the expected standard", "did not meet the expected standard"),
    "higher": ("is working at greater depth", "is not working at greater depth"),
    "towards": ("is working towards the standard", "is not working towards the standard"),
    "not_assessed": ("was absent or disapplied", "was neither absent nor disapplied"),
}
COUNTED_IN_ASSESSMENT = {
    subject: Condition(
        name=f"{subject}_counted",
        sentence=f"is counted in {subject.label} percentages (teacher assessment {code})",
        otherwise=f"is left out of {subject.label} percentages (teacher assessment {code})",
        source=MISSING,
        test=_flag(f"{subject}_counted"),
    )
    for subject, code in _ASSESSED.items()
}
IN_ASSESSMENT = {
    (subject, standard): Condition(
        name=f"{subject}_{standard}",
        sentence=f"{sentence} in {subject.label} (teacher assessment {code})",
        otherwise=f"{otherwise} in {subject.label} (teacher assessment {code})",
        source=HEADLINE if standard in {"expected", "higher"} else TABLES,
        test=_flag(f"{subject}_{standard}"),
    )
    for subject, code in _ASSESSED.items()
    for standard, (sentence, otherwise) in _STANDARDS.items()
}

HAS_KS1 = Condition(
    name="has_key_stage_1",
    sentence="has a key stage 1 average (reading {KS1READ}, writing {KS1WRIT}, maths {KS1MAT}, "
    "average in the file {KS1AVERAGEPS})",
    otherwise="has no key stage 1 result in all of reading, writing and maths "
    "(reading {KS1READ}, writing {KS1WRIT}, maths {KS1MAT})",
    source=PROGRESS,
    test=pl.col("ks1_average").is_not_null(),
)
HAS_POINTS = {
    subject: Condition(
        name=f"has_{subject}_points",
        sentence=f"has key stage 2 points in {subject.label} "
        + (
            "(teacher assessment {WRITTAOUTCOME})"
            if subject is Subject.WRITING
            else f"({_outcome(subject)}, teacher assessment {{{subject.prefix}TAOUTCOME}})"
        ),
        otherwise=f"has no key stage 2 points in {subject.label} "
        + (
            "(teacher assessment {WRITTAOUTCOME})"
            if subject is Subject.WRITING
            else f"({_outcome(subject)}, teacher assessment {{{subject.prefix}TAOUTCOME}})"
        ),
        source=f"{GUIDE}, key stage 2 point scores",
        test=pl.col(f"{subject}_points").is_not_null(),
    )
    for subject in IN_PROGRESS
}
IN_GROUP = {
    subject: Condition(
        name=f"{subject}_in_group",
        sentence="is in prior attainment group {prior_attainment_group}",
        otherwise="is in no prior attainment group the year's table knows",
        source=f"{GUIDE}, prior attainment groups",
        test=pl.col(f"{subject}_national").is_not_null(),
    )
    for subject in IN_PROGRESS
}
