"""The steps of a school's season, how far a school is with each, and what it waits for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from keystage.actions.gateway.standing.states import is_nobody, is_whole
from keystage.actions.moderation.choosing import is_held
from keystage.store.models import Moderation, Organisation, SchoolReturn


class Stage(StrEnum):
    """A step of a school's season, in the order they are taken."""

    ROLL = "roll"
    REGISTERED = "registered"
    REGISTER = "register"
    DECLARED = "declared"
    JUDGED = "judged"
    SIGNED = "signed"
    FILE = "file"
    RETURN = "return"
    RESULTS = "results"


class State(StrEnum):
    """How far a school is with a step."""

    DONE = "done"
    BEGUN = "begun"
    NOT_YET = "not_yet"


#: What is done in the week of the tests, beside what leads to the return.
TEST_WEEK = (Stage.REGISTER, Stage.DECLARED)
#: What makes the list of expected pupils: no longer waited for once the return is accepted.
BEFORE = (Stage.ROLL, Stage.REGISTERED)
#: What makes a file of the mark sheet: not waited for once a file was sent, wherever it was made.
ON_THE_SHEET = (Stage.JUDGED, Stage.SIGNED, Stage.FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolStages:
    """How far one school has come with a season.

    Attributes:
        school: the school, with what it belongs to.
        loaded: whether the codes and rules of the year are loaded.
        roll_taken: whether a roll was brought in this season.
        pupils: how many are in the cohort.
        registered: how many of them are registered for every test.
        register: how far the attendance register is: confirmed, or something entered.
        declared: how far the headteacher's declaration is: signed, or drafted.
        tested: whether the tests of the year have begun.
        results_out: whether the day of the results has come; it has where that day is not known.
        due: how many judgements are due.
        given: how many of those are there.
        faults: what the last check found; None where it has not seen what the sheet holds.
        signed: whether the headteacher's signature holds.
        file: whether the newest file of the return holds what the sheet does; None without one.
        sent: the return as the gateway has it; None where nothing was begun.
        waiting_file: whether a file waits for a second person.
        moderation: the moderation that stands; None where the school is not chosen.
        with_results: how many pupils have a result of a test.
        due_at: when the return is due; None if that is not known.
        late: whether that has passed.
        came_late: whether the return was accepted after a date that the authority set.
        now: when this was looked up.
        last: when something was last done; None if never.
        nudged: when the school was last reminded of its return; None if never.
    """

    school: Organisation
    now: datetime
    loaded: bool = False
    roll_taken: bool = False
    pupils: int = 0
    registered: int = 0
    register: State = State.NOT_YET
    declared: State = State.NOT_YET
    tested: bool = False
    results_out: bool = True
    due: int = 0
    given: int = 0
    faults: int | None = None
    signed: bool = False
    file: bool | None = None
    sent: SchoolReturn | None = None
    waiting_file: bool = False
    moderation: Moderation | None = None
    with_results: int = 0
    due_at: datetime | None = None
    late: bool = False
    came_late: bool = False
    last: datetime | None = None
    nudged: datetime | None = None

    def without_moderation(self) -> Self:
        """The same for who may not know which schools are moderated."""
        return replace(self, moderation=None)

    @property
    def states(self) -> Mapping[Stage, State]:
        """How far the school is with each step; all are done where nobody is expected."""
        if self.nobody:
            return dict.fromkeys(Stage, State.DONE)
        there = bool(self.pupils)
        return {
            Stage.ROLL: _state(there, self.roll_taken),
            Stage.REGISTERED: _state(there and self.registered == self.pupils, self.registered),
            Stage.REGISTER: self.register,
            Stage.DECLARED: self.declared,
            Stage.JUDGED: _state(there and self.given == self.due, self.given),
            Stage.SIGNED: _state(self.signed, False),
            Stage.FILE: _state(self.file, self.file is not None),
            Stage.RETURN: _state(self.accepted, self.sent_state is not None),
            Stage.RESULTS: _state(self.with_results, False),
        }

    @property
    def sent_state(self) -> SchoolReturn.State | None:
        """How far the return is; None where nothing was begun."""
        state = SchoolReturn.State(self.sent.state) if self.sent else SchoolReturn.State.NOT_STARTED
        return None if state == SchoolReturn.State.NOT_STARTED else state

    @property
    def nobody(self) -> bool:
        """Whether the school has said that it has no pupils this year: nothing is awaited."""
        return not self.pupils and self.sent is not None and is_nobody(self.sent)

    @property
    def accepted(self) -> bool:
        """Whether the return is accepted, or was closed with nothing left to be received."""
        if self.nobody:
            return True
        if self.closed and self.sent is not None:
            return is_whole(self.sent)
        return self.sent_state is SchoolReturn.State.ACCEPTED

    @property
    def closed(self) -> bool:
        """Whether the return was closed, so that no file is taken any more."""
        return self.sent_state is SchoolReturn.State.CLOSED

    @property
    def held(self) -> bool:
        """Whether the return waits for a moderation visit."""
        return self.moderation is not None and is_held(self.moderation, self.now)

    @property
    def overdue(self) -> bool:
        """Whether the return should have been accepted by now."""
        return self.late and not self.accepted

    @property
    def waits_for(self) -> Stage | None:
        """What to do first; None if all is done."""
        return next(self._waiting(), None)

    @property
    def waiting(self) -> tuple[Stage, ...]:
        """What to do next: towards the return and the results, and for the week of the tests."""
        return tuple(self._waiting())

    def _waiting(self) -> Iterator[Stage]:
        states = self.states
        over = {*TEST_WEEK, *(ON_THE_SHEET if self.sent_state else ())}
        over |= {*BEFORE} if self.accepted or self.closed else set()
        over |= set() if self.results_out else {Stage.RESULTS}
        left = [one for one in Stage if states[one] is not State.DONE]
        first = next((one for one in left if one not in over), None)
        if first is not None:
            yield first
        if first in BEFORE and self.sent_state:
            yield Stage.RETURN
        if self.tested and self.loaded:
            yield from [one for one in TEST_WEEK if one in left][:1]


def _state(done: object, begun: object) -> State:
    if done:
        return State.DONE
    return State.BEGUN if begun else State.NOT_YET
