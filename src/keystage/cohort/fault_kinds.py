"""The kinds of mistakes, and which pupils each can happen to."""

from collections.abc import Mapping
from functools import cache

import polars as pl

from keystage.cohort.parameters import Because, load
from keystage.cohort.summers import summers
from keystage.core.subjects import TESTED, Subject
from keystage.statute.collection import Collection
from keystage.statute.table import Record

#: A column is of several pupils: of one it is a slip of the pen.
_PUPILS_OF_A_SHIFT = 2
_PAIR = 2


class Kind(Because, frozen=True, kw_only=True):
    """A kind of mistake: of so many pupils of a school, or of its file where ``pupils`` is 0."""

    meaning: str
    share: float
    tells: tuple[str, ...]
    pupils: int = 0


class Kinds(Record, frozen=True, kw_only=True):
    """Everything of ``faults.toml``."""

    kinds: Mapping[str, Kind]


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of mistake, by name."""
    return load("faults.toml", Kinds).kinds


def withdrawn_code(collection: Collection, subject: Subject) -> str:
    """A code that a subject took in earlier years and takes no longer: the one that ended last."""
    ended = {
        code: item.last_year
        for code, item in collection.withdrawn.of(subject).items()
        if item.last_year < collection.year.id and code not in collection.judgements.of(subject)
    }
    return max(ended, key=lambda code: ended[code])


def candidates(known: pl.DataFrame, collection: Collection, *, scripts: bool) -> pl.DataFrame:
    """Whom or what each kind can happen to: school, upn (null for its file), kind.

    Args:
        known: the pupils of returns with their registrations and leaving dates.
        collection: the year.
        scripts: whether there are results files, whose scripts can be swapped.
    """
    of_pupils = _of_pupils(collection)
    found = [
        known.filter(rule.fill_null(value=False)).select("school", "upn", kind=pl.lit(name))
        for name, rule in of_pupils.items()
    ]
    if scripts:
        alike = _alike(known, collection)
        found.append(alike.select("school", "upn", kind=pl.lit("swapped_scripts")))
    schools = known.group_by("school", maintain_order=True).agg(pl.col("writing").count())
    for name, kind in kinds().items():
        if not kind.pupils:
            least = _PUPILS_OF_A_SHIFT if name == "column_shift" else 0
            found.append(
                schools.filter(pl.col("writing") >= least).select(
                    "school", upn=pl.lit(None, pl.String), kind=pl.lit(name)
                )
            )
    return pl.concat(found)


def _of_pupils(collection: Collection) -> Mapping[str, pl.Expr]:
    """Of each kind that is of pupils, whom it can happen to."""
    codes, week = collection.registrations.codes, collection.test_week
    sits = [code for code, item in codes.items() if item.sits]
    below = [code for code, item in codes.items() if item.below]
    left = [code for code, item in codes.items() if item.elsewhere == summers().codes.left]
    tests = [pl.col(f"{test}_test") for test in TESTED]
    here = pl.any_horizontal(test.is_in([*sits, *below]) for test in tests)
    after = pl.lit(False) if week is None else (pl.col("left_on") > week.last).fill_null(False)
    judged = here & pl.col("writing").is_not_null() & pl.col("science").is_not_null()
    not_due = not collection.requirements.due[sits[0]].reading
    reads_below = pl.col("reading_test").is_in(below) & pl.col("reading").is_not_null()
    several = pl.len().over("school") > 1
    left_over = {name: pl.len().over("school") > kind.pupils for name, kind in kinds().items()}
    return {
        "missed": here & ~after & left_over["missed"],
        "leaver_left_out": here & after & left_over["leaver_left_out"],
        "leaver_left_in": pl.col("reading_test").is_in(left),
        "blank_subject": judged,
        "blank_below_the_test": reads_below & judged,
        "judged_and_tested": pl.col("reading_test").is_in(sits) & pl.lit(not_due) & ~after,
        "wrong_check_letter": here,
        "anothers_number": here & several,
        "there_twice": here,
        "there_under_two_numbers": here,
        "code_of_another_year": judged,
    }


def _alike(known: pl.DataFrame, collection: Collection) -> pl.DataFrame:
    """Of each school that has any, two who sit all tests, with one surname and one initial."""
    sits = [code for code, item in collection.registrations.codes.items() if item.sits]
    like = known.filter(
        pl.all_horizontal(pl.col(f"{test}_test").is_in(sits) for test in TESTED)
    ).with_columns(initial=pl.col("forename").str.head(1))
    pairs = like.filter(pl.len().over("school", "surname", "initial") > 1)
    first = pairs.unique("school", keep="first", maintain_order=True)
    return pairs.join(
        first, on=["school", "surname", "initial"], how="semi", maintain_order="left"
    ).filter(pl.int_range(pl.len()).over("school") < _PAIR)
