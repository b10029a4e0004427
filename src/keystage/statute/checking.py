"""The checking exercise of one year: windows, evidence, and the rules requests are decided by.

`Checking` says what a school may ask for, which questions it answers, and which branch of which
rule decides. ``load_checking(2026)`` of `keystage.statute.checking_loader` gives one; there is no
default year. The rules are data and know nothing of how they are worked out:
`keystage.flows.checking` does that, by three-valued logic.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Literal

from keystage.statute.table import Absent, Confidence, Record, Source, Table

#: What a school may ask for.
Kind = Literal["add", "include", "remove", "amend", "merge"]
#: What becomes of a request: approved, refused, or looked at by a person.
Outcome = Literal["approve", "refuse", "scrutiny"]
QuestionType = Literal["yes_no", "choice", "date", "text", "long_text", "upn", "name", "pupil"]
#: The answers of a question that is answered by yes or no.
YES_NO: Mapping[str, str] = {"yes": "Yes", "no": "No"}
#: The answer of somebody who does not know, where a question allows it.
NOT_KNOWN = "not_known"


class Noted(Record, frozen=True, kw_only=True):
    """An item of a table: how sure it is, where that is lower than the table's, and a note."""

    confidence: Confidence | None = None
    note: str = ""


class Window(Noted, frozen=True, kw_only=True):
    """When requests may be made.

    Attributes:
        label: the window for people.
        opens: its first day.
        closes: its last day.
        closes_at: the time in London at which it closes, where it is said.
        results_as_at: the day whose results the pupils' files hold.
        stage: how far the data of the release have come that the window is for.
    """

    label: str
    opens: date
    closes: date
    closes_at: time | None = None
    results_as_at: date | None = None
    stage: Literal["unamended", "provisional", "revised", "final"] = "unamended"


class Windows(Table, frozen=True, kw_only=True):
    """The windows of a year; ``late_results`` and ``last_chance`` are said to schools."""

    late_results: str
    last_chance: str
    windows: Mapping[str, Window]


class Evidence(Table, frozen=True, kw_only=True):
    """What evidence may be: settings.

    Attributes:
        megabytes: the largest file, in millions of bytes.
        pages: how many pages are looked at; None for any number.
        pages_refused: whether a longer file is refused; otherwise the school is warned.
    """

    megabytes: int
    pages: int | None = None
    pages_refused: bool = False


class KindRule(Noted, frozen=True, kw_only=True):
    """A kind of request.

    Attributes:
        label: the kind for people.
        hint: when it is the right one.
        pupils: inclusion codes of the pupils it may be asked for; none where it names no pupil.
        values: the columns of the pupil an approved request sets.
        reason_class: how the difference of two releases names what an approved request did.
    """

    label: str
    reason_class: str
    hint: str = ""
    pupils: tuple[str, ...] = ()
    values: Mapping[str, str] = {}


class Day(Noted, frozen=True, kw_only=True):
    """A day that conditions compare with, said in one of three ways.

    Attributes:
        label: what day it is, for people.
        event: an event of the season's calendar.
        on: the day itself.
        years_before: the first day of the academic year, or that of so many years before.
    """

    label: str
    event: str = ""
    on: date | None = None
    years_before: int | None = None


class Question(Noted, frozen=True, kw_only=True):
    """A question.

    Attributes:
        label: the question.
        short: what it is called on a summary.
        type: what an answer is.
        hint: help with the answer.
        options: the answers to choose from, with their words.
        required: whether it has to be answered.
        may_not_know: whether "not known" is an answer.
        longest: how many letters an answer may have.
        shown_when: the condition under which it is asked, empty for always.
    """

    label: str
    short: str
    type: QuestionType
    hint: str = ""
    options: Mapping[str, str] = {}
    required: bool = True
    may_not_know: bool = False
    longest: int | None = None
    shown_when: str = ""

    @property
    def choices(self) -> Mapping[str, str]:
        """The answers to choose from, "not known" included; none where an answer is written."""
        choices = YES_NO if self.type == "yes_no" else self.options
        return {**choices, NOT_KNOWN: "Not known"} if choices and self.may_not_know else choices


class Fact(Noted, frozen=True, kw_only=True):
    """A column of the pupil's record that conditions look at; ``codes`` are what it may hold."""

    label: str
    codes: Mapping[str, str]


class Condition(Noted, frozen=True, kw_only=True):
    """A condition: true, false, or not known. A leaf looks at one answer or fact.

    Attributes:
        sentence: what it says, with the values it looks at as {fields}.
        answer: the question whose answer it looks at.
        fact: the column of the pupil's record it looks at.
        equals: true of this value.
        one_of: true of these values.
        among: true of the values of this group.
        apart: with `among`: false of the values of this group, and not known of all others.
        given: true once there is an answer, and never false.
        before: true of the days before a day; the name of a day or of a question for a date.
        until: true of the days up to it and itself.
        since: true of itself and the days after it.
        after: true of the days after it.
        all: conditions that all have to hold.
        any: conditions one of which has to hold.
        unless: a condition that may not hold.
    """

    sentence: str = ""
    answer: str = ""
    fact: str = ""
    equals: str = ""
    one_of: tuple[str, ...] = ()
    among: str = ""
    apart: str = ""
    given: bool = False
    before: str = ""
    until: str = ""
    since: str = ""
    after: str = ""
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    unless: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The conditions it is made of; none for a leaf."""
        return (*self.all, *self.any, *((self.unless,) if self.unless else ()))

    @property
    def day(self) -> str:
        """The day it compares with; empty where it compares with none."""
        return self.before or self.until or self.since or self.after


class Branch(Record, frozen=True, kw_only=True):
    """A branch of a rule, tried in order.

    Attributes:
        id: its name, unique among all rules.
        outcome: what becomes of the request.
        because: why, said to people, with values as {fields}.
        when: the condition under which it decides; empty for the last one.
        confidence: where it is lower than the table's.
    """

    id: str
    outcome: Outcome
    because: str
    when: str = ""
    confidence: Confidence | None = None


class Tick(Record, frozen=True, kw_only=True):
    """A condition shown by itself as a tick or a cross, and the evidence that would show it."""

    condition: str
    evidence: str


class Reason(Noted, frozen=True, kw_only=True):
    """A reason of a request, and the rule that decides it.

    Attributes:
        kind: the kind of request.
        label: the reason for people.
        branches: the rule: branches in order, the last one without a condition.
        hint: when it is the right one.
        questions: the questions asked, in order.
        evidence: whether evidence has to be sent.
        wanted: what would be good evidence.
        ticks: conditions shown as ticks and crosses.
        values: columns an approved request sets, instead of those of its kind.
        answers: columns an approved request sets from the answer of a question.
        reason_class: how the difference of two releases names it, where not as its kind.
    """

    kind: Kind
    label: str
    branches: tuple[Branch, ...]
    hint: str = ""
    questions: tuple[str, ...] = ()
    evidence: Literal["required", "optional", "none"] = "optional"
    wanted: tuple[str, ...] = ()
    ticks: tuple[Tick, ...] = ()
    values: Mapping[str, str] = {}
    answers: Mapping[str, str] = {}
    reason_class: str = ""


class Rules(Table, frozen=True, kw_only=True):
    """The rules of a year; ``version`` names them, and changes whenever they do."""

    version: str
    kinds: Mapping[Kind, KindRule]
    reasons: Mapping[str, Reason]
    questions: Mapping[str, Question] = {}
    conditions: Mapping[str, Condition] = {}
    days: Mapping[str, Day] = {}
    facts: Mapping[str, Fact] = {}
    groups: Mapping[str, tuple[str, ...]] = {}

    def within(self, name: str) -> Iterator[str]:
        """A condition and all it is made of, each before its parts."""
        yield name
        for part in self.conditions[name].parts:
            yield from self.within(part)

    def needs(self, name: str) -> Iterator[str]:
        """The questions a condition looks at, by way of its parts too."""
        for one in self.within(name):
            condition = self.conditions[one]
            if condition.answer:
                yield condition.answer
            if condition.day in self.questions:
                yield condition.day

    def conditions_of(self, reason: Reason) -> tuple[str, ...]:
        """The conditions a reason names: of branches, ticks, and the showing of questions."""
        asked = (key for key in reason.questions if key in self.questions)
        shown = (self.questions[key].shown_when for key in asked)
        named = (
            *(branch.when for branch in reason.branches),
            *(tick.condition for tick in reason.ticks),
            *shown,
        )
        return tuple(dict.fromkeys(name for name in named if name))


class CheckingYear(Record, frozen=True, kw_only=True):
    """Which year: ``id`` is the year of the results."""

    id: int


class Checking(Record, frozen=True, kw_only=True):
    """The checking exercise of one year. A table that is None is in `absent` with its reason."""

    year: CheckingYear
    sources: Mapping[str, Source] = {}
    windows: Windows | None = None
    evidence: Evidence | None = None
    rules: Rules | None = None
    absent: Mapping[str, Absent] = {}
