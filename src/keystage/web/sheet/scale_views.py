"""P scales, in the years whose collection had them beside one of the codes."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict

from keystage.access.permissions import Permission
from keystage.actions import returns
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.actions.sheets.scales import Scaled, scaled_of
from keystage.statute.collection_loader import load_collection
from keystage.web.doors import Here, page
from keystage.web.sheet.found import sheet_of
from keystage.web.sheet.grid import name_of
from keystage.web.sheet.pages import show, to
from keystage.web.wording import plural

_LONGEST = 10


@page(Permission.ENTER_JUDGEMENTS, methods=("GET", "POST"))
def scales(request: HttpRequest, here: Here) -> HttpResponse:
    """The P scale of each pupil who was judged below all standards."""
    sheet, table = sheet_of(here), load_collection(here.season).p_scales
    status = HTTPStatus.OK
    if request.method == "POST":
        wanted = _changes(request.POST, scaled_of(sheet, here.classes))
        saved = save_cells(sheet, wanted, by=here.by, classes=here.classes)
        if saved.saved:
            returns.check(sheet, by=here.by)
        if saved.whole:
            said = plural(len(saved.saved), "P scale was", "P scales were")
            messages.success(request, f"{said} saved.")
            return to(here, "scales")
        status = HTTPStatus.CONFLICT
        for one in saved.refused:
            messages.warning(request, f"{one.what} {one.todo}")
        if saved.conflicts:
            messages.warning(
                request,
                f"{plural(len(saved.conflicts), 'judgement was', 'judgements were')} changed by "
                "somebody else meanwhile. Look at them again: they are shown as they are kept.",
            )
    return show(
        request,
        here,
        "scales",
        status=status,
        rows=[(name_of(_key(one)), one) for one in scaled_of(sheet, here.classes)],
        table=table,
    )


def _changes(post: QueryDict, rows: list[Scaled]) -> list[Change]:
    """What a person chose, with the version of each judgement that was seen."""
    changes = []
    for one in rows:
        name = name_of(_key(one))
        typed, seen = post.get(f"scale-{name}"), post.get(f"seen-{name}", "")
        if typed is not None and seen.isdecimal():
            pupil, subject = _key(one)
            changes.append(
                Change(
                    pupil=pupil,
                    subject=subject,
                    code=one.judgement.code,
                    seen=int(seen[:_LONGEST]),
                    p_scale=typed[:_LONGEST],
                )
            )
    return changes


def _key(one: Scaled) -> tuple[int, str]:
    return one.member.pk, one.judgement.subject
