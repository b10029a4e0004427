"""The roll: fetched as it is stored, and sent for a person to look at before anything changes."""

import csv
import io
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema
from pydantic import ConfigDict, Field, StringConstraints

from keystage.actions.imports import applying, uploads
from keystage.actions.roll.facts import facts_of
from keystage.actions.systems.scopes import Scope
from keystage.flows.roll.files.columns import roll_columns
from keystage.flows.roll.pupils import FIELDS
from keystage.store.models import Import, Pupil
from keystage.web.api.entering import Visit
from keystage.web.api.problems import MOST_FAULTS, Fault, ProblemError
from keystage.web.api.routes import SCHOOL, URN, YEAR, change, give, look, visit_of

router = Router(tags=["Roll"])
#: Largest roll that may be sent at once.
MOST = 5000
#: The line of the first pupil in the sheet that is made of a roll: below the headings.
_FIRST_LINE = 2
_Word = Annotated[str, StringConstraints(max_length=150, pattern=r"^[^\x00-\x1f]*$")]


class RollFacts(Schema):
    """What is kept of a pupil. What is not known is left out, or null; dates are 2015-01-31."""

    model_config = ConfigDict(extra="forbid")

    upn: _Word | None = None
    former_upn: _Word | None = None
    surname: _Word | None = None
    forename: _Word | None = None
    preferred_surname: _Word | None = None
    preferred_forename: _Word | None = None
    birth_date: _Word | None = None
    sex: _Word | None = None
    year_group: _Word | None = None
    year_taught: _Word | None = None
    class_name: _Word | None = None
    entered_on: _Word | None = None
    left_on: _Word | None = None
    left_to_authority: _Word | None = None
    left_to_school: _Word | None = None
    ks1_reading: _Word | None = None
    ks1_writing: _Word | None = None
    ks1_maths: _Word | None = None


class RollPupil(RollFacts):
    """A pupil of the roll."""

    pupil: UUID = Field(description="The pupil, as other routes name them.")


class Roll(Schema):
    """The pupils of a school, those who left included."""

    pupils: list[RollPupil]


class RollSent(Schema):
    """A whole roll, to be compared with what is stored."""

    model_config = ConfigDict(extra="forbid")

    pupils: Annotated[list[RollFacts], Field(min_length=1, max_length=MOST)]


class Compared(Schema):
    """What the roll that was sent would change. Nothing is changed but by a person."""

    state: str = Field(
        description="nothing: all of it is stored already. review: a person has to look at it."
    )
    review: str = Field(default="", description="The page on which a person looks at it.")
    added: int
    changed: int
    unchanged: int
    not_matched: int = Field(description="Pupils of whom a person has to say who they are.")


@look(router, f"{SCHOOL}/roll", Scope.ROLL_READ, Roll)
def roll(request: HttpRequest, urn: URN, year: YEAR) -> HttpResponse:
    """The roll of a school as it is stored."""
    del urn, year
    rows = Pupil.objects.filter(school=visit_of(request).at)
    return give(Roll(pupils=[_told(pupil) for pupil in rows]))


@change(router, "PUT", f"{SCHOOL}/roll", Scope.ROLL_WRITE, {200: Compared, 202: Compared})
def send_roll(request: HttpRequest, urn: URN, year: YEAR, sent: RollSent) -> HttpResponse:
    """Send the whole roll: it is compared with what is stored, for a person to look at.

    Answers 200 where nothing would change, and 202 where a person has to look at it first. A roll
    with a value that cannot be read is refused whole, with every such value by its place.
    """
    del urn, year
    visit = visit_of(request)
    file = uploads.bring_in(
        school=visit.at,
        year=visit.year,
        kind=Import.Kind.ROLL,
        data=_table(sent),
        name=f"{visit.system.name}.csv",
        by=visit.by,
    )
    _refuse_unread(file.reading.get("unread", []))
    counts = applying.preview(file, "everything").counts
    nothing = not any(counts[one] for one in ("added", "changed", "joined", "not_matched"))
    if nothing:
        uploads.discard(file=file, by=visit.by)
    told = Compared(
        state="nothing" if nothing else "review",
        review="" if nothing else request.build_absolute_uri(_review(visit, file)),
        added=counts["added"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        not_matched=counts["not_matched"],
    )
    return give(told, HTTPStatus.OK if nothing else HTTPStatus.ACCEPTED)


def _refuse_unread(unread: list[dict[str, Any]]) -> None:
    """Refuse a roll of which something was not taken.

    Raises:
        ProblemError: something was not.
    """
    if unread:
        error = ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unread",
            "Some values of the roll cannot be read.",
            "Look at each fault, correct it in your system, and send the whole roll again.",
        )
        faults = [Fault(where=_place(one), what=_what(one)) for one in unread[:MOST_FAULTS]]
        error.problem.faults = faults
        raise error


def _place(one: dict[str, Any]) -> str:
    """Where a value stands in the body of the request, as the sheet made of it has it."""
    if one["line"] is None:
        return "body.pupils"
    return f"body.pupils.{one['line'] - _FIRST_LINE}.{one['name'] or one['field']}"


def _what(one: dict[str, Any]) -> str:
    return f"“{one['text']}” is not taken: {one['reason']}"


def _told(pupil: Pupil) -> RollPupil:
    facts = facts_of(pupil)
    values = {name: facts.value(name) for name in FIELDS}
    return RollPupil(
        pupil=pupil.pk,
        **{name: str(value) for name, value in values.items() if value is not None},
    )


def _table(sent: RollSent) -> bytes:
    """The roll as the sheet that the import reads."""
    given = {name for one in sent.pupils for name, value in one.model_dump().items() if value}
    names = [name for name in FIELDS if name in given]
    text = io.StringIO()
    writer = csv.writer(text)
    headings = roll_columns().sheet.columns
    writer.writerow([headings[name][0] for name in names])
    writer.writerows([getattr(one, name) or "" for name in names] for one in sent.pupils)
    return text.getvalue().encode()


def _review(visit: Visit, file: Import) -> str:
    place = {"code": visit.at.code, "year": visit.year, "file": file.pk}
    return reverse("files_in:roll_review", kwargs=place)
