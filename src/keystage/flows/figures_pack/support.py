"""What the statistics support: whether a figure is different from England's, and a gap moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.series import declared as rules_of_series
from keystage.flows.figures_pack.wording import wording
from keystage.measures import figures
from keystage.measures.catalogue import COMPOSITION
from keystage.measures.parts import WHOLE

Verdict = Literal["above", "below", "same"]
Moved = Literal["up", "down", "level"]
_COUNTS = {WHOLE: "TELIG"} | {item.group: item.count_field for item in COMPOSITION}
_ZERO, _ONE, _TWO = Decimal(0), Decimal(1), Decimal(2)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A figure beside what it is compared with.

    Attributes:
        low: the lower end of its interval.
        high: the upper end.
        lowest: the least that England's figure can be: it was rounded. Zero for progress.
        highest: the most.
    """

    low: Decimal
    high: Decimal
    lowest: Decimal
    highest: Decimal

    @property
    def verdict(self) -> Verdict:
        """Different only where the whole interval lies beyond all that England's figure can be."""
        if self.low > self.highest:
            return "above"
        return "below" if self.high < self.lowest else "same"


def judged(content: Content, figure: Figure) -> Judged | None:
    """A figure beside England's, or a progress score beside zero.

    Args:
        content: what the figure is of.
        figure: a share of pupils, or a progress score.

    Returns:
        None where nothing can be said: it is not shown, stands on too few pupils, has no interval
        or nothing to be compared with.
    """
    if figure.state != "shown" or not figure.may_rank:
        return None
    if figure.unit == "points":
        low, high = guard.number(figure.lower or ""), guard.number(figure.upper or "")
        if low is None or high is None:
            return None
        return Judged(low=low, high=high, lowest=_ZERO, highest=_ZERO)
    pupils = pupils_of(content, figure)
    share, england = guard.number(figure.text), england_of(content, figure.name)
    if figure.unit != "percent" or share is None or england is None or not pupils:
        return None
    low, high = share_interval(share, pupils)
    half = _half(england)
    return Judged(low=low, high=high, lowest=england - half, highest=england + half)


def gap_limits(beside: Judged, unit: str) -> tuple[Decimal, Decimal]:
    """The interval of a figure's gap to England: of a share outwards to whole percentage points.

    Args:
        beside: the figure beside England's.
        unit: the unit of the figure.

    >>> least, most = Decimal("61.5"), Decimal("62.5")
    >>> one = Judged(low=Decimal(50), high=Decimal(60), lowest=least, highest=most)
    >>> gap_limits(one, "percent")
    (Decimal('-13'), Decimal('-1'))
    """
    low, high = beside.low - beside.highest, beside.high - beside.lowest
    if unit != "percent":
        return low, high
    return low.to_integral_value(ROUND_FLOOR), high.to_integral_value(ROUND_CEILING)


def england_of(content: Content, name: str) -> Decimal | None:
    """England's figure; none where it is not shown."""
    found = content.compared_with(name, "national")
    return guard.number(found.text) if found and found.state == "shown" else None


def pupils_of(content: Content, figure: Figure) -> int | None:
    """The pupils a figure is of, where they may be seen; else those of its group, as printed.

    Who has no result for want of a script is of the group, and not in the figure.
    """
    if figure.denominator is not None:
        return figure.denominator
    if figure.group == WHOLE:
        return guard.whole(content.pupils)
    count = content.figure(_COUNTS.get(figure.group, ""))
    return guard.whole(count.text) if count else None


def share_interval(share: Decimal, pupils: int) -> tuple[Decimal, Decimal]:
    """The interval of a printed percentage, outwards to whole percentage points.

    What rounding leaves open is on both sides of it.

    Args:
        share: the printed percentage.
        pupils: of how many.

    Source: Wilson's interval for a share, at the level that ``wording.toml`` names.

    >>> share_interval(Decimal(50), 30)
    (Decimal('32'), Decimal('68'))
    >>> share_interval(Decimal(100), 30)
    (Decimal('87'), Decimal('100'))
    """
    half, whole = _half(share), Decimal(figures.PERCENT)
    low, _ = _wilson(max(share - half, _ZERO) / whole, pupils)
    _, high = _wilson(min(share + half, whole) / whole, pupils)
    return (
        (low * whole).to_integral_value(ROUND_FLOOR),
        (high * whole).to_integral_value(ROUND_CEILING),
    )


def _wilson(share: Decimal, pupils: int) -> tuple[Decimal, Decimal]:
    z = wording().interval.normal_quantile
    spread = z * z / pupils
    middle = share + spread / _TWO
    reach = z * ((share * (_ONE - share) + spread / (_TWO * _TWO)) / pupils).sqrt()
    whole = _ONE + spread
    return max((middle - reach) / whole, _ZERO), min((middle + reach) / whole, _ONE)


def moved(now: Content, before: Content | None, figure: Figure) -> Moved | None:
    """Where the gap of a figure to England moved since an earlier year.

    The figures of the two years are not compared, only how far each lies from its own year's
    England. A gap has moved where its intervals of the two years, as printed, do not meet.

    Args:
        now: this year's content.
        before: an earlier year's content of the same unit.
        figure: the figure of this year.

    Returns:
        None where either year says nothing, or no series runs from the one to the other.
    """
    if before is None or (before.kind, before.code) != (now.kind, now.code):
        return None
    old = before.figure(figure.name)
    if old is None or before.year >= now.year or _broken(figure, before.year, now.year):
        return None
    here, there = judged(now, figure), judged(before, old)
    if here is None or there is None:
        return None
    (low, high), (least, most) = gap_limits(here, figure.unit), gap_limits(there, old.unit)
    if low > most:
        return "up"
    return "down" if high < least else "level"


def _broken(figure: Figure, after: int, before: int) -> bool:
    family = "progress" if figure.unit == "points" else figure.family
    return any(
        after <= rule.after and rule.before <= before
        for rule in rules_of_series().breaks
        if not rule.families or family in rule.families
    )


def _half(value: Decimal) -> Decimal:
    """Half a unit of a printed figure's last place."""
    return Decimal(1).scaleb(int(value.as_tuple().exponent)) / _TWO


def by_label(content: Content) -> Mapping[str, str]:
    """Of each measure's label the field of all pupils."""
    return {
        figure.label: figure.name
        for figure in content.figures
        if figure.group == WHOLE and figure.family in {"attainment", "progress"}
    }
