"""Three-year measures pool pupils; they are no average of averages."""

from typing import Any

import polars as pl
import pytest
from engine_side import computed
from oracle_examples import YEAR, pupil, school

from keystage.measures import figures
from keystage.measures.compute import Computed
from keystage.measures.pooled import pooled, pooled_columns, pooled_measures
from keystage.measures.wide import unrounded
from keystage.records.recordset import schools_frame
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year

SCHOOLS = [school(), school(900002)]
MET, MISSED = {"WRITTAOUTCOME": "EXS"}, {"WRITTAOUTCOME": "WTS"}


def cohort(met: int, missed: int, urn: int = 900001, **more: object) -> list[dict[str, Any]]:
    return [
        *[pupil(URN=urn, **MET, **more)] * met,
        *[pupil(URN=urn, **MISSED, **more)] * missed,
    ]


def now(*pupils: dict[str, Any]) -> Computed:
    return computed(pupils, SCHOOLS, YEAR)


def test_cohorts_are_pooled_pupil_by_pupil() -> None:
    """1 of 2, 9 of 10 and 0 of 4: 10 of 16 is 62.5%; the mean of the three would be 46.7%."""
    this = now(*cohort(1, 1))
    earlier = [now(*cohort(9, 1)).parts, now(*cohort(0, 4)).parts]
    table = pooled(this.table, this.parts, earlier, pl.DataFrame(SCHOOLS).pipe(_typed))
    measure = pooled_measures(table)[0]
    row = table.of_group("all").select(
        figures.printed(measure, YEAR).alias("printed"), figures.value(measure).alias("value")
    )
    assert row.row(0) == (63, 62.5)
    assert table.of_group("all")["eligible"][0] == 16


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    return schools_frame(frame.to_dicts(), code_lists(YEAR))


def test_what_is_pooled_is_what_the_tables_pool() -> None:
    table = now(*cohort(1, 0)).table
    names = [measure.field.format(group="_3YR") for measure in pooled_measures(table)]
    assert names == ["PTRWM_EXP_3YR", "PTRWM_HIGH_3YR", "READ_AVERAGE_3YR", "MAT_AVERAGE_3YR"]


def test_the_parts_of_an_earlier_cohort_need_what_is_pooled_and_no_more() -> None:
    parts = now(*cohort(1, 0)).parts
    needed = pooled_columns(YEAR)
    assert needed[:2] == ["URN", "group"]
    assert len(set(needed)) == len(needed) < len(parts.columns)
    assert set(needed) <= set(parts.columns)


def test_schools_that_are_not_in_this_years_file_are_left_out() -> None:
    this = now(*cohort(1, 1))
    elsewhere = computed(cohort(5, 0, urn=900009), [school(900009)], YEAR).parts
    table = pooled(this.table, this.parts, [elsewhere], pl.DataFrame(SCHOOLS).pipe(_typed))
    assert table.of_group("all")["eligible"].to_list()[:2] == [2, 0]


def test_a_school_new_to_this_year_pools_what_there_is() -> None:
    this = now(*cohort(1, 1), *cohort(2, 0, urn=900002))
    table = pooled(
        this.table, this.parts, [now(*cohort(0, 2)).parts], pl.DataFrame(SCHOOLS).pipe(_typed)
    )
    wide = unrounded(this.table, None, table)
    assert wide["TELIG_3YR"].to_list()[:2] == [4, 2]
    assert wide["PTRWM_EXP_3YR"].to_list()[:2] == [25.0, 100.0]
    assert wide["READ_AVERAGE_3YR"].to_list()[:2] == [105.0, 105.0]


def test_an_earlier_year_without_progress_can_be_pooled() -> None:
    blank: dict[str, Any] = {"KS1READ": None, "KS1WRIT": None, "KS1MAT": None}
    this = now(*cohort(1, 1))
    earlier = computed(cohort(3, 1, **blank), SCHOOLS, load_year(2025, "final")).parts
    assert "reading_progress_sum" not in earlier.columns
    table = pooled(this.table, this.parts, [earlier], pl.DataFrame(SCHOOLS).pipe(_typed))
    wide = unrounded(this.table, None, table)
    assert wide["PTRWM_EXP_3YR"][0] == pytest.approx(400 / 6)
