"""Words for sentences, beside the few dozen values and kinds there are."""

from functools import lru_cache

import polars as pl

from keystage.checks.returns.coded import as_spelt
from keystage.checks.returns.setting import Setting
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.statute.collection import Collection

_THREE = (Subject.READING, Subject.WRITING, Subject.MATHS)


def worded_values(values: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """The values with what their codes mean.

    Columns: spelt (the code as lists write it), codes (of the subject), advice (what to do instead,
    in sentences), undocumented, and of withdrawn codes last_year, meaning and instead, a sentence.
    """
    collection = setting.collection
    old = [
        {
            "measure": str(subject),
            "code": code.upper(),
            "last_year": one.last_year,
            "meaning": one.meaning,
            "instead": f" {one.instead} took its place." if one.instead else "",
        }
        for code, one in collection.withdrawn.codes.items()
        for subject in one.subjects
    ]
    doubtful = [
        {"measure": str(subject), "code": code, "undocumented": one.undocumented}
        for subject in ASSESSED
        for code, one in collection.judgements.of(subject).items()
        if one.undocumented
    ]
    text = {"measure": pl.String, "code": pl.String}
    return (
        values.lazy()
        .join(
            pl.LazyFrame(
                old,
                schema=text | {"last_year": pl.Int32, "meaning": pl.String, "instead": pl.String},
            ),
            on=["measure", "code"],
            how="left",
            maintain_order="left",
        )
        .join(
            pl.LazyFrame(doubtful, schema=text | {"undocumented": pl.String}),
            on=["measure", "code"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            spelt=as_spelt(pl.col("code"), collection),
            codes=pl.col("measure").replace_strict(
                {str(subject): ", ".join(collection.codes(subject)) for subject in ASSESSED},
                default=None,
                return_dtype=pl.String,
            ),
            advice=pl.col("measure").replace_strict(
                {str(subject): _advice(subject, collection) for subject in ASSESSED},
                default=None,
                return_dtype=pl.String,
            ),
        )
        .collect()
    )


def _advice(subject: Subject, collection: Collection) -> str:
    """What to do about a value that is no code of a subject."""
    codes = ", ".join(collection.codes(subject))
    takes = [code for code, one in collection.registrations.codes.items() if one.sits]
    if any(collection.due(code, subject) for code in takes):
        return f"Choose one of the year's codes for this subject: {codes}."
    return (
        f"If the pupil takes the {subject} test, take the judgement out: none is asked for. If "
        f"not, choose one of the year's codes: {codes}."
    )


def worded_kinds(kinds: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """The kinds with words.

    Columns: engaged and judged (subjects on the engagement model, and with another judgement),
    ``…_status`` (a registration for people), ``…_other`` and ``…_other_subject`` (the other of
    writing and science), ``…_codes`` (of the subject) and ``…_wanted`` (what to record).
    """
    return kinds.with_columns(_words(setting))


@lru_cache
def _words(setting: Setting) -> list[pl.Expr]:
    collection = setting.collection
    labels = {code: one.label for code, one in collection.registrations.codes.items()}
    return [
        _subjects(collection, on_the_model=True).alias("engaged"),
        _subjects(collection, on_the_model=False).alias("judged"),
        pl.col("science").alias("writing_other"),
        pl.lit("science").alias("writing_other_subject"),
        pl.col("writing").alias("science_other"),
        pl.lit("writing").alias("science_other_subject"),
        *(
            pl.col(f"{test}_registration")
            .replace_strict(labels, default=None, return_dtype=pl.String)
            .alias(f"{test}_status")
            for test in TESTED
        ),
        *(
            pl.lit(", ".join(collection.codes(subject))).alias(f"{subject}_codes")
            for subject in ASSESSED
        ),
        *(_wanted(subject, collection).alias(f"{subject}_wanted") for subject in ASSESSED),
    ]


def _wanted(subject: Subject, collection: Collection) -> pl.Expr:
    """What to record where a judgement is due and missing."""
    here = ", ".join(collection.codes(subject, "standard", "below", "engagement"))
    absent = " or ".join(collection.codes(subject, "not_assessed"))
    judge = (
        f"Record the judgement: {here}. If the teacher cannot judge, because the pupil was absent "
        f"for long or has just arrived, record {absent}."
    )
    instead = pl.format("Record {}, as the registration says.", f"{subject}_instead")
    return pl.coalesce(instead, pl.lit(judge))


def _subjects(collection: Collection, *, on_the_model: bool) -> pl.Expr:
    names = [
        pl.when(
            pl.col(str(subject)).is_in(
                collection.codes(subject, "engagement")
                if on_the_model
                else collection.codes(subject, "standard", "below")
            )
        ).then(pl.lit(subject.label))
        for subject in _THREE
    ]
    return pl.concat_str(names, separator=", ", ignore_nulls=True)
