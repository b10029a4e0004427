"""Teacher assessments: writing and science of all, reading and maths of those below the tests.

There are two forms of them: what the pupil file holds, and what a school returns, which the
collection of the year says is due.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from keystage.cohort.chance import Floats, Mask, Stream, Whole, happens
from keystage.cohort.curve import ladders, statute, steps_below
from keystage.cohort.moves import Moved
from keystage.cohort.outcomes import Test
from keystage.cohort.parameters import model
from keystage.cohort.people import NO_SPECIAL_NEEDS, People
from keystage.cohort.standings import Standings
from keystage.cohort.summers import summers
from keystage.cohort.task import Task
from keystage.core.subjects import Subject

_PERCENT = 100
_BLANK = ""
_OF_TEST = {Subject.READING: 0, Subject.MATHS: 2}
Texts = NDArray[np.str_]


@dataclass(frozen=True)
class Judgements:
    """Teacher assessment codes by subject (String; null for none).

    Attributes:
        file: those of the pupil file.
        returned: those a school has to return.
        p_scales: the P scales sent beside them, in the years that have them.
    """

    file: dict[Subject, pl.Series]
    returned: dict[Subject, pl.Series]
    p_scales: dict[Subject, pl.Series]


def make_judgements(
    task: Task,
    people: People,
    moved: Moved,
    standings: Standings,
    tests: Mapping[Subject, Test],
) -> Judgements:
    """The teacher assessments of an authority's pupils.

    Args:
        task: the authority.
        people: its pupils.
        moved: who came, went, or is of another year.
        standings: where they stand.
        tests: their tests.
    """
    rules, rows = model().exceptions, len(people)
    chance = task.chance(Stream.JUDGEMENTS)
    code = summers().codes
    absent = happens(chance, rules.writing_absent / _PERCENT, rows) | tests[Subject.READING].arrived
    below_a_test = np.any([test.below for test in tests.values()], axis=0)
    disapplied = happens(chance, rules.disapplied / _PERCENT, rows) & below_a_test
    known = task.collection.judgements.writing.get(code.disapplied)
    disapplied &= known is not None and not known.undocumented
    elsewhere = [people.left_before, moved.future, moved.previous]
    apart = [*elsewhere, absent, disapplied]
    codes_apart = [code.left, code.future, code.previous, code.absent, code.disapplied]
    step = _writing_steps(standings.subjects[:, 1], tests[Subject.READING].below, task)
    writing = np.select(apart, codes_apart, _writing_codes(task)[step])
    met = standings.science >= model().results.science_edge
    # Those below the standards of writing have not met that of science, and the best have.
    lowest, best = len(_codes_below(task)), len(_writing_codes(task)) - 1
    met = (met & (step >= lowest)) | (step == best)
    science = np.select(apart, codes_apart, np.where(met, code.expected, code.not_expected))
    blank = {
        Subject.WRITING: happens(chance, rules.writing_blank / _PERCENT, rows),
        Subject.SCIENCE: happens(chance, rules.science_blank / _PERCENT, rows),
    }
    whole = {Subject.WRITING: writing, Subject.SCIENCE: science}
    missing = happens(chance, rules.writing_blank / _PERCENT, rows)
    file = {
        subject: np.where(blank[subject] & ~people.left_before, _BLANK, codes)
        for subject, codes in whole.items()
    }
    returned: dict[Subject, Texts] = dict(whole)
    out = np.any(elsewhere, axis=0)
    for subject, test in tests.items():
        if subject not in _OF_TEST:
            continue
        below = _below(test, task)
        file[subject] = np.where(test.below & ~missing, below, _BLANK)
        judged = _of_all(subject, standings.subjects[:, _OF_TEST[subject]], task)
        returned[subject] = np.where(out, _BLANK, np.where(test.below, below, judged))
    steps = {Subject.WRITING: step} | {subject: tests[subject].step for subject in _OF_TEST}
    scales = {
        subject: _p_scales(returned[subject], steps[subject], people, task) for subject in steps
    }
    return Judgements(
        {subject: _series(codes) for subject, codes in file.items()},
        {subject: _series(codes) for subject, codes in returned.items()},
        {subject: _series(codes) for subject, codes in scales.items()},
    )


def _p_scales(codes: Texts, step: Whole, people: People, task: Task) -> Texts:
    """The P scale beside each judgement that is sent with one; pupils without needs have none."""
    scales, known = task.collection.p_scales, summers().p_scales
    if scales is None:
        return np.full(len(codes), _BLANK)
    ascending = np.array(known.of(task.summer.below)[::-1])
    given = ascending[np.minimum(step, len(ascending) - 1)]
    given = np.where(people.special_needs == NO_SPECIAL_NEEDS, known.none, given)
    return np.where(codes == scales.beside, given, _BLANK)


def _writing_steps(standing: Floats, reads_below: Mask, task: Task) -> Whole:
    """The place of each writing judgement: below the standard for those below the reading test."""
    step = ladders(task.summer.greater_depth)[1].step(standing)
    found: Whole = np.where(reads_below, np.minimum(step, len(_codes_below(task))), step)
    return found


def _writing_codes(task: Task) -> Texts:
    """The codes of writing judgements, ascending."""
    table = statute().writing_points
    judged = sorted(table.points, key=lambda code: table.points[code]) if table else []
    return np.array([*_codes_below(task)[::-1], *judged])


def _codes_below(task: Task) -> tuple[str, ...]:
    """The codes of the steps below the scale, from the highest down."""
    return summers().below.of(task.summer.below)


def _below(test: Test, task: Task) -> Texts:
    """The assessment of a pupil below the test, by step."""
    ascending = np.array(_codes_below(task)[::-1])
    lowest: Whole = np.minimum(test.step, len(steps_below(statute())) - 1)
    return ascending[lowest]


def _of_all(subject: Subject, standing: Floats, task: Task) -> Texts:
    """The judgement due of pupils who sit the test: none in most years."""
    collection = task.collection
    if not collection.codes(subject, "standard"):
        return np.full(len(standing), _BLANK)
    met = standing >= collection.scale.expected - 0.5
    return np.where(met, summers().codes.expected, summers().codes.not_expected)


def _series(codes: Texts | Mask) -> pl.Series:
    text = pl.Series(codes.tolist(), dtype=pl.String)
    return text.replace(_BLANK, None)


def registrations(test: Test, people: People, moved: Moved, task: Task) -> pl.Series:
    """How each pupil is registered for a test: codes of the year's registrations."""
    known, code = task.collection.registrations.codes, summers().codes
    elsewhere = {item.elsewhere: name for name, item in known.items()}
    below = next(name for name, item in known.items() if item.below)
    sits = next(name for name, item in known.items() if item.sits)
    codes = np.select(
        [people.left_before, moved.future, moved.previous, test.below],
        [elsewhere[code.left], elsewhere[code.future], elsewhere[code.previous], below],
        sits,
    )
    return pl.Series(codes.tolist(), dtype=pl.String)
