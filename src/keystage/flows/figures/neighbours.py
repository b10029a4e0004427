"""Withholding numbers of pupils in groups of a second school, where an area would give one's away.

In a release of England the rows of areas are printed whole, as the department prints them. Their
shares are of so many pupils that rounding protects a school; their numbers of pupils are exact. So
where a single school of an authority withholds its own, or some that have few pupils together, the
next smallest ones withhold theirs too.
"""

from collections import defaultdict
from collections.abc import Mapping

import polars as pl

from keystage.measures.catalogue import COMPOSITION, ELIGIBLE
from keystage.measures.parts import WHOLE
from keystage.measures.table import IN_AREA, MeasureTable

_NUMBERS = frozenset(name for item in COMPOSITION for name in (item.count_field, item.share_field))
Given = Mapping[tuple[str, str], frozenset[str]]


def with_neighbours(given: Given, table: MeasureTable) -> dict[tuple[str, str], frozenset[str]]:
    """What is given away, and the numbers of pupils in groups that would give it away.

    Args:
        given: the figures given away, by kind and code of the unit.
        table: the measure table of a release of England.
    """
    found = dict(given)
    hiding = {
        code for (kind, code), names in given.items() if kind == "school" and names & _NUMBERS
    }
    if not hiding:
        return found
    smallest = table.year.suppression.smallest_group
    for schools in _by_area(table).values():
        if not any(code in hiding for _, code in schools):
            continue
        hidden = [one for one in schools if one[1] in hiding or 0 < one[0] < smallest]
        for pupils, code in sorted(schools):
            if len(hidden) > 1 and sum(many for many, _ in hidden) >= smallest:
                break
            if pupils and (pupils, code) not in hidden:
                hidden.append((pupils, code))
                found["school", code] = found.get(("school", code), frozenset()) | _NUMBERS
    return found


def _by_area(table: MeasureTable) -> dict[object, list[tuple[int, str]]]:
    """The pupils and the URN of every school, by authority; those of no area together."""
    schools = pl.concat(
        [
            table.units_of("school").select("URN", "LEA", pl.col(IN_AREA).fill_null(value=False)),
            table.of_group(WHOLE, "school").select(pl.col(ELIGIBLE.name).cast(pl.Int64)),
        ],
        how="horizontal",
    )
    found: dict[object, list[tuple[int, str]]] = defaultdict(list)
    for urn, lea, counts, pupils in schools.iter_rows():
        found[lea if counts else None].append((pupils or 0, str(urn)))
    return found
