"""Secret addresses at which a calendar program fetches the dates of a season."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.season.dates import Season, season_of
from keystage.actions.season.versions import SeasonDate
from keystage.formats.calendars import Entry, calendar_file
from keystage.store.models import CalendarFeed, Organisation, Person
from keystage.store.rights import live_grants, place_of

_BYTES = 32


@transaction.atomic
def make_feed(organisation: Organisation, year: int, *, by: By) -> str:
    """Make the address of a person, and withdraw the one they had for the same season.

    Args:
        organisation: whose dates.
        year: the season.
        by: for whom.

    Returns:
        The token of the address. Only its hash is kept: it is shown once.

    Raises:
        RefusedError: the person may not see the dates.
    """
    if not _may_see(by.who, organisation, year):
        raise RefusedError(
            "You may not see these dates.", todo="Ask the person who manages accounts for a role."
        )
    locking(Organisation.objects).get(pk=organisation.pk)
    token = secrets.token_urlsafe(_BYTES)
    _open(by.who, organisation, year).update(withdrawn_at=timezone.now())
    CalendarFeed.objects.create(
        person=by.who,
        organisation=organisation,
        year=year,
        token_hash=_hash(token),
        made_at=timezone.now(),
    )
    record("calendar address made", by=by, organisation=organisation, year=year)
    return token


@transaction.atomic
def withdraw_feed(organisation: Organisation, year: int, *, by: By) -> None:
    """Withdraw a person's address of a season. Withdrawing it twice changes nothing."""
    if _open(by.who, organisation, year).update(withdrawn_at=timezone.now()):
        record("calendar address withdrawn", by=by, organisation=organisation, year=year)


def open_feed(person: Person, organisation: Organisation, year: int) -> CalendarFeed | None:
    """The address that a person has for a season, if they have one."""
    return _open(person, organisation, year).first()


def feed_of(token: str) -> CalendarFeed | None:
    """The feed of an address; None if it was withdrawn, or its person may not see the dates."""
    found = (
        CalendarFeed.objects.select_related("person", "organisation__authority")
        .filter(token_hash=_hash(token), withdrawn_at__isnull=True)
        .first()
    )
    if found is None or not _may_see(found.person, found.organisation, found.year):
        return None
    return found


def content_of(season: Season, *, written: datetime | None = None) -> bytes:
    """The dates of a season as an iCalendar file; a date keeps its name when it is moved.

    Args:
        season: the dates as they hold for an organisation.
        written: when it is written, if not now.
    """
    whose = season.organisation.name if season.organisation else "everybody"
    entries = (entry for one in season.dates for entry in _entries(season, one))
    return calendar_file(
        f"Key stage 2, {season.year}: {whose}", entries, written=written or timezone.now()
    )


def dates_of(feed: CalendarFeed) -> bytes:
    """What a calendar program is given at the address of a feed."""
    return content_of(season_of(feed.organisation, feed.year))


def _entries(season: Season, one: SeasonDate) -> Iterator[Entry]:
    """The entry of a date; a date that was taken back is cancelled, one never known is left out.

    Beside an authority's own date stands the national one, which is the one that closes.
    """
    known = [said.moment for said in one.versions if said.moment is not None]
    moment = one.moment or (known[-1] if known else None)
    if moment is None:
        return
    code = f"-{season.organisation.kind}-{season.organisation.code}" if season.organisation else ""
    whose = f" of {one.source}" if one.own else ""
    moved = f" Moved: {one.newest.reason}" if one.newest and one.newest.reason else ""
    yield Entry(
        uid=f"{one.event.value}-{season.year}{code}@keystage",
        sequence=len(one.versions) - 1,
        moment=moment,
        whole_day=one.event.whole_day(moment),
        title=f"KS2 {season.year}: {one.label}{whose}",
        text=f"{one.event.sentence} Source: {one.source}.{moved}",
        cancelled=one.moment is None,
    )
    if one.own and one.national is not None:
        yield Entry(
            uid=f"everybody-{one.event.value}-{season.year}{code}@keystage",
            sequence=sum(not said.own for said in one.versions) - 1,
            moment=one.national,
            whole_day=one.event.whole_day(one.national),
            title=f"KS2 {season.year}: {one.label} for everybody",
            text=one.event.sentence,
        )


def _may_see(person: Person, organisation: Organisation, year: int) -> bool:
    on = timezone.localdate()
    grants, place = live_grants(person, on), place_of(organisation)
    decision = decide(grants, Permission.SEE_SEASON, place, season=year, on=on)
    return decision.classes_at(Level.NONE) is None


def _open(person: Person, organisation: Organisation, year: int) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(
        person=person, organisation=organisation, year=year, withdrawn_at__isnull=True
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
