"""Why a three-year figure is what it is: what each cohort adds, and the pupils who add it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from keystage.core.errors import InputError
from keystage.measures.compute import Computed
from keystage.measures.conditions import TABLES
from keystage.measures.explain import (
    CohortOfPool,
    Explanation,
    before_withholding,
    exact,
    no_pupil_at,
)
from keystage.measures.explain_listing import Listing, listing
from keystage.measures.explain_words import definition, pooled_steps
from keystage.measures.fields import Field
from keystage.measures.parts import WHOLE
from keystage.measures.table import MeasureTable
from keystage.statute.year import Year


@dataclass(frozen=True, eq=False)
class CohortBefore:
    """A cohort of an earlier year.

    Attributes:
        year: the summer the tests were sat.
        parts: its parts by school and group (see `parts.school_parts`).
        pupils: its working table and the year it was made by, where its pupil file is at hand.
    """

    year: int
    parts: pl.DataFrame
    pupils: tuple[pl.LazyFrame, Year] | None = None


def explain_pooled(
    computed: Computed,
    pool: MeasureTable,
    before: Sequence[CohortBefore],
    field: Field,
    school: int,
) -> Explanation:
    """Open a three-year figure of one school down to its cohorts and their pupils.

    Args:
        computed: this year's computation.
        pool: the table with the parts of three cohorts (see `pooled.pooled`).
        before: the earlier cohorts it was made with.
        field: a field of `pooled.pooled_fields`.
        school: the school's URN.

    Raises:
        UsageError: this year's files do not have the school.
        InputError: the pupils of an earlier cohort do not add up to its parts.
    """
    year = computed.table.year
    if school not in pool.units["URN"]:
        raise no_pupil_at(school)
    listed = _listing_of(computed.working, field, year, school)
    here = CohortOfPool(year.year.id, listed.numerator, listed.denominator, listed.pupils)
    earlier = (_of_school(cohort, listed, field, school) for cohort in before)
    cohorts = tuple(sorted((*earlier, here), key=lambda cohort: cohort.year))
    numerator = sum((cohort.numerator for cohort in cohorts), Fraction())
    denominator = None
    if listed.bottom is not None:
        denominator = sum(cohort.denominator or 0 for cohort in cohorts)
    sums = {cohort.year: (cohort.numerator, cohort.denominator) for cohort in cohorts}
    return Explanation(
        field=field,
        school=school,
        definition=(
            *definition(field, listed.top, listed.bottom, year),
            f"The school's pupils of {', '.join(map(str, sums))} are taken together.",
        ),
        sources=tuple(dict.fromkeys((*listed.sources, TABLES))),
        pupils=listed.pupils,
        numerator=numerator,
        denominator=denominator,
        value=exact(field, numerator, denominator),
        steps=pooled_steps(field, pool, sums, (numerator, denominator)),
        printed=before_withholding(field, pool, school),
        cohorts=cohorts,
    )


def _listing_of(working: pl.LazyFrame, field: Field, year: Year, school: int) -> Listing:
    return listing(working.filter(pl.col("URN") == school).collect(), field, year)


def _of_school(cohort: CohortBefore, now: Listing, field: Field, school: int) -> CohortOfPool:
    """What an earlier cohort adds: the sums of its parts, and its pupils where they are known."""
    parts = cohort.parts.filter(
        (pl.col("URN") == school) & (pl.col("group").cast(pl.String) == WHOLE)
    )
    numerator = Fraction(int(parts[now.top.name].sum()), now.per_one)
    denominator = None if now.bottom is None else int(parts[now.bottom.name].sum())
    if cohort.pupils is None:
        return CohortOfPool(cohort.year, numerator, denominator, None)
    working, year = cohort.pupils
    listed = _listing_of(working, field, year, school)
    if (listed.numerator, listed.denominator) != (numerator, denominator):
        raise InputError(
            f"The pupils of {cohort.year} do not add up to what the cohort of that year was "
            f"computed with, for {field.name} of school {school}.",
            todo="Run `keystage measures` on the file of that year again, and name its folder.",
        )
    return CohortOfPool(cohort.year, numerator, denominator, listed.pupils)
