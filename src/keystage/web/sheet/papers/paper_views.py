"""Copies of the sheet: on paper, as a file, and a file read back."""

import json
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.actions.sheets.reading_back import note_copy, read_back
from keystage.actions.sheets.saving import import_cells
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.sheets.writing import write_sheet
from keystage.reports.mark_sheet import mark_sheet_pdf
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.sheet.forms import changes_of_script
from keystage.web.sheet.found import sheet_of
from keystage.web.sheet.grid import grid_of
from keystage.web.sheet.pages import chosen_class, show
from keystage.web.sheet.papers.copies import frame_of, paper_of, read_lines
from keystage.web.sheet.papers.upload_forms import UploadForm
from keystage.web.sheet.saved import done

#: The sorts of files, with what the answer says they are.
_FILES = ("xlsx", "ods", "csv")


@page(Permission.SEE_PUPILS)
def paper(request: HttpRequest, here: Here) -> HttpResponse:
    """What can be printed and fetched, for all classes or one."""
    grid = grid_of(here, sheet_of(here))
    chosen = request.GET.get("class", "")
    return show(request, here, "paper", grid=grid, chosen=chosen_class(chosen), wanted=chosen)


@page(Permission.SEE_PUPILS)
def printed(request: HttpRequest, here: Here, form: str) -> HttpResponse:
    """The sheet for paper: blank for teachers, or completed for checking."""
    if form not in {"blank", "completed"}:
        raise Http404
    grid = grid_of(here, sheet_of(here), chosen_class(request.GET.get("class", "")))
    note_copy(grid.sheet, form=f"{form} on paper", pupils=len(grid.rows), by=here.by)
    return show(request, here, "print", grid=grid, blank=form == "blank")


@page(Permission.SEE_PUPILS)
def printed_pdf(request: HttpRequest, here: Here, form: str) -> HttpResponse:
    """The sheet for paper as PDF."""
    if form not in {"blank", "completed"}:
        raise Http404
    grid = grid_of(here, sheet_of(here), chosen_class(request.GET.get("class", "")))
    made = mark_sheet_pdf(paper_of(grid, blank=form == "blank"), made_on=timezone.localdate())
    note_copy(grid.sheet, form=f"{form} as PDF", pupils=len(grid.rows), by=here.by)
    name = f"mark-sheet-{here.season}-{here.organisation.code}-contains-personal-data.pdf"
    return attached(name, made, inline=True)


@page(Permission.SEE_PUPILS)
def download(request: HttpRequest, here: Here, form: str) -> HttpResponse:
    """The sheet as a workbook, an OpenDocument sheet or CSV, to be filled in and read back."""
    if form not in _FILES:
        raise Http404
    grid = grid_of(here, sheet_of(here), chosen_class(request.GET.get("class", "")))
    name = f"mark-sheet-{here.season}-{here.organisation.code}-contains-personal-data.{form}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_sheet(frame_of(grid), path, title=f"Mark sheet {here.season}")
        content = path.read_bytes()
    note_copy(grid.sheet, form=form, pupils=len(grid.rows), by=here.by)
    return attached(name, content)


@page(Permission.ENTER_JUDGEMENTS, methods=("GET", "POST"))
def upload(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose a filled sheet, and look at what reading it back would change."""
    sheet = sheet_of(here)
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if not form.is_valid():
        return show(request, here, "upload", form=form, personal_data=False)
    given = form.cleaned_data["file"]
    read = read_back(sheet, NamedBytes(given.name, given.read()), classes=here.classes)
    if read.fault:
        form.add_error("file", read.fault)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return show(request, here, "upload", status=status, form=form, personal_data=False)
    lines = read_lines(sheet, read)
    changes = [
        {"cell": line.name, "code": line.cell.code, "seen": line.cell.version}
        for line in lines.change
    ]
    cells = json.dumps({"changes": changes})
    return show(request, here, "upload_preview", read=read, lines=lines, cells=cells)


@page(Permission.ENTER_JUDGEMENTS, methods=("POST",))
def upload_apply(request: HttpRequest, here: Here) -> HttpResponse:
    """Save the judgements of the file that was looked at."""
    sheet = sheet_of(here)
    changes = changes_of_script(request.POST.get("cells", "").encode())
    saved = import_cells(sheet, changes, by=here.by, classes=here.classes)
    return done(request, here, sheet, saved)
