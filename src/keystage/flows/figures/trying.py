"""What-if: changes tried on a school's records, through the same checks, and what they would do.

The reference is the one that was used: nothing is derived anew. Nothing is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from keystage.checks.findings import Findings
from keystage.checks.run import run as run_checks
from keystage.core.errors import InputError, UsageError
from keystage.flows.computing import TOLD, scorable, writing_scorable
from keystage.measures.changes.comparing import Changes, changes
from keystage.measures.changes.matching import Same
from keystage.measures.compute import Computed, compute
from keystage.measures.explain import no_pupil_at
from keystage.records.recordset import RecordSet
from keystage.records.schema import LINE, PUPILS
from keystage.statute.year import Year

_INCLUSION = "P_INCL"
#: Columns that say who and where a pupil is; no figure of the school is made from them.
_WHO = frozenset({"URN", "LAESTAB", "UPN"})
_TRIED = frozenset(
    column.name for column in PUPILS if not column.comparison_only and column.name not in _WHO
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetValue:
    """A column of a pupil would have another value; blank text and None are no value."""

    line: int
    column: str
    value: str | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """A pupil would not be in the file."""

    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """A pupil would be at the end of key stage 2 in the school."""

    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """A pupil would be in the file, with these columns."""

    values: Mapping[str, object]


Trying = SetValue | Remove | Include | Add


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """What changes would do to a school.

    Attributes:
        records: the school's records with the changes.
        findings: what the checks found in them; no errors.
        computed: the school computed with the changes.
        changes: the figures before and after, and every pupil who moves one.
        lacking: columns that were tried and that the file lacks for other pupils: what is made of
            them for everybody is not available still.
    """

    records: RecordSet
    findings: Findings
    computed: Computed
    changes: Changes
    lacking: tuple[str, ...] = ()


def tried(records: RecordSet, year: Year, school: int, trying: Sequence[Trying]) -> Trial:
    """Try changes on a school's records.

    Args:
        records: checked records, of the school or of more.
        year: the statutory year with the reference that was used (``computed.table.year``).
        school: the school's URN.
        trying: the changes, one after the other.

    Raises:
        UsageError: no pupil is of the school, there is no such line or column, or the last pupil
            would be removed.
        InputError: a value does not fit its column, or the checks find an error.
        AbsentValueError: the year lacks a value its figures need.
    """
    scorable(year, derived=False)
    writing_scorable(year)
    before = of_school(records, school)
    after = changed(before, year, school, trying)
    findings = run_checks(after, year, listed=TOLD)
    _refuse(findings)
    old, new = compute(before, year), compute(after, year)
    lines = {
        int(line): str(line)
        for frame in (before.pupils, after.pupils)
        for line in frame.filter(pl.col("UPN").is_null())[LINE]
    }
    same = Same(old_ids=lines, new_ids=lines)
    return Trial(
        records=after,
        findings=findings,
        computed=new,
        changes=changes(old, new, school=school, same=same),
        lacking=tuple(sorted(_given(trying) & set(after.missing))),
    )


def _refuse(findings: Findings) -> None:
    """Say what the checks find, without lines: what is tried is no file somebody could correct.

    Raises:
        InputError: there is an error.
    """
    told = findings.errors.unique(["code", "column"], keep="first", maintain_order=True)
    if told.height:
        raise InputError(
            " ".join(told["message"]),
            where=", ".join(told["column"].drop_nulls().unique(maintain_order=True)),
            todo="Give what goes with the rest of the record.",
        )


def of_school(records: RecordSet, school: int) -> RecordSet:
    """The records of one school alone.

    Raises:
        UsageError: no pupil is of the school.
    """
    pupils = records.pupils.filter(pl.col("URN") == school)
    if pupils.is_empty():
        raise no_pupil_at(school)
    lines = pupils[LINE].implode()
    unreadable = records.unreadable.filter(
        (pl.col("table") == "pupils") & pl.col("line").is_in(lines)
    )
    return replace(
        records,
        pupils=pupils,
        schools=records.schools.filter(pl.col("URN") == school),
        unreadable=unreadable,
        whole=(),
    )


def changed(records: RecordSet, year: Year, school: int, trying: Sequence[Trying]) -> RecordSet:
    """A school's records with changes, unchecked.

    A column that the file lacks is lacking still unless every pupil has a value in it: what is
    tried of one pupil tells of nobody else.

    Raises:
        UsageError: there is no such line or column, or the last pupil would be removed.
        InputError: a value does not fit its column.
    """
    pupils = records.pupils
    for one in trying:
        match one:
            case SetValue():
                pupils = _with_value(_has(pupils, one.line), one.line, one.column, one.value)
            case Include():
                code = year.inclusion.included[0]
                pupils = _with_value(_has(pupils, one.line), one.line, _INCLUSION, code)
            case Remove():
                pupils = _has(pupils, one.line).filter(pl.col(LINE) != one.line)
            case Add():
                pupils = pl.concat([pupils, _row(one.values, pupils, year, school)])
    if pupils.is_empty():
        raise UsageError(
            "No pupil would be left in the school.", todo="Leave at least one pupil in the file."
        )
    missing = tuple(name for name in records.missing if pupils[name].has_nulls())
    return replace(records, pupils=pupils, missing=missing)


def _given(trying: Sequence[Trying]) -> set[str]:
    """The columns that changes give a value."""
    values = (set(one.values) for one in trying if isinstance(one, Add))
    return {one.column for one in trying if isinstance(one, SetValue)}.union(*values)


def _has(pupils: pl.DataFrame, line: int) -> pl.DataFrame:
    if line not in pupils[LINE]:
        raise UsageError(
            f"No pupil of the school is in line {line}.", todo="Name the line of one of its pupils."
        )
    return pupils


def _with_value(
    pupils: pl.DataFrame, line: int, column: str, value: str | float | None
) -> pl.DataFrame:
    if column not in _TRIED:
        raise UsageError(
            f"{column} is no column that a figure of the school is made from.",
            todo="Name a column of the pupil file such as READSCORE.",
        )
    put = _typed(column, value, pupils.schema[column], f"line {line}")
    here = pl.col(LINE) == line
    return pupils.with_columns(pl.when(here).then(pl.lit(put)).otherwise(column).alias(column))


def _typed(column: str, value: object, dtype: pl.DataType, where: str) -> pl.Series:
    """A value as its column holds it. It goes by its text: a number is no place among codes.

    Raises:
        InputError: it does not fit.
    """
    text = "" if value is None else str(value).strip()
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    try:
        put = pl.Series(column, [text or None], dtype=pl.String).cast(dtype)
    except pl.exceptions.PolarsError:
        put = None
    if put is None or (dtype.is_float() and not put.is_finite().all()):
        raise InputError(
            f"{text} is no value of {column}.",
            where=where,
            todo="Give a code or number that the column can have.",
        )
    return put


def _row(
    values: Mapping[str, object], pupils: pl.DataFrame, year: Year, school: int
) -> pl.DataFrame:
    """A row for a pupil who would be added, below the others.

    Raises:
        InputError: there is no such column, or a value does not fit.
    """
    line = int(pupils.select(pl.col(LINE).max()).item() or 1) + 1
    strangers = sorted(set(values) - set(pupils.columns))
    if strangers:
        raise InputError(
            f"The pupil does not fit the pupil file of {year.name}: no column is called "
            f"{', '.join(strangers)}.",
            todo="Give the columns and codes of the pupil file of that year.",
        )
    given = {**values, "URN": school, LINE: line}
    return pl.DataFrame(
        [
            _typed(name, given.get(name), dtype, "the pupil to be added")
            for name, dtype in pupils.schema.items()
        ]
    )
