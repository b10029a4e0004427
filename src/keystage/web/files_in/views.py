"""The pages of files that come in, declared for each sort of file with what it asks for."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.store.models import Import
from keystage.web.doors import KEPT_BELOW, Here, View, page
from keystage.web.files_in import pages
from keystage.web.files_in.sorts import SORTS, Sort


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def history(request: HttpRequest, here: Here) -> HttpResponse:
    """What can be brought in, and every file that was: by whom, when, and which it was."""
    mine = {sort.kind: here.on(sort.permission) for sort in SORTS.values()}
    classes = {kind: one.classes_at(Level.NAMED, KEPT_BELOW) for kind, one in mine.items()}
    sorts = [sort for sort in SORTS.values() if classes[sort.kind] or classes[sort.kind] is None]
    files = (
        Import.objects.filter(
            school=here.organisation, year=here.season, kind__in=[sort.kind for sort in sorts]
        )
        .select_related("uploaded_by", "applied_by", "undone_by")
        .defer("content", "reading")
    )
    own = [sort.kind for sort in sorts if classes[sort.kind] is not None]
    shown = [
        (SORTS[file.kind], file)
        for file in files
        if file.kind not in own or file.uploaded_by_id == here.by.who.pk
    ]
    return render(request, "files_in/history.html", {"sorts": sorts, "files": shown})


def declared(sort: Sort, shows: Callable[..., HttpResponse], *, methods: tuple[str, ...]) -> View:
    """A page of one sort of file, declared under a name of its own."""

    def view(request: HttpRequest, here: Here, /, **parts: Any) -> HttpResponse:
        return shows(request, here, sort, **parts)

    view.__name__ = view.__qualname__ = f"{sort.kind}_{shows.__name__}"
    view.__doc__ = shows.__doc__
    return page(sort.permission, methods=methods)(view)


BOTH = ("GET", "POST")
#: The pages of each sort: where they lie below it, what shows them, and how they are asked.
PAGES = (
    ("", pages.upload, BOTH),
    ("<uuid:file>/", pages.review, BOTH),
    ("<uuid:file>/changes/", pages.preview, BOTH),
    ("<uuid:file>/result/", pages.result, ("GET",)),
    ("<uuid:file>/undo/", pages.undo, BOTH),
    ("<uuid:file>/put-away/", pages.discard, ("POST",)),
)
