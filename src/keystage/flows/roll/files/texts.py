"""Texts of files as they are kept: without marks, blanks and signs that are no part of them."""

import re
import unicodedata

_BLANKS = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
_AROUND = re.compile(r'^[\s"“”„«»]+|[\s"“”„«»]+$')
_WITHIN = re.compile(r'["“”„«»]')
_CONTROL = "Cc"


def cleaned(text: str) -> tuple[str | None, str]:
    r"""A text as it is kept, None if nothing is left, and what was done to it, if anything.

    Letters are composed; one blank stands for several and for those that are not seen; quotation
    marks are left out.

    >>> cleaned(' "Smith" ')
    ('Smith', 'quotation marks and blanks around it were left out')
    >>> cleaned("Smith")
    ('Smith', '')
    """
    printable = "".join(
        " " if unicodedata.category(sign) == _CONTROL else sign
        for sign in unicodedata.normalize("NFC", text)
    )
    bare = _WITHIN.sub("", _AROUND.sub("", printable))
    kept = _BLANKS.sub(" ", bare).strip()
    marks, blanks = bool(_WITHIN.search(text)), _BLANKS.sub(" ", printable).strip() != printable
    done = " and ".join(
        what for what, found in (("quotation marks", marks), ("blanks", blanks)) if found
    )
    return kept or None, f"{done} around it were left out" if done else ""
