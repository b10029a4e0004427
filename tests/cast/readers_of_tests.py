"""A reader of everything that is published, who works out all that follows from it exactly.

What the reader knows of a number of pupils is the least and the most it can be. Every figure that
is printed, every sum (groups of a division, schools of an authority or trust) and every pupil who
moved between two releases is an equation; bounds are drawn together until nothing changes.
"""

from collections import defaultdict, deque
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.guard import number
from keystage.flows.figures.rounding import numerators
from keystage.flows.figures.schools_listed import SchoolsTable
from keystage.measures.catalogue import COMPOSITION

ALL, TRUST = "all", "trust"
#: What trusts' shares are of.
WEIGHTED = "Share of pupils reaching the expected standard in reading, writing and maths"
COUNTS = {ALL: "TELIG"} | {item.group: item.count_field for item in COMPOSITION}
#: The groups that divide the pupils; who is in none of them is in the rest.
DIVISIONS = (
    ("boys", "girls"), ("low", "middle", "high", "no_ks1"), ("disadvantaged", "other"),
    ("english", "eal", "unclassified_language"), ("non_mobile",), ("sen_plan", "sen_support"),
)  # fmt: skip
_WIDE = 40
Key = tuple[Hashable, ...]
Unit = tuple[str, str]
Bounds = tuple[int, int]


@dataclass
class Knowledge:
    """The least and the most of every number, and the sums that hold between them."""

    bounds: dict[Key, Bounds] = field(default_factory=dict)
    sums: list[list[tuple[int, Key]]] = field(default_factory=list)

    def know(self, key: Key, low: int, high: int) -> None:
        """A number lies between two others."""
        least, most = self.bounds.get(key, (low, high))
        self.bounds[key] = (max(least, low), min(most, high))
        assert self.bounds[key][0] <= self.bounds[key][1], (key, low, high, least, most)

    def adds_up(self, *terms: tuple[int, Key]) -> None:
        """A sum of numbers times factors is nothing."""
        self.sums.append(list(terms))

    def settle(self) -> None:
        """Draw the bounds together as far as each sum by itself does, again and again."""
        by_key: dict[Key, list[int]] = defaultdict(list)
        for place, terms in enumerate(self.sums):
            for _, key in terms:
                by_key[key].append(place)
        waiting = deque(range(len(self.sums)))
        awaited = set(waiting)
        while waiting:
            place = waiting.popleft()
            awaited.remove(place)
            for key in self._drawn(self.sums[place]):
                more = [one for one in by_key[key] if one not in awaited]
                waiting += more
                awaited.update(more)

    def _drawn(self, terms: Sequence[tuple[int, Key]]) -> Iterator[Key]:
        low = high = 0
        for factor, key in terms:
            least, most = self.bounds[key]
            low += factor * (least if factor > 0 else most)
            high += factor * (most if factor > 0 else least)
        for factor, key in terms:
            least, most = old = self.bounds[key]
            if least == most:
                continue
            # The sum is nothing, so a term is no more than what the others leave, and no less.
            if factor > 0:
                new = (max(least, -((high - factor * most) // factor)),
                       min(most, -(low - factor * least) // factor))  # fmt: skip
            else:
                new = (max(least, -(-(low - factor * most) // -factor)),
                       min(most, (high - factor * least) // -factor))  # fmt: skip
            if new != old:
                assert new[0] <= new[1], (key, old, new)
                self.bounds[key] = new
                low += factor * ((new[0] - least) if factor > 0 else (new[1] - most))
                high += factor * ((new[1] - most) if factor > 0 else (new[0] - least))
                yield key


@dataclass(frozen=True)
class Release:
    """What a release publishes, and what is true of the pupils it counts.

    Attributes:
        contents: its suppressed contents.
        counts: the true pupils of each group, by unit; the reader is given how many moved,
            and nothing else of it.
        members: the units that add up to a unit, with their factors.
        years: by trust the years that each of its schools is weighted by.
        others: figures of which some pupils of the group are not counted: they are not read.
    """

    contents: Mapping[Unit, Content]
    counts: Mapping[Unit, Mapping[str, int]]
    members: Mapping[Unit, Mapping[Unit, int]]
    years: Mapping[str, Mapping[Unit, int]]
    others: frozenset[tuple[Unit, str]]


def release_of(
    contents: Iterable[Content],
    members: Mapping[Unit, Mapping[Unit, int]],
    tables: Iterable[SchoolsTable] = (),
) -> Release:
    """A release from its contents of both levels, and its tables of schools."""
    every = list(contents)
    units: dict[Unit, Content] = {
        (one.kind, one.code): one for one in every if one.level == "suppressed"
    }
    true: dict[Unit, dict[str, int]] = {
        (one.kind, one.code): counts_of(one) for one in every if one.level == "complete"
    }
    others = frozenset(
        ((one.kind, one.code), figure.name)
        for one in every
        if one.level == "complete"
        for figure in one.figures
        if figure.denominator != true[one.kind, one.code].get(figure.group)
    )
    years = {
        table.code: {
            ("school", str(school.urn)): standing.years
            for school, standing in zip(table.schools, table.standings, strict=True)
            if standing.years
        }
        for table in tables
        if table.kind == "trust"
    }
    return Release(units, true, members, years, others)


def counts_of(content: Content) -> dict[str, int]:
    """The pupils of each group, as far as they are printed."""
    texts = {one.name: one.text for one in content.figures}
    found = {group: texts.get(name, "") for group, name in COUNTS.items()}
    return {group: int(text) for group, text in found.items() if text.isdecimal()}


def what_is_known(
    releases: Sequence[Release],
    *,
    labels: Container[str],
    groups: bool = True,
    without: int | None = None,
) -> Knowledge:
    """All that follows from releases.

    Args:
        releases: in the order in which they came.
        labels: the figures that are read.
        groups: whether the figures of groups are read, or those of all pupils alone.
        without: a release of which the numbers of all pupils alone are read.
    """
    known = Knowledge()
    for place, release in enumerate(releases):
        for unit, content in release.contents.items():
            told = replace(
                content,
                figures=tuple(
                    one
                    for one in content.figures
                    if one.family == "composition"
                    or (one.label in labels and (unit, one.name) not in release.others)
                ),
            )
            _read(known, place, unit, told, groups=groups, blind=place == without)
        for unit, members in release.members.items():
            if unit in release.contents:
                _add_up(known, place, unit, members)
        for code in release.years:
            if place != without and groups:
                _weigh(known, place, release, code)
    told_of: dict[Key, set[Hashable]] = defaultdict(set)
    for label, *where in known.bounds:
        told_of[tuple(where[:2])].add(label)
    for later in range(len(releases)):
        for earlier in range(later):
            _move(known, earlier, later, releases, told_of)
    known.settle()
    return known


def _read(
    known: Knowledge, place: int, unit: Unit, content: Content, *, groups: bool, blind: bool
) -> None:
    shown = {} if blind else counts_of(content)
    whole = counts_of(content).get(ALL, 0)
    for group in COUNTS:
        low, high = (shown[group],) * 2 if group in shown else (0, whole)
        known.know(("n", place, unit, group), low if group != ALL else whole,
                   high if group != ALL else whole)  # fmt: skip
    _divide(known, place, unit, "n", whole)
    by_label: dict[str, list[Figure]] = defaultdict(list)
    for figure in content.figures:
        if figure.family == "attainment" and figure.group in COUNTS:
            by_label[figure.label].append(figure)
    for label, figures in by_label.items():
        for group in {ALL, *(figure.group for figure in figures)}:
            key = (label, place, unit, group)
            known.know(key, 0, whole)
            _part(known, key, ("n", place, unit, group), whole)
        for figure in figures:
            if figure.text and not blind and (groups or figure.group == ALL):
                _print(known, (label, place, unit, figure.group), figure, shown)
        _divide(known, place, unit, label, whole)


def _print(known: Knowledge, key: Key, figure: Figure, counts: Mapping[str, int]) -> None:
    pupils, value = counts.get(figure.group), number(figure.text)
    if pupils and value is not None:
        found = numerators(pupils, value)
        known.know(key, found[0], found[-1])


def _part(known: Knowledge, key: Key, of: Key, whole: int) -> None:
    """Those who reached a standard are some of the group."""
    rest = ("rest of", *key)
    known.know(rest, 0, whole)
    known.adds_up((1, key), (1, rest), (-1, of))


def _divide(known: Knowledge, place: int, unit: Unit, label: str, whole: int) -> None:
    for division in DIVISIONS:
        rest = ("others", label, place, unit, division)
        known.know(rest, 0, whole)
        keys = [(label, place, unit, group) for group in division]
        parts = [(1, key) for key in keys if key in known.bounds]
        if len(parts) == len(keys):
            known.adds_up(*parts, (1, rest), (-1, (label, place, unit, ALL)))


def _add_up(known: Knowledge, place: int, unit: Unit, members: Mapping[Unit, int]) -> None:
    labels = {key[0] for key in known.bounds if key[1:3] == (place, unit)}
    for label in labels:
        for group in COUNTS:
            terms = [(factor, (label, place, one, group)) for one, factor in members.items()]
            if all(key in known.bounds for _, key in terms):
                known.adds_up(*terms, (-1, (label, place, unit, group)))


def _weigh(known: Knowledge, place: int, release: Release, code: str) -> None:
    """A trust's share is of the pupils of its schools, each as often as the school has years."""
    for figure in release.contents[TRUST, code].figures:
        years = release.years[code]
        weighs = dict.fromkeys(years, 1) if "_AVG" in figure.name else years
        keys = [(WEIGHTED, place, one, figure.group) for one in weighs]
        pupils = [known.bounds["n", place, one, figure.group] for one in weighs]
        value = number(figure.text) if figure.unit == "percent" else None
        odd = any(
            other.label == WEIGHTED and other.group == figure.group
            for one in weighs
            for other in release.contents[one].figures
            if (one, other.name) in release.others
        )
        if value is None or odd or not all(key in known.bounds for key in keys):
            continue
        every = sum(low * weigh for (low, _), weigh in zip(pupils, weighs.values(), strict=True))
        if all(low == high for low, high in pupils):
            counted = numerators(every, value)
            whole = (figure.name, place, TRUST, code)
            known.know(whole, counted[0], counted[-1])
            known.adds_up(*zip(weighs.values(), keys, strict=True), (-1, whole))


def _move(
    known: Knowledge,
    earlier: int,
    later: int,
    releases: Sequence[Release],
    told_of: Mapping[Key, set[Hashable]],
) -> None:
    """Who moved between two releases reached a standard or did not; nobody else changed."""
    old, new = releases[earlier], releases[later]
    for unit in old.contents.keys() & new.contents.keys():
        before, after = old.counts[unit], new.counts[unit]
        labels = told_of[later, unit] - {"n"}
        for group in before.keys() & after.keys():
            more = after[group] - before[group]
            if abs(more) > _WIDE:
                continue
            for label in labels:
                ends = (label, earlier, unit, group), (label, later, unit, group)
                if all(key in known.bounds for key in ends):
                    moved = ("moved", label, earlier, later, unit, group)
                    known.know(moved, min(more, 0), max(more, 0))
                    known.adds_up((1, ends[1]), (-1, ends[0]), (-1, moved))
            moved = ("moved", "n", earlier, later, unit, group)
            change = after[ALL] - before[ALL]
            known.know(moved, min(change, 0), max(change, 0))
            known.adds_up((1, ("n", later, unit, group)), (-1, ("n", earlier, unit, group)),
                          (-1, moved))  # fmt: skip
