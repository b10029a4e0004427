"""How pupils stand at the end of key stage 2, before marks and judgements make steps of it.

A pupil's standing is what the curve gives the prior attainment group, plus what the pupil, the
school and the class bring, plus chance. Subjects go together in schools, in authorities and in
pupils.
"""

from dataclasses import dataclass

import numpy as np

from keystage.cohort.chance import Floats, Mask, Stream, correlated, happens
from keystage.cohort.curve import curve, expected, expected_points, fall_moments, ladders
from keystage.cohort.parameters import Triple, model
from keystage.cohort.people import PLAN, SUPPORT, People
from keystage.cohort.prior import Prior, sum_of
from keystage.cohort.task import Task
from keystage.core.subjects import IN_PROGRESS

_PERCENT = 100
_EAL = 2


@dataclass(frozen=True)
class Standings:
    """Where pupils stand, on the scale of points.

    Attributes:
        subjects: a column for each subject in progress.
        gps: in grammar, punctuation and spelling.
        science: in science.
        progress: the progress to be expected of each pupil before class and chance: expected
            points less those of the group, a column for each subject.
    """

    subjects: Floats
    gps: Floats
    science: Floats
    progress: Floats


def make_standings(task: Task, people: People, prior: Prior) -> Standings:
    """The standings of an authority's pupils, whose key stage 1 is known."""
    rules, found, rows = model().progress, curve(), len(people)
    chance, settings = task.chance(Stream.KEY_STAGE_2), task.settings
    summer = task.summer.shift
    group = found.group_of[prior.sixteenths]
    school = settings.select(*map(str, IN_PROGRESS)).to_numpy()[people.school]
    known = found.means[group] + summer.row() + school + brought_by(people)
    rooms = int(settings["classes"].max() or 1)  # type: ignore[arg-type]
    of_rooms = chance.standard_normal((settings.height, rooms, len(IN_PROGRESS)))
    rooms_bring = of_rooms[people.school, people.room] * rules.class_sd.row()
    own = _chance_of_pupils(chance, rows) * found.noise[group]
    subjects = _engaged_in_all_or_none(known + rooms_bring + own)
    table, whole = expected_points(tuple(summer.row().tolist()), task.summer.greater_depth)
    progress = np.stack(
        [
            expected(table, at, group, known[:, at], float(summer.row()[at])) - whole[group, at]
            for at in range(len(IN_PROGRESS))
        ],
        axis=1,
    )
    return Standings(
        subjects,
        _gps(chance, subjects - summer.row(), people.girl) + summer.gps,
        _science(chance, subjects - summer.row()) + task.summer.science_shift,
        progress,
    )


def brought_by(people: People) -> Floats:
    """What pupils bring, in points, a column for each subject."""
    rules = model().progress
    brought: tuple[tuple[Triple, Floats | Mask], ...] = (
        (rules.girl, np.where(people.girl, 1.0, -1.0)),
        (rules.disadvantaged, people.disadvantaged),
        (rules.eal, people.eal == _EAL),
        (rules.support, people.special_needs == SUPPORT),
        (rules.plan, people.special_needs == PLAN),
        (rules.mobile, people.mobile),
        (rules.overseas, people.overseas),
    )
    return sum_of(brought)


def _chance_of_pupils(chance: np.random.Generator, rows: int) -> Floats:
    """What chance adds, in deviations: mean 0, deviation 1, and a longer tail below."""
    rules = model().progress
    normal = correlated(chance, rules.pupils_agree.matrix(), rows)
    falls = happens(chance, rules.fall / _PERCENT, rows)
    sizes = chance.exponential(rules.fall_size, normal.shape)
    centre, size = fall_moments()
    drawn: Floats = (normal - falls[:, None] * sizes + centre) / size
    return drawn


def _engaged_in_all_or_none(subjects: Floats) -> Floats:
    """Pupils on the lowest step in most subjects are there in all of them, others in none.

    It is the step of pupils who are not in subject-specific study.
    """
    edges = np.array([ladder.edges[0] for ladder in ladders()])
    engaged = (subjects < edges).sum(axis=1) > len(IN_PROGRESS) / 2
    lowest = np.nextafter(edges, -np.inf)
    found: Floats = np.where(
        engaged[:, None], np.minimum(subjects, lowest), np.maximum(subjects, edges)
    )
    return found


def _gps(chance: np.random.Generator, subjects: Floats, girl: Mask) -> Floats:
    rules = model().results
    together = subjects @ rules.gps_weights.row() - rules.gps_base
    own = chance.standard_normal(len(subjects)) * rules.gps_sd
    sex = np.where(girl, rules.gps_girl, -rules.gps_girl)
    standing: Floats = rules.gps_mean + rules.gps_spread * together + sex + own
    return standing


def _science(chance: np.random.Generator, subjects: Floats) -> Floats:
    rules = model().results
    own = chance.standard_normal(len(subjects)) * rules.science_sd
    standing: Floats = subjects @ rules.science_weights.row() + own
    return standing
