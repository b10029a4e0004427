"""What changed between two releases of one year: which figures, by how much, and why.

With pupil files on both sides each pupil's effect is known; with the folder of a run on either side
only the figures are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from keystage.core.errors import UsageError
from keystage.flows.figures.opening import Given, Opened, opened
from keystage.measures.changes.causes import Reviews
from keystage.measures.changes.comparing import Change, Changes, changes, figures_changed
from keystage.measures.changes.figures import per_one, scale
from keystage.measures.changes.matching import Same
from keystage.measures.changes.reasons import REASONS
from keystage.measures.explain import no_pupil_at
from keystage.measures.fields import Field, field_named
from keystage.statute.year import Year

Cell = Literal["", "withheld", "shown"]
#: What is said of a published cell that is withheld in one release only, without its number.
CELL_WORDS: dict[Cell, str] = {
    "": "",
    "withheld": "The published table shows the figure in the older release and withholds it in the "
    "newer one.",
    "shown": "The published table withholds the figure in the older release and shows it in the "
    "newer one.",
}


@dataclass(frozen=True, kw_only=True)
class FigureDiffering:
    """A figure in two releases, exact and as published.

    Attributes:
        change: the exact figures, the change and the pupils who make it.
        old_published: the cell of the older published table; none where there is none.
        new_published: the cell of the newer one.
        cell: whether the cell was shown and is withheld, or the reverse.
    """

    change: Change
    old_published: str | None
    new_published: str | None
    cell: Cell


@dataclass(frozen=True, kw_only=True, eq=False)
class Difference:
    """Two releases compared.

    Attributes:
        old: the older release.
        new: the newer one.
        changes: every figure, and every pupil who moves one.
    """

    old: Opened
    new: Opened
    changes: Changes

    @property
    def pupils_known(self) -> bool:
        """Whether both releases came with their pupils."""
        return self.old.computed is not None and self.new.computed is not None

    def of_school(self, school: int) -> Iterator[FigureDiffering]:
        """Every figure of a school, in the order of the tables."""
        cells = [_cells_of(one, school) for one in (self.old, self.new)]
        for change in self.changes.of_school(school):
            name = change.field.name
            before, after = (of.get(name) for of in cells)
            yield FigureDiffering(
                change=change,
                old_published=before,
                new_published=after,
                cell=cell_class(before, after, self.old.side.year, self.new.side.year),
            )


def difference(  # noqa: PLR0913  # two releases, of whom, of what, and what is known besides
    old: Given,
    new: Given,
    *,
    school: int | None = None,
    figure: str | None = None,
    same: Same | None = None,
    reviews: Reviews = (),
) -> Difference:
    """Compare two releases of one year.

    Args:
        old: the older release.
        new: the newer one.
        school: only this school; all schools by default.
        figure: only this figure; all numbers of the year by default.
        same: what is known of pupils who stand under another number.
        reviews: pupils and subjects a review of marking was decided for.

    Raises:
        UsageError: they are of two years; there is no such figure, or it is no number of pupils,
            share or mean; or a release lacks the school.
        KeystageError: a release cannot be opened (see `opening.opened`).
    """
    if old.year != new.year:
        raise UsageError(
            f"One release is of {old.year} and the other of {new.year}.",
            todo="Compare two releases of one year.",
        )
    first, last = opened(old), opened(new)
    names = None if figure is None else [_comparable(figure, last.side.year).name]
    for one in (first, last):
        _refuse_absent(one, school)
    if first.computed is None or last.computed is None:
        found = figures_changed(first.side, last.side, school=school, names=names)
    else:
        found = changes(
            first.computed, last.computed, school=school, names=names, same=same, reviews=reviews
        )
    return Difference(old=first, new=last, changes=found)


def cell_class(old: str | None, new: str | None, before: Year, after: Year) -> Cell:
    """Whether a published cell was shown and is withheld, or the reverse.

    >>> from keystage.statute.loader import load_year
    >>> year = load_year(2022, "provisional")
    >>> cell_class("67%", "SUPP", year, year), cell_class("", "SUPP", year, year)
    ('withheld', '')
    """
    if _is_shown(old, before) and _is_withheld(new, after):
        return "withheld"
    if _is_withheld(old, before) and _is_shown(new, after):
        return "shown"
    return ""


def as_table(found: Difference) -> pl.DataFrame:
    """Every figure that was compared, a row each. Not for publication: nothing is withheld.

    Returns:
        ``URN``, ``field``; ``old``, ``new`` and ``change`` (Float64, null where there is no
        figure); ``old_published``, ``new_published`` and ``cell`` (text); and where the pupils are
        known ``pupils``, how many move it, and ``reasons``, their names in order.
    """
    table = found.changes
    units = pl.DataFrame(
        [(one.name, float(scale(one)), per_one(one)) for one in table.fields],
        schema={"field": pl.String, "scale": pl.Float64, "per_one": pl.Int64},
        orient="row",
    )
    figures = table.figures.join(units, on="field", maintain_order="left").select(
        "URN", "field", *(_figure(side).alias(side) for side in ("old", "new"))
    )
    figures = figures.with_columns(change=pl.col("new") - pl.col("old"))
    names = [one.name for one in table.fields]
    for side, one in (("old", found.old), ("new", found.new)):
        figures = figures.join(
            _unpivoted(one, names, side), on=["URN", "field"], how="left", maintain_order="left"
        )
    figures = figures.with_columns(cell=_cells(found))
    if not found.pupils_known:
        return figures
    why = table.effects.group_by("URN", "field").agg(
        pl.len().alias("pupils"), pl.col("why").bitwise_or().alias("why")
    )
    named = pl.concat_list(
        pl.when(pl.col("why") & (1 << place) != 0).then(pl.lit(reason.name))
        for place, reason in enumerate(REASONS)
    ).list.drop_nulls()
    return (
        figures.join(why, on=["URN", "field"], how="left", maintain_order="left")
        .with_columns(pl.col("pupils", "why").fill_null(0))
        .with_columns(reasons=named)
        .drop("why")
    )


def _comparable(figure: str, year: Year) -> Field:
    field = field_named(figure, year)
    if field.kind not in {"count", "share", "figure"}:
        raise UsageError(
            f"{field.name} is made from another figure and is not compared pupil by pupil.",
            todo="Ask for the figure it is made from, such as READPROG for READPROG_LOWER.",
        )
    return field


def _refuse_absent(one: Opened, school: int | None) -> None:
    if school is not None and school not in one.side.parts["URN"]:
        error = no_pupil_at(school)
        raise UsageError(
            f"The {one.name} release has no pupil at the school with URN {school}.",
            where=str(one.path),
            todo=error.todo,
        )


def _cells_of(one: Opened, school: int) -> dict[str, str]:
    if one.cells is None:
        return {}
    rows = one.cells.filter(pl.col("URN").cast(pl.String) == str(school))
    return {name: rows[name].item() or "" for name in rows.columns} if rows.height else {}


def _is_shown(cell: str | None, year: Year) -> bool:
    return bool(cell) and not _is_withheld(cell, year) and cell != year.suppression.not_applicable


def _is_withheld(cell: str | None, year: Year) -> bool:
    return cell in {year.suppression.suppressed, year.suppression.low_coverage}


def _figure(side: str) -> pl.Expr:
    bottom = pl.col(f"{side}_bottom").fill_null(1) * pl.col("per_one")
    known = pl.col(f"{side}_known") & (bottom > 0)
    return pl.when(known).then(pl.col(f"{side}_top") * pl.col("scale") / bottom)


def _unpivoted(one: Opened, names: list[str], side: str) -> pl.DataFrame:
    """The published cells of some fields, a row a school and field."""
    value = f"{side}_published"
    if one.cells is None:
        return pl.DataFrame(schema={"URN": pl.Int32, "field": pl.String, value: pl.String})
    there = [name for name in names if name in one.cells.columns]
    return (
        one.cells.select(pl.col("URN").cast(pl.Int32), *there)
        .unpivot(index="URN", variable_name="field", value_name=value)
        .with_columns(pl.col(value).cast(pl.String).fill_null(""))
    )


def _cells(found: Difference) -> pl.Expr:
    """The class of each row's cell (see `cell_class`)."""
    shown, withheld = {}, {}
    for side, one in (("old", found.old), ("new", found.new)):
        rules, cell = one.side.year.suppression, pl.col(f"{side}_published")
        codes = [rules.suppressed, rules.low_coverage]
        withheld[side] = cell.is_in(codes)
        shown[side] = ~cell.is_in([*codes, rules.not_applicable, ""])
    return (
        pl.when(shown["old"] & withheld["new"])
        .then(pl.lit("withheld"))
        .when(withheld["old"] & shown["new"])
        .then(pl.lit("shown"))
        .otherwise(pl.lit(""))
    )
