"""Who the pupils of an authority are, before any result."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from keystage.cohort.chance import (
    Floats,
    Mask,
    Stream,
    Whole,
    choose_by_row,
    happens,
)
from keystage.cohort.names import ethnic_groups
from keystage.cohort.parameters import model
from keystage.cohort.task import Task

NO_SPECIAL_NEEDS, SUPPORT, PLAN = 0, 1, 2
_PERCENT = 100
_DAYS_OF_YEAR = 365


@dataclass(frozen=True)
class People:
    """The pupils of an authority, an item of each array for each.

    Attributes:
        school: the place of the school among the authority's.
        place: the number of the pupil within the school, from 0.
        of: pupils on the roll of the pupil's school.
        room: the number of the pupil's class within the school, from 0.
        left_before: left before test week; such a pupil is not in the school's cohort.
        girl: sex.
        like: the pupil before, for a twin; else the pupil's own place in these arrays.
        namesake: shares surname and forename with the pupil before.
        born: date of birth.
        age: years by which the pupil is older than the middle of the cohort, out of year or not.
        eal: first language group: 1 English, 2 other, 3 not known.
        ethnicity: place of the ethnic group in `names.ethnic_codes`.
        free_meals: free school meals within six years.
        disadvantaged: those, and children looked after.
        special_needs: 0 none, 1 support, 2 a plan.
        mobile: joined in years 5 or 6.
        overseas: came from abroad in that time.
    """

    school: Whole
    place: Whole
    of: Whole
    room: Whole
    left_before: Mask
    girl: Mask
    like: Whole
    namesake: Mask
    born: NDArray[np.datetime64]
    age: Floats
    eal: Whole
    ethnicity: Whole
    free_meals: Mask
    disadvantaged: Mask
    special_needs: Whole
    mobile: Mask
    overseas: Mask

    def __len__(self) -> int:
        """How many pupils there are."""
        return len(self.school)


def make_people(task: Task) -> People:
    """The pupils of an authority's schools, in order of school."""
    settings = task.settings
    rules, moves = model().people, model().moves
    chance = task.chance(Stream.PEOPLE)
    counted = settings["pupils"].to_numpy()
    leavers = chance.poisson(counted * moves.left_before / _PERCENT)
    rolls = counted + leavers
    school = np.repeat(np.arange(len(rolls)), rolls)
    rows = len(school)
    place = np.arange(rows) - np.repeat(np.cumsum(rolls) - rolls, rolls)
    twin = happens(chance, rules.twins / _PERCENT, rows) & (place > 0)
    twin[1:] &= ~twin[:-1]
    like = np.arange(rows) - twin
    kinds = [model().kinds[name] for name in settings["kind"]]
    boys = np.array([kind.boys for kind in kinds])[school] / _PERCENT
    girl = chance.random(rows) >= boys
    has_eal = happens(chance, settings["eal"].to_numpy()[school], rows)[like]
    free_meals = happens(chance, settings["disadvantaged"].to_numpy()[school], rows)[like]
    looked_after = happens(chance, model().intake.looked_after / _PERCENT, rows)[like]
    disadvantaged = free_meals | looked_after
    mobile_share = np.array([kind.mobile for kind in kinds])[school] / _PERCENT
    mobile = happens(
        chance,
        mobile_share
        * np.where(has_eal, moves.mobile_with_eal, 1.0)
        * np.where(disadvantaged, moves.mobile_disadvantaged, 1.0),
        rows,
    )[like]
    overseas = (
        mobile & has_eal & happens(chance, moves.overseas_of_mobile_eal / _PERCENT, rows)[like]
    )
    born, age = _births(chance, task, rows)
    classes = settings["classes"].to_numpy()[school]
    return People(
        school=school,
        place=place,
        of=rolls[school],
        room=(place % classes)[like],
        left_before=place >= counted[school],
        girl=girl,
        like=like,
        namesake=happens(chance, rules.namesakes / _PERCENT, rows) & (place > 0) & ~twin,
        born=born[like],
        age=age[like],
        eal=np.where(
            has_eal,
            2,
            np.where(happens(chance, rules.unclassified_language / _PERCENT, rows), 3, 1),
        ),
        ethnicity=ethnic_groups(
            chance, has_eal, settings["eal"].to_numpy()[school], rules.other_ethnicity_by_eal
        )[like],
        free_meals=free_meals,
        disadvantaged=disadvantaged,
        special_needs=_special_needs(chance, settings, school, girl, disadvantaged),
        mobile=mobile,
        overseas=overseas,
    )


def _special_needs(
    chance: np.random.Generator,
    settings: pl.DataFrame,
    school: Whole,
    girl: Mask,
    disadvantaged: Mask,
) -> Whole:
    """The special needs of each pupil, by school, sex and disadvantage."""
    rules = model().people
    needs = [model().kinds[name].special_needs for name in settings["kind"]]
    likelier = (
        np.exp(settings["special_needs"].to_numpy())[school]
        * np.where(girl, rules.girls_with_special_needs, rules.boys_with_special_needs)
        * np.where(
            disadvantaged, rules.disadvantaged_with_special_needs, rules.others_with_special_needs
        )
    )
    none = np.array([item.none for item in needs])[school]
    support = np.array([item.support for item in needs])[school] * likelier
    plan = np.array([item.plan for item in needs])[school] * likelier
    return choose_by_row(chance, np.stack([none, support, plan], axis=1))


def _births(
    chance: np.random.Generator, task: Task, rows: int
) -> tuple[NDArray[np.datetime64], Floats]:
    """Dates of birth in the year's cohort, but for pupils taught out of year; and ages."""
    rules, cohort = model().people, task.collection.cohort
    days = (cohort.born_to - cohort.born_from).days + 1
    day = chance.integers(0, days, rows)
    older = happens(chance, rules.older / _PERCENT, rows)
    younger = happens(chance, rules.younger / _PERCENT, rows) & ~older
    # A year of 365 days, so that nobody is further off than a year where one has 366.
    moved = day + _DAYS_OF_YEAR * (younger.astype(np.int64) - older)
    return np.datetime64(cohort.born_from) + moved, 0.5 - day / days
