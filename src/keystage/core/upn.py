"""The unique pupil number (UPN): its check letter, and what may be wrong with one.

A UPN has 13 characters: a check letter, the authority that issued it (3 digits), the establishment
(4), the year it was issued (2) and a serial number (3). A temporary number ends in a letter instead
of the last serial digit. A former UPN has the same form. Whether an authority exists is no part of
the form: `keystage.statute.authorities` knows.

Source: Department for Education, unique pupil numbers: standard 2.0; the rules of the open code of
the multiplication tables check agree.
"""

import re
from typing import Literal

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # every letter but I, O and S, which look like digits
MODULUS = len(LETTERS)
WEIGHTS = tuple(range(2, 14))  # the position, from the second character to the last
LENGTH = 1 + len(WEIGHTS)

UpnFault = Literal[
    "length",  # not 13 characters
    "first",  # no check letter at the beginning
    "authority",  # characters 2 to 4 are not digits
    "digits",  # characters 5 to 12 are not digits
    "last",  # character 13 is neither a digit nor a letter of the set
    "check_letter",  # well formed, but the letter belongs to another number
]
_REST = re.compile(rf"[0-9]{{11}}[0-9{LETTERS}]")
_PARTS: tuple[tuple[UpnFault, re.Pattern[str], slice], ...] = (
    ("first", re.compile(rf"[{LETTERS}]"), slice(0, 1)),
    ("authority", re.compile(r"[0-9]{3}"), slice(1, 4)),
    ("digits", re.compile(r"[0-9]{8}"), slice(4, 12)),
    ("last", re.compile(rf"[0-9{LETTERS}]"), slice(12, 13)),
)


def check_letter(rest: str) -> str:
    """The check letter of the other twelve characters.

    Each digit, or the place of the last letter in the set, is multiplied by its position; the
    remainder of their sum by 23 gives the letter.

    Raises:
        ValueError: these are not eleven digits and a digit or letter.

    >>> check_letter("999030120001")
    'A'
    """
    if not _REST.fullmatch(rest):
        raise ValueError(f"A UPN without its check letter is 11 digits and 1 more, not {rest!r}.")
    values = [int(item) if item.isdigit() else LETTERS.index(item) for item in rest]
    return LETTERS[sum(map(int.__mul__, WEIGHTS, values)) % MODULUS]


def fault_of(upn: str) -> UpnFault | None:
    """The first thing wrong with a number, or None; letters are capitals, blanks are faults.

    >>> fault_of("Q207000016049")
    'check_letter'
    """
    if len(upn) != LENGTH:
        return "length"
    for fault, allowed, part in _PARTS:
        if not allowed.fullmatch(upn[part]):
            return fault
    return None if upn[0] == check_letter(upn[1:]) else "check_letter"


def is_temporary(upn: str) -> bool:
    """Whether a number ends in a letter, as one given until the pupil's own is known."""
    return len(upn) == LENGTH and upn[-1] in LETTERS


def make_upn(authority: int, establishment: int, year: int, serial: int, letter: str = "") -> str:
    """A number with its check letter.

    Args:
        authority: the number of the authority that issues it.
        establishment: the establishment part of the school's number.
        year: the year of issue; its last two digits are taken.
        serial: 0 to 999; 0 to 99 in a temporary number.
        letter: the last letter of a temporary number.

    Raises:
        ValueError: a part is too long, or the letter is not of the set.

    >>> make_upn(999, 301, 2020, 1)
    'A999030120001'
    >>> make_upn(999, 2999, 2025, 0, "A")
    'D99929992500A'
    """
    digits = 2 if letter else 3
    rest = f"{authority:03}{establishment:04}{year % 100:02}{serial:0{digits}}{letter}"
    return check_letter(rest) + rest
