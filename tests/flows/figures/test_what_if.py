"""What would happen to a school's figures: the same as if the whole file were computed again."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from engine_side import record_set
from oracle_examples import YEAR, pupil
from polars.testing import assert_frame_equal

from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.core.errors import AbsentValueError, InputError, KeystageError, UsageError
from keystage.flows.figures.trying import Add, Include, Remove, SetValue, Trial, Trying, tried
from keystage.measures.compute import compute
from keystage.records.recordset import RecordSet
from keystage.statute.loader import load_year
from keystage.statute.year import Year

HERE = 900001


@pytest.fixture(scope="module")
def region() -> RecordSet:
    """The file of three invented authorities."""
    made = list(make(Plan(year=2022, release="provisional", seed=12, authorities=3)))
    pupils = pl.concat([one.pupils for one in made]).drop("line").with_row_index("line", 2)
    return RecordSet(pupils=pupils, schools=pl.concat([one.schools for one in made]))


@pytest.fixture
def school() -> RecordSet:
    """Four pupils of one school, one of them not included, one without a number."""
    numbers = ("A999000015001", "B999000015002", None, "D999000015004")
    rows = [pupil(UPN=upn) for upn in numbers]
    rows[3]["P_INCL"] = "202"
    return record_set(rows, [{"URN": HERE, "LEA": 999, "RECTYPE": 1}], YEAR)


def test_a_trial_is_the_whole_file_computed_again(region: RecordSet) -> None:
    line, urn = region.pupils.filter(pl.col("READSCORE") > 100).select("line", "URN").row(500)
    trying: list[Trying] = [
        SetValue(line=line, column="READSCORE", value="85"),
        SetValue(line=line, column="READOUTCOME", value="NS"),
        SetValue(line=line, column="KS1READ", value="GDS"),
        SetValue(line=line, column="SEX", value="F"),
    ]
    trial = tried(region, YEAR, urn, trying)
    here = pl.col("line") == line
    whole = region.pupils.with_columns(
        READSCORE=pl.when(here).then(85).otherwise("READSCORE"),
        READOUTCOME=pl.when(here).then(pl.lit("NS")).otherwise("READOUTCOME"),
        KS1READ=pl.when(here).then(pl.lit("GDS")).otherwise("KS1READ"),
        SEX=pl.when(here).then(pl.lit("F")).otherwise("SEX"),
    ).cast(region.pupils.schema)
    again = compute(replace(region, pupils=whole), YEAR)
    expected = again.parts.filter(pl.col("URN") == urn).sort("group")
    assert_frame_equal(trial.computed.parts.sort("group"), expected)
    before = compute(region, YEAR).parts.filter(pl.col("URN") == urn)
    assert not before.sort("group").equals(expected)
    for group in trial.computed.table.groups:
        own, of_all = (
            made.table.of_schools(group, pl.Series([urn], dtype=pl.Int32))
            for made in (trial.computed, again)
        )
        assert_frame_equal(own, of_all)
    assert trial.changes.of(urn, "READPROG").change is not None
    assert_one_pupil(trial, urn)


def assert_one_pupil(trial: Trial, urn: int) -> None:
    moved = [one for one in trial.changes.of_school(urn) if one.change]
    assert moved
    for one in moved:
        (effect,) = one.effects
        assert effect.effect == one.change
        assert effect.of_rules == 0


def change(trial: Trial, figure: str) -> tuple[Any, Any, list[str]]:
    one = trial.changes.of(HERE, figure)
    return one.old, one.new, [effect.reasons[0].name for effect in one.effects]


@pytest.mark.parametrize(
    ("trying", "figure", "expected"),
    [
        ([Remove(line=2)], "TELIG", (3, 2, ["removal"])),
        ([Include(line=5)], "TELIG", (3, 4, ["inclusion_changed"])),
        ([SetValue(line=4, column="READSCORE", value=111)], "READ_AVERAGE",
         (105, 107, ["score_changed"])),
        ([SetValue(line=4, column="SCITAOUTCOME", value=" ")], "PTSCITA_EXP",
         (100, Fraction(200, 3), ["outcome_changed"])),
        ([SetValue(line=2, column="KS1READ", value=None)], "TKS1GROUP_NA",
         (0, 1, ["prior_attainment_changed"])),
        ([Remove(line=2), Remove(line=3)], "TELIG", (3, 1, ["removal", "removal"])),
        ([SetValue(line=2, column="EALGRP", value=2)], "TEALGRP2",
         (0, 1, ["characteristic_changed"])),
        ([SetValue(line=2, column="READSCORE", value=108.0)], "READ_AVERAGE",
         (105, 106, ["score_changed"])),
        ([], "TELIG", (3, 3, [])),
    ],
)  # fmt: skip
def test_a_change_is_tried(
    trying: list[Trying], figure: str, expected: Any, school: RecordSet
) -> None:
    assert change(tried(school, YEAR, HERE, trying), figure) == expected


def test_a_pupil_is_added_below_the_others(school: RecordSet) -> None:
    values = {**pupil(UPN="E999000015005", READSCORE=113), "URN": 1}
    trial = tried(school, YEAR, HERE, [Add(values=values)])
    assert change(trial, "READ_AVERAGE") == (105, 107, ["addition"])
    assert trial.records.pupils["line"].to_list() == [2, 3, 4, 5, 6]
    assert trial.records.pupils["URN"].unique().to_list() == [HERE]
    assert school.pupils.height == 4, "the records are as they were"


@pytest.mark.parametrize(
    ("lines", "missing", "said"),
    [
        ((2,), ("SCITAOUTCOME", "KS1AVERAGEPS"), ("SCITAOUTCOME",)),
        ((2, 3, 4, 5), ("KS1AVERAGEPS",), ()),
    ],
)
def test_a_column_the_file_lacks_is_there_once_every_pupil_has_a_value_in_it(
    lines: tuple[int, ...], missing: tuple[str, ...], said: tuple[str, ...], school: RecordSet
) -> None:
    blank = school.pupils.with_columns(SCITAOUTCOME=pl.lit(None)).cast(school.pupils.schema)
    lacking = replace(school, pupils=blank, missing=("SCITAOUTCOME", "KS1AVERAGEPS"))
    trying = [SetValue(line=line, column="SCITAOUTCOME", value="EXS") for line in lines]
    trial = tried(lacking, YEAR, HERE, trying)
    assert (trial.records.missing, trial.lacking) == (missing, said)
    science = trial.changes.of(HERE, "PTSCITA_EXP")
    assert (science.old, science.new) == (None, None if said else 100)


def test_a_pupil_who_is_added_tells_of_nobody_else(school: RecordSet) -> None:
    blank = school.pupils.with_columns(SCITAOUTCOME=pl.lit(None)).cast(school.pupils.schema)
    lacking = replace(school, pupils=blank, missing=("SCITAOUTCOME",))
    trial = tried(lacking, YEAR, HERE, [Add(values=pupil(UPN="E999000015005"))])
    assert (trial.records.missing, trial.lacking) == (("SCITAOUTCOME",), ("SCITAOUTCOME",))


@pytest.mark.parametrize(
    ("trying", "kind", "sentence"),
    [
        (
            SetValue(line=99, column="SEX", value="F"),
            UsageError,
            "No pupil of the school is in line",
        ),
        (Remove(line=99), UsageError, "line 99"),
        (Include(line=99), UsageError, "line 99"),
        (SetValue(line=2, column="URN", value=900002), UsageError, "URN is no column"),
        (SetValue(line=2, column="UPN", value="X"), UsageError, "UPN is no column"),
        (SetValue(line=2, column="line", value=1), UsageError, "line is no column"),
        (SetValue(line=2, column="KS2READSCORE", value=1), UsageError, "is no column"),
        (SetValue(line=2, column="SEX", value="Q"), InputError, "Q is no value of SEX"),
        (SetValue(line=2, column="READSCORE", value="high"), InputError, "high is no value"),
        (SetValue(line=2, column="READSCORE", value=10**9), InputError, "is no value of READ"),
        (SetValue(line=2, column="READSCORE", value=121), InputError, "READSCORE"),
        (Add(values={"ZEBRA": 1}), InputError, "no column is called ZEBRA"),
        (Add(values={"SEX": "Q"}), InputError, "the pupil to be added: Q is no value of SEX"),
        (Add(values={"READSCORE": 10**30}), InputError, "is no value of READSCORE"),
        (SetValue(line=2, column="READSCORE", value=101.5), InputError, "101.5 is no value"),
        (SetValue(line=2, column="EALGRP", value=0), InputError, "0 is no value of EALGRP"),
        (SetValue(line=2, column="KS1AVERAGEPS", value="nan"), InputError, "nan is no value"),
        (SetValue(line=2, column="KS1AVERAGEPS", value="1e999"), InputError, "1e999 is no value"),
    ],
)
def test_what_cannot_be_tried_is_said(
    trying: Trying, kind: type[KeystageError], sentence: str, school: RecordSet
) -> None:
    with pytest.raises(kind, match=sentence):
        tried(school, YEAR, HERE, [trying])


def test_a_school_is_not_emptied(school: RecordSet) -> None:
    with pytest.raises(UsageError, match="No pupil would be left"):
        tried(school, YEAR, HERE, [Remove(line=line) for line in (2, 3, 4, 5)])


def test_a_school_without_pupils_has_nothing_to_try(school: RecordSet) -> None:
    with pytest.raises(UsageError, match="school with URN 900009"):
        tried(school, YEAR, 900009, [])


@pytest.mark.parametrize("year", [load_year(2022, "final"), load_year(2019, "final")])
def test_a_year_that_lacks_its_reference_says_so(year: Year, school: RecordSet) -> None:
    with pytest.raises(AbsentValueError, match="prior_attainment_groups"):
        tried(school, year, HERE, [])
