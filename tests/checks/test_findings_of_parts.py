"""What is found in the parts of a file, added up, is what is found in the file."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from keystage.checks.findings import Findings
from keystage.checks.found import added_up
from keystage.checks.run import checks, look, run
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

Example = Callable[[str], tuple[RecordSet, Year]]
FOLDERS = ["pass", *(f"fail/{one.code}" for one in checks())]


def in_parts(records: RecordSet, year: Year, listed: int) -> Findings:
    """Look at each pupil alone, at all pupils for what compares them, and at the schools."""
    of_pupils = [one for one in checks() if one.table != "schools"]
    alone = [one for one in of_pupils if not one.across]
    of_schools = [one for one in checks() if one.table != "pupils"]
    schools = pl.col("table") == "schools"
    whole = (records.pupils.unique(maintain_order=True),)
    found = [look(part, year, only=alone, listed=listed) for part in each_pupil(records, whole)]
    rest = replace(
        records,
        pupils=records.pupils.clear(),
        unreadable=records.unreadable.filter(schools),
        whole=whole,
    )
    found += [
        look(records, year, only=[one for one in of_pupils if one.across], listed=listed),
        look(rest, year, only=of_schools, listed=listed),
    ]
    return added_up(pl.concat(found[::-1]), checks(), year, records.files, listed=listed)


def each_pupil(records: RecordSet, whole: tuple[pl.DataFrame, ...]) -> list[RecordSet]:
    of_pupils = records.unreadable.filter(pl.col("table") == "pupils")
    return [
        replace(
            records,
            pupils=pupil,
            unreadable=of_pupils.filter(pl.col("line").is_in(pupil["line"].implode())),
            whole=whole,
        )
        for pupil in records.pupils.iter_slices(1)
    ]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("listed", [1, 1000])
def test_findings_of_the_parts_are_those_of_the_file(
    folder: str, listed: int, example: Example
) -> None:
    records, year = example(folder)
    whole, parts = run(records, year, listed=listed), in_parts(records, year, listed)
    assert_frame_equal(whole.frame, parts.frame)
    assert_frame_equal(whole.counts, parts.counts)
