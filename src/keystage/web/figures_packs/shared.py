"""A pack of a release of figures that somebody opens by its link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.actions.auditing import taken_away
from keystage.actions.releases import sharing
from keystage.flows.figures_pack.pack import pack_from
from keystage.store.models import SharedPack
from keystage.web.attached import attached
from keystage.web.doors import by_of
from keystage.web.figures_packs.files import FORMS, file_of, name_of


def opened_figures(request: HttpRequest, found: SharedPack) -> HttpResponse:
    """The pack as a page, or as the file that was asked for, which is written down.

    Args:
        request: the form of the link's page; ``form`` names a file.
        found: a pack of a release of figures that may be opened.
    """
    pack, form = pack_from(found.content), request.POST.get("form", "")
    if form in FORMS:
        made = file_of(pack, form)
        taken_away(
            f"pack of figures, {pack.release}, by its link",
            by=by_of(request),
            organisation=found.school,
            year=found.year,
            after={"form": form, "pack": found.pk, "level": "suppressed"},
        )
        version = found.figures.version  # type: ignore[union-attr]  # it is made of one
        return attached(name_of(pack, form, version), made)
    sharing.opened(found)
    context = {"shared": found, "pack": pack, "forms_of_files": FORMS, "personal_data": False}
    return render(request, "figures_packs/shared.html", context)
