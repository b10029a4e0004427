"""Which schools are most like one: the formula of the file against plain sums; how it is kept."""

import random
from math import sqrt
from statistics import pstdev

import polars as pl
import pytest
from msgspec.structs import replace
from snapshots_of_tests import contents_of_england, tables_of_england

from keystage.core.errors import InputError
from keystage.flows.figures.similar import (
    Near,
    Rules,
    Shown,
    SimilarSchools,
    declared,
    decode,
    encode,
    nearest,
)

RULES = declared()
NAMES = [one.name for one in RULES.characteristics]


def invented(many: int, seed: int) -> pl.DataFrame:
    """Schools with whole figures, some of which are not known."""
    chance = random.Random(seed)  # noqa: S311  # invented schools
    rows = [
        (
            900_000 + at,
            *(None if chance.random() < 0.15 else float(chance.randint(0, 40)) for _ in NAMES),
        )
        for at in range(many)
    ]
    return pl.DataFrame(
        rows, schema={"URN": pl.Int64, **dict.fromkeys(NAMES, pl.Float64)}, orient="row"
    )


def by_hand(schools: pl.DataFrame, rules: Rules, urn: int) -> list[tuple[int, int]]:
    """The formula's words, one school after the other."""
    spread = {
        name: pstdev([value for value in schools[name].to_list() if value is not None])
        for name in NAMES
    }
    rows = {row["URN"]: row for row in schools.iter_rows(named=True)}
    here, found = rows[urn], []
    for other, there in rows.items():
        both = [
            one
            for one in rules.characteristics
            if here[one.name] is not None and there[one.name] is not None
        ]
        if other == urn or len(both) < rules.formula.known_at_least:
            continue
        squares = sum(
            one.weight * ((here[one.name] - there[one.name]) / spread[one.name]) ** 2
            for one in both
        )
        distance = sqrt(squares / sum(one.weight for one in both)) * 100
        found.append((round(distance), other))
    return [(other, distance) for distance, other in sorted(found)[: rules.formula.most]]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_nearest_schools_are_those_of_the_formula(seed: int) -> None:
    schools = invented(90, seed)
    for urn, near in nearest(schools, RULES):
        wanted = by_hand(schools, RULES, urn)
        found = [(one.urn, one.distance) for one in near]
        assert len(found) == len(wanted) <= RULES.formula.most
        # A distance that is rounded up here and down there may change places with an equal one.
        for (_, one), (_, other) in zip(found, wanted, strict=True):
            assert abs(one - other) <= 1


def test_a_school_of_which_too_little_is_known_is_like_none_and_none_like_it() -> None:
    schools = invented(30, 3).with_columns(
        pl.when(pl.col("URN") != 900_004).then(pl.col(name)) for name in NAMES[:4]
    )
    found = dict(nearest(schools, RULES))

    assert found[900_004] == ()
    assert not any(one.urn == 900_004 for near in found.values() for one in near)


def test_equal_schools_have_no_distance_and_come_by_their_number() -> None:
    row = {"URN": [900_003, 900_001, 900_002], **{name: [5.0, 5.0, 9.0] for name in NAMES}}
    found = dict(nearest(pl.DataFrame(row), RULES))

    assert found[900_001][0] == Near(urn=900_003, distance=0)
    assert [one.urn for one in found[900_002]] == [900_001, 900_003]


def test_what_is_the_same_in_every_school_tells_nothing_and_fails_nothing() -> None:
    row = {"URN": [900_001, 900_002], **{name: [5.0, 5.0] for name in NAMES}}
    assert dict(nearest(pl.DataFrame(row), RULES)) == {900_001: (), 900_002: ()}


def test_every_characteristic_has_a_weight_and_a_reason_and_the_file_its_sources() -> None:
    for one in RULES.characteristics:
        assert one.weight > 0
        assert one.why.endswith(".")
    assert RULES.formula.source in RULES.sources
    assert RULES.headline.source in RULES.sources
    assert 0 < RULES.formula.known_at_least <= len(NAMES)


def test_tables_of_a_release_are_made_of_published_figures_of_schools_of_one_sort() -> None:
    published = {
        int(one.code): one
        for one in contents_of_england()[1]
        if one.kind == "school" and one.level == "suppressed"
    }
    kept = [one for one in tables_of_england() if one.what == "similar"]
    made = {int(one.code): decode(one.content) for one in kept}

    assert made.keys() == published.keys()
    assert len(kept) == len(made)
    assert {one.level for one in kept} == {"suppressed"}
    assert any(one.near for one in made.values())
    for urn, one in made.items():
        for shown in (*one.known, *one.headline):
            figure = published[urn].figure(shown.name)
            assert figure is not None
            assert (shown.text, shown.state) == (figure.text, figure.state)
        assert not any(near.urn == urn for near in one.near)
        assert all(made[near.urn].among == one.among for near in one.near)


def test_a_table_comes_back_as_it_was_and_damage_is_refused() -> None:
    one = SimilarSchools(
        urn=900_001, name="Oak", authority=None, authority_name="", type_label="",
        known=(Shown(name="TELIG", text="9", state="shown"),), headline=(),
    )  # fmt: skip

    assert decode(encode(one)) == one
    assert encode(replace(one)) == encode(one)
    for bytes_ in (b"", b"x", encode(one)[:-4]):
        with pytest.raises(InputError, match="no table of similar schools"):
            decode(bytes_)
