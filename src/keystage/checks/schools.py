"""Checks of schools: counted once, of a known kind, and their trusts."""

import polars as pl

from keystage.checks.counted import counts
from keystage.checks.facets import INCLUSION
from keystage.checks.registry import Severity, check
from keystage.records.record_type import ESTABLISHMENTS, RecordType
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

_TABLES = "Key stage 2 performance tables, school file"
_FORMULA = r"^[=+\-@]"
_TRUSTS = "Primary school accountability in 2022: technical guide, annex B"


@check(
    "SCH-101",
    table="schools",
    fields=["URN"],
    severity=Severity.ERROR,
    source=_TABLES,
    message="The school {value} is in the school file more than once.",
)
def school_is_there_once(field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """No school is in the school file twice, in one local authority or in two."""
    return pl.col(field).is_not_null() & pl.col(field).is_duplicated()


@check(
    "SCH-102",
    table="schools",
    fields=["URN"],
    severity=Severity.ERROR,
    source=_TABLES,
    message="The school {SCHNAME} has no URN.",
)
def school_has_a_number(field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """Every school has a URN."""
    return pl.col(field).is_null()


@check(
    "SCH-103",
    table="schools",
    fields=["URN"],
    severity=Severity.NOTE,
    source=_TABLES,
    message="The school {value} has no pupil who counts.",
)
def school_has_pupils(field: str, records: RecordSet, year: Year) -> pl.Expr | None:
    """A school without pupils who count has no measures, and is said to be there."""
    counted = records.everywhere("URN", INCLUSION).lazy().filter(counts(records.pupils, year))
    with_pupils = counted.select("URN").drop_nulls().unique().collect().to_series()
    return ~pl.col(field).is_in(with_pupils.implode())


@check(
    "SCH-104",
    table="schools",
    fields=["NFTYPE"],
    severity=Severity.WARNING,
    source=_TABLES,
    message="The kind of the school {URN} is not given: it counts in no average of state-funded "
    "or mainstream schools.",
)
def kind_of_school_is_known(field: str, records: RecordSet, _year: Year) -> pl.Expr | None:
    """A school's type or record type is given."""
    if "schools" not in records.files:
        return None
    return pl.col(field).is_null() & pl.col("RECTYPE").is_null()


@check(
    "SCH-105",
    table="schools",
    fields=["RECTYPE"],
    severity=Severity.WARNING,
    source=_TABLES,
    message="The school {URN} is of type {NFTYPE}, which RECTYPE {value} does not fit.",
)
def record_type_fits_the_school_type(field: str, _records: RecordSet, year: Year) -> pl.Expr | None:
    """Mainstream schools have record type 1, special schools 2."""
    types = year.school_types.types.items()
    mainstream = [code for code, kind in types if kind.mainstream]
    is_mainstream = pl.col("NFTYPE").cast(pl.String).is_in(mainstream)
    return is_mainstream != (pl.col(field) == RecordType.MAINSTREAM)


@check(
    "SCH-106",
    table="schools",
    fields=["LEA"],
    severity=Severity.WARNING,
    source=_TABLES,
    message="The school {URN} is in local authority {value}, and its LAESTAB is {LAESTAB}.",
)
def school_is_in_one_authority(field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """The local authority of a school should be that of its LAESTAB."""
    return pl.col(field) != pl.col("LAESTAB") // ESTABLISHMENTS


@check(
    "SCH-107",
    table="schools",
    fields=["DATE_JOINED_TRUST"],
    severity=Severity.WARNING,
    source=_TRUSTS,
    message="The school {URN} is in trust {TRUST_UID} with no date of joining: it does not count "
    "in the trust's measures.",
)
def joining_a_trust_is_dated(field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """Whether a school counts in its trust's measures depends on the day it joined."""
    return pl.col("TRUST_UID").is_not_null() & pl.col(field).is_null()


@check(
    "SCH-108",
    table="schools",
    fields=["SCHNAME", "REGION", "TRUST_UID", "TRUST_NAME"],
    severity=Severity.WARNING,
    source=_TABLES,
    message="{column} of the school {URN} is “{value}”: a spreadsheet that opens the tables may "
    "take it for a formula.",
)
def names_are_not_formulas(field: str, _records: RecordSet, _year: Year) -> pl.Expr | None:
    """A text that begins with =, +, - or @ is written as it is, and warned of."""
    return pl.col(field).str.contains(_FORMULA)
