"""What does not agree in the attendance register, pupil by pupil.

Some of it is wrong and has to be put right before the register is confirmed; some may be right and
is only to be looked at.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from keystage.core.subjects import TESTED, Subject
from keystage.statute.collection import Collection
from keystage.statute.register import TestRegister

Kind = Literal[
    "no_code",
    "no_registration",
    "against_registration",
    "part_of_a_test",
    "left_before_the_tests",
    "unknown_code",
    "script_missing",
    "result_without_script",
    "absent_from_one_paper",
    "late_joiner",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: What may be right as it is.
TO_LOOK_AT: frozenset[Kind] = frozenset(
    {"script_missing", "result_without_script", "absent_from_one_paper", "late_joiner"}
)
WHAT_TO_DO: dict[Kind, str] = {
    "no_code": "Enter a code for the paper.",
    "no_registration": "Register the pupil for the test, or take the code out.",
    "against_registration": "Correct the code, or the registration.",
    "part_of_a_test": "Give the code for every paper of the test, or for none.",
    "left_before_the_tests": "Correct the code, or the day the pupil left.",
    "unknown_code": "Choose a code of the year.",
    "script_missing": "Look for the script, and ask the agency.",
    "result_without_script": "Correct the code, or tell the agency that the result is wrong.",
    "absent_from_one_paper": "Look whether the pupil was away for this paper only.",
    "late_joiner": "Add the pupil to the register, or take him or her out of the cohort.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRegister:
    """A pupil as the register has one.

    Attributes:
        who: the pupil.
        registrations: how the pupil is registered for each test; empty where nobody has said.
        codes: the code of each paper that has one, entered or said by the registration.
        left_on: the day the pupil left.
        entered_on: the day the pupil came.
        results: of each test whose result is known, the code of it, and whether there is a mark.
    """

    who: int
    registrations: Mapping[Subject, str]
    codes: Mapping[str, str]
    left_on: date | None = None
    entered_on: date | None = None
    results: Mapping[Subject, tuple[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Something that does not agree; ``paper`` is empty where it is about a whole test or pupil."""

    kind: Kind
    who: int
    subject: Subject | None
    paper: str
    what: str

    @property
    def todo(self) -> str:
        """What to do, as a sentence."""
        return WHAT_TO_DO[self.kind]

    @property
    def is_wrong(self) -> bool:
        """Whether it has to be put right before the register is confirmed."""
        return self.kind not in TO_LOOK_AT


def contradictions(
    pupils: Iterable[OnRegister], book: TestRegister, collection: Collection
) -> list[Contradiction]:
    """What does not agree, in the order of `KINDS` and then of the pupils.

    Args:
        pupils: the pupils of the register.
        book: the papers and codes of the year.
        collection: the registrations and the week of the tests.
    """
    found = [one for pupil in pupils for one in _Pupil(pupil, book, collection).found()]
    return sorted(found, key=lambda one: KINDS.index(one.kind))


@dataclass(frozen=True, slots=True)
class _Pupil:
    """One pupil held against the year."""

    pupil: OnRegister
    book: TestRegister
    collection: Collection

    def found(self) -> Iterator[Contradiction]:
        """What does not agree about the pupil."""
        for test in TESTED:
            yield from self._test(test)
        yield from self._coming_and_going()

    def _test(self, test: Subject) -> Iterator[Contradiction]:
        papers = self.book.papers_of(test)
        registration = self.pupil.registrations.get(test, "")
        given = {paper: code for paper in papers if (code := self.pupil.codes.get(paper))}
        sits = registration != "" and self.collection.registrations.codes[registration].sits
        for paper in papers:
            if paper not in given:
                if sits or given:
                    yield self._one("no_code", test, "There is no code.", paper)
                continue
            yield from self._paper(test, paper, given[paper], registration)
        known = self.book.attendance.codes
        whole = [code for code in given.values() if code in known and known[code].whole_test]
        if whole and len(set(given.values())) > 1:
            words = f"{known[whole[0]].label} is said of some papers of the test, and not of all."
            yield self._one("part_of_a_test", test, words)
        yield from self._scripts(test, given)

    def _paper(
        self, test: Subject, paper: str, code: str, registration: str
    ) -> Iterator[Contradiction]:
        known = self.book.attendance.codes.get(code)
        if known is None:
            yield self._one("unknown_code", test, f"{code} is no code of the year.", paper)
        elif not registration:
            words = "There is a code, and nobody has said how the pupil is registered."
            yield self._one("no_registration", test, words, paper)
        elif known.registrations and registration not in known.registrations:
            label = self.collection.registrations.codes[registration].label
            words = f"The code is {known.label}, and the pupil is registered as {label}."
            yield self._one("against_registration", test, words, paper)

    def _scripts(self, test: Subject, given: Mapping[str, str]) -> Iterator[Contradiction]:
        codes = self.book.attendance.codes
        with_script = [
            paper for paper, code in given.items() if code in codes and codes[code].script
        ]
        absent = [paper for paper in given if paper not in with_script]
        if with_script and absent:
            for paper in absent:
                label = self.book.papers.papers[paper].short
                words = f"The pupil took other papers of the test, and not {label}."
                yield self._one("absent_from_one_paper", test, words, paper)
        if test not in self.pupil.results:
            return
        outcome, has_mark = self.pupil.results[test]
        not_taken = {one.outcome for one in codes.values()} | set(self.book.attendance.no_script)
        if with_script and not absent and not has_mark and outcome in not_taken:
            words = f"The pupil took every paper, and the result is {outcome or 'empty'}."
            yield self._one("script_missing", test, words)
        elif given and not with_script and (has_mark or self._has_score(outcome)):
            words = "The pupil took no paper of the test, and there is a result."
            yield self._one("result_without_script", test, words)

    def _has_score(self, outcome: str) -> bool:
        codes = self.collection.test_codes.codes
        return outcome in codes and codes[outcome].with_score

    def _coming_and_going(self) -> Iterator[Contradiction]:
        week, codes = self.collection.test_week, self.book.attendance.codes
        if week is None:
            return
        took = any(code in codes and codes[code].script for code in self.pupil.codes.values())
        left = self.pupil.left_on
        if left is not None and left < week.first and took:
            words = "The pupil left before the tests, and is said to have taken a paper."
            yield self._one("left_before_the_tests", None, words)
        known = any(self.pupil.registrations.values()) or any(self.pupil.codes.values())
        here = left is None or left >= week.first
        came = self.pupil.entered_on
        if not known and here and (came is None or came <= week.last):
            words = "The pupil is in the cohort, and not on the register."
            yield self._one("late_joiner", None, words)

    def _one(
        self, kind: Kind, subject: Subject | None, what: str, paper: str = ""
    ) -> Contradiction:
        return Contradiction(kind=kind, who=self.pupil.who, subject=subject, paper=paper, what=what)
