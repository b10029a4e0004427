"""The return: how far it is, who is counted in it, and a file for it."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.standing.numbers import numbers_of, sheet_of
from keystage.actions.gateway.standing.states import not_yet, return_of
from keystage.actions.gateway.templates import make_template
from keystage.actions.messages.users import may_use
from keystage.actions.season.dates import season_of
from keystage.store.models import Submission
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.gateway import overview
from keystage.web.gateway.forms import UploadForm
from keystage.web.gateway.found import made_file, may_see_names, may_submit, return_here


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE)
def return_(request: HttpRequest, here: Here) -> HttpResponse:
    """The state of the return in one sentence, what to do next, and the expected numbers."""
    school_return = return_here(here)
    numbers, dates = numbers_of(school_return), season_of(here.organisation, here.season)
    moderation = overview.told_moderation(here)
    context = {
        "school_return": school_return,
        "sentence": overview.sentence_of(school_return),
        "steps": overview.steps_of(here, school_return),
        "waits": overview.may_take_files(school_return) and bool(not_yet(school_return)),
        "due": overview.due_words(dates),
        "tiles": [] if numbers is None else overview.tiles_of(here, numbers),
        "dates": overview.dates_of(dates),
        "opened": overview.may_take_files(school_return),
        "moderation": moderation,
        "moderation_words": overview.moderation_words(moderation) if moderation else "",
        "may_see_moderation": here.may(Permission.SEE_MODERATION, Level.NAMED),
        "receipt": overview.receipt_of(school_return),
        "may_see_names": may_see_names(here),
        "may_see_received": here.may(Permission.SEE_PUPILS, Level.NAMED),
        "may_submit": may_submit(here),
        "personal_data": False,
    }
    return render(request, "gateway/return.html", context)


@page(Permission.PREPARE_SUBMISSION)
def numbers(request: HttpRequest, here: Here, which: str) -> HttpResponse:
    """The pupils that one of the numbers counts."""
    if which not in overview.LISTS:
        raise Http404
    found = numbers_of(return_here(here))
    name, meaning = overview.LISTS[which]
    context = {
        "name": name,
        "meaning": meaning,
        "pupils": () if found is None else getattr(found, which),
        "no_list": found is None,
        "ask_href": f"{here.href('messages:write', kind='school')}?numbers={which}"
        if found is not None and may_use(here.by.who, here.organisation, here.season)
        else "",
        "back_href": here.href("gateway:return"),
    }
    return render(request, "gateway/numbers.html", context)


@page(Permission.PREPARE_SUBMISSION, methods=("GET", "POST"))
def upload_file(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose a file, or take the one made from the mark sheet; it is checked at once."""
    school_return, made = return_here(here), made_file(here)
    posted = request.method == "POST"
    use_made = posted and "made" in request.POST and made is not None
    form = UploadForm(request.POST, request.FILES) if posted and not use_made else UploadForm()
    given = None
    if use_made and made is not None:
        given = Given(name=made.name, content=bytes(made.content), channel=Submission.Channel.SHEET)
    elif form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        given = Given(name=file.name, content=file.read())
    errors = []
    if given is not None:
        try:
            kept = upload(here.organisation, here.season, given, by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            return redirect(here.href("gateway:submission", submission=kept.pk))
    context = {
        "form": form,
        "errors": errors,
        "made": made,
        "has_list": sheet_of(school_return) is not None,
        "sentence": overview.sentence_of(school_return),
        "opened": overview.may_take_files(school_return),
        "back_href": here.href("gateway:return"),
    }
    wrong = errors or form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "gateway/upload.html", context, status=status)


@page(Permission.PREPARE_SUBMISSION, methods=("POST",))
def template(request: HttpRequest, here: Here) -> HttpResponse:
    """The workbook made for the school, with the pupils expected."""
    del request
    return_here(here)
    made = make_template(return_of(here.organisation, here.season), by=here.by)
    return attached(made.name, made.content)
