"""How many figures are printed otherwise than in the release before, counted as contents pass."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from keystage.flows.figures.contents import Content, Figure, Kind
from keystage.flows.figures.reviewed import Changed

_Pair = tuple[Figure | None, Figure | None]


@dataclass(kw_only=True)
class Counted:
    """Counts by kind of unit, of units that both releases have."""

    _found: dict[Kind, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, now: Content, before: Content) -> None:
        """Count a unit at one level of data: suppressed figures alone are withheld."""
        pairs = list(_changed(before, now))
        found = self._found[now.kind]
        if now.level == "complete":
            found["touched"] += bool(pairs)
            found["figures"] += len(pairs)
            return
        for was, here in pairs:
            found["withheld"] += _is_shown(was) and not _is_shown(here)
            found["shown"] += _is_shown(here) and not _is_shown(was)

    def told(self) -> tuple[Changed, ...]:
        """The counts, as a review keeps them."""
        return tuple(
            Changed(
                kind=kind,
                touched=found["touched"],
                figures=found["figures"],
                withheld=found["withheld"],
                shown=found["shown"],
            )
            for kind, found in sorted(self._found.items())
        )


def _changed(old: Content, new: Content) -> Iterator[_Pair]:
    """The figures that are printed otherwise, before and after."""
    before = {one.name: one for one in old.figures}
    after = {one.name: one for one in new.figures}
    for name in before.keys() | after.keys():
        was, here = before.get(name), after.get(name)
        if _printed(was) != _printed(here):
            yield was, here


def _printed(figure: Figure | None) -> tuple[str | None, ...]:
    if figure is None:
        return ()
    return (figure.text, figure.state, figure.lower, figure.upper, figure.band)


def _is_shown(figure: Figure | None) -> bool:
    return figure is not None and figure.state == "shown"
