"""One school of a release, computed again from what the release keeps of it."""

import polars as pl
import pytest

from keystage.core.errors import InputError
from keystage.flows.figures.computed_again import computed_again
from keystage.flows.figures.school_pupils import SchoolPupils, schools_of
from keystage.flows.own_pupils import own_records
from keystage.measures.explain import explain
from keystage.measures.fields import field_named
from keystage.statute.loader import load_year, releases_of
from keystage.statute.year import Year

HERE = 900001


def year_of(number: int) -> Year:
    return load_year(number, releases_of(number)[-1])


def kept(year: Year) -> SchoolPupils:
    rows = [
        {
            "URN": HERE, "P_INCL": "201", "READOUTCOME": "AS", "READSCORE": score,
            "MATOUTCOME": "AS", "MATSCORE": 104, "WRITTAOUTCOME": "EXS",
        }
        for score in (104, 112, 108)
    ]  # fmt: skip
    (one,) = schools_of(own_records(rows, None, year, HERE))
    return one


def test_a_figure_is_opened_from_the_pupils_of_its_school_alone() -> None:
    year = year_of(2025)
    again = computed_again(kept(year), year)

    told = explain(again.computed, field_named("READ_AVERAGE", year), HERE)
    assert told.printed == "108"
    assert again.records.pupils.select(pl.len()).item() == 3


def test_a_year_whose_progress_could_not_be_scored_is_computed_without_it() -> None:
    year = year_of(2026)
    assert year.year.progress

    again = computed_again(kept(year), year)

    assert not again.computed.table.year.year.progress
    assert explain(again.computed, field_named("PTRWM_EXP", year), HERE).printed == "100%"


def test_pupils_that_are_not_those_of_the_release_are_refused() -> None:
    year = year_of(2025)
    with pytest.raises(InputError, match="cannot be read"):
        computed_again(with_another_hash(kept(year)), year)


def with_another_hash(one: SchoolPupils) -> SchoolPupils:
    return SchoolPupils(urn=one.urn, count=one.count, sha256="0" * 64, content=one.content)
