"""Measuring on a made country what `centring` keeps: ``python -m keystage.cohort.measuring``.

It writes ``centring.toml`` anew and takes a few seconds. Whoever changes ``model.toml`` or the
framework of the curve runs it, and then looks at the targets.
"""

from pathlib import Path

import numpy as np

from keystage.cohort.centring import Centring, Offsets, Quantiles, centring
from keystage.cohort.chance import Floats, Mask
from keystage.cohort.curve import curve, statute
from keystage.cohort.make import tasks_of
from keystage.cohort.people import make_people
from keystage.cohort.plan import MAINSTREAM, MIDDLE, Plan
from keystage.cohort.prior import average, make_prior, points, results
from keystage.cohort.standings import brought_by
from keystage.cohort.summers import frameworks, summers
from keystage.core.subjects import IN_PROGRESS

_SCHOOLS, _SEED = 8_000, 77
#: A group with fewer pupils than this tells nothing about what they bring.
_FEW = 30
_INDEPENDENT = "independent"
_HEAD = """# Measured by keystage.cohort.measuring on {schools} made schools, with seed {seed}.

[key_stage_1]
why = "{standings}"
below = {below}
{quantiles}

[groups]
why = "{groups}"
{offsets}
"""


def measure(schools: int, seed: int) -> Centring:
    """Make the pupils of some schools of the curve's year and measure them.

    Args:
        schools: how many schools.
        seed: the seed of their chance.
    """
    named = summers().curve
    plan = Plan(year=named.year, release=named.release, seed=seed, schools=schools)
    standing, brought, mainstream = _pupils(plan)
    below = centring().key_stage_1.below
    found = [tuple(np.percentile(standing[:, at], below).round(3).tolist()) for at in range(3)]
    quantiles = Quantiles(
        why=centring().key_stage_1.why,
        below=below,
        reading=found[0],
        writing=found[1],
        maths=found[2],
    )
    table = statute().require(statute().key_stage_1, "key_stage_1", "Measuring")
    nobody = np.zeros(len(standing), dtype=bool)
    driving = results(standing, frameworks().of(named.framework), table, nobody, quantiles)
    sixteenths = np.rint(average(points(driving, table)) * 16).astype(np.int64)
    group = np.where(mainstream, curve().group_of[sixteenths], -1)
    kept = [
        tuple(_mean(brought[group == place, at]) for place in range(len(curve().averages)))
        for at in range(len(IN_PROGRESS))
    ]
    offsets = Offsets(why=centring().groups.why, reading=kept[0], writing=kept[1], maths=kept[2])
    return Centring(key_stage_1=quantiles, groups=offsets)


def _pupils(plan: Plan) -> tuple[Floats, Floats, Mask]:
    """Of state-funded pupils with key stage 1: standings, what they bring, who is mainstream."""
    parts: list[tuple[Floats, Floats, Mask]] = []
    for task in tasks_of(plan):
        people = make_people(task)
        prior = make_prior(task, people)
        kind = task.settings["kind"].to_numpy()[people.school]
        chosen = prior.complete & ~people.left_before & (kind != _INDEPENDENT)
        effects = task.settings.select(*map(str, IN_PROGRESS)).to_numpy()[people.school]
        mainstream = np.isin(kind, [MAINSTREAM, MIDDLE])
        parts.append(
            (prior.standing[chosen], (brought_by(people) + effects)[chosen], mainstream[chosen])
        )
    standings, brought, members = zip(*parts, strict=True)
    return np.concatenate(standings), np.concatenate(brought), np.concatenate(members)


def _mean(values: Floats) -> float:
    return round(float(values.mean()), 2) if len(values) > _FEW else 0.0


def text_of(measured: Centring, schools: int, seed: int) -> str:
    """The text of ``centring.toml``."""
    names = [str(subject) for subject in IN_PROGRESS]
    return _HEAD.format(
        schools=schools,
        seed=seed,
        standings=measured.key_stage_1.why,
        below=list(measured.key_stage_1.below),
        quantiles="\n".join(f"{n} = {list(getattr(measured.key_stage_1, n))}" for n in names),
        groups=measured.groups.why,
        offsets="\n".join(f"{n} = {list(getattr(measured.groups, n))}" for n in names),
    )


if __name__ == "__main__":
    (Path(__file__).parent / "centring.toml").write_text(
        text_of(measure(_SCHOOLS, _SEED), _SCHOOLS, _SEED), "utf-8"
    )
