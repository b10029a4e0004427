"""One file that was given: what was found in it, what it changes, and submitting it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving.uploading import withdraw as take_back
from keystage.actions.gateway.taking import same_pupil
from keystage.actions.gateway.taking.differences import differences as differences_of
from keystage.actions.gateway.taking.submitting import submit as submit_file
from keystage.store.models import Submission
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.gateway import changes, issues, overview
from keystage.web.gateway.forms import SameForm, SubmitForm
from keystage.web.gateway.found import (
    State,
    may_see_names,
    may_submit,
    return_here,
    submission_here,
    who_submit,
)

_A_PAGE = 100
#: What the colour of a file means, before it is submitted.
VERDICTS = {
    "green": "The checks found nothing to put right.",
    "amber": "The file can be submitted. Look at what was found first.",
    "red": "The file was refused, and nothing of it was kept. Put right what is listed, and upload "
    "it again.",
}


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE)
def history(request: HttpRequest, here: Here) -> HttpResponse:
    """Every file that was given, the newest first, with what became of it."""
    school_return = return_here(here)
    rows = school_return.submissions.select_related(
        "uploaded_by", "submitted_by", "receipt", "client"
    ).defer("content", "pupils", "findings")
    newest = rows.filter(state=State.TAKEN).order_by("-return_version").first()
    context = {
        "files": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")),
        "newest": newest,
        "events": school_return.events.select_related("by").order_by("-at", "-pk"),
        "labels": dict(school_return.State.choices),
        "may_see_names": may_see_names(here),
        "sentence": overview.sentence_of(school_return),
        "personal_data": may_see_names(here),
        "back_href": here.href("gateway:return"),
    }
    return render(request, "gateway/history.html", context)


@page(Permission.PREPARE_SUBMISSION)
def submission(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """What was found in a file, and what is to be done about it."""
    return _shown(request, here, submission_here(here, submission))


def _shown(
    request: HttpRequest,
    here: Here,
    file: Submission,
    errors: list[dict[str, str]] | None = None,
) -> HttpResponse:
    found = issues.issues_of(here, file)
    waits = file.state == State.UPLOADED
    context = {
        "file": file,
        "verdict": VERDICTS[file.verdict] if file.state in {State.UPLOADED, State.REFUSED} else "",
        "found": Paginator(found, _A_PAGE).get_page(request.GET.get("page")),
        "counted": issues.counted(found),
        "questions": same_pupil.questions(file) if waits else (),
        "same_form": SameForm,
        "changed": len(differences_of(file)),
        "mine": file.uploaded_by_id == here.by.who.pk,
        "may_submit": may_submit(here),
        "people": who_submit(here, but=file.uploaded_by) if waits else [],
        "sentence": overview.sentence_of(file.school_return),
        "held": overview.held_words(here) if waits else "",
        "errors": errors or [],
        "back_href": here.href("gateway:return"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "gateway/submission.html", context, status=status)


@page(Permission.PREPARE_SUBMISSION)
def issues_file(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """What was found, for a spreadsheet."""
    del request
    found = issues.issues_of(here, submission_here(here, submission))
    taken_away(
        "what was found in a file", by=here.by, organisation=here.organisation, year=here.season
    )
    name = f"issues-{here.organisation.code}-{here.season}.csv"
    return attached(name, issues.lines_of(found))


@page(Permission.PREPARE_SUBMISSION)
def differences(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """What a file changed of what had been received, or would change."""
    file = submission_here(here, submission)
    found = changes.lines_of(differences_of(file), here.season)
    context = {
        "file": file,
        "found": Paginator(found, _A_PAGE).get_page(request.GET.get("page")),
        "back_href": here.href("gateway:submission", submission=file.pk),
    }
    return render(request, "gateway/differences.html", context)


@page(Permission.PREPARE_SUBMISSION, methods=("POST",))
def same(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """Say whether a pupil of the file is the one who was received under another UPN."""
    file, form = submission_here(here, submission), SameForm(request.POST)
    if not form.is_valid():
        return _shown(request, here, file, [{"text": "Select whether it is the same pupil"}])
    upn, answer = form.cleaned_data["upn"], form.cleaned_data["same"]
    same_pupil.answer(file, upn, same=answer == "yes", by=here.by)
    messages.success(request, "Your answer was saved.")
    return redirect(here.href("gateway:submission", submission=file.pk))


@page(Permission.SUBMIT, methods=("GET", "POST"), reauthenticates=True)
def submit(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """Look once more at what a file is and changes, and submit it as the second person."""
    file = submission_here(here, submission)
    if file.state != State.UPLOADED:
        return redirect(here.href("gateway:submission", submission=file.pk))
    form = SubmitForm(request.POST if request.method == "POST" else None)
    errors = []
    if form.is_valid():
        try:
            submit_file(file, by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The file was submitted. This is its receipt.")
            return redirect(here.href("gateway:receipt", submission=file.pk))
    context = {
        "file": file,
        "changed": changes.summed(differences_of(file)),
        "held": overview.held_words(here),
        "open_questions": len(same_pupil.open_questions(file)),
        "mine": file.uploaded_by_id == here.by.who.pk,
        "people": who_submit(here, but=file.uploaded_by),
        "form": form,
        "errors": errors,
        "back_href": here.href("gateway:submission", submission=file.pk),
    }
    wrong = errors or form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "gateway/submit.html", context, status=status)


@page(Permission.PREPARE_SUBMISSION, methods=("POST",))
def withdraw(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """Take back a file that waits."""
    take_back(submission_here(here, submission), by=here.by)
    messages.success(request, "The file was withdrawn. Nothing of it was submitted.")
    return redirect(here.href("gateway:return"))
