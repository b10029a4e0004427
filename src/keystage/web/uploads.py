"""How much the service takes in at once, refused before it is read."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.core.errors import InputError
from keystage.formats.ctf.limits import MIB, UPLOAD

#: A file and the form around it.
_LARGEST = UPLOAD.file_bytes * 2
_IN_WORDS = f"{UPLOAD.file_bytes // MIB} MB"
#: Where the agency prepares a release of results, and where releases of figures are asked for.
_OF_RELEASES = re.compile(
    r"/national/[^/]+/[0-9]{4}/releases/new/"
    r"|/(?:national|authority|trust)/[^/]+/[0-9]{4}/releases-of-figures/new/"
)


class NotTooLarge:
    """Refuses a request that says it is larger than any page of ours sends.

    The framework would write it to the disk whole before a view looks at it, whoever sent it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say how large a file may be."""
        said = request.META.get("CONTENT_LENGTH") or "0"
        largest, words = _limit(request)
        if said.isdecimal() and int(said[:18]) > largest:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            error = InputError(
                f"A file must be smaller than {words}. Nothing was changed.",
                todo="Go back and choose a smaller file, or bring in the pupils in several files.",
            )
            return render(request, "errors/413.html", {"error": error}, status=status)
        return self.get_response(request)


def _limit(request: HttpRequest) -> tuple[int, str]:
    """How many bytes a request may have, and how large a file may be in words.

    Only who is signed in sends files of results or pupils for releases, larger than others.
    """
    if _OF_RELEASES.fullmatch(request.path) and request.user.is_authenticated:
        return settings.RELEASE_MB * MIB + _LARGEST, f"{settings.RELEASE_MB} MB"
    return _LARGEST, _IN_WORDS


def refuse_large_release(file: UploadedFile[Any]) -> None:
    """Refuse a file of results for a release that is too large before it is read.

    Raises:
        ValidationError: it is.
    """
    if (file.size or 0) > settings.RELEASE_MB * MIB:
        raise ValidationError(f"The selected file must be smaller than {settings.RELEASE_MB} MB")


def refuse_large(file: UploadedFile[Any]) -> None:
    """Refuse a file that is too large before it is read.

    Raises:
        ValidationError: it is.
    """
    if (file.size or 0) > UPLOAD.file_bytes:
        raise ValidationError(f"The selected file must be smaller than {_IN_WORDS}")
