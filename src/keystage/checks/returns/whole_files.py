"""Checks of the results of a whole file: as columns, and beside earlier ones."""

import polars as pl

from keystage.checks.returns.registry import check
from keystage.checks.returns.rules import rules
from keystage.checks.returns.setting import Setting

_ASKED = "Keystage: a question this program asks"
_FOUR = {"Reading": "reading", "Writing": "writing", "Maths": "maths", "Science": "science"}


@check(
    "TA-411",
    view="columns",
    fields=_FOUR,
    message="All {given} pupils have {value} in {column}.",
    why="A whole class seldom has one judgement, and filling a column downwards makes it so.",
    todo="Compare some pupils with the class teacher's list. If it is right, nothing needs to be "
    "done.",
    source=_ASKED,
)
def pupils_differ_in_their_judgements(column: str, setting: Setting) -> pl.Expr | None:
    """Where all pupils of a file are judged in a subject, they do not all have one value.

    A school all of whose pupils write below the standards is a special one: nothing is odd there.
    """
    given, pupils = pl.col(f"{column}_given"), pl.col("pupils")
    many = setting.collection.limits.same_value_pupils
    one_value = pl.col(column).is_not_null() & (given >= many) & (given == pupils)
    return one_value & (pl.col("working_below") < pupils)


@check(
    "TA-412",
    view="shifts",
    fields={"Subject": "subject"},
    message="Of {given} values in {value}, {shifted} are codes of {other} and not of {value}.",
    why="A column seems to have slipped: the judgements of one subject stand in another.",
    todo="Compare the columns with the class teacher's list, and move the judgements to the right "
    "subject.",
    source="Norfolk County Council, completing your key stage assessments: key stage 2 check list",
)
def columns_hold_their_own_subject(_column: str, _setting: Setting) -> pl.Expr | None:
    """The values of a subject are not mostly codes of another one.

    A code that the subject had in earlier years counts where others that it never had say the same,
    or where a subject that all are judged in is left blank: by itself it is an old habit. Codes
    that two subjects have in common say nothing where the other one has lost its own too.
    """
    shift = rules().shift
    mostly = pl.col("shifted") * 100 >= pl.col("given") * shift.percent
    some = pl.col("foreign") >= shift.pupils
    left_blank = (pl.col("shifted") >= shift.pupils) & (pl.col("empty") >= shift.percent)
    displaced = some & (pl.col("apart") >= shift.percent)
    displaced &= pl.col("foreign_there") >= shift.pupils
    displaced &= pl.col("apart_there") >= shift.percent
    return mostly & (some | left_blank) | displaced


@check(
    "TA-413",
    view="columns",
    fields=_FOUR,
    message="In {column}, {absent} of {pupils} pupils ({share} in 100) have the code for no "
    "judgement.",
    why="The code is for the few who were absent for long or have just arrived.",
    todo="Look at each of them. Record a judgement wherever the class teacher has enough work to "
    "judge by.",
    source=_ASKED,
)
def few_pupils_are_not_assessed(column: str, setting: Setting) -> pl.Expr | None:
    """Not more pupils than usual, and not one alone, have the code for absent."""
    absent = pl.col(f"{column}_absent")
    most = setting.collection.limits.not_assessed_percent
    return (absent > 1) & (absent * 100 > pl.col("pupils") * most)


@check(
    "TA-414",
    view="repeats",
    fields={"Result": "second"},
    message="The pupil has two different results in {subject}: {first} and {value}.",
    why="Nobody can tell which one is meant.",
    todo="Take the wrong one out of the pupil's record and export the file again.",
    source="Common Transfer File, stage assessments",
)
def pupil_has_one_result_in_each_subject(_column: str, _setting: Setting) -> pl.Expr | None:
    """No pupil has two different values of one result."""
    return pl.col("differ")


@check(
    "TA-415",
    view="changed",
    fields={"Result": "result"},
    message="The {subject} judgement is {value}; {before} was agreed at moderation.",
    why="A judgement agreed with the moderator is not changed without telling the authority.",
    todo="Put the agreed judgement back, or tell your authority why it has changed.",
    source=_ASKED,
    needs=("moderated",),
)
def judgement_is_as_moderated(_column: str, _setting: Setting) -> pl.Expr | None:
    """A judgement is the one agreed at moderation."""
    return pl.col("since") == "moderation"


@check(
    "TA-416",
    view="changed",
    fields={"Result": "result"},
    message="The {subject} judgement is {value}; it was {before} when the headteacher signed.",
    why="The headteacher answers for what is sent, and has not seen this judgement.",
    todo="Ask the headteacher to look at it and sign again, or put the signed judgement back.",
    source=_ASKED,
    needs=("signed",),
)
def judgement_is_as_signed(_column: str, _setting: Setting) -> pl.Expr | None:
    """A judgement is the one the headteacher signed."""
    return pl.col("since") == "signature"


@check(
    "TA-417",
    view="dates",
    fields={"ResultDate": "result_date"},
    message="A judgement is dated {value}, outside the year {year.year.label}.",
    why="Judgements are of the end of the key stage, in this academic year.",
    todo="Correct the date of the result, or leave it out, and export the file again.",
    source="Common Transfer File, stage assessments",
)
def judgement_is_dated_in_the_year(column: str, setting: Setting) -> pl.Expr | None:
    """The date of an assessment, if given, lies in the academic year."""
    year = setting.collection.academic_year
    return ~pl.col(column).is_between(year.starts, year.ends)


@check(
    "TA-423",
    view="repeats",
    fields={"Result": "first"},
    message="The pupil has the result {value} in {subject} twice.",
    why="It does no harm here, but other systems may count it twice.",
    todo="Take one of the two out of the pupil's record when you have time.",
    source="Common Transfer File, stage assessments",
)
def result_is_given_once(_column: str, _setting: Setting) -> pl.Expr | None:
    """No pupil has the same result twice."""
    return ~pl.col("differ")
