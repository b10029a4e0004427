"""How many pupils a school has at the end of key stage 2, as something to choose schools by."""

from collections.abc import Mapping

#: By the key of the choice.
SIZES: Mapping[str, range] = {
    "up-to-15": range(16),
    "up-to-30": range(16, 31),
    "up-to-60": range(31, 61),
    "more": range(61, 10_000),
}
#: The choices in words, any number first.
SIZE_WORDS: tuple[tuple[str, str], ...] = (
    ("", "Any number"),
    ("up-to-15", "Up to 15"),
    ("up-to-30", "16 to 30"),
    ("up-to-60", "31 to 60"),
    ("more", "More than 60"),
)
