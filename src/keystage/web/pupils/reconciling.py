"""The page that lays roll, registration and mark sheet side by side."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions import reconciling as acts
from keystage.actions.returns import collection_of
from keystage.flows.roll.comparing.differences import Difference
from keystage.store.models import Sheet
from keystage.web.doors import KEPT_BELOW, Here, page
from keystage.web.pupils.forms import ExplainForm
from keystage.web.pupils.views import needed_sheet


@dataclass(frozen=True, kw_only=True)
class Found:
    """A difference as the page shows it; ``form`` where the person may explain it."""

    what: str
    todo: str
    reason: str
    form: ExplainForm | None


@dataclass(frozen=True, kw_only=True)
class Differing:
    """A pupil with what does not agree; ``pupil`` where the person may open the pupil's page."""

    who: str
    pupil: UUID | None
    found: tuple[Found, ...]


@dataclass(frozen=True, kw_only=True)
class Stands:
    """Where a pupil stands, as a sentence."""

    who: str
    pupil: UUID | None
    words: str
    differs: bool


@page(Permission.SEE_REGISTRATIONS)
def reconcile(request: HttpRequest, here: Here) -> HttpResponse:
    """What does not agree, in words, and what to do about it."""
    sheet = needed_sheet(here)
    return render(request, "pupils/reconcile.html", _context(here, sheet))


@page(Permission.MANAGE_COHORT, methods=("POST",))
def explain(request: HttpRequest, here: Here) -> HttpResponse:
    """Say why a difference is right as it is, or take that back."""
    sheet = needed_sheet(here)
    form = ExplainForm(request.POST)
    form.fields["reason"].required = "take_back" not in request.POST
    if not form.is_valid():
        context = _context(here, sheet, form)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "pupils/reconcile.html", context, status=status)
    acts.explain(
        sheet=sheet,
        member=form.cleaned_data["member"],
        kind=form.cleaned_data["kind"],
        reason="" if "take_back" in request.POST else form.cleaned_data["reason"],
        by=here.by,
    )
    messages.success(request, "Your explanation was saved.")
    return redirect(here.href("pupils:reconcile"))


def _context(here: Here, sheet: Sheet, given: ExplainForm | None = None) -> dict[str, object]:
    page = _Page(here, acts.compare(sheet), given)
    found, collection = page.compared.found, collection_of(sheet)
    differing = {one.who for one in found.differences}
    return {
        "ready": found.ready,
        "open": sum(not one.explained for one in found.differences),
        "explained": sum(one.explained for one in found.differences),
        "to_put_right": page.differing(explained=False),
        "put_right": page.differing(explained=True),
        "standings": [
            Stands(
                who=page.name(one.who),
                pupil=page.opened(one.who),
                words=one.words(collection),
                differs=one.who in differing,
            )
            for one in found.standings
        ],
        "list_file": page.compared.list_file,
        "may_manage": page.may_explain,
        "form": given,
        "back_href": here.href("pupils:cohort"),
    }


class _Page:
    """What one person may see and do on the page."""

    def __init__(self, here: Here, compared: acts.Compared, given: ExplainForm | None) -> None:
        self.compared, self._given = compared, given
        self.may_explain = here.may(Permission.MANAGE_COHORT, Level.NAMED)
        self._classes = here.on(Permission.SEE_PUPILS).classes_at(Level.NAMED, KEPT_BELOW)

    def name(self, who: str) -> str:
        """The name of a pupil; another list's own words for one who is not on the roll."""
        pupil = self.compared.pupils.get(who)
        return pupil.full_name if pupil else who[:1].upper() + who[1:]

    def opened(self, who: str) -> UUID | None:
        """The pupil whose page the person may open."""
        pupil = self.compared.pupils.get(who)
        if pupil is None or (self._classes is not None and pupil.class_name not in self._classes):
            return None
        return pupil.pk

    def differing(self, *, explained: bool) -> list[Differing]:
        """The differences that are explained, or are not, pupil by pupil."""
        groups: dict[str, list[Difference]] = {}
        for one in self.compared.found.differences:
            if one.explained == explained:
                groups.setdefault(one.who, []).append(one)
        return [
            Differing(
                who=self.name(who),
                pupil=self.opened(who),
                found=tuple(self._found(one) for one in found),
            )
            for who, found in groups.items()
        ]

    def _found(self, one: Difference) -> Found:
        return Found(
            what=one.what,
            todo=one.todo,
            reason=self.compared.reasons.get((one.who, one.kind), ""),
            form=self._form(one),
        )

    def _form(self, one: Difference) -> ExplainForm | None:
        member = self.compared.members.get(one.who)
        if member is None or not self.may_explain:
            return None
        names = f"id_{member.pk}_{one.kind}_%s"
        given = self._given
        about = (given.data.get("member"), given.data.get("kind")) if given else ()
        if given is not None and about == (str(member.pk), one.kind):
            given.auto_id = names
            return given
        return ExplainForm(initial={"member": member.pk, "kind": one.kind}, auto_id=names)
