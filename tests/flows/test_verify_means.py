"""Bounds on unprinted numbers: exact against every case tried one by one."""

from fractions import Fraction
from itertools import product

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from keystage.flows.verify.means import FINE, mean_bounds, rounded_from
from keystage.flows.verify.together import together

weights = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted)
values = st.tuples(st.integers(80, 120), st.integers(80, 120)).map(sorted)
parts = st.lists(st.tuples(weights, values), min_size=1, max_size=4)
ends = st.one_of(st.none(), st.integers(-5, 5))


@given(parts)
def test_the_bounds_of_a_mean_are_the_lowest_and_the_highest_of_all_weights(
    drawn: list[tuple[list[int], list[int]]],
) -> None:
    frame = pl.DataFrame(
        [(1, *weight, *(value * FINE for value in ends)) for weight, ends in drawn],
        schema=["KEY", "W1", "W2", "V1", "V2"],
        orient="row",
    )
    every = [
        (
            Fraction(sum(w * v[0] for w, (_, v) in zip(way, drawn, strict=True)), sum(way)),
            Fraction(sum(w * v[1] for w, (_, v) in zip(way, drawn, strict=True)), sum(way)),
        )
        for way in product(*(range(low, high + 1) for (low, high), _ in drawn))
        if sum(way)
    ]
    found = mean_bounds(frame, ["KEY"]).to_dicts()
    if not every:
        assert not found
        return
    low, high = min(low for low, _ in every), max(high for _, high in every)
    assert found[0]["LOW"] <= low * FINE < found[0]["LOW"] + 1
    assert found[0]["HIGH"] - 1 < high * FINE <= found[0]["HIGH"]


def test_a_half_prints_as_the_next_number() -> None:
    low, high = (pl.select(end).item() for end in rounded_from(pl.lit(104)))
    assert low == 103.5 * FINE
    assert high < 104.5 * FINE


@given(st.lists(st.tuples(ends, ends), min_size=1, max_size=4))
def test_bounds_fit_if_a_number_is_within_all_and_one_is_at_fault_if_the_others_fit(
    drawn: list[tuple[int | None, int | None]],
) -> None:
    def fits(bounds: list[tuple[int | None, int | None]]) -> bool:
        return any(
            all((low is None or low <= n) and (high is None or n <= high) for low, high in bounds)
            for n in range(-6, 7)
        )

    frame = pl.DataFrame(
        [(1, *bound) for bound in drawn],
        schema={"KEY": pl.Int64, "LOW": pl.Int64, "HIGH": pl.Int64},
        orient="row",
    )
    found = together(frame, ["KEY"])
    assert found["FITS"].to_list() == [fits(drawn)] * len(drawn)
    alone = [not fits(drawn) and fits(drawn[:at] + drawn[at + 1 :]) for at in range(len(drawn))]
    everyone = [not fits(drawn)] * len(drawn)
    assert found["FAULT"].to_list() == (alone if any(alone) else everyone)
