"""How pupils of the cohort are registered for the tests."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field, StrictBool, StrictInt

from keystage.actions.errors import RefusedError
from keystage.actions.roll import registering
from keystage.actions.roll.asked_registrations import ask, changed_meanwhile, is_known
from keystage.actions.roll.closing import Closing, closing_of
from keystage.actions.roll.cohort_history import ON_REGISTER, TESTS, lock
from keystage.actions.systems.scopes import Scope
from keystage.store.models import CohortPupil, Sheet
from keystage.web.api.entering import Visit
from keystage.web.api.routes import (
    SCHOOL,
    URN,
    YEAR,
    change,
    give,
    look,
    none_such,
    refuse_other_version,
    unchanged,
    version,
    visit_of,
)

router = Router(tags=["Registration"])
MOST = 5000
_LARGEST = 2**31 - 1
_Code = Annotated[str, Field(max_length=20, description="A code of the year, or empty for none.")]


class Registered(Schema):
    """A pupil of the cohort, and how they are registered."""

    pupil: UUID
    upn: str
    surname: str
    forename: str
    reading: str
    gps: str
    maths: str
    on_register: bool | None
    version: int


class Registrations(Schema):
    """The cohort of a season."""

    pupils: list[Registered]


class Registering(Schema):
    """A change for one pupil: what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    pupil: UUID
    version: Annotated[StrictInt, Field(ge=0, le=_LARGEST, description="The version seen.")]
    reading: _Code | None = None
    gps: _Code | None = None
    maths: _Code | None = None
    on_register: StrictBool | None = None


class Registerings(Schema):
    """Changes for some pupils."""

    model_config = ConfigDict(extra="forbid")

    changes: Annotated[list[Registering], Field(min_length=1, max_length=MOST)]
    reason: str = Field(
        default="",
        max_length=200,
        pattern=r"^[^\x00-\x1f]*$",
        description="Needed once registrations are locked.",
    )


class Outcome(Schema):
    """What became of each change."""

    saved: list[UUID]
    unchanged: list[UUID]
    conflicts: list[UUID] = Field(description="Changed since by somebody else: nothing was saved.")


class Decided(Schema):
    """What a change decides in one of the places that follow registrations."""

    place: str
    words: str


class Changing(Schema):
    """A pupil whose registrations would change, and what that decides elsewhere."""

    pupil: UUID
    fields: list[str] = Field(description="The fields that would be others.")
    decides: list[Decided]


class Preview(Schema):
    """What changes would do. Nothing is changed."""

    reason_needed: bool = Field(description="Whether registrations are locked.")
    changing: list[Changing]
    conflicts: list[UUID] = Field(description="Changed since by somebody else: fetch them again.")


@look(
    router,
    f"{SCHOOL}/registration",
    Scope.REGISTRATION_READ,
    Registrations,
    versioned=True,
)
def registration(request: HttpRequest, urn: URN, year: YEAR) -> HttpResponse:
    """The cohort of a season, and how each pupil is registered."""
    del urn, year
    sheet = _sheet(visit_of(request))
    etag = version(sheet.content_version)
    if unchanged(request, etag):
        return give(None, etag=etag)
    return give(Registrations(pupils=[_told(one) for one in _members(sheet)]), etag=etag)


@change(
    router,
    "PATCH",
    f"{SCHOOL}/registration",
    Scope.REGISTRATION_WRITE,
    {200: Outcome},
    versioned=True,
)
def register(request: HttpRequest, urn: URN, year: YEAR, wanted: Registerings) -> HttpResponse:
    """Change registrations. A pupil whom somebody else changed since is named and left alone."""
    del urn, year
    visit = visit_of(request)
    sheet = lock(_sheet(visit))  # what If-Match names stays so until all is saved
    refuse_other_version(request, version(sheet.content_version))
    pupils, asked = _asked(sheet, wanted)
    done = registering.register(sheet=sheet, registrations=asked, by=visit.by, reason=wanted.reason)
    told = Outcome(
        saved=[pupils[key] for key in done.saved],
        unchanged=[pupils[key] for key in done.unchanged],
        conflicts=[pupils[key] for key in done.conflicts],
    )
    return give(told)


@change(
    router,
    "POST",
    f"{SCHOOL}/registration/preview",
    Scope.REGISTRATION_WRITE,
    {200: Preview},
    whole=False,
)
def preview(request: HttpRequest, urn: URN, year: YEAR, wanted: Registerings) -> HttpResponse:
    """What changes of registrations would decide elsewhere, told before they are made."""
    del urn, year
    sheet = _sheet(visit_of(request))
    pupils, asked = _asked(sheet, wanted)
    if not is_known(sheet, asked):
        raise RefusedError(
            f"A code is no registration of {sheet.year}.", todo="Use one of the codes of the year."
        )
    told = Preview(
        reason_needed=closing_of(sheet) is Closing.LOCKED,
        changing=[
            Changing(
                pupil=one.member.pupil_id,
                fields=list(one.after),
                decides=[Decided(place=place.place, words=place.words) for place in one.told],
            )
            for one in ask(sheet, asked)
        ],
        conflicts=[pupils[key] for key in changed_meanwhile(sheet, asked)],
    )
    return give(told)


def _asked(
    sheet: Sheet, wanted: Registerings
) -> tuple[dict[int, UUID], list[registering.Registration]]:
    """The pupils of a cohort by its rows, and what is asked of some of them.

    Raises:
        ProblemError: a pupil is not in the cohort.
    """
    members = {one.pupil_id: one.pk for one in _members(sheet)}
    if any(one.pupil not in members for one in wanted.changes):
        raise none_such("pupil in the cohort of this season")
    asked = [
        registering.Registration(member=members[one.pupil], values=_values(one), seen=one.version)
        for one in wanted.changes
    ]
    return {key: pupil for pupil, key in members.items()}, asked


def _sheet(visit: Visit) -> Sheet:
    sheet = Sheet.objects.filter(school=visit.at, year=visit.year).select_related("school").first()
    if sheet is None:
        raise none_such("season: the school has not loaded it")
    return sheet


def _members(sheet: Sheet) -> list[CohortPupil]:
    rows = sheet.cohort.filter(removed=False).select_related("pupil")
    return list(rows.order_by("pupil__surname", "pupil__forename", "pupil__upn"))


def _told(member: CohortPupil) -> Registered:
    pupil = member.pupil
    return Registered(
        pupil=pupil.pk,
        upn=pupil.upn,
        surname=pupil.surname,
        forename=pupil.forename,
        reading=member.reading,
        gps=member.gps,
        maths=member.maths,
        on_register=member.on_register,
        version=member.version,
    )


def _values(one: Registering) -> dict[str, str | bool | None]:
    given = one.model_dump(exclude_unset=True)
    return {
        name: value
        for name, value in given.items()
        if name in {*TESTS, ON_REGISTER} and not (name in TESTS and value is None)
    }
