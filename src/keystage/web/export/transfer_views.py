"""The file that goes with pupils to their next school."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from keystage.access.permissions import Permission
from keystage.actions import settings
from keystage.actions.errors import RefusedError
from keystage.actions.sending import transferring
from keystage.store.models import CohortPupil, ReturnFile, Sheet
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.export.forms import TransferForm
from keystage.web.fields import whole

_EVERYBODY, _LEAVERS = "everybody", "leavers"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Pupils one may look at together: ``value`` is what the address calls them."""

    value: str
    text: str
    members: tuple[CohortPupil, ...]


@page(Permission.MAKE_TRANSFER_FILES, methods=("GET", "POST"))
def choose(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose pupils by where they go, say where that is, and make the file."""
    sheet = get_object_or_404(
        Sheet.objects.select_related("school"), school=here.organisation, year=here.season
    )
    groups = _groups(transferring.leavers_and_year_of(sheet))
    wanted = request.GET.get("who", _LEAVERS)
    group = next((one for one in groups if one.value == wanted), groups[0])
    posted = request.method == "POST"
    form = TransferForm(request.POST if posted else None, initial={"key": uuid4()})
    errors = []
    chosen = {key for text in request.POST.getlist("pupil") if (key := whole(text)) is not None}
    if form.is_valid():
        try:
            file = transferring.make(
                sheet=sheet,
                key=form.cleaned_data["key"],
                by=here.by,
                pupils=chosen,
                destination=form.destination,
            )
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            return redirect(here.href("export:made", file=file.pk))
    context = {
        "groups": groups,
        "group": group,
        "chosen": chosen if posted else {member.pk for member in group.members},
        "form": form,
        "errors": errors,
        "warning": settings.value_of(here.organisation, settings.SENSITIVE),
        "back_href": here.href("export:history"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "export/transfer.html", context, status=status)


@page(Permission.MAKE_TRANSFER_FILES)
def download(request: HttpRequest, here: Here, file: UUID) -> HttpResponse:
    """The file itself; that it was fetched is written down."""
    del request
    found = (
        ReturnFile.objects.filter(
            pk=file,
            profile=transferring.TRANSFER,
            sheet__school=here.organisation,
            sheet__year=here.season,
        )
        .select_related("sheet__school")
        .first()
    )
    if found is None:
        raise Http404
    transferring.fetched(found, by=here.by)
    return attached(found.name, bytes(found.content))


def _groups(members: list[CohortPupil]) -> list[Group]:
    """Those who have left, all of the year, and those who left to one school each."""
    left = [one for one in members if one.pupil.left_on is not None]
    schools = sorted({one.pupil.left_to_school for one in members if one.pupil.left_to_school})
    return [
        Group(value=_LEAVERS, text="Everybody who has left", members=tuple(left)),
        Group(
            value=_EVERYBODY,
            text="All pupils of the season",
            members=tuple(one for one in members if not one.removed),
        ),
        *(
            Group(
                value=f"to {name}",
                text=f"Left to {name}",
                members=tuple(one for one in members if one.pupil.left_to_school == name),
            )
            for name in schools
        ),
    ]
