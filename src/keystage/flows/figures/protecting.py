"""Withholding what subtraction would give away: of an earlier release, or of other groups.

Two releases whose pupils differ by a few tell of those few: the pupils who met a standard in the
one, less those in the other. So do all pupils less the groups that are shown (see `residual`).
Where rounding leaves nothing to be learnt the figure stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.left_open import Numbers
from keystage.flows.figures.moving import Moved, moved_between
from keystage.flows.figures.residual import given_away_within
from keystage.flows.figures.rounding import last_place
from keystage.flows.figures.states import in_words
from keystage.measures.catalogue import COMPOSITION
from keystage.measures.parts import WHOLE
from keystage.statute.year import Year

REASON = "alone, or together with other figures or an earlier release"
_COUNTS = {WHOLE: "TELIG"} | {item.group: item.count_field for item in COMPOSITION}
#: Numbers and shares of pupils in groups tell nothing of results, however few they are of.
_NEVER = frozenset({"composition"})
#: Families that three-year figures are made of.
_POOLED = frozenset({"attainment", "average"})


def protected_against(content: Content, earlier: Iterable[Content], year: Year) -> Content:
    """A suppressed content without what other groups or earlier releases would give away.

    Args:
        content: a suppressed content.
        earlier: contents of the same unit in earlier releases (see `given_away`).
        year: the statutory year, for the smallest group.
    """
    gone = given_away(content, earlier, year)
    if not gone:
        return content
    return replace(
        content,
        figures=tuple(
            withheld(figure) if figure.name in gone else figure for figure in content.figures
        ),
    )


def withheld(figure: Figure) -> Figure:
    """A figure with nothing left of it but what it is of."""
    return replace(
        figure,
        text="",
        state="suppressed",
        said=in_words("suppressed", REASON),
        lower=None,
        upper=None,
        band=None,
        band_words=None,
        numerator=None,
        denominator=None,
        pupils=None,
    )


def given_away(content: Content, earlier: Iterable[Content], year: Year) -> frozenset[str]:
    """The shown figures that must go, and those that would give them away.

    The gap made from a withheld figure and the three-year figure that holds it go with it. Where a
    few pupils moved between two releases, the numbers of pupils in groups would tell what they are,
    so they go, and with a figure that goes its other groups: which of them stayed would tell too.

    Args:
        content: a suppressed content.
        earlier: contents of earlier releases, suppressed and, for the pupils they count, complete;
            those of other units are left out.
        year: the statutory year, for the smallest group and the divisions of pupils.
    """
    if not guard.declared().subtraction.applies:
        return frozenset()
    same = [one for one in earlier if (one.kind, one.code) == (content.kind, content.code)]
    counts = _counts(content)
    gone = _pooled_before(content, same)
    some_moved = False
    for before, counts_then in _shown_before(content, same):
        moved = moved_between(counts_then, counts, year)
        then = {figure.name: figure for figure in before.figures}
        numbers = (Numbers(content, counts, year), Numbers(before, counts_then, year))
        if moved.are_few(year):
            some_moved = True
            gone |= _telling_of_groups(content, then)
        for figure in content.figures:
            old = then.get(figure.name)
            if old is None or figure.state != "shown" or old.state != "shown":
                continue
            pupils = (_of(figure, counts), _of(figure, counts_then))
            if figure.family not in _NEVER and _tells((figure, old), pupils, numbers, moved, year):
                gone.add(figure.name)
    gone |= _in_groups(content, gone) if some_moved else _beside(content, gone, counts, year)
    within = given_away_within(content, counts, frozenset(gone), year)
    return frozenset(gone | within | _made_from(content, gone | within))


def _shown_before(
    content: Content, earlier: Sequence[Content]
) -> Iterator[tuple[Content, dict[str, int]]]:
    """Suppressed contents of the year, with the pupils of each group as they were counted."""
    counted = {
        (one.release, one.made_at): _counts(one) for one in earlier if one.level == "complete"
    }
    for one in earlier:
        if one.level == "suppressed" and one.year == content.year:
            yield one, counted.get((one.release, one.made_at)) or _counts(one)


def _pooled_before(content: Content, earlier: Iterable[Content]) -> set[str]:
    """The three-year figures that would give a figure away that a release of those years withholds.

    What three years have less two of them is the third.
    """
    hidden = {
        figure.label
        for one in earlier
        if one.level == "suppressed" and one.year < content.year
        for figure in one.figures
        if figure.state == "suppressed" and figure.group == WHOLE and figure.family in _POOLED
    }
    return {
        figure.name
        for figure in content.figures
        if figure.state == "shown"
        and figure.family == "three_year"
        and any(figure.label.startswith(label) for label in hidden)
    }


def _telling_of_groups(content: Content, then: Mapping[str, Figure]) -> set[str]:
    """The numbers and shares of pupils in groups, if the earlier release shows any of them."""
    groups = [
        one
        for one in content.figures
        if one.family in _NEVER and one.group != WHOLE and one.state == "shown"
    ]
    before = (then.get(one.name) for one in groups)
    if not any(one is not None and one.state == "shown" for one in before):
        return set()
    return {one.name for one in groups}


def _in_groups(content: Content, gone: set[str]) -> set[str]:
    """The figures of groups that a withheld figure has, and what is made from them."""
    away = {one.label for one in content.figures if one.name in gone and one.family not in _NEVER}
    names = {
        one.name
        for one in content.figures
        if one.state == "shown" and one.label in away and one.group != WHOLE
    }
    return names | _made_from(content, gone | names)


def _tells(
    pair: tuple[Figure, Figure],
    pupils: tuple[int | None, int | None],
    numbers: tuple[Numbers, Numbers],
    moved: Moved,
    year: Year,
) -> bool:
    """Whether two printed figures and their pupils tell of the few who are in one of them only."""
    (figure, old), (now, then) = pair, pupils
    if now is None or then is None:
        return False
    if figure.group != WHOLE or figure.family == "three_year":
        moved = Moved.of(now - then)
    if not moved.are_few(year) or (now == then and figure.text == old.text):
        return False
    new_value, old_value = guard.number(figure.text), guard.number(old.text)
    if new_value is None or old_value is None:
        return False
    if figure.unit != "percent":
        scale = year.key_stage_2.highest_score - year.key_stage_2.lowest_score
        return (now + then) * last_place(new_value) < scale * moved.many
    here, there = numbers[0].of(figure, now), numbers[1].of(old, then)
    if here is None or there is None:
        return True
    least = max(-moved.left, here[0] - there[1])
    most = min(moved.joined, here[1] - there[0])
    return (least, most) != (-moved.left, moved.joined)


def _beside(content: Content, gone: set[str], counts: Mapping[str, int], year: Year) -> set[str]:
    """The figures from which withheld ones could be worked out within the content."""
    shown = [figure for figure in content.figures if figure.state == "shown"]
    by_label: dict[str, list[Figure]] = defaultdict(list)
    for figure in shown:
        if figure.family not in _NEVER:
            by_label[figure.label].append(figure)
    more = _made_from(content, gone)
    for figure in shown:
        column = year.pupil_groups.groups[figure.group].column
        if figure.name not in gone or not column:
            continue
        others = [
            other
            for other in by_label[figure.label]
            if other.name != figure.name and year.pupil_groups.groups[other.group].column == column
        ]
        if others and not any(other.name in gone | more for other in others):
            more.add(min(others, key=lambda other: counts.get(other.group, 0)).name)
    return more


def _made_from(content: Content, gone: Iterable[str]) -> set[str]:
    """The gaps and three-year figures that withheld figures are in."""
    names = frozenset(gone)
    away = [one for one in content.figures if one.name in names]
    return {
        other.name
        for other in content.figures
        if other.state == "shown" and other.family in {"gap", "three_year"}
        for figure in away
        if other.group == figure.group and other.label.startswith(figure.label)
    }


def _counts(content: Content) -> dict[str, int]:
    """The printed pupils of each group."""
    texts = {figure.name: figure.text for figure in content.figures}
    found = {group: guard.whole(texts.get(name, "")) for group, name in _COUNTS.items()}
    found["three_year"] = guard.whole(texts.get("TELIG_3YR", ""))
    if content.kind == "trust":
        found[WHOLE] = guard.whole(content.pupils)
    return {group: pupils for group, pupils in found.items() if pupils is not None}


def _of(figure: Figure, counts: Mapping[str, int]) -> int | None:
    """The pupils a figure is of: of its group, or of all where the group's are not printed."""
    if figure.family == "three_year":
        return counts.get(figure.family)
    return counts.get(figure.group, counts.get(WHOLE))


def names_by_unit(
    contents: Iterable[Content], earlier: Sequence[Content], year: Year
) -> dict[tuple[str, str], frozenset[str]]:
    """What is given away in each unit, by kind and code; units without anything are left out."""
    by_unit: dict[tuple[str, str], list[Content]] = defaultdict(list)
    for one in earlier:
        by_unit[one.kind, one.code].append(one)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for content in contents:
        if content.level == "suppressed":
            gone = given_away(content, by_unit[content.kind, content.code], year)
            if gone:
                found[content.kind, content.code] = gone
    return found
