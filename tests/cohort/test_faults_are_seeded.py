"""Mistakes are put where the answer key says, and nowhere else."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from keystage.cohort.authority import Authority
from keystage.cohort.fault_kinds import kinds
from keystage.cohort.faults import Returns, make_faults
from keystage.core.errors import UsageError
from keystage.core.subjects import ASSESSED, IN_PROGRESS
from keystage.core.upn import fault_of, is_temporary
from keystage.records.circumstances import ACCEPTED
from keystage.records.returns import EXPECTED
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2022)


@pytest.fixture(scope="module")
def expected(nowhere: Authority) -> pl.DataFrame:
    return nowhere.roll.with_row_index("line", 2).select(
        pl.col(name).cast(dtype) for name, dtype in EXPECTED.items()
    )


@pytest.fixture(scope="module")
def returns(nowhere: Authority) -> Returns:
    identity = ("school", "upn", "surname", "forename", "birth_date", "sex")
    judged = [pl.col(f"ta_{subject}").alias(subject) for subject in ASSESSED]
    judged += [pl.col(f"ta_{s}_p_scale").alias(f"{s}_p_scale") for s in IN_PROGRESS]
    return Returns(
        envelopes=nowhere.roll.select(
            pl.col("school").unique(maintain_order=True),
        ).with_columns(
            version=pl.lit("21.0"),
            destination=pl.lit("NAALLLL"),
            serial=pl.lit(1, pl.Int32),
            copied=pl.lit(value=False),
        ),
        pupils=nowhere.roll.select(*identity, *judged),
        accepted=pl.DataFrame(schema=dict(ACCEPTED)),
    )


@pytest.fixture(scope="module")
def made(returns: Returns, expected: pl.DataFrame) -> tuple[Returns, pl.DataFrame]:
    return make_faults(returns, expected, COLLECTION, seed=2, rate=1.0, scripts=True)


def test_the_same_seed_makes_the_same_mistakes_and_another_others(
    returns: Returns, expected: pl.DataFrame, made: tuple[Returns, pl.DataFrame]
) -> None:
    again, same = make_faults(returns, expected, COLLECTION, seed=2, rate=1.0, scripts=True)
    _, other = make_faults(returns, expected, COLLECTION, seed=3, rate=1.0, scripts=True)

    assert_frame_equal(same, made[1])
    assert_frame_equal(again.pupils, made[0].pupils)
    assert not other.equals(same)


def test_a_rate_of_none_changes_nothing(returns: Returns, expected: pl.DataFrame) -> None:
    clean, answers = make_faults(returns, expected, COLLECTION, seed=1, rate=0.0)

    assert answers.is_empty()
    assert_frame_equal(clean.pupils, returns.pupils)
    assert_frame_equal(clean.envelopes, returns.envelopes)
    assert clean.accepted.is_empty()


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_outside_its_range_is_refused(
    returns: Returns, expected: pl.DataFrame, rate: float
) -> None:
    with pytest.raises(UsageError, match="share of schools"):
        make_faults(returns, expected, COLLECTION, seed=1, rate=rate)


def test_a_school_has_one_kind_of_mistake_and_no_more_pupils_than_it_says(
    made: tuple[Returns, pl.DataFrame],
) -> None:
    per_school = made[1].group_by("school").agg(pl.col("kind").unique(), rows=pl.len())

    assert per_school["kind"].list.len().max() == 1
    for found, rows in per_school.select(pl.col("kind").list.first(), "rows").iter_rows():
        assert rows <= max(kinds()[found].pupils, 1)


def test_every_school_has_a_mistake_where_the_rate_is_one(
    returns: Returns, made: tuple[Returns, pl.DataFrame]
) -> None:
    assert made[1]["school"].n_unique() == returns.envelopes.height


@pytest.mark.parametrize("seed", range(20))
def test_a_school_of_one_pupil_keeps_it(
    returns: Returns, expected: pl.DataFrame, seed: int
) -> None:
    alone = returns.pupils.unique("school", keep="first", maintain_order=True)
    small = Returns(envelopes=returns.envelopes, pupils=alone, accepted=returns.accepted)

    after, _ = make_faults(small, expected, COLLECTION, seed=seed, rate=1.0)

    assert after.pupils["school"].n_unique() == returns.envelopes.height


def test_pupils_of_whom_the_key_says_nothing_are_as_they_were(
    returns: Returns, made: tuple[Returns, pl.DataFrame]
) -> None:
    after, answers = made
    shifted = answers.filter(kind="column_shift")["school"].implode()
    named = answers["upn"].implode()
    apart = pl.col("school").is_in(shifted) | pl.col("upn").is_in(named)

    others = after.pupils.filter(
        ~apart & ~pl.col("upn").is_in(answers["upn_in_file"].drop_nulls().implode())
    )
    assert others.height > returns.pupils.height // 2
    assert_frame_equal(
        others,
        returns.pupils.join(others, on="upn", how="semi", maintain_order="left"),
    )


def test_wrong_numbers_are_wrong_in_the_way_the_key_says(
    made: tuple[Returns, pl.DataFrame], returns: Returns
) -> None:
    answers = made[1]

    letters = answers.filter(kind="wrong_check_letter")["upn_in_file"]
    others = answers.filter(kind="anothers_number")["upn_in_file"]
    second = answers.filter(kind="there_under_two_numbers")["upn_in_file"]
    assert {fault_of(upn) for upn in letters} == {"check_letter"}
    assert others.len() > 0
    assert others.is_in(returns.pupils["upn"].implode()).all()
    assert second.len() > 0
    assert all(is_temporary(upn) and fault_of(upn) is None for upn in second)
    assert not second.is_in(returns.pupils["upn"].implode()).any()


def test_what_was_accepted_before_is_newer_than_a_stale_file(
    made: tuple[Returns, pl.DataFrame],
) -> None:
    after, answers = made
    stale = answers.filter(kind="stale_file")["school"]

    assert stale.len() > 0
    assert after.accepted["school"].sort().to_list() == stale.sort().to_list()
    joined = after.accepted.join(after.envelopes, on="school", suffix="_sent")
    assert (joined["serial"] > joined["serial_sent"]).all()
