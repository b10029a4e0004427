"""Checks of the cohort: the pupils of the file beside those expected."""

import polars as pl

from keystage.checks.returns.kinds import REGISTERED_LEFT
from keystage.checks.returns.registry import check
from keystage.checks.returns.setting import Setting
from keystage.core.subjects import ASSESSED, TESTED
from keystage.records.circumstances import DELETION_REASONS

_SUBMITTING = "Standards and Testing Agency, submitting key stage 2 teacher assessment data"
_CHECK_LIST = (
    "Norfolk County Council, completing your key stage assessments: key stage 2 check list"
)
_ELSEWHERE = {"Writing": "writing", "Science": "science"}


def _given_a_judgement(setting: Setting, column: str) -> pl.Expr:
    """Whether a subject has a judgement that is no code for elsewhere."""
    subject = next(one for one in ASSESSED if one == column)
    elsewhere = setting.collection.codes(subject, "elsewhere")
    return pl.col(column).is_not_null() & ~pl.col(column).is_in(elsewhere)


@check(
    "TA-301",
    view="files",
    fields={"StageAssessments": "judgements"},
    message="The file has no teacher assessments of {year.year.id} at all.",
    why="Without them nothing can be taken.",
    todo="Record the judgements, then export the file again. Choose key stage 2 and the teacher "
    "assessments of {year.year.label}. If they are recorded, your system may name them in another "
    "way: keystage ctf profile shows what is in the file.",
    source=_SUBMITTING,
)
def file_has_teacher_assessments(column: str, _setting: Setting) -> pl.Expr | None:
    """A file with pupils has assessments of the year; others it may have are told apart."""
    other = (pl.col("others") > 0) | ((pl.col("results") > 0) & (pl.col("stage_results") == 0))
    return (pl.col(column) == 0) & (pl.col("pupils") > 0) & ~other


@check(
    "TA-302",
    view="missing",
    fields={"UPN": "upn"},
    message="The pupil {value} is expected and not in the file.",
    why="Every pupil registered for the tests, or as working below them, is reported, even one who "
    "has left since.",
    todo="Add the pupil with the judgements and export the file again. If the pupil left before "
    "the tests, write the day on the expected list.",
    source=_SUBMITTING,
    needs=("expected",),
)
def expected_pupil_is_in_the_file(_column: str, setting: Setting) -> pl.Expr | None:
    """Every expected pupil is in the file; those who left after the tests are told apart."""
    week = setting.collection.test_week
    left_after = pl.lit(False) if week is None else pl.col("left_on") > week.last
    return pl.col("awaited") & ~left_after.fill_null(False)


@check(
    "TA-303",
    view="kinds",
    fields={"UPN": "upn"},
    message="The pupil {value} is in the file and not expected.",
    why="The pupil may have come late, or may be one of another school or year group.",
    todo="If the pupil came late, add him or her to the registration and the attendance register "
    "of the tests. If not, leave the pupil out of the file.",
    source=_CHECK_LIST,
    needs=("expected",),
)
def pupil_in_the_file_is_expected(_column: str, _setting: Setting) -> pl.Expr | None:
    """Every pupil of the file is on the expected list, if that has the school at all."""
    return ~pl.col("listed") & pl.col("school_listed")


@check(
    "TA-304",
    view="kinds",
    fields={
        "Reading": "reading",
        "Writing": "writing",
        "Maths": "maths",
        "Science": "science",
    },
    message="The pupil left before the tests, and has the {column} judgement {value}.",
    why="A pupil who left before the tests is judged by the new school.",
    todo="Record L in {year.judged_elsewhere}, and in no other subject. If the pupil left later, "
    "correct the day or the registration.",
    source=_SUBMITTING,
)
def pupil_who_left_before_the_tests_is_not_judged(column: str, setting: Setting) -> pl.Expr | None:
    """A pupil who left before the tests has no judgement."""
    left = (pl.col("left") == "before") | (
        pl.col(f"{column}_decided") == REGISTERED_LEFT
    ).fill_null(False)
    return left & _given_a_judgement(setting, column)


@check(
    "TA-305",
    view="missing",
    fields={"UPN": "upn"},
    message="The pupil {value} left on {left_on}, after the tests, and is not in the file.",
    why="A pupil who was here for the tests is judged here.",
    todo="Add the pupil, with real judgements, and export the file again. Look among those who "
    "have left: many systems leave them out unless asked.",
    source=_CHECK_LIST,
    needs=("expected", "test_week"),
)
def pupil_who_left_after_the_tests_is_in_the_file(_column: str, setting: Setting) -> pl.Expr | None:
    """An expected pupil who left after the tests is in the file."""
    week = setting.collection.test_week
    return None if week is None else pl.col("awaited") & (pl.col("left_on") > week.last)


@check(
    "TA-306",
    view="deletions",
    fields={"UPN": "upn"},
    message="The pupil {value} cannot be taken out: the reason given is “{reason}”.",
    why="A pupil is taken out only who is not at the end of key stage 2, was not on roll in the "
    "week of the tests, or is there twice; a pupil who is registered stays.",
    todo="To change a judgement, send a new file. If the pupil did not take the tests, correct the "
    "registration instead.",
    source=_SUBMITTING,
    needs=("deletions",),
)
def pupil_may_be_taken_out(_column: str, _setting: Setting) -> pl.Expr | None:
    """A pupil asked to be taken out is not awaited, and the reason is one of the three."""
    return ~pl.col("reason").is_in(DELETION_REASONS).fill_null(False) | pl.col("awaited")


@check(
    "TA-307",
    view="files",
    fields={"Pupils": "pupils", "Judgements": "judgements"},
    message="The file has fewer {column} than the one accepted{accepted_when}: {value}, and "
    "{accepted} then.",
    why="Sending a smaller file takes nothing away: what was accepted before stays.",
    todo="Check that no pupils were forgotten. If one is to be taken out, ask for that by itself.",
    source=_SUBMITTING,
    needs=("accepted",),
)
def file_is_no_smaller_than_the_one_accepted(column: str, _setting: Setting) -> pl.Expr | None:
    """There are as many pupils and judgements as in the last file accepted."""
    return pl.col(column) < pl.col(f"{column}_accepted")


@check(
    "TA-308",
    view="kinds",
    fields={"UPN": "upn"},
    message="The pupil {value} left during the week of the tests.",
    why="Each of the two schools reports the tests that were taken there.",
    todo="Agree with the new school which of you judges writing and science, and mark the "
    "attendance register for each test.",
    source="Local authorities, pupils who move in the week of the tests",
    needs=("test_week",),
)
def pupil_did_not_move_in_the_week_of_the_tests(_column: str, _setting: Setting) -> pl.Expr | None:
    """No pupil left in the week of the tests."""
    return pl.col("left") == "during"


@check(
    "TA-309",
    view="schools",
    fields={"SourceSchool": "school"},
    message="School {value}: {expected} expected; {in_file} in the file, of whom {complete} "
    "complete, {incomplete} incomplete, {unexpected} not expected; {missing} missing.",
    why="A return is done when all who are expected are there and complete.",
    todo="Nothing needs to be done if no pupil is incomplete, missing or not expected.",
    source=_CHECK_LIST,
    needs=("expected",),
)
def numbers_are_told(_column: str, _setting: Setting) -> pl.Expr | None:
    """The numbers of each school that sends a file."""
    return pl.col("sent")


@check(
    "TA-310",
    view="kinds",
    fields={"UPN": "upn"},
    message="The pupil {value} is registered for a test, and not on the attendance register of the "
    "tests.",
    why="The register says who was there; a pupil added late must be added there too.",
    todo="Add the pupil to the attendance register of the tests.",
    source=_CHECK_LIST,
    needs=("expected",),
)
def pupil_added_late_is_on_the_register(_column: str, setting: Setting) -> pl.Expr | None:
    """A pupil registered for a test is on the attendance register."""
    codes = setting.collection.registrations.codes
    sits = [code for code, one in codes.items() if one.sits]
    registered = pl.any_horizontal(
        pl.col(f"{test}_registration").is_in(sits).fill_null(False) for test in TESTED
    )
    return registered & ~pl.col("on_register").fill_null(True) & (pl.col("left") != "before")


@check(
    "TA-311",
    view="kinds",
    fields=_ELSEWHERE,
    message="The pupil left after the tests, and the {column} judgement is {value}.",
    why="A pupil who was here for the tests is judged here.",
    todo="Record the judgement that the class teacher made while the pupil was here, and export "
    "the file again.",
    source=_CHECK_LIST,
    needs=("test_week",),
)
def pupil_who_left_after_the_tests_is_judged(column: str, setting: Setting) -> pl.Expr | None:
    """A pupil who left after the tests has judgements of this school in writing and science."""
    subject = next(one for one in ASSESSED if one == column)
    elsewhere = setting.collection.codes(subject, "elsewhere")
    due = pl.col(f"{column}_due").fill_null(True) & pl.col(f"{column}_instead").is_null()
    return (pl.col("left") == "after") & due & pl.col(column).is_in(elsewhere)


@check(
    "TA-312",
    view="kinds",
    fields=_ELSEWHERE,
    message="The {column} judgement is {value}, and by the registration it should be {instead}: "
    "the pupil finishes the key stage in another year.",
    why="A pupil is judged once, in the year in which the key stage ends.",
    todo="If the registration is right, record {instead} in {year.judged_elsewhere}. If the pupil "
    "finishes this year, correct the registration.",
    source=_SUBMITTING,
    needs=("expected",),
)
def pupil_of_another_year_is_not_judged(column: str, _setting: Setting) -> pl.Expr | None:
    """A pupil registered for another year has the code that says so."""
    elsewhere = pl.col(f"{column}_instead")
    left = (pl.col("left") == "before") | (pl.col(f"{column}_decided") == REGISTERED_LEFT)
    return ~left & (pl.col(column) != elsewhere)


@check(
    "TA-313",
    view="files",
    fields={"SourceSchool": "school"},
    message="The expected list has no pupils of the school {value}.",
    why="Without them nobody can tell who is missing. The list may be another school's, or made "
    "before the school's number changed.",
    todo="Compare the school numbers in the list and in the file. Where the number has changed, "
    "write the new one into the list.",
    source="Keystage: a choice of this program",
    needs=("expected",),
)
def school_is_on_the_expected_list(column: str, _setting: Setting) -> pl.Expr | None:
    """The expected list has pupils of each school that sends a file."""
    return pl.col(column).is_not_null() & (pl.col("pupils") > 0) & ~pl.col("on_list")


@check(
    "TA-314",
    view="missing",
    fields={"UPN": "upn"},
    message="The pupil {value} is not in the file, and by the expected list left before the tests "
    "or is judged in another year.",
    why="Some authorities ask for such pupils in the file, others ask for them to be left out.",
    todo="Nothing needs to be done, unless your authority asks for the pupil: then add the pupil "
    "with the code L, F or P in {year.judged_elsewhere}.",
    source=_CHECK_LIST,
    needs=("expected",),
)
def pupil_judged_elsewhere_is_in_the_file(_column: str, _setting: Setting) -> pl.Expr | None:
    """A pupil of the list who left before the tests, or is judged in another year, is there too."""
    return pl.col("elsewhere") & ~pl.col("awaited")
