"""Suppression codes: which code may stand in a cell, given every count the tables print.

The rules are publication's own (`keystage.reports.withholding`). Where a count is not printed, the
rule is asked for every number it can be, and any of the answers may stand.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
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
    coverage_of,
    gaps,
    score_of,
)
from keystage.flows.verify.sheet import SHOWN, Sheet, code, code_of_score, group_pupils
from keystage.flows.verify.tally import DISAGREED, Tally
from keystage.reports.withholding import (
    BLANK,
    average_withheld,
    group_progress_withheld,
    group_withheld,
    progress_withheld,
    school_withheld,
)

CHECK = "suppression codes"


class Cell(NamedTuple):
    """A column and the codes that may stand in it; none at all where nothing can be said."""

    column: str
    allowed: Sequence[pl.Expr]
    applies: pl.Expr


def check_codes(sheet: Sheet, tally: Tally) -> None:
    """Check the code of every result and composition cell of every school."""
    schools = _prepare(sheet, sheet.cells.filter(sheet.schools))
    cells = [cell for cell in _cells(sheet, schools) if cell.column in schools.columns]
    tested = schools.select("ROW", *(_stands(cell).alias(cell.column) for cell in cells))
    agreed = 0
    frames = []
    for cell in cells:
        stands = tested[cell.column]
        agreed += int(stands.sum() or 0)
        if not stands.all():
            rows = schools.filter(tested.select(~pl.col(cell.column).fill_null(True)).to_series())
            frames.append(
                rows.select(
                    "ROW",
                    COLUMN=pl.lit(cell.column),
                    STATE=pl.lit(DISAGREED, dtype=pl.Int8),
                    EXPECTED=_said(cell.allowed),
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


def _stands(cell: Cell) -> pl.Expr:
    """Whether the code is one that may stand; null where the cell is not asked about."""
    printed = code(cell.column)
    fits = pl.any_horizontal(printed == allowed for allowed in cell.allowed)
    return pl.when(cell.applies & printed.is_not_null() & ~pl.col("UNKNOWN")).then(
        fits.fill_null(False)
    )


def _said(allowed: Sequence[pl.Expr]) -> pl.Expr:
    words = [pl.when(one == BLANK).then(pl.lit("blank")).otherwise(one) for one in allowed]
    return (
        pl.concat_list(words).list.drop_nulls().list.unique(maintain_order=True).list.join(" or ")
    )


def _filled(withheld: pl.Expr) -> pl.Expr:
    return withheld.fill_null(SHOWN)


def _cells(sheet: Sheet, schools: pl.DataFrame) -> Iterator[Cell]:
    yield from _composition(sheet, schools)
    yield from _attainment(sheet)
    for subject in IN_PROGRESS:
        if sheet.has(f"{score_of(subject).score}<"):
            yield from _progress(sheet, subject)
    for gap, (source, _) in gaps().items():
        if not sheet.has(source):
            continue
        name = source.partition("PROG")[0]
        held = pl.col(f"@{name}{source[len(name) + 4 :]}") if "PROG" in source else code(source)
        yield Cell(gap, [held], pl.lit(True))


def _composition(sheet: Sheet, schools: pl.DataFrame) -> Iterator[Cell]:
    """Counts, shares and the key stage 1 average: of the whole school, small groups included."""
    held = _filled(school_withheld(pl.col("TELIG"), sheet.rules))
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
        _filled(school_withheld(pl.col("TELIG"), sheet.rules)).alias("="),
        ((pl.col("TELIG") > 0) & (pl.col("TELIG") < sheet.whole)).alias("SMALL"),
        _unknown(sheet, schools).alias("UNKNOWN"),
    )
    schools = schools.with_columns(
        _of_group(sheet, group, headline=headline).alias(f"={group}{'!' * headline}")
        for group in GROUPS
        for headline in (False, True)
    )
    for subject in IN_PROGRESS:
        if not sheet.has(f"{score_of(subject).score}<"):
            continue
        held = [
            code_of_score(subject, group).alias(f"@{subject.prefix}{group}")
            for group in (WHOLE, *GROUPS)
            if sheet.has(*score_of(subject, group)[1:])
        ]
        bounds = [
            bound.alias(f"{side}{group}")
            for group in GROUPS
            for side, bound in zip("<>", group_pupils(subject, group), strict=True)
        ]
        schools = schools.with_columns(*held, *bounds)
        schools = schools.with_columns(
            _both(allowed, pl.col(f"@{subject.prefix}{group}")).alias(f"={subject.prefix}{group}")
            for group in (WHOLE, *GROUPS)
            if f"@{subject.prefix}{group}" in schools.columns
            for allowed in [list(_scores(sheet, subject, group))]
        )
    return schools


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
    return school.when(pupils.is_not_null()).then(_filled(withheld))


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
    withheld = _filled(average_withheld(pupils, pl.lit(0), sheet.rules, partner=other))
    return pl.when(~somebody.fill_null(False) & (pupils >= sheet.whole)).then(withheld)


def _progress(sheet: Sheet, subject: Subject) -> Iterator[Cell]:
    names = score_of(subject)
    for column in (*names[1:], coverage_of(subject), f"{names.score}_UNADJUSTED"):
        yield Cell(column, [pl.col(f"={subject.prefix}")], pl.lit(True))
    small = pl.when("SMALL").then(pl.lit(sheet.rules.not_applicable))
    scored = pl.col(f"@{subject.prefix}") == SHOWN
    yield Cell(f"{names.score}_DESCR", [pl.col(f"={subject.prefix}"), small], ~scored)
    for group in GROUPS:
        for column in score_of(subject, group)[1:]:
            yield Cell(column, [pl.col(f"={subject.prefix}{group}")], pl.lit(True))


def _both(allowed: Sequence[pl.Expr], held: pl.Expr) -> pl.Expr:
    """What the neighbouring cells hold if that may stand, else the first code that may."""
    return (
        pl.when(pl.any_horizontal((held == one).fill_null(False) for one in allowed))
        .then(held)
        .otherwise(pl.coalesce(*allowed))
    )


def _numbers(least: pl.Expr, most: pl.Expr, small: int) -> tuple[pl.Expr, ...]:
    """Numbers that between them meet every rule a range of pupils can meet.

    The least, the most, and those at which a rule changes: none, one, the smallest shown.
    """
    return tuple(
        pl.max_horizontal(least, pl.min_horizontal(most, pl.lit(number)))
        for number in (0, 1, small, 10**9)
    )


def _scores(sheet: Sheet, subject: Subject, group: str) -> Iterator[pl.Expr]:
    """The codes that may stand in a progress score, for every number of pupils it can rest on."""
    rules, eligible = sheet.rules, pl.col("TELIG")
    if group == WHOLE:
        for number in _numbers(pl.lit(0), eligible, sheet.whole):
            yield _filled(progress_withheld(eligible, number, rules))
        return
    pupils, least, most = pl.col(COUNTS[group]), pl.col(f"<{group}"), pl.col(f">{group}")
    in_force = (eligible >= sheet.whole) & pupils.is_not_null()
    partner = PARTNERS.get(group)
    yield pl.when(eligible.fill_null(0) == 0).then(pl.lit(BLANK))
    for text in (rules.suppressed, rules.not_applicable, *([BLANK] if partner else [])):
        yield pl.when("SMALL").then(pl.lit(text))
    if partner is None:
        for number in _numbers(least, most, sheet.whole):
            yield pl.when(in_force).then(_filled(group_progress_withheld(pupils, number, rules)))
    else:
        others = pl.col(COUNTS[partner])
        # a pair is withheld together, so the partner's cells tell which of several codes it is
        told = pl.col(f"@{subject.prefix}{partner}")
        for number in (most, least):
            for other in (pl.col(f">{partner}"), pl.col(f"<{partner}")):
                held = _filled(
                    group_progress_withheld(
                        pupils, number, rules, partner=others, partner_in_measure=other
                    )
                )
                sure = (pupils == 0) | (others == 0) | (told == held)
                yield pl.when(in_force & sure).then(held)
        yield pl.when(in_force & (pupils > 0) & (most == 0)).then(pl.lit(rules.suppressed))
        if group == DISADVANTAGED:
            alone = in_force & (others == 0) & (most >= sheet.whole)
            yield pl.when(alone).then(pl.lit(SHOWN))
    low = pl.col(f"@{subject.prefix}") == rules.low_coverage
    yield pl.when(in_force & low & (pupils >= sheet.whole)).then(pl.lit(rules.low_coverage))
