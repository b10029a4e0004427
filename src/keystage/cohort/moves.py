"""Who comes and goes within the year, with the numbers, dates and inclusion codes of it."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from keystage.cohort.chance import Mask, Stream, Whole, happens
from keystage.cohort.numbers import FORMER, MOST_FORMER, MOVED, OWN, make_numbers, neighbour
from keystage.cohort.parameters import model
from keystage.cohort.people import People
from keystage.cohort.summers import summers
from keystage.cohort.task import Task
from keystage.core.errors import AbsentValueError
from keystage.core.upn import LETTERS
from keystage.records.record_type import ESTABLISHMENTS
from keystage.statute.collection import Collection

_PERCENT = 100
_YEARS_IN_SCHOOL, _YEARS_MOBILE = 7, 2
_DAYS_OF_YEAR = 365
#: Nobody joins or leaves in the last fortnight before the tests without being noticed.
_FORTNIGHT = 14


@dataclass(frozen=True)
class Moved:
    """What became of pupils within the year.

    Attributes:
        upn: unique pupil numbers.
        former_upn: the former number of those who have one; else null.
        joined_on: when they joined the school.
        left_on: when they left it; null for those who stayed.
        future: taught with the year, and finishing the key stage in a later one.
        previous: taught with the year, and already through the key stage.
        counted: counts at the school: neither of another year nor taken out.
        inclusion: inclusion codes.
    """

    upn: pl.Series
    former_upn: pl.Series
    joined_on: pl.Series
    left_on: pl.Series
    future: Mask
    previous: Mask
    counted: Mask
    inclusion: pl.Series


def make_moves(task: Task, people: People) -> Moved:
    """The comings and goings of an authority's pupils."""
    rules, rows = model().moves, len(people)
    chance = task.chance(Stream.MOVES)
    future = happens(chance, rules.future / _PERCENT, rows) & ~people.left_before
    previous = happens(chance, rules.previous / _PERCENT, rows) & ~people.left_before & ~future
    discounted = people.overseas & happens(chance, rules.discounted_of_overseas / _PERCENT, rows)
    removed = discounted | happens(chance, rules.removed / _PERCENT, rows)
    late = happens(chance, rules.late_joiners / _PERCENT, rows) & ~people.left_before
    after = happens(chance, rules.left_after / _PERCENT, rows) & ~people.left_before
    upn, former = _numbers(chance, task, people)
    codes = summers().codes
    counted = task.year.inclusion.included[0]
    inclusion = np.select(
        [future | previous, removed], [codes.left_out, codes.removed], default=counted
    )
    return Moved(
        upn=upn,
        former_upn=former,
        joined_on=_joined(chance, people, late, task.collection),
        left_on=_left(chance, people.left_before, after, task.collection),
        future=future,
        previous=previous,
        counted=~(future | previous | removed | people.left_before),
        inclusion=pl.Series(inclusion.tolist(), dtype=pl.String),
    )


def _numbers(
    chance: np.random.Generator, task: Task, people: People
) -> tuple[pl.Series, pl.Series]:
    """The number of each pupil, and the former number of those who have one."""
    rules, rows = model().moves, len(people)
    number = people.school + 1
    own = task.number * ESTABLISHMENTS + number
    came = people.mobile & ~people.overseas
    temporary = happens(chance, rules.temporary_numbers / _PERCENT, rows) & (
        people.place < len(LETTERS) * _PERCENT
    )
    school = np.where(came, neighbour(task.number, number, task.settings.height), own)
    serial = people.place + np.where(came, MOVED, OWN)
    year = np.where(people.overseas, task.plan.year - 1, task.plan.year - _YEARS_IN_SCHOOL)
    upn = make_numbers(
        np.where(temporary, own, school),
        np.where(temporary, task.plan.year, year),
        np.where(temporary, people.place, serial),
        temporary,
    )
    had = happens(chance, rules.former_numbers / _PERCENT, rows)
    rank: Whole = np.cumsum(had) - np.cumsum(had)[np.searchsorted(people.school, people.school)]
    had &= rank < MOST_FORMER
    none = np.zeros(rows, dtype=bool)
    former = make_numbers(own, year, FORMER + np.clip(rank, 0, MOST_FORMER - 1), none)
    return upn, pl.DataFrame({"had": had, "upn": former}).select(
        pl.when("had").then("upn").alias("former_upn")
    )["former_upn"]


def _joined(
    chance: np.random.Generator, people: People, late: Mask, collection: Collection
) -> pl.Series:
    """Dates of joining: when school began, in years 5 and 6, or shortly before the tests."""
    rows = len(people)
    starts = np.datetime64(collection.academic_year.starts)
    first = starts - _DAYS_OF_YEAR * (_YEARS_IN_SCHOOL - 1)
    tests = _tests(collection)[0]
    within = (
        int((tests - starts).astype(int))
        + _DAYS_OF_YEAR * (_YEARS_MOBILE - 1)
        - model().moves.late_within_days
    )
    mobile = starts - _DAYS_OF_YEAR * (_YEARS_MOBILE - 1) + chance.integers(0, within, rows)
    lately = tests - chance.integers(1, model().moves.late_within_days, rows)
    return _dates(np.select([late, people.mobile], [lately, mobile], first))


def _left(
    chance: np.random.Generator, before: Mask, after: Mask, collection: Collection
) -> pl.Series:
    """Dates of leaving; null for those who stayed."""
    rows = len(before)
    starts = np.datetime64(collection.academic_year.starts)
    first, last = _tests(collection)
    earlier = starts + chance.integers(1, int((first - starts).astype(int)) - _FORTNIGHT, rows)
    later = last + chance.integers(1, model().moves.left_after_within_days, rows)
    gone = np.select([before, after], [earlier, later], np.datetime64("NaT"))
    return _dates(gone)


def _tests(collection: Collection) -> tuple[np.datetime64, np.datetime64]:
    """The first and last day of the tests.

    Raises:
        AbsentValueError: the week of the tests is not known for the year.
    """
    week = collection.test_week
    if week is None:
        raise AbsentValueError(
            f"The week of the tests of {collection.name} is not known.",
            todo="Choose another year.",
        )
    return np.datetime64(week.first), np.datetime64(week.last)


def _dates(days: NDArray[np.datetime64]) -> pl.Series:
    return pl.Series(days.astype("datetime64[D]"), dtype=pl.Date)
