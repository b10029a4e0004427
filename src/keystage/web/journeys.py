"""The journeys of an organisation's season: where each begins, and what its first page asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.web.hrefs import folder
from keystage.web.hrefs import href as address

_SOME_YEAR = 2000


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A journey of the navigation.

    Attributes:
        route: its first page.
        text: what it is called.
        permission: what that page asks for.
        level: the level of data that page shows.
        anywhere: whether organisations of every kind have it, so that its address says the kind.
        kind: the only kind of body that has it; empty where all have.
        sees_to: the conditions that page keeps itself.
        unless: the route of a journey that leaves nobody in need of this one.
        also: what the addresses of its other pages begin with, after the season.
    """

    route: str
    text: str
    permission: Permission
    level: Level = Level.NONE
    anywhere: bool = False
    kind: str = ""
    sees_to: frozenset[Condition] = frozenset()
    unless: str = ""
    also: tuple[str, ...] = ()

    def href(self, kind: str, code: str, year: int) -> str:
        """Where it begins for an organisation and season."""
        if not (code.isascii() and code.isalnum()):
            return _address(self.route, kind if self.anywhere else "", code, year)
        before, after = _around(self.route, kind, self.anywhere)
        return f"{folder()}{before}{code}/{year}/{after}"


def _address(route: str, kind: str, code: str, year: int) -> str:
    place: dict[str, object] = {"kind": kind} if kind else {}
    return address(route, {**place, "code": code, "year": year})


@cache
def _around(route: str, kind: str, anywhere: bool) -> tuple[str, str]:  # noqa: FBT001  # a key
    """What stands before and after the code and the season in the address of a journey."""
    some = _address(route, kind if anywhere else "", "A", _SOME_YEAR)
    before, after = some.removeprefix(folder()).split(f"A/{_SOME_YEAR}/", 1)
    return before, after


PEOPLE = Journey(
    route="people:list", text="People", permission=Permission.SEE_PEOPLE, anywhere=True
)
SYSTEMS = Journey(
    route="systems:list", text="Systems", permission=Permission.MANAGE_SYSTEMS, anywhere=True
)
MESSAGES = Journey(
    route="messages:inbox", text="Messages", permission=Permission.USE_MESSAGES, anywhere=True
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
        route="register:register",
        text="Test week",
        permission=Permission.SEE_ATTENDANCE,
        level=Level.NAMED,
    ),
    Journey(
        route="sheet:grid", text="Mark sheet", permission=Permission.SEE_PUPILS, level=Level.NAMED
    ),
    Journey(route="gateway:return", text="Return", permission=Permission.SEE_SUBMISSIONS),
    Journey(
        route="released:incoming",
        text="Intake",
        permission=Permission.SEE_RESULTS,
        level=Level.NAMED,
        sees_to=frozenset({Condition.OWN_INTAKE}),
        unless="results:summary",
    ),
    Journey(route="export:history", text="Files", permission=Permission.SEE_EXPORTS),
    Journey(
        route="results:summary",
        text="Results",
        permission=Permission.SEE_RESULTS,
        level=Level.NAMED,
    ),
    Journey(
        route="figures:releases",
        text="Figures",
        permission=Permission.SEE_MEASURES,
        level=Level.SUPPRESSED,
        also=("packs", "release-of-figures"),
    ),
    Journey(
        route="checking:windows",
        text="Checking",
        permission=Permission.SEE_CHECKING_REQUESTS,
    ),
    Journey(
        route="reports:choose",
        text="Reports",
        permission=Permission.REPORT_TO_PARENTS,
        level=Level.NAMED,
    ),
    MESSAGES,
    PEOPLE,
    SYSTEMS,
)
OF_A_BODY = (
    Journey(
        route="organisation:schools",
        text="Schools",
        permission=Permission.SEE_SCHOOLS,
        anywhere=True,
    ),
    Journey(
        route="batches:list", text="Files", permission=Permission.SEE_SUBMISSIONS, anywhere=True
    ),
    Journey(
        route="moderation:schools",
        text="Moderation",
        permission=Permission.SEE_MODERATION,
        kind="authority",
        sees_to=frozenset({Condition.SAMPLED}),
    ),
    Journey(route="desk:desk", text="Desk", permission=Permission.SEE_SUBMISSIONS, kind="national"),
    Journey(
        route="released:schools",
        text="Results",
        permission=Permission.SEE_RESULTS,
        level=Level.NAMED,
        anywhere=True,
    ),
    *(
        Journey(
            route="figures_units:releases",
            text="Figures",
            permission=Permission.SEE_MEASURES,
            level=Level.SUPPRESSED,
            anywhere=True,
            kind=kind,
            also=("release-of-figures",),
        )
        for kind in ("trust", "authority", "diocese", "national")
    ),
    Journey(
        route="released:places",
        text="Places",
        permission=Permission.CONFIRM_PLACES,
        level=Level.NAMED,
        kind="authority",
    ),
    Journey(
        route="released:releases",
        text="Release results",
        permission=Permission.RELEASE_RESULTS,
        level=Level.NAMED,
        kind="national",
    ),
    Journey(
        route="figures_desk:releases",
        text="Release figures",
        permission=Permission.SEE_STATISTICS,
        level=Level.AGGREGATE,
        kind="national",
        also=("deleting-figures",),
    ),
    *(
        Journey(
            route="figures_desk_of_body:releases",
            text="Release figures",
            permission=Permission.DOWNLOAD_RESULTS,
            level=Level.NAMED,
            anywhere=True,
            kind=kind,
            also=("deleting-figures",),
        )
        for kind in ("trust", "authority")
    ),
    Journey(
        route="checking_desk:standing",
        text="Checking",
        permission=Permission.SEE_CHECKING_REQUESTS,
        anywhere=True,
    ),
    Journey(
        route="figures_purge:deletions",
        text="Deletions",
        permission=Permission.APPROVE_PURGE,
        anywhere=True,
        kind="national",
        unless="figures_desk:releases",
    ),
    Journey(
        route="figures_purge:to_delete",
        text="Deletions",
        permission=Permission.PROPOSE_PURGE,
        anywhere=True,
        kind="national",
        unless="figures_purge:deletions",
    ),
    Journey(
        route="figures_purge:deletions",
        text="Deletions",
        permission=Permission.APPROVE_PURGE,
        anywhere=True,
        kind="authority",
        unless="figures_desk_of_body:releases",
    ),
    MESSAGES,
    Journey(
        route="season:calendar", text="Season", permission=Permission.SEE_SEASON, anywhere=True
    ),
    PEOPLE,
    SYSTEMS,
)


def journeys_of(kind: str) -> tuple[Journey, ...]:
    """The journeys of an organisation of a kind."""
    if kind == "school":
        return OF_A_SCHOOL
    return tuple(one for one in OF_A_BODY if one.kind in {"", kind})


def open_journeys(kind: str, may: Callable[[Journey], bool]) -> list[Journey]:
    """The journeys of an organisation of a kind that somebody may begin and has a use for."""
    found = [one for one in journeys_of(kind) if may(one)]
    routes = {one.route for one in found}
    return [one for one in found if one.unless not in routes]


def first_of_a_school(may: Callable[[Journey], bool]) -> Journey | None:
    """The first journey of a school that somebody may begin; none if there is none."""
    return next(iter(open_journeys("school", may)), None)
