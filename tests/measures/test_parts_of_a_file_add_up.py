"""However pupils are cut into parts, the sums of the parts are those of the file."""

from dataclasses import replace
from random import Random

import polars as pl
import pytest
from cohorts import make_cohort
from engine_side import record_set
from polars.testing import assert_frame_equal

from keystage.measures import engine
from keystage.measures.catalogue import measures
from keystage.measures.parts import school_parts
from keystage.measures.progress import with_progress
from keystage.measures.table import with_types
from keystage.measures.tally import counted_pupils, tally, tally_of
from keystage.measures.working import working_table
from keystage.records.recordset import RecordSet
from keystage.statute.loader import load_year
from keystage.statute.year import Year

YEAR = load_year(2022, "provisional")


@pytest.fixture(scope="module")
def whole() -> RecordSet:
    return record_set(*make_cohort(5, 12, 40, YEAR), YEAR)


def cut(records: RecordSet, seed: int, parts: int) -> list[RecordSet]:
    """Every pupil in one of some parts by chance, and one part with nobody in it."""
    chance = Random(seed)  # noqa: S311  # invented pupils need no cryptographic chance
    place = pl.Series([chance.randrange(parts) for _ in range(records.pupils.height)])
    return [replace(records, pupils=records.pupils.filter(place == at)) for at in range(parts + 1)]


def summed(records: RecordSet, year: Year) -> pl.DataFrame:
    working = with_progress(working_table(records.pupils, year), year)
    return school_parts(working, measures(progress=True), year, urns=records.pupils["URN"])


@pytest.mark.parametrize("parts", [2, 7])
def test_parts_of_schools_add_up(whole: RecordSet, parts: int) -> None:
    cuts = [summed(part, YEAR) for part in cut(whole, 1, parts)]
    added = pl.concat(cuts).group_by("URN", "group").agg(pl.all().sum())
    assert_frame_equal(added, summed(whole, YEAR), check_row_order=False, check_exact=True)


def test_a_large_file_is_summed_piece_by_piece_to_the_same_parts(
    whole: RecordSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = summed(whole, YEAR)
    monkeypatch.setattr(engine, "SMALL", 0)
    assert_frame_equal(summed(whole, YEAR), at_once, check_row_order=False, check_exact=True)


@pytest.mark.parametrize("parts", [2, 7])
def test_tallies_of_a_reference_add_up(whole: RecordSet, parts: int) -> None:
    schools = with_types(whole.schools, YEAR.school_types.types)
    counted = [
        counted_pupils(working_table(part.pupils, YEAR), schools) for part in cut(whole, 2, parts)
    ]
    assert tally_of(pl.concat(counted)) == tally(working_table(whole.pupils, YEAR), schools)
