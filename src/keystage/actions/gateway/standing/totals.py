"""How a whole collection stands: states and expected numbers of all schools, added up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, Sum

from keystage.actions.gateway.standing.states import NOBODY_IN
from keystage.store.models import Organisation, SchoolReturn

State = SchoolReturn.State
_NUMBERS = ("expected", "complete", "incomplete", "unexpected", "missing")
NO_AUTHORITY = "No local authority"


@dataclass(frozen=True, kw_only=True)
class Total:
    """How the returns of some schools stand.

    Attributes:
        name: whose schools they are.
        code: its number; empty for all together, and for schools that stand in none.
        schools: how many there are.
        states: how many of them are in each state, without those that have no pupils.
        numbers: expected, complete, incomplete, unexpected and missing pupils of the schools that
            are counted.
        uncounted: schools of which nobody has counted the expected pupils.
        nobody: schools that have said that they have no pupils this year: nothing is awaited.
    """

    name: str
    code: str
    schools: int
    states: Mapping[State, int] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    uncounted: int = 0
    nobody: int = 0

    @property
    def awaited(self) -> int:
        """How many are not accepted, and have pupils."""
        return self.schools - self.submitted - self.nobody

    @property
    def submitted(self) -> int:
        """How many are accepted."""
        return self.states.get(State.ACCEPTED, 0)

    @property
    def received(self) -> int:
        """How many of the expected pupils were received, complete or not."""
        return self.numbers.get("complete", 0) + self.numbers.get("incomplete", 0)

    @property
    def agrees(self) -> bool:
        """Whether everybody expected was received whole, nobody else, and every school counted."""
        left = ("incomplete", "unexpected", "missing")
        return not self.uncounted and not any(self.numbers.get(name, 0) for name in left)


def totals_of(year: int) -> tuple[Total, tuple[Total, ...]]:
    """All schools together, and those of each authority by name. Two questions, however many."""
    schools = (
        Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
        .order_by()
        .values_list("authority__code", "authority__name")
        .annotate(count=Count("pk"))
    )
    rows = (
        SchoolReturn.objects.filter(year=year)
        .order_by()
        .values("school__authority__code", "state")
        .annotate(
            schools=Count("pk"),
            uncounted=Count("pk", filter=Q(expected__isnull=True)),
            nobody=Count("pk", filter=Q(version=0, expected=0, state__in=NOBODY_IN)),
            **{f"all_{name}": Sum(name) for name in _NUMBERS},
        )
    )
    by_code: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_code.setdefault(row["school__authority__code"], []).append({**row})
    every = [
        _total(name or NO_AUTHORITY, code or "", count, by_code.get(code, []))
        for code, name, count in schools
    ]
    return _together(every), tuple(sorted(every, key=lambda one: (not one.code, one.name)))


def _total(name: str, code: str, schools: int, rows: Iterable[Mapping[str, Any]]) -> Total:
    states = dict.fromkeys(State, 0)
    numbers = dict.fromkeys(_NUMBERS, 0)
    uncounted = begun = nobody = 0
    for row in rows:
        states[State(row["state"])] += row["schools"] - row["nobody"]
        nobody += row["nobody"]
        begun += row["schools"]
        uncounted += row["uncounted"]
        for one in _NUMBERS:
            numbers[one] += row[f"all_{one}"] or 0
    states[State.NOT_STARTED] += schools - begun
    return Total(
        name=name,
        code=code,
        schools=schools,
        states=states,
        numbers=numbers,
        uncounted=uncounted + schools - begun,
        nobody=nobody,
    )


def _together(every: Iterable[Total]) -> Total:
    found = list(every)
    return Total(
        name="All schools",
        code="",
        schools=sum(one.schools for one in found),
        states={state: sum(one.states[state] for one in found) for state in State},
        numbers={name: sum(one.numbers[name] for one in found) for name in _NUMBERS},
        uncounted=sum(one.uncounted for one in found),
        nobody=sum(one.nobody for one in found),
    )
