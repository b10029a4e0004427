"""The schools of an organisation as the page and the file show them: words, and counts by right."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from keystage.access.places import Place
from keystage.actions.stages import SchoolStages, Stage, State
from keystage.store.models import Organisation
from keystage.web.doors import RELEASED, Here
from keystage.web.journeys import Journey, first_of_a_school
from keystage.web.organisation.forms import HEADS
from keystage.web.wording import as_date, plural

WORDS = {State.DONE: "Done", State.BEGUN: "Begun", State.NOT_YET: "Not yet"}
#: What there is to do of each step, where nothing more is known or may be told.
_NEXT = {
    Stage.ROLL: "There are no pupils",
    Stage.REGISTERED: "Some pupils lack a registration",
    Stage.JUDGED: "Some judgements are missing",
    Stage.SIGNED: "The headteacher has not signed",
    Stage.FILE: "No file has been made",
    Stage.RESULTS: "Results have not been brought in",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A school of the table.

    Attributes:
        name: the school.
        number: authority and establishment number.
        href: the first of its pages that the person may open; empty if there is none.
        cells: each step in words.
        last: the day something was last done, in words.
        blocks: what the school has to do next; empty if all is done.
    """

    name: str
    number: str
    href: str
    cells: tuple[str, ...]
    last: str
    blocks: str


def row_of(one: SchoolStages, here: Here, *, counts: bool) -> Row:
    """A school as the table shows it; without ``counts`` no number of pupils is told."""
    return Row(
        name=one.school.name,
        number=one.school.number,
        href=_href(one.school, here),
        cells=tuple(_cell(one, stage, counts=counts) for stage in HEADS),
        last=as_date(one.last) if one.last else "Never",
        blocks=blocks(one, counts=counts),
    )


def _cell(one: SchoolStages, stage: Stage, *, counts: bool) -> str:
    state = one.states[stage]
    if stage is Stage.FILE and state is State.BEGUN:
        return "Out of date"
    numbers = {
        Stage.ROLL: plural(one.pupils, "pupil", "pupils"),
        Stage.REGISTERED: f"{one.registered} of {one.pupils}",
        Stage.JUDGED: f"{one.given} of {one.due}",
        Stage.RESULTS: plural(one.with_results, "pupil", "pupils"),
    }
    told = counts and one.pupils and stage in numbers and state is not State.NOT_YET
    return numbers[stage] if told else WORDS[state]


def blocks(one: SchoolStages, *, counts: bool) -> str:
    """What a school has to do next, in a few words; empty if all is done."""
    stage = one.waits_for
    if stage is None:
        return ""
    if not one.loaded:
        return "The codes and rules of the year are not loaded"
    if counts and stage in {Stage.REGISTERED, Stage.JUDGED}:
        return _counted(one, stage)
    if stage is Stage.SIGNED and one.faults:
        return f"The last check found {plural(one.faults, 'fault', 'faults')}"
    if stage is Stage.FILE and one.file is not None:
        return "The sheet changed after the file"
    return _NEXT[stage]


def _counted(one: SchoolStages, stage: Stage) -> str:
    if stage is Stage.REGISTERED:
        missing = one.pupils - one.registered
        return f"{plural(missing, 'pupil lacks', 'pupils lack')} a registration"
    missing = one.due - one.given
    return f"{plural(missing, 'judgement is', 'judgements are')} missing"


def _href(school: Organisation, here: Here) -> str:
    """The first of a school's pages that somebody may open.

    What a school agreed to is not looked up: none of these pages asks for it.
    """
    there = replace(here, organisation=school, place=place_of_school(school))

    def may(one: Journey) -> bool:
        return there.may(one.permission, one.level, RELEASED)

    first = first_of_a_school(may)
    return first.href(school.kind, school.code, here.season) if first else ""


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
    "last": lambda one: one.last or _NEVER,
}


def ordered(found: Iterable[SchoolStages], by: str, *, turned: bool) -> list[SchoolStages]:
    """Schools in an order of `ORDERS`: by name, furthest back first, or longest quiet first."""
    return sorted(found, key=ORDERS[by], reverse=turned)
