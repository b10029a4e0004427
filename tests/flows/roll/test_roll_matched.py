"""Rows of a file and stored pupils: who is taken for whom, and who decides."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.core.upn import make_upn
from keystage.flows.roll.likeness.matching import Proposal, match, unmatched
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.flows.roll.pupils import Facts, Incoming, Stored

DAY, OTHER_DAY = date(2015, 2, 1), date(2015, 3, 2)
LOOSEST = Strictness.INITIALS


def stored(*facts: Facts) -> list[Stored]:
    return [Stored(key=f"k{at}", facts=one) for at, one in enumerate(facts)]


def rows(*facts: Facts) -> list[Incoming]:
    return [Incoming(row=at, line=at + 2, facts=one) for at, one in enumerate(facts)]


def one_of(mine: Facts, theirs: Facts, strictness: Strictness = Strictness.EXACT) -> Proposal:
    (proposal,) = match(stored(theirs), rows(mine), strictness)
    return proposal


def test_the_same_number_and_name_is_the_same_pupil(ada: Facts) -> None:
    found = one_of(ada, ada)
    assert (found.kind, found.key, found.confirm) == ("same", "k0", False)
    assert found.reasons == ("same UPN",)


def test_a_name_that_differs_is_told_in_words(ada: Facts) -> None:
    found = one_of(replace(ada, surname="Ashdowne"), ada)
    assert (found.kind, found.confirm) == ("same", False)
    assert found.reasons == ("same UPN", "the surname differs: Ashdown → Ashdowne")


@pytest.mark.parametrize(
    ("values", "kind", "confirm"),
    [
        ({"surname": "Zephyr"}, "same", False),  # a family's name may change
        ({"birth_date": OTHER_DAY}, "same", False),
        ({"birth_date": None, "forename": None, "surname": None}, "probable", True),
        ({"forename": None, "surname": None}, "same", False),
        ({"forename": None}, "same", False),
        ({"forename": None, "surname": "Zephyr"}, "probable", True),
        ({"surname": "Zephyr", "birth_date": None}, "probable", True),  # one of many called Ada
        ({"forename": "Zoe"}, "probable", True),  # a twin's number may be mistaken for one's own
        ({"forename": "Zoe", "birth_date": None}, "probable", True),
        ({"forename": "Zoe", "birth_date": OTHER_DAY}, "possible", True),
        ({"surname": "Zephyr", "birth_date": OTHER_DAY}, "possible", True),
        ({"surname": "Zephyr", "forename": "Zoe", "birth_date": OTHER_DAY}, "possible", True),
    ],
)
def test_a_number_needs_a_name_or_birth_date_beside_it(
    ada: Facts, values: dict[str, Any], kind: str, *, confirm: bool
) -> None:
    found = one_of(replace(ada, **values), ada)
    assert (found.kind, found.confirm, found.key) == (kind, confirm, "k0")


def test_another_name_and_birth_date_under_one_number_is_told(ada: Facts) -> None:
    found = one_of(replace(ada, surname="Zephyr", forename="Zoe", birth_date=OTHER_DAY), ada)
    assert found.reasons == (
        "same UPN",
        "the surname differs: Ashdown → Zephyr",
        "the forename differs: Ada → Zoe",
        "the date of birth differs: 1 February 2015 → 2 March 2015",
        "another name and another birth date: look closely",
    )


def test_a_number_by_itself_says_that_nothing_else_is_given(ada: Facts) -> None:
    found = one_of(Facts(upn=ada.upn), ada)
    assert found.reasons[-1] == "the file gives neither name nor birth date to compare"
    assert found.confirm


def test_a_former_number_is_found_either_way_round(ada: Facts, upn: Callable[[int], str]) -> None:
    moved = replace(ada, upn=upn(9), former_upn=ada.upn)
    for mine, theirs in ((moved, ada), (ada, moved)):
        found = one_of(mine, theirs)
        assert (found.by, found.kind, found.confirm) == ("former UPN", "probable", True)
    found = one_of(replace(moved, birth_date=None), ada)
    assert found.kind == "possible"


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ({}, Strictness.EXACT),
        ({"surname": "ASHDOWN"}, Strictness.EXACT),
        ({"surname": "Ashdowne"}, Strictness.SIMILAR),
        ({"surname": "Ashdowne", "forename": "Ada Mae"}, Strictness.SEPARATELY),
        ({"surname": "Ames", "forename": "Agnes"}, Strictness.INITIALS),
        ({"surname": "Zephyr"}, None),
        ({"birth_date": OTHER_DAY}, None),
    ],
)
def test_without_a_number_names_are_compared_in_steps(
    ada: Facts, values: dict[str, Any], step: Strictness | None
) -> None:
    mine = replace(ada, **({"upn": None} | values))
    for strictness in Strictness:
        found = one_of(mine, ada, strictness)
        reached = step is not None and strictness >= step
        assert (found.key == "k0", found.kind != "new") == (reached, reached)
        assert found.confirm == (reached or "birth_date" in values)
        assert not reached or found.step == step


def test_a_temporary_number_does_not_stand_in_the_way(ada: Facts) -> None:
    temporary = make_upn(999, 301, 2025, 1, "A")
    assert one_of(replace(ada, upn=temporary), ada).kind == "probable"


def test_two_permanent_numbers_are_two_pupils_unless_a_person_says_otherwise(
    ada: Facts, upn: Callable[[int], str]
) -> None:
    found = one_of(replace(ada, upn=upn(2)), ada)
    assert (found.kind, found.confirm) == ("possible", True)
    assert f"the UPN differs: {ada.upn} → {upn(2)}" in found.reasons
    assert one_of(replace(ada, upn=upn(2), surname="Ashdowne"), ada, LOOSEST).kind == "new"


def test_a_birth_date_that_is_not_known_needs_a_person(ada: Facts) -> None:
    for mine, theirs in ((None, DAY), (DAY, None), (None, None)):
        found = one_of(replace(ada, upn=None, birth_date=mine), replace(ada, birth_date=theirs))
        assert (found.kind, found.confirm) == ("possible", True)
        assert found.reasons[-1] == "the birth date is not known of both"


def test_twins_do_not_match_each_other(ada: Facts, upn: Callable[[int], str]) -> None:
    twin = replace(ada, upn=upn(2), forename="Asa", sex="M")
    for strictness in Strictness:
        there, back = match(stored(ada, twin), rows(twin, ada), strictness)
        assert [(one.kind, one.key) for one in (there, back)] == [("same", "k1"), ("same", "k0")]
        assert one_of(twin, ada, strictness).kind == "new"


def test_twins_without_numbers_are_told_apart_by_their_names(ada: Facts) -> None:
    ella, elle = (replace(ada, upn=None, forename=name) for name in ("Ella", "Elle"))
    found = match(stored(ella, elle), rows(elle, ella), LOOSEST)
    assert [one.key for one in found] == ["k1", "k0"]


def test_a_twin_with_the_number_of_the_other_is_for_a_person(
    ada: Facts, upn: Callable[[int], str]
) -> None:
    twin = replace(ada, upn=upn(2), forename="Adi")
    found = match(stored(ada, twin), rows(replace(twin, upn=ada.upn)))
    assert (found[0].kind, found[0].candidates) == ("ambiguous", ("k0", "k1"))
    swapped = match(stored(ada, twin), rows(replace(ada, upn=twin.upn), replace(twin, upn=ada.upn)))
    assert {one.kind for one in swapped} == {"ambiguous"}


def test_pupils_of_one_name_do_not_match_each_other(ada: Facts, upn: Callable[[int], str]) -> None:
    namesake = replace(ada, upn=upn(2), birth_date=OTHER_DAY)
    found = one_of(namesake, ada, LOOSEST)
    assert (found.kind, found.key, found.confirm) == ("new", None, True)
    assert "the date of birth differs: 1 February 2015 → 2 March 2015" in found.reasons[-1]


def test_a_brother_or_sister_under_the_same_contacts_is_another_pupil(
    ada: Facts, upn: Callable[[int], str]
) -> None:
    """The pattern of the breaches: one family, one name, titles and relations alike."""
    family = [
        replace(ada, upn=upn(at), forename=name, birth_date=day)
        for at, (name, day) in enumerate(
            [("Ada", DAY), ("Ada Mae", OTHER_DAY), ("Adam", DAY), ("Ada", OTHER_DAY)], 10
        )
    ]
    for strictness in Strictness:
        found = match(stored(*family), rows(*reversed(family)), strictness)
        assert [(one.kind, one.key) for one in found] == [
            ("same", key) for key in ("k3", "k2", "k1", "k0")
        ]
    newcomers = match(stored(*family[:2]), rows(*family[2:]), LOOSEST)
    assert {one.kind for one in newcomers} == {"new"}


def test_a_row_of_which_too_little_is_known_is_not_added_by_itself(ada: Facts) -> None:
    for facts in (replace(ada, surname=None), replace(ada, upn=None, birth_date=None), Facts()):
        (found,) = match([], rows(facts))
        assert (found.kind, found.confirm) == ("new", True)
        assert found.reasons[-1] == "too little is known of the row to add a pupil"
    assert not match([], rows(ada))[0].confirm


def test_a_pupil_who_is_there_twice_in_the_file_is_told(ada: Facts) -> None:
    found = match(stored(ada), rows(ada, replace(ada, surname="Ashdowne")))
    assert [(one.kind, one.rows, one.candidates) for one in found] == [
        ("duplicate", (1,), ("k0",)),
        ("duplicate", (0,), ("k0",)),
    ]
    assert found[0].reasons == ("line 3 of the file has the same number", "other values differ")
    found = match([], rows(ada, replace(ada, upn=None), replace(ada, upn=None)))
    assert found[0].reasons[0] == "lines 3 and 4 of the file have the same name and birth date"
    assert found[1].reasons == (
        "lines 2 and 4 of the file have the same name and birth date",
        "other values differ",
    )
    both = match([], rows(ada, ada))
    assert both[0].reasons[1] == "all values are the same"


def test_two_rows_for_one_pupil_are_for_a_person(ada: Facts) -> None:
    mine = [replace(ada, upn=None, surname=name) for name in ("Ashdowne", "Ashdown-Bell")]
    found = match(stored(ada), rows(*mine), Strictness.SIMILAR)
    assert [(one.kind, one.rows) for one in found] == [("ambiguous", (1,)), ("ambiguous", (0,))]
    assert found[0].reasons == (
        "another row of the file could be the same pupil by the name and birth date",
    )


def test_two_stored_pupils_for_one_row_are_for_a_person(ada: Facts) -> None:
    found = match(stored(ada, ada), rows(ada))
    assert (found[0].kind, found[0].candidates) == ("ambiguous", ("k0", "k1"))
    assert found[0].reasons == ("2 stored pupils could be meant by the number",)


def test_stored_pupils_whom_no_row_could_be_are_told(ada: Facts, upn: Callable[[int], str]) -> None:
    others = stored(ada, replace(ada, upn=upn(5), forename="Zoe"))
    assert unmatched(others, match(others, rows(ada))) == ("k1",)


NUMBERS = [None, *(make_upn(999, 301, 2020, serial) for serial in range(4))]
PUPILS = st.builds(
    Facts,
    upn=st.sampled_from(NUMBERS),
    former_upn=st.sampled_from([None, None, *NUMBERS]),
    surname=st.sampled_from(["Ashdown", "Ashdowne", "Bell", "O'Neill", None]),
    forename=st.sampled_from(["Ella", "Elle", "Adam", "Ada Mae", None]),
    birth_date=st.sampled_from([DAY, OTHER_DAY, None]),
    sex=st.sampled_from(["F", "M", None]),
)
LISTS = st.lists(PUPILS, max_size=7)


@settings(max_examples=300, deadline=None)
@given(LISTS, LISTS, st.sampled_from(Strictness), st.randoms(use_true_random=False))
def test_matching_is_one_to_one_and_knows_no_order(
    mine: list[Facts], theirs: list[Facts], strictness: Strictness, chance: Random
) -> None:
    roll, file = stored(*theirs), rows(*mine)
    found = match(roll, file, strictness)
    assert [one.row for one in found] == [one.row for one in file]
    keys = [one.key for one in found if one.key is not None]
    assert len(keys) == len(set(keys))
    for one in found:
        assert (one.key is not None) == (one.kind in {"same", "probable", "possible"})
        assert one.reasons
        assert one.confirm or one.kind == "new" or _number_and_more(one, roll, file)
    chance.shuffle(roll)
    chance.shuffle(file)
    again = {one.row: one for one in match(roll, file, strictness)}
    for one in found:
        other = again[one.row]
        assert (one.kind, one.key, one.candidates, one.rows, one.confirm) == (
            other.kind,
            other.key,
            other.candidates,
            other.rows,
            other.confirm,
        )


def _number_and_more(one: Proposal, roll: Sequence[Stored], file: Sequence[Incoming]) -> bool:
    theirs = next(each.facts for each in roll if each.key == one.key)
    mine = next(each.facts for each in file if each.row == one.row)
    another = mine.surname != theirs.surname and mine.birth_date != theirs.birth_date
    both_known = None not in {mine.surname, theirs.surname, mine.birth_date, theirs.birth_date}
    more = (mine.surname, mine.forename, mine.birth_date) != (None, None, None)
    similar = {mine.surname, theirs.surname} == {"Ashdown", "Ashdowne"}
    return mine.upn == theirs.upn and more and not (another and both_known and not similar)
