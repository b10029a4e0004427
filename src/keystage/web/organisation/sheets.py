"""The table of schools as a file for a spreadsheet."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from keystage.actions.stages import SchoolStages
from keystage.formats.sheets.writing import write_sheet
from keystage.web.doors import Here
from keystage.web.organisation.forms import HEADS
from keystage.web.organisation.rows import Rights, in_one_line, row_of

#: The forms a file has.
FORMS = ("csv", "ods", "xlsx")
_COUNTS = ("expected", "complete", "incomplete", "unexpected", "missing")


def file_of(found: Iterable[SchoolStages], here: Here, rights: Rights, form: str) -> bytes:
    """The schools as a file of one of `FORMS`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"schools.{form}"
        write_sheet(_frame(found, here, rights), path, title=f"Schools {here.season}")
        return path.read_bytes()


def _frame(found: Iterable[SchoolStages], here: Here, rights: Rights) -> pl.DataFrame:
    text, whole = pl.String(), pl.Int64()
    schema: dict[str, pl.DataType] = dict.fromkeys(
        ("Number", "School", "Next", *HEADS.values(), "Due", "Overdue"), text
    )
    if rights.counts:
        schema |= {f"Pupils {name}": whole for name in _COUNTS}
    if rights.moderation:
        schema["Moderation"] = text
    schema |= {"Last activity": text, "Last reminder": text}
    return pl.DataFrame([_line(one, here, rights) for one in found], schema=schema, orient="row")


def _line(one: SchoolStages, here: Here, rights: Rights) -> list[str | int | None]:
    row = row_of(one, here, rights)
    counts = [getattr(one.sent, name) if one.sent else None for name in _COUNTS]
    return [
        row.number,
        row.name,
        in_one_line(row.blocks),
        *(cell.text for cell in row.cells),
        row.due,
        "Yes" if row.overdue else "No",
        *(counts if rights.counts else ()),
        *((row.moderation,) if rights.moderation else ()),
        row.last,
        row.nudged,
    ]
