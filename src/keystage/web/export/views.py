"""Pages of the files that go out."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions import settings
from keystage.actions.errors import RefusedError
from keystage.actions.returns import cohort_of, collection_of
from keystage.actions.sending import exporting
from keystage.actions.sending.transferring import TRANSFER
from keystage.statute.collection_loader import load_collection
from keystage.store.models import ExportedPupil, ImportRow, ReturnFile, Sheet
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.export import choosing
from keystage.web.export.forms import EffectiveForm, FindForm, MakeForm, SetUpForm


def _sheet(here: Here) -> Sheet:
    """The sheet of the season.

    Raises:
        Http404: its pack has not been loaded.
    """
    return get_object_or_404(
        Sheet.objects.select_related("school"), school=here.organisation, year=here.season
    )


@page(Permission.SEE_EXPORTS, level=Level.NONE)
def history(request: HttpRequest, here: Here) -> HttpResponse:
    """Every file that was made, the newest first."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    files = (
        ReturnFile.objects.filter(sheet=sheet).select_related("made_by").defer("content")
        if sheet
        else []
    )
    context = {
        "files": files,
        "sheet": sheet,
        "may_export": here.may(Permission.EXPORT, Level.NAMED),
        "may_set_up": here.may(Permission.CHANGE_SETTINGS),
        "may_transfer": here.may(Permission.MAKE_TRANSFER_FILES, Level.NAMED),
    }
    return render(request, "export/history.html", context)


@page(Permission.EXPORT, methods=("GET", "POST"))
def who(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose the pupils; everybody at first, unless the school's set-up says otherwise."""
    sheet = _sheet(here)
    shows = choosing.filter_of(request.POST or request.GET)
    if "anew" in request.GET:
        choosing.forget(request, sheet)
    day = choosing.effective_day(request, sheet)
    effective = EffectiveForm(
        request.POST if request.method == "POST" else None, initial={"day": day}
    )
    if effective.is_valid():
        day = effective.cleaned_data["day"] or choosing.usual_day(sheet)
        return _chosen(request, here, sheet, shows, day)
    out, members = choosing.left_out(request, sheet), cohort_of(sheet)
    context = {
        "members": [member for member in members if shows.shows(member, day)],
        "classes": sorted({member.pupil.class_name for member in members}),
        "years": sorted({choosing.taught_in(member.pupil) for member in members} - {""}),
        "shows": shows,
        "effective": effective,
        "day": day,
        "away": choosing.not_on_roll(sheet, day),
        "out": out,
        "gate": exporting.gate_of(sheet, out),
        "total": len(members),
        "back_href": here.href("export:history"),
    }
    return render(request, "export/who.html", context)


def _chosen(
    request: HttpRequest, here: Here, sheet: Sheet, shows: choosing.Filter, day: date
) -> HttpResponse:
    """Keep a choice, and go where the person wants to."""
    shown = request.POST.getlist("shown")
    chosen = set(request.POST.getlist("pupil"))
    if "all" in request.POST or "none" in request.POST:
        chosen = set(shown) if "all" in request.POST else set()
    choosing.remember(request, sheet, shown, chosen)
    choosing.look_as_on(request, sheet, day)
    if "everybody" in request.POST:
        choosing.choose(request, sheet, ())
    elif "on_roll" in request.POST:
        choosing.choose(request, sheet, choosing.not_on_roll(sheet, day))
    if "go_on" in request.POST:
        return redirect(here.href("export:what"))
    query = urlencode({"class": shows.class_name, "left": shows.left, "year": shows.year_group})
    return redirect(f"{here.href('export:who')}?{query}")


@page(Permission.EXPORT)
def what(request: HttpRequest, here: Here) -> HttpResponse:
    """What the file will be: profile, destination, number and name; nothing is typed."""
    sheet = _sheet(here)
    plan = exporting.draft(sheet, choosing.left_out(request, sheet))
    collection = collection_of(sheet)
    context = {
        "plan": plan,
        "collection": collection,
        "last": ReturnFile.objects.filter(sheet=sheet, profile=exporting.RETURN)
        .defer("content")
        .first(),
        "back_href": here.href("export:who"),
    }
    return render(request, "export/what.html", context)


@page(Permission.EXPORT, methods=("GET", "POST"))
def check(request: HttpRequest, here: Here) -> HttpResponse:
    """What the check says of the file as it would be, and the button that makes it."""
    sheet = _sheet(here)
    out = choosing.left_out(request, sheet)
    plan = exporting.draft(sheet, out)
    form = MakeForm(
        request.POST if request.method == "POST" else None,
        initial={"key": uuid4()},
        somebody_left_out=not plan.gate.whole,
    )
    errors = []
    if form.is_valid():
        try:
            file = exporting.make(
                sheet=sheet,
                key=form.cleaned_data["key"],
                by=here.by,
                left_out=out,
                because=form.cleaned_data["because"],
            )
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            choosing.forget(request, sheet)
            return redirect(here.href("export:made", file=file.pk))
    context = {
        "plan": plan,
        "rows": exporting.log_rows(plan.made, sheet),
        "counts": exporting.counts_of(plan),
        "form": form,
        "errors": errors,
        "back_href": here.href("export:what"),
    }
    return render(request, "export/check.html", context, status=422 if errors else 200)


@page(Permission.SEE_EXPORTS, level=Level.NONE)
def made(request: HttpRequest, here: Here, file: UUID) -> HttpResponse:
    """A file that was made: its counts, log, hash, and who made it."""
    found = _file(here, file)
    transfer = found.profile == TRANSFER
    permission = Permission.MAKE_TRANSFER_FILES if transfer else Permission.EXPORT
    context = {
        "file": found,
        "transfer": transfer,
        "warning": settings.value_of(here.organisation, settings.SENSITIVE),
        "may_fetch": here.may(permission, Level.NAMED),
        "back_href": here.href("export:history"),
    }
    return render(request, "export/made.html", context)


@page(Permission.EXPORT)
def download(request: HttpRequest, here: Here, file: UUID) -> HttpResponse:
    """The file itself; that it was fetched is written down."""
    found = _file(here, file)
    if found.profile == TRANSFER:
        raise Http404
    exporting.fetched(found, by=here.by)
    return attached(found.name, bytes(found.content))


@page(Permission.EXPORT, methods=("GET", "POST"))
def find(request: HttpRequest, here: Here) -> HttpResponse:
    """In which files a pupil is, out and in. The number is sent in the form and stands nowhere."""
    form = FindForm(request.POST if request.method == "POST" else None)
    found, came = None, None
    if form.is_valid():
        came = (
            ImportRow.objects.filter(
                pupil__upn=form.cleaned_data["upn"],
                import_file__school=here.organisation,
                applied=True,
            )
            .select_related("import_file__applied_by")
            .order_by("-import_file__applied_at")
        )
        found = (
            ExportedPupil.objects.filter(
                upn=form.cleaned_data["upn"], return_file__sheet__school=here.organisation
            )
            .select_related("return_file__sheet", "return_file__made_by")
            .defer("return_file__content")
            .order_by("-return_file__made_at")
        )
    context = {"form": form, "found": found, "came": came, "back_href": here.href("export:history")}
    return render(request, "export/find.html", context)


@page(Permission.CHANGE_SETTINGS, level=Level.NONE, methods=("GET", "POST"))
def set_up(request: HttpRequest, here: Here) -> HttpResponse:
    """How files of this school are named, where they go, and the words that go with them."""
    initial = {name: settings.value_of(here.organisation, name) for name in SetUpForm.base_fields}
    form = SetUpForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        for name in form.changed_data:
            settings.change(
                organisation=here.organisation,
                name=name,
                value=form.cleaned_data[name],
                by=here.by,
            )
        messages.success(request, "Your changes were saved.")
        return redirect(here.href("export:set_up"))
    context = {
        "form": form,
        "collection": load_collection(here.season),
        "back_href": here.href("export:history"),
    }
    return render(request, "export/set_up.html", context)


def _file(here: Here, key: UUID) -> ReturnFile:
    """A file of this school and season.

    Raises:
        Http404: there is none.
    """
    file = (
        ReturnFile.objects.filter(pk=key, sheet__school=here.organisation, sheet__year=here.season)
        .select_related("sheet__school", "made_by", "accepted_by")
        .first()
    )
    if file is None:
        raise Http404
    return file
