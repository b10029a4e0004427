"""How many pupils of each school have access arrangements, for who sees numbers and no pupil."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from keystage.statute.loader import load_year, releases_of
from keystage.statute.register_loader import available_registers, load_register
from keystage.store.models import Arrangement, Organisation

_IN_FORCE = (Arrangement.State.PROPOSED, Arrangement.State.APPROVED)


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """The pupils of a school with arrangements that are asked for or approved.

    ``pupils`` have any; ``by_class`` says how many have one of each class of arrangements.
    """

    pupils: int = 0
    by_class: Mapping[str, int] = field(default_factory=dict)


def arranged(schools: Iterable[Organisation], year: int) -> dict[int, Arranged]:
    """The numbers of each school, by its key, in one query."""
    sorts = load_register(year).arrangements.sorts if year in available_registers() else {}
    rows = Arrangement.objects.filter(
        cohort_pupil__sheet__school__in=[one.pk for one in schools],
        cohort_pupil__sheet__year=year,
        cohort_pupil__removed=False,
        state__in=_IN_FORCE,
    ).values_list("cohort_pupil__sheet__school_id", "cohort_pupil_id", "sort")
    pupils: dict[int, set[int]] = {}
    classes: dict[int, set[tuple[str, int]]] = {}
    for school, pupil, sort in rows:
        pupils.setdefault(school, set()).add(pupil)
        if sort in sorts:
            classes.setdefault(school, set()).add((sorts[sort].kind, pupil))
    return {
        school: Arranged(
            pupils=len(found),
            by_class={
                kind: sum(one == kind for one, _ in classes.get(school, ()))
                for kind in {one for one, _ in classes.get(school, ())}
            },
        )
        for school, found in pupils.items()
    }


def guarded(number: int, year: int) -> str:
    """A number as it is shown: none, at least the smallest group of the year, or that it is less.

    Fewer pupils than the smallest group tell of single ones.
    """
    smallest = load_year(year, releases_of(year)[-1]).suppression.smallest_group
    return f"1 to {smallest - 1}" if 0 < number < smallest else str(number)
