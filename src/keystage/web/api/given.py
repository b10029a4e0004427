"""A file in the body of a request, and the name it goes by."""

from django.http import HttpRequest
from django.utils.http import parse_header_parameters

from keystage.formats.ctf.limits import MIB, UPLOAD
from keystage.web.api.problems import ProblemError

_UNNAMED = "file"


def given(request: HttpRequest) -> tuple[str, bytes]:
    """The name and the bytes of the file that was sent.

    Raises:
        ProblemError: there is none, or it is too large.
    """
    content = request.body
    if not content:
        raise ProblemError(
            400, "no_file", "There is no file.", "Send the bytes of the file as the body."
        )
    if len(content) > UPLOAD.file_bytes:
        title = f"A file must be smaller than {UPLOAD.file_bytes // MIB} MB."
        raise ProblemError(413, "too_large", title, "Send a smaller file.")
    return _name(request.headers.get("Content-Disposition", "")), content


def _name(header: str) -> str:
    try:
        _, parameters = parse_header_parameters(header)
    except ValueError:
        return _UNNAMED
    return parameters.get("filename") or _UNNAMED
