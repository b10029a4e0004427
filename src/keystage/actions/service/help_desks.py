"""Help desks of a season: who answers questions, when, and how they are reached.

No public source gives these numbers for every season, so the agency that runs the service enters
them. There may be several at once, as when one supplier takes over from another.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.service.rights import must_speak
from keystage.store.models import HelpDesk, Organisation


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A help desk as it is entered; days are null where it is there all season."""

    name: str
    about: str = ""
    hours: str = ""
    telephone: str = ""
    email: str = ""
    website: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


def desks_of(year: int) -> QuerySet[HelpDesk]:
    """Every help desk of a season, by name."""
    return HelpDesk.objects.filter(year=year)


def desks_now(today: date | None = None) -> list[HelpDesk]:
    """The help desks that answer on a day, those of the newest season that has any.

    One without a first day answers from the year of its season on: before that it is there only
    where no other season has any.
    """
    day = today or timezone.localdate()
    every = HelpDesk.objects.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=day),
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
    )
    begun = every.filter(Q(starts_on__isnull=False) | Q(year__lte=day.year))
    there = begun if begun.exists() else every
    newest = there.order_by("-year").values_list("year", flat=True).first()
    return [] if newest is None else list(there.filter(year=newest))


@transaction.atomic
def enter(agency: Organisation, year: int, desk: Desk, *, by: By) -> HelpDesk:
    """Enter a help desk of a season.

    Raises:
        RefusedError: the person does not run the collection, there is one of this name, it cannot
            be reached in any way, or it ends before it starts.
    """
    must_speak(agency, year, by)
    if not (desk.telephone or desk.email or desk.website):
        raise RefusedError(
            "Nobody could reach this help desk.",
            todo="Enter a telephone number, an e-mail address or a website.",
        )
    if desk.starts_on and desk.ends_on and desk.ends_on < desk.starts_on:
        raise RefusedError("It ends before it starts.", todo="Correct one of the days.")
    try:
        with transaction.atomic():
            made = HelpDesk.objects.create(
                year=year,
                name=desk.name,
                about=desk.about,
                hours=desk.hours,
                telephone=desk.telephone,
                email=desk.email,
                website=desk.website,
                starts_on=desk.starts_on,
                ends_on=desk.ends_on,
                entered_at=timezone.now(),
                entered_by=by.who,
            )
    except IntegrityError:
        raise RefusedError(
            f"There is a help desk called {desk.name} already.",
            todo="Remove it first, or give this one another name.",
        ) from None
    record("help desk entered", by=by, organisation=agency, year=year, subject=made.name)
    return made


@transaction.atomic
def remove(desk: HelpDesk, *, agency: Organisation, by: By) -> None:
    """Remove a help desk of a season.

    Raises:
        RefusedError: the person does not run the collection.
    """
    must_speak(agency, desk.year, by)
    record("help desk removed", by=by, organisation=agency, year=desk.year, subject=desk.name)
    desk.delete()
