"""A reference that does not hold everything: the pupils it says nothing of are told."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest
from cohorts import PUPIL_COLUMNS, SCHOOL_COLUMNS, csv_text, make_cohort
from msgspec.structs import replace

from keystage.flows.measures import Job, run
from keystage.flows.statute_from_pupils import statute_from_pupils
from keystage.statute.loader import load_year
from keystage.statute.year import Year

INVENTED = Path(__file__).parents[2] / "data" / "invented"
COHORT = INVENTED / "cohort_2026.csv"
OTHER_RESULTS = {"KS1READ": "EXS", "KS1WRIT": "WTS", "KS1MAT": "WTS", "KS1AVERAGEPS": ""}
Noted = Callable[..., list[str]]


@pytest.fixture
def partial(tmp_path: Path) -> Year:
    """2026 with what the invented cohort shows of its reference."""
    path = tmp_path / "mine.toml"
    statute_from_pupils(COHORT, load_year(2026, "provisional"), path)
    year = load_year(2026, "provisional", path)
    return replace(year, pupil_sd=load_year(2019, "final").pupil_sd)


@pytest.fixture
def noted(tmp_path: Path) -> Noted:
    """The notes that name partial tables, of the cohort with some of its cells changed."""

    def notes(year: Year, pupils: int = 0, cells: Mapping[str, str] = OTHER_RESULTS) -> list[str]:
        frame = pl.read_csv(COHORT, infer_schema=False).with_row_index("at")
        frame.select(
            pl.when(pl.col("at") < pupils).then(pl.lit(cells.get(name))).otherwise(name).alias(name)
            if name in cells
            else pl.col(name)
            for name in frame.columns
            if name != "at"
        ).write_csv(tmp_path / "pupils.csv")
        job = Job(pupils=tmp_path / "pupils.csv", schools=None, year=year, out=tmp_path / "out")
        return [note for note in run(job).notes if "partial" in note]

    return notes


def test_pupils_whose_group_the_file_did_not_show_are_counted(partial: Year, noted: Noted) -> None:
    """One of the eight is not at the end of key stage 2."""
    groups, _ = noted(partial, pupils=8)
    assert groups == (
        "The prior attainment groups of 2026 provisional are partial: 7 pupils with a key stage 1 "
        "average are in none of them, and so are left out of progress."
    )


def test_numbers_too_small_to_publish_are_not_told(partial: Year, noted: Noted) -> None:
    few = partial.suppression.smallest_group
    groups, _ = noted(partial, pupils=few - 1)
    assert f"partial: fewer than {few} pupils with a key stage 1 average" in groups


def test_pupils_without_a_known_minimum_are_counted(partial: Year, noted: Noted) -> None:
    (minimums,) = noted(partial)
    assert minimums.startswith("The minimum scores of 2026 provisional are partial: ")
    assert "pupils are in a prior attainment group without a known minimum" in minimums


def test_whole_tables_say_nothing(partial: Year, noted: Noted) -> None:
    assert partial.minimum_progress is not None
    assert partial.prior_attainment_groups is not None
    whole = replace(
        partial,
        minimum_progress=replace(partial.minimum_progress, partial=False),
        prior_attainment_groups=replace(partial.prior_attainment_groups, partial=False),
    )
    assert noted(whole, pupils=8) == []


@pytest.mark.parametrize(("smallest", "sound"), [(120, True), (20, False)])
def test_a_derived_reference_that_would_be_refused_is_not_written(
    smallest: int, tmp_path: Path, *, sound: bool
) -> None:
    """Averages of groups so small that chance decides fall from one group to the next."""
    year = load_year(2023, "final")
    year = replace(
        year, reference_rules=replace(year.reference_rules, smallest_estimated_group=smallest)
    )
    made, in_schools = make_cohort(21, 30, 30, year)
    pupils, schools, out = (tmp_path / name for name in ("p.csv", "s.csv", "out"))
    pupils.write_text(csv_text(made, PUPIL_COLUMNS), encoding="utf-8")
    schools.write_text(csv_text(in_schools, SCHOOL_COLUMNS), encoding="utf-8")
    notes = run(Job(pupils=pupils, schools=schools, year=year, out=out, derived=True)).notes
    assert (out / "reference.toml").exists() == sound
    if not sound:
        assert notes[-1].startswith(
            "There is no reference.toml, the derived reference: it would be refused as a statute "
            "file. The "
        )
        assert " average falls from " in notes[-1]
