"""What agreed checking requests change of the pupils, for releases of figures that come after.

Requests change no release. The next release of the same maker and year takes them in, and so do
all after it, since what they are made from knows nothing of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet
from msgspec import Struct
from msgspec.structs import replace

from keystage.actions.locks import locking
from keystage.actions.rule_books import FIRST, version_of
from keystage.flows.checking.altering import Alteration, Request, changes_of
from keystage.flows.checking.book import RuleBook, rule_book
from keystage.flows.checking.records import upn_of
from keystage.store.models import CheckingRequest, FiguresRelease

_Release = FiguresRelease.State
#: Releases that are none: what they took in is to be taken in again.
GONE = frozenset({_Release.FAILED, _Release.WITHDRAWN, _Release.PURGED})


class Agreed(Struct, frozen=True, kw_only=True):
    """An agreed change of one pupil.

    Attributes:
        reference: the number of the request.
        urn: the school.
        release: the identifier of the release it was asked for about.
        alteration: what becomes of the record: kind, key, values, reason class and words.
        upn: the UPN of the record, or of a pupil who is added; empty where there is none.
        merged_upn: the UPN of the record that goes, because it is of the same pupil.
    """

    reference: str
    urn: int
    release: UUID
    alteration: Alteration
    upn: str
    merged_upn: str

    @property
    def reason_class(self) -> str:
        """How the difference of two releases names it."""
        return self.alteration.reason_class


def agreed_changes(release: FiguresRelease) -> tuple[Agreed, ...]:
    """The changes that a release takes in, in the order in which they were decided.

    Those that were agreed about releases of the same maker and year that were asked for before it;
    an unamended release takes in none, however often it is made.

    Args:
        release: the release that is computed.
    """
    if release.stage == FiguresRelease.Stage.UNAMENDED:
        return ()
    return _agreed(
        CheckingRequest.objects.filter(
            state=CheckingRequest.State.AGREED,
            release__organisation=release.organisation,
            release__year=release.year,
            release__asked_at__lt=release.asked_at,
        )
    )


def agreed_by_reference(references: Iterable[str]) -> tuple[Agreed, ...]:
    """The changes of requests that a release took in, to verify it or to name them."""
    return _agreed(CheckingRequest.objects.filter(reference__in=list(references)))


def mark_taken(release: FiguresRelease, references: Iterable[str]) -> int:
    """Mark requests as taken into a release, if no other has them. In the release's transaction.

    They cannot be withdrawn from then on.

    Returns:
        How many were marked.
    """
    free = Q(taken_into__isnull=True) | Q(taken_into__state__in=GONE)
    rows = CheckingRequest.objects.filter(
        free, reference__in=list(references), state=CheckingRequest.State.AGREED
    ).order_by("pk")
    keys = list(locking(rows).values_list("pk", flat=True))
    return CheckingRequest.objects.filter(pk__in=keys).update(taken_into=release)


def merged_numbers(agreed: Iterable[Agreed]) -> Mapping[str, str]:
    """UPNs of records that go by the UPN of the record they are joined with."""
    return {one.merged_upn: one.upn for one in agreed if one.merged_upn and one.upn}


def _agreed(rows: QuerySet[CheckingRequest]) -> tuple[Agreed, ...]:
    found = list(rows.select_related("school", "release").order_by("decided_at", "reference"))
    return tuple(map(_one, found, alterations_of(found)))


def alteration_of(row: CheckingRequest) -> Alteration:
    """What a request that was sent changes: by the rules it was sent under, with kept values."""
    return next(alterations_of([row]))


def alterations_of(rows: Iterable[CheckingRequest]) -> Iterator[Alteration]:
    """What requests that were sent change, in their order; each version of the rules is read once.

    Args:
        rows: the requests, with their releases.
    """
    books: dict[tuple[int, int], RuleBook] = {}
    for row in rows:
        key = row.release.year, row.rules_version or FIRST
        if key not in books:
            books[key] = rule_book(version_of(*key).checking)
        asked = Request(
            reference=row.reference, reason=row.reason, answers=row.answers, pupil=row.pupil
        )
        yield replace(changes_of(books[key], asked), values=row.changes)


def _one(row: CheckingRequest, alteration: Alteration) -> Agreed:
    return Agreed(
        reference=row.reference,
        urn=int(row.school.code),
        release=row.release_id,
        alteration=alteration,
        upn=upn_of(row.pupil) or (row.changes.get("UPN", "") if not row.pupil else ""),
        merged_upn=upn_of(alteration.merged),
    )
