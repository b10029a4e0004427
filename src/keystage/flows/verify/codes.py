"""Suppression codes: which code may stand in a cell, given every count the tables print.

The rules are publication's own (`keystage.reports.withholding`). Where a count is not printed, the
rule is asked for every number it can be, and any of the answers may stand.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.verify.names import (
    AVERAGES,
    BLOCKS,
    COMPOSITION,
    COUNTS,
    GROUPS,
    KS1_AVERAGE,
    PARTNERS,
    PERCENTS,
    SEN,
    SHARES_OF_PRIOR,
    WHOLE,
    coverage_of,
    gaps,
    score_of,
)
from keystage.flows.verify.sheet import SHOWN, Sheet, code, code_of_score, group_pupils, shown
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
    schools = sheet.cells.filter(sheet.schools)
    cells = [cell for cell in _cells(sheet, schools) if cell.column in schools.columns]
    tested = schools.lazy().select(
        "ROW", *(_stands(cell).alias(cell.column) for cell in cells)
    ).collect()
    agreed = undecided = 0
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
    reason = "TELIG is not a number, so nothing says what stands in the row"
    unknown = schools.filter(_unknown_size()).height * len(cells)
    if unknown:
        undecided += unknown
        tally.say_why(CHECK, reason, unknown)
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


def _unknown_size() -> pl.Expr:
    return ~code("TELIG").is_in([SHOWN, BLANK])


def _stands(cell: Cell) -> pl.Expr:
    """Whether the code is one that may stand; null where the cell is not asked about."""
    printed = code(cell.column)
    fits = pl.any_horizontal(printed == allowed for allowed in cell.allowed)
    return pl.when(cell.applies & printed.is_not_null() & ~_unknown_size()).then(
        fits.fill_null(False)
    )


def _said(allowed: Sequence[pl.Expr]) -> pl.Expr:
    words = [
        pl.when(one == BLANK).then(pl.lit("blank")).otherwise(one)  # noqa: PLC1901  # a blank cell
        for one in allowed
    ]
    return pl.concat_list(words).list.drop_nulls().list.unique(maintain_order=True).list.join(" or ")


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
        held = (
            code_of_score(next(s for s in IN_PROGRESS if s.prefix == name), source[len(name) + 4 :])
            if "PROG" in source
            else code(source)
        )
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
    return 2 * int((special == BLANK).sum()) > len(special)  # noqa: PLC1901  # a blank cell


def _with_prior() -> pl.Expr:
    return pl.sum_horizontal(COUNTS["_L"], COUNTS["_M"], COUNTS["_H"])


def _if_nobody(nobody: pl.Expr) -> tuple[pl.Expr, ...]:
    """Codes seen where there is nobody to measure, which no rule pins down."""
    return tuple(pl.when(nobody).then(pl.lit(text)) for text in (BLANK, "NA"))


def _attainment(sheet: Sheet) -> Iterator[Cell]:
    eligible, rules = pl.col("TELIG"), sheet.rules
    held = _filled(school_withheld(eligible, rules))
    hidden = (eligible > 0) & (eligible < rules.smallest_group)
    none = pl.when(hidden).then(pl.lit(BLANK))
    for column in PERCENTS:
        yield Cell(column, [held], pl.lit(True))
        for group in GROUPS:
            yield Cell(
                column + group, [*_of_group(sheet, group, held, hidden, column), none], pl.lit(True)
            )
    for column in AVERAGES:
        yield Cell(column, [held, none, _nobody_scored(sheet, column, WHOLE)], pl.lit(True))
        for group in GROUPS:
            scored = _of_group(sheet, group, held, hidden, column)
            yield Cell(
                column + group,
                [*scored, none, _nobody_scored(sheet, column, group)],
                pl.lit(True),
            )


def _of_group(
    sheet: Sheet, group: str, school: pl.Expr, hidden: pl.Expr, column: str
) -> Iterable[pl.Expr]:
    pupils = pl.col(COUNTS[group])
    partner = PARTNERS.get(group)
    other = pl.col(COUNTS[partner]) if partner else None
    withheld = group_withheld(
        pupils, sheet.rules, partner=other, headline=column in BLOCKS["RWM"]
    )
    whole = hidden | (pl.col("TELIG").fill_null(0) == 0)
    yield pl.when(whole).then(school).when(pupils.is_not_null()).then(_filled(withheld))
    if partner == "_NOTFSM6CLA1A":
        # nobody has published what stands for disadvantaged pupils where there are no others
        yield pl.when(~whole & (other == 0) & (pupils >= sheet.whole)).then(pl.lit(SHOWN))


def _nobody_scored(sheet: Sheet, column: str, group: str) -> pl.Expr:
    """Blank may stand for an average unless the percentages prove that somebody has a score."""
    subject = column.partition("_")[0]
    reached = [
        name
        for name in (f"PT{subject}_EXP{group}", f"PT{subject}_HIGH{group}")
        if sheet.has(name)
    ]
    if subject != "GPS" and sheet.has(f"PTRWM_EXP{group}"):
        reached.append(f"PTRWM_EXP{group}")
    somebody = pl.any_horizontal(pl.lit(False), *(pl.col(name) > 0 for name in reached))
    pupils = pl.col(COUNTS[group])
    withheld = _filled(average_withheld(pupils, pl.lit(0), sheet.rules))
    return pl.when(~somebody.fill_null(False) & (pupils >= sheet.whole)).then(withheld)


def _progress(sheet: Sheet, subject: Subject) -> Iterator[Cell]:
    rules, eligible = sheet.rules, pl.col("TELIG")
    names = score_of(subject)
    most_hold = code_of_score(subject)
    whole_set = [
        _filled(progress_withheld(eligible, number, rules))
        for number in _numbers(pl.lit(0), eligible, sheet.whole)
    ]
    small = (eligible > 0) & (eligible < sheet.whole)
    block = (*names[1:], coverage_of(subject), f"{names.score}_UNADJUSTED")
    for column in block:
        yield Cell(column, [_both(whole_set, most_hold)], pl.lit(True))
    band = f"{names.score}_DESCR"
    yield Cell(
        band,
        [_both(whole_set, most_hold), pl.when(small).then(pl.lit(rules.not_applicable))],
        most_hold != SHOWN,
    )
    for group in GROUPS:
        allowed = list(_group_scores(sheet, subject, group))
        held = code_of_score(subject, group)
        for column in score_of(subject, group)[1:]:
            yield Cell(column, [_both(allowed, held)] if _is_known(allowed) else allowed, pl.lit(True))


def _is_known(allowed: Sequence[pl.Expr]) -> bool:
    return bool(allowed)


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


def _group_scores(sheet: Sheet, subject: Subject, group: str) -> Iterator[pl.Expr]:
    rules, pupils, eligible = sheet.rules, pl.col(COUNTS[group]), pl.col("TELIG")
    least, most = group_pupils(sheet, subject, group)
    small = eligible < sheet.whole
    in_force = (eligible >= sheet.whole) & pupils.is_not_null()
    partner = PARTNERS.get(group)
    school = code_of_score(subject)
    yield pl.when(eligible.fill_null(0) == 0).then(pl.lit(BLANK))
    for text in (rules.suppressed, BLANK if partner else rules.not_applicable):
        yield pl.when((eligible > 0) & small).then(pl.lit(text))
    numbers = _numbers(least, most, sheet.whole)
    if partner is None:
        for number in numbers:
            held = _filled(group_progress_withheld(pupils, number, rules))
            yield pl.when(in_force).then(held)
    else:
        others = pl.col(COUNTS[partner])
        for number in numbers:
            for other in _numbers(*group_pupils(sheet, subject, partner), sheet.whole):
                held = _filled(
                    group_progress_withheld(
                        pupils, number, rules, partner=others, partner_in_measure=other
                    )
                )
                yield pl.when(in_force & (pupils == 0)).then(held)
                # a pair is withheld together, so the partner's cells tell which of the two it is
                together = code_of_score(subject, partner) == held
                yield pl.when(in_force & ((others == 0) | together)).then(held)
        yield pl.when(in_force & (pupils > 0) & (most == 0)).then(pl.lit(rules.suppressed))
        if partner == "_NOTFSM6CLA1A":
            yield pl.when(in_force & (others == 0) & (most >= sheet.whole)).then(pl.lit(SHOWN))
    yield pl.when(in_force & (school == rules.low_coverage) & (pupils >= sheet.whole)).then(
        pl.lit(rules.low_coverage)
    )


__all__ = ["CHECK", "check_codes", "shown"]
