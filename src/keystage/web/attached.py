"""Files to keep: what a view answers with when it gives one."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

#: What a file is, by the ending of its name.
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "jpg": "image/jpeg",
    "json": "application/json",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pdf": "application/pdf",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}


def attached(name: str, content: object, *, inline: bool = False) -> HttpResponse:
    """A file under its name; what it is follows from the ending of the name.

    Args:
        name: what the file is called where it is kept.
        content: its bytes, or lines of text one after the other.
        inline: whether a browser may show it rather than save it.
    """
    ending = name.rpartition(".")[2].lower()
    response = HttpResponse(content, content_type=KINDS.get(ending, "application/octet-stream"))
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "inline"
    return response
