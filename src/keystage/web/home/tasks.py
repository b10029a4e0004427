"""The tasks of a season, each with its state and what blocks it, from what the service keeps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from keystage.access.permissions import Permission
from keystage.actions.season.dates import Season
from keystage.store.models import Sheet
from keystage.web.checking.found import sees_drafts
from keystage.web.doors import RELEASED, Here
from keystage.web.home import checking_steps, steps, week_steps
from keystage.web.home.task import NOW, TONES, Facts, Task


@dataclass(frozen=True)
class Line:
    """A task as one person sees it; ``href`` is empty if the person may not open it."""

    title: str
    status: str
    hint: str
    href: str

    @property
    def tone(self) -> str:
        """How the status looks."""
        return TONES[self.status]


@dataclass(frozen=True)
class Section:
    """The tasks of one step of the season."""

    title: str
    lines: tuple[Line, ...]


#: What makes a task of what is known of a season; None where there is nothing to do or to see.
Make = Callable[[Facts], Task | None]
SECTIONS: tuple[tuple[str, tuple[Make, ...]], ...] = (
    ("Who is assessed", (steps.roll, steps.registration, week_steps.arrangements)),
    ("The week of the tests", (week_steps.register, week_steps.declaration)),
    ("Teacher assessment", (steps.judgements, steps.checks, steps.signatures)),
    ("The return", (steps.file, steps.moderation, steps.sent)),
    (
        "Results",
        (
            week_steps.released,
            steps.results,
            week_steps.reviews,
            steps.reports,
            checking_steps.checking,
        ),
    ),
)


def sections_of(here: Here, dates: Season) -> list[Section]:
    """The tasks of a school's season, in the order of the season, by its dates."""
    sheet = (
        Sheet.objects.select_related("school")
        .filter(school=here.organisation, year=here.season)
        .first()
    )
    if sheet is None:
        pack = Task(
            title="Load the codes and rules of the year",
            status=NOW,
            hint="Until they are loaded there is no mark sheet.",
            route="sheet:load",
            permission=Permission.MANAGE_COHORT,
        )
        return [Section("Set up", (_line(pack, here),))]
    facts = Facts(sheet=sheet, dates=dates, drafts=sees_drafts(here))
    return [Section(title, tuple(_lines(makers, facts, here))) for title, makers in SECTIONS]


def _lines(makers: Sequence[Make], facts: Facts, here: Here) -> Iterator[Line]:
    for make in makers:
        task = make(facts)
        if task is not None:
            yield _line(task, here)


def _line(task: Task, here: Here) -> Line:
    href = ""
    if here.may(task.permission, task.level, RELEASED):
        href = here.href(task.route)
    return Line(task.title, task.status, task.hint, href)
