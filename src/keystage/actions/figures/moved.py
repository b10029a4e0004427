"""How many figures of a release are others than in the release before, for those who review it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from keystage.actions.figures.makers import may_read
from keystage.flows.figures.contents import Content, Figure, decode
from keystage.store.models import FiguresContent, FiguresRelease, Person

#: With more units of a kind than these nobody waits for them to be counted on a page.
MOST = 400
_Kind, _Level = FiguresContent.Kind, FiguresContent.Level
_Pair = tuple[Figure | None, Figure | None]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The figures of one kind of unit in two releases.

    Attributes:
        kind: schools, trusts, authorities, regions or England.
        units: how many of them are in both releases.
        new: how many are in the newer release alone.
        gone: how many are in the older one alone.
        touched: how many have a figure that is another; None where they are too many to count.
        figures: how many figures are printed otherwise; None likewise.
        withheld: how many suppressed figures were shown and are not.
        shown: how many suppressed figures were not shown and are.
    """

    kind: FiguresContent.Kind
    units: int
    new: int
    gone: int
    touched: int | None = None
    figures: int | None = None
    withheld: int | None = None
    shown: int | None = None


def moved(
    release: FiguresRelease, before: FiguresRelease, *, person: Person
) -> tuple[Moved, ...] | None:
    """What is printed otherwise than in the release before, in counts, by kind of unit.

    Args:
        release: the newer release.
        before: the older one, of the same maker.
        person: who reviews them.

    Returns:
        A row a kind that either release has; None for who does not review them.
    """
    if before.organisation_id != release.organisation_id or not may_read(
        person, release.organisation, release.year
    ):
        return None
    return tuple(_rows(release, before))


def _rows(release: FiguresRelease, before: FiguresRelease) -> Iterator[Moved]:
    for kind in _Kind:
        old, new = _codes(before, kind), _codes(release, kind)
        if not old and not new:
            continue
        both = old & new
        told = Moved(kind=kind, units=len(both), new=len(new - old), gone=len(old - new))
        yield told if len(both) > MOST else _counted(release, before, told)


def _codes(release: FiguresRelease, kind: FiguresContent.Kind) -> set[str]:
    rows = release.contents.filter(kind=kind, level=_Level.COMPLETE)
    return set(rows.values_list("code", flat=True))


def _counted(release: FiguresRelease, before: FiguresRelease, told: Moved) -> Moved:
    found: Counter[str] = Counter()
    for level in _Level:
        old = {one.code: one for one in _contents(before, told.kind, level)}
        for new in _contents(release, told.kind, level):
            if new.code in old:
                found.update(_COUNTED[level](_changed(old[new.code], new)))
    return Moved(
        kind=told.kind,
        units=told.units,
        new=told.new,
        gone=told.gone,
        touched=found["touched"],
        figures=found["figures"],
        withheld=found["withheld"],
        shown=found["shown"],
    )


def _changed(old: Content, new: Content) -> list[_Pair]:
    """The figures that are printed otherwise, before and after."""
    before = {one.name: one for one in old.figures}
    after = {one.name: one for one in new.figures}
    return [
        (before.get(name), after.get(name))
        for name in before.keys() | after.keys()
        if _printed(before.get(name)) != _printed(after.get(name))
    ]


def _of_complete(changed: Sequence[_Pair]) -> Mapping[str, int]:
    return {"touched": int(bool(changed)), "figures": len(changed)}


def _of_suppressed(changed: Sequence[_Pair]) -> Mapping[str, int]:
    return {
        "withheld": sum(_is_shown(was) and not _is_shown(now) for was, now in changed),
        "shown": sum(_is_shown(now) and not _is_shown(was) for was, now in changed),
    }


#: What is counted at each level of data: suppressed figures alone are withheld.
_COUNTED = {_Level.COMPLETE: _of_complete, _Level.SUPPRESSED: _of_suppressed}


def _printed(figure: Figure | None) -> tuple[str | None, ...]:
    return (figure.text, figure.state, figure.lower, figure.upper) if figure else ()


def _is_shown(figure: Figure | None) -> bool:
    return figure is not None and figure.state == "shown"


def _contents(
    release: FiguresRelease, kind: FiguresContent.Kind, level: FiguresContent.Level
) -> Iterator[Content]:
    rows = release.contents.filter(kind=kind, level=level).order_by("pk")
    for row in rows.iterator(chunk_size=100):
        yield decode(bytes(row.content))
