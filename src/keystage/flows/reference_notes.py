"""What to say of a reference that was read from a file which did not hold all of it."""

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.measures.compute import Computed


def reference_notes(computed: Computed) -> list[str]:
    """Sentences on the pupils that partial groups or partial minimum scores say nothing of.

    A number too small to publish is not told: the notes stand beside the published tables.

    Args:
        computed: what was computed, with the reference that was used.
    """
    year = computed.table.year
    groups, minimums = year.prior_attainment_groups, year.minimum_progress
    asked: dict[str, pl.Expr] = {}
    if groups is not None and groups.partial:
        sentence = (
            f"The prior attainment groups of {year.name} are partial: {{}} with a key stage 1 "
            "average are in none of them, and so are left out of progress."
        )
        none = pl.col("prior_attainment_group").is_null()
        asked[sentence] = pl.col("ks1_average").is_not_null() & none
    if minimums is not None and minimums.partial:
        sentence = (
            f"The minimum scores of {year.name} are partial: {{}} are in a prior attainment group "
            "without a known minimum in some subject, so a score of theirs below it is not raised."
        )
        asked[sentence] = pl.any_horizontal(
            pl.col(f"{subject}_unadjusted").is_not_null() & pl.col(f"{subject}_minimum").is_null()
            for subject in IN_PROGRESS
        )
    if not asked:
        return []
    included = computed.working.filter("included")
    counts = included.select(pupils.sum().alias(said) for said, pupils in asked.items()).collect()
    few = year.suppression.smallest_group
    return [
        said.format(f"fewer than {few} pupils" if count < few else f"{count:,} pupils")
        for said, count in counts.row(0, named=True).items()
        if count
    ]
