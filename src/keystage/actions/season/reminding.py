"""Reminding people of dates by e-mail: each of a date and moment once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import msgspec
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.roles import load_roles
from keystage.actions.season.dates import Season, season_of
from keystage.actions.season.versions import SeasonDate
from keystage.core.clock import time_in_words
from keystage.statute.season import LONDON, Event
from keystage.statute.season_loader import available_calendars
from keystage.statute.table import Source
from keystage.store.models import DateChange, Grant, Organisation, Person, Reminder, SchoolReturn

_RULES = Path(__file__).with_name("reminders.toml")


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is reminded of an event, and how many days before.

    ``kind`` and ``permissions``: people of organisations of the kind who hold one of them there.
    """

    event: Event
    source: str
    days_before: tuple[int, ...]
    kind: str
    permissions: tuple[Permission, ...]

    def due(self, left: int) -> int | None:
        """Which of its days is due when so many are left; None if none is."""
        return min((days for days in self.days_before if 0 <= left <= days), default=None)


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sources: Mapping[str, Source]
    reminders: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class _Due:
    """A date that is near for the people of an organisation; ``own``: as their authority set it."""

    rule: Rule
    date: SeasonDate
    moment: datetime
    own: bool
    days_before: int

    def key(self, person: Person, organisation: Organisation) -> tuple[object, ...]:
        """What makes a reminder one that was sent already."""
        event = self.rule.event.value
        return person.pk, organisation.pk, event, self.moment, self.days_before


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of reminding, as they are shipped."""
    return msgspec.toml.decode(_RULES.read_bytes(), type=_Rules).reminders


def remind(now: datetime | None = None) -> int:
    """Send the reminders that are due, one message a person and organisation.

    A reminder is written before it is sent and taken back if the mail server refuses, so that
    nobody is reminded twice and a failure is tried again.

    Args:
        now: the moment; the present one if left out.

    Returns:
        How many messages were sent.
    """
    now = now or timezone.now()
    return sum(_remind(year, now) for year in _years(now))


def _years(now: datetime) -> list[int]:
    """The seasons that may have a date soon: this year's, and those in which one was set."""
    this = timezone.localtime(now).year
    years = {*available_calendars(), *DateChange.objects.values_list("year", flat=True)}
    return sorted(year for year in years if year in {this, this + 1})


def _remind(year: int, now: datetime) -> int:
    today = timezone.localdate(now)
    near = _near(year, today)
    if not any(near.values()):
        return 0
    sent, told, done = 0, _told(year), _accepted(year)
    for person, organisation, permissions in _people(today, year):
        wanted = [
            one
            for one in near.get(_authority_of(organisation), near[None])
            if one.rule.kind == organisation.kind
            and permissions & set(one.rule.permissions)
            and one.key(person, organisation) not in told
            and not (one.rule.event is Event.TA_CLOSES and organisation.pk in done)
        ]
        sent += bool(wanted) and _send(person, organisation, year, wanted, now)
    return sent


def _near(year: int, today: date) -> dict[int | None, list[_Due]]:
    """The dates that are near: for everybody, and for each authority that set one of its own."""
    own = Organisation.objects.filter(
        kind=Organisation.Kind.AUTHORITY, date_changes__year=year
    ).distinct()
    return {
        None: _due(season_of(None, year), today),
        **{one.pk: _due(season_of(one, year), today) for one in own},
    }


def _told(year: int) -> set[tuple[object, ...]]:
    rows = Reminder.objects.filter(year=year)
    return set(rows.values_list("person", "organisation", "event", "moment", "days_before"))


def _accepted(year: int) -> set[int]:
    """The schools whose return is in, or who have nobody to send: they need no reminder of it."""
    done = Q(state=SchoolReturn.State.ACCEPTED) | Q(version=0, expected=0)
    rows = SchoolReturn.objects.filter(done, year=year)
    return set(rows.values_list("school", flat=True))


def _due(season: Season, today: date) -> list[_Due]:
    """The dates that are near; beside an authority's own stands the national one, which closes."""
    found = []
    for rule in rules():
        one = season.date(rule.event)
        for moment, own in {one.moment: one.own, one.national: False}.items():
            if moment is None:
                continue
            days = rule.due((moment.astimezone(LONDON).date() - today).days)
            if days is not None:
                found.append(_Due(rule=rule, date=one, moment=moment, own=own, days_before=days))
    return found


def _authority_of(organisation: Organisation) -> int | None:
    if organisation.kind == Organisation.Kind.AUTHORITY:
        return organisation.pk
    return organisation.authority_id


def _people(today: date, year: int) -> Iterator[tuple[Person, Organisation, set[Permission]]]:
    """Who works where in a season, with what their roles there allow."""
    kinds = {rule.kind for rule in rules()}
    grants = (
        Grant.objects.filter(
            ended_at__isnull=True,
            starts_on__lte=today,
            ends_on__gte=today,
            organisation__kind__in=kinds,
            person__is_active=True,
        )
        .filter(Q(season__isnull=True) | Q(season=year))
        .select_related("person", "organisation")
        .order_by("organisation__code", "person__pk", "pk")
    )
    roles = load_roles().roles
    held: dict[tuple[int, int], tuple[Person, Organisation, set[Permission]]] = {}
    for grant in grants:
        role = roles.get(grant.role)
        key = (grant.person_id, grant.organisation_id)
        entry = held.setdefault(key, (grant.person, grant.organisation, set()))
        if role is not None:
            entry[2].update(role.rights)
    yield from held.values()


def _send(
    person: Person, organisation: Organisation, year: int, wanted: Sequence[_Due], now: datetime
) -> bool:
    with transaction.atomic():
        fresh = [one for one in wanted if _first(person, organisation, year, one, now)]
        if not fresh:
            return False
        try:
            send_mail(_subject(fresh), _text(person, organisation, fresh), None, [person.email])
        except OSError:
            transaction.set_rollback(True)
            return False
    return True


def _first(person: Person, organisation: Organisation, year: int, one: _Due, now: datetime) -> bool:
    """Write a reminder down; whether it was not there before."""
    _, made = Reminder.objects.get_or_create(
        person=person,
        organisation=organisation,
        year=year,
        event=one.rule.event.value,
        moment=one.moment,
        days_before=one.days_before,
        defaults={"sent_at": now},
    )
    return made


def _subject(due: Sequence[_Due]) -> str:
    first = min(due, key=lambda one: one.moment)
    more = f", and {len(due) - 1} more" if len(due) > 1 else ""
    return f"{first.date.label}: {_day(first)}{more}"


def _text(person: Person, organisation: Organisation, due: Sequence[_Due]) -> str:
    lines = [f"Hello {person.name},", f"These dates of {organisation} are near:"]
    for one in sorted(due, key=lambda one: one.moment):
        whose = f" This date was set by {one.date.source}." if one.own else ""
        lines.append(f"{_day(one)}: {one.date.label}. {one.date.event.sentence}{whose}")
    lines.append("Sign in to Keystage to see what is left to do.")
    return "\n\n".join(lines)


def _day(one: _Due) -> str:
    local = one.moment.astimezone(LONDON)
    clock = "" if one.date.event.whole_day(one.moment) else f" at {time_in_words(local.time())}"
    return f"{local:%A} {local.day} {local:%B %Y}{clock}"
