"""What a change of registrations decides elsewhere, told before it is saved.

One list of registrations feeds the materials, the attendance register, the list of access
arrangements, the list of pupils expected in the return, and the matching of results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.flows.roll.comparing.standings import Registered, registration_for
from keystage.flows.roll.likeness.evidence import word_list
from keystage.flows.roll.pupils import Facts
from keystage.statute.collection import Collection
from keystage.statute.register import TestRegister

#: Where a registration tells, in the order in which pages tell it.
PLACES = ("Materials", "Attendance register", "Access arrangements", "Expected list", "Results")
_NOTHING = "Nothing changes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One pupil's registrations before and after, by test; empty where nobody has said.

    ``arrangements``: the access arrangements in force, each with the tests it is for, none for all.
    ``codes``: the papers that have a code which somebody entered.
    """

    before: Mapping[Subject, str]
    after: Mapping[Subject, str]
    arrangements: Sequence[tuple[str, Sequence[Subject]]] = ()
    codes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What becomes of one of the five lists."""

    place: str
    words: str


def consequences(
    one: Changed, book: TestRegister, collection: Collection
) -> tuple[Consequence, ...]:
    """What a change decides in each of the five places, in the order of `PLACES`."""
    told = (
        _materials(one, book, collection),
        _register(one, book, collection),
        _access(one, collection),
        _expected(one, collection),
        _results(one, collection),
    )
    return tuple(
        Consequence(place=place, words=words or _NOTHING)
        for place, words in zip(PLACES, told, strict=True)
    )


def _sits(registrations: Mapping[Subject, str], test: Subject, collection: Collection) -> bool:
    code = registrations.get(test, "")
    return code in collection.registrations.codes and collection.registrations.codes[code].sits


def _moved(one: Changed, collection: Collection) -> tuple[list[Subject], list[Subject]]:
    """The tests the pupil takes now and did not, and those he or she does not take any longer."""
    joins: list[Subject] = []
    leaves: list[Subject] = []
    for test in TESTED:
        before, after = _sits(one.before, test, collection), _sits(one.after, test, collection)
        if before != after:
            (joins if after else leaves).append(test)
    return joins, leaves


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _papers(tests: Sequence[Subject], book: TestRegister) -> str:
    return word_list(
        [book.papers.papers[paper].short for test in tests for paper in book.papers_of(test)]
    )


def _materials(one: Changed, book: TestRegister, collection: Collection) -> str:
    joins, leaves = _moved(one, collection)
    return _sentences(
        f"One more copy is needed of {_papers(joins, book)}." if joins else "",
        f"One copy less is needed of {_papers(leaves, book)}." if leaves else "",
    )


def _register(one: Changed, book: TestRegister, collection: Collection) -> str:
    joins, _ = _moved(one, collection)
    implied, without = [], []
    for test in TESTED:
        after = one.after.get(test, "")
        if after == one.before.get(test, "") or test in joins:
            continue
        code = book.implied(after)
        if code:
            implied.append(f"{book.attendance.codes[code].label} in {test.label}")
        else:
            without.append(test.label)
    entered = [
        book.papers.papers[paper].short
        for paper in one.codes
        if one.before.get(book.papers.papers[paper].subject, "")
        != one.after.get(book.papers.papers[paper].subject, "")
    ]
    return _sentences(
        f"A code is needed for {_papers(joins, book)}." if joins else "",
        f"The register says {word_list(implied)} by itself." if implied else "",
        f"Nothing is asked for in {word_list(without)}." if without else "",
        f"The codes entered for {word_list(entered)} have to be looked at." if entered else "",
    )


def _access(one: Changed, collection: Collection) -> str:
    joins, leaves = _moved(one, collection)
    left = [
        label
        for label, tests in one.arrangements
        if not any(_sits(one.after, test, collection) for test in (tests or TESTED))
    ]
    if leaves and left:
        return f"No test is left for: {word_list(left)}."
    if joins and not one.arrangements:
        return "Ask whether the pupil needs an access arrangement."
    return ""


def _expected(one: Changed, collection: Collection) -> str:
    told = []
    for subject in ASSESSED:
        before, after = (
            _due(registrations, subject, collection) for registrations in (one.before, one.after)
        )
        if before != after:
            name = subject.label.capitalize()
            told.append(f"{name}: {_due_in_words(after, collection, subject)}.")
    return " ".join(told)


def _due(
    registrations: Mapping[Subject, str], subject: Subject, collection: Collection
) -> tuple[str, ...] | None:
    registered = Registered(facts=Facts(), tests={k: v for k, v in registrations.items() if v})
    code = registration_for(registered, subject, collection)
    return None if code is None else collection.due(code, subject)


def _due_in_words(due: tuple[str, ...] | None, collection: Collection, subject: Subject) -> str:
    if due is None:
        return "nobody knows whether a judgement is due"
    if not due:
        return "no judgement is due"
    elsewhere = collection.codes(subject, "elsewhere")
    if set(due) <= set(elsewhere):
        return f"the code {word_list(list(due))} is due"
    return "a judgement is due"


def _results(one: Changed, collection: Collection) -> str:
    joins, leaves = _moved(one, collection)
    return _sentences(
        f"A result is expected in {word_list([test.label for test in joins])}." if joins else "",
        f"No result is expected in {word_list([test.label for test in leaves])}: one that comes "
        "is asked about."
        if leaves
        else "",
    )
