"""What a review keeps of contents as they pass: what is withheld, what changed, who moved much."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.guard import number
from keystage.flows.figures.reviewing.changed import Counted
from keystage.flows.figures.reviewing.rules import declared

_WITHHELD = frozenset({"suppressed", "low_coverage"})


@dataclass(kw_only=True)
class Seen:
    """Counts over contents: of schools, and of what changed of every unit.

    Attributes:
        label: the label of the release they are compared with; empty without one.
        figures: figures that schools have and that could be shown or withheld.
        withheld: those that are withheld.
        compared: schools that the release before has too, those of few pupils left out.
        moved: schools that moved much: how much in parts of the limit, and a sentence.
        changed: how many figures are others than in the release before.
    """

    label: str = ""
    figures: int = 0
    withheld: int = 0
    compared: int = 0
    moved: list[tuple[Decimal, str]] = field(default_factory=list)
    changed: Counted = field(default_factory=Counted)

    def add(self, content: Content, earlier: Iterable[Content]) -> None:
        """Look at a content, and at those of its unit in earlier releases."""
        former = (self.label, content.level)
        before = [one for one in earlier if self.label and (one.release, one.level) == former]
        if before:
            self.changed.add(content, before[-1])
        if content.kind != "school":
            return
        if content.level == "suppressed":
            self._count(content)
        # One pupil moves the figures of a few pupils much.
        elif before and not content.small:
            self.compared += 1
            self._compare(content, before[-1])

    def _count(self, content: Content) -> None:
        states = [one.state for one in content.figures if one.family != "composition"]
        gone = sum(state in _WITHHELD for state in states)
        self.withheld += gone
        self.figures += gone + states.count("shown")

    def _compare(self, content: Content, before: Content) -> None:
        found = []
        for rule in declared().moved:
            now, then = content.figure(rule.figure), before.figure(rule.figure)
            if now is None or then is None:
                continue
            here, there = number(now.text), number(then.text)
            if here is not None and there is not None and abs(here - there) >= rule.by:
                found.append((abs(here - there) / rule.by, now, then))
        if found:
            found.sort(key=lambda one: one[0], reverse=True)
            most = found[0][0]
            told = "; ".join(_moved(now, then) for _, now, then in found)
            self.moved.append((most, f"{content.name} ({content.code}): {told}"))

    def worst(self) -> tuple[str, ...]:
        """The schools that moved most, most first; of many only some."""
        ordered = sorted(self.moved, key=lambda one: (-one[0], one[1]))
        return tuple(said for _, said in ordered[: declared().listed.schools])


def _moved(now: Figure, then: Figure) -> str:
    return f"{now.label} {then.text} then, {now.text} here"
