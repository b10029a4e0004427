"""The register of downloads: who took a file away, when, and of what. It names no pupil."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from keystage.actions.auditing import TAKEN_AWAY, taken_away
from keystage.actions.by import By
from keystage.actions.releases.downloading import FORMS, PARTS, TESTS
from keystage.actions.releases.released import Released
from keystage.store.models import AuditEvent, Organisation, Person

#: What an event names the schools by whose pupils are in a file: a list of their codes.
SCHOOLS = "schools"
#: So many are shown, the newest.
MOST = 500
#: How a system of a school is given results.
BY_SYSTEM = "api"
_FORMS = {**FORMS, BY_SYSTEM: "To a system, through the API"}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A file that somebody took away.

    Attributes:
        at: when.
        who: the person; of another organisation its name alone.
        what: what the file held.
        form: in which form; empty where the record does not say.
        version: of released results; None of other files.
    """

    at: datetime
    who: str
    what: str
    form: str
    version: int | None


def given_to_system(school: Organisation, released: Released, *, by: By) -> None:
    """Write down that a system was given the results of a school; nothing where there are none.

    Args:
        school: whose results.
        released: what was given.
        by: the system, for the person who gave it leave.
    """
    if not released.results or released.newest is None:
        return
    version = released.number(released.newest.pk)
    taken_away(
        f"results, {TESTS}, {BY_SYSTEM}, release version {version}",
        by=by,
        organisation=school,
        year=released.year,
        after={"part": TESTS, "form": BY_SYSTEM, "version": version, "school": ""},
    )


def downloads_of(
    organisation: Organisation, year: int, *, only: Person | None = None
) -> list[Taken]:
    """The files that were taken away at an organisation, newest first.

    A school also sees what its authority, its trust and the agency took away of its released
    results: alone, or with those of other schools; and every file of a wider body, also of one it
    has left, that its pupils are in.

    Args:
        organisation: where.
        year: the season.
        only: whose downloads alone are listed; None for everybody's.
    """
    own = Q(organisation_id=organisation.pk)
    of_bodies = Q(pk=None)
    if only is not None:
        own = Q(organisation_id=organisation.pk, person_id=only.pk)
    elif organisation.kind == Organisation.Kind.SCHOOL:
        bodies = list(_bodies(organisation))
        of_bodies = Q(organisation_id__in=bodies, after__school__in=["", organisation.code])
        wider = Organisation.objects.exclude(kind=Organisation.Kind.SCHOOL).values("pk")
        named = {f"after__{SCHOOLS}__icontains": f'"{organisation.code}"'}
        of_bodies |= Q(organisation_id__in=wider, **named)
    events = AuditEvent.objects.filter(own | of_bodies, action=TAKEN_AWAY, year=year)
    return [_taken(one, organisation) for one in events.order_by("-pk")[:MOST]]


def _bodies(school: Organisation) -> Iterable[int]:
    named = Q(pk__in=[key for key in (school.authority_id, school.trust_id) if key])
    national = Q(kind=Organisation.Kind.NATIONAL)
    return Organisation.objects.filter(named | national).values_list("pk", flat=True)


def _taken(event: AuditEvent, organisation: Organisation) -> Taken:
    said = event.after
    part = said.get("part")
    what = PARTS.get(part, "") if part else event.subject
    return Taken(
        at=event.at,
        who=event.person_name if event.organisation_id == organisation.pk else event.organisation,
        what=f"{what[:1].upper()}{what[1:]}",
        form=_FORMS.get(said.get("form", ""), ""),
        version=said.get("version"),
    )
