"""The page on which many pupils are registered at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.actions.roll.cohort_history import ON_REGISTER, TESTS, as_text
from keystage.actions.roll.registering import Registration, register
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil
from keystage.web.doors import Here, page
from keystage.web.fields import whole
from keystage.web.pupils import listing
from keystage.web.pupils.views import needed_sheet
from keystage.web.wording import plural

_ANSWERS = {"yes": True, "no": False, "": None}
_HEADINGS = (*zip(TESTS, listing.TEST_HEADINGS, strict=True), (ON_REGISTER, "On the register"))


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
    """Register many pupils at once; a pupil whom somebody else changed is shown again."""
    sheet = needed_sheet(here)
    given = request.POST if request.method == "POST" else None
    shows = listing.filter_of(request.GET)
    members = [one for one in listing.members_of(sheet, removed=False) if shows.shows(one)]
    conflicts: tuple[int, ...] = ()
    if given is not None:
        wanted = [one for member in members if (one := _wanted(member, given))]
        done = register(sheet=sheet, registrations=wanted, by=here.by)
        conflicts = done.conflicts
        if not conflicts:
            changed = len(done.saved)
            messages.success(request, f"{plural(changed, 'pupil was', 'pupils were')} changed.")
            return redirect(f"{here.href('pupils:registration')}?{request.GET.urlencode()}")
        members = [one for one in listing.members_of(sheet, removed=False) if shows.shows(one)]
    context = {
        "lines": _lines(members, here.season, given, conflicts),
        "headings": [label for _, label in _HEADINGS],
        "conflicts": len(conflicts),
        "errors": _told(conflicts),
        "classes": sorted(
            {one.pupil.class_name for one in listing.members_of(sheet, removed=False)}
        ),
        "shows": shows,
        "back_href": here.href("pupils:cohort"),
    }
    status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.OK
    return render(request, "pupils/registration.html", context, status=status)


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
    codes = load_collection(year).registrations.codes
    choices = (("", "Not known"), *((code, item.label) for code, item in codes.items()))
    answers = (("", "Not known"), ("yes", "Yes"), ("no", "No"))
    lines = []
    for member in members:
        pupil, again = member.pupil, member.pk in conflicts
        cells = []
        for name, label in _HEADINGS:
            stored = as_text(getattr(member, name))
            key = f"{name}-{member.pk}"
            cells.append(
                Cell(
                    name=key,
                    label=f"{label}, {pupil.full_name}",
                    choices=answers if name == ON_REGISTER else choices,
                    value=given.get(key, stored) if given and again else stored,
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
                    f"{label}: {said[as_text(getattr(member, name))]}" for name, label in _HEADINGS
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
