"""Lines of a CSV file for a spreadsheet, which is kept from seeing formulas in texts."""

import csv
import io
from collections.abc import Iterable

#: Beginnings that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(cells: Iterable[str]) -> str:
    """One line, its end included; a text that looks like a formula has an apostrophe before it."""
    written = io.StringIO()
    csv.writer(written).writerow([_harmless(cell) for cell in cells])
    return written.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
