"""Reminding schools by e-mail that a window closes, and of what waits: once a day that counts.

A school that said that its data are correct, and for which nothing waits, is not reminded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import msgspec
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.roles import load_roles
from keystage.actions.checking.windows import UNRESOLVED, closes, last_moment, opens
from keystage.actions.figures.releases import visible
from keystage.actions.rule_books import in_force, is_known
from keystage.statute.checking import Window
from keystage.statute.table import Source
from keystage.store.models import (
    CheckingRequest,
    DataConfirmed,
    FiguresPupils,
    FiguresRelease,
    Grant,
    Organisation,
    Person,
    Reminder,
)

_RULES = Path(__file__).with_name("reminders.toml")


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days before a window closes people who hold one of the permissions are reminded."""

    source: str
    days_before: tuple[int, ...]
    permissions: tuple[Permission, ...]


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sources: Mapping[str, Source]
    reminders: Rule


@dataclass(frozen=True, kw_only=True)
class _Closing:
    """A window that closes soon, and the release that is checked in it."""

    key: str
    window: Window
    release: FiguresRelease
    days_before: int

    @property
    def moment(self) -> datetime:
        """When it closes."""
        return closes(self.window)


@cache
def rule() -> Rule:
    """The rule of reminding, as it is shipped."""
    return msgspec.toml.decode(_RULES.read_bytes(), type=_Rules).reminders


def remind_of_windows(now: datetime | None = None) -> int:
    """Send the reminders that are due, one message a person, school and day that counts.

    Args:
        now: the moment; the present one if left out.

    Returns:
        How many messages were sent.
    """
    moment = now or timezone.now()
    this = timezone.localtime(moment).year
    return sum(
        _remind(one, person, school, waiting, moment)
        for year in (this - 1, this)
        for one in _closing(year, moment)
        for person, school, waiting in _people(one, timezone.localdate(moment))
    )


def _closing(year: int, now: datetime) -> Iterator[_Closing]:
    found = in_force(year).checking.windows if is_known(year) else None
    if found is None:
        return
    agencies = Organisation.objects.filter(kind=Organisation.Kind.NATIONAL)
    releases = [one for agency in agencies for one in visible(year, agency, now=now)]
    for key, window in found.windows.items():
        left = (window.closes - timezone.localdate(now)).days
        due = min((days for days in rule().days_before if left <= days), default=None)
        release = next((one for one in releases if one.stage == window.stage), None)
        if due is not None and release is not None and opens(window) <= now < closes(window):
            yield _Closing(key=key, window=window, release=release, days_before=due)


def _people(one: _Closing, today: date) -> Iterator[tuple[Person, Organisation, int]]:
    """Who is reminded at which school, and how many requests wait there."""
    waiting = _waiting(one.release)
    said = set(
        DataConfirmed.objects.filter(release=one.release, withdrawn_at__isnull=True).values_list(
            "school", flat=True
        )
    )
    wanted = set(rule().permissions)
    roles = [role.key for role in load_roles().roles.values() if wanted & role.rights.keys()]
    done = set(
        Reminder.objects.filter(
            year=one.release.year, event=one.key, moment=one.moment, days_before=one.days_before
        ).values_list("person", "organisation")
    )
    for grant in _grants(one.release, roles, today):
        key = (grant.person_id, grant.organisation_id)
        if key in done or (grant.organisation_id in said and not waiting.get(key[1])):
            continue
        done.add(key)
        yield grant.person, grant.organisation, waiting.get(key[1], 0)


def _waiting(release: FiguresRelease) -> Mapping[int, int]:
    rows = CheckingRequest.objects.filter(
        release__year=release.year, release__stage=release.stage, state__in=UNRESOLVED
    ).order_by()
    return dict(rows.values_list("school").annotate(Count("pk")))


def _grants(release: FiguresRelease, roles: list[str], today: date) -> QuerySet[Grant]:
    return (
        Grant.objects.filter(
            ended_at__isnull=True,
            starts_on__lte=today,
            ends_on__gte=today,
            role__in=roles,
            organisation__kind=Organisation.Kind.SCHOOL,
            organisation__code__in=FiguresPupils.objects.filter(release=release).values("code"),
            person__is_active=True,
        )
        .filter(Q(season__isnull=True) | Q(season=release.year))
        .select_related("person", "organisation")
        .order_by("organisation__code", "person__pk", "pk")
    )


def _remind(
    one: _Closing, person: Person, school: Organisation, waiting: int, now: datetime
) -> bool:
    """Send a reminder that is written down first; it is taken back if the mail is refused."""
    with transaction.atomic():
        _, made = Reminder.objects.get_or_create(
            person=person,
            organisation=school,
            year=one.release.year,
            event=one.key,
            moment=one.moment,
            days_before=one.days_before,
            defaults={"sent_at": now},
        )
        if not made:
            return False
        try:
            send_mail(_subject(one), _text(one, person, school, waiting), None, [person.email])
        except OSError:
            transaction.set_rollback(True)
            return False
    return True


def _subject(one: _Closing) -> str:
    return f"{_label(one)}: open until {last_moment(one.window)}"


def _label(one: _Closing) -> str:
    """What the window is called, in one line: a subject of mail has no other."""
    return " ".join(one.window.label.split())


def _text(one: _Closing, person: Person, school: Organisation, waiting: int) -> str:
    count = f"{waiting} {'request' if waiting == 1 else 'requests'}"
    return "\n\n".join(
        [
            f"Hello {person.name},",
            f"{_label(one)} of {school} is open until {last_moment(one.window)}.",
            f"Waiting for your school: {count}, not sent yet or with a question to answer."
            if waiting
            else "Nobody has said yet that the data are correct.",
            "Pupils can be amended until then, and not after it.",
            "Sign in to Keystage to look at it.",
        ]
    )
