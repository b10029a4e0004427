"""Pairs with like names whose results fit the other pupil: who is told of, and who is not."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from keystage.checks.scripts import PAIRS, RECORDS, swapped_scripts

#: Scores about the average of each writing judgement.
AROUND = {"WTS": 93.0, "EXS": 105.0, "GDS": 113.0}


def pupil(
    name: tuple[str | None, str | None], writing: str | None, score: float | None, **other: object
) -> dict[str, object]:
    forename, surname = name
    scores = {f"{test}_score": score for test in ("reading", "gps", "maths")}
    blank: dict[str, object] = dict.fromkeys(RECORDS)
    upn = "-".join(map(str, name))
    told = {"school": "9990001", "upn": upn, "forename": forename, "surname": surname}
    return {**blank, **told, "writing": writing, **scores, **other}


def records(*named: dict[str, object], others: int = 20) -> pl.DataFrame:
    """The pupils named, and others of each judgement, of other schools and unlike names."""
    crowd = [
        pupil(
            (f"A{code}{at}", f"B{code}{at}"),
            code,
            mean + (at % 5 - 2) * 2,
            school=f"9990{at + 100}",
        )
        for code, mean in AROUND.items()
        for at in range(others)
    ]
    return pl.DataFrame([*named, *crowd], schema=dict(RECORDS))


def pairs(*named: dict[str, object], others: int = 20) -> list[set[str]]:
    found = swapped_scripts(records(*named, others=others))
    assert found.schema == dict(PAIRS)
    return [set(row) for row in found.select("upn", "other_upn").iter_rows()]


SWAPPED = (pupil(("Ann", "Lee"), "GDS", 93.0), pupil(("Amy", "Lee"), "WTS", 113.0))


def test_a_pair_whose_results_fit_the_other_is_told_of_once_and_as_something_to_look_at() -> None:
    found = swapped_scripts(records(*SWAPPED))

    row = found.row(0, named=True)
    assert found.height == 1
    assert (row["code"], row["severity"], row["school"]) == ("RES-101", "amber", "9990001")
    assert {row["upn"], row["other_upn"]} == {"Ann-Lee", "Amy-Lee"}
    assert row["times"] == pytest.approx(500)
    assert "Ann Lee and Amy Lee" in row["message"]
    assert "500 times" in row["message"]
    assert "If each is the right pupil's, nothing needs to be done" in row["todo"]


def test_a_pair_whose_results_fit_is_not_told_of() -> None:
    assert pairs(pupil(("Ann", "Lee"), "GDS", 113.0), pupil(("Amy", "Lee"), "WTS", 93.0)) == []


def test_a_pair_judged_alike_is_not_told_of_however_far_apart_the_results_are() -> None:
    assert pairs(pupil(("Ann", "Lee"), "EXS", 90.0), pupil(("Amy", "Lee"), "EXS", 118.0)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Zoë", "O'Neill"), ("ZACHARY", "O\u2019NEILL")),
        (("Mary", "Ali"), ("Mary", "Ahmed")),
        (("Anne-Marie", "Lee"), ("Anne Marie", "Long")),
        (("Lee", "James"), ("James", "Lee")),
        (("José", "Díaz"), ("Jose", "Diaz")),
    ],
)
def test_names_are_like_whatever_capitals_accents_and_order(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert len(pairs(pupil(one, "GDS", 93.0), pupil(other, "WTS", 113.0, upn="other"))) == 1


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        (("Ben", "Lee"), {}),
        (("Amy", "Lee"), {"school": "9990002"}),
        ((None, None), {}),
        (("-", "'"), {}),
        (("Amy", "Lee"), {"writing": None}),
        (("Amy", "Lee"), {"reading_score": None, "gps_score": None, "maths_score": None}),
        (("Amy", "Lee"), {"writing": "PK1"}),
    ],
)
def test_unlike_names_other_schools_and_pupils_nothing_is_known_of_make_no_pair(
    name: tuple[str | None, str | None], changed: dict[str, object]
) -> None:
    other = {**pupil(name, "WTS", 113.0, upn="other"), **changed}
    assert pairs(SWAPPED[0], other) == []


@pytest.mark.parametrize(("alike", "told"), [(40, True), (41, False)])
def test_names_that_more_share_than_a_school_can_have_are_no_names(
    alike: int, *, told: bool
) -> None:
    others = [pupil(("Abe", "Lee"), "EXS", 105.0, upn=str(at)) for at in range(alike - 2)]
    assert ({"Ann-Lee", "Amy-Lee"} in pairs(*SWAPPED, *others)) == told


def test_few_pupils_tell_nothing() -> None:
    assert pairs(*SWAPPED, others=7) == []
    assert pairs(*SWAPPED, others=8) == [{"Ann-Lee", "Amy-Lee"}]


def test_pupils_who_all_have_one_score_tell_nothing() -> None:
    same = records(*SWAPPED).with_columns(
        pl.lit(100.0).alias(name) for name in RECORDS if "score" in name
    )
    assert swapped_scripts(same).is_empty()


def test_key_stage_1_tells_pupils_apart_who_are_judged_alike() -> None:
    crowd = [
        pupil((f"A{at}", f"B{at}"), "EXS", 90.0 + at, prior=at / 2, school=f"9990{at + 100}")
        for at in range(40)
    ]
    one, other = (
        pupil(("Ann", "Lee"), "EXS", 92.0, prior=18.0),
        pupil(("Amy", "Lee"), "EXS", 126.0, prior=1.0),
    )
    known = pl.DataFrame([one, other, *crowd], schema=dict(RECORDS))
    unknown = known.with_columns(prior=pl.lit(None, pl.Float64))
    assert swapped_scripts(known).height == 1
    assert swapped_scripts(unknown).is_empty()


def test_judgements_in_other_subjects_count_where_enough_pupils_share_them() -> None:
    crowd = [
        pupil(
            (f"A{code}{at}", f"B{code}{at}"),
            "EXS",
            mean + at % 3,
            science=code,
            school=f"9990{at + 100}",
        )
        for code, mean in (("EXS", 110.0), ("HNM", 94.0))
        for at in range(20)
    ]
    named = [
        pupil(("Ann", "Lee"), "EXS", 94.0, science="EXS"),
        pupil(("Amy", "Lee"), "EXS", 110.0, science="HNM"),
        pupil(("Ada", "Lee"), "EXS", 110.0, science="A"),
    ]
    found = swapped_scripts(pl.DataFrame([*named, *crowd], schema=dict(RECORDS)))
    assert found.select("upn", "other_upn").rows() == [("Ann-Lee", "Amy-Lee")]


@given(order=st.permutations(range(62)))
def test_the_order_of_pupils_changes_nothing_but_the_order_of_pairs(order: Sequence[int]) -> None:
    first = records(*SWAPPED)
    found = swapped_scripts(first[list(order)])
    either = pl.DataFrame(
        {"times": swapped_scripts(first)["times"], "rows": [1]}, schema_overrides={"rows": pl.Int64}
    )
    assert_frame_equal(found.select("times", rows=pl.lit(1, pl.Int64)), either)
