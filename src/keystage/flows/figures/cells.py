"""Every figure of every unit as text, complete and as disclosure control publishes it.

Complete texts come from `measures.printed`, before any withholding; published ones from
`reports.disclosure` and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from keystage.measures import figures
from keystage.measures.availability import unavailable
from keystage.measures.catalogue import COMPOSITION, ELIGIBLE
from keystage.measures.declare import Measure
from keystage.measures.fields import Field, Kind, fields
from keystage.measures.gaps import comparators
from keystage.measures.parts import WHOLE
from keystage.measures.pooled import pooled_fields
from keystage.measures.printed import printed_field, with_denominators
from keystage.measures.printing import plain_text, printed_text
from keystage.measures.table import Level, MeasureTable
from keystage.measures.units import BILLION, BILLIONTHS
from keystage.reports.disclosure import PUBLISHED, publish_levels
from keystage.statute.year import Year

_TOP, _BOTTOM, _OF = "numerator:", "denominator:", "share of:"


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A figure that contents carry, with what is said of it wherever it stands.

    Attributes:
        field: the field; limits and the band of a score are not fields of their own here.
        label: what it is, for people.
        group_label: its pupil group, for people.
        family: as in `contents.Figure`.
        unit: as in `contents.Figure`.
        lower: the field of its lower limit; none without limits.
        upper: the field of its upper limit.
        band: the field of its band.
    """

    field: Field
    label: str
    group_label: str
    family: str
    unit: str
    lower: str | None = None
    upper: str | None = None
    band: str | None = None

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.field.name

    @property
    def subject(self) -> str | None:
        """The subject; none for combined figures and counts."""
        measure = self.field.measure
        return str(measure.subject) if measure and measure.subject else None

    @property
    def exact(self) -> bool:
        """Whether the figure is a sum over pupils by their number."""
        return self.field.kind in {"figure", "share"}


def declared(year: Year, *, pooled: bool = False) -> tuple[Declared, ...]:
    """Every figure of a year that published tables carry, in their order.

    Args:
        year: the statutory year.
        pooled: whether there are three-year figures.
    """
    published = [field for field in fields(year) if field.published]
    beside = {
        (field.group, field.measure.name, field.kind): field.name
        for field in published
        if field.measure
    }
    own = [
        _declared(field, year, beside)
        for field in published
        if field.kind in {"count", "share", "figure", "gap"}
    ]
    if pooled:
        own += [_three_year(field) for field in pooled_fields(year)]
    return tuple(own)


def _declared(field: Field, year: Year, beside: Mapping[tuple[str, str, Kind], str]) -> Declared:
    group = year.pupil_groups.groups[field.group].label
    measure = field.measure
    if measure is None:
        pupils = field.composition is None
        return Declared(
            field=field,
            label=_sentence(ELIGIBLE.label) if pupils else _words_of_group(field),
            group_label=group,
            family="composition",
            unit="pupils" if field.kind == "count" else "percent",
        )
    if field.kind == "gap":
        return Declared(
            field=field,
            label=f"{_sentence(measure.label)}: disadvantaged pupils here less other pupils "
            "nationally",
            group_label=group,
            family="gap",
            unit=measure.unit,
        )
    scored = measure.progress
    return Declared(
        field=field,
        label=_sentence(measure.label),
        group_label=group,
        family=measure.family,
        unit=measure.unit,
        lower=beside.get((field.group, measure.name, "lower")) if scored else None,
        upper=beside.get((field.group, measure.name, "upper")) if scored else None,
        band=beside.get((field.group, measure.name, "band")) if scored else None,
    )


def _three_year(field: Field) -> Declared:
    measure = field.measure
    label = measure.label if measure else ELIGIBLE.label
    return Declared(
        field=field,
        label=f"{_sentence(label)}, three years together",
        group_label="All pupils",
        family="three_year",
        unit=measure.unit if measure else "pupils",
    )


def _words_of_group(field: Field) -> str:
    return "Number of pupils" if field.kind == "count" else "Share of pupils"


def _sentence(label: str) -> str:
    return label[0].upper() + label[1:]


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """The texts of every unit.

    Attributes:
        table: the measure table the texts are of.
        declared: the figures, in order.
        gone: figures that need a column the pupil file lacks.
        published: of each published level its cells, as disclosure control made them.
        pool: the table of three cohorts, for three-year figures.
        frames: of each pupil group the parts with their denominators, one row a unit.
        national: printed national figures for the gap fields.
    """

    table: MeasureTable
    declared: tuple[Declared, ...]
    gone: frozenset[str]
    published: Mapping[Level, pl.DataFrame]
    pool: MeasureTable | None
    frames: Mapping[str, pl.DataFrame]
    national: Mapping[str, int]

    def complete(self, start: int, height: int) -> pl.DataFrame:
        """The printed figures of some units before withholding; null where there is none.

        Columns: every field, limits and bands included, and of figures over pupils also the exact
        numerator (text) and the denominator (Int64), named by `top_of` and `bottom_of`.
        """
        frames = [
            self.frames[group].slice(start, height).select(wanted)
            for group, wanted in self._wanted.items()
        ]
        if self.pool is not None:
            frames.append(self.pool.of_group(WHOLE).slice(start, height).select(self._pooled()))
        return pl.concat(frames, how="horizontal")

    @cached_property
    def _wanted(self) -> Mapping[str, list[pl.Expr]]:
        """The expressions of each pupil group."""
        wanted: dict[str, list[pl.Expr]] = {group: [] for group in self.table.groups}
        for field in fields(self.table.year):
            if field.published and field.name not in self.gone:
                here = printed_field(field, self.table, self.national)
                wanted[field.group].append(here.alias(field.name))
        for item in self.declared:
            if item.exact and item.family != "three_year" and item.name not in self.gone:
                wanted[item.field.group] += _exact(item.field)
        return wanted

    def _pooled(self) -> list[pl.Expr]:
        """The three-year figures before withholding, over the parts of three cohorts."""
        year = self.table.year
        wanted = []
        for field in pooled_fields(year):
            measure = field.measure
            if measure is None:
                text = pl.col(ELIGIBLE.name).cast(pl.String)
            else:
                suffix = "%" if measure.unit == "percent" else ""
                places = figures.decimals(measure, year)
                text = printed_text(figures.printed(measure, year), places, suffix)
                wanted += _of_measure(field.name, measure)
            wanted.append(text.alias(field.name))
        return wanted


def cells(table: MeasureTable, pool: MeasureTable | None = None) -> Cells:
    """The texts of every unit of a table.

    Args:
        table: the measure table.
        pool: the same units with the parts of three cohorts, for three-year figures.
    """
    national = comparators(table)
    published = publish_levels(table, national, pool)
    return Cells(
        table=table,
        declared=declared(table.year, pooled=pool is not None),
        gone=unavailable(table),
        published={level: published[level].frame for level in PUBLISHED},
        pool=pool,
        frames={group: _frame(table, group) for group in table.groups},
        national=national,
    )


def top_of(name: str) -> str:
    """The column of a figure's exact numerator."""
    return f"{_TOP}{name}"


def bottom_of(name: str) -> str:
    """The column of a figure's denominator."""
    return f"{_BOTTOM}{name}"


def _frame(table: MeasureTable, group: str) -> pl.DataFrame:
    """The parts of a group with denominators, and how many pupils its own share is of."""
    frame = with_denominators(table, group)
    of = next((item.over for item in COMPOSITION if item.group == group), (WHOLE,))
    pupils = [table.of_group(name)[ELIGIBLE.name].cast(pl.Int64) for name in of]
    return frame.with_columns(sum(pupils[1:], start=pupils[0]).alias(_OF))


def _exact(field: Field) -> list[pl.Expr]:
    if field.measure is not None:
        return _of_measure(field.name, field.measure)
    top = pl.col(ELIGIBLE.name).cast(pl.String).alias(top_of(field.name))
    return [top, pl.col(_OF).alias(bottom_of(field.name))]


def _of_measure(name: str, measure: Measure) -> list[pl.Expr]:
    """The exact numerator as decimal text, which every sum is, and the denominator."""
    top = pl.col(measure.top.name).cast(pl.Int64) * (BILLION // figures.per_one(measure))
    bottom = pl.col(measure.bottom.name).cast(pl.Int64)
    return [plain_text(top, BILLIONTHS).alias(top_of(name)), bottom.alias(bottom_of(name))]
