"""Pupil numbers: check letters, what may be wrong, and a second opinion."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb.upn import calc_check_digit

from keystage.core.upn import LETTERS, check_letter, fault_of, is_temporary, make_upn

PERMANENT = st.from_regex(r"[0-9]{12}", fullmatch=True)
TEMPORARY = st.from_regex(rf"[0-9]{{11}}[{LETTERS}]", fullmatch=True)


@pytest.mark.parametrize(
    "upn",
    [
        "B801200005001",
        "R201100018042",
        "T20110001804V",
        "P823299911021",
        "D823299911022",
        "R674123101121",
        "H801200001001",
        "N999299920001",
        "C999299920002",
        "F999299920004",
        "D99929992500A",
    ],
)
def test_published_numbers_are_valid(upn: str) -> None:
    assert fault_of(upn) is None


def test_the_number_a_vendor_prints_as_an_example_is_wrong_and_should_begin_with_p() -> None:
    assert fault_of("Q207000016049") == "check_letter"
    assert check_letter("207000016049") == "P"
    assert fault_of("P207000016049") is None


@pytest.mark.parametrize(
    ("upn", "fault"),
    [
        ("", "length"),
        ("N99929992000", "length"),
        ("N9992999200011", "length"),
        (" N99929992001", "first"),
        ("O999299920001", "first"),
        ("n999299920001", "first"),
        ("1999299920001", "first"),
        ("N99 299920001", "authority"),
        ("N9A9299920001", "authority"),
        ("N999٢٩٩920001", "digits"),
        ("N9992999200O1", "digits"),
        ("N99929992-001", "digits"),
        ("N99929992000I", "last"),
        ("N99929992000a", "last"),
        ("N99929992000²", "last"),
        ("N99929992000\n", "last"),
        ("M999299920001", "check_letter"),
        ("N999299920010", "check_letter"),
    ],
)
def test_the_first_thing_wrong_is_named(upn: str, fault: str) -> None:
    assert fault_of(upn) == fault


def test_a_temporary_number_ends_in_a_letter() -> None:
    assert is_temporary("D99929992500A")
    assert not is_temporary("N999299920001")
    assert not is_temporary("A")
    assert not is_temporary("D99929992500I")


def test_a_number_is_made_of_its_parts() -> None:
    assert make_upn(999, 2999, 2020, 1) == "N999299920001"
    assert make_upn(201, 1000, 18, 4, "V") == "T20110001804V"


@pytest.mark.parametrize(
    "parts",
    [
        (1000, 1, 2020, 1, ""),
        (999, 10000, 2020, 1, ""),
        (999, 1, 2020, 1000, ""),
        (999, 1, 2020, -1, ""),
        (999, 1, 2020, 100, "A"),
        (999, 1, 2020, 1, "I"),
        (999, 1, 2020, 1, "AB"),
    ],
)
def test_parts_that_make_no_number_are_refused(parts: tuple[int, int, int, int, str]) -> None:
    with pytest.raises(ValueError, match="11 digits and 1 more"):
        make_upn(*parts)


@given(PERMANENT | TEMPORARY)
def test_a_second_program_works_out_the_same_letter(rest: str) -> None:
    letter = check_letter(rest)
    assert letter == calc_check_digit(rest)
    assert [item for item in LETTERS if fault_of(item + rest) is None] == [letter]


@given(PERMANENT | TEMPORARY, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(rest: str, place: int, step: int) -> None:
    wrong = str((int(rest[place]) + step) % 10)
    changed = rest[:place] + wrong + rest[place + 1 :]
    assert fault_of(check_letter(rest) + changed) == "check_letter"


@given(PERMANENT, st.integers(0, 10))
def test_two_digits_the_wrong_way_round_are_always_noticed(rest: str, place: int) -> None:
    swapped = rest[:place] + rest[place + 1] + rest[place] + rest[place + 2 :]
    fault = fault_of(check_letter(rest) + swapped)
    assert fault == (None if swapped == rest else "check_letter")


@given(st.text(f"{LETTERS}0123456789IOSa ²٣", min_size=12, max_size=14) | st.text())
def test_only_numbers_of_the_right_form_pass(text: str) -> None:
    formed = re.fullmatch(rf"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]", text)
    assert (fault_of(text) in {None, "check_letter"}) is (formed is not None)
