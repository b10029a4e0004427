"""The engine, asked for a release of figures: once to make it, and again to verify it.

A release looks at those before it, so that no figure of few pupils can be had by subtraction (see
`looked_at`). Which these are is kept with the release.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from keystage.actions.figures.cohorts import cohorts_of, latest_of_years, pupils_of
from keystage.actions.figures.looked_at import beside_of, packs_beside, told_by_packs
from keystage.flows.figures.cohorts import why_none, years_before
from keystage.flows.figures.contents import Content, Kind, decode
from keystage.flows.figures.reviewing.facts import Former
from keystage.flows.figures.reviewing.making import For
from keystage.flows.figures.snapshot import AREAS, Before, Snapshot, snapshot
from keystage.measures.table import EVERYONE
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year
from keystage.store.models import FiguresContent, FiguresRelease, Organisation

#: The areas that a maker has every school of.
_WHOLE: Mapping[Organisation.Kind, frozenset[Kind]] = {
    Organisation.Kind.NATIONAL: AREAS,
    Organisation.Kind.AUTHORITY: frozenset({"la"}),
    Organisation.Kind.TRUST: frozenset(),
}
_BESIDE, _EARLIER, _MADE_AT, _PACKS = "beside", "earlier", "made_at", "packs"


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a release is made beside; kept with it, so that it can be made again.

    Attributes:
        made_at: the minute that its contents say they were made at.
        releases: the releases it looks at, the oldest first.
        earlier: the releases of the two years before, by year; its three-year figures add their
            pupils if there are both.
        packs: the packs of results day it looks at.
    """

    made_at: datetime
    releases: tuple[str, ...]
    earlier: Mapping[int, str]
    packs: tuple[int, ...] = ()

    @classmethod
    def found(cls, release: FiguresRelease, made_at: datetime) -> Self:
        """What there is beside a release at a minute."""
        earlier = latest_of_years(release.organisation, years_before(release.year))
        return cls(
            made_at=made_at,
            releases=beside_of(release),
            earlier=earlier,
            packs=packs_beside(release),
        )

    @classmethod
    def kept(cls, release: FiguresRelease) -> Self:
        """What a release was made beside."""
        inputs = release.inputs
        return cls(
            made_at=datetime.fromisoformat(inputs[_MADE_AT]),
            releases=tuple(inputs[_BESIDE]),
            earlier=earlier_of(release),
            packs=tuple(inputs.get(_PACKS, ())),
        )

    def gone(self) -> int:
        """How many of these releases were deleted for good since."""
        named = {UUID(one) for one in (*self.releases, *self.earlier.values())}
        return len(named) - FiguresRelease.objects.filter(pk__in=named).count()

    def told(self) -> dict[str, object]:
        """As the inputs of the release keep it."""
        return {
            _MADE_AT: self.made_at.isoformat(),
            _BESIDE: list(self.releases),
            _EARLIER: {str(year): one for year, one in self.earlier.items()},
            _PACKS: list(self.packs),
        }


def computed(
    release: FiguresRelease,
    records: RecordSet,
    year: Year,
    *,
    beside: Beside,
    derived: bool,
    step: Callable[[str], None],
) -> Snapshot:
    """What the engine makes of records under rules.

    Args:
        release: the release that is made or verified.
        records: its pupils and schools.
        year: its rules.
        beside: the minute it is made at, and the releases that are looked at.
        derived: make the reference of the records.
        step: told what is being done.

    Raises:
        KeystageError: see `flows.figures.snapshot.snapshot`.
    """
    no_earlier = why_none(release.year, beside.earlier)
    if not no_earlier:
        step("Adding up the cohorts of earlier years")
    return snapshot(
        records,
        year,
        stage=release.stage,
        release=kept_label(release),
        made_at=beside.made_at,
        derived=derived,
        national=release.national,
        areas=_WHOLE[Organisation.Kind(release.organisation.kind)],
        earlier=() if no_earlier else cohorts_of(beside.earlier.values()),
        no_earlier=no_earlier,
        before=_before(beside) if beside.releases or beside.packs else None,
        review=_review(release),
        step=step,
    )


def unit_of(maker: Organisation) -> tuple[Kind, str]:
    """The unit of a release that a body which makes releases is."""
    match maker.kind:
        case Organisation.Kind.AUTHORITY:
            return "la", maker.code
        case Organisation.Kind.TRUST:
            return "trust", maker.code
    return "national", EVERYONE


def earlier_of(release: FiguresRelease) -> dict[int, str]:
    """The releases of earlier years that a release was made with, by year."""
    return {int(year): one for year, one in release.inputs.get(_EARLIER, {}).items()}


def label_of(release: FiguresRelease) -> str:
    """What a release that is made today is called, and pages call it: its maker by today's name."""
    maker = release.organisation
    national = maker.kind == Organisation.Kind.NATIONAL
    return str(release) if national else f"{release}, of {maker}"


def kept_label(release: FiguresRelease) -> str:
    """What a release says it is called: a maker that is renamed does not rename what it made.

    Of a release that keeps nothing yet, what it would be called today.

    Raises:
        InputError: what is kept is damaged.
    """
    kept = release.contents.order_by("pk").first()
    return decode(bytes(kept.content)).release if kept else label_of(release)


def _review(release: FiguresRelease) -> For:
    """Whose review is made, beside which release."""
    kind, code = unit_of(release.organisation)
    before = release.before
    if before is None or before.computed_at is None:
        return For(kind=kind, code=code, derived=release.derived)
    former = Former(label=kept_label(before), pupils=lambda: pupils_of(before))
    return For(kind=kind, code=code, derived=release.derived, former=former)


def _before(beside: Beside) -> Before:
    keys = [UUID(key) for key in beside.releases]
    order = {key: at for at, key in enumerate(keys)}

    def contents(kind: Kind, codes: Sequence[str]) -> Iterator[Content]:
        if kind == "school" and beside.packs:
            yield from told_by_packs(beside.packs, codes)
        rows = FiguresContent.objects.filter(release__in=keys, kind=kind, code__in=codes)
        for row in sorted(rows, key=lambda one: order[one.release_id]):
            yield decode(bytes(row.content))

    return contents
