"""Test outcomes: marks, scores and codes, and whose test has no result.

Codes are the year's. What happens to tests happens in this order, the first that applies: the
pupil is not at the end of the key stage, works below the test, has just arrived, is absent or
cannot take it, is found out, or the script is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from keystage.cohort.chance import Floats, Mask, Stream, Whole, happens
from keystage.cohort.curve import ladders, statute, steps_below
from keystage.cohort.marks import mark_table
from keystage.cohort.moves import Moved
from keystage.cohort.parameters import model
from keystage.cohort.people import People
from keystage.cohort.standings import Standings
from keystage.cohort.summers import summers
from keystage.cohort.task import Task
from keystage.core.subjects import TESTED, Subject

_PERCENT = 100


@dataclass(frozen=True)
class Test:
    """One test of the pupils of an authority.

    Attributes:
        outcome: outcome codes (String).
        score: scaled scores (Int16); null without one.
        mark: marks (Int16); null for a pupil who did not sit the test or whose script was lost.
        below: whether the pupil works below the test.
        arrived: whether the pupil has just arrived, and takes no test.
        step: how far below: the place on the steps below the scale, 0 the lowest.
    """

    __test__ = False

    outcome: pl.Series
    score: pl.Series
    mark: pl.Series
    below: Mask
    arrived: Mask
    step: Whole


@dataclass(frozen=True)
class _Sitting:
    """The pupils before the tests, and who has no result, for all tests alike."""

    task: Task
    people: People
    moved: Moved
    chance: np.random.Generator
    arrived: Mask
    absent: Mask
    from_all: Mask
    which: Whole
    unable: Mask

    def often(self, percent: float) -> Mask:
        """Pupils to whom something happens that happens to so many of a hundred."""
        return happens(self.chance, percent / _PERCENT, len(self.people))

    def at_schools(self, percent: float) -> Mask:
        """Pupils of the schools to which something happens, likewise."""
        schools = happens(self.chance, percent / _PERCENT, self.task.settings.height)
        found: Mask = schools[self.people.school]
        return found


def make_tests(
    task: Task, people: People, moved: Moved, standings: Standings
) -> Mapping[Subject, Test]:
    """The tests of an authority's pupils, by subject.

    Args:
        task: the authority.
        people: its pupils.
        moved: who came, went, or is of another year.
        standings: where they stand.
    """
    chance, rules, rows = task.chance(Stream.EXCEPTIONS), model().exceptions, len(people)
    sitting = _Sitting(
        task=task,
        people=people,
        moved=moved,
        chance=chance,
        arrived=people.overseas & happens(chance, rules.just_arrived_of_overseas / _PERCENT, rows),
        absent=happens(chance, task.summer.absent / _PERCENT, rows),
        from_all=happens(chance, rules.absent_from_all / _PERCENT, rows),
        which=chance.integers(0, len(TESTED), rows),
        unable=happens(chance, rules.unable / _PERCENT, rows),
    )
    standing = {
        Subject.READING: standings.subjects[:, 0],
        Subject.MATHS: standings.subjects[:, 2],
        Subject.GPS: standings.gps,
    }
    return {subject: _test(sitting, subject, standing[subject]) for subject in TESTED}


def _test(sitting: _Sitting, subject: Subject, standing: Floats) -> Test:
    rules, code, moved = model().exceptions, summers().codes, sitting.moved
    summer, collection = sitting.task.summer, sitting.task.collection
    steps = len(steps_below(statute()))
    step = np.minimum(ladders()[0].step(standing), steps)
    few = sitting.often(model().results.too_few_marks_of_lowest)
    below = (step < steps) & ~((step == steps - 1) & few)
    table = mark_table(subject, collection)
    mark = table.marks(standing)
    score = table.scores[mark]
    met = score >= collection.scale.expected
    badly_run = sitting.at_schools(rules.maladministration_schools)
    batch = sitting.at_schools(summer.lost_batches)
    script = sitting.often(summer.lost_scripts) | batch
    lost_score = script & met & sitting.often(rules.score_lost_of_lost) & ~batch
    absent = sitting.absent & (sitting.from_all | (sitting.which == TESTED.index(subject)))
    codes = np.select(
        [
            sitting.people.left_before, moved.future, moved.previous, sitting.arrived, below,
            absent, sitting.unable, sitting.often(rules.cheating), badly_run,
            script & ~lost_score, met,
        ],
        [
            code.left, code.future, code.previous, code.arrived, code.below,
            code.absent, summer.unable, code.cheated, code.maladministered,
            code.lost, code.met,
        ],
        code.not_met,
    )  # fmt: skip
    sat = np.isin(codes, [code.met, code.not_met])
    return Test(
        outcome=pl.Series(codes.tolist(), dtype=pl.String),
        score=_kept(score, sat & (score > 0) & ~lost_score),
        mark=_kept(mark, sat & ~lost_score),
        below=codes == code.below,
        arrived=codes == code.arrived,
        step=step,
    )


def _kept(values: Whole, where: Mask) -> pl.Series:
    return pl.DataFrame({"values": values, "where": where}).select(
        pl.when("where").then("values").cast(pl.Int16).alias("values")
    )["values"]
