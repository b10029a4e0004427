"""What changed between two releases of schools' figures: per figure and per pupil, exactly.

A share or a mean is N/D. A pupil's effect on its change is (change in what the pupil adds to N,
less the old figure times the change in what the pupil adds to D) over the new D. The effects of
all pupils sum to the change exactly, and a pupil of whom nothing changed has none.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from keystage.measures.changes.causes import Reviews
from keystage.measures.changes.effects import EFFECTS, effects_of
from keystage.measures.changes.figures import (
    Side,
    compared_fields,
    exact,
    figures_of,
    groups_of,
    per_one,
    scale,
)
from keystage.measures.changes.matching import Same
from keystage.measures.changes.reasons import Reason, columns_of, reasons_of
from keystage.measures.changes.sides import NEW, OLD, TOLD, Wanted, side_by_side
from keystage.measures.compute import Computed
from keystage.measures.fields import Field
from keystage.statute.year import Year


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one pupil does to the change of one figure.

    Attributes:
        old_upn: the pupil's number in the older release; none without one, or if not in it.
        new_upn: the same in the newer release.
        old_line: the line in the older file; none for a pupil who is not in it.
        new_line: the same in the newer file.
        effect: what the pupil adds to the change, in the figure's unit; none where the change is
            none of a number.
        of_pupil: the part of it that what is known of the pupil makes, under the older rules.
        of_rules: the part that another reference or rule makes.
        reasons: why, the main one first.
        columns: what differs of the pupil that the figure rests on: column, old text, new text.
    """

    old_upn: str | None
    new_upn: str | None
    old_line: int | None
    new_line: int | None
    effect: Fraction | None
    of_pupil: Fraction | None
    of_rules: Fraction | None
    reasons: tuple[Reason, ...]
    columns: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure of a school in two releases.

    Attributes:
        field: the field.
        school: the URN.
        old: the exact figure of the older release; none with nobody in it or where it is not known.
        new: the same of the newer release.
        change: new less old; none unless both are numbers.
        effects: the pupils who changed, in the order of the older file, then those who came.
    """

    field: Field
    school: int
    old: Fraction | None
    new: Fraction | None
    change: Fraction | None
    effects: tuple[Effect, ...]

    @property
    def same(self) -> bool:
        """Whether the figure is the same in both releases, or in both there is none."""
        return self.old == self.new


@dataclass(frozen=True, eq=False)
class Changes:
    """Every figure that was compared, and every pupil who moves one.

    Attributes:
        fields: the fields, in the order of the tables.
        figures: a row a school and field (see `figures.figures_of`).
        pupils: the pupils of whom anything differs: ``pupil`` (a number), ``URN``, ``line_old``,
            ``line_new``, ``upn_old``, ``upn_new``, and for every column of the pupil file
            ``old:is <column>`` and ``new:is <column>`` (text).
        effects: a row a field and pupil who moves it (see `effects.effects_of`); no row
            where only sums were compared (see `figures_changed`).
        year: the newer statutory year.
    """

    fields: tuple[Field, ...]
    figures: pl.DataFrame
    pupils: pl.DataFrame
    effects: pl.DataFrame
    year: Year

    def of(self, school: int, field: str) -> Change:
        """The change of one figure.

        Raises:
            KeyError: the figure or school was not compared.
        """
        found = next((one for one in self.of_school(school, [field])), None)
        if found is None:
            raise KeyError(f"{field} of {school}")
        return found

    def of_school(self, school: int, names: Collection[str] | None = None) -> Iterator[Change]:
        """The change of each figure of a school, or of those named, in the order of the tables."""
        known = {field.name: field for field in self.fields}
        chosen = pl.col("URN") == school
        if names is not None:
            chosen &= pl.col("field").is_in(list(names))
        effects = self.effects.filter(chosen).partition_by("field", as_dict=True)
        pupils = {
            row["pupil"]: row
            for row in self.pupils.filter(pl.col("URN") == school).iter_rows(named=True)
        }
        for row in self.figures.filter(chosen).iter_rows(named=True):
            field = known[row["field"]]
            of_field = effects.get((field.name,))
            yield _change(field, row, of_field, pupils, self.year)


def changes(  # noqa: PLR0913  # two releases, of whom, of what, and what is known besides
    old: Computed,
    new: Computed,
    *,
    school: int | None = None,
    names: Collection[str] | None = None,
    same: Same | None = None,
    reviews: Reviews = (),
) -> Changes:
    """Compare two releases of one year's figures.

    Args:
        old: the older release, computed.
        new: the newer one, perhaps under another reference and other rules.
        school: only this school; all schools by default.
        names: only these fields; every number of the year by default.
        same: what is known of pupils who stand under another number.
        reviews: pupils (number in the newer release) and subjects a review was decided for.

    Raises:
        AbsentValueError: the older year lacks a value progress needs.
    """
    sides = Side.of(old), Side.of(new)
    compared = figures_changed(*sides, school=school, names=names)
    wanted, figures, after = compared.fields, compared.figures, compared.year
    measures = {field.measure.name: field.measure for field in wanted if field.measure}
    groups = groups_of(wanted)
    rules = tuple(Wanted(tuple(
        measure for measure in table.measures if measure.name in measures
    ), groups, table.year) for table in (old.table, new.table))  # fmt: skip
    rows = [
        (made.working if school is None else made.working.filter(pl.col("URN") == school)).collect()
        for made in (old, new)
    ]
    pupils = side_by_side(rows[0], rows[1], (rules[0], rules[1]), same or Same()).with_row_index(
        "pupil"
    )
    return Changes(
        fields=wanted,
        figures=figures,
        pupils=pupils.select(
            "pupil", "URN", "line_old", "line_new", "upn_old", "upn_new",
            *(f"{side}:is {name}" for side in (OLD, NEW) for name in TOLD),
        ),
        effects=effects_of(pupils, figures, wanted, groups, year=after, reviews=reviews),
        year=after,
    )  # fmt: skip


def figures_changed(
    old: Side, new: Side, *, school: int | None = None, names: Collection[str] | None = None
) -> Changes:
    """Compare two releases of which only the schools' sums are at hand: nobody's effect is known.

    Args:
        old: the older release.
        new: the newer one.
        school: only this school; all schools by default.
        names: only these fields; every number of the year by default.
    """
    wanted = tuple(
        field
        for field in compared_fields(old.year, new.year)
        if names is None or field.name in names
    )
    every = pl.concat([side.parts["URN"] for side in (old, new)]).unique().sort()
    schools = every.to_list() if school is None else [school]
    return Changes(
        fields=wanted,
        figures=figures_of(old, new, wanted, schools),
        pupils=pl.DataFrame(schema={"pupil": pl.UInt32, "URN": pl.Int32}),
        effects=pl.DataFrame(schema=EFFECTS),
        year=new.year,
    )


def _change(
    field: Field,
    row: Mapping[str, int | None],
    effects: pl.DataFrame | None,
    pupils: Mapping[int, Mapping[str, Any]],
    year: Year,
) -> Change:
    """A figure with its pupils, from the whole numbers of its row."""
    ends = [
        exact(field, row[f"{side}_top"] or 0, row[f"{side}_bottom"])
        if row[f"{side}_known"]
        else None
        for side in (OLD, NEW)
    ]
    before, after = ends
    number = before is not None and after is not None
    over = per_one(field)
    for side in (OLD, NEW):
        bottom = row[f"{side}_bottom"]
        over *= 1 if bottom is None else bottom
    unit = Fraction(scale(field), over) if number else None
    return Change(
        field=field,
        school=row["URN"] or 0,
        old=before,
        new=after,
        change=None if before is None or after is None else after - before,
        effects=() if effects is None else tuple(
            _effect(one, pupils[one["pupil"]], unit, columns_of(field, year))
            for one in effects.iter_rows(named=True)
        ),
    )  # fmt: skip


def _effect(
    row: Mapping[str, int],
    pupil: Mapping[str, Any],
    unit: Fraction | None,
    columns: tuple[str, ...],
) -> Effect:
    both = pupil["line_old"] is not None and pupil["line_new"] is not None
    of_pupil, of_rules = (
        None if unit is None else row[name] * unit for name in ("of_pupil", "of_rules")
    )
    return Effect(
        old_upn=pupil["upn_old"],
        new_upn=pupil["upn_new"],
        old_line=pupil["line_old"],
        new_line=pupil["line_new"],
        effect=None if of_pupil is None or of_rules is None else of_pupil + of_rules,
        of_pupil=of_pupil,
        of_rules=of_rules,
        reasons=reasons_of(row["why"]),
        columns=tuple(
            (name, pupil[f"{OLD}:is {name}"], pupil[f"{NEW}:is {name}"])
            for name in columns
            if both and pupil[f"{OLD}:is {name}"] != pupil[f"{NEW}:is {name}"]
        ),
    )
