"""Earlier cohorts for three-year figures, from the pupils that releases keep."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec
import polars as pl

from keystage.flows.earlier import EarlierCohort
from keystage.flows.figures.cells import Declared, declared
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.school_pupils import SchoolPupils, rebuilt
from keystage.flows.figures.series import declared as series_rules
from keystage.flows.figures.states import in_words
from keystage.measures.catalogue import measures
from keystage.measures.parts import WHOLE, school_parts
from keystage.measures.pooled import pooled_columns
from keystage.measures.working import working_table
from keystage.statute.year import Year

#: How many cohorts before this year's are added.
BEFORE = 2
_AT_ONCE = 400


def years_before(year: int) -> tuple[int, ...]:
    """The years whose cohorts three-year figures of a year need, the earliest first."""
    return tuple(range(year - BEFORE, year))


def cohort_of(
    schools: Iterable[SchoolPupils], year: Year, *, release: str, made_from: str
) -> EarlierCohort:
    """The cohort of a release, summed some schools at a time, so that it is never all in memory.

    Three-year figures need no pupil progress, so none is scored.

    Args:
        schools: the pupils of its schools.
        year: the year of the release, with the rules it was computed by.
        release: the label of the release.
        made_from: the SHA-256 over the pupils that it keeps.

    Raises:
        InputError: what is kept of a school is damaged.
    """
    rules = msgspec.structs.replace(year, year=msgspec.structs.replace(year.year, progress=False))
    columns = pooled_columns(rules)
    counts = dict.fromkeys(columns[2:], pl.Int64)
    schema = pl.Schema({"URN": pl.Int32, "group": pl.String, **counts})
    parts = [_parts(some, rules, columns).cast(schema) for some in _some(schools)]
    return EarlierCohort(
        year=year.year.id,
        release=release,
        parts=pl.concat([pl.DataFrame(schema=schema), *parts]),
        made_from=made_from,
    )


def _some(schools: Iterable[SchoolPupils]) -> Iterator[list[SchoolPupils]]:
    walk = iter(schools)
    while some := list(islice(walk, _AT_ONCE)):
        yield some


def _parts(schools: Sequence[SchoolPupils], year: Year, columns: Sequence[str]) -> pl.DataFrame:
    """Counts and sums of all pupils of some schools."""
    pupils = rebuilt(schools).pupils
    made = school_parts(
        working_table(pupils, year), measures(progress=False), year, urns=pupils["URN"]
    )
    return made.filter(pl.col("group") == WHOLE).select(columns)


def why_none(year: int, held: Iterable[int]) -> str:
    """Why there are no three-year figures, as the end of a sentence; empty where there are.

    Args:
        year: the year of the figures.
        held: earlier years that releases are held of.

    >>> why_none(2026, [2025])
    'they need the cohorts of 2024 and 2025, and no release of 2024 is held here'
    >>> why_none(2026, [2024, 2025])
    ''
    """
    needed, known = years_before(year), set(held)
    absent = [one for one in needed if one not in known]
    if not absent:
        return ""
    start = f"they need the cohorts of {needed[0]} and {needed[1]}, and"
    untested = {one for rule in series_rules().without_tests for one in rule.years}
    if untested & set(absent):
        none = [str(one) for one in absent if one in untested]
        return f"{start} there were no tests in {' and '.join(none)}"
    return f"{start} no release of {' or '.join(map(str, absent))} is held here"


def without_cohorts(year: Year, why: str) -> tuple[Figure, ...]:
    """The three-year figures of a year, each saying why there is none.

    Args:
        year: the statutory year.
        why: why there are none (see `why_none`).
    """
    every = declared(year, pooled=True)
    return tuple(_absent(item, why) for item in every if item.family == "three_year")


def with_figures(contents: Iterable[Content], figures: tuple[Figure, ...]) -> Iterator[Content]:
    """Contents with more figures; a trust has none of three years."""
    for content in contents:
        if content.kind == "trust" or not figures:
            yield content
        else:
            yield msgspec.structs.replace(content, figures=(*content.figures, *figures))


def _absent(item: Declared, why: str) -> Figure:
    return Figure(
        name=item.name,
        label=item.label,
        group=item.field.group,
        group_label=item.group_label,
        subject=item.subject,
        family=item.family,
        unit=item.unit,
        state="not_available",
        said=in_words("not_available", why),
    )
