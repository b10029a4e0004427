"""Kinds of pupils: what each number stands for, and what the registrations ask of it.

What a rule about judgements can see of a pupil is a kind: the judgements, the registrations and
when the pupil left. A nation has a few hundred kinds, so such rules are asked of kinds.
"""

from collections.abc import Sequence

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.returns.coded import Coded
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.statute.collection import Collection

#: When a pupil left: not at all, or before, during or after the week of the tests.
LEFT = ("stayed", "before", "during", "after")
#: The registration of a pupil who left before the tests, in `Registrations.codes`.
REGISTERED_LEFT = "left"
ASSESSED_FILE = 2
ON_REGISTER = 3


def explained(kinds: pl.DataFrame, coded: Coded, collection: Collection) -> pl.DataFrame:
    """What each kind stands for.

    Columns: the judgements and P scales of `Coded.decoded`, assessed, left, listed, the
    registration of each test, on_register, and of each subject what the registrations ask:
    ``…_due`` and ``…_instead``, the code that stands in place of a judgement.
    """
    registrations = tuple(collection.registrations.codes)
    base = len(registrations) + 1
    names = pl.lit(pl.Series([None, *registrations], dtype=pl.String))
    place = pl.col("kind") // coded.size
    standing = place // (len(LEFT) * ASSESSED_FILE)
    tests = standing - 1
    told = kinds.with_columns(
        *coded.decoded(pl.col("kind") % coded.size),
        assessed=place % ASSESSED_FILE == 1,
        left=pl.lit(pl.Series(LEFT)).gather((place // ASSESSED_FILE % len(LEFT)).cast(pl.UInt32)),
        listed=standing > 0,
    ).with_columns(
        *(
            pl.when("listed")
            .then(names.gather((tests // base**at % base).cast(pl.UInt32)))
            .alias(f"{test}_registration")
            for at, test in enumerate(TESTED)
        ),
        on_register=pl.when("listed").then(
            pl.lit(pl.Series([None, False, True])).gather(
                (tests // base ** len(TESTED) % ON_REGISTER).cast(pl.UInt32)
            )
        ),
    )
    return told.with_columns(
        pl.when(pl.col("left") == "before", "listed")
        .then(pl.lit(REGISTERED_LEFT))
        .otherwise(_deciding(subject, collection))
        .alias(f"{subject}_decided")
        for subject in ASSESSED
    ).with_columns(
        *(
            pl.col(f"{subject}_decided")
            .replace_strict(
                {code: bool(collection.due(code, subject)) for code in registrations},
                default=None,
                return_dtype=pl.Boolean,
            )
            .alias(f"{subject}_due")
            for subject in ASSESSED
        ),
        *(
            pl.col(f"{subject}_decided")
            .replace_strict(
                {
                    code: one.elsewhere
                    for code, one in collection.registrations.codes.items()
                    if one.elsewhere
                },
                default=None,
                return_dtype=pl.String,
            )
            .alias(f"{subject}_instead")
            for subject in ASSESSED
        ),
    )


def _deciding(subject: Subject, collection: Collection) -> pl.Expr:
    """The registration that decides about a subject: the first in their order."""
    order = list(collection.registrations.codes)
    tests = collection.requirements.decided_by.of(subject)
    first = pl.min_horizontal(
        pl.col(f"{test}_registration").replace_strict(
            {code: at for at, code in enumerate(order)}, default=None, return_dtype=pl.UInt32
        )
        for test in tests
    )
    return pl.lit(pl.Series(order)).gather(first)


def awaited(registrations: Sequence[pl.Expr], collection: Collection) -> pl.Expr:
    """Whether a judgement is due from a pupil of the expected list, by any registration.

    A pupil without any registration is awaited.
    """
    due = [
        code
        for code in collection.registrations.codes
        if any(collection.due(code, subject) for subject in ASSESSED)
    ]
    some = pl.any_horizontal(one.is_in(due) for one in registrations).fill_null(False)
    return some | pl.all_horizontal(one.is_null() for one in registrations)


def awaited_by_school(listed: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """From how many of some expected pupils each school has a judgement due: school, rows."""
    names = [None, *collection.registrations.codes]
    codes = pl.lit(pl.Series(names, dtype=pl.String))
    tests = [
        codes.gather(((pl.col("standing") - 1) // len(names) ** at % len(names)).cast(pl.UInt32))
        for at in range(len(TESTED))
    ]
    due = listed.select(pl.col("standing").unique()).filter(awaited(tests, collection))
    return (
        listed.lazy()
        .filter(pl.col("standing").is_in(due["standing"].implode()))
        .group_by("school")
        .agg(pl.len().alias(ROWS))
        .with_columns(pl.col("school").cast(pl.String))
        .collect(engine="streaming")
    )
