"""Whether a workbook is a school's template, and still as it was made."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from lxml import etree

from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.sniffing import DAMAGED_ZIP
from keystage.formats.sheets.grid import Grid
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.formats.sheets.template_cells import (
    HIDDEN,
    JUDGEMENTS,
    LAYOUT,
    Template,
    named_as_template,
    template_of,
)
from keystage.formats.sheets.workbook import ZIP, workbook_grids
from keystage.records.schema import LINE

_BOOK = "xl/workbook.xml"
_LONGEST = 2**20
_NEW = "Make a new template for this year, and copy the judgements into it subject by subject."


def is_template(given: NamedBytes) -> bool:
    """Whether a workbook says that it is a template, altered or not: by its cells or its name."""
    return given.data.startswith(ZIP) and (
        named_as_template(Path(given.name).name) or _has_cells(given)
    )


def _has_cells(given: NamedBytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(given.data)) as archive, archive.open(_BOOK) as member:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            book = etree.fromstring(member.read(_LONGEST), parser)
    except (*DAMAGED_ZIP, KeyError, etree.XMLSyntaxError):
        return False
    return any(sheet.get("name") == HIDDEN for sheet in book.iterfind(".//{*}sheet"))


def read_template(given: NamedBytes, *, year: int, school: str | None = None) -> Template | None:
    """What a workbook says of itself if it is a template; None for any other file.

    Args:
        given: the file with its name.
        year: the year of the return.
        school: the school whose return it is, seven digits; None where that is not known.

    Raises:
        SheetRefusedError: it is damaged; or it is a template of another year or school, or its
            headings, pupils or hidden cells are not as they were made.
    """
    path = Path(given.name)
    if not is_template(given):
        return None
    if not _has_cells(given):
        _refuse(path, "The hidden cells by which the template is known were taken out.")
    grids = {grid.name: grid for grid in workbook_grids(given.data, path, everything=True)}
    made = template_of(_pairs(grids[HIDDEN]))
    if made is None:
        _refuse(path, "The hidden cells by which the template is known were changed.")
    if made.layout != LAYOUT:
        _refuse(path, "It was made by another version of this program.")
    if made.year != year:
        _refuse(path, f"It is the template of {made.year}, and this return is of {year}.")
    if school is not None and made.school != school:
        _refuse(path, f"It was made for school {made.school}, and this is school {school}.")
    if JUDGEMENTS not in grids:
        _refuse(path, f"Its sheet “{JUDGEMENTS}” was renamed or taken out.")
    _compare(grids[JUDGEMENTS], made, path)
    return made


def _compare(grid: Grid, made: Template, path: Path) -> None:
    """Refuse other headings, and pupils who are others or stand in another order."""
    rows = {row[0]: [(cell or "").strip() for cell in row[1:]] for row in grid.frame.iter_rows()}
    width = len(made.headings)
    headings = [*rows.get(1, []), *[""] * width]
    for column, (wanted, found) in enumerate(zip(made.headings, headings, strict=False), 1):
        if found != wanted:
            there = f"is “{found}”" if found else "is empty"
            _refuse(path, f"The heading of column {column} was “{wanted}” and {there}.", 1)
    if any(headings[width:]):
        _refuse(path, f"There is a column more than the {width} it was made with.", 1)
    for line, upn in enumerate(made.upns, 2):
        school, number = [*rows.get(line, []), "", ""][:2]
        if number != upn or school != made.school:
            _refuse(
                path,
                f"Row {line} is not the pupil it was made for: pupils were changed, taken out, or "
                "put in another order.",
                line,
            )


def _pairs(grid: Grid) -> list[tuple[str, str]]:
    """The first two cells of each row."""
    rows = grid.frame.drop(LINE).iter_rows()
    return [(cells[0] or "", cells[1] or "") for cells in ((*row, None, None) for row in rows)]


def _refuse(path: Path, what: str, line: int | None = None) -> NoReturn:
    raise SheetRefusedError(what, fault="not_the_template", path=path, line=line, todo=_NEW)
