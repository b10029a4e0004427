"""The page on which many pupils are registered at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.actions.errors import RefusedError
from keystage.actions.roll.asked_registrations import Asked, ask, changed_meanwhile, is_known
from keystage.actions.roll.closing import (
    Closing,
    closing_of,
    submit_registrations,
    submitted,
)
from keystage.actions.roll.cohort_history import ON_REGISTER, TESTS, as_text
from keystage.actions.roll.registering import Registration, register
from keystage.actions.season.dates import season_of
from keystage.store.models import CohortPupil, Sheet
from keystage.web.doors import Here, page
from keystage.web.fields import whole
from keystage.web.pupils import listing
from keystage.web.pupils.decided import HEADINGS, YES_OR_NO, changes_of, choices_of
from keystage.web.pupils.registration_forms import ReasonForm, SubmitForm
from keystage.web.pupils.views import needed_sheet
from keystage.web.wording import plural

_ANSWERS = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A box of the form: its name, what it is for, its choices and the one that is taken."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A pupil of the form."""

    member: int
    version: int
    name: str
    upn: str
    class_name: str
    cells: tuple[Cell, ...]
    stored: tuple[str, ...] = ()


@page(Permission.MANAGE_COHORT, methods=("GET", "POST"))
def registration(request: HttpRequest, here: Here) -> HttpResponse:
    """Register many pupils at once; what it decides elsewhere is shown before it is saved."""
    sheet = needed_sheet(here)
    if request.method != "POST":
        return _form(request, here, sheet)
    members = _shown(request, sheet)
    wanted = [one for member in members if (one := _wanted(member, request.POST))]
    checked = "checked" in request.POST
    if not checked and (conflicts := changed_meanwhile(sheet, wanted)):
        return _form(request, here, sheet, conflicts)
    asked = ask(sheet, wanted) if is_known(sheet, wanted) else []
    why = ReasonForm(request.POST if checked else None)
    why.fields["reason"].required = closing_of(sheet) is Closing.LOCKED
    if asked and not (checked and why.is_valid()):
        return _check(request, here, sheet, asked, why)
    reason = why.cleaned_data["reason"] if asked else ""
    done = register(sheet=sheet, registrations=wanted, by=here.by, reason=reason)
    if done.conflicts:
        return _form(request, here, sheet, done.conflicts)
    changed = len(done.saved)
    messages.success(request, f"{plural(changed, 'pupil was', 'pupils were')} changed.")
    return redirect(f"{here.href('pupils:registration')}?{request.GET.urlencode()}")


@page(Permission.MANAGE_COHORT, methods=("GET", "POST"))
def submit(request: HttpRequest, here: Here) -> HttpResponse:
    """Say that the registrations are done, also where there is nobody to register."""
    sheet = needed_sheet(here)
    members = listing.members_of(sheet, removed=False)
    form = SubmitForm(request.POST if request.method == "POST" else None, pupils=len(members))
    errors = []
    if form.is_valid():
        try:
            submit_registrations(sheet, no_pupils=not members, by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The registrations were submitted.")
            return redirect(here.href("pupils:submit"))
    context = {
        "form": form,
        "errors": errors,
        "pupils": len(members),
        "submitted": submitted(sheet),
        "dates": season_of(sheet.school, sheet.year),
        "closing": closing_of(sheet).value,
        "back_href": here.href("pupils:cohort"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors or form.errors else HTTPStatus.OK
    return render(request, "pupils/submit_registrations.html", context, status=status)


def _shown(request: HttpRequest, sheet: Sheet) -> list[CohortPupil]:
    """The pupils of the page, by the filter of its address."""
    shows = listing.filter_of(request.GET)
    return [one for one in listing.members_of(sheet, removed=False) if shows.shows(one)]


def _form(
    request: HttpRequest, here: Here, sheet: Sheet, conflicts: tuple[int, ...] = ()
) -> HttpResponse:
    """The boxes; what a person chose stays in them where others changed a pupil."""
    given = request.POST if conflicts else None
    context = {
        "lines": _lines(_shown(request, sheet), here.season, given, conflicts),
        "headings": [label for _, label in HEADINGS],
        "conflicts": len(conflicts),
        "errors": _told(conflicts),
        "classes": sorted(
            {one.pupil.class_name for one in listing.members_of(sheet, removed=False)}
        ),
        "shows": listing.filter_of(request.GET),
        "closing": closing_of(sheet).value,
        "dates": season_of(sheet.school, sheet.year),
        "back_href": here.href("pupils:cohort"),
    }
    status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.OK
    return render(request, "pupils/registration.html", context, status=status)


def _check(
    request: HttpRequest, here: Here, sheet: Sheet, asked: list[Asked], why: ReasonForm
) -> HttpResponse:
    """What would change and what that decides elsewhere; the boxes go along hidden."""
    context = {
        "changes": changes_of(asked, here.season),
        "hidden": [
            (name, value)
            for name, value in request.POST.items()
            if name not in {"csrfmiddlewaretoken", "checked", "reason"}
        ],
        "form": why,
        "closing": closing_of(sheet).value,
        "back_href": request.get_full_path(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if why.errors else HTTPStatus.OK
    return render(request, "pupils/registration_check.html", context, status=status)


def _wanted(member: CohortPupil, given: QueryDict) -> Registration | None:
    """What the form says of a pupil; None where it says nothing."""
    seen = whole(given.get(f"seen-{member.pk}", ""))
    if seen is None:
        return None
    values: dict[str, str | bool | None] = {
        test: given.get(f"{test}-{member.pk}", "")
        for test in TESTS
        if f"{test}-{member.pk}" in given
    }
    answer = given.get(f"{ON_REGISTER}-{member.pk}")
    if answer in _ANSWERS:
        values[ON_REGISTER] = _ANSWERS[answer]
    return Registration(member=member.pk, values=values, seen=seen)


def _lines(
    members: Iterable[CohortPupil], year: int, given: QueryDict | None, conflicts: tuple[int, ...]
) -> list[Line]:
    choices, answers = choices_of(year), YES_OR_NO
    lines = []
    for member in members:
        pupil, again = member.pupil, member.pk in conflicts
        cells = []
        for name, label in HEADINGS:
            stored = as_text(getattr(member, name))
            key = f"{name}-{member.pk}"
            cells.append(
                Cell(
                    name=key,
                    label=f"{label}, {pupil.full_name}",
                    choices=answers if name == ON_REGISTER else choices,
                    value=given.get(key, stored) if given else stored,
                )
            )
        said = {**dict(choices), **dict(answers)}
        lines.append(
            Line(
                member=member.pk,
                version=member.version,
                name=pupil.full_name,
                upn=pupil.upn or "None",
                class_name=pupil.class_name or "None",
                cells=tuple(cells),
                stored=tuple(
                    f"{label}: {said[as_text(getattr(member, name))]}" for name, label in HEADINGS
                )
                if again
                else (),
            )
        )
    return lines


def _told(conflicts: tuple[int, ...]) -> list[dict[str, str]]:
    return [
        {
            "text": "Somebody else changed this pupil. Look at what is stored, then save again",
            "href": f"#reading-{key}",
        }
        for key in conflicts
    ]
