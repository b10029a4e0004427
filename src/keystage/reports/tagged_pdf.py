"""Tagged PDF by Typst: accessible by the rules of PDF/UA-1, with our own font, and repeatable.

What a document says goes to its template as data and is never pasted into it, so that markup in a
name or comment stays text.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import typst

from keystage.core.errors import InputError

_FONTS = Path(__file__).with_name("fonts")
_UNPRINTED = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


class UnprintableError(InputError):
    """A character that no font at hand has; ``text`` is what cannot be printed."""

    def __init__(self, text: str, *, where: str = "") -> None:
        """Name the character by sign and number."""
        self.text = text
        numbers = " ".join(f"U+{ord(sign):04X}" for sign in text)
        shown = f"“{text}” ({numbers})" if text.isprintable() else numbers
        super().__init__(
            f"The character {shown} cannot be printed.",
            where=where,
            todo="Take it out, or write it in letters.",
        )


def tagged_pdf(template: Path, said: Mapping[str, object], made_on: date) -> bytes:
    """A document as PDF/UA-1. The same template, data and day give the same bytes.

    Args:
        template: the Typst file; it reads ``said`` from ``sys.inputs.said``, as JSON.
        said: all the document says.
        made_on: the day it is dated.

    Raises:
        UnprintableError: no font at hand has a character.
        RuntimeError: the template itself is wrong; Typst's warnings are errors.
    """
    at = datetime.combine(made_on, time(), UTC)
    dated = {**said, "day": [made_on.year, made_on.month, made_on.day]}
    try:
        content, warnings = typst.compile_with_warnings(
            template.read_bytes(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"said": json.dumps(dated)},
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        found = _UNPRINTED.search(error.message)
        if found is None:
            raise
        raise UnprintableError(_unescaped(found[1])) from None
    if warnings:
        message = "; ".join(warning.message for warning in warnings)
        raise RuntimeError(f"{template.name}: {message}")
    return content


@cache
def _fonts() -> typst.Fonts:
    """Our font, and the ones Typst brings for letters it lacks; none of the machine's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(_FONTS)])


def _unescaped(text: str) -> str:
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.replace('\\"', '"').replace("\\\\", "\\")
