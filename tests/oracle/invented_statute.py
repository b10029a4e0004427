"""Invented supplements: plausible groups, points and minimums for years that published none."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from keystage.statute.loader import load_year
from keystage.statute.progress import (
    MinimumOfGroup,
    MinimumProgress,
    PriorAttainmentGroup,
    PriorAttainmentGroups,
)
from keystage.statute.supplement import write_supplement
from keystage.statute.table import BySubject, Points, Release, Source, Table
from keystage.statute.year import Year

INVENTED = Source(title="Invented for a test", read_on=date(2026, 1, 1))
#: Lower ends of 24 groups on the scale of levels; the last one is the upper end.
_LEVELS = (
    0, 1, 2, "2.5", 3, 6, 9, 10, 11, 12, 13, 14, "14.5", 15, "15.5", 16, "16.5", 17, "17.5", 18, 19,
    20, 21, 24, 27,
)  # fmt: skip


def _hundredths(value: float) -> Decimal:
    return Decimal(round(value * 100)).scaleb(-2)


def groups_of_levels() -> PriorAttainmentGroups:
    """Groups 1 to 24; averages rise from 63 to about 113, each subject in its own way."""
    edges = [Decimal(edge) for edge in _LEVELS]
    last = len(edges) - 2
    return PriorAttainmentGroups(
        source="invented",
        confidence="C",
        groups=tuple(
            PriorAttainmentGroup(
                group=place + 1,
                low=low,
                high=high,
                includes="both" if place == last else "low",
                reading=_hundredths(63.01 + 2.173 * place),
                writing=_hundredths(62.84 + 2.009 * place),
                maths=_hundredths(63.37 + 2.121 * place),
            )
            for place, (low, high) in enumerate(pairwise(edges))
        ),
    )


def minimums_of_levels() -> MinimumProgress:
    """Minimums of groups 12 to 24; maths has none in group 12."""
    return MinimumProgress(
        source="invented",
        confidence="C",
        applies=True,
        share_percent=Decimal(1),
        multiplier=BySubject(
            reading=Decimal("2.61"), writing=Decimal("2.52"), maths=Decimal("2.58")
        ),
        minimum=tuple(
            MinimumOfGroup(
                group=group,
                reading=_hundredths(-26.51 + 1.1 * (group - 12)),
                writing=_hundredths(-24.03 + 1.0 * (group - 12)),
                maths=None if group == 12 else _hundredths(-25.17 + 1.05 * (group - 12)),
            )
            for group in range(12, 25)
        ),
    )


WRITING = Points(
    source="invented",
    confidence="C",
    points={"WTS": Decimal(91), "EXS": Decimal(103), "GDS": Decimal(113)},
)


def year_of_levels(number: int, release: Release, folder: Path) -> Year:
    """A year of the levels baseline, with what nobody published filled in by invention."""
    tables: dict[str, Table] = {
        "prior_attainment_groups": groups_of_levels(),
        "writing_points": WRITING,
    }
    shipped = load_year(number, release).minimum_progress
    if shipped is not None and shipped.applies:
        tables["minimum_progress"] = minimums_of_levels()
    path = folder / f"{number}.toml"
    text = write_supplement(number, release, {"invented": INVENTED}, tables)
    path.write_text(text, encoding="utf-8")
    return load_year(number, release, path)
