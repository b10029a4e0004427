"""A task of a season, and what is known when the tasks are told."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.register.declaring import State as Declared
from keystage.actions.register.declaring import state_of
from keystage.actions.register.register import Register, register_of
from keystage.actions.season.dates import Season
from keystage.statute.season import Event
from keystage.store.models import Sheet
from keystage.web.wording import as_date, as_moment, plural

DONE, NOW, BLOCKED, LATER = "Done", "To do", "Cannot start yet", "Later"
#: How each status looks; the words say the same.
TONES = {DONE: "done", NOW: "now", BLOCKED: "blocked", LATER: "later"}


@dataclass(frozen=True, kw_only=True)
class Task:
    """One line of the list.

    Attributes:
        title: what to do.
        status: one of a few words.
        hint: what is missing or blocks it, or by when.
        route: the page where it is done.
        permission: what the page asks for; without it the task is no link.
        level: the level of data the page shows.
    """

    title: str
    status: str
    hint: str
    route: str
    permission: Permission
    level: Level = Level.NONE


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a school's season: its sheet and its dates.

    ``drafts``: whether the person is told of requests that the school has not sent.
    """

    sheet: Sheet
    dates: Season
    drafts: bool = False

    @cached_property
    def cohort(self) -> int:
        """How many pupils are in the cohort."""
        return self.sheet.cohort.filter(removed=False).count()

    @cached_property
    def register(self) -> Register:
        """The test attendance register."""
        return register_of(self.sheet)

    @cached_property
    def declared(self) -> Declared:
        """How far the headteacher's declaration is."""
        return state_of(self.sheet, self.register)

    def due(self, event: str) -> str:
        """By when something is to be done, in words; empty where nobody knows."""
        moment = self.dates.moment(event)
        if moment is None:
            return ""
        days, whole_day = days_until(moment), Event(event).whole_day(moment)
        when = as_date(moment) if whole_day else as_moment(moment)
        if days < 0:
            return f" It was due on {when}, {plural(-days, 'day', 'days')} ago."
        if self.dates.passed(event):
            return f" It was due today, {when}."
        left = "today is the last day" if days == 0 else f"{plural(days, 'day', 'days')} left"
        return f" Due by {when}: {left}."

    def begun(self, event: str) -> bool:
        """Whether an event has begun; so it is where nobody knows its date."""
        return self.dates.moment(event) is None or self.dates.passed(event)


def days_until(moment: datetime) -> int:
    """The days until a moment, negative once it is over."""
    return (timezone.localdate(moment) - timezone.localdate()).days
