"""Packs for governors: made of suppressed figures, opened by a secret address until they expire."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.releases.figures import summary_of_released
from keystage.actions.releases.released import released_to
from keystage.flows.figures.contents import Content
from keystage.flows.figures_pack.results_day import lines_beside
from keystage.flows.results_day.pack import beside, pack_of
from keystage.store.models import (
    FiguresRelease,
    Organisation,
    Person,
    ReleasedResult,
    ResultsRelease,
    SharedPack,
    Sheet,
)
from keystage.store.rights import live_grants, place_of

#: For how many days a link may be given.
DAYS = (1, 7, 14, 30)
_BYTES = 32
#: So many wrong addresses from one place within the time, and none is looked at any more.
_TRIES, _WITHIN = 20, 900


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A pack that was shared, with the secret that opens it: it is shown once and not kept."""

    pack: SharedPack
    token: str


@transaction.atomic
def share(
    *, school: Organisation, year: int, days: int, figures: Iterable[Content], by: By
) -> Shared:
    """Make the pack of the day and a secret that opens it.

    Args:
        school: whose figures.
        year: the season.
        days: for how long, one of `DAYS`.
        figures: what releases of figures show of the school, suppressed: no number of the pack may
            tell of few pupils beside them (see `figures_packs.results_day`).
        by: who shares it.

    Raises:
        RefusedError: nothing is out, there is no sheet, or no such time can be given.
        KeystageError: the figures cannot be made.
    """
    _may_last(days)
    released = released_to(school, year)
    sheet = Sheet.objects.filter(school=school, year=year).select_related("school").first()
    if released.newest is None or not released.results:
        raise RefusedError("Results are not out yet.", todo="Wait for the day and the time.")
    if sheet is None:
        raise RefusedError(
            "There is no mark sheet of the season, and figures need its judgements.",
            todo="Load the codes and rules of the year first.",
        )
    seen = _seen(school, year, timezone.now())
    today = pack_of(summary_of_released(sheet, released))
    made = beside(today, [*seen, *lines_beside(today, figures)])
    return keep(
        SharedPack(school=school, year=year, release=released.newest, content=made.content()),
        days=days,
        said={"release version": released.number(released.newest.pk)},
        by=by,
    )


@transaction.atomic
def keep(pack: SharedPack, *, days: int, said: Mapping[str, object], by: By) -> Shared:
    """Keep a pack that was made, with a secret that opens it.

    Args:
        pack: of which school, year and release, and what it says.
        days: for how long it can be opened, one of `DAYS`.
        said: what the audit says of it.
        by: who shares it.

    Raises:
        RefusedError: no such time can be given.
    """
    _may_last(days)
    token, now = secrets.token_urlsafe(_BYTES), timezone.now()
    pack.token_hash, pack.made_at, pack.made_by = _hash(token), now, by.who
    pack.expires_at = now + timedelta(days=days)
    pack.save()
    record(
        "pack shared",
        by=by,
        organisation=pack.school,
        year=pack.year,
        subject=f"pack {pack.pk}",
        after={"days": days, **said},
    )
    return Shared(pack=pack, token=token)


def _may_last(days: int) -> None:
    if days not in DAYS:
        raise RefusedError("A link cannot last so long.", todo="Choose one of the list.")


def _seen(school: Organisation, year: int, now: datetime) -> list[list[list[str]]]:
    """The lines of the packs that somebody opened, or still can."""
    packs = SharedPack.objects.filter(seen_packs(year, now), school=school)
    return [content["rows"] for content in packs.values_list("content", flat=True)]


def seen_packs(year: int, now: datetime) -> Q:
    """The packs of the results of a season that somebody opened, or still can.

    Args:
        year: the season.
        now: the moment.
    """
    known = Q(opened__gt=0) | Q(withdrawn_at__isnull=True, expires_at__gt=now)
    return known & Q(year=year, release__isnull=False)


def find(token: str, *, address: str) -> SharedPack | None:
    """The pack a secret opens; None for a wrong, withdrawn or expired one, and after many tries.

    A pack is not opened either once who made it may share packs of the school no longer, nor once a
    release with results of its school was taken back, or the release of figures it was made of.

    Args:
        token: the secret.
        address: from where it is asked.
    """
    tries = f"pack-tries-{hashlib.sha256(address.encode()).hexdigest()}"
    tried = cache.get(tries, 0)
    if tried >= _TRIES:
        return None
    now = timezone.now()
    found = (
        SharedPack.objects.filter(
            Q(figures__isnull=True)
            | Q(figures__state=FiguresRelease.State.APPROVED, figures__shown_at__lte=now),
            token_hash=_hash(token),
            withdrawn_at__isnull=True,
            expires_at__gt=now,
            release__withdrawn_at__isnull=True,
        )
        .select_related("school__trust", "school__authority", "school__diocese")
        .select_related("release", "made_by")
        .first()
    )
    if (
        found is None
        or not may_share(found.made_by, found.school, found.year)
        or (found.release_id and _taken_back(found))
    ):
        cache.set(tries, tried + 1, _WITHIN)
        return None
    return found


def may_share(person: Person, school: Organisation, year: int) -> bool:
    """Whether a person may share packs of a school: a link works no longer than who made it may."""
    today = timezone.localdate()
    decision = decide(
        live_grants(person, today), Permission.SHARE_PACK, place_of(school), season=year, on=today
    )
    return decision.classes_at(Level.SUPPRESSED) is None


def may_no_more(packs: Iterable[SharedPack], school: Organisation) -> frozenset[int]:
    """The keys of packs of a school whose links ended because who made them may share no longer."""
    makers = {(one.made_by, one.year) for one in packs}
    gone = {(who.pk, year) for who, year in makers if not may_share(who, school, year)}
    return frozenset(one.pk for one in packs if (one.made_by_id, one.year) in gone)


def _taken_back(pack: SharedPack) -> bool:
    """Whether a release was taken back that the figures may rest on.

    It may have held results of the school, or have given those of its pupils to another school.
    """
    theirs = ReleasedResult.objects.filter(school=pack.school_id, release__year=pack.year)
    gone = ResultsRelease.objects.filter(
        year=pack.year,
        approved_at__lte=pack.made_at,
        schools_at__lte=pack.made_at,
        withdrawn_at__gte=pack.made_at,
    )
    return gone.filter(results__upn__in=theirs.values("upn")).exists()


@transaction.atomic
def opened(pack: SharedPack) -> None:
    """Count that a pack was opened."""
    SharedPack.objects.filter(pk=pack.pk).update(opened=F("opened") + 1)


@transaction.atomic
def withdraw(*, pack: SharedPack, by: By) -> SharedPack:
    """Close a link for good. Twice changes nothing."""
    locked = locking(SharedPack.objects).get(pk=pack.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = timezone.now(), by.who
        locked.save(update_fields=("withdrawn_at", "withdrawn_by"))
        record(
            "pack taken back",
            by=by,
            organisation=locked.school,
            year=locked.year,
            subject=f"pack {locked.pk}",
        )
    return locked


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
