"""The engine, asked for a release of figures: once to make it, and again to verify it.

A release looks at those before it, so that no figure of few pupils can be had by subtraction: at
the maker's own, and at the agency's, that schools saw or are to see. Which these are is kept with
the release.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from keystage.flows.figures.contents import Content, Kind, decode
from keystage.flows.figures.snapshot import Before, Snapshot, snapshot
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year
from keystage.store.models import FiguresContent, FiguresRelease, Organisation

_State = FiguresRelease.State
BESIDE, MADE_AT = "beside", "made_at"


def computed(
    release: FiguresRelease,
    records: RecordSet,
    year: Year,
    *,
    beside: Sequence[str],
    made_at: datetime,
    derived: bool,
    step: Callable[[str], None],
) -> Snapshot:
    """What the engine makes of records under rules.

    Args:
        release: the release that is made or verified.
        records: its pupils and schools.
        year: its rules.
        beside: the releases before it, the oldest first.
        made_at: the minute that its contents say they were made at.
        derived: make the reference of the records.
        step: told what is being done.

    Raises:
        KeystageError: see `flows.figures.snapshot.snapshot`.
    """
    return snapshot(
        records,
        year,
        stage=release.stage,
        release=label_of(release),
        made_at=made_at,
        derived=derived,
        national=release.national,
        before=_before(beside) if beside else None,
        step=step,
    )


def label_of(release: FiguresRelease) -> str:
    """What every page and file calls a release."""
    maker = release.organisation
    national = maker.kind == Organisation.Kind.NATIONAL
    return str(release) if national else f"{release}, of {maker}"


def beside_of(release: FiguresRelease) -> list[str]:
    """The releases that a release has to look at, the oldest first.

    Those of its own year all count, withdrawn ones too: who saw them has not forgotten them. Of an
    earlier year those count that are in force.
    """
    same = Q(year=release.year) & seen_or_to_be()
    before = Q(year__lt=release.year, state=_State.APPROVED)
    found = FiguresRelease.objects.filter(_looked_at(release), same | before).exclude(pk=release.pk)
    rows = set(found.values_list("year", "asked_at", "pk"))
    if release.before is not None:
        rows.add((release.before.year, release.before.asked_at, release.before.pk))
    return [str(pk) for _, _, pk in sorted(rows)]


def unseen(release: FiguresRelease) -> bool:
    """Whether others of the year were approved that a release has not looked at."""
    others = FiguresRelease.objects.filter(
        _looked_at(release), seen_or_to_be(), year=release.year
    ).exclude(pk=release.pk)
    known = set(release.inputs.get(BESIDE, ()))
    return any(str(pk) not in known for pk in others.values_list("pk", flat=True))


def seen_or_to_be() -> Q:
    """Releases that are approved, or were out before they were withdrawn."""
    out = Q(state=_State.WITHDRAWN, approved_at__isnull=False, shown_at__lte=F("withdrawn_at"))
    return Q(state=_State.APPROVED) | out


def _looked_at(release: FiguresRelease) -> Q:
    """Releases of the same maker, and the agency's."""
    national = Q(organisation__kind=Organisation.Kind.NATIONAL)
    return Q(organisation=release.organisation) | national


def _before(beside: Sequence[str]) -> Before:
    keys = [UUID(key) for key in beside]
    order = {key: at for at, key in enumerate(keys)}

    def contents(kind: Kind, codes: Sequence[str]) -> Iterator[Content]:
        rows = FiguresContent.objects.filter(release__in=keys, kind=kind, code__in=codes)
        for row in sorted(rows, key=lambda one: order[one.release_id]):
            yield decode(bytes(row.content))

    return contents
