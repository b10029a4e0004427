"""Returns of teacher assessments: sent, looked at, submitted, receipted."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from keystage.actions.gateway import receipts
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.standing.numbers import Numbers, numbers_of
from keystage.actions.gateway.standing.states import not_yet
from keystage.actions.gateway.taking import submitting
from keystage.actions.systems.scopes import Scope
from keystage.store.models import Receipt, SchoolReturn, Submission
from keystage.web.api.entering import Visit
from keystage.web.api.given import given
from keystage.web.api.problems import ProblemError
from keystage.web.api.routes import (
    SCHOOL,
    URN,
    YEAR,
    change,
    give,
    look,
    none_such,
    refuse_other_version,
    version,
    visit_of,
)
from keystage.web.api.shapes import (
    Counts,
    Files,
    FileWithFindings,
    Standing,
    file_of,
    pupils_of,
    whole_file_of,
)

router = Router(tags=["Return"])
ID = Annotated[UUID, Path(description="The file, as it was answered when it was sent.")]
LIMIT = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
#: The key of a return that nobody began: no row has it, so that looking writes nothing.
_NOBODY_BEGAN = 0
OFFSET = Annotated[int, Query(ge=0, le=100_000, description="After how many.")]


class ReceiptWords(Schema):
    """What a receipt says, and more."""

    model_config = ConfigDict(extra="allow")

    receipt: UUID
    school_number: str
    year: int
    sha256: str
    counts: Counts
    submitted_at: datetime
    by: str = Field(description="Who answers for the sending.")
    key: str = Field(description="The public key that signed it, by name.")


class Receipted(Schema):
    """A receipt, to be kept byte for byte: it proves what was received without this service."""

    receipt: ReceiptWords
    signature: str


@change(
    router,
    "POST",
    f"{SCHOOL}/returns",
    Scope.RETURNS_UPLOAD,
    {201: FileWithFindings},
    file=True,
    whole=False,
)
def send(request: HttpRequest, urn: URN, year: YEAR) -> HttpResponse:
    """Send a file: it is kept whole until it is submitted, or refused whole with every finding."""
    del urn, year
    visit = visit_of(request)
    name, content = given(request)
    wanted = Given(name=name, content=content, channel=Submission.Channel.API, client=visit.system)
    submission = upload(visit.at, visit.year, wanted, by=visit.by)
    place = {"urn": visit.at.code, "year": visit.year, "file": submission.pk}
    return give(whole_file_of(submission), 201, location=reverse("api:one_file", kwargs=place))


@look(router, f"{SCHOOL}/returns", Scope.RETURNS_READ, Files)
def files(
    request: HttpRequest, urn: URN, year: YEAR, limit: LIMIT = 50, offset: OFFSET = 0
) -> HttpResponse:
    """The files that were sent for a school, newest first, whichever way they came."""
    del urn, year
    rows = _submissions(visit_of(request)).defer("content", "pupils", "findings")
    told = [file_of(one) for one in rows[offset : offset + limit]]
    return give(Files(total=rows.count(), files=told))


@look(router, f"{SCHOOL}/returns/{{file}}", Scope.RETURNS_READ, FileWithFindings)
def one_file(request: HttpRequest, urn: URN, year: YEAR, file: ID) -> HttpResponse:
    """A file that was sent, and what was found in it."""
    del urn, year
    return give(whole_file_of(_submission(visit_of(request), file)))


@change(
    router,
    "POST",
    f"{SCHOOL}/returns/{{file}}/submit",
    Scope.RETURNS_SUBMIT,
    {200: Receipted},
    versioned=True,
    whole=False,
)
def submit(request: HttpRequest, urn: URN, year: YEAR, file: ID) -> HttpResponse:
    """Submit a file that this system sent. The answer is the receipt: keep it."""
    del urn, year
    visit = visit_of(request)
    found = _submission(visit, file)
    if found.client_id != visit.system.pk:
        raise ProblemError(
            403,
            "not_own",
            "This system did not send this file.",
            "A person submits it, on the page of the file.",
        )
    if (receipt := Receipt.objects.filter(submission=found).first()) is None:
        receipt = submitting.submit(
            found,
            by=visit.by,
            agreed=lambda held: refuse_other_version(request, version(held.version)),
        )
    return _receipt(receipt)


@look(router, f"{SCHOOL}/returns/{{file}}/receipt", Scope.RETURNS_READ, Receipted)
def receipt(request: HttpRequest, urn: URN, year: YEAR, file: ID) -> HttpResponse:
    """The receipt of a file that was submitted, as it is to be kept."""
    del urn, year
    submission = _submission(visit_of(request), file)
    found = Receipt.objects.filter(submission=submission).first()
    if found is None:
        raise none_such("receipt: the file was not submitted")
    return _receipt(found)


@look(router, f"{SCHOOL}/numbers", Scope.RETURNS_READ, Standing)
def numbers(request: HttpRequest, urn: URN, year: YEAR) -> HttpResponse:
    """How far the return is: who is complete, incomplete, unexpected and missing."""
    del urn, year
    visit = visit_of(request)
    school_return = SchoolReturn.objects.filter(school=visit.at, year=visit.year).first()
    school_return = school_return or SchoolReturn(
        pk=_NOBODY_BEGAN, school=visit.at, year=visit.year
    )
    found = numbers_of(school_return)
    held = found or Numbers()
    told = Standing(
        state=school_return.state,
        not_yet=not_yet(school_return),
        version=school_return.version,
        known=found is not None,
        complete=pupils_of(held.complete),
        incomplete=pupils_of(held.incomplete),
        unexpected=pupils_of(held.unexpected),
        missing=pupils_of(held.missing),
    )
    return give(told, etag=version(school_return.version))


def _submissions(visit: Visit) -> Any:
    return Submission.objects.filter(
        school_return__school=visit.at, school_return__year=visit.year
    ).select_related("school_return__school")


def _submission(visit: Visit, file: UUID) -> Submission:
    found: Submission | None = _submissions(visit).filter(pk=file).first()
    if found is None:
        raise none_such("file")
    return found


def _receipt(found: Receipt) -> HttpResponse:
    return HttpResponse(receipts.file_of(found), content_type="application/json")
