"""Checks of the sending: who may send, when, after what, and to whom."""

import polars as pl

from keystage.checks.returns.registry import check
from keystage.checks.returns.setting import Setting

_SUBMITTING = "Standards and Testing Agency, submitting key stage 2 teacher assessment data"
_TOOLS = "National Curriculum Assessments tools, sending files"


@check(
    "TA-105",
    view="files",
    fields={"SourceSchool": "school"},
    message="You may not send a return for the school {value}.",
    why="A school sends for itself, and an authority for schools of its area that let it.",
    todo="Choose your own school's file. If you send for others, ask them to give you the right.",
    source=_TOOLS,
    needs=("sender",),
)
def sender_may_send_for_the_school(column: str, _setting: Setting) -> pl.Expr | None:
    """The return is of one's own school, or of one that one may send for."""
    other = pl.col(column).ne_missing(pl.col("own_school"))
    return other & ~pl.col("may_send").fill_null(False)


@check(
    "TA-107",
    view="files",
    fields={"File": "name"},
    message="The collection {window}.",
    why="Files are taken only while the collection is open.",
    todo="Before it opens, keep the file and send it then. After it has closed, ring the national "
    "curriculum assessments helpline, say what is to be changed and why, and tell your authority.",
    source=_SUBMITTING,
    needs=("today", "window"),
)
def collection_is_open(column: str, setting: Setting) -> pl.Expr | None:
    """The day of sending lies within the collection, and the time where it is known."""
    return None if setting.phase in {None, "open"} else pl.col(column).is_not_null()


@check(
    "TA-108",
    view="files",
    fields={"SourceSchool": "school"},
    message="The school {value} is to be moderated, and no visit is recorded.",
    why="Judgements may change at the visit, so a moderated school sends them afterwards.",
    todo="Wait for the visit, unless the collection would close before. If it has taken place, ask "
    "your authority to record it.",
    source="Norfolk County Council, completing your key stage assessments: key stage 2 check list",
    needs=("moderation",),
)
def moderation_visit_is_recorded(_column: str, _setting: Setting) -> pl.Expr | None:
    """A school that is to be moderated has been visited."""
    return pl.col("moderation_known") & pl.col("visited_on").is_null()


@check(
    "TA-109",
    view="files",
    fields={"SourceSchool": "source_la"},
    message="The authority {value} asks its schools to send their returns through it.",
    why="It checks all files and sends them together.",
    todo="Ask your authority how it wants the file, and by which day.",
    source=_SUBMITTING,
    needs=("through_authority",),
)
def school_sends_by_itself(_column: str, _setting: Setting) -> pl.Expr | None:
    """The authority of the school leaves the sending to the school."""
    return pl.col("asks_through")


@check(
    "TA-115",
    view="files",
    fields={"DestSchool": "destination"},
    message="This file is addressed to {value}, not to your school.",
    why="It may hold pupils of another school, whose details you should not have.",
    todo="Do not take it in. Tell whoever sent it, and delete it if it is not for you.",
    source="Help pages of suppliers, taking in transfer files",
    needs=("own_school",),
    form="ctf",
)
def file_is_addressed_to_this_school(column: str, _setting: Setting) -> pl.Expr | None:
    """The destination of a file to take in is one's own school."""
    return pl.col(column).ne_missing(pl.col("own_school"))
