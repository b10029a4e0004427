"""Authority rows: counts, percentages and means rolled up from the authority's schools.

Only where the file holds all of them, that is where their TELIG make the authority's. Every figure
of the authority must lie in the range its schools allow: a hidden count is anything from none to
the whole school, a hidden percentage any number of its pupils, a hidden score anything the points
scale allows. Schools of up to five pupils are inside the authority's figures, special schools too.
"""

from decimal import Decimal

import polars as pl

from keystage.core.subjects import IN_PROGRESS
from keystage.flows.verify.means import rounding_range, with_reach
from keystage.flows.verify.names import (
    AVERAGES,
    BLOCKS,
    COMPOSITION,
    COUNTS,
    GROUPS,
    KS1_AVERAGE,
    PARTNERS,
    PERCENTS,
    PRIOR,
    SEN,
    SHARES,
    WHOLE,
    coverage_of,
    score_of,
)
from keystage.flows.verify.sheet import AUTHORITY, SHOWN, Sheet, code, share_range
from keystage.flows.verify.tally import SCHEMA, Tally, findings
from keystage.statute.year import Year

_KEYS = ["FILE", "LEA"]
_PARTIAL = "the file does not hold all pupils of the authority"
#: One pupil in so many may be left out of a percentage without any school's cells showing it.
_HIDDEN = 500
_LEFT_OUT = "agrees only if some school left pupils out that its own cells do not show"


def check_authorities(sheet: Sheet, year: Year, left_out: pl.DataFrame, tally: Tally) -> None:
    """Check every authority row against its schools.

    Args:
        sheet: the tables.
        year: the statutory year, for the scales that bound hidden figures.
        left_out: pupils left out of percentages (ROW, BLOCK, LEFT_OUT).
        tally: takes the findings.
    """
    rows = sheet.cells.filter((pl.col("RECTYPE") == AUTHORITY) & pl.col("TELIG").is_not_null())
    schools = sheet.cells.filter(sheet.schools & (pl.col("TELIG") > 0))
    totals = schools.group_by(_KEYS).agg(TOTAL=pl.col("TELIG").sum())
    rows = rows.join(totals, on=_KEYS, how="left")
    own = pl.col("BELIG") + pl.col("GELIG")
    whole = pl.col("TOTAL") == pl.col("TELIG")
    agrees = (
        pl.when(whole)
        .then(pl.lit(value=True))
        .when((pl.col("TOTAL") > pl.col("TELIG")) | (own == pl.col("TOTAL")))
        .then(pl.lit(value=False))
    )
    tally.add(
        "authority cohorts",
        findings(
            rows.with_columns(COLUMN=pl.lit("TELIG")),
            agrees,
            pl.format("{} pupils in the authority's schools", "TOTAL"),
            pl.lit(_PARTIAL),
        ),
    )
    tally.add("authority figures shown", _shown(sheet, rows, schools))
    rows = rows.filter(whole)
    if not len(rows):
        return
    schools = schools.join(rows.select(_KEYS), on=_KEYS, how="semi")
    tally.add("authority counts", _counts(sheet, rows, schools))
    tally.add("authority percentages", _percents(sheet, rows, schools, left_out))
    tally.add("authority means", _means(sheet, year, rows, schools))


#: With fewer schools than this, an authority's figures might give one of them away.
_MANY_SCHOOLS = 10


def _shown(sheet: Sheet, rows: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    """Figures of authorities of many schools are printed for every group that is large enough."""
    many = schools.group_by(_KEYS).len().filter(pl.col("len") >= _MANY_SCHOOLS)
    rows = rows.join(many, on=_KEYS, how="semi")
    cells = [
        (name + group, group)
        for name in (*PERCENTS, *AVERAGES)
        for group in (WHOLE, *GROUPS)
        if sheet.has(name + group)
    ]
    cells += [
        (name, group)
        for subject in IN_PROGRESS
        for group in (WHOLE, *GROUPS)
        for name in score_of(subject, group)[1:]
        if sheet.has(name)
    ]
    frames = []
    for column, group in cells:
        partner = PARTNERS.get(group)
        large = pl.col(COUNTS[group]) >= sheet.whole
        if partner:
            large &= pl.col(COUNTS[partner]) >= sheet.whole
        chosen = rows.filter(large & code(column).is_not_null())
        frames.append(
            findings(
                chosen.with_columns(COLUMN=pl.lit(column)),
                code(column) == SHOWN,
                pl.lit(SHOWN),
            )
        )
    return pl.concat([pl.DataFrame(schema=SCHEMA), *frames])


def _counts(sheet: Sheet, rows: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in COMPOSITION if name not in SHARES and sheet.has(name)]
    low = schools.group_by(_KEYS).agg(pl.col(name).sum() for name in names)
    spare = schools.group_by(_KEYS).agg(
        pl.col("TELIG").filter(pl.col(name).is_null()).sum().alias(name) for name in names
    )
    bounds = _long(low, names, "LOW").join(_long(spare, names, "SPARE"), on=[*_KEYS, "COLUMN"])
    cells = rows.select("ROW", *_KEYS, *names).unpivot(
        names, index=["ROW", *_KEYS], variable_name="COLUMN", value_name="P"
    )
    joined = cells.filter(pl.col("P").is_not_null()).join(bounds, on=[*_KEYS, "COLUMN"])
    most = pl.col("LOW") + pl.col("SPARE")
    return findings(
        joined,
        pl.col("P").is_between(pl.col("LOW"), most),
        pl.format("{} to {} from the schools", "LOW", most),
    )


def _long(frame: pl.DataFrame, names: list[str], value: str) -> pl.DataFrame:
    return frame.unpivot(names, index=_KEYS, variable_name="COLUMN", value_name=value)


def _percents(
    sheet: Sheet, rows: pl.DataFrame, schools: pl.DataFrame, left_out: pl.DataFrame
) -> pl.DataFrame:
    """Percentages of an authority: the pupils its schools can have, over those it can count."""
    wanted = [
        (block, measure + group, COUNTS[group])
        for block, measures in BLOCKS.items()
        for measure in measures
        for group in (WHOLE, *GROUPS)
        if sheet.has(measure + group)
    ]
    wanted += [
        ("", share, "TELIG") for share in SHARES if share in SEN and sheet.has(share, SHARES[share])
    ]
    wanted += [
        (f"{score_of(subject).score}<", coverage_of(subject), "TELIG")
        for subject in IN_PROGRESS
        if sheet.has(f"{score_of(subject).score}<")
    ]
    out = left_out.pivot("BLOCK", index="ROW", values="LEFT_OUT")
    schools = schools.join(out, on="ROW", how="left")
    frames = []
    for block, column, count in wanted:
        fewer = pl.col(block).fill_null(0) if block in out.columns else pl.lit(0)
        pupils, percent = pl.col(count), pl.col(column)
        if not block:
            least = most = pl.col(SHARES[column])
        elif block.endswith("<"):
            least, most = pl.col(block), pl.col(block.replace("<", ">"))
        else:
            low, _ = share_range(percent, pupils - fewer)
            _, high = share_range(percent, pupils)
            slack = (fewer > 0).cast(pl.Int64)
            least, most = low - slack, pl.min_horizontal(high, pupils) + slack
        printed = pl.lit(block.endswith("<")) | percent.is_not_null()
        seen = printed & pupils.is_not_null() & least.is_not_null()
        hidden = pl.coalesce(pupils, "TELIG")
        made = schools.group_by(_KEYS).agg(
            K1=pl.when(seen).then(least.clip(0)).otherwise(0).sum(),
            K2=pl.when(seen).then(most).otherwise(hidden).sum(),
            OUT=fewer.sum(),
        )
        frames.append(
            rows.filter(percent.is_not_null())
            .select("ROW", *_KEYS, COLUMN=pl.lit(column), P=percent, D=pupils)
            .join(made, on=_KEYS)
        )
    if not frames:
        return pl.DataFrame(schema=SCHEMA)
    cells = pl.concat(frames, how="vertical_relaxed").filter(pl.col("D").is_not_null())
    agrees = (
        pl.when(_fits(pl.col("OUT"), pl.lit(0)))
        .then(pl.lit(value=True))
        .when(~_fits(pl.col("OUT") + pl.col("D") // _HIDDEN + 1, pl.col("D") // _HIDDEN + 1))
        .then(pl.lit(value=False))
    )
    share = pl.format(
        "{}% to {}% from the schools",
        (100 * pl.col("K1") / pl.col("D")).round(1),
        (100 * pl.col("K2") / pl.col("D")).round(1),
    )
    return findings(cells, agrees, share, pl.lit(_LEFT_OUT))


def _fits(out: pl.Expr, slack: pl.Expr) -> pl.Expr:
    """Whether the schools' pupils (K1 to K2) print as P over D less up to ``out`` pupils."""
    first, _ = share_range(pl.col("P"), pl.col("D") - out)
    _, last = share_range(pl.col("P"), pl.col("D"))
    return (pl.col("K1") - slack <= last) & (pl.col("K2") + slack >= first)


def _means(sheet: Sheet, year: Year, rows: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    """Progress scores, average scaled scores and the key stage 1 average of an authority."""
    scale = year.key_stage_2
    lowest = min((*scale.points.values(), Decimal(scale.lowest_score)))
    span = int((scale.highest_score - lowest) * 10)
    frames, wholes = [], []

    def add(column: str, low: pl.Expr, high: pl.Expr, ends: tuple[int, int]) -> None:
        seen = pl.col(column).is_not_null()
        least, most = rounding_range(pl.col(column))
        blank = pl.col(f"{column}?") == ""
        hidden = pl.when(blank & (pl.col("TELIG") >= sheet.whole)).then(0).otherwise(high)
        frames.append(
            schools.select(
                *_KEYS,
                COLUMN=pl.lit(column),
                W1=pl.when(seen).then(low).otherwise(0).cast(pl.Int64),
                W2=pl.when(seen).then(high).otherwise(hidden).fill_null(0).cast(pl.Int64),
                V1=pl.when(seen).then(least).otherwise(2 * ends[0]),
                V2=pl.when(seen).then(most).otherwise(2 * ends[1]),
            )
        )
        wholes.append(
            rows.filter(seen).select("ROW", *_KEYS, COLUMN=pl.lit(column), M=pl.col(column))
        )

    for subject in IN_PROGRESS:
        name = score_of(subject).score
        for column in (name, f"{name}_UNADJUSTED"):
            if sheet.has(column, f"{name}<"):
                add(column, pl.col(f"{name}<"), pl.col(f"{name}>"), (-span, span))
    for average in AVERAGES:
        reached = f"PT{average.partition('_')[0]}_EXP"
        for group in (WHOLE, *GROUPS):
            if sheet.has(average + group):
                pupils = pl.coalesce(COUNTS[group], "TELIG")
                least = (
                    share_range(pl.col(reached + group), pupils)[0].fill_null(1)
                    if sheet.has(reached + group)
                    else pl.lit(1)
                )
                ends = (scale.lowest_score, scale.highest_score)
                add(average + group, pl.max_horizontal(least, pl.lit(1)), pupils, ends)
    if sheet.has(KS1_AVERAGE) and year.prior_attainment_bands is not None:
        top = int(max(band.high for band in year.prior_attainment_bands.bands) * 10)
        known = pl.sum_horizontal(pl.col(COUNTS[group]) for group in PRIOR)
        printed = pl.col(COUNTS["_L"]).is_not_null()
        weight = pl.when(printed).then(known).otherwise(pl.col("TELIG"))
        add(KS1_AVERAGE, weight, weight, (0, top))
    if not frames:
        return pl.DataFrame(schema=SCHEMA)
    checked = with_reach(pl.concat(frames), [*_KEYS, "COLUMN"], pl.concat(wholes))
    return findings(
        checked,
        pl.col("FITS"),
        pl.format("about {} from the schools, weighted by pupils", pl.col("ABOUT").round(1)),
    )
