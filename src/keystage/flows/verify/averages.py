"""Average scaled scores: one unrounded average must go with every cell that bounds it.

The school's average lies within what prints as it; within what the shares at the expected and the
higher standard leave, since those pupils score at least 100 and 110 and all others less (guide,
sections on scaled scores); and within the means that every division of its pupils can have (boys
and girls, disadvantaged and others, prior attainment, language, mobility), since the pupils with a
score are each in one part. Only all bounds together make full use of the rounded cells.
"""

import polars as pl

from keystage.flows.verify.means import FINE, mean_bounds, rounded_from
from keystage.flows.verify.names import AVERAGES, COUNTS, GROUPS, PARTITIONS, PRIOR, WHOLE
from keystage.flows.verify.sheet import AUTHORITY, SCHOOLS, Sheet, code, share_range
from keystage.flows.verify.tally import SCHEMA, Tally, findings
from keystage.flows.verify.together import together
from keystage.statute.outcomes import KeyStage2
from keystage.statute.year import Year

#: Divisions of a school's pupils; the last two leave the other pupils as a part without a name.
_DIVISIONS = (*PARTITIONS, ("_EAL",), ("_MOBN",))
_KEYS = ["ROW", "AVERAGE"]
_OWN, _SHARES = "itself", "percentages"


def check_averages(sheet: Sheet, year: Year, tally: Tally) -> pl.DataFrame:
    """Check average scaled scores against the percentages and the groups beside them.

    Args:
        sheet: the tables.
        year: the statutory year, whose scaled score scale bounds what is not printed.
        tally: takes the findings.

    Returns:
        What the unrounded averages of schools and authorities can be: ROW, AVERAGE, LOW, HIGH (in
        parts of a unit); of averages that agree only.
    """
    groups = _groups(sheet, year.key_stage_2)
    if not len(groups):
        return pl.DataFrame(schema={**_SCHEMA, "LOW": pl.Int64, "HIGH": pl.Int64})
    beside = groups.filter("SEEN").with_columns(
        FITS=(pl.col("V1") <= pl.col("B2")) & (pl.col("V2") >= pl.col("B1")),
        COLUMN=pl.col("AVERAGE") + pl.col("GROUP"),
    )
    tally.add(
        "averages beside percentages",
        findings(
            beside.filter(pl.col("GROUP") != WHOLE),
            pl.col("FITS"),
            pl.format("{} by the percentages beside it", _between("B1", "B2")),
        ),
    )
    whole = beside.filter(pl.col("GROUP") == WHOLE)
    within = groups.with_columns(
        V1=pl.when(_compatible()).then(pl.max_horizontal("V1", "B1")).otherwise("V1"),
        V2=pl.when(_compatible()).then(pl.min_horizontal("V2", "B2")).otherwise("V2"),
    )
    bounds = together(
        pl.concat(
            [
                whole.select(*_KEYS, BOUND=pl.lit(_OWN), LOW="V1", HIGH="V2"),
                whole.select(*_KEYS, BOUND=pl.lit(_SHARES), LOW="B1", HIGH="B2"),
                _of_divisions(sheet, within, year.key_stage_2).join(whole, on=_KEYS, how="semi"),
            ]
        ),
        _KEYS,
    )
    tally.add("averages of groups", _judge(bounds))
    return (
        bounds.filter("FITS")
        .group_by(_KEYS)
        .agg(LOW=pl.col("LOW").max(), HIGH=pl.col("HIGH").min())
    )


_SCHEMA = {"ROW": pl.UInt32, "AVERAGE": pl.String}


def _compatible() -> pl.Expr:
    return (pl.col("V1") <= pl.col("B2")) & (pl.col("V2") >= pl.col("B1"))


def _between(low: str, high: str) -> pl.Expr:
    ends = ((pl.col(name) / FINE).round(1) for name in (low, high))
    return pl.format("{} to {}", *ends)


def _groups(sheet: Sheet, scale: KeyStage2) -> pl.DataFrame:
    """Every average of a school or group, printed or hidden, with what bounds it.

    ROW, AVERAGE, GROUP, SEEN, W1 and W2 (pupils with a score), V1 and V2 (what prints as it), B1
    and B2 (what the percentages leave).
    """
    places = sheet.cells.filter(
        pl.col("RECTYPE").is_in([*SCHOOLS, AUTHORITY]) & (pl.col("TELIG") >= sheet.whole)
    )
    frames = [
        _group(sheet, places, average, group, scale)
        for average in AVERAGES
        for group in (WHOLE, *GROUPS)
        if sheet.has(average, average + group)
    ]
    return pl.concat(frames) if frames else pl.DataFrame()


def _group(
    sheet: Sheet, places: pl.DataFrame, average: str, group: str, scale: KeyStage2
) -> pl.DataFrame:
    pupils, value = pl.col(COUNTS[group]), pl.col(average + group)
    expected, higher = (_reached(sheet, average, kind, group) for kind in ("EXP", "HIGH"))
    proved = pl.min_horizontal(pl.max_horizontal(expected[0], pl.lit(1)), pupils)
    first, last = rounded_from(value)
    seen, blank = value.is_not_null(), code(average + group) == ""
    lowest, most = scale.lowest_score * FINE, scale.highest_score * FINE
    ends = {"E1": expected[0], "E2": expected[1], "H1": higher[0], "H2": higher[1]}
    return (
        places.filter(pupils.is_not_null())
        .select(
            "ROW",
            AVERAGE=pl.lit(average),
            GROUP=pl.lit(group),
            SEEN=seen,
            W1=pl.when(seen).then(proved).otherwise(0).cast(pl.Int64),
            W2=pl.when(blank).then(0).otherwise(pupils).cast(pl.Int64),
            V1=pl.when(seen).then(first).otherwise(lowest),
            V2=pl.when(seen).then(last).otherwise(most),
            **{name: end.cast(pl.Int64) for name, end in ends.items()},
        )
        .with_columns(B1=_lowest(scale), B2=_highest(scale))
        .drop(*ends)
    )


def _reached(sheet: Sheet, average: str, kind: str, group: str) -> tuple[pl.Expr, pl.Expr]:
    """The fewest and the most pupils of a group that reach a standard in the average's subject.

    Who reaches it in reading, writing and maths together reaches it in reading and in maths.
    """
    pupils, subject = pl.col(COUNTS[group]), average.partition("_")[0]
    own, joint = f"PT{subject}_{kind}{group}", f"PTRWM_{kind}{group}"
    least, most = pl.lit(0), pupils
    if sheet.has(own):
        fewest, greatest = share_range(pl.col(own), pupils)
        least = fewest.fill_null(0)
        most = pl.min_horizontal(greatest, pupils)
    if subject != "GPS" and sheet.has(joint):
        least = pl.max_horizontal(least, share_range(pl.col(joint), pupils)[0].fill_null(0))
    return pl.min_horizontal(least, pupils), most


def _lowest(scale: KeyStage2) -> pl.Expr:
    """The lowest average: the fewest reach the standards, barely, and all others have the least."""
    high, middle = pl.min_horizontal("H1", "E1"), pl.col("E1") - pl.min_horizontal("H1", "E1")
    others = pl.max_horizontal(pl.col("W2") - pl.col("E1"), pl.lit(0))
    total = (
        high * scale.higher_score + middle * scale.expected_score + others * scale.lowest_score
    ) * FINE
    return total // pl.max_horizontal(high + middle + others, pl.lit(1))


def _highest(scale: KeyStage2) -> pl.Expr:
    """The highest average: only those at the standard have a score, most of them the highest."""
    high = pl.col("H2")
    scored = pl.max_horizontal("E1", high)
    below_high, below = scale.higher_score - 1, scale.expected_score - 1
    total = (high * scale.highest_score + (scored - high) * below_high) * FINE
    nobody = pl.when(pl.col("E2") == 0).then(below * FINE).otherwise(below_high * FINE)
    return pl.when(scored > 0).then(-((-total) // scored)).otherwise(nobody)


def _of_divisions(sheet: Sheet, groups: pl.DataFrame, scale: KeyStage2) -> pl.DataFrame:
    """The means that each division can have: keys, BOUND (its groups), LOW, HIGH."""
    keys = [*_KEYS, "BOUND"]
    names = {"TELIG", "TKS1GROUP_NA", *COUNTS.values()}
    counts = sheet.cells.select("ROW", *names)
    part = [*keys, "W1", "W2", "V1", "V2"]
    frames = []
    for division in _DIVISIONS:
        named = groups.filter(pl.col("GROUP").is_in(division)).with_columns(
            BOUND=pl.lit(" ".join(division))
        )
        complete = named.group_by(keys).agg(pl.len(), pl.col("SEEN").any())
        complete = complete.filter(pl.col("SEEN") & (pl.col("len") == len(division)))
        frames.append(named.join(complete, on=keys, how="semi").select(part))
        unnamed = _unnamed(division)
        if unnamed is not None:
            frames.append(
                complete.join(counts, on="ROW").select(
                    *keys,
                    W1=pl.lit(0, dtype=pl.Int64),
                    W2=unnamed.cast(pl.Int64),
                    V1=pl.lit(scale.lowest_score * FINE, dtype=pl.Int64),
                    V2=pl.lit(scale.highest_score * FINE, dtype=pl.Int64),
                )
            )
    return mean_bounds(pl.concat(frames), keys)


def _unnamed(division: tuple[str, ...]) -> pl.Expr | None:
    """Pupils who are in no group of a division, or None where every pupil is in one."""
    if division == PRIOR:
        return pl.col("TKS1GROUP_NA").fill_null(0)
    if len(division) == 1:
        return (pl.col("TELIG") - pl.col(COUNTS[division[0]])).clip(0)
    return None


def _judge(bounds: pl.DataFrame) -> pl.DataFrame:
    """Findings of the cells behind each bound: the average itself, percentages, groups."""
    name = (
        pl.when(pl.col("BOUND") == _OWN)
        .then(pl.col("AVERAGE"))
        .when(pl.col("BOUND") == _SHARES)
        .then(pl.lit("PT") + pl.col("AVERAGE").str.replace("_AVERAGE", "_EXP"))
    )
    groups = pl.col("BOUND").str.split(" ")
    sound = findings(bounds.filter(~pl.col("FAULT")).with_columns(COLUMN=name), pl.lit(True), _no())
    faulty = (
        bounds.filter("FAULT")
        .with_columns(COLUMN=name, GROUP=groups)
        .explode("GROUP")
        .with_columns(COLUMN=pl.coalesce("COLUMN", pl.col("AVERAGE") + pl.col("GROUP")))
        .unique(["ROW", "COLUMN"], keep="first", maintain_order=True)
    )
    said = (
        pl.when(pl.col("BOUND") == _OWN)
        .then(pl.format("{} by the groups and percentages", _between("LEFT_LOW", "LEFT_HIGH")))
        .otherwise(
            pl.format(
                "a figure that lets {} be {}, as the other cells do",
                "AVERAGE",
                _between("LEFT_LOW", "LEFT_HIGH"),
            )
        )
    )
    return pl.concat([pl.DataFrame(schema=SCHEMA), sound, findings(faulty, pl.lit(False), said)])


def _no() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)
