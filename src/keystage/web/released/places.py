"""The places that an authority confirms: a list looked at, taken, taken back."""

from base64 import b64decode, b64encode
from http import HTTPStatus

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from keystage.access.permissions import Permission
from keystage.actions.releases import places as confirming
from keystage.core.errors import InputError
from keystage.store.models import Organisation
from keystage.web.doors import Here, page
from keystage.web.released.forms import PlacesForm, TakePlacesForm
from keystage.web.released.views import back_to

_NAME = "list of places"


@page(Permission.CONFIRM_PLACES, kind="authority", methods=("GET", "POST"))
def places(request: HttpRequest, here: Here) -> HttpResponse:
    """The places there are, and a list to be looked at before it is taken."""
    form = PlacesForm(request.POST, request.FILES) if request.method == "POST" else PlacesForm()
    found, take = None, None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data["file"]
        data = given.read()
        try:
            found = confirming.preview(here.organisation, here.season, data, given.name)
        except InputError as error:
            form.add_error("file", str(error))
        else:
            content = b64encode(data).decode()
            take = TakePlacesForm(initial={"content": content, "seal": found.seal})
    context = {
        "form": form,
        "found": found,
        "take": take,
        "receiving": _receiving(here),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "released/places.html", context, status=status)


@page(Permission.CONFIRM_PLACES, kind="authority", methods=("POST",))
def take_places(request: HttpRequest, here: Here) -> HttpResponse:
    """Take a list as it was shown."""
    form = TakePlacesForm(request.POST)
    if form.is_valid():
        taken = confirming.confirm(
            authority=here.organisation,
            year=here.season,
            data=_decoded(form.cleaned_data["content"]),
            name=_NAME,
            seal=form.cleaned_data["seal"],
            by=here.by,
        )
        messages.success(request, f"The places are confirmed: {taken.words}.")
    return back_to(here, "released:places")


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise InputError("The list did not arrive whole.", todo="Upload it again.") from None


@page(Permission.CONFIRM_PLACES, kind="authority", methods=("POST",))
def end_places(request: HttpRequest, here: Here, school: str) -> HttpResponse:
    """Take back every place at one school."""
    receiving = get_object_or_404(Organisation, kind=Organisation.Kind.SCHOOL, code=school)
    count = confirming.withdraw(
        authority=here.organisation, year=here.season, receiving=receiving, by=here.by
    )
    messages.success(request, f"Places taken back: {count}.")
    return back_to(here, "released:places")


def _receiving(here: Here) -> list[dict[str, object]]:
    """The schools with places, and how many each has."""
    standing = here.organisation.places_confirmed.filter(
        year=here.season, withdrawn_at__isnull=True
    )
    counted = standing.values("receiving__code", "receiving__name").annotate(places=Count("pk"))
    return [dict(one) for one in counted.order_by("receiving__name")]
