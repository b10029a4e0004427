"""The schools of a plan: who they are, how large, who goes there, and what they add.

`make_schools` gives them for the whole plan at once: there are few of them, and trusts reach over
authorities. Pupils are then made authority by authority.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from keystage.cohort.chance import (
    Floats,
    Stream,
    Whole,
    choose,
    correlated,
    generator,
)
from keystage.cohort.england import Place, england
from keystage.cohort.local import local
from keystage.cohort.parameters import Kind, model
from keystage.cohort.plan import MAINSTREAM, MIDDLE, SPECIAL, Plan, Share, shares
from keystage.cohort.school_names import school_names
from keystage.cohort.summers import summer_of
from keystage.cohort.trusts import with_trusts
from keystage.core.subjects import IN_PROGRESS
from keystage.records.record_type import ESTABLISHMENTS, RecordType
from keystage.records.schema import SCHOOLS, school_dtypes
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year

#: Schools have no numbers from here on.
FIRST_URN = 900_000
_QUANTILES = 20_000
_PERCENT = 100
#: What the published tables call the kinds; independent schools are in none.
_RECORDS = {
    MAINSTREAM: int(RecordType.MAINSTREAM),
    MIDDLE: int(RecordType.MAINSTREAM),
    SPECIAL: int(RecordType.SPECIAL),
    "alternative": int(RecordType.SPECIAL),
}


@dataclass(frozen=True)
class Schools:
    """The schools of a plan.

    Attributes:
        table: the columns of `records.schema.SCHOOLS`, codes as the year's.
        settings: one row a school in the same order: URN, LEA, ``kind``, ``pupils`` (how many are
            at the end of key stage 2), ``classes``, the shares ``disadvantaged`` and ``eal`` (0 to
            1), ``special_needs`` (a factor on the logit scale), ``prior`` (mean standing at key
            stage 1, in deviations of pupils) and the effects ``reading``, ``writing``, ``maths``
            (points of the school, its authority and region together).
    """

    table: pl.DataFrame
    settings: pl.DataFrame


def make_schools(plan: Plan) -> Schools:
    """The schools of every authority of a plan."""
    found = shares(plan)
    settings = pl.concat([_settings(share, plan) for share in found])
    settings = settings.with_columns(
        (pl.int_range(pl.len(), dtype=pl.Int32) + FIRST_URN).alias("URN")
    )
    table = with_trusts(settings.select("URN", "LEA", "REGION", "NFTYPE"), plan)
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("LEA")
    table = pl.concat([table, settings.select("SCHNAME", "kind")], how="horizontal").with_columns(
        (pl.col("LEA") * ESTABLISHMENTS + number).alias("LAESTAB"),
        pl.col("kind").replace_strict(_RECORDS, default=None).alias("RECTYPE"),
    )
    dtypes = school_dtypes(code_lists(load_year(plan.year, plan.release)))
    return Schools(
        table.select(pl.col(column.name).cast(dtypes[column.name]) for column in SCHOOLS),
        settings.drop("REGION", "NFTYPE", "SCHNAME"),
    )


def _settings(share: Share, plan: Plan) -> pl.DataFrame:
    """The schools of an authority, a row each, by kind."""
    place, rules = share.place, model().intake
    chance = generator(plan.seed, plan.year, Stream.SCHOOLS, place.number)
    kinds = [name for name, count in share.kinds.items() for _ in range(count)]
    of_kind = {name: np.array([name == kind for kind in kinds]) for name in share.kinds}
    rows = len(kinds)
    size, types = np.zeros(rows, dtype=np.int64), np.full(rows, "", dtype=object)
    for name, here in of_kind.items():
        kind = model().kinds[name]
        count = int(here.sum())
        size[here] = _sizes(chance, kind, plan.year, count)
        types[here] = np.array(list(kind.types), dtype=object)[
            choose(chance, list(kind.types.values()), count)
        ]
    deprivation, baseline = chance.standard_normal(rows), chance.standard_normal(rows)
    eal = chance.standard_normal(rows) * rules.eal_sd
    needs = chance.standard_normal(rows) * rules.special_needs_sd
    shift = {
        field: _by_kind(of_kind, {name: getattr(model().kinds[name], field) for name in of_kind})
        for field in ("disadvantaged_shift", "eal_shift")
    }
    prior = _by_kind(of_kind, {name: model().kinds[name].prior.mean for name in of_kind})
    prior_sd = _by_kind(of_kind, {name: model().kinds[name].prior.sd for name in of_kind})
    common = local(plan.seed, plan.year, place.number)
    effects = common.progress + _effects(place, plan, of_kind, deprivation, baseline)
    classes = np.maximum(1, np.ceil(size / model().classes.most)).astype(np.int64)
    names = generator(plan.seed, plan.year, Stream.SCHOOL_NAMES, place.number)
    return pl.DataFrame(
        {
            "LEA": np.full(rows, place.number, dtype=np.int32),
            "REGION": [place.region] * rows,
            "kind": kinds,
            "NFTYPE": types.tolist(),
            "SCHNAME": school_names(names, kinds, types.tolist()),
            "pupils": size,
            "classes": classes,
            "disadvantaged": _share(
                place.disadvantaged,
                rules.disadvantaged_shift
                + shift["disadvantaged_shift"]
                + rules.disadvantaged_sd * deprivation,
            ),
            "eal": _share(place.eal, rules.eal_shift + shift["eal_shift"] + eal),
            "special_needs": needs + rules.special_needs_by_deprivation * deprivation,
            "prior": common.prior
            + prior
            + prior_sd * baseline
            + rules.prior_by_deprivation * deprivation,
            **{str(subject): effects[:, at] for at, subject in enumerate(IN_PROGRESS)},
        }
    )


def _by_kind(of_kind: dict[str, np.ndarray], values: dict[str, float]) -> Floats:
    """The value of each school's kind."""
    found: Floats = np.sum([here * values[name] for name, here in of_kind.items()], axis=0)
    return found


def _share(percent: float, shift: Floats) -> Floats:
    """A share of pupils moved on the logit scale."""
    whole = percent / _PERCENT
    moved: Floats = 1 / (1 + (1 - whole) / whole * np.exp(-shift))
    return moved


def _sizes(chance: np.random.Generator, kind: Kind, year: int, schools: int) -> Whole:
    """The number of pupils of each school."""
    drawn = chance.random(schools) ** (_fuller(year) if kind.grows else 1.0)
    at, pupils = zip(*kind.sizes, strict=True)
    size: Whole = np.maximum(1, np.round(np.interp(drawn, at, pupils))).astype(np.int64)
    return size


@cache
def _fuller(year: int) -> float:
    """How far schools move up the table of sizes, so that their mean is the year's.

    Moving up keeps the steps of whole classes, where growing every school would not.
    """
    at, pupils = zip(*model().kinds["mainstream"].sizes, strict=True)
    places = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    wanted = summer_of(year).pupils_per_school
    powers = np.linspace(0.5, 1.5, 201)
    means = [float(np.interp(places**power, at, pupils).mean()) for power in powers]
    return float(np.interp(-wanted, [-mean for mean in means], powers))


def _effects(
    place: Place,
    plan: Plan,
    of_kind: dict[str, np.ndarray],
    deprivation: Floats,
    baseline: Floats,
) -> Floats:
    """What each school and its region add to progress, in points, a column for each subject."""
    rules = model().progress
    chance = generator(plan.seed, plan.year, Stream.EFFECTS, place.number)
    rows = len(deprivation)
    own = correlated(chance, rules.schools_agree.matrix(), rows)
    own -= rules.lean.row() * (own**2 - 1)
    effects: Floats = np.zeros((rows, len(IN_PROGRESS)))
    for name, member in of_kind.items():
        kind = model().kinds[name]
        effects[member] = kind.progress.row() + own[member] * kind.progress_sd.row()
    region = england().regions.progress.get(place.region)
    return (
        effects
        + (region.row() if region is not None else 0.0)
        + deprivation[:, None] * rules.deprivation.row()
        + baseline[:, None] * rules.baseline.row()
    )
