"""Access arrangements and special consideration: the list, asking, deciding, taking back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.register import arrangements as acts
from keystage.actions.season.dates import season_of
from keystage.core.subjects import TESTED, Subject
from keystage.flows.roll.likeness.evidence import word_list
from keystage.statute.register_loader import load_register
from keystage.store.models import Arrangement, CohortPupil, Sheet
from keystage.web.doors import Here, page
from keystage.web.register.forms import ArrangementForm, DecideForm, MoveForm
from keystage.web.register.pages import show, to
from keystage.web.sheet.found import sheet_of

State = Arrangement.State
#: The classes in their order: what pages call them, and what has to be done.
CLASSES = {
    "permission": ("Apply for permission", "The agency decides before the tests."),
    "notice": ("Tell the agency", "No permission is needed. Mark each when the agency was told."),
    "school": ("The school decides", "Nobody has to be asked or told."),
    "consideration": ("Special consideration", "For exceptional cases, after the tests."),
}
#: What a state is called, by class where it is not the state's own word.
_WORDS = {
    ("notice", State.PROPOSED): "To be told",
    ("notice", State.APPROVED): "Told",
    ("school", State.APPROVED): "Recorded",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """An arrangement of the list."""

    key: int
    pupil: str
    class_name: str
    sort: str
    kind: str
    tests: str
    state: str
    late: bool
    one: Arrangement


@dataclass(frozen=True, kw_only=True)
class Group:
    """A class of arrangements with its last day; None where none is known."""

    title: str
    words: str
    due: datetime | None
    has_due: bool
    lines: tuple[Line, ...]


@page(Permission.SEE_ARRANGEMENTS)
def arrangements(request: HttpRequest, here: Here) -> HttpResponse:
    """The arrangements by class, with the last day of each."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    if sheet is None:
        return show(request, here, "none", may_load=here.may(Permission.LOAD_YEAR))
    lines = [_line(one, sheet.year) for one in _rows(here)]
    book, season = load_register(sheet.year), season_of(here.organisation, sheet.year)
    groups = []
    for kind, (title, words) in CLASSES.items():
        dues = {one.due for one in book.arrangements.sorts.values() if one.kind == kind and one.due}
        due = season.moment(min(dues)) if dues else None
        found = tuple(line for line in lines if line.kind == kind)
        groups.append(Group(title=title, words=words, due=due, has_due=bool(dues), lines=found))
    return show(
        request,
        here,
        "arrangements",
        groups=groups,
        late=book.arrangements.late,
        may_propose=here.may(Permission.PROPOSE_ARRANGEMENTS, Level.NAMED),
    )


@page(Permission.SEE_ARRANGEMENTS, level=Level.AGGREGATE)
def counts(request: HttpRequest, here: Here) -> HttpResponse:
    """How many arrangements there are of each class, without any pupil."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    if sheet is None:
        return show(request, here, "none", may_load=here.may(Permission.LOAD_YEAR))
    lines = [_line(one, sheet.year) for one in _rows(here)]
    rows = [
        (
            title,
            sum(line.kind == kind for line in lines),
            *(
                sum(line.kind == kind and line.one.state == state for line in lines)
                for state in State
            ),
            sum(line.kind == kind and line.late for line in lines),
        )
        for kind, (title, _) in CLASSES.items()
    ]
    headings = ["Class", "All", *(state.label for state in State), "Entered late"]
    return show(request, here, "counts", rows=rows, headings=headings, personal_data=False)


@page(Permission.PROPOSE_ARRANGEMENTS, methods=("GET", "POST"))
def arrange(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask for an arrangement, or record one."""
    sheet = sheet_of(here)
    book = load_register(sheet.year)
    form = ArrangementForm(
        request.POST if request.method == "POST" else None,
        members=[
            (one.pk, f"{one.pupil.full_name}, {one.pupil.class_name or 'no class'}")
            for one in _members(here, sheet)
        ],
        sorts=[
            (key, f"{one.label} ({CLASSES[one.kind][0].lower()})")
            for key, one in book.arrangements.sorts.items()
        ],
        tests=[(str(test), test.label.capitalize()) for test in TESTED],
    )
    errors = []
    if form.is_valid():
        try:
            made = acts.propose(sheet, by=here.by, classes=here.classes, **form.cleaned_data)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The arrangement was entered.")
            return to(here, "arrangement", arrangement=made.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors or form.errors else HTTPStatus.OK
    return show(
        request,
        here,
        "arrange",
        status=status,
        form=form,
        errors=errors,
        late=book.arrangements.late,
    )


@page(Permission.SEE_ARRANGEMENTS)
def arrangement(request: HttpRequest, here: Here, arrangement: int) -> HttpResponse:
    """One arrangement, and what may become of it."""
    return _one(request, here, get_object_or_404(_rows(here), pk=arrangement))


@page(Permission.APPROVE_ARRANGEMENTS, methods=("POST",))
def decide(request: HttpRequest, here: Here, arrangement: int) -> HttpResponse:
    """Approve or refuse what somebody else asked for."""
    found = get_object_or_404(_rows(here), pk=arrangement)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _one(request, here, found, form)
    approve = form.cleaned_data["decision"] == "approve"
    answer, seen = form.cleaned_data["answer"], form.cleaned_data["seen"]
    return _moved(
        request,
        here,
        found,
        lambda: acts.decide(
            sheet_of(here), found.pk, approve=approve, answer=answer, seen=seen, by=here.by
        ),
    )


@page(Permission.PROPOSE_ARRANGEMENTS, methods=("POST",))
def told(request: HttpRequest, here: Here, arrangement: int) -> HttpResponse:
    """Mark that the agency was told."""
    found, seen = _to_move(request, here, arrangement)
    return _moved(
        request, here, found, lambda: acts.told(sheet_of(here), found.pk, seen=seen, by=here.by)
    )


@page(Permission.PROPOSE_ARRANGEMENTS, methods=("POST",))
def withdraw(request: HttpRequest, here: Here, arrangement: int) -> HttpResponse:
    """Take an arrangement back."""
    found, seen = _to_move(request, here, arrangement)
    return _moved(
        request, here, found, lambda: acts.withdraw(sheet_of(here), found.pk, seen=seen, by=here.by)
    )


def _rows(here: Here) -> QuerySet[Arrangement]:
    """The arrangements of the season that the page's permission shows the person."""
    rows = Arrangement.objects.filter(
        cohort_pupil__sheet__school=here.organisation, cohort_pupil__sheet__year=here.season
    ).select_related("cohort_pupil__pupil", "entered_by", "decided_by")
    if here.classes is not None:
        rows = rows.filter(cohort_pupil__pupil__class_name__in=here.classes)
    return rows.order_by("cohort_pupil__pupil__surname", "cohort_pupil__pupil__forename", "pk")


def _members(here: Here, sheet: Sheet) -> list[CohortPupil]:
    """The pupils for whom the person may ask."""
    rows = sheet.cohort.filter(removed=False).select_related("pupil")
    if here.classes is not None:
        rows = rows.filter(pupil__class_name__in=here.classes)
    return list(rows.order_by("pupil__surname", "pupil__forename", "pupil__upn"))


def _line(one: Arrangement, year: int) -> Line:
    sort, pupil = acts.sort_of(one, year), one.cohort_pupil.pupil
    kind = sort.kind if sort else "school"
    state = State(one.state)
    return Line(
        key=one.pk,
        pupil=pupil.full_name,
        class_name=pupil.class_name,
        sort=sort.label if sort else one.sort,
        kind=kind,
        tests=word_list([Subject(test).label for test in one.tests]) or "all tests",
        state=_WORDS.get((kind, state), state.label),
        late=one.late,
        one=one,
    )


def _one(
    request: HttpRequest, here: Here, found: Arrangement, given: DecideForm | None = None
) -> HttpResponse:
    line = _line(found, here.season)
    waiting, version = found.state == State.PROPOSED, {"seen": found.version}
    asked = line.kind in acts.ASKED
    may_move = here.may(Permission.PROPOSE_ARRANGEMENTS, Level.NAMED)
    return show(
        request,
        here,
        "arrangement",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if given else HTTPStatus.OK,
        line=line,
        late=load_register(here.season).arrangements.late,
        form=(given or DecideForm(initial=version))
        if waiting and asked and here.may(Permission.APPROVE_ARRANGEMENTS, Level.NAMED)
        else None,
        theirs=found.entered_by_id == here.by.who.pk,
        telling=MoveForm(initial=version, auto_id="id_told_%s")
        if waiting and not asked and may_move
        else None,
        withdrawing=MoveForm(initial=version, auto_id="id_withdraw_%s")
        if found.state in {State.PROPOSED, State.APPROVED} and may_move
        else None,
        back_href=here.href("register:arrangements"),
    )


def _to_move(request: HttpRequest, here: Here, key: int) -> tuple[Arrangement, int]:
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The form does not say what it showed.")
    return get_object_or_404(_rows(here), pk=key), form.cleaned_data["seen"]


def _moved(
    request: HttpRequest, here: Here, found: Arrangement, act: Callable[[], Arrangement]
) -> HttpResponse:
    """Do something with an arrangement, and say what came of it."""
    try:
        act()
    except ChangedMeanwhileError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "The arrangement was changed.")
    return to(here, "arrangement", arrangement=found.pk)
