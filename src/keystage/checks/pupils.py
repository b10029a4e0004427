"""Checks of who a pupil is: readable, counted once, in a known school."""

from weakref import WeakKeyDictionary

import polars as pl

from keystage.checks.counted import counts
from keystage.checks.registry import Severity, check
from keystage.records.recordset import RecordSet
from keystage.records.schema import ESTAB, FREE_SCHOOL_MEALS, PUPILS, SCHOOLS
from keystage.statute.year import Year

_FIELDS = "Key stage 2 checking exercise, pupil file fields"
_INCLUSION = "Key stage 2 checking exercise, pupil file field P_INCL"

_ONLY_COMPARED = [column.name for column in (*PUPILS, *SCHOOLS, ESTAB) if column.comparison_only]


@check(
    "PUP-001",
    table="unreadable",
    fields=["text"],
    severity=Severity.ERROR,
    source=_FIELDS,
    message="“{text}” cannot be read in {column}: {reason}.",
)
def readable_where_measures_need_it(
    _field: str, _records: RecordSet, _year: Year
) -> pl.Expr | None:
    """A value that a measure is made from must be readable."""
    return ~pl.col("column").is_in(_ONLY_COMPARED)


@check(
    "PUP-002",
    table="unreadable",
    fields=["text"],
    severity=Severity.WARNING,
    source=_FIELDS,
    message="“{text}” cannot be read in {column}: {reason}. It is not compared.",
)
def readable_where_it_is_compared(_field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """A value of the department's own working should be readable, to be compared."""
    return pl.col("column").is_in(_ONLY_COMPARED)


def _is_blank(records: RecordSet, field: str) -> pl.Expr:
    """Whether a value is truly blank, not one that could not be read."""
    lines = records.unreadable.filter((pl.col("table") == "pupils") & (pl.col("column") == field))[
        "line"
    ]
    blank = pl.col(field).is_null()
    return blank & ~pl.col("line").is_in(lines.implode()) if lines.len() else blank


@check(
    "PUP-101",
    table="pupils",
    fields=["URN"],
    severity=Severity.ERROR,
    source=_FIELDS,
    message="A pupil who counts has no URN, so no school.",
)
def counted_pupil_has_a_school(field: str, records: RecordSet, _year: Year) -> pl.Expr | None:
    """A pupil who counts must count in a school."""
    return _is_blank(records, field)


@check(
    "PUP-102",
    table="pupils",
    fields=["P_INCL"],
    severity=Severity.ERROR,
    source=_INCLUSION,
    message="The inclusion code is blank, so whether the pupil counts is not known.",
    included_only=False,
)
def inclusion_is_known(field: str, records: RecordSet, _year: Year) -> pl.Expr | None:
    """Every pupil has an inclusion code."""
    return _is_blank(records, field)


@check(
    "PUP-103",
    table="pupils",
    fields=["UPN"],
    severity=Severity.ERROR,
    source=_INCLUSION,
    message="The UPN {value} is given to more than one pupil who counts.",
    across="UPN",
)
def pupil_counts_once(field: str, records: RecordSet, year: Year) -> pl.Expr | None:
    """No pupil counts twice."""
    if _no_number_repeats(records):
        return None
    counted = pl.when(counts(records.pupils, year)).then(compared_number(field))
    return pl.col(field).is_not_null() & counted.is_duplicated()


@check(
    "PUP-104",
    table="pupils",
    fields=["UPN"],
    severity=Severity.WARNING,
    source=_INCLUSION,
    message="The UPN {value} is also that of a pupil who does not count this year.",
    across="UPN",
)
def pupil_is_not_both_in_and_out(field: str, records: RecordSet, year: Year) -> pl.Expr | None:
    """A pupil who counts should not also be in the file as one who does not."""
    if _no_number_repeats(records):
        return None
    others = records.pupils.filter(~counts(records.pupils, year)).select(compared_number(field))
    return compared_number(field).is_in(others[field].drop_nulls().implode())


@check(
    "PUP-105",
    table="pupils",
    fields=["UPN"],
    severity=Severity.NOTE,
    source=_FIELDS,
    message="{rows} who count have no UPN; whether one of them counts twice cannot be seen.",
    per="table",
)
def pupils_without_acompared_number(field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """Pupils without a UPN count, and are said to be there."""
    return pl.col(field).is_null()


@check(
    "PUP-106",
    table="pupils",
    fields=["URN"],
    severity=Severity.ERROR,
    source="Key stage 2 performance tables, school file field URN",
    message="The school {value} of {rows} is not in the school file.",
    per="value",
)
def school_of_pupil_is_known(field: str, records: RecordSet, _year: Year) -> pl.Expr | None:
    """The school of every pupil who counts is in the school file."""
    return ~pl.col(field).is_in(records.schools["URN"].implode())


@check(
    "PUP-107",
    table="pupils",
    fields=["LAESTAB"],
    severity=Severity.WARNING,
    source=_FIELDS,
    message="LAESTAB {value} of {rows} does not go with the URN beside it.",
    per="value",
)
def both_school_numbers_are_of_one_school(
    field: str, records: RecordSet, _year: Year
) -> pl.Expr | None:
    """The two numbers of a school should belong together."""
    known = records.schools.drop_nulls(["URN", field]).unique("URN")
    expected = pl.col("URN").replace_strict(
        known["URN"], known[field], default=None, return_dtype=pl.Int32
    )
    several = (
        records.everywhere("URN", field)
        .drop_nulls()
        .filter(~pl.col("URN").is_in(known["URN"].implode()))
        .group_by("URN")
        .agg(pl.col(field).n_unique())
        .filter(pl.col(field) > 1)["URN"]
    )
    return (pl.col(field) != expected).fill_null(False) | (
        pl.col(field).is_not_null() & pl.col("URN").is_in(several.implode())
    )


@check(
    "PUP-108",
    table="pupils",
    fields=["SEX", "SENF", "EALGRP", "NEWMOBILE"],
    severity=Severity.NOTE,
    source=_FIELDS,
    message="{column} is blank for {rows} at the end of key stage 2, counted in none of the groups "
    "made from it.",
    per="table",
)
def pupils_in_none_of_the_groups(field: str, records: RecordSet, _year: Year) -> pl.Expr | None:
    """Pupils whose group is not given are in none of the groups of a field, and said."""
    return None if field in records.missing else _is_blank(records, field)


@check(
    "PUP-109",
    table="pupils",
    fields=list(FREE_SCHOOL_MEALS),
    severity=Severity.NOTE,
    source=_FIELDS,
    message="{column} is blank for {rows} at the end of key stage 2, counted as not disadvantaged.",
    per="table",
)
def pupils_not_known_to_be_disadvantaged(
    field: str, records: RecordSet, _year: Year
) -> pl.Expr | None:
    """Pupils of whom disadvantage is not told count as other pupils, and are said to."""
    given = [name for name in FREE_SCHOOL_MEALS if name not in records.missing]
    if field != next(iter(given), None):
        return None
    return pl.all_horizontal(_is_blank(records, name) for name in given)


def compared_number(field: str) -> pl.Expr:
    """The UPN of a column as it is compared: its letters may be written either way."""
    return pl.col(field).str.strip_chars().str.to_uppercase()


#: Two checks ask it of the same pupils.
_NO_REPEATS: WeakKeyDictionary[RecordSet, bool] = WeakKeyDictionary()


def _no_number_repeats(records: RecordSet) -> bool:
    """Whether all UPNs are surely different: numbers whose hashes differ do."""
    if records not in _NO_REPEATS:
        hashes = compared_number("UPN").drop_nulls().hash()
        numbers = records.pupils.lazy().select(hashes.n_unique() == hashes.len())
        _NO_REPEATS[records] = bool(numbers.collect(engine="streaming").item())
    return _NO_REPEATS[records]
