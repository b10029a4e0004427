"""What to say of a reference that was read from a file which did not hold all of it."""

from collections.abc import Mapping

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.statute.year import Year

#: What `left_out` gives.
LEFT_OUT: Mapping[str, pl.DataType] = {"said": pl.String(), "pupils": pl.Int64()}


def left_out(working: pl.LazyFrame, year: Year) -> pl.DataFrame:
    """The pupils that partial groups or partial minimum scores say nothing of.

    Args:
        working: the working table with progress, of a file or of a part of it.
        year: the statutory year, with the reference that was used.

    Returns:
        ``said``, a sentence with a place for a number, and ``pupils``, the number.
    """
    asked = _asked(year)
    if not asked:
        return pl.DataFrame(schema=dict(LEFT_OUT))
    included = working.filter("included")
    counts = included.select(pupils.sum().alias(said) for said, pupils in asked.items()).collect()
    return pl.DataFrame({"said": list(counts.columns), "pupils": counts.row(0)}, dict(LEFT_OUT))


def reference_notes(counted: pl.DataFrame, year: Year) -> list[str]:
    """Sentences on the pupils that partial groups or partial minimum scores say nothing of.

    A number too small to publish is not told: the notes stand beside the published tables.

    Args:
        counted: the rows of `left_out`, of all parts of a file.
        year: the statutory year.
    """
    few = year.suppression.smallest_group
    pupils = counted.group_by("said", maintain_order=True).agg(pl.col("pupils").sum())
    return [
        said.format(f"fewer than {few} pupils" if count < few else f"{count:,} pupils")
        for said, count in zip(pupils["said"], pupils["pupils"], strict=True)
        if count
    ]


def _asked(year: Year) -> dict[str, pl.Expr]:
    """The sentences for this year's reference, each with the pupils it tells of."""
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
    return asked
