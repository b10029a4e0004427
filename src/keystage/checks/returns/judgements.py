"""Checks of judgements: those that are due, those that are not, and those seldom true together."""

import polars as pl

from keystage.checks.returns.registry import check
from keystage.checks.returns.rules import Values, rules
from keystage.checks.returns.setting import Setting
from keystage.core.subjects import ASSESSED, TESTED, Subject

_DUE = "Standards and Testing Agency, submitting key stage 2 teacher assessment data"
_CODES = "Key stage 2 teacher assessment codes of the year"
_ASKED = "Keystage: a question this program asks"
_WITHOUT_TEST = {"Writing": "writing", "Science": "science"}
_WITH_TEST = {"Reading": "reading", "Maths": "maths"}
_FOUR = {**_WITH_TEST, **_WITHOUT_TEST}


def _registered(setting: Setting, column: str, of: str) -> pl.Expr:
    """Whether the pupil is registered for a test in a way that has an attribute."""
    codes = setting.collection.registrations.codes
    kinds = [code for code, one in codes.items() if getattr(one, of)]
    return pl.col(f"{column}_registration").is_in(kinds).fill_null(False)


def _below(setting: Setting, column: str) -> pl.Expr:
    """Whether the pupil is registered as working below the standard of the subject's own test."""
    return _registered(setting, column, "below") if column in TESTED else pl.lit(False)


def _sits_all(setting: Setting) -> pl.Expr:
    return pl.all_horizontal(_registered(setting, str(test), "sits") for test in TESTED)


def _in_group(setting: Setting, subject: Subject, *groups: str) -> pl.Expr:
    codes = [
        code
        for code, one in setting.collection.judgements.of(subject).items()
        if one.group in groups
    ]
    return pl.col(str(subject)).is_in(codes).fill_null(False)


@check(
    "TA-402",
    view="kinds",
    fields=_FOUR,
    message="The {column} judgement is {value}, and the P scale beside it is missing.",
    why="In the years of P scales this code was sent with the P scale that the pupil reached.",
    todo="Record the P scale, or that the pupil has no special educational needs, beside it.",
    source=_CODES,
)
def judgement_below_the_standards_has_a_p_scale(column: str, setting: Setting) -> pl.Expr | None:
    """In the years of P scales the code for a pupil below all standards comes with one."""
    scales = setting.collection.p_scales
    if scales is None:
        return None
    return (pl.col(column) == scales.beside) & ~pl.col(f"{column}_p_scale")


@check(
    "TA-403",
    view="kinds",
    fields=_FOUR,
    message="The {column} judgement is missing.",
    why="One blank makes the return incomplete, even for a pupil who left or cannot be judged: "
    "there is a code for that.",
    todo="{wanted} Then export the file again.",
    source=_DUE,
)
def judgement_that_is_due_is_there(column: str, setting: Setting) -> pl.Expr | None:
    """Every pupil has the judgements that are due from all; those below a test are told apart."""
    missing = pl.col("assessed") & pl.col(column).is_null() & pl.col(f"{column}_due")
    return missing & ~_below(setting, column)


@check(
    "TA-404",
    view="kinds",
    fields=_WITH_TEST,
    message="The {column} judgement is missing, and the pupil does not take the {column} test: "
    "the registration is “{status}”.",
    why="A pupil who works below the standard of a test has a teacher's judgement in its place.",
    todo="Record the judgement: {codes}. If the pupil takes the test after all, correct the "
    "registration.",
    source=_DUE,
    needs=("expected",),
)
def pupil_below_the_test_is_judged(column: str, setting: Setting) -> pl.Expr | None:
    """A pupil who works below the standard of a test has a judgement in its subject."""
    missing = pl.col("assessed") & pl.col(column).is_null() & pl.col(f"{column}_due")
    return missing & _below(setting, column)


@check(
    "TA-405",
    view="kinds",
    fields=_WITH_TEST,
    message="The {column} judgement is {value}, and the pupil is registered to take the {column} "
    "test.",
    why="The test gives the pupil's result; a judgement is sent only for those who do not take it.",
    todo="Take the judgement out. If the pupil works below the standard of the test, correct the "
    "registration.",
    source=_DUE,
    needs=("expected",),
)
def pupil_who_takes_the_test_is_not_judged(column: str, setting: Setting) -> pl.Expr | None:
    """A pupil registered for a test has no judgement in its subject, where none is due."""
    subject = next(one for one in ASSESSED if one == column)
    judged = _in_group(setting, subject, "standard", "below", "engagement", "elsewhere")
    return judged & _registered(setting, column, "sits") & ~pl.col(f"{column}_due")


@check(
    "TA-406",
    view="kinds",
    fields={"Reading, writing, maths": "engaged"},
    message="The engagement model stands in {value}, and another judgement in {judged}.",
    why="The engagement model is for pupils who are not in subject-specific study, so it is rarely "
    "right in some subjects only.",
    todo="Ask the class teacher. If the pupil is on the engagement model, record EM in reading, "
    "writing and maths; otherwise the pre-key stage standard of each.",
    source="Department for Education, primary school accountability: technical guide",
)
def engagement_model_is_in_all_subjects_or_none(_column: str, setting: Setting) -> pl.Expr | None:
    """Of reading, writing and maths, those judged are all on the engagement model or none is."""
    three = (Subject.READING, Subject.WRITING, Subject.MATHS)
    engaged = [_in_group(setting, subject, "engagement") for subject in three]
    other = [_in_group(setting, subject, "standard", "below") for subject in three]
    return pl.any_horizontal(engaged) & pl.any_horizontal(other)


@check(
    "TA-407",
    view="kinds",
    fields={"Writing": "writing"},
    message="The writing judgement is {value}, and the pupil works below the standard of the "
    "reading test.",
    why="A pupil seldom writes at the standard and reads below it.",
    todo="Ask the class teacher. If both are right, nothing needs to be done.",
    source=_ASKED,
)
def writing_fits_reading(_column: str, setting: Setting) -> pl.Expr | None:
    """A pupil below the reading test seldom writes at the expected standard."""
    below = _registered(setting, "reading", "below")
    writing = pl.any_horizontal(
        _is(setting, pair.other) for pair in rules().unusual if pair.code == "TA-407"
    )
    return _unusual(setting, "TA-407") | (below & writing)


@check(
    "TA-408",
    view="kinds",
    fields={"Science": "science"},
    message="The science judgement is {value}, and the writing judgement is {writing}.",
    why="The two seldom go together: most pupils at greater depth in writing have met the standard "
    "in science, and pupils at the pre-key stage standards or on the engagement model have not.",
    todo="Ask the class teacher. If both are right, nothing needs to be done.",
    source=_ASKED,
)
def science_fits_writing(_column: str, setting: Setting) -> pl.Expr | None:
    """Science and writing are not at opposite ends."""
    return _unusual(setting, "TA-408")


def _unusual(setting: Setting, code: str) -> pl.Expr:
    pairs = [pair for pair in rules().unusual if pair.code == code]
    return pl.any_horizontal(_is(setting, pair.one) & _is(setting, pair.other) for pair in pairs)


def _is(setting: Setting, values: Values) -> pl.Expr:
    given = pl.col(str(values.subject)).is_in(values.codes).fill_null(False)
    return given | _in_group(setting, values.subject, *values.groups)


@check(
    "TA-409",
    view="kinds",
    fields={"Writing": "writing", "Science": "science"},
    message="The {column} judgement is {value}, and the {other_subject} judgement is {other}.",
    why="The code says that the pupil is judged elsewhere or in another year, which holds for all "
    "subjects or for none.",
    todo="If it holds, record {value} in {year.judged_elsewhere}; otherwise record a judgement "
    "here.",
    source=_DUE,
)
def judged_elsewhere_in_all_subjects_or_none(column: str, setting: Setting) -> pl.Expr | None:
    """A code that says a pupil is judged elsewhere stands in writing and science alike."""
    subject = next(one for one in ASSESSED if one == column)
    other = "science" if column == "writing" else "writing"
    differs = pl.col(other).is_not_null() & (pl.col(other) != pl.col(column))
    both = _in_group(setting, Subject.WRITING, "elsewhere") & _in_group(
        setting, Subject.SCIENCE, "elsewhere"
    )
    told_once = ~both if column == "science" else pl.lit(True)
    return _in_group(setting, subject, "elsewhere") & differs & told_once


@check(
    "TA-410",
    view="kinds",
    fields={"Writing": "writing"},
    message="The writing judgement is {value}, no judgement, and the pupil is registered to take "
    "all tests.",
    why="A pupil who is there for the tests has usually written enough to be judged.",
    todo="Ask the class teacher. If the pupil arrived lately or was long absent, nothing needs to "
    "be done.",
    source=_ASKED,
    needs=("expected",),
)
def pupil_who_takes_all_tests_is_judged_in_writing(
    _column: str, setting: Setting
) -> pl.Expr | None:
    """A pupil registered for all tests can usually be judged in writing."""
    return _in_group(setting, Subject.WRITING, "not_assessed") & _sits_all(setting)


@check(
    "TA-426",
    view="kinds",
    fields={"Writing": "writing", "Science": "science"},
    message="The {column} judgement is {value}, and the pupil is registered to take tests this "
    "year.",
    why="The code says that the pupil is judged elsewhere or in another year: one of the two is "
    "wrong.",
    todo="If the pupil takes the tests, record a judgement; otherwise correct the registration.",
    source=_ASKED,
    needs=("expected",),
)
def pupil_who_takes_tests_is_judged_here(column: str, setting: Setting) -> pl.Expr | None:
    """A pupil registered for a test, who has not left, is not judged elsewhere."""
    subject = next(one for one in ASSESSED if one == column)
    sits = pl.any_horizontal(_registered(setting, str(test), "sits") for test in TESTED)
    stayed = ~pl.col("left").is_in(["before", "after"])
    return _in_group(setting, subject, "elsewhere") & sits & stayed


@check(
    "TA-429",
    view="kinds",
    fields=_WITH_TEST,
    message="The {column} judgement is {value}, no judgement, and the pupil is registered to take "
    "the {column} test.",
    why="Nothing is asked for from a pupil who takes the test, even one who is then absent.",
    todo="Take the {value} out if the pupil is registered rightly. If the pupil works below the "
    "standard of the test, correct the registration.",
    source=_DUE,
    needs=("expected",),
)
def pupil_who_takes_the_test_has_no_code_for_it(column: str, setting: Setting) -> pl.Expr | None:
    """A pupil registered for a test has no code for no judgement in its subject."""
    subject = next(one for one in ASSESSED if one == column)
    absent = _in_group(setting, subject, "not_assessed")
    return absent & _registered(setting, column, "sits") & ~pl.col(f"{column}_due")
