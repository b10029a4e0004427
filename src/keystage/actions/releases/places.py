"""Confirmed places: at which secondary school each pupil of an authority will be."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.season.dates import season_of
from keystage.core.errors import InputError
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.sheets.headings import Columns, read_table
from keystage.statute.season import Event
from keystage.store.models import ConfirmedPlace, Organisation, Pupil

_COLUMNS = Columns(
    needed=("upn", "school"),
    columns={
        "upn": ("UPN", "Unique pupil number", "Pupil number"),
        "school": ("Receiving school URN", "Receiving school", "Secondary school", "URN"),
    },
)
_KEPT, _NEW, _MOVED = "kept", "new", "moved"


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """A row of a list of places, and what taking it would do.

    Attributes:
        line: where it stands.
        upn: the pupil.
        receiving: the school; None where it is not known.
        what: ``new``, ``moved`` from another school, ``kept``, or why it is not taken.
    """

    line: int
    upn: str
    receiving: Organisation | None
    what: str

    @property
    def taken(self) -> bool:
        """Whether taking the list changes or keeps this place."""
        return self.what in {_KEPT, _NEW, _MOVED}


@dataclass(frozen=True, kw_only=True)
class PlacesPreview:
    """A list of places as it would be taken."""

    rows: tuple[PlaceRow, ...]

    def count(self, what: str) -> int:
        """How many rows would be ``new``, ``moved`` or ``kept``."""
        return sum(row.what == what for row in self.rows)

    @property
    def refused(self) -> tuple[PlaceRow, ...]:
        """The rows that are not taken, with the reason."""
        return tuple(row for row in self.rows if not row.taken)

    @property
    def words(self) -> str:
        """What taking it would do, in short."""
        parts = [f"{self.count(what)} {what}" for what in (_NEW, _MOVED, _KEPT)]
        return ", ".join([*parts, f"{len(self.refused)} not taken"])

    @property
    def seal(self) -> str:
        """What taking it would do to each pupil: another one where anything changed meanwhile."""
        rows = [
            (row.upn, row.receiving.code if row.receiving else "", row.what) for row in self.rows
        ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def preview(authority: Organisation, year: int, data: bytes, name: str) -> PlacesPreview:
    """What a list of places would do: UPN and the URN of the receiving school.

    Only pupils of the authority's own schools are taken, and none who left them before results
    come out; a pupil who is there twice is taken in neither row.

    Raises:
        InputError: it is no such list.
    """
    if not data.strip():
        raise InputError("The file is empty.", where=name, todo="Choose the list of places.")
    frame = read_table(NamedBytes(name, data), _COLUMNS).frame
    given = list(
        zip(
            frame["line"],
            frame["upn"].str.to_uppercase().fill_null(""),
            frame["school"].fill_null(""),
            strict=True,
        )
    )
    upns = [upn for _, upn, _ in given]
    counted = Counter(upns)
    own, staying = _pupils(authority, year, upns)
    codes = {code for _, _, code in given}
    known = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, code__in=codes)
    schools = {school.code: school for school in known}
    standing = _standing(year, upns)
    rows = []
    for line, upn, code in given:
        receiving, place = schools.get(code), standing.get(upn)
        foreign = place is not None and place.authority_id != authority.pk
        why_not = {
            "The pupil is in the list more than once.": counted[upn] > 1,
            "No school of the authority has this pupil.": upn not in own,
            "The pupil has left the schools of the authority.": upn not in staying,
            "Another authority confirmed a place of this pupil.": foreign,
        }
        what = _what(upn, receiving, place, why_not)
        rows.append(PlaceRow(line=line, upn=upn, receiving=receiving, what=what))
    return PlacesPreview(rows=tuple(rows))


@transaction.atomic
def confirm(
    *, authority: Organisation, year: int, data: bytes, name: str, seal: str, by: By
) -> PlacesPreview:
    """Take a list of places as it was shown; the rows that are refused are left out.

    Args:
        authority: whose pupils they are.
        year: the season.
        data: the list.
        name: what the file is called.
        seal: that of the preview that was shown.
        by: who confirms the places.

    Raises:
        InputError: it is no such list.
        ChangedMeanwhileError: it would do something else than it was shown to do.
        RefusedError: it would change nothing.
    """
    locking(Organisation.objects).get(pk=authority.pk)
    found = preview(authority, year, data, name)
    if found.seal != seal:
        raise ChangedMeanwhileError(
            "What the list would change is not what you saw.", todo="Look at it again."
        )
    changing = [row for row in found.rows if row.what in {_NEW, _MOVED}]
    if not changing:
        raise RefusedError("The list would change nothing.", todo="There is nothing to take.")
    now, upns = timezone.now(), [row.upn for row in changing]
    own = [one for one in _standing(year, upns).values() if one.authority_id == authority.pk]
    _take_back(own, by)
    try:
        with transaction.atomic():
            ConfirmedPlace.objects.bulk_create(
                ConfirmedPlace(
                    authority=authority,
                    year=year,
                    upn=row.upn,
                    receiving=row.receiving,
                    confirmed_at=now,
                    confirmed_by=by.who,
                )
                for row in changing
            )
    except IntegrityError:
        raise ChangedMeanwhileError(
            "Another authority confirmed a place of one of the pupils at the same moment.",
            todo="Look at the list again.",
        ) from None
    _tell("places confirmed", authority, year, by, {"places": len(changing)})
    return found


@transaction.atomic
def withdraw(*, authority: Organisation, year: int, receiving: Organisation, by: By) -> int:
    """Take back every place an authority confirmed at a school; how many there were."""
    locking(Organisation.objects).get(pk=authority.pk)
    places = ConfirmedPlace.objects.filter(
        authority=authority, year=year, receiving=receiving, withdrawn_at__isnull=True
    )
    count = _take_back(list(places), by)
    if count:
        told = {"places": count, "school": receiving.code}
        _tell("places taken back", authority, year, by, told)
    return count


def _take_back(places: Iterable[ConfirmedPlace], by: By) -> int:
    keys = [place.pk for place in places]
    return ConfirmedPlace.objects.filter(pk__in=keys).update(
        withdrawn_at=timezone.now(), withdrawn_by=by.who
    )


def _pupils(
    authority: Organisation, year: int, upns: Sequence[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Which are pupils of the authority's schools, and which of them are there for the results.

    A pupil who leaves after results come out, as all do in the summer, has a place to go to; one
    who left before has results elsewhere. Where that date is not known, or to come, today counts.
    """
    on = timezone.localdate()
    results = season_of(authority, year).moment(Event.RESULTS_TO_SCHOOLS)
    if results is not None:
        on = min(on, timezone.localdate(results))
    found = Pupil.objects.filter(school__authority=authority, upn__in=upns)
    there = found.filter(Q(left_on__isnull=True) | Q(left_on__gte=on))
    return (
        frozenset(found.values_list("upn", flat=True)),
        frozenset(there.values_list("upn", flat=True)),
    )


def _standing(year: int, upns: Sequence[str]) -> dict[str, ConfirmedPlace]:
    places = ConfirmedPlace.objects.filter(year=year, upn__in=upns, withdrawn_at__isnull=True)
    return {place.upn: place for place in places}


def _what(
    upn: str,
    receiving: Organisation | None,
    place: ConfirmedPlace | None,
    why_not: Mapping[str, bool],
) -> str:
    reasons = {
        "The UPN is missing.": not upn,
        **why_not,
        "There is no school with this URN.": receiving is None,
    }
    refused = next((reason for reason, holds in reasons.items() if holds), "")
    if refused or place is None:
        return refused or _NEW
    return _KEPT if place.receiving_id == (receiving.pk if receiving else None) else _MOVED


def _tell(
    action: str, authority: Organisation, year: int, by: By, after: dict[str, object]
) -> None:
    record(action, by=by, organisation=authority, year=year, subject="places", after=after)
