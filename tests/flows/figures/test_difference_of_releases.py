"""Two releases from files: figures, cells and pupils; and what is no pair of releases."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from second_release import other_reference

from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.core.errors import InputError, KeystageError, UsageError
from keystage.core.subjects import Subject
from keystage.flows.figures.differing import (
    CELL_WORDS,
    Difference,
    as_table,
    cell_class,
    difference,
)
from keystage.flows.figures.opening import Given
from keystage.flows.measures import Job, run
from keystage.measures.changes.comparing import changes
from keystage.measures.compute import compute
from keystage.records.recordset import RecordSet
from keystage.statute.loader import load_year

INVENTED = Path(__file__).parents[3] / "data" / "invented"
PUPILS, SCHOOLS = INVENTED / "pupils.csv", INVENTED / "schools.csv"
YEAR = load_year(2022, "provisional")
OLD = Given(path=PUPILS, schools=SCHOOLS, year=2022, release="provisional")
HERE = 900001


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented pupils later: a review, a pupil gone, and a school that is now too small."""
    frame = pl.read_csv(PUPILS, infer_schema=False)
    here = frame["URN"] == str(HERE)
    reviewed = (pl.col("UPN") == "K998010115025").fill_null(value=False)
    gone = (pl.col("UPN") == "F998010115032").fill_null(value=False)
    few = (pl.col("URN") == "900003") & (pl.int_range(pl.len()).over("URN") >= 4)
    assert here.sum() > 30
    path = tmp_path_factory.mktemp("december") / "pupils.csv"
    frame.with_columns(
        READSCORE=pl.when(reviewed).then(pl.lit("101")).otherwise("READSCORE"),
        READOUTCOME=pl.when(reviewed).then(pl.lit("AS")).otherwise("READOUTCOME"),
    ).filter(~gone & ~few).write_csv(path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a run on the invented pupils wrote."""
    out = tmp_path_factory.mktemp("september") / "out"
    run(Job(pupils=PUPILS, schools=SCHOOLS, year=YEAR, out=out))
    return out


@pytest.fixture(scope="module")
def whole(december: Path) -> Difference:
    """Every figure of every invented school, then and later."""
    return difference(OLD, replace(OLD, path=december))


def test_every_school_of_an_invented_region_adds_up_for_every_field() -> None:
    made = list(make(Plan(year=2022, release="provisional", seed=12, authorities=3)))
    pupils = pl.concat([one.pupils for one in made]).drop("line").with_row_index("line", 2)
    records = RecordSet(pupils=pupils, schools=pl.concat([one.schools for one in made]))
    chance = pl.col("UPN").hash(seed=7) % 100
    later = pupils.filter(chance != 1).with_columns(
        READSCORE=pl.when(chance < 9).then((pl.col("READSCORE") + 6).clip(80, 120)).otherwise(
            "READSCORE"
        ),
        WRITTAOUTCOME=pl.when(chance == 11).then(pl.lit(None)).otherwise("WRITTAOUTCOME"),
        FSM6_P=pl.when(chance == 12).then(pl.lit("1")).otherwise("FSM6_P"),
        FSM6CLA1A=pl.when(chance == 12).then(pl.lit("1")).otherwise("FSM6CLA1A"),
        KS1MAT=pl.when(chance == 13).then(pl.lit("GDS")).otherwise("KS1MAT"),
        P_INCL=pl.when(chance == 14).then(pl.lit("202")).otherwise("P_INCL"),
    )  # fmt: skip
    after = compute(replace(records, pupils=later), other_reference(YEAR))
    found = changes(compute(records, YEAR), after)
    of_pupils = pl.col("of_pupil").sum() + pl.col("of_rules").sum()
    sums = found.effects.group_by("URN", "field").agg(of_pupils.alias("sum"), pl.len())
    old, new = (pl.col(f"{side}_bottom").fill_null(1) for side in ("old", "new"))
    figures = found.figures.join(sums, on=["URN", "field"], how="left").with_columns(
        number=pl.col("old_known") & pl.col("new_known") & (old > 0) & (new > 0),
        change=pl.col("new_top") * old - pl.col("old_top") * new,
    )
    known = figures.filter("number")
    assert known.height > 40_000
    assert known.filter(pl.col("change") != 0).height > 10_000
    assert known.filter(pl.col("change") != pl.col("sum").fill_null(0)).is_empty()
    assert found.effects.filter(pl.col("why") == 0).is_empty()
    assert found.effects["of_rules"].drop_nulls().ne(0).any()


def test_files_are_compared_with_the_cells_they_publish(december: Path) -> None:
    found = difference(OLD, replace(OLD, path=december), school=HERE, figure="readprog")
    (one,) = found.of_school(HERE)
    assert found.pupils_known
    assert (one.old_published, one.new_published, one.cell) == ("0.7", "0.8", "")
    assert [effect.new_upn for effect in one.change.effects] == ["K998010115025", None]
    assert sum(effect.effect or 0 for effect in one.change.effects) == one.change.change


def test_a_review_that_is_named_is_the_reason(december: Path) -> None:
    reviews = [("K998010115025", Subject.READING)]
    found = difference(OLD, replace(OLD, path=december), school=HERE, reviews=reviews)
    effect = found.changes.of(HERE, "READ_AVERAGE").effects[0]
    assert effect.reasons[0].name == "review"


def test_a_cell_that_is_withheld_in_one_release_only_is_told_without_its_number(
    whole: Difference,
) -> None:
    turned = replace(whole, old=whole.new, new=whole.old)
    for found, cell in ((whole, "withheld"), (turned, "shown")):
        one = next(one for one in found.of_school(900003) if one.change.field.name == "PTRWM_EXP")
        assert one.cell == cell
        assert not any(letter.isdigit() for letter in CELL_WORDS[one.cell])
        cells = as_table(found).filter(field="PTRWM_EXP")
        assert cells.filter(URN=900003)["cell"].item() == cell
        assert cells.filter(URN=HERE)["cell"].item() == ""


def test_the_table_has_every_figure_with_its_reasons(whole: Difference) -> None:
    made = as_table(whole)
    row = made.row(
        by_predicate=(pl.col("URN") == HERE) & (pl.col("field") == "READ_AVERAGE"), named=True
    )
    assert row["change"] == pytest.approx(row["new"] - row["old"])
    assert (row["pupils"], row["reasons"]) == (2, ["removal", "score_changed", "outcome_changed"])
    still = made.filter(pl.col("pupils") == 0)
    assert still["reasons"].list.len().sum() == 0
    assert still.filter(pl.col("old").ne_missing(pl.col("new"))).is_empty()


def test_folders_give_the_figures_and_no_pupils(
    folder: Path, december: Path, whole: Difference
) -> None:
    found = difference(Given(path=folder, year=2022), replace(OLD, path=december))
    assert not found.pupils_known
    assert next(iter(found.changes.of_school(HERE))).effects == ()
    told = ["URN", "field", "old", "new", "change", "old_published", "new_published", "cell"]
    assert as_table(found).columns == told
    assert as_table(found).equals(as_table(whole).select(told))


def test_a_folder_without_published_tables_has_no_cells(tmp_path: Path, folder: Path) -> None:
    run(Job(pupils=PUPILS, schools=SCHOOLS, year=YEAR, out=tmp_path / "out", outputs=["analyst"]))
    bare, whole = Given(path=tmp_path / "out", year=2022), Given(path=folder, year=2022)
    found = difference(bare, whole, school=HERE)
    assert {one.old_published for one in found.of_school(HERE)} == {None}
    assert as_table(found)["old_published"].null_count() == as_table(found).height
    assert all(one.change.same and not one.cell for one in found.of_school(HERE))


def _spoiled(folder: Path, **told: object) -> None:
    path = folder / "metadata.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **told}))


def _no_parts(folder: Path) -> None:
    (folder / "analyst" / "parts.parquet").write_bytes(b"PAR1")


@pytest.mark.parametrize(
    ("spoil", "kind", "sentence"),
    [
        (lambda folder: _spoiled(folder, year=2019), InputError, "holds figures of 2019, not of"),
        (lambda folder: _spoiled(folder, year="x"), InputError, "This folder holds no figures."),
        (lambda folder: _spoiled(folder, missing_columns=None), InputError, "holds no figures."),
        (_no_parts, InputError, "This folder holds no figures."),
        (lambda folder: (folder / "metadata.json").unlink(), InputError, "holds no figures."),
        (lambda folder: _spoiled(folder, release="late"), UsageError, "There is no late release"),
    ],
)
def test_a_folder_that_holds_no_figures_of_the_year_is_refused(
    spoil: Callable[[Path], None], kind: type[KeystageError], sentence: str, tmp_path: Path,
    folder: Path,
) -> None:  # fmt: skip
    (tmp_path / "analyst").mkdir()
    for name in ("metadata.json", "analyst/parts.parquet"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    spoil(tmp_path)
    with pytest.raises(kind, match=sentence):
        difference(Given(path=tmp_path, year=2022), OLD)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"release": "final"}, "holds the provisional release, not the final one"),
        ({"schools": SCHOOLS}, "need no school file"),
        ({"statute": SCHOOLS}, "no statute file"),
    ],
)
def test_what_a_folder_does_not_need_is_refused(
    more: dict[str, object], sentence: str, folder: Path
) -> None:
    with pytest.raises(UsageError, match=sentence):
        difference(replace(Given(path=folder, year=2022), **more), OLD)  # type: ignore[arg-type]  # any field


def test_what_is_no_pair_of_releases_is_refused(december: Path) -> None:
    new = replace(OLD, path=december)
    for old, later, sentence in (
        (replace(OLD, release=None), new, "It is not said which release"),
        (replace(OLD, year=2023), new, "One release is of 2023 and the other of 2022"),
    ):
        with pytest.raises(UsageError, match=sentence):
            difference(old, later)
    for figure, sentence in (
        ("READPROG_LOWER", "READPROG_LOWER is made from another figure"),
        ("ZEBRA", "has no figure called ZEBRA"),
    ):
        with pytest.raises(UsageError, match=sentence):
            difference(OLD, new, figure=figure)


def test_a_school_that_one_release_lacks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    frame = pl.read_csv(PUPILS, infer_schema=False)
    frame.filter(pl.col("URN") != str(HERE)).write_csv(path)
    without = Given(path=path, year=2022, release="provisional")
    sentence = (
        f"pupils.csv: The 2022 provisional release has no pupil at the school with URN {HERE}"
    )
    for old, new in ((OLD, without), (without, OLD)):
        with pytest.raises(UsageError, match=sentence):
            difference(old, new, school=HERE)
    every = difference(OLD, without, figure="TELIG")
    (one,) = every.of_school(HERE)
    assert one.change.old == 37
    assert one.change.new == 0
    assert (one.old_published, one.new_published) == ("37", None)


def test_a_blank_or_a_code_for_nobody_is_not_withheld() -> None:
    assert cell_class("NA", "SUPP", YEAR, YEAR) == ""
    assert cell_class(None, "67%", YEAR, YEAR) == ""
    assert cell_class("LOWCOV", "1.2", YEAR, YEAR) == "shown"
