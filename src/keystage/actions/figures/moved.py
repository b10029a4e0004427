"""How many figures of a release are others than in the release before, for those who review it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keystage.actions.figures.makers import may_read
from keystage.actions.figures.reviews import review_of
from keystage.flows.figures.reviewed import Changed
from keystage.store.models import FiguresContent, FiguresRelease, Person

_Kind, _Level = FiguresContent.Kind, FiguresContent.Level


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The figures of one kind of unit in two releases.

    Attributes:
        kind: schools, trusts, authorities, regions or England.
        units: how many of them are in both releases.
        new: how many are in the newer release alone.
        gone: how many are in the older one alone.
        changed: how many figures of those in both are others, as the review of the release keeps
            it; None where it does not.
    """

    kind: FiguresContent.Kind
    units: int
    new: int
    gone: int
    changed: Changed | None = None


def moved(
    release: FiguresRelease, before: FiguresRelease, *, person: Person
) -> tuple[Moved, ...] | None:
    """What is printed otherwise than in the release before, in counts, by kind of unit.

    Args:
        release: the newer release.
        before: the one that it was made beside as the one before, of the same maker.
        person: who reviews them.

    Returns:
        A row a kind that either release has; None for who does not review them.
    """
    if before.organisation_id != release.organisation_id or not may_read(
        person, release.organisation, release.year
    ):
        return None
    review = review_of(release, person=person)
    changed: dict[str, Changed] = {one.kind: one for one in review.changed} if review else {}
    return tuple(_rows(release, before, changed))


def _rows(
    release: FiguresRelease, before: FiguresRelease, changed: Mapping[str, Changed]
) -> Iterator[Moved]:
    for kind in _Kind:
        old, new = _codes(before, kind), _codes(release, kind)
        if old or new:
            yield Moved(
                kind=kind,
                units=len(old & new),
                new=len(new - old),
                gone=len(old - new),
                changed=changed.get(kind.value),
            )


def _codes(release: FiguresRelease, kind: FiguresContent.Kind) -> set[str]:
    rows = release.contents.filter(kind=kind, level=_Level.COMPLETE)
    return set(rows.values_list("code", flat=True))
