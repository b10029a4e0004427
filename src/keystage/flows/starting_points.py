"""From where pupils started and where they came to: key stage 1 outcomes against key stage 2.

How a pupil stands at the end is read from the figures of the school's summary, so that the table
and the figures follow one rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.school_summary import SchoolSummary, SummaryFigure
from keystage.statute.code_lists import code_lists
from keystage.statute.year import Year

Standing = Literal["out", "below", "expected", "higher"]
#: How pupils may stand, in the order of the columns, in words.
STANDINGS: Mapping[Standing, str] = {
    "out": "Not counted",
    "below": "Below the expected standard",
    "expected": "Expected standard",
    "higher": "Higher standard",
}
_EXPECTED, _HIGHER = "_EXP", "_HIGH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The pupils with one outcome at key stage 1.

    Attributes:
        code: the outcome; empty where it is not known.
        counts: how many of them stand how, in the order of `STANDINGS`.
    """

    code: str
    counts: tuple[int, ...]

    @property
    def pupils(self) -> int:
        """How many there are."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingPoints:
    """One subject: a row for each outcome at key stage 1, the highest first, not known last."""

    subject: Subject
    rows: tuple[Start, ...]

    @property
    def most(self) -> int:
        """The largest number in a cell."""
        return max((count for row in self.rows for count in row.counts), default=0)

    @property
    def known(self) -> int:
        """How many pupils have an outcome at key stage 1."""
        return sum(row.pupils for row in self.rows if row.code)


def starting_points(
    summary: SchoolSummary, first: Sequence[Mapping[Subject, str]]
) -> tuple[StartingPoints, ...]:
    """Cross the outcomes of both key stages, in reading, writing and maths.

    Args:
        summary: the school's figures; its pupils in the order they were given.
        first: of each of these pupils the outcomes at key stage 1 that are known.

    Returns:
        A table for each subject that has figures.
    """
    order = _order(summary.year)
    made = []
    for subject in IN_PROGRESS:
        standings = _standings(summary, subject)
        if standings is None:
            continue
        counts: dict[str, list[int]] = {}
        for outcomes, standing in zip(first, standings, strict=True):
            row = counts.setdefault(outcomes.get(subject, ""), [0] * len(STANDINGS))
            row[list(STANDINGS).index(standing)] += 1
        codes = sorted(counts, key=lambda code: (not code, order.get(code, len(order)), code))
        rows = tuple(Start(code=code, counts=tuple(counts[code])) for code in codes)
        made.append(StartingPoints(subject=subject, rows=rows))
    return tuple(made)


def _order(year: Year) -> dict[str, int]:
    """The outcomes of key stage 1 in the order of the year, the highest first."""
    return {code: place for place, code in enumerate(code_lists(year)["key_stage_1"])}


def _standings(summary: SchoolSummary, subject: Subject) -> list[Standing] | None:
    """How each pupil stands, in the order they were given; None without the subject's figures."""
    expected = _figure(summary, subject, _EXPECTED)
    higher = _figure(summary, subject, _HIGHER)
    if expected is None or higher is None:
        return None
    above = {one.line for one in higher.pupils if one.place == "numerator"}
    words: dict[str, Standing] = {"out": "out", "denominator": "below", "numerator": "expected"}
    return [
        "higher" if one.line in above else words[one.place]
        for one in sorted(expected.pupils, key=lambda one: one.line)
    ]


def _figure(summary: SchoolSummary, subject: Subject, ending: str) -> SummaryFigure | None:
    return next(
        (
            one
            for one in summary.figures
            if one.subject == subject and one.field.endswith(ending) and one.printed
        ),
        None,
    )
