"""The pupils of a school of a release as somebody sees them: those who count, and the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from keystage.access.rights import Level
from keystage.actions.by import By
from keystage.actions.checking.pupils import INCLUSION
from keystage.actions.checking.rules import in_force, unknown
from keystage.actions.figures.pupils_seen import PupilsSeen
from keystage.actions.figures.rules import rules
from keystage.actions.figures.seeing import pupils_for
from keystage.actions.releases.released import visible
from keystage.flows.checking.book import Facts
from keystage.flows.checking.records import KEY, OF_LINE, upn_of, with_keys
from keystage.records.schema import LINE
from keystage.store.models import (
    CheckingRequest,
    FiguresRelease,
    Organisation,
    ReleasedResult,
)

_State = CheckingRequest.State
#: Requests of which a pupil has one at a time.
LIVE = frozenset({_State.DRAFT, _State.PROPOSED, _State.SCRUTINY, _State.RETURNED})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A pupil of the list.

    Attributes:
        line: the row of the release; what an address names.
        key: what a request names; empty for who sees no names.
        name: the name, the UPN where no name is known, or a made-up number.
        upn: the UPN; empty where there is none or it is not seen.
        inclusion: the inclusion code; empty where the file had none.
        inclusion_words: what it says.
        late: whether a result of the pupil came out after the figures were computed.
        live: the request about the pupil that is not decided; None where there is none.
        facts: what the rules may look at of the record.
    """

    line: int
    key: str
    name: str
    upn: str
    inclusion: str
    inclusion_words: str
    late: bool
    live: CheckingRequest | None
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The pupils of a school of a release.

    Attributes:
        level: how much of them is seen.
        included: those who count, in order of their names.
        not_included: the others.
        others: how many are not shown, because they are in other classes.
    """

    level: Level
    included: tuple[Entry, ...]
    not_included: tuple[Entry, ...]
    others: int


def listed(*, release: FiguresRelease, school: Organisation, by: By) -> Listed | None:
    """The pupils of a school as a person may see them; a look that has to be recorded is.

    Returns:
        The pupils; None where there are none, or none for the person.

    Raises:
        InputError: what is kept is damaged.
    """
    seen = pupils_for(release, school.code, by=by)
    if seen is None:
        return None
    counted = rules(release.year, release.stage).inclusion.included
    entries = sorted(
        _entries(release, school, seen), key=lambda one: (one.name.casefold(), one.line)
    )
    return Listed(
        level=seen.level,
        included=tuple(one for one in entries if one.inclusion in counted),
        not_included=tuple(one for one in entries if one.inclusion not in counted),
        others=seen.others,
    )


def has_late(request: CheckingRequest) -> bool:
    """Whether a result of the pupil of a request came out after the figures were computed."""
    upn = upn_of(request.pupil)
    return bool(upn) and upn in _late(request.release, request.school)


def _entries(release: FiguresRelease, school: Organisation, seen: PupilsSeen) -> list[Entry]:
    named = seen.level is Level.NAMED
    words = rules(release.year, release.stage).inclusion.codes
    live = _live(school, release) if named else {}
    late = _late(release, school) if named else frozenset()
    columns = _columns(release.year)
    names = {row[LINE]: row for row in seen.names.to_dicts()}
    entries = []
    for row in with_keys(seen.records.pupils).to_dicts():
        key, code = (row[KEY] if named else ""), row[INCLUSION] or ""
        entries.append(
            Entry(
                line=row[LINE],
                key=key,
                name=_name(names[row[LINE]], named=named),
                upn=row["UPN"] or "",
                inclusion=code,
                inclusion_words=words.get(code, ""),
                late=upn_of(key) in late,
                live=live.get(key),
                facts={name: row.get(name) for name in columns},
            )
        )
    return entries


def _name(row: Mapping[str, str | None], *, named: bool) -> str:
    if not named:
        return f"Pupil {row['PUPIL']}"
    if row["SURNAME"]:
        return f"{row['SURNAME']}, {row['FORENAME']}"
    return row["UPN"] or f"Row {row[LINE]}, without a pupil number"


def _columns(year: int) -> tuple[str, ...]:
    return () if unknown(year) else tuple(in_force(year).book.rules.facts)


def live_in(school: Organisation, release: FiguresRelease) -> QuerySet[CheckingRequest]:
    """The requests about records of a release that are not decided.

    Those of any release of the year are about a pupil that a number names. A line is one pupil's in
    its release alone.
    """
    rows = CheckingRequest.objects.filter(
        school=school, release__year=release.year, state__in=LIVE
    ).exclude(pupil="")
    return rows.filter(~Q(pupil__startswith=OF_LINE) | Q(release=release))


def _live(school: Organisation, release: FiguresRelease) -> dict[str, CheckingRequest]:
    return {one.pupil: one for one in live_in(school, release).order_by("drafted_at")}


def _late(release: FiguresRelease, school: Organisation) -> frozenset[str]:
    """UPNs of pupils with a result that came out after the figures were computed."""
    if release.computed_at is None:
        return frozenset()
    later = [one.pk for one in visible(release.year) if one.schools_at > release.computed_at]
    rows = ReleasedResult.objects.filter(release__in=later, school=school)
    return frozenset(rows.values_list("upn", flat=True))
