"""Names as people have them: apostrophes, hyphens, accents, single names, very long ones."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keystage.flows.roll.likeness.names import folded, forenames, is_same_name, likeness, parts
from keystage.flows.roll.pupils import FIELDS, Facts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Neill", "O\u2019Neill"),
        ("O'Neill", "ONEILL"),
        ("Smith-Jones", "Smith Jones"),
        ("Smith\u2010Jones", "smithjones"),
        ("Zoë", "Zoe"),
        ("Zoe\u0308", "Zoë"),
        ("Siân", "SIAN"),
        ("Łukasz", "Lukasz"),
        ("Bjørn", "Bjorn"),
        ("Weiß", "Weiss"),
        ("İpek", "Ipek"),
        ("St. John", "St John"),
        ("Nguyễn", "Nguyen"),
        ("ap  Rhys", "Ap Rhys"),
        ("李", "李"),
        ("Wolfeschlegelsteinhausenbergerdorff" * 3, "WOLFESCHLEGELSTEINHAUSENBERGERDORFF" * 3),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one) == "same"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Smith", "Smyth", "similar"),
        ("Mohammed", "Muhammad", "similar"),
        ("Ashley", "Ahsley", "similar"),
        ("Smith", "Smith-Jones", "similar"),
        ("Anna Maria", "Anna", "similar"),
        ("Jones-Smith", "Smith-Jones", "similar"),
        ("Anna Maria", "Anna Sofia", "other"),
        ("Ella", "Emma", "other"),
        ("Li", "Le", "other"),
        ("李", "王", "other"),
        ("रीना", "राम", "other"),
        ("मीरा", "मारा", "similar"),
        ("தமிழ்", "தாமரை", "other"),
        ("Smith", None, "unknown"),
        ("-", "Smith", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_names_are_similar_with_a_slip_of_the_hand_or_as_a_part(
    one: str, other: str | None, expected: str
) -> None:
    assert likeness(one, other) == likeness(other, one) == expected


def test_a_preferred_forename_is_like_the_legal_one_and_not_the_same() -> None:
    stored = Facts(surname="Ames", forename="Samuel", preferred_forename="Bertie")
    assert forenames(stored, Facts(surname="Ames", forename="Bertie")) == "similar"
    assert forenames(Facts(surname="Ames", forename="Bertie"), stored) == "similar"
    assert forenames(stored, Facts(surname="Ames", forename="Clara")) == "other"


def test_single_names_are_alike_where_the_one_name_is() -> None:
    one = Facts(surname="Sukarno")
    assert is_same_name(one, Facts(surname="SUKARNO", forename="-"))
    assert not is_same_name(one, Facts(surname="Suharto"))
    assert not is_same_name(one, Facts(surname="Sukarno", forename="Ayu"))
    assert not is_same_name(Facts(), Facts())


@given(st.text(max_size=40))
@example("㎊")
@example("ŉ")
def test_a_folded_name_stays_as_it_is_and_its_parts_make_it(name: str) -> None:
    assert "".join(parts(name)) == folded(name) == folded(folded(name))


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)


def test_every_field_of_a_pupil_has_a_name_for_people() -> None:
    assert tuple(FIELDS) == tuple(Facts.__dataclass_fields__)
