"""The schools of an organisation as the page and the file show them: words, and counts by right."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from keystage.access.permissions import Permission
from keystage.access.places import Place
from keystage.access.rights import Condition, Level
from keystage.actions.nudging import skips
from keystage.actions.stages import SchoolStages, Stage, State
from keystage.actions.stages.words import LATE, NOBODY, blockers
from keystage.store.models import Organisation, SchoolReturn
from keystage.web.doors import RELEASED, Here
from keystage.web.journeys import Journey, first_of_a_school
from keystage.web.organisation.forms import HEADS
from keystage.web.wording import as_date, plural

WORDS = {State.DONE: "Done", State.BEGUN: "Begun", State.NOT_YET: "Not yet"}
#: The colour of a step's words, which never stands alone.
_COLOURS = {State.DONE: "green", State.BEGUN: "yellow", State.NOT_YET: "grey"}
_OVERDUE = "red"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A step of a school in words, and the colour that goes with them."""

    text: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A school of the table.

    Attributes:
        name: the school.
        code: its unique reference number.
        number: authority and establishment number.
        href: the first of its pages that the person may open; empty if there is none.
        cells: each step.
        moderation: what is known of its moderation, in words; empty where it is not chosen or the
            person may not see it.
        due: the day the return is due, in words; empty if it is not known.
        done: whether the return is accepted.
        overdue: whether it should have been accepted by now.
        last: the day something was last done, in words.
        nudged: the day it was last reminded, in words; empty if never.
        blocks: what the school has to do next; none if all is done.
        remind: whether a reminder would be sent.
    """

    name: str
    code: str
    number: str
    href: str
    cells: tuple[Cell, ...]
    moderation: str
    due: str
    done: bool
    overdue: bool
    last: str
    nudged: str
    blocks: tuple[str, ...]
    remind: bool


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What somebody may be told of schools."""

    counts: bool
    moderation: bool


def rights_of(here: Here) -> Rights:
    """What the person may be told here."""
    return Rights(
        counts=here.may(Permission.SEE_SCHOOLS, Level.AGGREGATE),
        moderation=here.may(Permission.SEE_MODERATION, Level.NONE, frozenset({Condition.SAMPLED})),
    )


def row_of(one: SchoolStages, here: Here, rights: Rights) -> Row:
    """A school as the table shows it; without the right to counts no number of pupils is told."""
    return Row(
        name=one.school.name,
        code=one.school.code,
        number=one.school.number,
        href=_href(one.school, here),
        cells=tuple(cell_of(one, stage, counts=rights.counts) for stage in HEADS),
        moderation=_moderation(one) if rights.moderation else "",
        due=as_date(one.due_at) if one.due_at else "",
        done=one.accepted,
        overdue=one.overdue,
        last=as_date(one.last) if one.last else "Never",
        nudged=as_date(one.nudged) if one.nudged else "",
        blocks=blockers(one, counts=rights.counts),
        remind=not skips(one),
    )


def cell_of(one: SchoolStages, stage: Stage, *, counts: bool) -> Cell:
    """A step of a school: in numbers where they may be told."""
    state = one.states[stage]
    if one.nobody:
        return Cell(text=NOBODY, colour=_COLOURS[state])
    if stage is Stage.RETURN:
        return _return(one, counts=counts)
    if stage is Stage.FILE and state is State.BEGUN:
        return Cell(text="Out of date", colour=_COLOURS[state])
    numbers = {
        Stage.ROLL: plural(one.pupils, "pupil", "pupils"),
        Stage.REGISTERED: f"{one.registered} of {one.pupils}",
        Stage.JUDGED: f"{one.given} of {one.due}",
        Stage.RESULTS: plural(one.with_results, "pupil", "pupils"),
    }
    told = counts and one.pupils and stage in numbers and state is not State.NOT_YET
    return Cell(text=numbers[stage] if told else WORDS[state], colour=_COLOURS[state])


def _return(one: SchoolStages, *, counts: bool) -> Cell:
    """How far the return is, with the expected numbers; red where it is overdue."""
    colour = _OVERDUE if one.overdue else _COLOURS[one.states[Stage.RETURN]]
    if one.sent is None or one.sent_state is None:
        return Cell(text=SchoolReturn.State.NOT_STARTED.label, colour=colour)
    words = SchoolReturn.State(one.sent_state).label
    if counts and one.sent.expected is not None and one.sent_state != SchoolReturn.State.UPLOADED:
        words = f"{words}: {one.sent.complete or 0} of {one.sent.expected}"
    if one.accepted and one.came_late:
        words = f"{words}{LATE}"
    return Cell(text=words, colour=colour)


def _moderation(one: SchoolStages) -> str:
    found = one.moderation
    if found is None:
        return ""
    if found.visited_on:
        return found.get_outcome_display() if found.outcome else "Visited"
    words = f"Visit on {as_date(found.visit_on)}" if found.visit_on else "Chosen"
    return f"{words}, return held" if one.held else words


def _href(school: Organisation, here: Here) -> str:
    """The first of a school's pages that somebody may open.

    What a school agreed to is not looked up: none of these pages asks for it. Its messages are its
    own people's.
    """
    there = replace(here, organisation=school, place=place_of_school(school))

    def may(one: Journey) -> bool:
        own = one.permission is Permission.USE_MESSAGES
        return not own and there.may(one.permission, one.level, RELEASED)

    first = first_of_a_school(may)
    return first.href(school.kind, school.code, here.season) if first else ""


def in_one_line(blocks: Sequence[str]) -> str:
    """What a school has to do next as one sentence has it, without its full stop."""
    first, *rest = blocks or ("All is done",)
    return "; ".join([first, *(f"{one[:1].lower()}{one[1:]}" for one in rest)])


def place_of_school(school: Organisation) -> Place:
    """Where a school stands, of what is known of it already."""
    return Place(
        school=school.code,
        trust=school.trust.code if school.trust else None,
        authority=school.authority.code if school.authority else None,
        diocese=school.diocese.code if school.diocese else None,
    )


Order = Callable[[SchoolStages], Any]
_NEVER = datetime.min.replace(tzinfo=UTC)
_STEPS = tuple(Stage)
#: By what the table can be ordered; schools that are alike in it stay in the order of their names.
ORDERS: Mapping[str, Order] = {
    "name": lambda one: (one.school.name.casefold(), one.school.code),
    "stage": lambda one: _STEPS.index(one.waits_for) if one.waits_for else len(_STEPS),
    "return": lambda one: (not one.overdue, _missing(one)),
    "last": lambda one: one.last or _NEVER,
}


#: States of a return, furthest back first.
_BACK = (
    None,
    SchoolReturn.State.REOPENED,
    SchoolReturn.State.UPLOADED,
    SchoolReturn.State.RECEIVED,
    SchoolReturn.State.CLOSED,
    SchoolReturn.State.ACCEPTED,
)


def _missing(one: SchoolStages) -> tuple[int, int]:
    """Furthest back first, and of those the school with most left to be received."""
    at = _BACK.index(one.sent_state)
    sent = one.sent
    left = (sent.missing or 0) + (sent.incomplete or 0) + (sent.unexpected or 0) if sent else 0
    return at, -left


def ordered(found: Iterable[SchoolStages], by: str, *, turned: bool) -> list[SchoolStages]:
    """Schools in an order of `ORDERS`: by name, furthest back first, or longest quiet first."""
    return sorted(found, key=ORDERS[by], reverse=turned)
