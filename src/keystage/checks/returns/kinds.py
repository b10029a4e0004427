"""Kinds of pupils: what each number stands for, and what the registrations ask of it.

What a rule about judgements can see of a pupil is a kind: the judgements, the registrations, when
the pupil left and what is known of the file. A nation has a few hundred kinds, so such rules are
asked of kinds. A kind is a number: ``combination + Coded.size * (of_file + FILES * sort)``, where
``sort`` says how the pupil stands on the expected list: ``left + len(LEFT) * standing``.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, reduce

import polars as pl

from keystage.checks.returns.coded import Coded, decoded
from keystage.checks.returns.setting import Setting, year_alone
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.statute.collection import Collection

#: When a pupil left: not at all, or before, during or after the week of the tests.
LEFT = ("stayed", "before", "during", "after")
STAYED = LEFT.index("stayed")
#: The registration of a pupil who left before the tests, in `Registrations.codes`.
REGISTERED_LEFT = "left"
#: What is known of a file: whether it has assessments, and whether its school is on the list.
ASSESSED_FILE, SCHOOL_LISTED = 1, 2
FILES = 4
_REGISTER = pl.Series([None, False, True])


def highest_kind(coded: Coded, collection: Collection) -> int:
    """One more than the highest number of a kind."""
    return int(coded.size * FILES * _number_of_sorts(collection))


def _base(collection: Collection) -> int:
    return len(collection.registrations.codes) + 1


def standing(collection: Collection) -> pl.Expr:
    """How a pupil of the expected list stands there, as a number above nought."""
    return _stands(year_alone(collection))


@lru_cache
def _stands(setting: Setting) -> pl.Expr:
    collection = setting.collection
    registrations = pl.Enum(list(collection.registrations.codes))
    base = _base(collection)
    tests = [
        (pl.col(test).cast(registrations, strict=False).to_physical() + 1)
        .fill_null(0)
        .cast(pl.UInt64)
        * base**at
        for at, test in enumerate(TESTED)
    ]
    register = (pl.col("on_register").cast(pl.UInt64) + 1).fill_null(0)
    return 1 + pl.sum_horizontal(*tests, register * base ** len(TESTED))


def left_in(collection: Collection) -> pl.Expr:
    """The place in `LEFT` of ``left_on``.

    Null where no day is given, or the week of the tests is not known.
    """
    week = collection.test_week
    if week is None:
        return pl.lit(None, pl.UInt64)
    return _left(week.first, week.last)


@lru_cache
def _left(first: date, last: date) -> pl.Expr:
    left_on = pl.col("left_on")
    return (
        pl.when(left_on < first)
        .then(LEFT.index("before"))
        .when(left_on <= last)
        .then(LEFT.index("during"))
        .when(left_on > last)
        .then(LEFT.index("after"))
        .cast(pl.UInt64)
    )


def sorts(collection: Collection) -> pl.DataFrame:
    """What each ``sort`` stands for, in the order of their numbers.

    Columns: left, listed, the registration of each test, on_register, ``elsewhere`` (the pupil left
    before the tests or is judged in another year) and ``awaited`` (a judgement is due this year);
    and of each subject what the registrations ask: ``…_decided`` (the registration that decides),
    ``…_due`` and ``…_instead``, the code that stands in place of a judgement.
    """
    return _sorts(year_alone(collection))


@lru_cache
def _sorts(setting: Setting) -> pl.DataFrame:
    """Made once for a collection: there are a few thousand."""
    collection = setting.collection
    said, meant = _standing(collection)
    decided, asked = _asked(collection)
    every = pl.select(sort=pl.int_range(_number_of_sorts(collection), dtype=pl.UInt64))
    steps = (said, meant, decided, asked)
    return reduce(pl.DataFrame.with_columns, steps, every).drop("sort")


def _number_of_sorts(collection: Collection) -> int:
    return int(len(LEFT) * (1 + _base(collection) ** len(TESTED) * len(_REGISTER)))


def _standing(collection: Collection) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """How a pupil stands, and what follows from it."""
    names = pl.lit(pl.Series([None, *collection.registrations.codes], dtype=pl.String))
    base, place = _base(collection), pl.col("sort") // len(LEFT)
    tests, is_listed = place - 1, place > 0
    registrations = [pl.col(f"{test}_registration") for test in TESTED]
    register = (tests // base ** len(TESTED) % len(_REGISTER)).cast(pl.UInt32)
    said = [
        pl.lit(pl.Series(LEFT)).gather((pl.col("sort") % len(LEFT)).cast(pl.UInt32)).alias("left"),
        is_listed.alias("listed"),
        *(
            pl.when(is_listed)
            .then(names.gather((tests // base**at % base).cast(pl.UInt32)))
            .alias(f"{test}_registration")
            for at, test in enumerate(TESTED)
        ),
        pl.when(is_listed).then(pl.lit(_REGISTER).gather(register)).alias("on_register"),
    ]
    before = pl.col("left") == "before"
    return said, [
        _elsewhere(registrations, before, collection).alias("elsewhere"),
        awaited(registrations, before, collection).alias("awaited"),
    ]


def awaited(
    registrations: Sequence[pl.Expr], left_before: pl.Expr, collection: Collection
) -> pl.Expr:
    """Whether a judgement of this year is due from a pupil of the expected list.

    A pupil without any registration is awaited. One who left before the tests, or is registered for
    another year, is not: such pupils may be left out of a file.
    """
    here = [
        code
        for code, one in collection.registrations.codes.items()
        if not one.elsewhere and any(collection.due(code, subject) for subject in ASSESSED)
    ]
    some = pl.any_horizontal(one.is_in(here) for one in registrations).fill_null(False)
    unknown = pl.all_horizontal(one.is_null() for one in registrations)
    return (some | unknown) & ~left_before.fill_null(False)


def _elsewhere(
    registrations: Sequence[pl.Expr], left_before: pl.Expr, collection: Collection
) -> pl.Expr:
    there = [code for code, one in collection.registrations.codes.items() if one.elsewhere]
    some = pl.any_horizontal(one.is_in(there) for one in registrations).fill_null(False)
    return some | left_before


def explained(kinds: pl.DataFrame, coded: Coded, collection: Collection) -> pl.DataFrame:
    """What each kind stands for.

    Columns: the judgements and P scales of `Coded.decoded`, assessed, school_listed, and those of
    `sorts`.
    """
    place = pl.col("kind") // coded.size
    told = kinds.with_columns(
        *decoded("kind", coded.codes),
        assessed=(place & ASSESSED_FILE) != 0,
        school_listed=(place & SCHOOL_LISTED) != 0,
    )
    return told.hstack(sorts(collection)[kinds["kind"] // (coded.size * FILES)])


def _asked(collection: Collection) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """The registration that decides about each subject, and what it asks."""
    codes = collection.registrations.codes
    instead = {code: one.elsewhere for code, one in codes.items() if one.elsewhere}
    left = (pl.col("left") == "before") & pl.col("listed")
    decided = [
        pl.when(left)
        .then(pl.lit(REGISTERED_LEFT))
        .otherwise(_deciding(subject, collection))
        .alias(f"{subject}_decided")
        for subject in ASSESSED
    ]
    due = [
        pl.col(f"{subject}_decided")
        .replace_strict(
            {code: bool(collection.due(code, subject)) for code in codes},
            default=due_from_all(subject, collection),
            return_dtype=pl.Boolean,
        )
        .alias(f"{subject}_due")
        for subject in ASSESSED
    ]
    return decided, due + [
        pl.col(f"{subject}_decided")
        .replace_strict(instead, default=None, return_dtype=pl.String)
        .alias(f"{subject}_instead")
        for subject in ASSESSED
    ]


def due_from_all(subject: Subject, collection: Collection) -> bool:
    """Whether a judgement is due whether a pupil takes the tests or works below them."""
    return all(
        collection.due(code, subject)
        for code, one in collection.registrations.codes.items()
        if one.sits or one.below
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
