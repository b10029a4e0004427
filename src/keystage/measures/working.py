"""The working table: one row a pupil, every rule of the year applied, nothing summed yet."""

import polars as pl

from keystage.core.subjects import IN_PROGRESS, TESTED, Subject
from keystage.measures import key_stage_1, key_stage_2
from keystage.measures.codes import codes_of, yes_or_no
from keystage.statute.year import Year


def working_table(pupils: pl.DataFrame, year: Year) -> pl.LazyFrame:
    """Apply the year's rules to each pupil, up to key stage 2 points; progress comes after.

    Args:
        pupils: the typed pupil table (``keystage.records.schema.PUPILS``).
        year: the statutory year.

    Returns:
        The pupil table plus ``included``, ``FSM6CLA1A`` (from ``FSM6_P`` where the file lacks it),
        the columns of `key_stage_2.outcome_columns` and `key_stage_2.assessment_columns`, and
        ``PRIOR`` (L, M, H or NA). In a year with progress also ``ks1_reading``, ``ks1_writing``,
        ``ks1_maths`` (quarters of a point), ``ks1_from_average``, ``ks1_average`` (sixteenths)
        and ``<subject>_points`` (billionths).
    """
    codes = codes_of(pupils.schema)
    included = year.inclusion.included
    table = pupils.lazy().with_columns(
        yes_or_no(codes, "P_INCL", lambda code: code in included, blank=False).alias("included"),
        _disadvantaged().alias("FSM6CLA1A"),
        *(
            column
            for subject in TESTED
            for column in key_stage_2.outcome_columns(subject, codes, year)
        ),
        *key_stage_2.assessment_columns(
            Subject.WRITING, "WRITTAOUTCOME", codes, year.writing_outcomes
        ),
        *key_stage_2.assessment_columns(
            Subject.SCIENCE, "SCITAOUTCOME", codes, year.science_outcomes
        ),
    )
    if not year.year.progress:
        return table.with_columns(key_stage_1.prior_attainment_band(None).alias("PRIOR"))
    ks1 = year.require(year.key_stage_1, "key_stage_1", "Pupil progress")
    return (
        table.with_columns(
            *key_stage_1.points(codes, ks1),
            key_stage_1.from_file_average().alias("ks1_from_average"),
            *(
                key_stage_2.points(subject, codes, year).alias(f"{subject}_points")
                for subject in IN_PROGRESS
            ),
        )
        .with_columns(key_stage_1.average().alias("ks1_average"))
        .with_columns(key_stage_1.prior_attainment_band(year.prior_attainment_bands).alias("PRIOR"))
    )


def _disadvantaged() -> pl.Expr:
    """The full flag where a pupil has it, else free school meals at any time in six years.

    A pupil with neither is one of the others: the tables define those as everyone else.
    """
    return pl.coalesce("FSM6CLA1A", "FSM6_P", pl.lit("0").cast(pl.Enum(["0", "1"])))
