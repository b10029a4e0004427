"""What no published table may do, over random files of small schools."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from cohorts import make_cohort
from engine_side import computed, units_of
from oracle_examples import YEAR
from oracle_types import Unit

from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.fields import Field, fields
from keystage.measures.gaps import comparators
from keystage.measures.table import MeasureTable
from keystage.reports.disclosure import PUBLISHED, publish_levels

FIGURE = re.compile(r"-?\d+(\.\d+)?%?")
CODES = {"SUPP", "LOWCOV", "NA", ""}
RULES = YEAR.suppression
FIELDS = {field.name: field for field in fields(YEAR) if field.published}
SEEDS = [1, 2, 3]
Rows = list[tuple[Unit, dict[str, str]]]


@cache
def table_of(seed: int) -> MeasureTable:
    """Thirty schools of one to sixteen pupils, national so that gaps have a comparator."""
    pupils, schools = make_cohort(seed, 30, 16, YEAR, contradictory=seed == SEEDS[-1])
    chance = Random(seed)  # noqa: S311  # invented pupils need no cryptographic chance
    kept = {one["URN"]: chance.randint(1, 16) for one in schools}
    some = [one for place, one in enumerate(pupils) if place % 16 < kept[one["URN"]]]
    return replace(computed(some, schools, YEAR).table, national=True)


@cache
def rows_of(seed: int) -> Rows:
    table = table_of(seed)
    levels = publish_levels(table, comparators(table))
    texts = [row for level in PUBLISHED for row in levels[level].frame.to_dicts()]
    names = [unit for unit in units_of(table) if unit[0] != "TRUST"]
    return list(zip(names, texts, strict=True))


def pupils_in(seed: int, group: str) -> dict[Unit, int]:
    table = table_of(seed)
    return dict(zip(units_of(table), table.of_group(group)[ELIGIBLE.name], strict=True))


def cells(seed: int) -> Iterator[tuple[Unit, Field, str]]:
    for unit, row in rows_of(seed):
        for name, field in FIELDS.items():
            yield unit, field, row[name]


def is_count(field: Field) -> bool:
    return field.kind in {"count", "share"}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_is_a_figure_or_a_code(seed: int) -> None:
    for unit, field, text in cells(seed):
        assert text in CODES or FIGURE.fullmatch(text), (unit, field.name, text)
        assert not re.fullmatch(r"-0(\.0*)?%?", text), (unit, field.name, text)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_group_of_one_to_five_pupils_has_no_figure(seed: int) -> None:
    found = 0
    groups = {group: pupils_in(seed, group) for group in YEAR.pupil_groups.groups}
    for unit, field, text in cells(seed):
        if not is_count(field) and 1 <= groups[field.group][unit] < RULES.smallest_group:
            found += 1
            assert text in CODES, (unit, field.name, text)
    assert found > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_a_school_of_one_to_five_pupils_shows_their_number_only(seed: int) -> None:
    everyone = pupils_in(seed, "all")
    small = {unit for unit, number in everyone.items() if 1 <= number < RULES.smallest_group}
    assert small
    for unit, field, text in cells(seed):
        if unit in small:
            assert (text in CODES) == (field.name != "TELIG"), (unit, field.name, text)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_measure_of_one_to_five_pupils_has_no_figure(seed: int) -> None:
    """Not the group but the pupils with a result: scaled scores, progress, key stage 1."""
    table = table_of(seed)
    units = units_of(table)
    covered = {
        (group, name): dict(zip(units, table.of_group(group)[name], strict=True))
        for group in table.groups
        for name in {field.measure.covered.name for field in FIELDS.values() if field.measure}
    }
    for unit, field, text in cells(seed):
        if field.measure is None or field.kind == "gap":
            continue
        number = covered[field.group, field.measure.covered.name][unit]
        if 1 <= number < RULES.smallest_group:
            assert text in CODES, (unit, field.name, text)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_withheld_group_cannot_be_had_by_taking_its_partner_from_the_whole(seed: int) -> None:
    pairs = 0
    for unit, row in rows_of(seed):
        for name, field in FIELDS.items():
            if field.group != "disadvantaged" or field.measure is None or field.kind == "gap":
                continue
            partner = row[name.replace("_FSM6CLA1A", "_NotFSM6CLA1A")]
            shown = {text not in CODES for text in (row[name], partner)}
            if "SUPP" in {row[name], partner}:
                pairs += 1
                assert shown == {False}, (unit, name, row[name], partner)
    assert pairs > 50


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gap_is_shown_only_beside_the_figure_it_is_made_from(seed: int) -> None:
    """The national figure is known, so the gap would give a withheld figure away."""
    shown = 0
    for unit, row in rows_of(seed):
        for name, field in FIELDS.items():
            if field.kind == "gap" and row[name] not in CODES:
                assert field.measure is not None
                shown += 1
                own = row[field.measure.field.format(group="_FSM6CLA1A")]
                assert own not in CODES, (unit, name, row[name], own)
    assert shown > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_limits_and_bands_are_withheld_with_their_score(seed: int) -> None:
    for unit, row in rows_of(seed):
        for name, field in FIELDS.items():
            if field.kind in {"lower", "upper"}:
                score = row[name.rsplit("_", 1)[0]]
                assert (row[name] in CODES) == (score in CODES), (unit, name)
                assert score not in CODES or row[name] == score
