"""Codes of progress scores, for every number of pupils the tables leave open."""

from collections.abc import Iterator, Sequence

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.verify.allowed import Cell, filled
from keystage.flows.verify.names import (
    COUNTS,
    DISADVANTAGED,
    GROUPS,
    PARTNERS,
    WHOLE,
    coverage_of,
    score_of,
)
from keystage.flows.verify.sheet import SHOWN, Sheet, code_of_score, group_pupils
from keystage.reports.withholding import BLANK, group_progress_withheld, progress_withheld


def prepare_progress(sheet: Sheet, schools: pl.DataFrame) -> pl.DataFrame:
    """Add, for every subject P and group, the code its score holds and the one that may stand.

    Args:
        sheet: the tables.
        schools: rows with the column ``SMALL``: a cohort too small to be shown.

    Returns:
        The rows with ``@P`` (what most of a score's cells hold) and ``=P`` (what they may hold).
    """
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


def progress_cells(sheet: Sheet, subject: Subject) -> Iterator[Cell]:
    """The cells of a subject's progress, of the school and of its groups."""
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
            yield filled(progress_withheld(eligible, number, rules))
        return
    pupils, least, most = pl.col(COUNTS[group]), pl.col(f"<{group}"), pl.col(f">{group}")
    in_force = (eligible >= sheet.whole) & pupils.is_not_null()
    partner = PARTNERS.get(group)
    yield pl.when(eligible.fill_null(0) == 0).then(pl.lit(BLANK))
    for text in (rules.suppressed, rules.not_applicable, *([BLANK] if partner else [])):
        yield pl.when("SMALL").then(pl.lit(text))
    if partner is None:
        for number in _numbers(least, most, sheet.whole):
            yield pl.when(in_force).then(filled(group_progress_withheld(pupils, number, rules)))
    else:
        others = pl.col(COUNTS[partner])
        # a pair is withheld together, so the partner's cells tell which of several codes it is
        told = pl.col(f"@{subject.prefix}{partner}")
        for number in (most, least):
            for other in (pl.col(f">{partner}"), pl.col(f"<{partner}")):
                held = filled(
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
