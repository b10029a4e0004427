"""What a check is, and the list of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import polars as pl

from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

Table = Literal["pupils", "schools", "unreadable"]
Per = Literal["row", "value", "table"]
Rule = Callable[[str, RecordSet, Year], pl.Expr | None]


class Severity(StrEnum):
    """What a finding means for the measures."""

    ERROR = "error"  # they cannot be made
    WARNING = "warning"  # they are made, by a rule the reader should know of
    NOTE = "note"  # they are made as they should be


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: its rule says, as an expression, which rows of a table fail in a field.

    ``per``: one finding for each failing row, for each value of the field with its number of rows,
    or for the whole table. ``included_only``: pupils who do not count this year are not looked at.
    ``across``: a column whose equal values the rule compares with each other, so that a part of a
    file is looked at only with all its pupils who share one; without it every part will do.
    ``message`` may name {value}, {column}, {rows}, columns of the table, {outcome}, {score} and
    {assessment} of the field's subject, and values of {year}.
    """

    code: str
    table: Table
    fields: tuple[str, ...]
    severity: Severity
    source: str
    message: str
    per: Per
    included_only: bool
    across: str
    rule: Rule

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.rule.__name__

    @property
    def sentence(self) -> str:
        """What the check is for, in a sentence."""
        return (self.rule.__doc__ or "").partition("\n")[0]


_CHECKS: dict[str, Check] = {}


def check(  # noqa: PLR0913  # each is a fact that every check must state
    code: str,
    *,
    table: Table,
    fields: list[str],
    severity: Severity,
    source: str,
    message: str,
    per: Per = "row",
    included_only: bool = True,
    across: str = "",
) -> Callable[[Rule], Rule]:
    """Declare the decorated rule a check (see `Check`).

    The rule takes the field, the record set and the year, and gives an expression that is true for
    failing rows, or None where the check has no meaning for that field or year.

    Raises:
        ValueError: the code is taken.
    """

    def declare(rule: Rule) -> Rule:
        if code in _CHECKS:
            message_ = f"{code} is {_CHECKS[code].name} already"
            raise ValueError(message_)
        _CHECKS[code] = Check(
            code=code,
            table=table,
            fields=tuple(fields),
            severity=severity,
            source=source,
            message=message,
            per=per,
            included_only=included_only and table == "pupils",
            across=across,
            rule=rule,
        )
        return rule

    return declare


def declared() -> tuple[Check, ...]:
    """Every check declared so far, by code; `run.checks` makes sure that all are."""
    return tuple(_CHECKS[code] for code in sorted(_CHECKS))
