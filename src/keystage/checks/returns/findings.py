"""What the checks of returns found, for the screen of the person entitled to see it."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from keystage.checks.returns.severity import Severity

LISTED: Mapping[str, pl.DataType] = {
    "code": pl.String(),
    "severity": pl.String(),
    "file": pl.String(),
    "line": pl.UInt32(),
    "pupil": pl.UInt32(),
    "upn": pl.String(),
    "field": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
    "todo": pl.String(),
}
COUNTED: Mapping[str, pl.DataType] = {
    "code": pl.String(),
    "severity": pl.String(),
    "field": pl.String(),
    "count": pl.UInt32(),
}
NOT_RUN: Mapping[str, pl.DataType] = {"code": pl.String(), "needs": pl.String()}


@dataclass(frozen=True, kw_only=True, eq=False)
class ReturnFindings:
    """All that was found.

    Attributes:
        frame: findings, columns `LISTED`, the most serious first; of each check and field the first
            ones only, when there are very many. ``pupil`` numbers a pupil of the return set.
        counts: how many there are of each check and field, listed or not, columns `COUNTED`.
        not_run: the checks that could not be asked, and what each would need, columns `NOT_RUN`.
        numbers: of each school the pupils expected, in_file, complete, incomplete, missing and
            unexpected, and whether it sent a file.
        verdict: the worst severity found: red, amber or green.
    """

    frame: pl.DataFrame
    counts: pl.DataFrame
    not_run: pl.DataFrame
    numbers: pl.DataFrame
    verdict: Severity

    def count(self, severity: Severity) -> int:
        """How many findings there are of a severity, listed or not."""
        return int(self.counts.filter(pl.col("severity") == severity)["count"].sum())
