"""Each school of a check in one line: its verdict and its numbers."""

from collections.abc import Mapping

import polars as pl

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.severity import Severity
from keystage.flows.returns.groups import pressing
from keystage.flows.returns.words import EXPECTED_LIST
from keystage.records.returns import ReturnSet

SCHOOLS: Mapping[str, pl.DataType] = {
    "school": pl.String(),  # authority and establishment number; null if no file says it
    "name": pl.String(),
    "verdict": pl.String(),  # a Severity
    "red": pl.UInt32(),  # findings of each severity that needs doing
    "amber": pl.UInt32(),
    "expected": pl.UInt32(),  # pupils; null is not known
    "in_file": pl.UInt32(),
    "complete": pl.UInt32(),
    "incomplete": pl.UInt32(),
    "missing": pl.UInt32(),
    "unexpected": pl.UInt32(),
}
#: The numbers of pupils with their headings, in the order they are shown.
HEADINGS: Mapping[str, str] = {
    "expected": "Expected",
    "in_file": "In the file",
    "complete": "Complete",
    "incomplete": "Incomplete",
    "missing": "Missing",
    "unexpected": "Unexpected",
}


def schools_told(
    returns: ReturnSet, findings: ReturnFindings, expected: pl.DataFrame | None
) -> pl.DataFrame:
    """One row a school, columns `SCHOOLS`, the worst first."""
    named = returns.files.select("name", "source_name", school=_number())
    names = named.group_by("school").agg(pl.col("source_name").drop_nulls().first().alias("name"))
    serious = _pressing(findings, named, expected)
    joined = findings.numbers.join(names, on="school", how="left", nulls_equal=True).join(
        serious, on="school", how="left", nulls_equal=True
    )
    return (
        joined.with_columns(pl.col("red", "amber").fill_null(0))
        .with_columns(
            verdict=pl.when(pl.col("red") > 0)
            .then(pl.lit(str(Severity.RED)))
            .when(pl.col("amber") > 0)
            .then(pl.lit(str(Severity.AMBER)))
            .otherwise(pl.lit(str(Severity.GREEN)))
        )
        .sort(pl.col("red") == 0, pl.col("amber") == 0, "school", maintain_order=True)
        .select(pl.col(name).cast(dtype) for name, dtype in SCHOOLS.items())
    )


def _number() -> pl.Expr:
    return pl.concat_str("source_la", "source_estab")


def _pressing(
    findings: ReturnFindings, named: pl.DataFrame, expected: pl.DataFrame | None
) -> pl.DataFrame:
    """How many red and amber findings each school has: in its file, and of expected pupils."""
    frame = pressing(findings.frame).join(
        named.select(pl.col("name").alias("file"), "school").unique("file"), on="file", how="left"
    )
    if expected is not None:
        listed = expected.select("upn", listed="school").unique("upn")
        frame = frame.join(listed, on="upn", how="left").with_columns(
            school=pl.when(pl.col("file") == EXPECTED_LIST).then("listed").otherwise("school")
        )
    severity = pl.col("severity")
    return frame.group_by("school").agg(
        red=(severity == str(Severity.RED)).sum(), amber=(severity == str(Severity.AMBER)).sum()
    )
