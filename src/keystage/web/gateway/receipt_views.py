"""The receipt of a file that was submitted: to read, to print, and to keep."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.gateway.receipts import amended_since, file_of
from keystage.reports.receipt import PaperReceipt, receipt_pdf
from keystage.store.models import Receipt, SchoolReturn
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.gateway import overview
from keystage.web.gateway.found import is_newest_taken, may_see_names, submission_here
from keystage.web.wording import as_moment, number, plural

_VERIFY = (
    "Anybody can check this receipt with its file and the public key, without this service: on the "
    "page “Check a receipt”, or with the command keystage receipt verify."
)


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE)
def receipt(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """What was submitted, when and by whom, with the signature."""
    found = _receipt(here, submission)
    document = json.loads(found.content)
    names = may_see_names(here)
    context = {
        "receipt": found,
        "file": found.submission,
        "facts": facts_of(document, names=names),
        "amended": amended_since(found),
        "newest": is_newest_taken(found.submission),
        "sentence": overview.sentence_of(found.submission.school_return),
        "accepted": found.submission.school_return.state == SchoolReturn.State.ACCEPTED,
        "may_see_names": names,
        "verify_href": reverse("receipts:verify"),
        "personal_data": False,
        "back_href": here.href("gateway:return"),
    }
    return render(request, "gateway/receipt.html", context)


@page(Permission.PREPARE_SUBMISSION)
def receipt_file(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """The signed receipt as a file, byte for byte."""
    del request
    found = _receipt(here, submission)
    return attached(_name(here, found, "json"), file_of(found))


@page(Permission.PREPARE_SUBMISSION)
def receipt_paper(request: HttpRequest, here: Here, submission: UUID) -> HttpResponse:
    """The receipt on paper."""
    del request
    found = _receipt(here, submission)
    document = json.loads(found.content)
    paper = PaperReceipt(
        school=document["school"],
        about=f"Submitted on {as_moment(found.given_at)} by {document['by']}, for the results of "
        f"{document['year']}.",
        facts=facts_of(document, names=True),
        signature=found.signature,
        verify=_VERIFY,
    )
    made_on = timezone.localdate(found.given_at)
    return attached(_name(here, found, "pdf"), receipt_pdf(paper, made_on=made_on))


def facts_of(document: Mapping[str, Any], *, names: bool) -> list[tuple[str, str]]:
    """What a receipt says, in words; what a file is called only for those who may see names."""
    counts = document["counts"]
    held = (
        f"{plural(counts['pupils'] or 0, 'pupil', 'pupils')}, "
        f"{plural(counts['judgements'] or 0, 'judgement', 'judgements')}"
    )
    state = SchoolReturn.State(document["state"]).label
    return [
        ("Receipt", document["receipt"]),
        ("School number", document["school_number"]),
        *([("File", document["file"])] if names else []),
        ("Serial number", "None" if document["serial"] is None else f"{document['serial']:03d}"),
        ("Size", f"{number(document['bytes'])} bytes"),
        ("SHA-256 of the file", document["sha256"]),
        ("In the file", held),
        ("Checks", document["verdict"].capitalize()),
        ("State of the return then", state),
        ("Submitted", as_moment(datetime.fromisoformat(document["submitted_at"]))),
        ("By", document["by"]),
        ("Signed with key", document["key"]),
    ]


def _receipt(here: Here, submission: UUID) -> Receipt:
    file = submission_here(here, submission)
    found = Receipt.objects.filter(submission=file).first()
    if found is None:
        raise Http404
    found.submission = file
    return found


def _name(here: Here, receipt: Receipt, ending: str) -> str:
    day = timezone.localtime(receipt.given_at)
    return f"receipt-{here.organisation.code}-{day:%Y%m%d-%H%M}.{ending}"
