"""The frames of one authority: pupil file, the roll behind it, and the truth about its schools."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from keystage.cohort.chance import Mask, Stream, Whole
from keystage.cohort.judgements import Judgements, make_judgements, registrations
from keystage.cohort.moves import Moved, make_moves
from keystage.cohort.names import ethnic_codes, give_names
from keystage.cohort.outcomes import Test, make_tests
from keystage.cohort.people import People, make_people
from keystage.cohort.prior import Prior, make_prior
from keystage.cohort.standings import Standings, make_standings
from keystage.cohort.task import Task
from keystage.core.subjects import ASSESSED, IN_PROGRESS, Subject
from keystage.records.schema import FLAG, LINE, pupil_dtypes
from keystage.statute.code_lists import code_lists

ROLL: Mapping[str, pl.DataType] = {
    "URN": pl.Int32(),
    "school": pl.String(),  # authority and establishment number, seven digits
    "upn": pl.String(),
    "former_upn": pl.String(),
    "surname": pl.String(),
    "forename": pl.String(),
    "birth_date": pl.Date(),
    "sex": pl.String(),
    "class": pl.String(),
    "ethnicity": pl.String(),
    "joined_on": pl.Date(),
    "left_on": pl.Date(),
    "on_register": pl.Boolean(),  # on the test attendance register
    "in_file": pl.Boolean(),  # in the pupil file: on roll in test week
    "reading": pl.String(),  # registrations for the tests
    "gps": pl.String(),
    "maths": pl.String(),
    "reading_mark": pl.Int16(),
    "gps_mark": pl.Int16(),
    "maths_mark": pl.Int16(),
    "reading_score": pl.Int16(),
    "gps_score": pl.Int16(),
    "maths_score": pl.Int16(),
    "reading_outcome": pl.String(),
    "gps_outcome": pl.String(),
    "maths_outcome": pl.String(),
    "ta_reading": pl.String(),  # the judgements a school has to return; null where none is due
    "ta_writing": pl.String(),
    "ta_maths": pl.String(),
    "ta_science": pl.String(),
    "ta_reading_p_scale": pl.String(),  # sent beside a judgement, until 2019
    "ta_writing_p_scale": pl.String(),
    "ta_maths_p_scale": pl.String(),
}
"""Columns of the roll: every pupil of the year, those who left before the tests too."""
TRUTH: Mapping[str, pl.DataType] = {
    "URN": pl.Int32(),
    "kind": pl.String(),
    "pupils": pl.UInt32(),  # in the pupil file with a key stage 1 average
    **{f"{subject}_own": pl.Float64() for subject in IN_PROGRESS},
    **{f"{subject}_effect": pl.Float64() for subject in IN_PROGRESS},
}
"""Columns of the truth.

``_own`` is what the school adds, on the scale of standings; ``_effect`` the progress, in points, to
be expected of its pupils as they are: what they bring and the school adds, before class and chance.
"""
_YEAR_GROUP = "6"
#: Codes by the numbers that stand for them here.
_SEXES, _SPECIAL_NEEDS = ("M", "F"), ("N", "K", "E")


@dataclass(frozen=True)
class Authority:
    """What is made of one authority.

    Attributes:
        number: its number.
        schools: columns of `records.schema.SCHOOLS`.
        pupils: the pupil file, columns of `records.schema.PUPILS` and ``line`` (from 2 within the
            authority); the department's own working is null.
        roll: columns `ROLL`.
        truth: columns `TRUTH`.
    """

    number: int
    schools: pl.DataFrame
    pupils: pl.DataFrame
    roll: pl.DataFrame
    truth: pl.DataFrame


@dataclass(frozen=True)
class _Made:
    """Everything known of the pupils of an authority."""

    task: Task
    people: People
    prior: Prior
    standings: Standings
    moved: Moved
    tests: Mapping[Subject, Test]
    judgements: Judgements


def make_authority(task: Task) -> Authority:
    """Everything of one authority."""
    people = make_people(task)
    prior, moved = make_prior(task, people), make_moves(task, people)
    standings = make_standings(task, people, prior)
    tests = make_tests(task, people, moved, standings)
    judgements = make_judgements(task, people, moved, standings, tests)
    made = _Made(task, people, prior, standings, moved, tests, judgements)
    return Authority(task.number, task.schools.table, _pupils(made), _roll(made), _truth(made))


def _pupils(made: _Made) -> pl.DataFrame:
    """The pupil file."""
    people, table = made.people, made.task.schools.table
    columns = {
        "URN": table["URN"].gather(people.school),
        "LAESTAB": table["LAESTAB"].gather(people.school),
        "UPN": made.moved.upn,
        "P_INCL": made.moved.inclusion,
        "SEX": _text(people.girl, _SEXES),
        "SENF": _text(people.special_needs, _SPECIAL_NEEDS),
        "EALGRP": (pl.Series(people.eal)).cast(pl.String),
        "FSM6_P": _text(people.free_meals, FLAG),
        "FSM6CLA1A": _text(people.disadvantaged, FLAG),
        "NEWMOBILE": _text(people.mobile, FLAG),
        **made.prior.columns,
        **{f"{subject.prefix}OUTCOME": test.outcome for subject, test in made.tests.items()},
        **{f"{subject.prefix}SCORE": test.score for subject, test in made.tests.items()},
        **{f"{subject.prefix}TAOUTCOME": codes for subject, codes in made.judgements.file.items()},
    }
    dtypes = pupil_dtypes(code_lists(made.task.year))
    return (
        pl.DataFrame(columns)
        .filter(pl.Series(~people.left_before))
        .with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias(LINE))
        .with_columns(pl.lit(None).alias(name) for name in dtypes if name not in {LINE, *columns})
        .select(pl.col(name).cast(kind) for name, kind in dtypes.items())
    )


def _roll(made: _Made) -> pl.DataFrame:
    """The roll."""
    people, moved, tests = made.people, made.moved, made.tests
    table = made.task.schools.table
    named = give_names(made.task.chance(Stream.NAMES), people.girl, people.ethnicity)
    same = people.namesake & _unlike_twins(people)
    before = np.arange(len(people)) - same
    elsewhere = people.left_before | moved.future | moved.previous
    below_all = np.all([test.below for test in tests.values()], axis=0)
    columns = {
        "URN": table["URN"].gather(people.school),
        "school": table["LAESTAB"].gather(people.school),
        "upn": moved.upn,
        "former_upn": moved.former_upn,
        "surname": named["surname"].gather(before[people.like]),
        "forename": _forenames(named, before, people),
        "birth_date": pl.Series(people.born.astype("datetime64[D]")),
        "sex": _text(people.girl, _SEXES),
        "class": _classes(people),
        "ethnicity": _text(people.ethnicity, ethnic_codes()),
        "joined_on": moved.joined_on,
        "left_on": moved.left_on,
        "on_register": pl.Series(~elsewhere & ~below_all),
        "in_file": pl.Series(~people.left_before),
        **{
            str(subject): registrations(test, people, moved, made.task)
            for subject, test in tests.items()
        },
        **{f"{subject}_mark": test.mark for subject, test in tests.items()},
        **{f"{subject}_score": test.score for subject, test in tests.items()},
        **{f"{subject}_outcome": test.outcome for subject, test in tests.items()},
        **{f"ta_{subject}": made.judgements.returned[subject] for subject in ASSESSED},
        **{f"ta_{subject}_p_scale": codes for subject, codes in made.judgements.p_scales.items()},
    }
    return pl.DataFrame(columns).select(pl.col(name).cast(kind) for name, kind in ROLL.items())


def _forenames(named: pl.DataFrame, of: Whole, people: People) -> pl.Series:
    """Forenames by whose they are; a twin whose name would be the other's has a second one too."""
    forename = named["forename"].gather(of)
    taken = forename.gather(people.like) == forename
    taken &= pl.Series(people.like != np.arange(len(people)))
    return (forename + "-" + named["second"]).zip_with(taken, forename)


def _unlike_twins(people: People) -> Mask:
    """Whether a pupil is of the sex of the pupil before, and was born on another day.

    Two with one name and one birthday would be taken for one pupil twice.
    """
    unlike = np.zeros(len(people), dtype=bool)
    unlike[1:] = (people.girl[1:] == people.girl[:-1]) & (people.born[1:] != people.born[:-1])
    return unlike


def _classes(people: People) -> pl.Series:
    """Names of classes: 6 where there is one, else 6A, 6B and so on."""
    rooms = np.zeros(int(people.school.max()) + 1, dtype=np.int64)
    np.maximum.at(rooms, people.school, people.room)
    several = rooms[people.school]
    return pl.DataFrame({"room": people.room, "several": several > 0}).select(
        pl.when("several")
        .then(pl.lit(_YEAR_GROUP) + pl.Series(list("ABCDEFGH")).gather(people.room))
        .otherwise(pl.lit(_YEAR_GROUP))
        .alias("class")
    )["class"]


def _truth(made: _Made) -> pl.DataFrame:
    """The truth about each school: means over its counted pupils with an average at key stage 1."""
    people, settings = made.people, made.task.settings
    chosen = made.moved.counted & made.prior.complete
    school = people.school[chosen]
    pupil_count = np.bincount(school, minlength=settings.height)
    columns: dict[str, object] = {
        "URN": settings["URN"],
        "kind": settings["kind"],
        "pupils": pupil_count,
    }
    for subject in IN_PROGRESS:
        columns[f"{subject}_own"] = settings[str(subject)]
    for at, subject in enumerate(IN_PROGRESS):
        total = np.bincount(school, made.standings.progress[chosen, at], settings.height)
        mean = np.divide(total, pupil_count, out=np.full(len(total), np.nan), where=pupil_count > 0)
        columns[f"{subject}_effect"] = pl.Series(mean, nan_to_null=True)
    return pl.DataFrame(columns).select(pl.col(name).cast(kind) for name, kind in TRUTH.items())


def _text(places: Mask | Whole, codes: Sequence[str]) -> pl.Series:
    return pl.Series(codes, dtype=pl.String).gather(places.astype(np.int64))
