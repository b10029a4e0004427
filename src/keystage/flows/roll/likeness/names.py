"""How names are compared: without case, accents, apostrophes, hyphens, full stops and blanks.

"O'Neill-Söhn", "ONEILL SOHN" and "Oneill Sohn" are one name. Letters of other alphabets are
compared as they are, with the signs of their vowels. Names with one slip of the hand in four to
seven letters, or two in more, are similar; so are a name and a part of it, as Smith and
Smith-Jones.
"""

import re
import unicodedata
from typing import Literal

from keystage.flows.roll.pupils import Facts

Likeness = Literal["same", "similar", "other", "unknown"]

#: Letters that have no plain letter within them by Unicode's own account.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
                        "\u0131": "i", "ħ": "h", "ŋ": "ng"})  # fmt: skip
#: The plain apostrophe, those of word processors and of other alphabets, accents by themselves.
_JOINED = re.compile("['`.\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u2032]")
#: What stands within a name beside letters: signs of vowels, as the scripts of India have them.
_VOWELS = frozenset({"Mc", "Mn"})
_ONE_SLIP, _TWO_SLIPS = 4, 8
_SHORTEST_PART = 3


def folded(name: str | None) -> str:
    """A name as it is compared: small plain letters and nothing between them.

    >>> folded("O'Neill-Söhn") == folded("ONEILL SOHN")
    True
    """
    return "".join(parts(name))


def parts(name: str | None) -> tuple[str, ...]:
    """The parts of a name between hyphens and blanks, each as it is compared.

    >>> parts("Siân  Rhys-D'Arcy")
    ('sian', 'rhys', 'darcy')
    """
    small = unicodedata.normalize("NFKD", _JOINED.sub("", name or "").casefold())
    # Once more: a sign that came apart may hold a capital or an apostrophe.
    spread = unicodedata.normalize("NFKD", _JOINED.sub("", small.casefold()))
    plain = "".join(sign for sign in spread if not unicodedata.combining(sign)).translate(_PLAIN)
    return tuple("".join(sign if _is_of_a_name(sign) else " " for sign in plain).split())


def _is_of_a_name(sign: str) -> bool:
    return sign.isalpha() or unicodedata.category(sign) in _VOWELS


def likeness(one: str | None, other: str | None) -> Likeness:
    """How alike two names are; unknown if either is missing.

    >>> likeness("Smith", "Smyth"), likeness("Ella", "Emma"), likeness("Smith", "Smith-Jones")
    ('similar', 'other', 'similar')
    """
    first, second = folded(one), folded(other)
    if not first or not second:
        return "unknown"
    if first == second:
        return "same"
    fewer, more = sorted((set(parts(one)), set(parts(other))), key=len)
    if fewer <= more and max(map(len, fewer)) >= _SHORTEST_PART:
        return "similar"
    shortest = min(len(first), len(second))
    allowed = (shortest >= _ONE_SLIP) + (shortest >= _TWO_SLIPS)
    return "similar" if _slips(first, second) <= allowed else "other"


def surnames(one: Facts, other: Facts) -> Likeness:
    """How alike the surnames of two are; a preferred one counts too."""
    return _either(one, other, "surname")


def forenames(one: Facts, other: Facts) -> Likeness:
    """How alike the forenames of two are; a preferred one counts too.

    Two pupils of one surname without a forename have single names, and are alike in that.
    """
    if not folded(one.forename) and not folded(other.forename):
        return "same" if surnames(one, other) in {"same", "similar"} else "unknown"
    return _either(one, other, "forename")


def is_same_name(one: Facts, other: Facts) -> bool:
    """Whether surname and forename are the same."""
    return surnames(one, other) == "same" and forenames(one, other) == "same"


def _either(one: Facts, other: Facts, name: str) -> Likeness:
    """The legal names, or a preferred one that is another's legal one: that is similar at least."""
    found = likeness(_text(one, name), _text(other, name))
    if found in {"same", "unknown"}:
        return found
    used = (
        likeness(_text(one, f"preferred_{name}"), _text(other, name)),
        likeness(_text(one, name), _text(other, f"preferred_{name}")),
    )
    return "similar" if "same" in used else found


def _text(facts: Facts, name: str) -> str | None:
    found = facts.value(name)
    return found if isinstance(found, str) else None


def _slips(one: str, other: str) -> int:
    """Letters left out, put in, mistaken, or two that changed places (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        row = [at]
        for place, found in enumerate(other, 1):
            best = min(last[place] + 1, row[-1] + 1, last[place - 1] + (letter != found))
            swapped = at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == found
            row.append(min(best, before[place - 2] + 1) if swapped else best)
        before, last = last, row
    return last[-1]
