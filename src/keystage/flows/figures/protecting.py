"""Withholding what subtraction would give away: of an earlier release, or of other groups.

Two releases whose pupils differ by a few tell of those few: the pupils who met a standard in the
one, less those in the other. So do all pupils less the groups that are shown (see `residual`).
Where rounding leaves nothing to be learnt the figure stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.residual import given_away_within
from keystage.flows.figures.rounding import last_place, numerators
from keystage.flows.figures.states import in_words
from keystage.measures.catalogue import COMPOSITION
from keystage.measures.parts import WHOLE
from keystage.statute.year import Year

REASON = "with other figures or an earlier release it would tell of a few pupils"
_COUNTS = {WHOLE: "TELIG"} | {item.group: item.count_field for item in COMPOSITION}
#: Counts and shares of groups are shown however few pupils they tell of, so nothing is gained.
_NEVER = frozenset({"composition"})


def protected_against(content: Content, earlier: Iterable[Content], year: Year) -> Content:
    """A suppressed content without what other groups or earlier releases would give away.

    Args:
        content: a suppressed content.
        earlier: suppressed contents of the same unit and year in earlier releases; others are left
            out.
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

    A group beside the withheld one in the same division of pupils, the gap made from it and the
    three-year figure that holds it go with it.

    Args:
        content: a suppressed content.
        earlier: suppressed contents of earlier releases; those of other units and years are left
            out.
        year: the statutory year, for the smallest group and the divisions of pupils.
    """
    if not guard.declared().subtraction.applies:
        return frozenset()
    counts = _counts(content)
    gone: set[str] = set()
    for before in earlier:
        if (before.kind, before.code, before.year) != (content.kind, content.code, content.year):
            continue
        then, pupils_then = {figure.name: figure for figure in before.figures}, _counts(before)
        for figure in content.figures:
            old = then.get(figure.name)
            if old is None or figure.state != "shown" or old.state != "shown":
                continue
            pupils, before_pupils = _of(figure, counts), _of(figure, pupils_then)
            if figure.family not in _NEVER and _tells(figure, old, pupils, before_pupils, year):
                gone.add(figure.name)
    gone |= _beside(content, gone, counts, year)
    within = given_away_within(content, counts, frozenset(gone), year)
    return frozenset(gone | within | _made_from(content, within))


def _tells(figure: Figure, old: Figure, pupils: int | None, before: int | None, year: Year) -> bool:
    """Whether two printed figures and their pupils tell of the few who are in one of them only."""
    if pupils is None or before is None:
        return False
    few = abs(pupils - before)
    if not 0 < few < year.suppression.smallest_group:
        return False
    new_value, old_value = guard.number(figure.text), guard.number(old.text)
    if new_value is None or old_value is None:
        return False
    if figure.unit != "percent":
        scale = year.key_stage_2.highest_score - year.key_stage_2.lowest_score
        return (pupils + before) * last_place(new_value) < scale * few
    more, fewer = sorted(((pupils, new_value), (before, old_value)), reverse=True)
    many, rest = numerators(*more), numerators(*fewer)
    if not many or not rest:
        return True
    least = max(0, many[0] - rest[-1])
    most = min(few, many[-1] - rest[0])
    return (least, most) != (0, few)


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
        if one.level == "suppressed":
            by_unit[one.kind, one.code].append(one)
    found: dict[tuple[str, str], frozenset[str]] = {}
    for content in contents:
        if content.level == "suppressed":
            gone = given_away(content, by_unit[content.kind, content.code], year)
            if gone:
                found[content.kind, content.code] = gone
    return found
