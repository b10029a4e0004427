"""Threads as the pages show them: in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.messages.inbox import Line
from keystage.store.models import Message, Person
from keystage.web.doors import Here
from keystage.web.wording import as_date, plural

OPEN, CLOSED, ALL = "open", "closed", "all"
MINE, UNREAD = "mine", "unread"
#: Where what a message is about is read: by who reads it and what it is.
_WAYS = {
    ("school", "submission"): (
        "gateway:submission", "submission", Permission.PREPARE_SUBMISSION, Level.NAMED,
    ),
    ("school", "amendment"): (
        "amendments:one", "amendment", Permission.PREPARE_SUBMISSION, Level.NAMED,
    ),
    ("school", "numbers"): ("gateway:numbers", "which", Permission.PREPARE_SUBMISSION, Level.NAMED),
    ("authority", "amendment"): (
        "amendments:authority_one", "amendment", Permission.SEE_PUPILS, Level.NAMED,
    ),
    ("national", "amendment"): (
        "amendments:desk_one", "amendment", Permission.RUN_COLLECTION, Level.NONE,
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """A thread of the list.

    Attributes:
        line: the thread.
        href: its page.
        due: until when it is to be answered, in words; empty if that is not said.
        late: whether that day is past.
        owner: who looks after it, in words.
    """

    line: Line
    href: str
    due: str
    late: bool
    owner: str


def rows_of(lines: Iterable[Line], here: Here, today: date) -> list[Row]:
    """The threads as the list shows them."""
    return [_row(line, here, today) for line in lines]


def chosen(lines: Iterable[Line], state: str, whose: str, person: Person) -> list[Line]:
    """Those threads that somebody wants to see.

    Args:
        lines: all threads.
        state: open, closed or all.
        whose: mine, unread or all.
        person: who looks.
    """
    return [
        line
        for line in lines
        if (state == ALL or line.is_open is (state == OPEN))
        and (whose != MINE or line.first.owner_id == person.pk)
        and (whose != UNREAD or line.unread)
    ]


def due_in_words(message: Message, today: date, *, answered: bool) -> str:
    """Until when a thread is to be answered; empty if not said, or if answered or closed."""
    if message.due_on is None or message.closed_at is not None or answered:
        return ""
    days = (message.due_on - today).days
    if days < 0:
        return f"Overdue by {plural(-days, 'day', 'days')}"
    return "Due today" if days == 0 else f"Due by {as_date(message.due_on)}"


def about_href(here: Here, about: str) -> str:
    """The page of what a message is about, for who may open it here; '' if there is none."""
    kind, _, rest = about.partition(" ")
    key = rest.partition(" ")[0]
    ways = _WAYS.get((here.organisation.kind, kind))
    if ways is None:
        return ""
    route, part, permission, level = ways
    return here.href(route, **{part: key}) if here.may(permission, level) else ""


def _row(line: Line, here: Here, today: date) -> Row:
    kind = here.organisation.kind
    return Row(
        line=line,
        href=here.href("messages:thread", kind=kind, message=line.first.pk),
        due=due_in_words(line.first, today, answered=line.answered),
        late=(line.days_late(today) or 0) > 0,
        owner=str(line.first.owner) if line.first.owner else "Nobody",
    )
