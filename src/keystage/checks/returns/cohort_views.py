"""Results of whole files as rules see them: as columns, repeated, and beside earlier ones."""

from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.coded import OTHER, Coded, as_spelt, cleaned, digits_of
from keystage.checks.returns.linked import Linked
from keystage.checks.returns.lookup import collected
from keystage.checks.returns.setting import Setting, year_alone
from keystage.core.subjects import ASSESSED, Subject
from keystage.records.circumstances import VALUES
from keystage.records.returns import ReturnSet
from keystage.statute.collection import Collection

_CHANGED = {
    "since": pl.String(),
    "file": pl.UInt32(),
    "pupil": pl.UInt32(),
    "line": pl.UInt32(),
    "upn": pl.String(),
    "subject": pl.String(),
    "result": pl.String(),
    "before": pl.String(),
}


def subject_columns(linked: Linked, coded: Coded, collection: Collection) -> pl.DataFrame:
    """The judgements of each file in each subject, as a column of a sheet is seen.

    Columns: file, pupils, working_below (those who write below the standards), and of each subject:
    the subject's own name with the value if all have the same code of it, ``…_given``, ``…_absent``
    (a code for no judgement) and ``…_share``, the per cent of pupils with such a code.
    """
    columns, made = _columns(coded.codes, year_alone(collection))
    digits = linked.by_file.lazy().select("file", ROWS, *digits_of("kind", coded.codes))
    counted = digits.group_by("file").agg(columns).select("file", *made).sort("file")
    return collected(counted, linked.by_file.height)


@lru_cache
def _columns(codes: tuple[str, ...], setting: Setting) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """What is counted of the pupils of a file, and what is said of it."""
    below = setting.collection.codes(Subject.WRITING, "below", "engagement")
    rows = pl.col(ROWS)

    def among(subject: Subject, some: Sequence[str]) -> pl.Expr:
        numbers = [at for at, code in enumerate(codes, 1) if code in some]
        return (rows * pl.col(subject).is_in(numbers)).sum()

    def absent(subject: Subject) -> pl.Expr:
        return among(subject, setting.collection.codes(subject, "not_assessed"))

    given = {subject: pl.col(subject).filter(pl.col(subject) > 0) for subject in ASSESSED}
    counted = [
        rows.sum().alias("pupils"),
        among(Subject.WRITING, below).alias("working_below"),
        *((rows * (pl.col(one) > 0)).sum().alias(f"{one}_given") for one in ASSESSED),
        *(absent(one).alias(f"{one}_absent") for one in ASSESSED),
        *(given[one].min().alias(f"{one}_lowest") for one in ASSESSED),
        *(given[one].max().alias(f"{one}_highest") for one in ASSESSED),
    ]
    text = pl.lit(
        pl.Series([None, *(None if code == OTHER else code for code in codes)], dtype=pl.String)
    )
    return counted, [
        pl.col("pupils", "working_below"),
        *(pl.col(f"{one}_given", f"{one}_absent") for one in ASSESSED),
        *(
            (pl.col(f"{one}_absent") * 100 // pl.col("pupils")).alias(f"{one}_share")
            for one in ASSESSED
        ),
        *(
            pl.when(pl.col(f"{one}_lowest") == pl.col(f"{one}_highest"))
            .then(text.gather(pl.col(f"{one}_lowest").cast(pl.UInt32)))
            .alias(one)
            for one in ASSESSED
        ),
    ]


def repeats(returns: ReturnSet, coded: Coded, collection: Collection) -> pl.DataFrame:
    """Results of the stage that a pupil has more than once, of those it is known what they are.

    An assessment of this year is the same result as another one of its subject; any other result as
    another one in its slot. Columns: file, pupil, line (of the second), subject, first, second,
    ``differ``.
    """
    results = returns.results
    slot_key = pl.col("pupil").cast(pl.UInt64) * (pl.col("slot").max().cast(pl.UInt64) + 1)
    once = results.select((slot_key + pl.col("slot")).n_unique()).item()
    if once == results.height and not coded.given_twice:
        return _no_repeats()
    scales = [code.upper() for code in collection.p_scales.codes] if collection.p_scales else []
    slots = returns.slots.filter(
        pl.col("stage") == collection.format.stage, pl.col("kind").is_not_null()
    ).select(
        "slot",
        "subject",
        "measure",
        assessed=(pl.col("kind") == "assessment") & (pl.col("year") == collection.year.id),
    )
    made = (
        results.lazy()
        .join(slots.lazy(), on="slot", maintain_order="left")
        .with_columns(code=cleaned(pl.col("result")))
        .filter(pl.col("code").is_not_null())
        .with_columns(
            about=pl.when(pl.col("assessed").fill_null(False))
            .then(pl.format("{}{}", "measure", pl.col("code").is_in(scales)))
            .otherwise(pl.col("slot").cast(pl.String)),
            subject=pl.coalesce("measure", "subject"),
        )
        .group_by("pupil", "about", maintain_order=True)
        .agg(
            pl.col("file", "subject").first(),
            line=pl.col("line").get(1, null_on_oob=True),
            first=pl.col("code").first(),
            second=pl.col("code").filter(pl.col("code") != pl.col("code").first()).first(),
            times=pl.len(),
        )
        .filter(pl.col("times") > 1)
        .with_columns(
            as_spelt(pl.col("first", "second"), collection),
            differ=pl.col("second").is_not_null(),
        )
        .select(_no_repeats().columns)
    )
    return collected(made, results.height)


def _no_repeats() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "file": pl.UInt32,
            "pupil": pl.UInt32,
            "line": pl.UInt32,
            "subject": pl.String,
            "first": pl.String,
            "second": pl.String,
            "differ": pl.Boolean,
        }
    )


def changed(
    returns: ReturnSet,
    files: pl.DataFrame,
    coded: Coded,
    collection: Collection,
    lists: dict[str, pl.DataFrame | None],
) -> pl.DataFrame:
    """Judgements that differ from a list of earlier ones.

    Columns: since (the name of the list), file, pupil, line, upn, subject, result, before.
    """
    before = pl.concat(
        [
            pl.DataFrame(schema=dict(VALUES) | {"since": pl.String}),
            *(
                table.select(*VALUES, since=pl.lit(name))
                for name, table in lists.items()
                if table is not None
            ),
        ]
    )
    if before.is_empty():
        return pl.DataFrame(schema=dict(_CHANGED))
    scales = [code.upper() for code in collection.p_scales.codes] if collection.p_scales else []
    judged = coded.values.filter("assessed", ~pl.col("code").is_in(scales).fill_null(False))
    judged = judged.select("slot", "result", "code", subject="measure")
    made = (
        returns.results.lazy()
        .join(judged.lazy(), on=["slot", "result"])
        .join(returns.pupils.lazy().select("pupil", "upn"), on="pupil")
        .join(files.lazy().select("file", "school"), on="file")
        .join(
            before.lazy().with_columns(before=cleaned(pl.col("result"))).drop("result"),
            on=["school", "upn", "subject"],
        )
        .filter(pl.col("code").ne_missing(pl.col("before")))
        .select("since", "file", "pupil", "line", "upn", "subject", "before", result="code")
        .select(*_CHANGED)
        .sort("file", "line")
    )
    return collected(made, returns.results.height)
