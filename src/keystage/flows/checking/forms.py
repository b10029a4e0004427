"""Forms whose questions branch: which are asked, what a changed answer drops, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keystage.core.errors import UsageError
from keystage.flows.checking.answering import taken
from keystage.flows.checking.book import Answers, RuleBook, day_of, in_words
from keystage.flows.checking.truth import truth_of
from keystage.statute.checking import Question

NOT_ANSWERED = "not answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A form after an answer.

    Attributes:
        answers: the answers that hold; those before it where the answer was not taken.
        dropped: questions whose answers went, because they are no longer asked.
        fault: why the answer was not taken, as a sentence; empty if it was.
    """

    answers: Mapping[str, str]
    dropped: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the summary: the question, its short name, and the answer in words."""

    question: str
    label: str
    text: str


def settled(book: RuleBook, reason: str, answers: Answers) -> dict[str, str]:
    """The answers to questions that are asked, in their order; all others are left out.

    A question that is asked under a condition is left out until the condition is known to hold.

    Raises:
        UsageError: there is no such reason.
    """
    kept: dict[str, str] = {}
    for key in book.reason(reason).questions:
        if key in answers and _is_asked(book, key, kept):
            kept[key] = answers[key]
    return kept


def asked(book: RuleBook, reason: str, answers: Answers) -> tuple[str, ...]:
    """The questions asked, in order, given the answers so far.

    Raises:
        UsageError: there is no such reason.
    """
    kept = settled(book, reason, answers)
    return tuple(key for key in book.reason(reason).questions if _is_asked(book, key, kept))


def _is_asked(book: RuleBook, key: str, answers: Answers) -> bool:
    shown = book.rules.questions[key].shown_when
    return not shown or truth_of(book, shown, answers, {}) is True


def answered(  # noqa: PLR0913  # a form is its rules, reason and answers; and what was typed
    book: RuleBook,
    reason: str,
    answers: Answers,
    question: str,
    text: str,
    *,
    today: date | None = None,
) -> Answered:
    """Answer a question, again or for the first time.

    Args:
        book: the rules.
        reason: the reason of the request.
        answers: the answers so far.
        question: the question.
        text: what was typed or chosen; blank takes the answer back.
        today: the day no date may lie after.

    Raises:
        UsageError: there is no such reason, or it does not ask the question.
    """
    before = settled(book, reason, answers)
    if question not in asked(book, reason, before):
        raise UsageError(
            f"The question {question} is not asked.", todo="Answer the questions before it first."
        )
    value, fault = taken(book.rules.questions[question], text, today=today)
    if fault:
        return Answered(answers=before, fault=fault)
    changed = {key: each for key, each in before.items() if key != question}
    after = settled(book, reason, {**changed, question: value} if value else changed)
    dropped = tuple(key for key in changed if key not in after)
    return Answered(answers=after, dropped=dropped)


def missing(book: RuleBook, reason: str, answers: Answers) -> tuple[str, ...]:
    """The questions that are asked, have to be answered, and are not.

    Raises:
        UsageError: there is no such reason.
    """
    kept = settled(book, reason, answers)
    return tuple(
        key
        for key in asked(book, reason, kept)
        if key not in kept and book.rules.questions[key].required
    )


def summary(book: RuleBook, reason: str, answers: Answers) -> tuple[Row, ...]:
    """The questions asked and their answers in words, in order.

    Raises:
        UsageError: there is no such reason.
    """
    kept = settled(book, reason, answers)
    return tuple(
        Row(
            question=key,
            label=book.rules.questions[key].short,
            text=answer_in_words(book.rules.questions[key], kept.get(key)),
        )
        for key in asked(book, reason, kept)
    )


def answer_in_words(question: Question, answer: str | None) -> str:
    """An answer for people."""
    if not answer:
        return NOT_ANSWERED
    if question.type == "date":
        day = day_of(answer)
        if day is not None:
            return in_words(day)
        return "not known" if question.may_not_know else answer
    return question.choices.get(answer, answer)
