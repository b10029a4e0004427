"""Checks of result rows: whole, of this collection, with codes of this year."""

import polars as pl

from keystage.checks.returns.coded import as_spelt, is_among
from keystage.checks.returns.registry import check
from keystage.checks.returns.rules import rules
from keystage.checks.returns.setting import Setting
from keystage.core.subjects import ASSESSED

_ROWS = "Common Transfer File, stage assessments"
_CODES = "Key stage 2 teacher assessment codes of the year"
_SUPPLIER = "Ask your supplier for this year's update, install it, and export the file again."
_RESULT = {"Result": "result"}
_PARTS = {
    "Stage": "stage",
    "Locale": "locale",
    "Year": "year",
    "Subject": "subject",
    "Method": "method",
    "Component": "component",
    "ResultStatus": "status",
    "ResultQualifier": "qualifier",
}


def _of_stage(setting: Setting) -> pl.Expr:
    return pl.col("stage") == setting.collection.format.stage


def _is_code(setting: Setting, *, undocumented: bool = False) -> pl.Expr:
    """Whether a value is a code of its subject, or one of those that no published list settles."""
    return is_among(
        *(
            (str(subject), code)
            for subject in ASSESSED
            for code, one in setting.collection.judgements.of(subject).items()
            if one.undocumented or not undocumented
        )
    )


def _is_scale(setting: Setting) -> pl.Expr:
    scales = setting.collection.p_scales
    return pl.col("code").is_in([code.upper() for code in scales.codes] if scales else [])


def _is_old(setting: Setting) -> pl.Expr:
    return is_among(
        *(
            (str(subject), code.upper())
            for subject in ASSESSED
            for code, one in setting.collection.withdrawn.codes.items()
            if subject in one.subjects and one.last_year < setting.collection.year.id
        )
    )


def _is_the_agencys(setting: Setting) -> pl.Expr:
    return pl.col("code").is_in(list(setting.collection.agency_codes.codes))


def _judged() -> pl.Expr:
    return pl.col("assessed") & pl.col("code").is_not_null()


@check(
    "TA-401",
    view="values",
    fields=_RESULT,
    message="{value} is no {measure} judgement of {year.year.id}.",
    why="Only the codes of the year are taken.",
    todo="{advice}",
    source=_CODES,
)
def judgement_is_a_code_of_the_year(_column: str, setting: Setting) -> pl.Expr | None:
    """An assessment is a code of its subject, and not an old one or one of the agency's."""
    known = _is_code(setting) | _is_scale(setting) | _is_old(setting) | _is_the_agencys(setting)
    return _judged() & ~known


@check(
    "TA-418",
    view="values",
    fields=_RESULT,
    message="“{value}” was read as {spelt}.",
    why="Other systems may not read a code that is written in another way, or with blanks.",
    todo="Nothing needs to be done here. Write it as {spelt} where it is kept.",
    source="Keystage: a choice of this program",
)
def judgement_is_written_as_its_code_is(column: str, setting: Setting) -> pl.Expr | None:
    """An assessment is written as its code is, without blanks."""
    return _judged() & (pl.col(column) != as_spelt(pl.col("code"), setting.collection))


@check(
    "TA-419",
    view="values",
    fields=_RESULT,
    message="{value} was a {measure} code until {last_year}: {meaning}.",
    why="It is not taken any longer.",
    todo="{advice}{instead}",
    source=_CODES,
)
def judgement_is_no_code_of_an_earlier_year(_column: str, setting: Setting) -> pl.Expr | None:
    """An assessment is not a code that its subject had in earlier years only."""
    return _judged() & _is_old(setting) & ~_is_code(setting) & ~_is_scale(setting)


@check(
    "TA-420",
    view="slots",
    fields=_PARTS,
    message="Some results have no {column} (results: {times}).",
    why="Without it nobody can tell which subject, year or kind of result is meant.",
    todo=_SUPPLIER,
    source=_ROWS,
)
def result_says_what_it_is_of(column: str, setting: Setting) -> pl.Expr | None:
    """Each result of the stage has a locale, year, subject, method, component and so on."""
    return (pl.col("stage").is_null() | _of_stage(setting)) & pl.col(column).is_null()


@check(
    "TA-421",
    view="slots",
    fields={"Locale": "locale"},
    message="Results are of the country {value}, not of {year.format.locale} (results: {times}).",
    why="Only assessments of England are collected.",
    todo="Export the assessments made in England only. Results of another country stay in the "
    "pupil's record.",
    source=_ROWS,
)
def result_is_of_england(column: str, setting: Setting) -> pl.Expr | None:
    """An assessment of the stage is of England."""
    return _of_stage(setting) & (pl.col(column) != setting.collection.format.locale)


@check(
    "TA-422",
    view="slots",
    fields={"ResultStatus": "status"},
    message="Results have the status {value}: not a result, but an estimate, a target or "
    "provisional (results: {times}).",
    why="Only final judgements are collected.",
    todo="Export the results, not targets or estimates. If they are final, record them as results.",
    source=_ROWS,
)
def result_is_final(column: str, setting: Setting) -> pl.Expr | None:
    """An assessment of the stage and year is a result."""
    return (
        _of_stage(setting)
        & (pl.col("method") == rules().assessment.method)
        & (pl.col("year") == setting.collection.year.id)
        & (pl.col(column) != setting.collection.format.result_status)
    )


@check(
    "TA-424",
    view="slots",
    fields={"Component": "component"},
    message="It is not known what the results named {subject} {method} {value} {qualifier} are of "
    "(results: {times}).",
    why="They were left as they are, and not checked. If they are judgements of this year, they "
    "count as missing.",
    todo="If they are judgements or test results of this year, run keystage ctf profile on this "
    "file, say there what they are, and check again. If not, nothing needs to be done.",
    source="Keystage: the assessment profile",
)
def result_is_in_the_profile(_column: str, setting: Setting) -> pl.Expr | None:
    """It is known what a result of the stage is of."""
    known = pl.col("measure").is_not_null() | pl.col("kind").is_not_null()
    whole = pl.all_horizontal(pl.col(part).is_not_null() for part in _PARTS.values())
    return _of_stage(setting) & whole & ~known


@check(
    "TA-425",
    view="values",
    fields=_RESULT,
    message="{value} cannot be sent by a school.",
    why="Only the Standards and Testing Agency sets this code, after an investigation.",
    todo="Send your own judgement. If the agency annulled one, ask its helpline what to send.",
    source=_CODES,
)
def judgement_is_not_the_agencys(_column: str, setting: Setting) -> pl.Expr | None:
    """An assessment is not one of the codes that only the agency sets."""
    return _judged() & _is_the_agencys(setting) & ~_is_code(setting)


@check(
    "TA-427",
    view="values",
    fields=_RESULT,
    message="{value} was found in some lists of {measure} codes of {year.year.id} and not in "
    "others: {undocumented}.",
    why="It is accepted here, but nobody can promise that it will be elsewhere.",
    todo="If another code of the year says the same, use that one: {codes}.",
    source=_CODES,
)
def judgement_is_settled_by_a_published_list(_column: str, setting: Setting) -> pl.Expr | None:
    """An assessment is a code of which it is certain that the year has it."""
    return _judged() & _is_code(setting, undocumented=True)


@check(
    "TA-428",
    view="values",
    fields=_RESULT,
    message="A result of {subject} {method} {component} is blank.",
    why="A row without a result says nothing; a result may have been lost.",
    todo="Look up the pupil's result. If there is none, nothing needs to be done.",
    source=_ROWS,
)
def result_is_not_blank(_column: str, setting: Setting) -> pl.Expr | None:
    """Another result of the stage has a value; blank assessments of the year are told apart."""
    return _of_stage(setting) & ~pl.col("assessed") & pl.col("code").is_null()
