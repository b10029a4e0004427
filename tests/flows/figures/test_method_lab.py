"""A school under the rules of another year: what changes, who moves, and what cannot be done."""

from typing import Any

import pytest

from keystage.core.errors import UsageError
from keystage.flows.figures.computed_again import Again, computed_again
from keystage.flows.figures.method import moving, other_rules, under_other_rules
from keystage.flows.figures.school_pupils import schools_of
from keystage.flows.own_pupils import own_records
from keystage.statute.loader import load_year
from keystage.statute.year import Year

HERE = 900001
GUIDE, LATER = load_year(2022, "provisional"), load_year(2023, "final")
_STARTED = {"KS1READ": "EXS", "KS1WRIT": "WTS", "KS1MAT": "GDS"}


def again(year: Year, *more: dict[str, Any]) -> Again:
    rows = [
        {
            "URN": HERE, "P_INCL": "201", "READOUTCOME": "AS", "READSCORE": 108,
            "MATOUTCOME": "AS", "MATSCORE": 104, "WRITTAOUTCOME": "EXS", **_STARTED, **one,
        }
        for one in more
    ]  # fmt: skip
    (one,) = schools_of(own_records(rows, None, year, HERE))
    return computed_again(one, year)


def test_under_the_rules_of_a_year_with_a_reference_progress_appears() -> None:
    found = under_other_rules(again(LATER, {}), HERE, GUIDE)
    change = found.changes.of(HERE, "READPROG")

    assert change.old is None
    assert change.new is not None
    assert found.changes.of(HERE, "READ_AVERAGE").same
    (row,) = moving(found, HERE, "READPROG").to_dicts()
    assert (row["old_place"], row["new_place"]) == (None, "numerator")
    assert "prior attainment group" in row["new_reason"]


def test_under_rules_without_a_reference_progress_goes_and_attainment_stays() -> None:
    found = under_other_rules(again(GUIDE, {}), HERE, LATER)

    assert found.changes.of(HERE, "READPROG").new is None
    assert found.changes.of(HERE, "PTRWM_EXP").same
    (row,) = moving(found, HERE, "READPROG").to_dicts()
    assert (row["old_place"], row["new_place"]) == ("numerator", None)


def test_effects_under_other_rules_add_up_to_the_change() -> None:
    told = again(GUIDE, {"READOUTCOME": "Q", "READSCORE": None}, {"READSCORE": 95}, {})
    for rules in (load_year(2019, "final"), LATER, load_year(2026, "provisional")):
        found = under_other_rules(told, HERE, rules)
        for change in found.changes.of_school(HERE):
            if change.change is not None:
                assert sum(one.effect or 0 for one in change.effects) == change.change


def test_codes_that_the_other_rules_lack_count_as_none_and_are_told() -> None:
    found = under_other_rules(again(GUIDE, {}, {}), HERE, load_year(2019, "final"))
    assert dict(found.unknown)["KS1READ"] == 2


def test_pupils_without_a_number_are_themselves_under_both_rules() -> None:
    found = under_other_rules(again(GUIDE, {}, {"READSCORE": 95}), HERE, LATER)

    change = found.changes.of(HERE, "READ_AVERAGE")
    assert change.same
    assert change.effects == ()


def test_every_other_set_of_rules_is_offered_with_what_it_lacks() -> None:
    offered = {rules.key: rules for rules in other_rules(GUIDE)}

    assert "2022-provisional" not in offered
    assert "no baseline" in offered["2025-final"].without_progress
    assert "not found" in offered["2023-final"].without_progress
    assert next(iter(offered)).startswith("2026")
    own = {rules.key: rules for rules in other_rules(LATER)}
    assert own["2022-provisional"].without_progress == ""


def test_a_school_that_is_not_there_is_refused_and_a_figure_neither_year_has_moves_nobody() -> None:
    told = again(GUIDE, {})
    with pytest.raises(UsageError, match="900009"):
        under_other_rules(told, 900009, LATER)
    assert moving(under_other_rules(told, HERE, LATER), HERE, "NO_SUCH").is_empty()
