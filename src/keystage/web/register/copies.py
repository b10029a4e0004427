"""The attendance register on paper, and as a file."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from django.http import HttpRequest, HttpResponse

from keystage.access.permissions import Permission
from keystage.actions.auditing import taken_away
from keystage.actions.register.register import register_of
from keystage.formats.sheets.writing import write_sheet
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.register.pages import show
from keystage.web.register.rows import Grid, Shows, grid_of
from keystage.web.sheet.found import sheet_of


@page(Permission.SEE_ATTENDANCE)
def printed(request: HttpRequest, here: Here) -> HttpResponse:
    """The register for paper."""
    grid = _grid(request, here)
    taken_away(
        "attendance register, on paper",
        by=here.by,
        organisation=here.organisation,
        year=here.season,
    )
    return show(request, here, "print", grid=grid)


@page(Permission.SEE_ATTENDANCE)
def download(request: HttpRequest, here: Here) -> HttpResponse:
    """The register as CSV."""
    grid = _grid(request, here)
    name = f"attendance-register-{here.season}-{here.organisation.code}-contains-personal-data.csv"
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_sheet(_frame(grid), path, title="Attendance register")
        content = path.read_bytes()
    taken_away(
        "attendance register, as CSV", by=here.by, organisation=here.organisation, year=here.season
    )
    return attached(name, content)


def _grid(request: HttpRequest, here: Here) -> Grid:
    return grid_of(here, register_of(sheet_of(here), here.classes), Shows.of(request.GET))


def _frame(grid: Grid) -> pl.DataFrame:
    """Who, and the code of each paper; a paper nobody has a code for is empty."""
    cells = {row.member.pk: row.cells for row in grid.register.rows}
    pupils = {row.member.pk: row.member.pupil for row in grid.register.rows}
    columns = ("UPN", "Surname", "Forename", "Class", *grid.headings)
    rows = [
        (
            pupils[row.member].upn,
            pupils[row.member].surname,
            pupils[row.member].forename,
            pupils[row.member].class_name,
            *(cells[row.member][paper].code or None for paper in grid.papers),
        )
        for row in grid.rows
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String()), orient="row")
