"""Pupils seen by what a rule can tell apart: each combination of codes once, with its number.

A rule about codes and scores gives the same answer for every pupil who has the same ones. A nation
of pupils has a few hundred combinations, so such rules are asked of those, not of every pupil.
"""

from collections.abc import Iterable

import polars as pl

from keystage.records.schema import KEY_STAGE_1_AVERAGE, KEY_STAGE_1_RESULTS

ROWS = "rows"
INCLUSION = "P_INCL"
Facet = tuple[str, ...]

_PLENTY = 2
_P_SCALES = ("KS1READPSCALE", "KS1WRITPSCALE", "KS1ENGPSCALE", "KS1MATPSCALE")
_FACETS: tuple[Facet, ...] = (
    (INCLUSION, "READOUTCOME", "READSCORE", "READTAOUTCOME"),
    (INCLUSION, "MATOUTCOME", "MATSCORE", "MATTAOUTCOME"),
    (INCLUSION, "GPSOUTCOME", "GPSSCORE"),
    (INCLUSION, "WRITTAOUTCOME"),
    (INCLUSION, "SCITAOUTCOME"),
    (INCLUSION, *KEY_STAGE_1_RESULTS, *_P_SCALES, KEY_STAGE_1_AVERAGE),
    (INCLUSION, "URN", "LAESTAB"),
)


def facet_of(roots: Iterable[str]) -> Facet | None:
    """The facet that holds all these columns of the pupils table, or None.

    A rule that compares a pupil with other pupils reads a column no facet holds, such as UPN.
    """
    wanted = set(roots)
    return next((facet for facet in _FACETS if wanted <= set(facet)), None)


def combinations(pupils: pl.DataFrame, facets: Iterable[Facet]) -> dict[Facet, pl.DataFrame]:
    """The combinations of each facet's values, with their number of pupils in ``rows``."""
    wanted = list(dict.fromkeys(facets))
    plans = [pupils.lazy().group_by(facet).agg(pl.len().alias(ROWS)) for facet in wanted]
    return dict(zip(wanted, pl.collect_all(plans), strict=True))


def first_pupils(
    pupils: pl.DataFrame, facet: Facet, failing: pl.DataFrame, listed: int
) -> pl.DataFrame:
    """The first pupils of the table who have one of the failing combinations.

    Looks at the part of the table where as many should be, and only then at all of it.
    """
    share = listed * _PLENTY / int(failing[ROWS].sum())
    for part in (int(share * pupils.height), pupils.height):
        at = (
            pupils.lazy()
            .head(part)
            .select(pl.row_index("at"), *facet)
            .join(failing.lazy(), on=facet, how="semi", nulls_equal=True)
            .select("at")
            .collect()["at"]
        )
        if at.len() >= listed:
            break
    return pupils[at.sort().head(listed)]
