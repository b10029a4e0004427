"""The attendance register: filling it in, what does not agree, late joiners, confirming it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.register.confirming import confirm as confirm_register
from keystage.actions.register.confirming import obstacles
from keystage.actions.register.entering import Conflict, Entry, Saved, blanks_of, set_codes
from keystage.actions.register.joining import join
from keystage.actions.register.register import Register, register_of
from keystage.store.models import RegisterConfirmation, Sheet
from keystage.web.doors import KEPT_BELOW, Here, page
from keystage.web.register.forms import ConfirmForm, JoinForm, entries_of, name_of
from keystage.web.register.pages import show, to
from keystage.web.register.rows import Shows, grid_of, words_of
from keystage.web.sheet.found import sheet_of
from keystage.web.wording import plural


@dataclass(frozen=True, kw_only=True)
class Unsaved:
    """What was sent of the grid and not saved, and why."""

    wanted: Mapping[str, str]
    errors: Sequence[dict[str, str]]
    status: HTTPStatus
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)


@page(Permission.SEE_ATTENDANCE)
def register(request: HttpRequest, here: Here) -> HttpResponse:
    """The register as a grid of pupils and papers, to fill in or to look at."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    if sheet is None:
        return show(request, here, "none", may_load=here.may(Permission.LOAD_YEAR))
    return _grid(request, here, sheet_of(here), Shows.of(request.GET))


@page(Permission.EDIT_ATTENDANCE, methods=("POST",))
def save(request: HttpRequest, here: Here) -> HttpResponse:
    """Save codes; what could not be saved is shown again, with what the person chose."""
    sheet, entries = sheet_of(here), entries_of(request.POST)
    shows = Shows.of(request.POST)
    try:
        saved = set_codes(
            sheet,
            entries,
            by=here.by,
            classes=here.classes,
            reason=request.POST.get("reason", ""),
        )
    except RefusedError as error:
        return _grid(request, here, sheet, shows, _refused(entries, error))
    if saved.conflicts:
        return _grid(request, here, sheet, shows, _to_settle(saved))
    messages.success(request, f"{plural(len(saved.saved), 'code was', 'codes were')} saved.")
    return to(here, "register", _query(shows))


@page(Permission.EDIT_ATTENDANCE, methods=("POST",))
def fill(request: HttpRequest, here: Here) -> HttpResponse:
    """Say of everybody shown who has no code for a paper that he or she took it."""
    sheet, shows = sheet_of(here), Shows.of(request.POST)
    found = register_of(sheet, here.classes)
    shown = {row.member.pk for row in shows.pupils(found)}
    blanks = blanks_of(found, request.POST.get("paper", ""))
    saved = set_codes(
        sheet,
        [one for one in blanks if one.member in shown],
        by=here.by,
        classes=here.classes,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, f"{plural(len(saved.saved), 'code was', 'codes were')} entered.")
    return to(here, "register", _query(shows))


@page(Permission.SEE_ATTENDANCE)
def contradictions(request: HttpRequest, here: Here) -> HttpResponse:
    """What does not agree, with what to do about it."""
    found = register_of(sheet_of(here), here.classes)
    return show(
        request,
        here,
        "contradictions",
        missing=_missing(found),
        wrong=[one for one in found.found if one.is_wrong and one.kind != "no_code"],
        to_look_at=[one for one in found.found if not one.is_wrong],
        names={row.member.pk: row.member.pupil.full_name for row in found.rows},
        papers=found.papers,
    )


@page(Permission.MANAGE_COHORT, methods=("GET", "POST"))
def late(request: HttpRequest, here: Here) -> HttpResponse:
    """Put pupils of the cohort on the register who came too late for the registration."""
    sheet = sheet_of(here)
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done = join(sheet, by=here.by, **form.cleaned_data)
        if done.conflicts:
            messages.warning(request, "Somebody else changed this pupil. Look again.")
        else:
            messages.success(request, "The pupil was put on the register.")
        return to(here, "late")
    found = register_of(sheet)
    waiting = {one.who for one in found.found if one.kind == "late_joiner"}
    forms = [
        (row.member.pupil.full_name, _join_form(row.member.pk, row.member.version, form))
        for row in found.rows
        if row.member.pk in waiting
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return show(request, here, "late", status=status, joiners=forms, form=form)


@page(Permission.APPROVE_ATTENDANCE, methods=("GET", "POST"), reauthenticates=True)
def confirm(request: HttpRequest, here: Here) -> HttpResponse:
    """Look at what the register says, and confirm it."""
    sheet = sheet_of(here)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            confirm_register(sheet, seen=form.cleaned_data["seen"], by=here.by)
        except ChangedMeanwhileError as error:
            messages.warning(request, str(error))
            return to(here, "confirm")
        messages.success(request, "You confirmed the register.")
        return to(here, "register")
    found = register_of(sheet)
    form.fields["seen"].initial = found.seal
    counts = found.counts()
    return show(
        request,
        here,
        "confirm",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
        form=form,
        register=found,
        against=obstacles(found, here.by),
        counts=[
            (
                one.label,
                ", ".join(f"{words_of(found, code)}: {n}" for code, n in counts[paper].items()),
            )
            for paper, one in found.papers.items()
        ],
        to_look_at=sum(not one.is_wrong for one in found.found),
        broken=_last_broken(sheet),
    )


def _missing(found: Register) -> list[tuple[str, str, str]]:
    """The pupils without a code for a paper: name, class and the papers in words."""
    papers: dict[int, list[str]] = {}
    for one in found.found:
        if one.kind == "no_code":
            papers.setdefault(one.who, []).append(found.papers[one.paper].short)
    pupils = {row.member.pk: row.member.pupil for row in found.rows}
    return [
        (pupils[key].full_name, pupils[key].class_name, ", ".join(names))
        for key, names in papers.items()
    ]


def _join_form(member: int, version: int, given: JoinForm) -> JoinForm:
    """The form of one pupil: the one that was sent, or an empty one."""
    if given.is_bound and given.data.get("member") == str(member):
        given.auto_id = f"id_{member}_%s"
        return given
    return JoinForm(initial={"member": member, "seen": version}, auto_id=f"id_{member}_%s")


def _grid(
    request: HttpRequest, here: Here, sheet: Sheet, shows: Shows, unsaved: Unsaved | None = None
) -> HttpResponse:
    found = register_of(sheet, _seen_by(here))
    unsaved = unsaved or Unsaved(wanted={}, errors=[], status=HTTPStatus.OK)
    return show(
        request,
        here,
        "register",
        status=unsaved.status,
        grid=grid_of(here, found, shows, wanted=unsaved.wanted, conflicts=unsaved.conflicts),
        errors=unsaved.errors,
        reason=request.POST.get("reason", ""),
        broken=_last_broken(sheet),
        counts_wrong=sum(one.is_wrong and one.kind != "no_code" for one in found.found),
        counts_look=sum(not one.is_wrong for one in found.found),
    )


def _seen_by(here: Here) -> frozenset[str] | None:
    """The classes whose register the person may see; None for all."""
    return here.on(Permission.SEE_ATTENDANCE).classes_at(Level.NAMED, KEPT_BELOW)


def _refused(entries: Sequence[Entry], error: RefusedError) -> Unsaved:
    """What the person chose, where nothing of it was saved."""
    return Unsaved(
        wanted={name_of(one.member, one.paper): one.code for one in entries},
        errors=[{"text": str(error), "href": "#reason"}],
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _to_settle(saved: Saved) -> Unsaved:
    """The cells that somebody else changed meanwhile."""
    conflicts = {name_of(one.entry.member, one.entry.paper): one for one in saved.conflicts}
    errors = [
        {
            "text": "Somebody else changed this code. Choose which of the two is right, then save",
            "href": f"#cell-{name}",
        }
        for name in conflicts
    ]
    return Unsaved(
        wanted={name: one.entry.code for name, one in conflicts.items()},
        errors=errors,
        status=HTTPStatus.CONFLICT,
        conflicts=conflicts,
    )


def _last_broken(sheet: Sheet) -> RegisterConfirmation | None:
    """The last confirmation, if a change has broken it and none took its place."""
    last = (
        RegisterConfirmation.objects.filter(sheet=sheet)
        .select_related("by", "broken_by")
        .order_by("at", "pk")
        .last()
    )
    return last if last is not None and last.broken_at is not None else None


def _query(shows: Shows) -> str:
    given = {"class": shows.class_name, "test": shows.test}
    return urlencode({name: value for name, value in given.items() if value})
