"""Which code stands in a published cell, from the counts behind it and the year's rules.

Pure expressions, used by publication (which knows every count) and by ``keystage verify`` (which
sweeps the counts the tables do not print). Each gives the code as text: the year's ``SUPP``,
``LOWCOV`` or ``NA``, the empty string for a blank cell, or null where the figure is printed.

The rules are read off the department's key stage 2 tables of 2017 and 2018, every cell of two
authorities, and a fifth of their schools in 2019; the small-number limit and the codes are the
year's.
"""

import polars as pl

from keystage.statute.publication import Suppression

BLANK = ""


def school_withheld(eligible: pl.Expr, rules: Suppression) -> pl.Expr:
    """The code of a school's composition and attainment cells, or null.

    Args:
        eligible: pupils at the end of key stage 2; null or 0 leaves the cells blank.
        rules: the year's suppression table.
    """
    return (
        pl.when(eligible.fill_null(0) == 0)
        .then(pl.lit(BLANK))
        .when(eligible < rules.smallest_group)
        .then(pl.lit(rules.suppressed))
        .otherwise(pl.lit(None, dtype=pl.String))
    )


def group_withheld(
    pupils: pl.Expr, rules: Suppression, *, partner: pl.Expr | None = None, headline: bool = False
) -> pl.Expr:
    """The code of a pupil group's attainment cells, or null.

    An empty group is blank, a small one is suppressed, and so is one of a pair whose partner is
    small. With an empty partner the whole school is the other group: the year says whether its
    figures are shown, which real years do in the reading, writing and maths columns only.

    Args:
        pupils: pupils of the group, whole numbers.
        rules: the year's suppression table.
        partner: pupils of the other group of the pair, for groups withheld as a pair.
        headline: the cell is a percentage for reading, writing and maths together.
    """
    small = (pupils > 0) & (pupils < rules.smallest_group)
    if partner is not None:
        small |= (partner > 0) & (partner < rules.smallest_group)
        if not (headline and rules.empty_pair_partner == "shown"):
            small |= partner == 0
    return (
        pl.when(pupils == 0)
        .then(pl.lit(BLANK))
        .when(small)
        .then(pl.lit(rules.suppressed))
        .otherwise(pl.lit(None, dtype=pl.String))
    )


def average_withheld(
    pupils: pl.Expr,
    with_score: pl.Expr,
    rules: Suppression,
    *,
    partner: pl.Expr | None = None,
) -> pl.Expr:
    """The code of an average scaled score: as the group's, and blank where nobody has a score.

    Args:
        pupils: pupils of the group.
        with_score: those of them with a scaled score in the subject.
        rules: the year's suppression table.
        partner: pupils of the other group of the pair.
    """
    withheld = group_withheld(pupils, rules, partner=partner)
    return pl.when(withheld.is_null() & (with_score == 0)).then(pl.lit(BLANK)).otherwise(withheld)


def progress_withheld(eligible: pl.Expr, in_measure: pl.Expr, rules: Suppression) -> pl.Expr:
    """The code of a school's progress cells in a subject: score, limits, coverage, band; or null.

    Args:
        eligible: pupils at the end of key stage 2; null or 0 leaves the cells blank.
        in_measure: those of them with a progress score in the subject.
        rules: the year's suppression table.
    """
    low = 100 * in_measure < rules.lowest_coverage_percent * eligible
    return (
        pl.when(eligible.fill_null(0) == 0)
        .then(pl.lit(BLANK))
        .when(in_measure == 0)
        .then(pl.lit(rules.not_applicable))
        .when(in_measure < rules.smallest_group)
        .then(pl.lit(rules.suppressed))
        .when(low)
        .then(pl.lit(rules.low_coverage))
        .otherwise(pl.lit(None, dtype=pl.String))
    )


def group_progress_withheld(
    pupils: pl.Expr,
    in_measure: pl.Expr,
    rules: Suppression,
    *,
    partner: pl.Expr | None = None,
    partner_in_measure: pl.Expr | None = None,
) -> pl.Expr:
    """The code of a pupil group's progress score and limits in a subject, or null.

    An empty group is not applicable, but blank in a pair. Fewer pupils with a score than the
    smallest group are suppressed, and a pair is suppressed together.

    Args:
        pupils: pupils of the group.
        in_measure: those of them with a progress score in the subject.
        rules: the year's suppression table.
        partner: pupils of the other group of the pair.
        partner_in_measure: those of the partner with a progress score.
    """
    paired = partner is not None and partner_in_measure is not None
    small = in_measure < rules.smallest_group
    none = in_measure == 0
    if partner is not None and partner_in_measure is not None:
        withheld = group_withheld(pupils, rules, partner=partner)
        in_pair = withheld.eq_missing(pl.lit(rules.suppressed))
        small |= in_pair | (partner_in_measure < rules.smallest_group)
        none &= ~in_pair & (partner_in_measure == 0)
    return (
        pl.when(pupils == 0)
        .then(pl.lit(BLANK if paired else rules.not_applicable))
        .when(none)
        .then(pl.lit(rules.not_applicable))
        .when(small)
        .then(pl.lit(rules.suppressed))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
