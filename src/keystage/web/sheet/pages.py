"""What all pages of the mark sheet share: links to each other, and the way back to the sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode

from keystage.access.permissions import Permission
from keystage.actions.returns import values_of
from keystage.statute.collection_loader import load_collection
from keystage.web.doors import Here
from keystage.web.sheet.grid import NO_CLASS, class_label, class_words, options_of

_SCALES = "scales"
#: The pages of the sheet: name of the route, words, and the permission of the page.
_PAGES = (
    ("grid", "Mark sheet", Permission.SEE_PUPILS),
    ("checks", "Missing and checks", Permission.SEE_PUPILS),
    ("fill", "Fill down", Permission.ENTER_JUDGEMENTS),
    (_SCALES, "P scales", Permission.ENTER_JUDGEMENTS),
    ("sign", "Sign off", Permission.SEE_PUPILS),
    ("paper", "Print or download", Permission.SEE_PUPILS),
    ("upload", "Upload", Permission.ENTER_JUDGEMENTS),
    ("load", "Codes of the year", Permission.MANAGE_COHORT),
)


@dataclass(frozen=True)
class Link:
    """A link to another page of the sheet."""

    href: str
    text: str


def show(
    request: HttpRequest,
    here: Here,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **context: object,
) -> HttpResponse:
    """A page of the sheet: ``template`` is the name of its file without the ending."""
    shared = {
        "place": address_of(here),
        "pages": links_of(here, template),
        "class_label": class_label,
        "class_words": class_words,
        "no_class": NO_CLASS,
        "options_of": options_of,
        "values_of": values_of,
    }
    return render(request, f"sheet/{template}.html", {**shared, **context}, status=status)


def links_of(here: Here, current: str) -> list[Link]:
    """The other pages of the sheet that are open to the person."""
    return [
        Link(here.href(f"sheet:{name}"), text)
        for name, text, permission in _PAGES
        if name != current
        and here.may(permission)
        and (name != _SCALES or load_collection(here.season).p_scales is not None)
    ]


def address_of(here: Here) -> dict[str, object]:
    """The parts of the address of every page of the sheet."""
    return {"code": here.organisation.code, "year": here.season}


def to(
    here: Here, name: str, parts: Mapping[str, object] | None = None, *, class_name: str = ""
) -> HttpResponse:
    """A redirect to a page of the sheet after something was done, to a class if one is named."""
    query = f"?{urlencode({'class': class_name})}" if class_name else ""
    return _SeeOther(here.href(f"sheet:{name}", **(parts or {})) + query)


def chosen_class(text: str) -> str | None:
    """The class an address asks for; None for all."""
    return None if not text else "" if text == NO_CLASS else text


class _SeeOther(HttpResponseRedirect):
    """Look there for what came of it."""

    status_code = HTTPStatus.SEE_OTHER
