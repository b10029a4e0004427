"""Elements as text, for whole columns at once: the same values give the same bytes.

A transfer file of a nation has millions of result rows, so that files are made of columns of text,
each element on a line of its own, two blanks deeper than its parent.
"""

import re
from collections.abc import Mapping

import polars as pl

from keystage.core.errors import InputError

#: Elements by name: a value, elements inside, or nothing where there is no such element.
Nested = Mapping[str, "str | Nested | None"]
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
#: Characters that no XML file may hold, and those that mean nothing in a name or a code.
FORBIDDEN = "[\x00-\x1f\x7f\ufffe\uffff]"
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: pl.Expr) -> pl.Expr:
    """Text as XML writes it."""
    return text.str.replace_many(_ESCAPES)


def element(name: str, text: pl.Expr, depth: int) -> pl.Expr:
    """A line with one element; nothing where the text is null."""
    line = pl.concat_str(pl.lit(f"{_indent(depth)}<{name}>"), escaped(text), pl.lit(f"</{name}>\n"))
    return line.fill_null("")


def wrapped(name: str, inside: pl.Expr, depth: int) -> pl.Expr:
    """An element around lines that are made already."""
    return pl.concat_str(
        pl.lit(f"{_indent(depth)}<{name}>\n"), inside, pl.lit(f"{_indent(depth)}</{name}>\n")
    )


def element_lines(values: Nested, depth: int) -> str:
    """Elements of single values, one in another where a value is a mapping; null is left out.

    Raises:
        InputError: a value is blank or has a character that no file may hold; naming the element.
    """
    lines = []
    for name, value in values.items():
        if value is None:
            continue
        if isinstance(value, str):
            lines.append(f"{_indent(depth)}<{name}>{_checked(name, value)}</{name}>\n")
        else:
            inside = element_lines(value, depth + 1)
            lines.append(f"{_indent(depth)}<{name}>\n{inside}{_indent(depth)}</{name}>\n")
    return "".join(lines)


def _indent(depth: int) -> str:
    return "  " * depth


def _checked(name: str, value: str) -> str:
    if not value.strip() or re.search(FORBIDDEN, value):
        what = "is blank" if not value.strip() else "holds a control character"
        raise InputError(
            f"{name} {what}.", where="header", todo="Give a value of plain letters and digits."
        )
    for sign, written in _ESCAPES.items():
        value = value.replace(sign, written)
    return value
