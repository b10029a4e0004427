"""What the checks found, for the screen of the person entitled to see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.checks.registry import Severity
from keystage.core.errors import InputError

LISTED: Mapping[str, pl.DataType] = {
    "code": pl.String(),
    "severity": pl.String(),
    "table": pl.String(),
    "line": pl.UInt32(),
    "column": pl.String(),
    "value": pl.String(),
    "upn": pl.String(),
    "message": pl.String(),
}
COUNTED: Mapping[str, pl.DataType] = {
    "code": pl.String(),
    "severity": pl.String(),
    "column": pl.String(),
    "count": pl.UInt32(),
}
_SHOWN = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Findings:
    """All that was found.

    Attributes:
        frame: findings with columns code, severity, table, line, column, value, upn, message; of
            each check and column the first ones only, when there are very many.
        counts: how many there are of each check and column, listed or not: code, severity, column,
            count.
        files: the files looked at, by table.
    """

    frame: pl.DataFrame
    counts: pl.DataFrame
    files: Mapping[str, Path]

    @property
    def errors(self) -> pl.DataFrame:
        """The findings that keep measures from being made."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> pl.DataFrame:
        """The findings a reader of the measures should know of."""
        return self._of(Severity.WARNING)

    @property
    def notes(self) -> pl.DataFrame:
        """The findings that only say what was done."""
        return self._of(Severity.NOTE)

    def count(self, severity: Severity) -> int:
        """How many findings there are of a severity, listed or not."""
        return int(self.counts.filter(pl.col("severity") == severity)["count"].sum())

    def raise_if_errors(self) -> None:
        """Refuse the files if there is any error, naming the first few with their places.

        Raises:
            InputError: there is an error.
        """
        total = self.count(Severity.ERROR)
        if not total:
            return
        kinds = self.errors.unique(["code", "column"], keep="first", maintain_order=True)
        told = [(self.place(row), self._sentence(row)) for row in kinds.rows(named=True)]
        lines = [told[0][1], *(f"{place}: {sentence}" for place, sentence in told[1:_SHOWN])]
        if len(told) > _SHOWN:
            more = len(told) - _SHOWN
            lines.append(
                "There is 1 more kind of error."
                if more == 1
                else f"There are {more} more kinds of errors."
            )
        raise InputError(
            "\n".join(lines),
            where=told[0][0],
            todo="Correct the file, or ask whoever made it; then run this again.",
        )

    def _sentence(self, row: Mapping[str, object]) -> str:
        """A finding with its code, and how many there are of its kind if it is not alone."""
        same = (pl.col("code") == row["code"]) & (pl.col("column") == row["column"])
        count = int(self.counts.filter(same)["count"].sum())
        more = f" There are {count:,} such errors." if count > 1 else ""
        return f"{row['code']}: {row['message']}{more}"

    def _of(self, severity: Severity) -> pl.DataFrame:
        return self.frame.filter(pl.col("severity") == severity)

    def place(self, row: Mapping[str, object]) -> str:
        """Where a finding is: the file, the line if it has one, and the column."""
        file = self.files.get(str(row["table"]))
        parts = [str(file) if file else str(row["table"])]
        if row["line"] is not None:
            parts.append(f"line {row['line']}")
        parts.append(f"column {row['column']}")
        return ", ".join(parts)
