"""Exchanged results: every seeded exchange of opposite pupils is found, and how many others are."""

import polars as pl
import pytest

from keystage.cohort.make import sample_authority
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.results_day.profiles import PROFILES, opposite_profiles

SCORES = [f"{test}_score" for test in TESTED]
#: Pairs told of in faultless schools, of 60 schools: measured 3 in 600, never more than one in 60.
MOST_FALSE = 1


def profiles(year: int, seed: int) -> pl.DataFrame:
    roll = sample_authority(year, "provisional", seed=seed, schools=60).roll.filter("in_file")
    judged = {str(subject): pl.col(f"ta_{subject}") for subject in ASSESSED}
    return (
        roll.select(pl.exclude("reading", "maths"))
        .with_columns(**judged)
        .select(pl.col(name).cast(kind) for name, kind in PROFILES.items())
    )


def exchanged(pupils: pl.DataFrame) -> tuple[pl.DataFrame, set[frozenset[str]]]:
    """In every school, the scores of the first low and the first high pupil the other way round."""
    taken = pl.sum_horizontal(pl.col(name).is_not_null() for name in SCORES) == len(SCORES)
    low = taken & (pl.col("writing") == "WTS") & pl.all_horizontal(pl.col(*SCORES) < 100)
    high = taken & (pl.col("writing") == "GDS") & pl.all_horizontal(pl.col(*SCORES) >= 100)
    one, other = (
        pupils.filter(which).unique("school", keep="first", maintain_order=True)
        for which in (low, high)
    )
    pairs = one.join(other, on="school", suffix="_other")
    moved = pl.concat(
        [
            pairs.select("upn", *(pl.col(f"{name}_other").alias(f"{name}_new") for name in SCORES)),
            pairs.select(upn="upn_other", **{f"{name}_new": name for name in SCORES}),
        ]
    )
    changed = pupils.join(moved, on="upn", how="left", maintain_order="left").with_columns(
        pl.coalesce(f"{name}_new", name).alias(name) for name in SCORES
    )
    return changed.select(list(PROFILES)), set(
        map(frozenset, pairs.select("upn", "upn_other").rows())
    )


@pytest.mark.parametrize(("year", "seed"), [(2026, 11), (2022, 12)])
def test_every_seeded_exchange_is_found_and_faultless_schools_are_left_in_peace(
    year: int, seed: int
) -> None:
    faultless = profiles(year, seed)
    changed, seeded = exchanged(faultless)

    told = {frozenset(row) for row in opposite_profiles(changed, year)[["upn", "other_upn"]].rows()}

    assert len(seeded) > 30
    assert seeded <= told
    assert opposite_profiles(faultless, year).height <= MOST_FALSE


def pair(**other: object) -> pl.DataFrame:
    blank: dict[str, object] = dict.fromkeys(PROFILES)
    low = {**blank, "school": "1", "upn": "L", "writing": "WTS", **dict.fromkeys(SCORES, 112)}
    high = {**blank, "school": "1", "upn": "H", "writing": "EXS", **dict.fromkeys(SCORES, 92)}
    names = {"surname": "Lee", "forename": "Ann"}
    return pl.DataFrame(
        [{**low, **names}, {**high, **names, "forename": "Amy", **other}], schema=dict(PROFILES)
    )


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({}, True),
        ({"surname": "Okonkwo"}, False),
        ({"surname": "Okonkwo", "writing": "GDS"}, True),
        ({"surname": "Ann", "forename": "Lee"}, True),
        ({"school": "2"}, False),
        ({"reading_score": 101}, False),
        ({"reading_score": None}, True),
        ({"reading_score": None, "gps_score": None}, False),
        ({"writing": None}, False),
        ({"surname": None}, False),
    ],
)
def test_a_pair_is_told_of_if_its_names_are_alike_or_it_is_far_apart(
    other: dict[str, object], *, found: bool
) -> None:
    assert (opposite_profiles(pair(**other), 2026).height == 1) == found
