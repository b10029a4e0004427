"""Pupils of an invented England: valid numbers, many names, and everyone who comes and goes."""

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from keystage.cohort.make import make
from keystage.cohort.numbers import MOST_PUPILS, make_numbers
from keystage.cohort.plan import Plan
from keystage.core.upn import LETTERS, fault_of, is_temporary, make_upn
from keystage.statute.authorities import load_authorities
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2022)
CURLED = "\N{RIGHT SINGLE QUOTATION MARK}"
MARKED = rf"[^\x00-\x7F{CURLED}]"


def share(flags: pl.Series) -> float:
    return int(flags.sum()) / flags.len()


def test_every_number_is_valid_and_nobody_elses(roll: pl.DataFrame) -> None:
    numbers = pl.concat([roll["upn"], roll["former_upn"].drop_nulls()])
    assert numbers.n_unique() == numbers.len()
    assert {fault_of(upn) for upn in numbers} == {None}


def test_no_number_could_have_been_issued_by_a_school(roll: pl.DataFrame) -> None:
    assert (roll["upn"].str.slice(4, 1) == "0").all()
    assert set(roll["upn"].str.slice(1, 3)) <= load_authorities().issuing


def test_the_rolls_of_schools_fit_the_serial_numbers(roll: pl.DataFrame) -> None:
    largest = roll.group_by("URN").len()["len"].max()
    assert isinstance(largest, int)
    assert largest < MOST_PUPILS


@given(
    some.integers(0, 999), some.integers(0, 9999), some.integers(0, 99), some.integers(0, 999),
    some.booleans(),
)  # fmt: skip
def test_numbers_made_at_once_are_those_made_one_by_one(
    authority: int,
    establishment: int,
    year: int,
    serial: int,
    temporary: bool,  # noqa: FBT001
) -> None:
    made = make_numbers(
        np.array([authority * 10_000 + establishment]),
        np.array([year]),
        np.array([serial]),
        np.array([temporary]),
    )
    letter = LETTERS[serial // 100] if temporary else ""
    alone = make_upn(authority, establishment, year, serial % 100 if temporary else serial, letter)
    assert made.to_list() == [alone]


def test_a_few_pupils_have_temporary_numbers(roll: pl.DataFrame) -> None:
    temporary = [upn for upn in roll["upn"] if is_temporary(upn)]
    assert 5 < len(temporary) < roll.height / 200


def test_names_have_the_signs_of_the_register(roll: pl.DataFrame) -> None:
    signs = re.escape("".join(COLLECTION.identity.name_signs))
    allowed = rf"^[\p{{L}}\p{{M}}{signs}]+$"
    for name in ("surname", "forename"):
        assert roll[name].str.contains(allowed).all()
        assert roll[name].str.len_chars().is_between(1, COLLECTION.identity.name_length).all()


@pytest.mark.parametrize(
    ("kind", "pattern", "column"),
    [
        ("an apostrophe", "'", "surname"),
        ("a hyphen", "-", "surname"),
        ("a hyphen", "-", "forename"),
        ("a letter with a mark", MARKED, "surname"),
        ("a letter with a mark", MARKED, "forename"),
        ("a curled apostrophe", CURLED, "surname"),
        ("several given names", " .* ", "forename"),
    ],
)
def test_some_pupil_has_a_name_with(
    kind: str, pattern: str, column: str, roll: pl.DataFrame
) -> None:
    assert roll[column].str.contains(pattern).any(), kind


def test_a_pupil_with_one_name_has_it_in_both_places(roll: pl.DataFrame) -> None:
    assert roll.filter(pl.col("surname") == pl.col("forename")).height >= 1


def test_some_pupils_of_one_school_have_the_same_name(roll: pl.DataFrame) -> None:
    alike = roll.filter(pl.struct("URN", "surname", "forename").is_duplicated())
    assert alike.height >= 20


def test_twins_share_surname_and_birthday(roll: pl.DataFrame) -> None:
    twins = roll.filter(pl.struct("URN", "surname", "birth_date").is_duplicated())
    assert 0.02 < twins.height / roll.height < 0.05


def test_a_few_pupils_are_taught_out_of_year(roll: pl.DataFrame) -> None:
    cohort = COLLECTION.cohort
    usual = share(roll["birth_date"].is_between(cohort.born_from, cohort.born_to))
    assert 0.99 < usual < 0.999
    assert roll["birth_date"].dt.year().is_between(2009, 2012).all()


def test_those_who_left_before_the_tests_are_on_the_roll_only(
    roll: pl.DataFrame, pupils: pl.DataFrame
) -> None:
    week = COLLECTION.test_week
    assert week is not None
    gone = roll.filter(~pl.col("in_file"))
    assert gone.height > 100
    assert (gone["left_on"] < week.first).all()
    assert set(gone["upn"]).isdisjoint(pupils["UPN"])
    assert set(gone["reading"]) == {"left"}
    assert set(gone["ta_writing"]) == {"L"}
    stayed = roll.filter("in_file")
    assert (stayed["left_on"].drop_nulls() > week.last).all()
    assert stayed["left_on"].drop_nulls().len() > 20


def test_some_pupils_joined_shortly_before_the_tests(roll: pl.DataFrame) -> None:
    week = COLLECTION.test_week
    assert week is not None
    late = roll.filter(pl.col("joined_on") > pl.date(2022, 2, 1))
    assert 0.005 < late.height / roll.height < 0.02
    assert (roll["joined_on"] < week.first).all()


def test_pupils_from_abroad_mostly_have_no_key_stage_1(pupils: pl.DataFrame) -> None:
    arrived = pupils.filter(pl.col("READOUTCOME") == "J")
    assert arrived.height > 20
    assert share(arrived["KS1AVERAGEPS"].is_null()) > 0.9
    assert set(arrived["EALGRP"]) == {"2"}


def test_pupils_of_other_years_are_left_out_with_their_codes(pupils: pl.DataFrame) -> None:
    others = pupils.filter(pl.col("P_INCL") == "202")
    assert set(others["MATOUTCOME"]) == {"F", "P"}
    assert (others["WRITTAOUTCOME"].cast(pl.String) == others["MATOUTCOME"].cast(pl.String)).all()
    assert {"201", "202", "203"} == set(pupils["P_INCL"])


def test_ethnic_groups_and_first_languages_go_together(
    roll: pl.DataFrame, pupils: pl.DataFrame
) -> None:
    both = roll.join(pupils.select("EALGRP", upn="UPN"), on="upn")
    british = dict(both.group_by("EALGRP").agg((pl.col("ethnicity") == "WBRI").mean()).iter_rows())
    assert british["1"] > 0.6
    assert british["2"] < 0.1


def test_classes_are_named_where_a_school_has_several(roll: pl.DataFrame) -> None:
    classes = roll.group_by("URN").agg(pl.len(), pl.col("class").unique())
    small = classes.filter(pl.col("len") < 30)["class"]
    large = classes.filter(pl.col("len").is_between(56, 62))["class"]
    assert {tuple(names) for names in small} == {("6",)}
    assert {tuple(sorted(names)) for names in large} == {("6A", "6B")}


def test_no_two_pupils_of_a_school_have_one_name_and_one_birthday(roll: pl.DataFrame) -> None:
    people = roll.select("school", "surname", "forename", "birth_date")
    twins = roll.filter(pl.len().over("school", "surname", "birth_date") > 1)
    assert people.filter(people.is_duplicated()).rows() == []
    assert twins.height > 100


@pytest.mark.parametrize("year", [2023, 2024])
def test_pupils_out_of_year_are_a_year_off_at_most_where_a_year_has_366_days(year: int) -> None:
    cohort = load_collection(year).cohort
    plan = Plan(year=year, release="final", seed=1, authorities=3)
    born = pl.concat([one.roll for one in make(plan)])["birth_date"]
    earliest = cohort.born_from.replace(year=cohort.born_from.year - 1)
    latest = cohort.born_to.replace(year=cohort.born_to.year + 1)
    assert (born < cohort.born_from).any()
    assert born.is_between(earliest, latest).all()
