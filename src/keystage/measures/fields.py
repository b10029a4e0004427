"""The fields of a table of measures: each name in the files, and what it stands for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from keystage.core.errors import UsageError
from keystage.measures.catalogue import COMPOSITION, measures
from keystage.measures.declare import Composition, Measure
from keystage.measures.parts import WHOLE
from keystage.statute.publication import PupilGroup
from keystage.statute.year import Year

Kind = Literal["count", "share", "figure", "lower", "upper", "band", "deviation", "gap"]

#: Figures whose gap between a school's disadvantaged pupils and others nationally is published.
GAPS = {
    "rwm_expected": "DIFFN_RWM_EXP",
    "rwm_higher": "DIFFN_RWM_HIGH",
    "reading_progress": "DIFFN_READPROG",
    "writing_progress": "DIFFN_WRITPROG",
    "maths_progress": "DIFFN_MATPROG",
}
#: The working column low, middle and high prior attainment are made from.
PRIOR_COLUMN = "PRIOR"
#: The two pupil groups a gap is between.
DISADVANTAGED, OTHER = "disadvantaged", "other"


@dataclass(frozen=True)
class Field:
    """One field: a figure of one pupil group.

    Attributes:
        name: its name in files.
        kind: a count or share of pupils in a group, a measure's figure, a confidence limit, a band,
            the standard deviation of pupils' progress, or a gap between printed figures.
        group: the pupil group.
        measure: the measure, for all but counts and shares.
        composition: the composition, for counts and shares; none for the number of pupils itself.
        published: whether published tables carry it.
    """

    name: str
    kind: Kind
    group: str
    measure: Measure | None = None
    composition: Composition | None = None
    published: bool = True


def fields(year: Year) -> tuple[Field, ...]:
    """Every field of a year, in the order of its tables.

    A year without progress has no key stage 1 results, so nothing by prior attainment.
    """
    return _fields(tuple(year.pupil_groups.groups.items()), progress=year.year.progress)


@cache
def _fields(every: tuple[tuple[str, PupilGroup], ...], *, progress: bool) -> tuple[Field, ...]:
    groups = {name: group for name, group in every if progress or group.column != PRIOR_COLUMN}
    declared = measures(progress=progress)
    return (
        Field("TELIG", "count", WHOLE),
        *_composition(groups),
        *(
            field
            for group in groups
            for measure in declared
            for field in _of_measure(measure, group, groups[group].suffix)
        ),
        *(
            Field(GAPS[measure.name], "gap", DISADVANTAGED, measure)
            for measure in declared
            if measure.name in GAPS
        ),
    )


def field_named(name: str, year: Year) -> Field:
    """The field of a name, whatever its case.

    Raises:
        UsageError: the year has no such field; the message names those that are close.
    """
    every = {field.name.casefold(): field for field in fields(year)}
    found = every.get(name.strip().casefold())
    if found is None:
        close = [field.name for key, field in every.items() if key.startswith(name.casefold()[:6])]
        hint = (
            f"Fields that begin alike: {', '.join(close[:8])}."
            if close
            else ("Try READPROG, PTRWM_EXP or READ_AVERAGE.")
        )
        raise UsageError(f"{year.name} has no figure called {name}.", todo=hint)
    return found


def _composition(groups: Mapping[str, PupilGroup]) -> Iterator[Field]:
    for item in COMPOSITION:
        if item.group in groups:
            yield Field(item.count_field, "count", item.group, composition=item)
            yield Field(item.share_field, "share", item.group, composition=item)


def _of_measure(measure: Measure, group: str, suffix: str) -> Iterator[Field]:
    name = measure.field.format(group=suffix)
    published = group in measure.published_for
    yield Field(name, "figure", group, measure, published=published)
    if measure.progress:
        yield Field(f"{name}_LOWER", "lower", group, measure, published=published)
        yield Field(f"{name}_UPPER", "upper", group, measure, published=published)
        whole = published and group == WHOLE
        yield Field(f"{name}_DESCR", "band", group, measure, published=whole)
        yield Field(f"{name}_SD", "deviation", group, measure, published=False)
