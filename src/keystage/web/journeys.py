"""The journeys of an organisation's season: where each begins, and what its first page asks for."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from keystage.access.permissions import Permission
from keystage.access.rights import Level


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A journey of the navigation.

    Attributes:
        route: its first page.
        text: what it is called.
        permission: what that page asks for.
        level: the level of data that page shows.
        anywhere: whether organisations of every kind have it, so that its address says the kind.
    """

    route: str
    text: str
    permission: Permission
    level: Level = Level.NONE
    anywhere: bool = False

    def href(self, kind: str, code: str, year: int) -> str:
        """Where it begins for an organisation and season."""
        parts: dict[str, object] = {"code": code, "year": year}
        return reverse(self.route, kwargs={"kind": kind, **parts} if self.anywhere else parts)


PEOPLE = Journey(
    route="people:list", text="People", permission=Permission.SEE_PEOPLE, anywhere=True
)
#: In the order of the navigation.
OF_A_SCHOOL = (
    Journey(route="home:tasks", text="Tasks", permission=Permission.SEE_REGISTRATIONS),
    Journey(
        route="pupils:cohort",
        text="Pupils",
        permission=Permission.SEE_REGISTRATIONS,
        level=Level.NAMED,
    ),
    Journey(
        route="sheet:grid", text="Mark sheet", permission=Permission.SEE_PUPILS, level=Level.NAMED
    ),
    Journey(route="export:history", text="Files", permission=Permission.SEE_EXPORTS),
    Journey(
        route="results:summary",
        text="Results",
        permission=Permission.SEE_RESULTS,
        level=Level.NAMED,
    ),
    Journey(
        route="reports:choose",
        text="Reports",
        permission=Permission.REPORT_TO_PARENTS,
        level=Level.NAMED,
    ),
    PEOPLE,
)
OF_A_BODY = (
    Journey(
        route="organisation:schools",
        text="Schools",
        permission=Permission.SEE_SCHOOLS,
        anywhere=True,
    ),
    PEOPLE,
)


def journeys_of(kind: str) -> tuple[Journey, ...]:
    """The journeys of an organisation of a kind."""
    return OF_A_SCHOOL if kind == "school" else OF_A_BODY


def first_of_a_school(may: Callable[[Journey], bool]) -> Journey | None:
    """The first journey of a school that somebody may begin; none if there is none."""
    return next((one for one in OF_A_SCHOOL if may(one)), None)
