"""The few forms of Markdown the pages use."""

from collections.abc import Iterable, Sequence

WRITTEN_BY = "<!-- Written by `make docs` from the code; change the code, not this page. -->"


def page(title: str, *blocks: str) -> str:
    """A page: its title, then its blocks with a blank line between."""
    return "\n\n".join([WRITTEN_BY, f"# {title}", *(block for block in blocks if block)]) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars and line ends within a cell are escaped.

    >>> print(table(["code", "meaning"], [["A", "absent"]]))
    | code | meaning |
    | --- | --- |
    | A | absent |
    """
    lines = [_row(headings), _row(["---"] * len(headings)), *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def code(text: str) -> str:
    """A name as code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def listing(items: Iterable[str]) -> str:
    """A list of points."""
    return "\n".join(f"- {item}" for item in items)


def block(text: str) -> str:
    """Text as it stands."""
    return f"```text\n{text}\n```"
