"""What a check found, cell by cell, and the counts it comes down to."""

from dataclasses import dataclass, field

import polars as pl

AGREED, UNDECIDED, DISAGREED = 1, 0, -1
#: Columns of a check's findings, one row a cell.
SCHEMA = {
    "ROW": pl.UInt32,
    "COLUMN": pl.String,
    "STATE": pl.Int8,
    "EXPECTED": pl.String,
    "REASON": pl.String,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table of results: a check and how its cells came out."""

    check: str
    agreed: int
    undecided: int
    disagreed: int

    @property
    def checked(self) -> int:
        """Cells the check looked at."""
        return self.agreed + self.undecided + self.disagreed


@dataclass(slots=True)
class Tally:
    """Counts of every check of one year, the cells that disagree, and why others are undecided."""

    lines: list[Line] = field(default_factory=list)
    found: list[pl.DataFrame] = field(default_factory=list)
    reasons: dict[tuple[str, str], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, check: str, findings: pl.DataFrame) -> None:
        """Count findings (`SCHEMA`) under a check's name and keep those that disagree."""
        state = findings["STATE"]
        self.count(
            check,
            int((state == AGREED).sum()),
            int((state == UNDECIDED).sum()),
            findings.filter(pl.col("STATE") == DISAGREED),
        )
        undecided = findings.filter(pl.col("STATE") == UNDECIDED)
        for reason, number in undecided.group_by("REASON").len().sort("REASON").iter_rows():
            self.say_why(check, reason or "", number)

    def count(self, check: str, agreed: int, undecided: int, disagree: pl.DataFrame) -> None:
        """Count a check whose agreeing cells need no rows."""
        self.lines.append(Line(check, agreed, undecided, len(disagree)))
        if len(disagree):
            wanted = [name for name in SCHEMA if name in disagree.columns]
            self.found.append(disagree.select(pl.lit(check).alias("CHECK"), *wanted))

    def say_why(self, check: str, reason: str, number: int) -> None:
        """Note why cells of a check cannot be reproduced from the tables."""
        self.reasons[check, reason] = self.reasons.get((check, reason), 0) + number

    def disagreements(self, text: pl.DataFrame) -> pl.DataFrame:
        """Cells that disagree, with what is printed in them.

        ROW, CHECK, COLUMN, PRINTED, EXPECTED, FILE, LINE, URN, LEA, SCHOOL.
        """
        place = text.select("ROW", "FILE", "LINE", "URN", "LEA", pl.col("SCHNAME").alias("SCHOOL"))
        empty = pl.DataFrame(schema={"ROW": pl.UInt32, "CHECK": pl.String, **SCHEMA})
        found = pl.concat([empty, *self.found], how="diagonal").drop("STATE", "REASON")
        rows = text.filter(pl.col("ROW").is_in(found["ROW"].unique().to_list()))
        columns = [name for name in found["COLUMN"].unique() if name in rows.columns]
        printed = rows.unpivot(columns, index=["ROW"], variable_name="COLUMN", value_name="PRINTED")
        printed = printed.cast({"PRINTED": pl.String})
        return (
            found.join(printed, on=["ROW", "COLUMN"], how="left")
            .join(place, on="ROW", how="left")
            .sort("ROW", "COLUMN", "CHECK", maintain_order=True)
        )


def findings(
    rows: pl.DataFrame, agrees: pl.Expr, expected: pl.Expr, reason: pl.Expr | None = None
) -> pl.DataFrame:
    """Findings from rows with ROW and COLUMN: ``agrees`` true, false, or null for undecided."""
    why = pl.lit(None, dtype=pl.String) if reason is None else reason
    nothing = pl.lit(None, dtype=pl.String)
    judged = rows.with_columns(agrees.alias("_AGREES"))
    kinds = (
        (pl.col("_AGREES"), AGREED, nothing, nothing),
        (pl.col("_AGREES").is_null(), UNDECIDED, nothing, why),
        (~pl.col("_AGREES"), DISAGREED, expected, nothing),
    )
    return pl.concat(
        judged.filter(kind)
        .rechunk()
        .select(  # text of many chunks, some empty, cannot be formatted
            "ROW",
            "COLUMN",
            STATE=pl.lit(state, dtype=pl.Int8),
            EXPECTED=said.cast(pl.String),
            REASON=because.cast(pl.String),
        )
        for kind, state, said, because in kinds
    )
