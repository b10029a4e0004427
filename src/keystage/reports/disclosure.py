"""Disclosure control: the only maker of tables that may be published.

Every figure is rounded and withheld here (trusts: `trust_disclosure`) and nowhere else, and comes
out as the only type that writers of published files accept.
"""

from collections.abc import Mapping

import polars as pl

from keystage.measures import figures
from keystage.measures.availability import unavailable
from keystage.measures.catalogue import ELIGIBLE, LOST_SCRIPTS
from keystage.measures.declare import Measure
from keystage.measures.fields import Field, fields
from keystage.measures.parts import WHOLE
from keystage.measures.pooled import SMALL_COHORTS, SUFFIX, pooled_measures
from keystage.measures.printed import printed_field, with_denominators
from keystage.measures.printing import printed_text
from keystage.measures.table import EVERYONE, Level, MeasureTable
from keystage.reports.complementary import protected
from keystage.reports.published import SEAL, PublishedTable
from keystage.reports.withholding import (
    average_withheld,
    group_progress_withheld,
    group_withheld,
    progress_withheld,
    school_withheld,
)

_COHORT = "cohort:"
_PARTNER = "partner:"
_IS_SCHOOL = "unit is a school"


#: The levels whose rows are published; trusts have their own measures (see `trust_disclosure`).
PUBLISHED: tuple[Level, ...] = ("school", "la", "region", "national")


def publish(
    table: MeasureTable,
    level: Level,
    comparators: Mapping[str, int] | None = None,
    pool: MeasureTable | None = None,
) -> PublishedTable:
    """Print a level's figures, withholding what may not be shown.

    Args:
        table: the measure table.
        level: which rows.
        comparators: printed national figures for the gap fields (see ``measures.gaps``).
        pool: the same units with the parts of three cohorts, for three-year fields.

    Source: the rules read off the department's published tables; annex E of the 2022 technical
    guide for lost scripts.
    """
    if level == "school":
        return PublishedTable(level, _printed(table, level, comparators or {}, pool), seal=SEAL)
    return publish_levels(table, comparators, pool)[level]


def publish_levels(
    table: MeasureTable,
    comparators: Mapping[str, int] | None = None,
    pool: MeasureTable | None = None,
) -> dict[Level, PublishedTable]:
    """Every level of `PUBLISHED`, printed in one go (see `publish`).

    In a file that is not England's, areas are protected (see `complementary`), and of the rows
    that hold every school of a kind only the one of all schools is published: the others differ
    from it by a few schools.
    """
    frame = _printed(table, None, comparators or {}, pool)
    if not table.national:
        identity = [name for name in _IDENTITY if name in frame.columns]
        cells = protected(frame.drop(identity), table)
        frame = pl.concat([frame.select(identity), cells], how="horizontal")
    levels = {level: frame.slice(*table.block(level)) for level in PUBLISHED}
    if not table.national:
        kinds = table.units_of("national")["kind"]
        levels["national"] = levels["national"].filter(kinds == EVERYONE)
    return {level: PublishedTable(level, rows, seal=SEAL) for level, rows in levels.items()}


def _printed(
    table: MeasureTable,
    level: Level | None,
    comparators: Mapping[str, int],
    pool: MeasureTable | None,
) -> pl.DataFrame:
    """The cells of a level, or of every unit."""
    names = {field.name: field for field in fields(table.year) if field.published}
    gone = unavailable(table)
    columns: dict[str, pl.Series] = {}
    for group in table.groups:
        here = [field for field in names.values() if field.group == group]
        cells = [_cell(field, table, gone, comparators).alias(field.name) for field in here]
        shown = _frame(table, group, level).with_columns(cells).select(f.name for f in here)
        columns |= {series.name: series for series in shown.get_columns()}
    units = table.units_of(level)
    identity = [name for name in _IDENTITY if name in units.columns]
    frames = [units.select(identity), pl.DataFrame([columns[name] for name in names])]
    if pool is not None:
        frames.append(_pooled(table, pool, level))
    return pl.concat(frames, how="horizontal")


def _pooled(table: MeasureTable, pool: MeasureTable, level: Level | None) -> pl.DataFrame:
    """Three-year figures; withheld with a small cohort of any year, which they would give away.

    An average of nobody is blank; the year says what stands for a percentage of nobody.
    """
    year, rules = table.year, table.year.suppression
    cohort = table.of_group(WHOLE, level).select(pl.col(ELIGIBLE.name).alias(_COHORT))
    is_school = table.units_of(level).select((pl.col("level") == "school").alias(_IS_SCHOOL))
    frame = pl.concat([pool.of_group(WHOLE, level), cohort, is_school], how="horizontal")
    small = pl.col(_IS_SCHOOL) & (pl.col(SMALL_COHORTS) > 0)
    pupils = pl.col(ELIGIBLE.name).cast(pl.Int64)
    code = pl.coalesce(
        school_withheld(pl.col(_COHORT).cast(pl.Int64), rules),
        school_withheld(pupils, rules),
        pl.when(small).then(pl.lit(rules.suppressed)),
    )

    def figure(measure: Measure) -> pl.Expr:
        covered = pl.col(measure.covered.name).cast(pl.Int64)
        small = covered.is_between(1, rules.smallest_group, closed="left")
        few = pl.when(small).then(pl.lit(rules.suppressed))
        blank = measure.unit == "percent" and rules.zero_three_year == "blank"
        zero = pl.when(pl.lit(blank) & (pl.col(measure.top.name) == 0)).then(pl.lit(""))
        places = figures.decimals(measure, year)
        suffix = "%" if measure.unit == "percent" else ""
        text = printed_text(figures.printed(measure, year), places, suffix)
        return pl.coalesce(code, few, zero, text, pl.lit(""))

    return frame.select(
        pl.coalesce(code, pupils.cast(pl.String)).alias(f"TELIG{SUFFIX}"),
        *(
            figure(measure).alias(measure.field.format(group=SUFFIX))
            for measure in pooled_measures(table)
        ),
    )


_IDENTITY = ("RECTYPE", "LEA", "LAESTAB", "URN", "SCHNAME", "NFTYPE", "REGION", "name")


def partner_of(group: str, table: MeasureTable) -> str | None:
    """The group that is withheld together with a group, if there is one."""
    for pair in table.year.suppression.pairs:
        if group in pair:
            return pair[1] if group == pair[0] else pair[0]
    return None


def _frame(table: MeasureTable, group: str, level: Level | None) -> pl.DataFrame:
    """The parts of a group beside those of the whole cohort, and of its partner if it has one."""
    whole = table.of_group(WHOLE, level)
    frames = [
        with_denominators(table, group, level),
        whole.select(
            pl.col(ELIGIBLE.name, *(count.name for count in LOST_SCRIPTS.values())).name.prefix(
                _COHORT
            )
        ),
        table.units_of(level).select((pl.col("level") == "school").alias(_IS_SCHOOL)),
    ]
    partner = partner_of(group, table)
    if partner is not None:
        frames.append(table.of_group(partner, level).select(pl.all().name.prefix(_PARTNER)))
    return pl.concat(frames, how="horizontal")


def _cell(
    field: Field,
    table: MeasureTable,
    gone: frozenset[str],
    comparators: Mapping[str, int],
) -> pl.Expr:
    rules = table.year.suppression
    if field.name in gone:
        return pl.lit(rules.not_applicable)
    text = printed_field(field, table, comparators)
    return pl.coalesce(_withheld(field, table), text, pl.lit(_unprinted(field, table)))


def _unprinted(field: Field, table: MeasureTable) -> str:
    """What stands where nothing is withheld and there is still no figure."""
    progress = field.measure is not None and field.measure.family == "progress"
    return table.year.suppression.not_applicable if progress or field.kind == "gap" else ""


def _withheld(field: Field, table: MeasureTable) -> pl.Expr:
    """The code that stands in place of the figure; null where it is shown."""
    rules, measure = table.year.suppression, field.measure
    if field.kind == "count" and field.composition is None:
        return pl.lit(None, dtype=pl.String)
    whole = school_withheld(pl.col(_COHORT + ELIGIBLE.name).cast(pl.Int64), rules)
    if measure is None:
        return whole
    too_few = pl.when(_few(field, measure, table)).then(pl.lit(rules.suppressed))
    if measure.family == "prior_attainment":
        return pl.coalesce(whole, too_few)
    lost = _lost_code(measure, table)
    if measure.family == "progress":
        return pl.coalesce(_progress_code(field, measure, table), lost)
    return pl.coalesce(whole, _group_code(field, measure, table), lost, too_few)


def _few(field: Field, measure: Measure, table: MeasureTable) -> pl.Expr:
    """Whether too few pupils have a result, or too few of the group's partner in a pair."""
    names = [measure.covered.name]
    if partner_of(field.group, table) is not None:
        names.append(_PARTNER + measure.covered.name)
    smallest = table.year.suppression.smallest_group
    return pl.any_horizontal(pl.col(name).is_between(1, smallest, closed="left") for name in names)


def _group_code(field: Field, measure: Measure, table: MeasureTable) -> pl.Expr:
    """The code of a group's attainment or average; for the whole cohort, of a missing average."""
    rules = table.year.suppression
    paired = partner_of(field.group, table) is not None
    partner = pl.col(_PARTNER + ELIGIBLE.name).cast(pl.Int64) if paired else None
    pupils = pl.col(ELIGIBLE.name).cast(pl.Int64)
    if measure.family == "average":
        scored = pl.col(measure.covered.name).cast(pl.Int64)
        return average_withheld(pupils, scored, rules, partner=partner)
    return group_withheld(pupils, rules, partner=partner, headline=measure.subject is None)


def _progress_code(field: Field, measure: Measure, table: MeasureTable) -> pl.Expr:
    rules = table.year.suppression
    cohort = pl.col(_COHORT + ELIGIBLE.name).cast(pl.Int64)
    part = measure.covered.name
    in_measure = pl.col(part).cast(pl.Int64)
    if field.group == WHOLE:
        return progress_withheld(cohort, in_measure, rules)
    paired = partner_of(field.group, table) is not None
    group = group_progress_withheld(
        pl.col(ELIGIBLE.name).cast(pl.Int64),
        in_measure,
        rules,
        partner=pl.col(_PARTNER + ELIGIBLE.name).cast(pl.Int64) if paired else None,
        partner_in_measure=pl.col(_PARTNER + part).cast(pl.Int64) if paired else None,
    )
    return pl.coalesce(school_withheld(cohort, rules), group)


def _lost_code(measure: Measure, table: MeasureTable) -> pl.Expr:
    """The code of a school's subject when too many of its scripts are missing (annex E)."""
    rules = table.year.suppression
    share = rules.lost_scripts_percent
    if share is None or measure.subject not in LOST_SCRIPTS:
        return pl.lit(None, dtype=pl.String)
    lost = pl.col(_COHORT + LOST_SCRIPTS[measure.subject].name).cast(pl.Int64) * figures.PERCENT
    cohort = pl.col(_COHORT + ELIGIBLE.name).cast(pl.Int64)
    too_many = pl.col(_IS_SCHOOL) & (lost > 0) & (lost >= cohort * share)
    return pl.when(too_many).then(pl.lit(rules.suppressed))
