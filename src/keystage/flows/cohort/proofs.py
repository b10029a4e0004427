"""What must hold of a cohort by the guide's rules, and whether intervals hold the truth."""

from collections.abc import Sequence
from math import erf, sqrt

import polars as pl

from keystage.cohort.plan import MAINSTREAM, MIDDLE
from keystage.core.subjects import IN_PROGRESS, TESTED, Subject
from keystage.measures import figures
from keystage.measures.compute import Computed
from keystage.measures.parts import WHOLE
from keystage.measures.table import MAINSTREAM as IN_MAINSTREAM
from keystage.measures.table import MeasureTable, with_types
from keystage.measures.units import BILLION
from keystage.statute.year import Year

CHECKED = {
    "label": pl.String(),
    "wanted": pl.Float64(),
    "tolerance": pl.Float64(),
    "found": pl.Float64(),
    "inside": pl.Boolean(),
}
#: A group's average is rounded to a billionth, and so may the mean be.
_ROUNDING = 1 / BILLION
#: In billionths: the first result that is not caught may lie a rounding below its minimum.
_RAISED = BILLION // 10_000_000
#: Points make steps: nearly the share of pupils is caught, and never more. Judgements make larger
#: ones than scores. Parts of the share.
_STEP_OF_SCORES, _STEP_OF_JUDGEMENTS = 1 / 4, 3 / 4
#: Printed scores make steps: a tenth of a point holds about so many percent of schools at the ends.
_STEP_OF_BANDS = 1.0
#: Chance alone takes a share further than this once in 370 cohorts.
_STANDARD_ERRORS = 3


def invariants(
    computed: Computed, schools: pl.DataFrame, progress: Sequence[Subject] = IN_PROGRESS
) -> pl.DataFrame:
    """What holds of every cohort whose own reference it was scored with.

    Args:
        computed: measures with a derived reference.
        schools: the school table.
        progress: the subjects whose progress is told.

    Returns:
        Columns ``label``, ``wanted``, ``tolerance``, ``found`` (null without such pupils or
        schools) and ``inside``, a row for each subject: the mean of unadjusted progress and the
        share of pupils at a minimum score, at mainstream schools, and the share of schools in the
        first and the last band.

    Source: 2022 technical guide, annexes A, C and D.
    """
    year = computed.table.year
    typed = with_types(schools, year.school_types.types).select("URN", IN_MAINSTREAM)
    pupils = (
        computed.working.filter("included")
        .join(typed.lazy(), on="URN")
        .filter(IN_MAINSTREAM)
        .select(expression for subject in progress for expression in _of_pupils(subject))
        .collect()
        .row(0, named=True)
    )
    minimums = year.minimum_progress
    share = None if minimums is None or not minimums.applies else minimums.share_percent
    rows: list[tuple[str, float, float, float | None]] = []
    for subject in progress:
        name = f"mean of unadjusted progress in {subject.label}"
        rows.append((name, 0.0, _ROUNDING, pupils[f"{subject}_mean"]))
    if share is not None:
        for subject in progress:
            name = f"pupils at a minimum score in {subject.label}, %"
            step = _STEP_OF_SCORES if subject in TESTED else _STEP_OF_JUDGEMENTS
            caught = pupils[f"{subject}_caught"]
            rows.append((name, float(share), float(share) * step, caught))
    rows += _bands(computed.table, progress)
    return _checked(rows)


def coverage(
    table: MeasureTable, truth: pl.DataFrame, progress: Sequence[Subject] = IN_PROGRESS
) -> pl.DataFrame:
    """How many schools' confidence intervals hold the progress that was to be expected of them.

    Args:
        table: the measures of a cohort.
        truth: columns of `cohort.authority.TRUTH`: mainstream and middle schools are looked at.
        progress: the subjects whose progress is told.

    Returns:
        The columns of `invariants` in percent, with ``schools``, a row for each subject with
        intervals. The tolerance is three standard errors of a share of so many schools.
    """
    year = table.year
    if not year.year.progress or year.interval is None or year.pupil_sd is None:
        return _checked([]).with_columns(schools=pl.lit(None, pl.Int64))
    nominal = erf(float(year.interval.critical_value) / sqrt(2))
    known = truth.filter(pl.col("kind").is_in([MAINSTREAM, MIDDLE]))
    urns = table.units_of("school")["URN"]
    rows, counts = [], []
    for measure in table.measures:
        subject = measure.subject
        if subject is None or subject not in progress or measure.name != f"{subject}_progress":
            continue
        low, high = figures.limits(measure, year)
        held = (
            table.of_group(WHOLE, "school")
            .select(urns, low=low, high=high)
            .join(known.select("URN", effect=f"{subject}_effect"), on="URN")
            .drop_nulls()
            .select(pl.col("effect").is_between("low", "high"))["effect"]
        )
        share = held.mean()
        error = sqrt(nominal * (1 - nominal) / max(held.len(), 1))
        rows.append(
            (
                f"intervals that hold the truth in {subject.label}, %",
                figures.PERCENT * nominal,
                figures.PERCENT * _STANDARD_ERRORS * error,
                figures.PERCENT * share if isinstance(share, float) else None,
            )
        )
        counts.append(held.len())
    return _checked(rows).with_columns(schools=pl.Series(counts, dtype=pl.Int64))


def _of_pupils(subject: Subject) -> tuple[pl.Expr, pl.Expr]:
    unadjusted, minimum = pl.col(f"{subject}_unadjusted"), pl.col(f"{subject}_minimum")
    caught = (minimum - unadjusted > _RAISED).fill_null(value=False)
    return (
        (unadjusted.sum() / unadjusted.count() / BILLION).alias(f"{subject}_mean"),
        (figures.PERCENT * caught.sum() / unadjusted.count()).alias(f"{subject}_caught"),
    )


def _bands(
    table: MeasureTable, progress: Sequence[Subject]
) -> list[tuple[str, float, float, float | None]]:
    """The shares of mainstream schools in the first and the last band."""
    year: Year = table.year
    if year.banding is None:
        return []
    percent = float(year.reference_rules.cut_percent)
    mainstream = with_types(table.units_of("school"), year.school_types.types)[IN_MAINSTREAM]
    rows: list[tuple[str, float, float, float | None]] = []
    for measure in table.measures:
        subject = measure.subject
        if subject is None or subject not in progress or measure.name != f"{subject}_progress":
            continue
        enough = pl.col(measure.bottom.name) >= year.suppression.smallest_group
        bands = (
            table.of_group(WHOLE, "school")
            .filter(mainstream.fill_null(value=False))
            .filter(enough)
            .select(band=figures.band(measure, year))["band"]
            .drop_nulls()
        )
        for place in (1, len(year.banding.labels)):
            share = (bands == place).mean()
            found = figures.PERCENT * share if isinstance(share, float) else None
            label = year.banding.labels[place - 1]
            name = f"mainstream schools {label} in {subject.label}, %"
            rows.append((name, percent, _STEP_OF_BANDS, found))
    return rows


def _checked(rows: list[tuple[str, float, float, float | None]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=list(CHECKED)[:4], orient="row").cast(
        {name: kind for name, kind in CHECKED.items() if name != "inside"}
    )
    off = (pl.col("found") - pl.col("wanted")).abs()
    return frame.with_columns(inside=off <= pl.col("tolerance"))
