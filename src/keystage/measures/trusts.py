"""Multi-academy trust measures: which trusts and schools are in, and their weighted figures.

Source: 2022 technical guide, key stage 2 multi-academy trust measures and annex B.
"""

from datetime import date

import polars as pl

from keystage.measures import figures
from keystage.measures.catalogue import COMBINED, ELIGIBLE
from keystage.measures.declare import Measure
from keystage.measures.fields import DISADVANTAGED, OTHER
from keystage.measures.parts import WHOLE
from keystage.measures.table import MAINSTREAM, MeasureTable
from keystage.statute.publication import Trusts
from keystage.statute.year import Year

#: The pupil groups trust measures are made for.
TRUST_GROUPS = (WHOLE, DISADVANTAGED, OTHER)


def years_in_trust(joined: pl.Expr, rules: Trusts) -> pl.Expr:
    """Whole academic years a school has been in its trust, up to the weight cap; null if too few.

    Joining before the year's date counts as the years needed, a year earlier as one more.

    >>> from datetime import date
    >>> rules = Trusts(source="", confidence="A", smallest_number_of_schools=3,
    ...     joined_before=date(2019, 9, 14), years_needed=3, weight_cap=4, percent_decimals=1,
    ...     progress_decimals=1, suppressed="SUPPMAT", not_eligible="NELIG")
    >>> joined = pl.lit(pl.Series([date(2019, 9, 14), date(2019, 9, 13), date(2014, 1, 1)]))
    >>> pl.select(years_in_trust(joined, rules)).to_series().to_list()
    [None, 3, 4]
    """
    years: pl.Expr = pl.lit(None, dtype=pl.Int64)
    for weight in range(rules.years_needed, rules.weight_cap + 1):
        limit = rules.joined_before
        earlier = date(limit.year - (weight - rules.years_needed), limit.month, limit.day)
        years = pl.when(joined < earlier).then(weight).otherwise(years)
    return years


def trust_schools(table: MeasureTable) -> pl.DataFrame:
    """Every school of a trust, whether it is in the trust's measures, and why not.

    Returns:
        URN, SCHNAME, TRUST_UID, TRUST_NAME, DATE_JOINED_TRUST, ``weight`` (years, up to the cap),
        ``pupils`` (at the end of key stage 2), ``in_measures`` (Boolean), ``reason`` (a sentence,
        empty when in).

    Raises:
        AbsentValueError: the year has no trust rules.
    """
    rules = table.year.require(table.year.trusts, "trusts", "A trust measure")
    schools = pl.concat(
        [table.units, table.of_group(WHOLE).select(pl.col(ELIGIBLE.name).alias("pupils"))],
        how="horizontal",
    ).filter((pl.col("level") == "school") & pl.col("TRUST_UID").is_not_null())
    joined = pl.col("DATE_JOINED_TRUST")
    date_text = f"{rules.joined_before:%-d %B %Y}"
    reason = (
        pl.when(~pl.col(MAINSTREAM).fill_null(value=False))
        .then(pl.lit("is not a state-funded mainstream school"))
        .when(pl.col("pupils") == 0)
        .then(pl.lit("has no pupil at the end of key stage 2"))
        .when(joined.is_null())
        .then(pl.lit("has no date of joining the trust"))
        .when(pl.col("weight").is_null())
        .then(pl.lit(f"did not join the trust before {date_text}"))
        .otherwise(pl.lit(""))
    )
    listed = (
        schools.with_columns(years_in_trust(joined, rules).alias("weight"))
        .with_columns(reason.alias("reason"))
        .with_columns((pl.col("reason") == "").sum().over("TRUST_UID").alias("eligible_schools"))
    )
    short = pl.col("eligible_schools") < rules.smallest_number_of_schools
    few = pl.format(
        "is one of {} eligible schools of the trust; "
        f"{rules.smallest_number_of_schools} are needed",
        pl.col("eligible_schools"),
    )
    return listed.select(
        "URN", "SCHNAME", "TRUST_UID", "TRUST_NAME", "DATE_JOINED_TRUST", "weight", "pupils",
        ((pl.col("reason") == "") & ~short).alias("in_measures"),
        pl.when((pl.col("reason") == "") & short).then(few).otherwise("reason").alias("reason"),
    )  # fmt: skip


def trust_measures(table: MeasureTable) -> pl.DataFrame:
    """Weighted and unweighted measures of every trust that has measures, for each trust group.

    A school's weight is its pupils at the end of key stage 2 times its years in the trust, up to
    the cap. A percentage is the weighted pupils who met the standard over the weighted pupils
    counted; a progress score is the mean of school scores by weight, with the weight of all pupils
    at the end of key stage 2, not only those in the measure.

    The department publishes limits for trusts but no formula. Here they are the critical value
    times the national deviation over the root of the effective number of pupils,
    (sum of w n)^2 / sum of w^2 n, which is the number of pupils when all weights are equal.

    Returns:
        TRUST_UID, TRUST_NAME, ``group``, ``schools`` (in the measures), ``schools_<weight>`` for
        each weight, ``pupils``, and for each measure ``<name>`` and ``<name>_unweighted``; for
        progress also ``<name>_lower``, ``<name>_upper`` and ``<name>_pupils``, in points;
        percentages in percent. All unrounded.
    """
    rules = table.year.require(table.year.trusts, "trusts", "A trust measure")
    members = trust_schools(table).filter("in_measures").select("URN", "TRUST_UID", "weight")
    measures = [m for m in table.measures if m is COMBINED[0] or m.progress]
    rows = []
    for group in TRUST_GROUPS:
        parts = table.of_schools(group, members["URN"])
        rows.append(
            pl.concat([members, parts], how="horizontal")
            .group_by("TRUST_UID")
            .agg(_aggregated(measures, table.year, rules))
            .with_columns(group=pl.lit(group))
        )
    names = table.units.filter(pl.col("level") == "trust").select("TRUST_UID", "TRUST_NAME")
    return (
        pl.concat(rows)
        .join(names, on="TRUST_UID", how="left")
        .select(
            "TRUST_UID", "TRUST_NAME", "group", pl.all().exclude("TRUST_UID", "TRUST_NAME", "group")
        )
        .sort("TRUST_UID", "group", descending=False)
    )


def _aggregated(measures: list[Measure], year: Year, rules: Trusts) -> list[pl.Expr]:
    columns = [pl.len().alias("schools")]
    columns += [
        (pl.col("weight") == weight).sum().alias(f"schools_{weight}")
        for weight in range(rules.years_needed, rules.weight_cap + 1)
    ]
    columns.append(pl.col(ELIGIBLE.name).sum().alias("pupils"))
    for measure in measures:
        columns += _progress(measure, year) if measure.progress else _percent(measure)
    return columns


def _percent(measure: Measure) -> list[pl.Expr]:
    top = pl.col(measure.top.name).cast(pl.Int64)
    bottom = pl.col(measure.bottom.name).cast(pl.Int64)
    weight = pl.col("weight")
    return [
        _ratio((weight * top).sum() * figures.PERCENT, (weight * bottom).sum()).alias(measure.name),
        _ratio(top.sum() * figures.PERCENT, bottom.sum()).alias(f"{measure.name}_unweighted"),
    ]


def _progress(measure: Measure, year: Year) -> list[pl.Expr]:
    score = figures.value(measure)
    scored = pl.col(measure.bottom.name) > 0
    pupils = pl.when(scored).then(pl.col(ELIGIBLE.name).cast(pl.Int64)).otherwise(0)
    weight = pl.col("weight") * pupils
    weighted = _ratio((weight * score).sum(), weight.sum())
    effective = _ratio(weight.sum() ** 2, (pl.col("weight") * weight).sum())
    half = figures.half(effective, measure, year)
    plain = _ratio((pupils * score).sum(), pupils.sum())
    return [
        weighted.alias(measure.name),
        (weighted - half).alias(f"{measure.name}_lower"),
        (weighted + half).alias(f"{measure.name}_upper"),
        pl.col(measure.bottom.name).sum().alias(f"{measure.name}_pupils"),
        plain.alias(f"{measure.name}_unweighted"),
    ]


def _ratio(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    return pl.when(bottom > 0).then(top / bottom)
