"""Checks of who a pupil is: the UPN, the names, the date of birth and the sex."""

import polars as pl

from keystage.checks.returns.registry import check
from keystage.checks.returns.setting import Setting
from keystage.core.upn import LETTERS

_UPN = (
    "Department for Education, unique pupil numbers; pupil register of the multiplication tables "
    "check"
)
_REGISTER = "Multiplication tables check, rules for a pupil on the register"
_DUPLICATES = "Standards and Testing Agency, submitting key stage 2 teacher assessment data"
_CHECK_UPN = (
    "Look the number up in the pupil's record, and ask the pupil's former school or your authority "
    "if it is wrong there. Correct it and export the file again."
)
_CORRECT = "Correct it in the pupil's record and export the file again."


@check(
    "TA-201",
    view="numbers",
    fields={"UPN": "upn"},
    message="This pupil has no UPN.",
    why="The judgements cannot be put to a pupil without the number.",
    todo="Find the pupil's number in the record, or ask the former school. If there is none yet, "
    "give a temporary one.",
    source=_UPN,
)
def pupil_has_a_number(_column: str, _setting: Setting) -> pl.Expr | None:
    """Every pupil has a UPN."""
    return pl.col("missing")


@check(
    "TA-202",
    view="numbers",
    fields={"UPN": "upn"},
    message="The UPN {value} has the wrong first letter: with these digits it would be a capital "
    "{expected_letter}.",
    why="The letter is worked out from the digits, so that one of the characters must be wrong.",
    todo=_CHECK_UPN,
    source=_UPN,
)
def check_letter_belongs_to_the_number(_column: str, _setting: Setting) -> pl.Expr | None:
    """The first letter is the check letter of the rest."""
    return pl.col("check_letter")


@check(
    "TA-203",
    view="numbers",
    fields={"UPN": "upn"},
    message="In the UPN {value}, characters 2 to 4 are not the number of any local authority.",
    why="They name the authority that gave the number, so one of the characters must be wrong.",
    todo=_CHECK_UPN,
    source=_UPN,
)
def authority_of_the_number_is_known(_column: str, _setting: Setting) -> pl.Expr | None:
    """Characters 2 to 4 are the number of an authority, a former one included."""
    return pl.col("authority")


@check(
    "TA-204",
    view="numbers",
    fields={"UPN": "upn"},
    message="In the UPN {value}, characters 5 to 12 are not all digits.",
    why="A number has digits there, so that one of the characters must be wrong.",
    todo=_CHECK_UPN,
    source=_UPN,
)
def middle_of_the_number_is_digits(_column: str, _setting: Setting) -> pl.Expr | None:
    """Characters 5 to 12 are digits."""
    return pl.col("digits")


@check(
    "TA-205",
    view="numbers",
    fields={"UPN": "upn"},
    message="In the UPN {value}, the last character may not be there: it is a digit, or in a "
    f"temporary number one of {LETTERS}.",
    why="The letters I, O and S are not used, because they look like digits.",
    todo=_CHECK_UPN,
    source=_UPN,
)
def end_of_the_number_is_allowed(_column: str, _setting: Setting) -> pl.Expr | None:
    """Character 13 is a digit or a letter of the set."""
    return pl.col("last")


@check(
    "TA-206",
    view="numbers",
    fields={"UPN": "upn"},
    message="The UPN {value} is a temporary one.",
    why="Results under a temporary number may not find the pupil later.",
    todo="Ask the former school for the pupil's own number. If the pupil is new to the country's "
    "schools, give a permanent one.",
    source=_UPN,
)
def number_is_a_permanent_one(_column: str, _setting: Setting) -> pl.Expr | None:
    """The number is not a temporary one."""
    return pl.col("temporary")


@check(
    "TA-207",
    view="same_upn",
    fields={"UPN": "upn"},
    message="More than one pupil in the file has the UPN {value}.",
    why="Only one pupil can have the number; the judgements of the others would be lost.",
    todo="Find out whose number it is, correct the others, and export the file again. If it is one "
    "pupil twice, take one of the two out.",
    source=_UPN,
)
def number_is_of_one_pupil(column: str, _setting: Setting) -> pl.Expr | None:
    """No two pupils of a file share a UPN."""
    return pl.col(column).is_not_null()


@check(
    "TA-208",
    view="differences",
    fields={"UPN": "upn"},
    message="On the expected list the UPN {value} belongs to another pupil: name and date of birth "
    "both differ.",
    why="The judgements of one pupil would be put to another.",
    todo="Compare the pupil's record with the expected list. Correct the number that is wrong, and "
    "export the file again.",
    source=_REGISTER,
    needs=("expected",),
)
def number_is_that_of_the_expected_pupil(_column: str, _setting: Setting) -> pl.Expr | None:
    """A UPN on the expected list has the same name or the same date of birth there.

    Of a UPN that several pupils of the file have, another check tells.
    """
    other = pl.col("name_differs") & pl.col("birth_date_differs")
    return other & ~pl.col("by_former") & ~pl.col("shared")


@check(
    "TA-209",
    view="names",
    fields={"Surname": "surname", "Forename": "forename"},
    message="The {column} is missing, or longer than {year.identity.name_length} characters.",
    why="A pupil is known by number, name and date of birth together.",
    todo=f"Write the pupil's full legal name. {_CORRECT}",
    source=_REGISTER,
)
def names_are_given(column: str, _setting: Setting) -> pl.Expr | None:
    """Surname and forename are given and not too long."""
    return pl.col(f"{column}_missing") | pl.col(f"{column}_long").fill_null(False)


@check(
    "TA-210",
    view="pupils",
    fields={"DOB": "birth_date"},
    message="The date of birth is missing, impossible, or in the future: {value}.",
    why="A pupil is known by number, name and date of birth together.",
    todo=_CORRECT,
    source=_REGISTER,
)
def date_of_birth_is_possible(column: str, setting: Setting) -> pl.Expr | None:
    """The date of birth is a date, and not after the day of sending or the academic year."""
    last = setting.today or setting.collection.academic_year.ends
    return pl.col(column).is_null() | (pl.col(column) > last)


@check(
    "TA-211",
    view="pupils",
    fields={"DOB": "birth_date"},
    message="The date of birth, {value}, is more than a year outside those usual in year 6, "
    "{year.cohort.born_from} to {year.cohort.born_to}.",
    why="A pupil may be taught with older or younger ones, but a date so far off is often a slip.",
    todo="Compare it with the pupil's record. If it is right, nothing needs to be done; be ready "
    "to give the reason.",
    source=_REGISTER,
)
def age_is_near_that_of_the_year_group(column: str, setting: Setting) -> pl.Expr | None:
    """The date of birth is no further from the usual cohort than tolerated."""
    years = setting.collection.limits.birth_date_years
    cohort = setting.collection.cohort
    earliest = cohort.born_from.replace(year=cohort.born_from.year - years)
    latest = cohort.born_to.replace(year=cohort.born_to.year + years)
    last = setting.today or setting.collection.academic_year.ends
    return ~pl.col(column).is_between(earliest, latest) & (pl.col(column) <= last)


@check(
    "TA-212",
    view="pupils",
    fields={"Sex": "sex"},
    message="The sex is missing or not F or M: {value}.",
    why="Results are published for girls and for boys.",
    todo=_CORRECT,
    source=_REGISTER,
)
def sex_is_given(column: str, setting: Setting) -> pl.Expr | None:
    """The sex is one of the codes."""
    return ~pl.col(column).is_in(list(setting.collection.identity.sexes)).fill_null(False)


@check(
    "TA-213",
    view="differences",
    fields={"UPN": "upn"},
    message="The {differing} differs from that on the expected list for the UPN {value}.",
    why="Where details differ, a collection may take the pupil for a second one.",
    todo="Compare the pupil's record with the expected list. If it is the same pupil, correct the "
    "one that is wrong; the list is corrected where pupils are registered for the tests.",
    source=_DUPLICATES,
    needs=("expected",),
)
def details_are_those_of_the_expected_pupil(_column: str, _setting: Setting) -> pl.Expr | None:
    """Name and date of birth are those of the expected list."""
    return (pl.col("name_differs") ^ pl.col("birth_date_differs")) & ~pl.col("shared")


@check(
    "TA-214",
    view="same_person",
    fields={"UPN": "upn"},
    message="Another pupil in the file has the same name and date of birth, and another UPN.",
    why="It may be one pupil twice, who would then count twice.",
    todo="Compare the two records. If it is one pupil, keep the right number and take the other "
    "record out. If they are two pupils, nothing needs to be done.",
    source=_DUPLICATES,
)
def pupil_is_in_the_file_once(_column: str, _setting: Setting) -> pl.Expr | None:
    """No two pupils of a file with different UPNs have the same name and date of birth."""
    return pl.col("birth_date").is_not_null()


@check(
    "TA-215",
    view="differences",
    fields={"UPN": "upn"},
    message="The pupil with the UPN {value} was found on the expected list under a former UPN, "
    "{listed_upn}.",
    why="The number has changed since pupils were registered.",
    todo="Correct the number where pupils are registered for the tests.",
    source="Keystage: a choice of this program",
    needs=("expected",),
)
def expected_pupil_has_the_same_number(_column: str, _setting: Setting) -> pl.Expr | None:
    """An expected pupil was found by the present UPN, not by a former one."""
    return pl.col("by_former")


@check(
    "TA-216",
    view="numbers",
    fields={"UPN": "upn"},
    message="The UPN {value} does not have 13 characters.",
    why="A character is missing or too much, so the number is nobody's.",
    todo=_CHECK_UPN,
    source=_UPN,
)
def number_has_thirteen_characters(_column: str, _setting: Setting) -> pl.Expr | None:
    """The UPN has 13 characters."""
    return pl.col("length")


@check(
    "TA-217",
    view="names",
    fields={"Surname": "surname", "Forename": "forename"},
    message="The {column} has characters that a name should not have: {signs}.",
    why="Some systems turn such a name away, and the pupil is not found again.",
    todo=f"Write the pupil's legal name with letters, hyphens, apostrophes and blanks. {_CORRECT}",
    source=_REGISTER,
)
def names_have_letters_only(column: str, _setting: Setting) -> pl.Expr | None:
    """Names have Latin letters, digits, and the few signs that names have."""
    return (pl.col(f"{column}_signs") != "").fill_null(False) & ~pl.col(f"{column}_missing")


@check(
    "TA-218",
    view="missing",
    fields={"UPN": "upn"},
    message="A pupil of the file has the name and date of birth of the expected pupil {value}, and "
    "another UPN: {other_upn}.",
    why="It is probably the same pupil, who is now both missing and unexpected.",
    todo="Compare the pupil's record with the expected list, and correct the number that is wrong.",
    source="Keystage: a choice of this program",
    needs=("expected",),
)
def expected_pupil_is_not_there_under_another_number(
    _column: str, _setting: Setting
) -> pl.Expr | None:
    """No expected pupil who is missing is in the file under another UPN."""
    return pl.col("other_upn").is_not_null()
