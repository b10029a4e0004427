"""What is written as a supplement is what the loader reads back."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keystage.statute.loader import available, load_year, table_types
from keystage.statute.progress import (
    MinimumOfGroup,
    MinimumProgress,
    PriorAttainmentGroup,
    PriorAttainmentGroups,
    PupilSd,
)
from keystage.statute.supplement import write_supplement
from keystage.statute.table import Constant, Release, Source

NUMBERS = st.decimals(-1000, 1000, places=6)
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
FROM_FILE = Source(title="A pupil file", read_on=date(2026, 11, 1), where="pupils.csv")


@pytest.mark.parametrize(("year", "release"), available())
def test_a_whole_year_written_and_read_is_the_same(
    year: int, release: Release, tmp_path: Path
) -> None:
    shipped = load_year(year, release)
    tables = {name: getattr(shipped, name) for name in table_types() if name not in shipped.absent}
    absent = {name: item.absent for name, item in shipped.absent.items()}
    path = tmp_path / "written.toml"
    path.write_text(write_supplement(year, release, shipped.sources, tables, absent), "utf-8")
    assert load_year(year, release, path) == shipped


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    averages=st.lists(st.decimals(60, 119, places=4), min_size=3, max_size=3, unique=True),
    sd=st.decimals("0.000001", 20, places=6),
    title=WORDS,
    note=WORDS,
)
def test_any_text_and_any_number_survive(
    averages: list[Decimal], sd: Decimal, title: str, note: str, tmp_path: Path
) -> None:
    source = Source(title=title, read_on=date(2026, 11, 1))
    low, middle, high = sorted(averages)
    edges = [("0", "3.5", "low"), ("3.5", "6", "neither"), ("6", "10", "both")]
    edges[0] = ("0", "3.5", "both")
    groups = PriorAttainmentGroups(
        source="pupil-file.2",
        confidence="C",
        note=note,
        groups=tuple(
            PriorAttainmentGroup(
                group=number,
                low=Decimal(first),
                high=Decimal(last),
                includes=ends,  # type: ignore[arg-type]  # one of the words it takes
                reading=value,
                writing=value,
                maths=value,
            )
            for number, ((first, last, ends), value) in enumerate(
                zip(edges, (low, middle, high), strict=True), start=1
            )
        ),
    )
    spread = PupilSd(
        source="pupil-file.2",
        confidence="C",
        reading=Constant(value=sd),
        writing=Constant(low=sd, high=sd + 1),
        maths=Constant(value=sd),
    )
    path = tmp_path / "written.toml"
    text = write_supplement(
        2023,
        "final",
        {"pupil-file.2": source},
        {"prior_attainment_groups": groups, "pupil_sd": spread},
    )
    path.write_text(text, "utf-8", newline="")
    year = load_year(2023, "final", path)
    assert year.prior_attainment_groups == groups
    assert year.pupil_sd == spread
    assert year.sources["pupil-file.2"] == source


def test_a_supplement_reads_like_a_shipped_year() -> None:
    minimum = MinimumProgress(
        source="pupils",
        confidence="C",
        applies=True,
        minimum=(
            MinimumOfGroup(
                group=8, reading=Decimal("-20.50"), writing=Decimal("-1E+1"), maths=Decimal(-9)
            ),
        ),
    )
    text = write_supplement(2023, "final", {"pupils": FROM_FILE}, {"minimum_progress": minimum})
    assert (
        text
        == """[year]
id = 2023
release = "final"

[sources.pupils]
title = "A pupil file"
read_on = 2026-11-01
where = "pupils.csv"

[minimum_progress]
source = "pupils"
confidence = "C"
applies = true
minimum = [
  { group = 8, reading = -20.50, writing = -10, maths = -9 },
]
"""
    )
