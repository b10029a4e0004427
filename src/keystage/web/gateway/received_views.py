"""What was received, pupil by pupil; taking a pupil out, and putting one back."""

from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from keystage.access.permissions import Permission
from keystage.actions.auditing import taken_away
from keystage.actions.errors import RefusedError
from keystage.actions.gateway import removing
from keystage.actions.gateway.giving_back import Received, received_of, transfer_file
from keystage.core.subjects import ASSESSED
from keystage.store.models import Pupil, ReceivedPupil
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.gateway import overview
from keystage.web.gateway.changes import named
from keystage.web.gateway.forms import ROUTES, RemoveForm
from keystage.web.gateway.found import may_see_names, may_submit, return_here
from keystage.web.spreadsheet import line
from keystage.web.wording import as_moment

_SUBJECTS = tuple(subject.label.capitalize() for subject in ASSESSED)


@page(Permission.SEE_PUPILS)
def received(request: HttpRequest, here: Here) -> HttpResponse:
    """The pupils and judgements that were received, each with the file it came from."""
    school_return = return_here(here)
    pupils = _visible(here, received_of(school_return))
    context = {
        "school_return": school_return,
        "sentence": overview.sentence_of(school_return),
        "pupils": [one for one in pupils if one.row.removed_at is None],
        "removed": [one for one in pupils if one.row.removed_at is not None],
        "subjects": list(_SUBJECTS),
        "may_submit": may_submit(here) and removing.may_change(school_return),
        "may_take_away": may_see_names(here),
        "back_href": here.href("gateway:return"),
    }
    return render(request, "gateway/received.html", context)


@page(Permission.PREPARE_SUBMISSION)
def download(request: HttpRequest, here: Here, form: str) -> HttpResponse:
    """What was received as a file: a table, or a transfer file."""
    del request
    school_return = return_here(here)
    name = f"received-{here.organisation.code}-{here.season}"
    if form == "ctf":
        content = transfer_file(school_return, by=here.by)
        return attached(f"{name}.xml", content)
    if form == "csv":
        taken_away(
            "what was received, as a table",
            by=here.by,
            organisation=here.organisation,
            year=here.season,
        )
        return attached(f"{name}.csv", _lines(received_of(school_return)))
    raise Http404


@page(Permission.SUBMIT, methods=("GET", "POST"))
def remove(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Take a pupil out for one of the reasons there are; others lead to what is done instead."""
    row = _pupil(here, pupil)
    if row.removed_at is not None:
        return redirect(here.href("gateway:received"))
    form = RemoveForm(request.POST if request.method == "POST" else None)
    errors = []
    if form.is_valid():
        given = form.cleaned_data
        try:
            removing.remove(row, reason=given["reason"], detail=given["detail"], by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The pupil was taken out of the return.")
            return redirect(here.href("gateway:received"))
    other = ROUTES.get(request.POST.get("reason", ""))
    context = {
        "row": row,
        "form": form,
        "errors": errors,
        "other": other,
        "back_href": here.href("gateway:received"),
    }
    wrong = errors or form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "gateway/remove.html", context, status=status)


@page(Permission.SUBMIT, methods=("POST",))
def put_back(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Put a pupil back who was taken out."""
    removing.put_back(_pupil(here, pupil), by=here.by)
    messages.success(request, "The pupil was put back into the return.")
    return redirect(here.href("gateway:received"))


def _pupil(here: Here, key: UUID) -> ReceivedPupil:
    return get_object_or_404(
        ReceivedPupil.objects.select_related("school_return__school"),
        pk=key,
        school_return__school=here.organisation,
        school_return__year=here.season,
    )


def _visible(here: Here, pupils: list[Received]) -> list[Received]:
    """Those whom the person may see: by the class of the pupil on the roll."""
    if here.classes is None:
        return pupils
    upns = set(
        Pupil.objects.filter(school=here.organisation, class_name__in=here.classes).values_list(
            "upn", flat=True
        )
    )
    return [one for one in pupils if one.row.upn in upns]


def _lines(pupils: list[Received]) -> Iterator[str]:
    yield line(
        [
            "UPN", *map(named, ("surname", "forename", "birth_date", "sex")), *_SUBJECTS,
            "Serial of the last file", "Submitted", "Taken out",
        ]
    )  # fmt: skip
    for one in pupils:
        row = one.row
        yield line(
            [
                row.upn, row.surname, row.forename,
                row.birth_date.isoformat() if row.birth_date else "", row.sex, *one.cells(),
                "" if one.serial is None else f"{one.serial:03d}",
                as_moment(one.submitted_at) if one.submitted_at else "",
                row.removed_reason,
            ]
        )  # fmt: skip
