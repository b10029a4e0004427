"""Evidence of a request: added, fetched and taken away."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.actions.checking import evidence
from keystage.actions.checking.rules import in_force
from keystage.actions.errors import RefusedError
from keystage.statute.checking import Evidence
from keystage.store.models import CheckingEvidence
from keystage.web.attached import attached
from keystage.web.checking.asking import caption_of
from keystage.web.checking.forms import EvidenceForm
from keystage.web.checking.found import asked_of
from keystage.web.checking.states import State
from keystage.web.doors import Here, page

_WRONG, _SEE_OTHER = HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER
_MUST = {
    "required": "Evidence has to be sent with a request of this reason.",
    "optional": "You can send evidence with this request. It is decided without, if you send none.",
    "none": "No evidence is asked for.",
}


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("GET", "POST"))
def add(request: HttpRequest, here: Here, asked: UUID) -> HttpResponse:
    """Add a PDF to a draft, or to a request that came back with a question."""
    found = asked_of(here, asked)
    if found.state not in {State.DRAFT, State.RETURNED}:
        raise Http404
    form = EvidenceForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            evidence.add_evidence(request=found, name=file.name, content=file.read(), by=here.by)
        except RefusedError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, "The document was added.")
            href = here.href("checking:one", asked=found.pk)
            return HttpResponseRedirect(f"{href}#evidence", status=_SEE_OTHER)
    version = in_force(here.season)
    reason = version.book.reason(found.reason)
    context = {
        "form": form,
        "caption": caption_of(version.book, found),
        "must": _MUST[reason.evidence],
        "wanted": reason.wanted,
        "limits": limits_of(version.checking.evidence),
        "count": found.evidence.count(),
        "check_href": here.href("checking:one", asked=found.pk),
        "back_href": here.href("checking:one", asked=found.pk),
    }
    return render(
        request, "checking/evidence.html", context, status=_WRONG if form.is_bound else None
    )


@page(Permission.SEE_CHECKING_REQUESTS)
def document(request: HttpRequest, here: Here, asked: UUID, document: UUID) -> HttpResponse:
    """A document, to be kept; that it was fetched is written down. Its name names no pupil."""
    del request
    found = asked_of(here, asked)
    one = _document(here, asked, document)
    content = evidence.fetch(evidence=one, organisation=here.organisation, by=here.by)
    keys = list(found.evidence.values_list("pk", flat=True))
    name = f"evidence-{found.reference or 'draft'}-{keys.index(one.pk) + 1}.pdf"
    return attached(name, content)


@page(Permission.PROPOSE_CHECKING_REQUEST, methods=("POST",))
def remove(request: HttpRequest, here: Here, asked: UUID, document: UUID) -> HttpResponse:
    """Take a document away from a draft."""
    evidence.drop_evidence(evidence=_document(here, asked, document), by=here.by)
    messages.success(request, "The document was removed.")
    href = here.href("checking:one", asked=asked)
    return HttpResponseRedirect(f"{href}#evidence", status=_SEE_OTHER)


def limits_of(rule: Evidence | None) -> str:
    """What a document may be, in words."""
    if rule is None:
        return "A PDF."
    pages = ""
    if rule.pages is not None:
        pages = f" Only the first {rule.pages} pages are looked at."
        if rule.pages_refused:
            pages = f" It has at most {rule.pages} pages."
    most = f"A request has at most {evidence.MOST} documents."
    return f"A PDF of at most {rule.megabytes} MB.{pages} {most}"


def _document(here: Here, asked: UUID, key: UUID) -> CheckingEvidence:
    """A document of a request of the school.

    Raises:
        Http404: there is none.
    """
    found = asked_of(here, asked).evidence.filter(pk=key).first()
    if found is None:
        raise Http404
    return found
