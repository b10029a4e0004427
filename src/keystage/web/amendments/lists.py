"""The register of amendments as a page and as a file, the same for all who see it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.actions.amendments import evidence
from keystage.actions.auditing import taken_away
from keystage.actions.scanning import in_words
from keystage.store.models import Amendment, AmendmentEvidence
from keystage.web.amendments.forms import StateFilter
from keystage.web.amendments.rows import chosen, lines_of, name_of, rows_of
from keystage.web.attached import attached
from keystage.web.doors import Here

_A_PAGE = 50


def register_page(
    request: HttpRequest, here: Here, *, names: bool, one: str, file: str, **more: Any
) -> HttpResponse:
    """The list of amendments.

    Args:
        request: what was asked, with the filter.
        here: whose list.
        names: whether pupils may be named.
        one: the route of an amendment's page.
        file: the route of the same list for a spreadsheet.
        more: what else the page says.
    """
    form = StateFilter(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    shown = Paginator(chosen(here, state), _A_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(shown, names=names)
    context = {
        "form": form,
        "state": state,
        "shown": shown,
        "rows": [(row, here.href(one, amendment=row.amendment.pk)) for row in rows],
        "of_a_school": here.organisation.kind == "school",
        "names": names,
        "file_href": f"{here.href(file)}?state={state}",
        "personal_data": names,
        "refusal": "",
        "ask_href": "",
        "back_href": "",
        **more,
    }
    return render(request, "amendments/register.html", context)


def register_csv(request: HttpRequest, here: Here, *, names: bool) -> HttpResponse:
    """The same list as a file."""
    rows = rows_of(chosen(here, request.GET.get("state", "")), names=names)
    taken_away("register of amendments", by=here.by, organisation=here.organisation, year=here.year)
    name = f"amendments-{here.organisation.code}-{here.season}.csv"
    return attached(name, lines_of(rows))


def document_file(here: Here, found: AmendmentEvidence) -> HttpResponse:
    """A document, under a name that names no pupil; that it was fetched is written down."""
    content = evidence.fetch(found, organisation=here.organisation, by=here.by)
    return attached(name_of(found), content)


def linked(
    here: Here, amendment: Amendment, route: str
) -> list[tuple[AmendmentEvidence, str, str]]:
    """The documents of an amendment, each with its address and whether it was scanned."""
    rows = amendment.evidence.defer("content").select_related("added_by")
    return [
        (
            one,
            here.href(route, amendment=amendment.pk, document=one.pk),
            in_words(one.scanner, one.malware),
        )
        for one in rows
    ]
