"""Key stage 1: standings of pupils, their results in a framework, and average points.

Standings are drawn once. The results of the framework of the curve say how a pupil gets on (see
`curve`); those of the year's own framework go into the files. In 2022 they are the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from keystage.cohort.centring import Quantiles, centring
from keystage.cohort.chance import Floats, Mask, Stream, Whole, happens
from keystage.cohort.curve import statute
from keystage.cohort.parameters import Triple, model
from keystage.cohort.people import PLAN, SUPPORT, People
from keystage.cohort.summers import Framework, frameworks, summers
from keystage.cohort.task import Task
from keystage.core.subjects import IN_PROGRESS
from keystage.statute.key_stage_1 import ENGLISH_P_SCALE, subject_points
from keystage.statute.progress import KeyStage1

_PERCENT = 100
_SIXTEENTHS = 16
#: Reading and writing are English, and may share a P scale.
_ENGLISH = 2


@dataclass(frozen=True)
class Results:
    """Key stage 1 results: a row a pupil, a column a subject in progress.

    Attributes:
        codes: the codes, in the order the numbers of ``code`` mean; the last is below
            the standards.
        p_scales: the P scales, likewise.
        code: the place of each result in ``codes``.
        p_scale: the place of each P scale in ``p_scales``, -1 for none.
    """

    codes: tuple[str, ...]
    p_scales: tuple[str, ...]
    code: Whole
    p_scale: Whole

    @property
    def below(self) -> Mask:
        """Whether each result is below the standards."""
        found: Mask = self.code == len(self.codes) - 1
        return found


@dataclass(frozen=True)
class Prior:
    """What is known of pupils from key stage 1.

    Attributes:
        standing: a column for each subject, in deviations of all pupils.
        sixteenths: average points in the framework of the curve, in sixteenths of a point.
        complete: whether the pupil has results in all subjects.
        columns: the columns of the pupil file.
    """

    standing: Floats
    sixteenths: Whole
    complete: Mask
    columns: Mapping[str, pl.Series]


def make_prior(task: Task, people: People) -> Prior:
    """Key stage 1 of an authority's pupils."""
    chance, settings = task.chance(Stream.KEY_STAGE_1), task.settings
    standing = _standings(chance, settings, people)
    without = happens(chance, model().key_stage_1.without_p_scale / _PERCENT, len(people))
    of_curve = statute().require(statute().key_stage_1, "key_stage_1", "A cohort")
    of_year = task.year.key_stage_1
    driving = results(standing, frameworks().of(summers().curve.framework), of_curve, without)
    sixteenths = np.rint(average(points(driving, of_curve)) * _SIXTEENTHS).astype(np.int64)
    columns: dict[str, pl.Series] = {}
    complete = np.ones(len(people), dtype=bool)
    if of_year is not None:
        shown = results(standing, frameworks().of(task.summer.framework), of_year, without)
        columns = _columns(shown, of_year, *_missing(chance, settings, people, of_year))
        complete = columns["KS1AVERAGEPS"].is_not_null().to_numpy()
    return Prior(standing, sixteenths, complete, columns)


def _standings(chance: np.random.Generator, settings: pl.DataFrame, people: People) -> Floats:
    rules, rows = model().key_stage_1, len(people)
    common = chance.standard_normal(rows) * rules.common_sd
    own = chance.standard_normal((rows, len(IN_PROGRESS))) * rules.own_sd
    brought: tuple[tuple[Triple, Floats | Mask], ...] = (
        (rules.girl, np.where(people.girl, 1.0, -1.0)),
        (rules.disadvantaged, people.disadvantaged),
        (rules.eal, people.eal == _ENGLISH),
        (rules.support, people.special_needs == SUPPORT),
        (rules.plan, people.special_needs == PLAN),
        (rules.overseas, people.overseas),
        (rules.year_of_age, people.age),
    )
    school = settings["prior"].to_numpy()[people.school]
    return (school + common)[:, None] + own + sum_of(brought)


def sum_of(brought: tuple[tuple[Triple, Floats | Mask], ...]) -> Floats:
    """What pupils bring in each subject: each figure times each pupil's part in it."""
    total: Floats = sum(np.outer(part, figure.row()) for figure, part in brought)  # type: ignore[assignment]
    return total


def results(
    standing: Floats,
    framework: Framework,
    table: KeyStage1,
    without: Mask,
    quantiles: Quantiles | None = None,
) -> Results:
    """The results that standings give in a framework.

    Args:
        standing: a row a pupil, a column a subject.
        framework: its codes and shares.
        table: the statute of the framework's key stage 1.
        without: pupils who have no P scale, where the statute has points for that.
        quantiles: standings by share of pupils; the room's own by default.
    """
    cut = (quantiles or centring().key_stage_1).standing
    code, p_scale = (
        np.empty(standing.shape, dtype=np.int64),
        np.empty_like(standing, dtype=np.int64),
    )
    for at, shares in enumerate(framework.shares()):
        whole = np.array(shares) / sum(shares) * _PERCENT
        lowest = _PERCENT - np.cumsum(whole)[:-1]
        code[:, at] = (standing[:, at, None] < cut(at, lowest)).sum(1)
        scales = np.array(framework.p_shares) / sum(framework.p_shares)
        steps = whole[-1] * (1 - np.cumsum(scales)[:-1])
        p_scale[:, at] = (standing[:, at, None] < cut(at, steps)).sum(1)
    below = code == len(framework.codes) - 1
    none = without[:, None] & (table.below_without_p_scale is not None)
    return Results(framework.codes, framework.p_scales, code, np.where(below & ~none, p_scale, -1))


def _english(found: Results, table: KeyStage1) -> Whole:
    """The P scale for English of each pupil: the lower of those that reading and writing need."""
    lower = np.array([scale in table.english_p_scales for scale in found.p_scales])
    scales = found.p_scale[:, :_ENGLISH]
    needed = (scales >= 0) & lower[scales]
    lowest: Whole = np.where(needed, scales, -1).max(axis=1)
    return lowest


def points(found: Results, table: KeyStage1) -> Floats:
    """The points of each result, by the statute's own rule."""
    english = _english(found, table)
    columns = []
    for at, rule in enumerate(subject_points(table)):
        given = _ladder(found.codes, rule.points)[found.code[:, at]]
        below = np.full(len(given), _number(rule.without_p_scale))
        for scale in reversed(rule.p_scales):
            place = english if scale.column == ENGLISH_P_SCALE else found.p_scale[:, at]
            value = _ladder(found.p_scales, scale.points)[place]
            below = np.where((place >= 0) & ~np.isnan(value), value, below)
        columns.append(np.where(found.below[:, at], below, given))
    return np.stack(columns, axis=1)


def average(subject: Floats) -> Floats:
    """Average points: English and maths, half each."""
    found: Floats = (subject[:, :_ENGLISH].mean(axis=1) + subject[:, _ENGLISH]) / 2
    return found


def _ladder(codes: tuple[str, ...], given: Mapping[str, Decimal]) -> Floats:
    return np.array([_number(given.get(code)) for code in codes])


def _number(value: Decimal | None) -> float:
    return float("nan") if value is None else float(value)


def _missing(
    chance: np.random.Generator, settings: pl.DataFrame, people: People, table: KeyStage1
) -> tuple[Whole, Mask]:
    """Results that are disregarded (a place in the statute's list, -1 for none), and blank ones."""
    rules, moves, rows = model().key_stage_1, model().moves, len(people)
    kinds = np.array([model().kinds[name].no_key_stage_1 for name in settings["kind"]])
    share = kinds[people.school] / _PERCENT
    by_language = np.where(
        people.eal == _ENGLISH, moves.no_key_stage_1_with_eal, moves.no_key_stage_1_without_eal
    )
    gone = happens(chance, share * by_language, rows) | (
        people.overseas & happens(chance, moves.overseas_without_key_stage_1 / _PERCENT, rows)
    )
    coded = gone & happens(chance, rules.none_coded / _PERCENT, rows)
    reason = chance.integers(0, len(table.disregarded), rows)
    disregarded = np.where(coded[:, None], reason[:, None], -1).repeat(len(IN_PROGRESS), axis=1)
    partly = ~gone & happens(chance, rules.partly_missing / _PERCENT, rows)
    which = chance.integers(0, len(IN_PROGRESS), rows)
    disregarded[partly, which[partly]] = reason[partly]
    return disregarded, gone & ~coded


def _columns(
    found: Results, table: KeyStage1, disregarded: Whole, blank: Mask
) -> dict[str, pl.Series]:
    """The columns of the pupil file: results, P scales, and the average where all three count."""
    known = (disregarded < 0) & ~blank[:, None]
    scale = np.where(known, found.p_scale, -1)
    kept = Results(found.codes, found.p_scales, found.code, scale)
    own, english = list(table.own_p_scales), _english(kept, table)
    codes = pl.Series([*found.codes, *table.disregarded, None], dtype=pl.String)
    scales = pl.Series([*found.p_scales, None], dtype=pl.String)
    columns: dict[str, pl.Series] = {}
    for at, subject in enumerate(IN_PROGRESS):
        code = np.where(
            disregarded[:, at] >= 0, len(found.codes) + disregarded[:, at], found.code[:, at]
        )
        code = np.where(blank, len(codes) - 1, code)
        columns[f"KS1{subject.prefix}"] = codes.gather(code)
        mine = scale[:, at]
        if at < _ENGLISH:
            mine = np.where(np.isin(mine, [found.p_scales.index(name) for name in own]), mine, -1)
        columns[f"KS1{subject.prefix}PSCALE"] = scales.gather(
            np.where(mine < 0, len(scales) - 1, mine)
        )
    columns[ENGLISH_P_SCALE] = scales.gather(np.where(english < 0, len(scales) - 1, english))
    whole = average(points(kept, table))
    columns["KS1AVERAGEPS"] = pl.Series(
        np.where(known.all(axis=1), whole, np.nan), nan_to_null=True, dtype=pl.Float64
    )
    return columns
