"""A figure opened for a page: what it is, how it is worked out, and as far as one may see, who."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from keystage.core.errors import KeystageError
from keystage.measures.compute import Computed
from keystage.measures.explain import Explanation, explain
from keystage.measures.explain_listing import listing
from keystage.measures.explain_words import definition
from keystage.measures.fields import Field, field_named
from keystage.measures.pooled import pooled_field_named
from keystage.statute.year import Year
from keystage.web.figures.cells import signed

PLACES = {
    "numerator": "Counts towards it",
    "denominator": "Counted, and does not meet it",
    "out": "Left out",
}
#: Of a mean everybody who is counted adds something.
_IN_A_MEAN = {"numerator": "Counted", "out": "Left out"}
_THREE_YEARS = (
    "The figure is of three years together. Of this release the pupils of {year} alone are listed; "
    "those of the two years before are in the releases of those years."
)
_EACH_YEAR = "The figure is of three years together. The pupils of each are listed: {years}."
_YEARS_BEFORE = 2
METHOD_ONLY = "Which pupils are in and out is shown to those who may see them."
COUNTS_ONLY = "The pupils themselves are shown to those who may see them."
_DIGITS, _LONGEST = re.compile(r"\d+"), 5


@dataclass(frozen=True, kw_only=True)
class PupilRow:
    """One pupil of a figure: who, where counted, why, and what the pupil adds to the sum."""

    name: str
    place: str
    reason: str
    adds: str


@dataclass(frozen=True, kw_only=True)
class Seen:
    """How much of the pupils somebody sees.

    Attributes:
        numbers: whether sums of all the school's pupils may be told.
        names: what each pupil is called, by line; only these pupils are listed.
        of_whom: a sentence on who is listed and how they are called.
    """

    numbers: bool
    names: Mapping[int, str] | None = None
    of_whom: str = ""


@dataclass(frozen=True, kw_only=True)
class OpenedYear:
    """What one of the earlier years adds to a three-year figure.

    Attributes:
        year: the year.
        release: the release its pupils are of.
        counts: how many pupils are in each place; none where that may not be told.
        pupils: the pupils who may be seen.
        of_whom: who is listed.
        hidden: what is said in place of pupils.
    """

    year: int
    release: str
    counts: tuple[tuple[str, int], ...]
    pupils: tuple[PupilRow, ...]
    of_whom: str
    hidden: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A figure, opened.

    Attributes:
        definition: what it is, in sentences.
        sources: the guides and sections it rests on.
        rules: the year whose rules were used.
        steps: from the sums to the printed figure; none where sums may not be told.
        counts: how many pupils are in each place; none where that may not be told.
        pupils: the pupils who may be seen.
        of_whom: who is listed.
        hidden: what is said in place of pupils.
        why_not: why it cannot be opened wholly.
        earlier: of a three-year figure the years before, the earliest first; none where they are
            not to hand.
    """

    definition: tuple[str, ...]
    sources: tuple[str, ...]
    rules: str
    steps: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    pupils: tuple[PupilRow, ...] = ()
    of_whom: str = ""
    hidden: str = ""
    why_not: str = ""
    earlier: tuple[OpenedYear, ...] = ()


def field_of(name: str, year: Year) -> tuple[Field, bool] | None:
    """The field of a name, and whether it is of three years; None if the year has none such."""
    pooled = pooled_field_named(name, year)
    if pooled is not None:
        return pooled, True
    try:
        return field_named(name, year), False
    except KeystageError:
        return None


def opened(computed: Computed, name: str, school: int, seen: Seen) -> Opened | None:
    """Open a figure of a school as far as somebody may see.

    Args:
        computed: the school, computed by the rules of the release.
        name: the field.
        school: the URN.
        seen: how much of the pupils is shown.

    Returns:
        None if the year has no such figure.
    """
    year = computed.table.year
    found = field_of(name, year)
    if found is None:
        return None
    field, three_years = found
    if three_years:
        return _of_three_years(computed, field, school, seen)
    told = explain(computed, field, school)
    mean = field.measure is not None and field.measure.unit != "percent"
    rows = _rows(told.pupils, seen, mean=mean)
    return Opened(
        definition=told.definition,
        sources=told.sources,
        rules=year.name,
        steps=_steps(told) if seen.numbers else (),
        counts=_counts(told.pupils, mean=mean) if seen.numbers else (),
        pupils=rows,
        of_whom=seen.of_whom if rows else "",
        hidden=_hidden(seen),
    )


def _of_three_years(computed: Computed, field: Field, school: int, seen: Seen) -> Opened:
    year = computed.table.year
    pupils = computed.working.filter(pl.col("URN") == school).collect()
    listed = listing(pupils, field, year)
    mean = field.measure is not None and field.measure.unit != "percent"
    rows = _rows(listed.pupils, seen, mean=mean)
    return Opened(
        definition=definition(field, listed.top, listed.bottom, year),
        sources=listed.sources,
        rules=year.name,
        counts=_counts(listed.pupils, mean=mean) if seen.numbers else (),
        pupils=rows,
        of_whom=seen.of_whom if rows else "",
        hidden=_hidden(seen),
        why_not=_THREE_YEARS.format(year=year.year.id),
    )


def opened_year(
    computed: Computed, name: str, school: int, seen: Seen, release: str
) -> OpenedYear | None:
    """What an earlier year adds to a three-year figure, as far as somebody may see.

    Args:
        computed: the school in the release of that year.
        name: the three-year field.
        school: the URN.
        seen: how much of that year's pupils is shown.
        release: what that release is called.

    Returns:
        None if the year has no such figure.
    """
    year = computed.table.year
    found = field_of(name, year)
    if found is None or not found[1]:
        return None
    told = _of_three_years(computed, found[0], school, seen)
    return OpenedYear(
        year=year.year.id,
        release=release,
        counts=told.counts,
        pupils=told.pupils,
        of_whom=told.of_whom,
        hidden=told.hidden,
    )


def with_earlier(told: Opened, year: int, earlier: Sequence[OpenedYear]) -> Opened:
    """A three-year figure with the years before; as it is unless there are both."""
    if len(earlier) != _YEARS_BEFORE:
        return told
    years = ", ".join(str(one) for one in (*(one.year for one in earlier), year))
    return replace(told, earlier=tuple(earlier), why_not=_EACH_YEAR.format(years=years))


def _steps(told: Explanation) -> tuple[str, ...]:
    """The steps, with the printed figure at their end."""
    return (*told.steps, f"Printed: {signed(told.printed)}.") if told.printed else told.steps


def _counts(pupils: pl.DataFrame, *, mean: bool) -> tuple[tuple[str, int], ...]:
    words = _IN_A_MEAN if mean else PLACES
    return tuple((text, int((pupils["place"] == place).sum())) for place, text in words.items())


def _rows(pupils: pl.DataFrame, seen: Seen, *, mean: bool) -> tuple[PupilRow, ...]:
    words, names = _IN_A_MEAN if mean else PLACES, seen.names or {}
    rows = [
        PupilRow(name=names[line], place=words[place], reason=reason, adds=signed(shown))
        for line, place, reason, shown in pupils.select(
            "line", "place", "reason", "shown"
        ).iter_rows()
        if line in names
    ]
    return tuple(sorted(rows, key=lambda row: by_name(row.name)))


def by_name(name: str) -> str:
    """Where somebody stands in a list: numbers by their size, whatever the order of the file.

    >>> sorted(["Pupil 10", "Pupil 9", "ash, B"], key=by_name)
    ['ash, B', 'Pupil 9', 'Pupil 10']
    """
    return _DIGITS.sub(lambda found: found.group().zfill(_LONGEST), name.casefold())


def _hidden(seen: Seen) -> str:
    if seen.names is not None:
        return ""
    return COUNTS_ONLY if seen.numbers else METHOD_ONLY
