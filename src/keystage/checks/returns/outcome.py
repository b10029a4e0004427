"""What becomes of a return: said last, from what all other checks found."""

import polars as pl

from keystage.checks.returns.registry import check
from keystage.checks.returns.setting import Setting

_REPORT = "National Curriculum Assessments tools, report on a file that was sent"
_RETURN = {"Return": "verdict"}


@check(
    "TA-901",
    view="outcome",
    fields=_RETURN,
    message="Nothing wrong was found in the return of {rows}.",
    why="All that could be checked was found right.",
    todo="Send it, if it has not been sent, and keep the file.",
    source=_REPORT,
)
def return_is_right(column: str, _setting: Setting) -> pl.Expr | None:
    """Nothing red or amber was found."""
    return pl.col(column) == "green"


@check(
    "TA-902",
    view="outcome",
    fields=_RETURN,
    message="The return can be taken, with {things} to look at.",
    why="It is not finished until every pupil who is expected is there and complete.",
    todo="Look at each of them. Correct what is wrong, export the file again and check it again.",
    source=_REPORT,
)
def return_has_nothing_to_look_at(column: str, _setting: Setting) -> pl.Expr | None:
    """Nothing amber was found in a return that can be taken."""
    return pl.col(column) == "amber"


@check(
    "TA-903",
    view="outcome",
    fields=_RETURN,
    message="The return cannot be taken: {faults} to put right first.",
    why="A return with a fault would put wrong or missing results to pupils.",
    todo="Correct each fault, export the file again and check it again.",
    source=_REPORT,
)
def return_can_be_taken(column: str, _setting: Setting) -> pl.Expr | None:
    """Nothing red was found."""
    return pl.col(column) == "red"


@check(
    "TA-904",
    view="outcome",
    fields=_RETURN,
    message="You have not submitted yet: this was a check only.",
    why="Schools have believed that they had finished when they had only checked or exported.",
    todo="When the return is right, send the file where teacher assessments are submitted, and "
    "wait for the answer.",
    source="Reports of local authorities on returns not sent",
)
def return_was_sent(column: str, _setting: Setting) -> pl.Expr | None:
    """Checking a return does not send it."""
    return pl.col(column).is_not_null()


@check(
    "TA-905",
    view="outcome",
    fields=_RETURN,
    message="Correct {values} in your management information system too, not in the file alone.",
    why="A value corrected in one place only comes back wrong with the next file, and in the "
    "reports to parents.",
    todo="Correct the pupils' records first and export again, rather than the file.",
    source="Norfolk County Council, completing your key stage assessments: key stage 2 check list",
)
def values_agree_with_the_pupils_records(_column: str, _setting: Setting) -> pl.Expr | None:
    """Nothing was found that is to be corrected in pupils' records."""
    return pl.col("corrections") > 0
