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


def derived(tmp_path: Path, smallest: int, **same: str) -> tuple[Path, tuple[str, ...]]:
    """A reference derived of an invented cohort, with cells that are the same for all; the notes.

    Args:
        tmp_path: the folder.
        smallest: the least pupils of a group.
        same: cells by column.
    """
    year = load_year(2023, "final")
    year = replace(
        year, reference_rules=replace(year.reference_rules, smallest_estimated_group=smallest)
    )
    made, in_schools = make_cohort(21, 30, 30, year)
    pupils, schools, out = (tmp_path / name for name in ("p.csv", "s.csv", "out"))
    pupils.write_text(csv_text([one | same for one in made], PUPIL_COLUMNS), encoding="utf-8")
    schools.write_text(csv_text(in_schools, SCHOOL_COLUMNS), encoding="utf-8")
    notes = run(Job(pupils=pupils, schools=schools, year=year, out=out, derived=True)).notes
    return out / "reference.toml", tuple(notes)


def test_a_derived_reference_whose_averages_fall_is_written_and_told_of(tmp_path: Path) -> None:
    """Averages of groups so small that chance decides fall from one group to the next."""
    path, notes = derived(tmp_path, smallest=20)

    assert "are no higher than in the group below: " in notes[-1]
    groups = load_year(2023, "final", path).prior_attainment_groups
    assert groups is not None
    falls = [f"{one.subject} in group {one.higher.group}" for one in groups.falls()]
    assert ", ".join(falls) in notes[-1]


def test_a_derived_reference_whose_averages_rise_is_written_without_a_word(tmp_path: Path) -> None:
    path, notes = derived(tmp_path, smallest=120)

    assert path.exists()
    assert not any("group below" in one for one in notes)


def test_a_derived_reference_that_would_be_refused_is_not_written(tmp_path: Path) -> None:
    path, notes = derived(tmp_path, smallest=120, READOUTCOME="AS", READSCORE="104")

    assert not path.exists()
    assert notes[-1].startswith(
        "There is no reference.toml, the derived reference: it would be refused as a statute "
        "file. The multiplier of reading is not above 0."
    )
