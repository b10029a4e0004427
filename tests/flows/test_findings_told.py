"""Findings of a large file: the first of each kind are told in words, and all are counted."""

from pathlib import Path

import polars as pl

from keystage.flows.computing import TOLD, checked_records
from keystage.statute.loader import load_year

INVENTED = Path(__file__).parents[2] / "data" / "invented"


def test_the_first_findings_of_a_kind_are_told_and_all_are_counted(tmp_path: Path) -> None:
    pupils = pl.read_csv(INVENTED / "pupils.csv", infer_schema=False)
    blank = pupils.with_columns(pl.lit("").alias("WRITTAOUTCOME"))
    blank.write_csv(tmp_path / "pupils.csv")

    _, findings = checked_records(
        tmp_path / "pupils.csv", INVENTED / "schools.csv", load_year(2022, "provisional")
    )

    told = findings.warnings.filter(code="TAS-105")
    counting = pupils.with_row_index("line", 2).filter(pl.col("PINCL_Flag") == "201")
    assert told["line"].to_list() == counting["line"].to_list()[:TOLD]
    assert findings.counts.filter(code="TAS-105")["count"].to_list() == [counting.height]
