"""Proofs of minimum progress scores: there exactly where the year says and a pupil can reach."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from keystage.core.subjects import IN_PROGRESS
from keystage.statute.fault import Fault
from keystage.statute.progress import MinimumProgress, PriorAttainmentGroups
from keystage.statute.year import Year


def prove_minimum(year: Year) -> Iterator[Fault]:
    """Minimum scores exist exactly where the year says, and only where a pupil can fall below."""
    rules, table = year.minimum_progress, "minimum_progress"
    if rules is None:
        return
    given = bool(rules.minimum or rules.multiplier or rules.group_sd or rules.partial)
    if not rules.applies and (given or rules.values_absent):
        yield Fault(
            f"{year.year.id} has no minimum scores, but values are given.",
            (table, "minimum" if rules.minimum else "applies"),
            "Remove the values, or write applies = true.",
        )
        return
    if rules.applies and given is bool(rules.values_absent):
        yield Fault(
            "Minimum scores apply, so they are either given or absent with a reason.",
            (table, "applies"),
            "Give multiplier and minimum, or values_absent, and not both.",
        )
    yield from _signs(rules, table)
    yield from _order(rules, table)
    if year.prior_attainment_groups is not None:
        lowest = min(
            year.key_stage_2.points.values(), default=Decimal(year.key_stage_2.lowest_score)
        )
        yield from _listed(rules, year.prior_attainment_groups, lowest, table)
        yield from _not_listed(rules, year.prior_attainment_groups, lowest, table)


def _signs(rules: MinimumProgress, table: str) -> Iterator[Fault]:
    for subject in IN_PROGRESS:
        if rules.multiplier is not None and getattr(rules.multiplier, subject) <= 0:
            yield Fault(
                f"The multiplier of {subject} is not above 0.",
                (table, "multiplier"),
                "Give the number of standard deviations without its sign.",
            )
        for place, item in enumerate(rules.minimum):
            value = getattr(item, subject)
            if value is not None and value >= 0:
                yield Fault(
                    f"The {subject} minimum of group {item.group} is not below 0.",
                    (table, "minimum", place, subject),
                    "Give the minimum with its sign.",
                )
        for place, sd in enumerate(rules.group_sd):
            spread = getattr(sd, subject)
            if spread is not None and spread <= 0:
                yield Fault(
                    f"The {subject} standard deviation of group {sd.group} is not above 0.",
                    (table, "group_sd", place, subject),
                    "Correct it.",
                )


def _order(rules: MinimumProgress, table: str) -> Iterator[Fault]:
    for key in ("minimum", "group_sd"):
        numbers = [item.group for item in getattr(rules, key)]
        for place, (before, after) in enumerate(pairwise(numbers), start=1):
            if after <= before:
                yield Fault(
                    f"Group {after} comes after group {before}.",
                    (table, key, place),
                    "List each group once, lowest first.",
                )


def _listed(
    rules: MinimumProgress, groups: PriorAttainmentGroups, lowest: Decimal, table: str
) -> Iterator[Fault]:
    """A minimum is for a group in which the lowest points are below it."""
    averages = {group.group: group for group in groups.groups}
    for place, item in enumerate(rules.minimum):
        group = averages.get(item.group)
        if group is None:
            yield Fault(
                f"There is no group {item.group}.", (table, "minimum", place), "Remove the row."
            )
            continue
        for subject in IN_PROGRESS:
            value = getattr(item, subject)
            if value is not None and lowest - getattr(group, subject) >= value:
                yield Fault(
                    f"No pupil of group {item.group} can fall below its {subject} minimum.",
                    (table, "minimum", place, subject),
                    "Remove it, or correct it.",
                )


def _not_listed(
    rules: MinimumProgress, groups: PriorAttainmentGroups, lowest: Decimal, table: str
) -> Iterator[Fault]:
    """Without a minimum, the printed spread of a group leaves no pupil below it."""
    averages = {group.group: group for group in groups.groups}
    listed = {item.group: item for item in rules.minimum}
    known = rules.multiplier is not None and bool(listed)
    for place, sd in enumerate(rules.group_sd if known else ()):
        for subject in IN_PROGRESS:
            spread = getattr(sd, subject)
            given = getattr(listed.get(sd.group), subject, None)
            if spread is None or given is not None or sd.group not in averages:
                continue
            reach = lowest - getattr(averages[sd.group], subject)
            if reach < -getattr(rules.multiplier, subject) * spread:
                yield Fault(
                    f"Group {sd.group} has no minimum, but a pupil can fall below one in "
                    f"{subject}.",
                    (table, "group_sd", place),
                    "Add it to minimum, or correct the standard deviation.",
                )
