"""The national reference that was derived from a release's own pupils, beside the one shipped."""

from decimal import Decimal

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.flows.figures.reviewed import (
    Group,
    GroupOfSubject,
    Reference,
    ReferenceOfSubject,
)
from keystage.flows.figures.reviewing.spread import KINDS
from keystage.flows.figures.reviewing.texts import rounded
from keystage.measures import key_stage_1
from keystage.measures.compute import schools_of_reference
from keystage.measures.tally import Tally, by_group, deviation, mean, tally
from keystage.statute.progress import PriorAttainmentGroup, PriorAttainmentGroups
from keystage.statute.table import DERIVED, Constant
from keystage.statute.year import Year

_PLACES = 4


def derived_reference(
    working: pl.LazyFrame, schools: pl.DataFrame, year: Year, shipped: Year
) -> Reference | None:
    """The reference with the pupils it was made from; none where the year's was not derived.

    Args:
        working: the working table of the pupils it was derived from.
        schools: their schools.
        year: the year with the reference that was used.
        shipped: the year as it is shipped.
    """
    groups = year.prior_attainment_groups
    if groups is None or groups.source != DERIVED or year.pupil_sd is None:
        return None
    tallied = tally(working, schools_of_reference(schools, year))
    kind = year.reference_rules.averages_from
    made = {subject: _of_groups(tallied, kind, subject, groups) for subject in IN_PROGRESS}
    return Reference(
        of=KINDS[kind],
        subjects=tuple(
            _of_subject(subject, sum(one[0] for one in made[subject].values()), year, shipped)
            for subject in IN_PROGRESS
        ),
        groups=tuple(
            Group(
                group=one.group,
                low=f"{one.low:f}",
                high=f"{one.high:f}",
                subjects=tuple(
                    _group(one, subject, made[subject].get(place), year, shipped)
                    for subject in IN_PROGRESS
                ),
            )
            for place, one in enumerate(groups.groups)
        ),
    )


def _of_groups(
    tallied: Tally, kind: str, subject: Subject, groups: PriorAttainmentGroups
) -> dict[int, tuple[int, str, str]]:
    """Pupils, mean and standard deviation of each group's points, by place."""
    places = key_stage_1.places(groups.groups)
    return {
        place: (
            sum(pupils for _, pupils in pairs),
            rounded(mean(pairs), _PLACES),
            rounded(deviation(pairs), _PLACES),
        )
        for place, pairs in by_group(tallied.of(kind, subject), places)
    }


def _of_subject(subject: Subject, pupils: int, year: Year, shipped: Year) -> ReferenceOfSubject:
    return ReferenceOfSubject(
        subject=str(subject),
        label=subject.label,
        pupils=pupils,
        deviation=_spread(year, subject),
        multiplier=_multiplier(year, subject),
        shipped_deviation=_spread(shipped, subject),
        shipped_multiplier=_multiplier(shipped, subject),
    )


def _group(
    one: PriorAttainmentGroup,
    subject: Subject,
    made: tuple[int, str, str] | None,
    year: Year,
    shipped: Year,
) -> GroupOfSubject:
    pupils, average, spread = made or (0, "", "")
    groups = shipped.prior_attainment_groups
    there = (
        next((item for item in groups.groups if item.group == one.group), None) if groups else None
    )
    return GroupOfSubject(
        subject=str(subject),
        pupils=pupils,
        mean=average,
        deviation=spread,
        minimum=_of_minimum(year, "minimum", one.group, subject),
        shipped_mean=_text(getattr(there, subject)) if there else "",
        shipped_minimum=_of_minimum(shipped, "minimum", one.group, subject),
        shipped_deviation=_of_minimum(shipped, "group_sd", one.group, subject),
    )


def _of_minimum(year: Year, what: str, group: int, subject: Subject) -> str:
    """A minimum score or a deviation of a group, as the year's tables have it."""
    rows = getattr(year.minimum_progress, what, ())
    found = next((item for item in rows if item.group == group), None)
    return _text(getattr(found, subject)) if found else ""


def _spread(year: Year, subject: Subject) -> str:
    if year.pupil_sd is None:
        return ""
    constant: Constant = getattr(year.pupil_sd, subject)
    return _text(constant.best)


def _multiplier(year: Year, subject: Subject) -> str:
    found = year.minimum_progress.multiplier if year.minimum_progress else None
    return _text(getattr(found, subject)) if found else ""


def _text(value: Decimal | None) -> str:
    return "" if value is None else rounded(value, _PLACES)
