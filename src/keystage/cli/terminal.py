"""How every command speaks: counts with their nouns, tables, and JSON."""

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: Characters that a terminal obeys, and those that turn the direction of writing.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

#: A pupil's number is found, and copied, only where it stands in one piece.
_NEVER_FOLDED = ("UPN",)


def counted(count: object, noun: str) -> str:
    """A count with its noun, singular or plural.

    >>> counted(1, "pupil"), counted(2000, "pupil")
    ('1 pupil', '2,000 pupils')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def console() -> "Console":
    """The terminal, showing what it is given as it is."""
    from rich.console import Console

    return Console(markup=False, highlight=False)


def table(title: str, *columns: str, right: Collection[str] = (), header: bool = True) -> "Table":
    """An empty table for the terminal.

    Args:
        title: stands above it; may be empty.
        columns: the headings.
        right: headings of the columns whose cells stand to the right, as numbers do.
        header: whether the headings are shown.
    """
    from rich.box import SIMPLE
    from rich.table import Table

    made = Table(title=title or None, title_justify="left", box=SIMPLE, show_header=header)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column in right else "left"
        whole = column in _NEVER_FOLDED
        made.add_column(column, overflow="fold", justify=justify, no_wrap=whole)
    return made


def harmless(value: object) -> str:
    r"""A value as text that cannot steer the terminal, whatever a file holds; None is empty.

    >>> harmless("Ann\x1b[2J"), harmless(None)
    ('Ann\ufffd[2J', '')
    """
    return "" if value is None else _STEERING.sub("\ufffd", str(value))


def add_row(made: "Table", *cells: object) -> None:
    """Add a row to a table, each cell harmless."""
    made.add_row(*map(harmless, cells))


def say(sentence: str, style: str | None = None) -> None:
    """Print a sentence, harmless and not broken into lines: the terminal does that."""
    console().print(harmless(sentence), style=style, soft_wrap=True)


def write_json(content: object, *, decimals: Literal["string", "number"] = "string") -> None:
    """Print something as JSON.

    Args:
        content: the thing; what JSON does not know is written as text.
        decimals: whether exact decimal numbers are written as text or, in full, as numbers.
    """
    import msgspec

    text = msgspec.json.Encoder(decimal_format=decimals, enc_hook=str).encode(content)
    typer.echo(msgspec.json.format(text, indent=2).decode())
