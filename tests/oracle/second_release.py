"""A second release of an invented cohort: late results, reviews, pupils who come and go."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from cohorts import Pupil
from msgspec.structs import replace

from keystage.statute.progress import MinimumProgress
from keystage.statute.year import Year

Change = Callable[[Random, Pupil], None]


def _set(column: str, *values: object) -> Change:
    def change(chance: Random, pupil: Pupil) -> None:
        pupil[column] = chance.choice(values)

    return change


def _test(prefix: str) -> Change:
    def change(chance: Random, pupil: Pupil) -> None:
        score = chance.choice([None, *range(80, 121)])
        passed = score is not None and score >= 100
        outcome = chance.choice(["B", "A", "M", None]) if score is None else None
        pupil[f"{prefix}SCORE"] = score
        pupil[f"{prefix}OUTCOME"] = outcome if score is None else ("AS" if passed else "NS")

    return change


CHANGES: Sequence[Change] = (
    _test("READ"),
    _test("MAT"),
    _test("GPS"),
    _set("READTAOUTCOME", "PK1", "PK2", "PK4", None),
    _set("WRITTAOUTCOME", "GDS", "EXS", "WTS", "PK3", "A", None),
    _set("SCITAOUTCOME", "EXS", "HNM", None),
    _set("P_INCL", "201", "202", "203"),
    _set("SEX", "F", "M"),
    _set("SENF", "K", "E", "N", None),
    _set("EALGRP", "1", "2", "3"),
    _set("FSM6_P", "0", "1", None),
    _set("NEWMOBILE", "0", "1"),
    _set("KS1READ", "GDS", "WTS", None),
    _set("KS1MAT", "GDS", "EXS"),
)


def second_release(pupils: Sequence[Pupil], chance: Random, *, share: float = 0.4) -> list[Pupil]:
    """Pupils with a share of them changed, some gone and some come, in another order."""
    kept = [dict(pupil) for pupil in pupils if chance.random() > share / 4]
    for pupil in kept:
        while chance.random() < share:
            chance.choice(CHANGES)(chance, pupil)
    come = [dict(chance.choice(pupils)) for _ in range(chance.randint(0, 2))]
    for number, pupil in enumerate(come):
        pupil["UPN"] = chance.choice([None, f"X{998000000000 + number}"])
    found = [*kept, *come]
    chance.shuffle(found)
    return found


def other_reference(year: Year) -> Year:
    """The same rules with other averages of prior attainment groups, and other minimums."""
    groups, minimum = year.prior_attainment_groups, year.minimum_progress
    assert groups is not None
    assert minimum is not None
    moved = tuple(
        replace(group, reading=group.reading + Decimal("0.0301"), maths=group.maths - 1)
        for group in groups.groups
    )
    return replace(
        year,
        prior_attainment_groups=replace(groups, groups=moved),
        minimum_progress=_raised(minimum),
    )


def _raised(minimum: MinimumProgress) -> MinimumProgress:
    higher: list[Any] = [
        replace(item, reading=item.reading + 5 if item.reading is not None else None)
        for item in minimum.minimum
    ]
    return replace(minimum, minimum=tuple(higher))


def other_rules(year: Year) -> Year:
    """The same with a higher expected standard, and absent pupils left out of percentages."""
    codes = dict(year.test_outcomes.codes)
    codes["A"] = replace(codes["A"], rate="left_out")
    return replace(
        year,
        key_stage_2=replace(year.key_stage_2, expected_score=103),
        test_outcomes=replace(year.test_outcomes, codes=codes),
    )
