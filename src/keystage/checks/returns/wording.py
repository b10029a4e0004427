"""Words for sentences, beside the few dozen values and kinds there are."""

import polars as pl

from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.statute.collection import Collection

_THREE = (Subject.READING, Subject.WRITING, Subject.MATHS)


def worded_values(values: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """The values with what their codes mean.

    Columns: codes (of the subject), undocumented, and of withdrawn codes last_year, meaning and
    instead, a sentence.
    """
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
            codes=pl.col("measure").replace_strict(
                {str(subject): ", ".join(collection.codes(subject)) for subject in ASSESSED},
                default=None,
                return_dtype=pl.String,
            )
        )
        .collect()
    )


def worded_kinds(kinds: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """The kinds with words.

    Columns: engaged and judged (subjects on the engagement model, and with another judgement),
    ``…_status`` (a registration for people), ``…_other`` (the other of writing and science) and
    ``…_codes`` (of the subject).
    """
    return kinds.with_columns(
        engaged=_subjects(collection, on_the_model=True),
        judged=_subjects(collection, on_the_model=False),
        writing_other="science",
        science_other="writing",
        **{
            f"{test}_status": pl.col(f"{test}_registration").replace_strict(
                {code: one.label for code, one in collection.registrations.codes.items()},
                default=None,
                return_dtype=pl.String,
            )
            for test in TESTED
        },
        **{
            f"{subject}_codes": pl.lit(", ".join(collection.codes(subject))) for subject in ASSESSED
        },
    )


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
