"""What to record for a pupil around test week: questions that end in one code for each subject.

The questions and their ends are data with their sources; the codes are those of the year.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from keystage.core.errors import UsageError
from keystage.core.subjects import ASSESSED, Subject
from keystage.formats.toml_file import read_toml
from keystage.statute.collection import Collection
from keystage.statute.collection_codes import Group
from keystage.statute.table import Record, Source

_FILE = Path(__file__).with_suffix(".toml")


class Answer(Record, frozen=True, kw_only=True):
    """One answer: what comes next, a question or an end; and the first year it is asked in."""

    id: str
    text: str
    next: str = ""
    end: str = ""
    from_year: int = 0


class Question(Record, frozen=True, kw_only=True):
    """A question with its answers."""

    text: str
    hint: str = ""
    answers: tuple[Answer, ...]

    def of(self, collection: Collection) -> tuple[Answer, ...]:
        """The answers there are in a year."""
        return tuple(one for one in self.answers if one.from_year <= collection.year.id)


class Recorded(Record, frozen=True, kw_only=True):
    """What is recorded in a subject: what is due by a registration, or a part of that."""

    registration: str
    code: str = ""
    group: Group | None = None


class End(Record, frozen=True, kw_only=True):
    """Where the questions lead; ``verified`` says whether the rule was read in a published text."""

    title: str
    todo: str
    rule: str
    source: str
    verified: bool
    reading: Recorded
    writing: Recorded
    maths: Recorded
    science: Recorded

    def of(self, subject: Subject) -> Recorded:
        """What is recorded in a subject."""
        found: Recorded = getattr(self, subject)
        return found


class Tree(Record, frozen=True, kw_only=True):
    """The questions, their ends and the sources of these."""

    first: str
    sources: Mapping[str, Source]
    questions: Mapping[str, Question]
    ends: Mapping[str, End]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that is still to be answered, with the answers there are in the year."""

    id: str
    text: str
    hint: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectAdvice:
    """What to record in one subject.

    Attributes:
        subject: the subject.
        registration: how the pupil is registered, for people.
        codes: the codes that may be recorded: none means that the cell stays blank, one that it is
            that, several that the teacher's judgement chooses.
        words: the same as a sentence.
    """

    subject: Subject
    registration: str
    codes: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The end of the questions.

    Attributes:
        id: the end.
        title: what the pupil's case is.
        todo: what to do besides, as sentences.
        subjects: what to record in each assessed subject.
        rule: the rule, in words.
        source: where it was read, or what it was put together from.
        verified: whether it was read in a published text.
        caution: a sentence that says so where it was not; else empty.
    """

    id: str
    title: str
    todo: str
    subjects: tuple[SubjectAdvice, ...]
    rule: str
    source: Source
    verified: bool
    caution: str


@cache
def load_tree() -> Tree:
    """The questions, from the file beside this one."""
    return read_toml(_FILE, Tree, "Install Keystage again.", _FILE.name)


def walk(tree: Tree, collection: Collection, answers: Sequence[str]) -> Asked | Advice:
    """What comes after some answers: the next question, or the advice of the year.

    Args:
        tree: the questions.
        collection: the year, for the codes.
        answers: identifiers of the answers given so far, in order.

    Raises:
        UsageError: an answer is none of its question in the year, or comes after the end.
    """
    place, end = tree.first, ""
    for given in answers:
        options = () if end else tree.questions[place].of(collection)
        chosen = next((one for one in options if one.id == given), None)
        if chosen is None:
            raise UsageError(
                "This answer is none of those there are.", todo="Answer the questions again."
            )
        place, end = chosen.next, chosen.end
    if end:
        return _advice(tree, end, collection)
    question = tree.questions[place]
    return Asked(id=place, text=question.text, hint=question.hint, answers=question.of(collection))


def paths(tree: Tree, collection: Collection) -> Iterator[tuple[tuple[str, ...], Advice]]:
    """Every way through the questions of a year: the answers, and the advice they lead to."""
    open_: list[tuple[str, ...]] = [()]
    while open_:
        answers = open_.pop()
        found = walk(tree, collection, answers)
        if isinstance(found, Advice):
            yield answers, found
        else:
            open_ += [(*answers, one.id) for one in reversed(found.answers)]


def _advice(tree: Tree, name: str, collection: Collection) -> Advice:
    end = tree.ends[name]
    caution = (
        ""
        if end.verified
        else "This was not read in a published text: ask your local authority or the agency before "
        "you rely on it."
    )
    return Advice(
        id=name,
        title=end.title,
        todo=end.todo,
        subjects=tuple(_subject(end.of(subject), subject, collection) for subject in ASSESSED),
        rule=end.rule,
        source=tree.sources[end.source],
        verified=end.verified,
        caution=caution,
    )


def _subject(recorded: Recorded, subject: Subject, collection: Collection) -> SubjectAdvice:
    items = collection.judgements.of(subject)
    due = collection.due(recorded.registration, subject)
    codes = tuple(
        code
        for code in due
        if recorded.code in {"", code} and recorded.group in {None, items[code].group}
    )
    if not codes:
        words = f"Leave {subject.label} blank."
    elif len(codes) == 1:
        words = f"Record {codes[0]} in {subject.label}: {items[codes[0]].meaning}."
    else:
        words = f"Record your {subject.label} judgement: one of {', '.join(codes)}."
    label = collection.registrations.codes[recorded.registration].label
    return SubjectAdvice(subject=subject, registration=label, codes=codes, words=words)
