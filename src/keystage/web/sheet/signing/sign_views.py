"""Signing: who has signed what, a class by its teacher, the whole by the headteacher."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.acceptances import standing
from keystage.actions.errors import ChangedMeanwhileError
from keystage.actions.returns import cohort_of, findings_of
from keystage.actions.sheets import signing
from keystage.actions.sheets.asked import missing_of
from keystage.store.models import Acceptance, CohortPupil, Sheet, SignOff
from keystage.web.doors import KEPT_BELOW, Here, page
from keystage.web.sheet.found import sheet_of, visible
from keystage.web.sheet.grid import classes_of
from keystage.web.sheet.pages import show, to
from keystage.web.sheet.signing.sign_forms import SendBackForm, SignForm

Kind = SignOff.Kind


@dataclass(frozen=True, kw_only=True)
class ClassLine:
    """A class of the list: how far it is, and who signed."""

    name: str
    pupils: int
    missing: int
    last: SignOff | None
    may_sign: bool

    @property
    def signed(self) -> bool:
        """Whether its signature holds."""
        return self.last is not None and self.last.broken_at is None


@dataclass(frozen=True, kw_only=True)
class ToSign:
    """What a person is to sign: a class, or with no name the whole sheet."""

    kind: SignOff.Kind
    name: str
    members: list[CohortPupil]


@page(Permission.SEE_PUPILS)
def sign(request: HttpRequest, here: Here) -> HttpResponse:
    """Who has signed, who has still to, and what broke a signature."""
    sheet = sheet_of(here)
    everybody = cohort_of(sheet)
    last = _last_of_each(sheet)
    return show(
        request,
        here,
        "sign",
        sheet=sheet,
        lines=_lines(here, sheet, visible(here, everybody), last),
        head=last.get((Kind.HEADTEACHER, "")),
        may_sign_head=here.may(Permission.SIGN_HEAD, Level.NAMED),
    )


@page(Permission.SIGN_CLASS, methods=("GET", "POST"), reauthenticates=True)
def sign_class(request: HttpRequest, here: Here) -> HttpResponse:
    """Look at the judgements of a class and sign them as its teacher."""
    sheet = sheet_of(here)
    name = request.POST.get("class") or request.GET.get("class", "")
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            signing.sign_class(sheet, name, by=here.by, classes=here.classes, seen=seen)
        except ChangedMeanwhileError as error:
            return _again(request, here, "sign_class", error, name)
        messages.success(request, f"You signed class {name}.")
        return to(here, "sign")
    members = [one for one in visible(here, cohort_of(sheet)) if one.pupil.class_name == name]
    asked = ToSign(kind=Kind.CLASS_TEACHER, name=name, members=members)
    return _ask(request, here, sheet, form, asked)


@page(Permission.SIGN_HEAD, methods=("GET", "POST"), reauthenticates=True)
def sign_head(request: HttpRequest, here: Here) -> HttpResponse:
    """Look at the judgements of the school and sign them as its headteacher."""
    sheet = sheet_of(here)
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            signing.sign_head(sheet, seen=form.cleaned_data["seen"], by=here.by)
        except ChangedMeanwhileError as error:
            return _again(request, here, "sign_head", error)
        messages.success(request, "You signed the mark sheet.")
        return to(here, "sign")
    asked = ToSign(kind=Kind.HEADTEACHER, name="", members=cohort_of(sheet))
    return _ask(request, here, sheet, form, asked)


@page(Permission.SIGN_HEAD, methods=("GET", "POST"))
def send_back(request: HttpRequest, here: Here) -> HttpResponse:
    """Give a signed class back to its teacher, saying why."""
    sheet, name = sheet_of(here), request.GET.get("class", "")
    form = SendBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        signing.send_back(sheet, class_name=name, comment=form.cleaned_data["comment"], by=here.by)
        messages.success(request, f"Class {name} was sent back to its teacher.")
        return to(here, "sign")
    signed = signing.standing(sheet, Kind.CLASS_TEACHER, name)
    return show(request, here, "send_back", form=form, name=name, signed=signed)


def _ask(
    request: HttpRequest, here: Here, sheet: Sheet, form: SignForm, asked: ToSign
) -> HttpResponse:
    everybody, members = cohort_of(sheet), asked.members
    whole = asked.kind == Kind.HEADTEACHER
    against = signing.obstacles(sheet, members, everybody, findings_of(sheet, everybody))
    if whole:
        against = signing.against_the_whole(sheet, everybody, here.by) + against
    form.fields["seen"].initial = sheet.content_version
    return show(
        request,
        here,
        "sign_ask",
        sheet=sheet,
        members=members,
        form=form,
        head=whole,
        name=asked.name,
        against=against,
        signed=signing.standing(sheet, asked.kind, asked.name),
        changes=signing.changed_since(sheet, asked.kind, asked.name),
        accepted=_accepted(sheet, members, whole=whole),
    )


def _accepted(sheet: Sheet, members: list[CohortPupil], *, whole: bool) -> list[Acceptance]:
    """What was accepted of some pupils, and of the sheet as a whole for who signs all of it."""
    keys = {one.pk for one in members}
    return [
        one
        for one in standing(sheet).values()
        if one.cohort_pupil_id in keys or (whole and one.cohort_pupil_id is None)
    ]


def _again(
    request: HttpRequest, here: Here, name: str, error: ChangedMeanwhileError, class_name: str = ""
) -> HttpResponse:
    messages.warning(request, str(error))
    return to(here, name, class_name=class_name)


def _last_of_each(sheet: Sheet) -> dict[tuple[str, str], SignOff]:
    """The last signature of each kind and class."""
    rows = sheet.sign_offs.select_related("by", "broken_by").order_by("at", "pk")
    return {(row.kind, row.class_name): row for row in rows}


def _lines(
    here: Here, sheet: Sheet, members: list[CohortPupil], last: dict[tuple[str, str], SignOff]
) -> list[ClassLine]:
    mine = here.on(Permission.SIGN_CLASS).classes_at(Level.NAMED, KEPT_BELOW)
    missing = dict.fromkeys((one.pk for one in members), 0)
    for pk, _ in missing_of(sheet, members):
        missing[pk] += 1
    return [
        ClassLine(
            name=name,
            pupils=sum(one.pupil.class_name == name for one in members),
            missing=sum(missing[one.pk] for one in members if one.pupil.class_name == name),
            last=last.get((Kind.CLASS_TEACHER, name)),
            may_sign=bool(name) and (mine is None or name in mine),
        )
        for name in classes_of(members)
    ]
