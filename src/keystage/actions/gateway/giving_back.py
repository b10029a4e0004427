"""What was received, to take away: as a transfer file and as rows with the file each came from."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import taken_away
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.standing.held import held_of
from keystage.core.subjects import ASSESSED
from keystage.flows.returns.made import Making, make_return
from keystage.formats.ctf.header import School
from keystage.formats.ctf.profile import load_profile
from keystage.statute.collection_loader import load_collection
from keystage.store.models import ReceivedJudgement, ReceivedPupil, SchoolReturn

_LA = 3


@dataclass(frozen=True, kw_only=True)
class Received:
    """A pupil as received.

    Attributes:
        row: the pupil.
        codes: the judgement of each subject, with its P scale behind it where there is one.
        serial: of the file that named the pupil last, if its name has one.
        submitted_at: when that file was submitted.
    """

    row: ReceivedPupil
    codes: dict[str, str]
    serial: int | None
    submitted_at: datetime | None

    @property
    def name(self) -> str:
        """Surname, forename."""
        return ", ".join(filter(None, (self.row.surname, self.row.forename)))

    @property
    def born(self) -> date | None:
        """The date of birth."""
        return self.row.birth_date

    def cells(self) -> list[str]:
        """The judgements in the order of the subjects."""
        return [self.codes.get(str(subject), "") for subject in ASSESSED]


def received_of(school_return: SchoolReturn) -> list[Received]:
    """The pupils of a return in the order of lists, those who were taken out too."""
    codes: dict[object, dict[str, str]] = {}
    judgements = ReceivedJudgement.objects.filter(pupil__school_return=school_return)
    for pupil, subject, code, scale in judgements.values_list(
        "pupil", "subject", "code", "p_scale"
    ):
        codes.setdefault(pupil, {})[subject] = f"{code} {scale}".strip()
    rows = school_return.pupils.select_related("last", "removed_by").defer(
        "last__content", "last__pupils", "last__findings"
    )
    return [
        Received(
            row=row,
            codes=codes.get(row.pk, {}),
            serial=row.last.serial,
            submitted_at=row.last.submitted_at,
        )
        for row in rows
    ]


@transaction.atomic
def transfer_file(school_return: SchoolReturn, *, by: By) -> bytes:
    """What was received as a transfer file of the school.

    Raises:
        RefusedError: nothing was received.
    """
    collection, school = load_collection(school_return.year), school_return.school
    making = Making(
        collection=collection,
        profile=load_profile(),
        school=School(
            la=school.number[:_LA], estab=school.number[_LA:], urn=school.code, name=school.name
        ),
        name=f"received-{school.code}-{school_return.year}.xml",
        made_at=timezone.localtime(),
    )
    made = make_return(held_of(school_return, collection), making)
    if not made.content:
        raise RefusedError("Nothing was received.", todo="Submit a file first.")
    taken_away("what was received", by=by, organisation=school, year=school_return.year)
    return made.content
