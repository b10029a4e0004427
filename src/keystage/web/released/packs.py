"""Packs for governors: shared by the headteacher, opened by whoever has the link."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures_packs.results_day import share_results
from keystage.actions.releases import sharing
from keystage.actions.releases.versions import number_of, versions_of
from keystage.core.errors import KeystageError
from keystage.store.models import SharedPack
from keystage.web.doors import Here, by_of, open_page, page
from keystage.web.figures_packs.forms import PackForm
from keystage.web.figures_packs.shared import opened_figures
from keystage.web.released.views import back_to

#: Where the link of a pack that was just made waits for the one page that shows it.
_LINK = "link of a pack"


@page(Permission.SHARE_PACK, level=Level.SUPPRESSED, methods=("GET", "POST"))
def packs(request: HttpRequest, here: Here) -> HttpResponse:
    """The packs of the season, and the form that makes another."""
    form = PackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = share_results(
                school=here.organisation,
                year=here.season,
                days=form.cleaned_data["days"],
                by=here.by,
            )
        except KeystageError as error:
            form.add_error(None, str(error))
        else:
            path = reverse("released:pack", kwargs={"token": made.token})
            request.session[_LINK] = request.build_absolute_uri(path)
            return back_to(here, "released:packs")
    made_before = SharedPack.objects.filter(
        school=here.organisation, year=here.season, release__isnull=False
    ).select_related("made_by", "release")
    context = {
        "form": form,
        "link": request.session.pop(_LINK, ""),
        "packs": made_before,
        "gone": sharing.may_no_more(made_before, here.organisation),
        "numbers": {one.release.pk: one.number for one in versions_of(here.season)},
        "moment": timezone.now(),
        "back_href": here.href("released:results"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "released/packs.html", context, status=status)


@page(Permission.SHARE_PACK, level=Level.SUPPRESSED, methods=("POST",))
def end_pack(request: HttpRequest, here: Here, pack: int) -> HttpResponse:
    """Close a link for good."""
    found = get_object_or_404(SharedPack, pk=pack, school=here.organisation, year=here.season)
    sharing.withdraw(pack=found, by=here.by)
    messages.success(request, "The link does not work any longer.")
    return back_to(here, "released:packs")


@open_page(methods=("GET", "POST"))
def pack(request: HttpRequest, token: str) -> HttpResponse:
    """Open a pack. A look-ahead of a mail program opens nothing: a person presses a button."""
    found = sharing.find(token, address=by_of(request).address)
    if found is None:
        return render(request, "released/pack_gone.html", status=HTTPStatus.NOT_FOUND)
    context = {"pack": found, "content": found.content, "personal_data": False}
    if request.method != "POST":
        return render(request, "released/pack_closed.html", context)
    if found.release is None:
        return opened_figures(request, found)
    sharing.opened(found)
    return render(request, "released/pack.html", context | {"number": number_of(found.release)})
