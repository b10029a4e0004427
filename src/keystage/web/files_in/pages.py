"""The pages of a file that comes in, the same for every sort of file."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports import applying, matching, uploads
from keystage.actions.imports.matching import Choice
from keystage.actions.imports.rules import import_rules
from keystage.actions.imports.shapes import Preview, WayBack
from keystage.actions.settings import IMPORT_MODE, MODE_WORDS, value_of
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.flows.roll.refusal import RollRefusedError
from keystage.store.models import Import, ImportRow, Pupil
from keystage.web.doors import Here
from keystage.web.files_in.forms import (
    ApplyForm,
    ModeForm,
    StrictnessForm,
    UndoForm,
    UploadForm,
)
from keystage.web.files_in.registering import Registering
from keystage.web.files_in.showing import as_sent, card_of, described, free_of, pupils_of, sure_of
from keystage.web.files_in.sorts import Sort

State = Import.State
What = ImportRow.Decision
_CARDS = 20


def upload(request: HttpRequest, here: Here, sort: Sort) -> HttpResponse:
    """Choose a file; what is accepted stands above the box."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            file = uploads.bring_in(
                school=here.organisation,
                year=here.season,
                kind=sort.kind,
                data=given.read(),
                name=given.name,
                by=here.by,
                classes=here.classes,
            )
        except RollRefusedError as error:
            form.add_error("file", f"{error.what} {error.todo}")
        else:
            return redirect(_to(here, sort, "review", file))
    context = {"sort": sort, "form": form, "back_href": _to(here, sort, "")}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "files_in/upload.html", context, status=status)


def review(request: HttpRequest, here: Here, sort: Sort, file: UUID) -> HttpResponse:
    """Who the pupils of the file are: proposed, and decided by a person where it is not sure."""
    found = _file(here, sort, file)
    if found.state != State.REVIEW:
        return redirect(_to(here, sort, "result", found))
    errors = []
    if request.method == "POST":
        try:
            return _decided(request, here, sort, found)
        except RefusedError as error:
            errors = [{"text": str(error)}]
    pupils = pupils_of(found, here.classes)
    rows = list(found.rows.select_related("decided_by", "pupil"))
    if errors:
        as_sent(rows, _choices(request.POST, found), pupils)
    everybody = "all" in request.GET
    looked_at = [row for row in rows if everybody or row.needs_person]
    page = Paginator(looked_at, _CARDS).get_page(request.GET.get("page"))
    context = {
        "sort": sort,
        "file": found,
        "page": page,
        "query": "all" if everybody else "",
        "everybody": everybody,
        "cards": [card_of(row, pupils, enrols=sort.enrols) for row in page],
        "free": [(pupil.pk, described(pupil)) for pupil in free_of(pupils, rows)],
        "sure": [] if everybody else [sure_of(row) for row in rows if not row.needs_person],
        "rows": len(rows),
        "undecided": matching.undecided(found),
        "bare": len(matching.bare_numbers(rows)),
        "strictness": StrictnessForm(initial={"strictness": found.strictness}),
        "before": uploads.applied_before(found),
        "errors": errors,
        "back_href": _to(here, sort, "upload"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "files_in/review.html", context, status=status)


def preview(request: HttpRequest, here: Here, sort: Sort, file: UUID) -> HttpResponse:
    """What the file would change, and the button that applies it."""
    found = _file(here, sort, file)
    if found.state != State.REVIEW:
        return redirect(_to(here, sort, "result", found))
    given = request.POST if request.method == "POST" else request.GET
    mode = ModeForm({"mode": given.get("mode") or value_of(here.organisation, IMPORT_MODE)})
    asked = mode.cleaned_data["mode"] if mode.is_valid() and sort.enrols else "everything"
    wanted = next(one for one in applying.MODES if one == asked)
    errors, status = [], HTTPStatus.OK
    why = Registering(found, here, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not why.answered:
        errors, status = why.errors, HTTPStatus.UNPROCESSABLE_ENTITY
    elif request.method == "POST":
        form = ApplyForm(request.POST)
        if not form.is_valid():
            return redirect(_to(here, sort, "preview", found))
        try:
            _apply(here, found, form.cleaned_data, why.reason)
        except ChangedMeanwhileError as error:
            errors, status = [{"text": str(error)}], HTTPStatus.CONFLICT
        except RefusedError as error:
            errors, status = [{"text": str(error)}], HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            return redirect(_to(here, sort, "result", found))
    shown = applying.preview(found, wanted, classes=here.classes)
    context = {
        "sort": sort,
        "file": found,
        "mode": mode,
        "mode_words": MODE_WORDS[wanted],
        "preview": shown,
        "names": _names(found, shown),
        "form": ApplyForm(initial={"mode": wanted, "seal": shown.seal}),
        "before": uploads.applied_before(found),
        "days": import_rules().undoing.days,
        "errors": errors,
        "back_href": _to(here, sort, "review", found),
        **why.context,
    }
    return render(request, "files_in/preview.html", context, status=status)


def result(request: HttpRequest, here: Here, sort: Sort, file: UUID) -> HttpResponse:
    """What became of a file."""
    found = _file(here, sort, file)
    if found.state == State.REVIEW:
        return redirect(_to(here, sort, "review", found))
    until = applying.undone_until(found)
    context = {
        "sort": sort,
        "file": found,
        "job": applying.job_of(found, by=here.by) if found.state == State.APPLYING else None,
        "until": until,
        "may_undo": until is not None and until >= timezone.now(),
        "mode_words": MODE_WORDS.get(found.mode, ""),
        "back_href": _to(here, sort, ""),
    }
    return render(request, "files_in/result.html", context)


def undo(request: HttpRequest, here: Here, sort: Sort, file: UUID) -> HttpResponse:
    """What undoing would do, and the button that does it."""
    found = _file(here, sort, file)
    if found.state != State.APPLIED:
        return redirect(_to(here, sort, "result", found))
    way = applying.way_back(found, classes=here.classes)
    form = UndoForm(
        request.POST if request.method == "POST" else None,
        something_changed=bool(way.changed_since),
    )
    why = Registering(found, here, request.POST if form.is_bound else None, back=True)
    if form.is_bound and form.is_valid() and why.answered:
        applying.undo(
            file=found,
            by=here.by,
            leave_changed=form.cleaned_data.get("leave_changed", False),
            classes=here.classes,
            reason=why.reason,
        )
        messages.success(request, "The import was undone.")
        return redirect(_to(here, sort, "result", found))
    context = {
        "sort": sort,
        "file": found,
        "way": way,
        "names": _names(found, way),
        "form": form,
        "errors": why.errors,
        "back_href": _to(here, sort, "result", found),
        **why.context,
    }
    return render(request, "files_in/undo.html", context)


def discard(request: HttpRequest, here: Here, sort: Sort, file: UUID) -> HttpResponse:
    """Put a file away unused."""
    uploads.discard(file=_file(here, sort, file), by=here.by)
    messages.success(request, "The file was put away. Nothing was imported.")
    return redirect(_to(here, sort, ""))


def _decided(request: HttpRequest, here: Here, sort: Sort, file: Import) -> HttpResponse:
    if "rematch" in request.POST:
        form = StrictnessForm(request.POST)
        if form.is_valid():
            strictness = Strictness[form.cleaned_data["strictness"].upper()]
            matching.rematch(file=file, strictness=strictness, by=here.by, classes=here.classes)
        return redirect(_to(here, sort, "review", file))
    if "numbers" in request.POST:
        matching.confirm_numbers(file=file, by=here.by, classes=here.classes)
        return redirect(_to(here, sort, "review", file))
    matching.decide(
        file=file, choices=_choices(request.POST, file), by=here.by, classes=here.classes
    )
    if "go_on" in request.POST:
        return redirect(_to(here, sort, "preview", file))
    number = request.POST.get("page", "")
    query = f"?page={number}" if number.isdecimal() else ""
    return redirect(_to(here, sort, "review", file) + query)


def _choices(given: QueryDict, file: Import) -> dict[int, Choice]:
    """The decisions of a form; what was not decided is left as it is."""
    found: dict[int, Choice] = {}
    for key in file.rows.values_list("pk", flat=True):
        text = given.get(f"row-{key}", "")
        if text == "other":
            text = f"accept:{given.get(f'other-{key}', '')}"
        what, _, pupil = text.partition(":")
        if what == What.ACCEPT:
            found[key] = Choice(what=What.ACCEPT, pupil=_uuid(pupil))
        elif what == What.ENROL:
            found[key] = Choice(what=What.ENROL)
        elif what == What.SKIP:
            found[key] = Choice(what=What.SKIP)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _apply(here: Here, file: Import, asked: Mapping[str, str], reason: str) -> None:
    mode = next(one for one in applying.MODES if one == asked["mode"])
    seal, by, classes = asked["seal"], here.by, here.classes
    if applying.is_large(file):
        applying.apply_later(file=file, mode=mode, seal=seal, by=by, classes=classes, reason=reason)
    else:
        applying.apply(file=file, mode=mode, seal=seal, by=by, classes=classes, reason=reason)


def _names(file: Import, shown: Preview | WayBack) -> dict[UUID, str]:
    """The names of the pupils of a preview."""
    lists = (
        (*shown.changes, *shown.kept)
        if isinstance(shown, Preview)
        else (*shown.restores, *shown.removes, *shown.changed_since)
    )
    keys = {line.pupil for line in lists if line.pupil}
    pupils = Pupil.objects.filter(school=file.school, pk__in=keys)
    return {pupil.pk: pupil.full_name for pupil in pupils}


def _to(here: Here, sort: Sort, name: str, file: Import | None = None) -> str:
    parts = {} if file is None else {"file": file.pk}
    return here.href(sort.route(name) if name else "files_in:history", **parts)


def _file(here: Here, sort: Sort, key: UUID) -> Import:
    """A file of this school, season and sort.

    A person who sees some classes only sees the files that he or she brought in.

    Raises:
        Http404: there is none.
    """
    files = Import.objects.filter(
        pk=key, school=here.organisation, year=here.season, kind=sort.kind
    )
    if here.classes is not None:
        files = files.filter(uploaded_by=here.by.who)
    found = files.select_related("school", "uploaded_by", "applied_by", "undone_by").first()
    if found is None:
        raise Http404
    return found
