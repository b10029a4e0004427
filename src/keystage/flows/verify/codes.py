"""Suppression codes: which code may stand in a cell, given every count the tables print.

The rules are publication's own (`keystage.reports.withholding`). Where a count is not printed, the
rule is asked for every number it can be, and any of the answers may stand.
"""

from collections.abc import Iterator

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.allowed import Cell, filled, said, stands
from keystage.flows.verify.names import (
    AVERAGES,
    BLOCKS,
    COMPOSITION,
    COUNTS,
    DISADVANTAGED,
    GROUPS,
    KS1_AVERAGE,
    OTHER,
    PARTNERS,
    PERCENTS,
    SEN,
    SHARES_OF_PRIOR,
    WHOLE,
    gaps,
    score_of,
)
from keystage.flows.verify.progress_codes import prepare_progress, progress_cells
from keystage.flows.verify.sheet import SHOWN, Sheet, code
from keystage.flows.verify.tally import DISAGREED, Tally
from keystage.reports.withholding import (
    BLANK,
    average_withheld,
    group_withheld,
    school_withheld,
)

CHECK = "suppression codes"


def check_codes(sheet: Sheet, tally: Tally) -> None:
    """Check the code of every result and composition cell of every school."""
    schools = _prepare(sheet, sheet.cells.filter(sheet.schools))
    cells = [cell for cell in _cells(sheet, schools) if cell.column in schools.columns]
    tested = schools.select("ROW", *(stands(cell).alias(cell.column) for cell in cells))
    agreed = 0
    frames = []
    for cell in cells:
        fits = tested[cell.column]
        agreed += int(fits.sum() or 0)
        if not fits.all():
            rows = schools.filter(tested.select(~pl.col(cell.column).fill_null(True)).to_series())
            frames.append(
                rows.select(
                    "ROW",
                    COLUMN=pl.lit(cell.column),
                    STATE=pl.lit(DISAGREED, dtype=pl.Int8),
                    EXPECTED=said(cell.allowed),
                )
            )
    undecided = int(schools["UNKNOWN"].sum()) * len(cells)
    if undecided:
        reason = "the row holds codes with no known rule, or TELIG is not a number"
        tally.say_why(CHECK, reason, undecided)
    empty = pl.DataFrame(schema={"ROW": pl.UInt32, "COLUMN": pl.String})
    tally.count(CHECK, agreed, undecided, pl.concat(frames) if frames else empty)
    sizes = schools.filter(~code("TELIG").is_in([SHOWN, BLANK]))
    wrong = sizes.filter(code("TELIG").is_in([sheet.rules.suppressed, sheet.rules.not_applicable]))
    tally.count(
        "cohort always shown",
        len(schools) - len(sizes),
        len(sizes) - len(wrong),
        wrong.select(
            "ROW",
            COLUMN=pl.lit("TELIG"),
            STATE=pl.lit(DISAGREED, dtype=pl.Int8),
            EXPECTED=pl.lit("a number of pupils, whatever its size"),
        ),
    )


#: A row with this many cells of a code that no rule knows follows a rule of its own.
_MANY = 20


def _unknown(sheet: Sheet, schools: pl.DataFrame) -> pl.Expr:
    """Rows about which no rule says anything: no cohort size, or a whole row of an unknown code."""
    rules = sheet.rules
    known = [SHOWN, BLANK, rules.suppressed, rules.low_coverage, rules.not_applicable]
    names = [name for name in (*COMPOSITION, *PERCENTS) if f"{name}?" in schools.columns]
    strange = (~code(name).is_in(known).fill_null(True) for name in names)
    many = pl.sum_horizontal(one.cast(pl.Int32) for one in strange) >= _MANY
    return ~code("TELIG").is_in([SHOWN, BLANK]) | many


def _cells(sheet: Sheet, schools: pl.DataFrame) -> Iterator[Cell]:
    yield from _composition(sheet, schools)
    yield from _attainment(sheet)
    for subject in IN_PROGRESS:
        if sheet.has(f"{score_of(subject).score}<"):
            yield from progress_cells(sheet, subject)
    for gap, (source, _) in gaps().items():
        if not sheet.has(source):
            continue
        name = source.partition("PROG")[0]
        held = pl.col(f"@{name}{source[len(name) + 4 :]}") if "PROG" in source else code(source)
        yield Cell(gap, [held], pl.lit(True))


def _composition(sheet: Sheet, schools: pl.DataFrame) -> Iterator[Cell]:
    """Counts, shares and the key stage 1 average: of the whole school, small groups included."""
    held = filled(school_withheld(pl.col("TELIG"), sheet.rules))
    special = pl.col("RECTYPE") == "2"
    for column in COMPOSITION:
        if not sheet.has(column):
            continue
        if column in SEN:
            blank = _blank_for_special(schools, column)
            usual = pl.when(special & pl.lit(blank)).then(pl.lit(BLANK)).otherwise(held)
            yield Cell(column, [usual], pl.lit(True))
        elif column in SHARES_OF_PRIOR:
            yield Cell(column, [held, *_if_nobody(_with_prior() == 0)], pl.lit(True))
        else:
            yield Cell(column, [held], pl.lit(True))
    if sheet.has(KS1_AVERAGE):
        yield Cell(KS1_AVERAGE, [held, *_if_nobody(_with_prior() == 0)], pl.lit(True))


def _blank_for_special(schools: pl.DataFrame, column: str) -> bool:
    """Whether the year leaves a special needs column blank for special schools (2017 and 2018)."""
    special = schools.filter((pl.col("RECTYPE") == "2") & (pl.col("TELIG") > 0))[f"{column}?"]
    return 2 * int((special == BLANK).sum()) > len(special)


def _with_prior() -> pl.Expr:
    return pl.sum_horizontal(COUNTS["_L"], COUNTS["_M"], COUNTS["_H"])


def _if_nobody(nobody: pl.Expr) -> tuple[pl.Expr, ...]:
    """Codes seen where there is nobody to measure, which no rule pins down."""
    return tuple(pl.when(nobody).then(pl.lit(text)) for text in (BLANK, "NA"))


def _prepare(sheet: Sheet, schools: pl.DataFrame) -> pl.DataFrame:
    """Add, once for all cells of a kind, the code that stands in them, as columns ``=...``."""
    schools = schools.with_columns(
        filled(school_withheld(pl.col("TELIG"), sheet.rules)).alias("="),
        ((pl.col("TELIG") > 0) & (pl.col("TELIG") < sheet.whole)).alias("SMALL"),
        _unknown(sheet, schools).alias("UNKNOWN"),
    )
    schools = schools.with_columns(
        _of_group(sheet, group, headline=headline).alias(f"={group}{'!' * headline}")
        for group in GROUPS
        for headline in (False, True)
    )
    return prepare_progress(sheet, schools)


def _attainment(sheet: Sheet) -> Iterator[Cell]:
    none = pl.when("SMALL").then(pl.lit(BLANK))
    for column in PERCENTS:
        headline = "!" if column in BLOCKS["RWM"] else ""
        yield Cell(column, [pl.col("=")], pl.lit(True))
        for group in GROUPS:
            allowed = [pl.col(f"={group}{headline}"), none, *_without_others(sheet, group)]
            yield Cell(column + group, allowed, pl.lit(True))
    for column in AVERAGES:
        for group in (WHOLE, *GROUPS):
            nobody = _nobody_scored(sheet, column, group)
            allowed = [pl.col(f"={group}"), none, nobody, *_without_others(sheet, group)]
            yield Cell(column + group, allowed, pl.lit(True))


def _of_group(sheet: Sheet, group: str, *, headline: bool) -> pl.Expr:
    """The code of a group's attainment cells; that of the school where it is small or empty."""
    pupils = pl.col(COUNTS[group])
    partner = PARTNERS.get(group)
    other = pl.col(COUNTS[partner]) if partner else None
    withheld = group_withheld(pupils, sheet.rules, partner=other, headline=headline)
    school = pl.when((pl.col("TELIG").fill_null(0) == 0) | pl.col("SMALL")).then(pl.col("="))
    return school.when(pupils.is_not_null()).then(filled(withheld))


def _without_others(sheet: Sheet, group: str) -> tuple[pl.Expr, ...]:
    """A figure may stand for disadvantaged pupils where there are no others: no rule was found."""
    if group != DISADVANTAGED:
        return ()
    alone = (pl.col(COUNTS[OTHER]) == 0) & (pl.col(COUNTS[group]) >= sheet.whole)
    return (pl.when(alone).then(pl.lit(SHOWN)),)


def _nobody_scored(sheet: Sheet, column: str, group: str) -> pl.Expr:
    """Blank may stand for an average unless the percentages prove that somebody has a score."""
    subject = column.partition("_")[0]
    reached = [
        name for name in (f"PT{subject}_EXP{group}", f"PT{subject}_HIGH{group}") if sheet.has(name)
    ]
    if subject != "GPS" and sheet.has(f"PTRWM_EXP{group}"):
        reached.append(f"PTRWM_EXP{group}")
    somebody = pl.any_horizontal(pl.lit(False), *(pl.col(name) > 0 for name in reached))
    pupils = pl.col(COUNTS[group])
    partner = PARTNERS.get(group)
    other = pl.col(COUNTS[partner]) if partner else None
    withheld = filled(average_withheld(pupils, pl.lit(0), sheet.rules, partner=other))
    return pl.when(~somebody.fill_null(False) & (pupils >= sheet.whole)).then(withheld)
