"""What somebody typed as an answer: the value it is taken for, or why it is not taken.

Names, numbers and dates go by the rules that hold for them wherever a pupil is entered.
"""

import unicodedata
from datetime import date

from keystage.flows.checking.book import in_words
from keystage.flows.roll.entered import entered
from keystage.statute.checking import NOT_KNOWN, Question

#: What a table would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@")
_CONTROL = "Cc"
_FIELD_OF = {"date": "birth_date", "upn": "upn", "name": "surname"}
_KEY_LENGTH = 40
_CHOSEN = ("yes_no", "choice")
_FORMULA_IN = ("text", "name")


def taken(question: Question, text: str, *, today: date | None = None) -> tuple[str, str]:
    """The value an answer is kept as, and why it is not taken; one of them is empty.

    Both are empty for a blank answer, which takes back what was answered before.

    Args:
        question: the question.
        text: what was typed or chosen.
        today: the day no date may lie after.
    """
    text = _plain(text)
    if not text or (question.may_not_know and text == NOT_KNOWN):
        return text, ""
    if question.type in _CHOSEN:
        return _chosen(question, text)
    if question.longest is not None and len(text) > question.longest:
        return "", f"{question.short}: it has {len(text)} letters. Use at most {question.longest}."
    if question.type in _FORMULA_IN and text.startswith(_FORMULA):
        return "", f"{question.short}: begin with a letter or a digit."
    return _entered(question, text, today) if question.type in _FIELD_OF else _key(question, text)


def _chosen(question: Question, text: str) -> tuple[str, str]:
    if text in question.choices:
        return text, ""
    return "", f"{question.short}: choose one of {', '.join(question.choices.values())}."


def _key(question: Question, text: str) -> tuple[str, str]:
    if question.type == "pupil" and len(text) > _KEY_LENGTH:
        return "", f"{question.short}: choose one of the records of your school."
    return text, ""


def _entered(question: Question, text: str, today: date | None) -> tuple[str, str]:
    field = _FIELD_OF[question.type]
    facts, reasons = entered({field: text})
    if field in reasons:
        return "", f"{question.short}: {text} is not taken: {reasons[field]}."
    value = facts.value(field)
    if isinstance(value, date):
        if today is not None and value > today:
            return "", f"{question.short}: {in_words(value)} is yet to come."
        return value.isoformat(), ""
    if value is None:
        return "", f"{question.short}: {text} has no letters."
    return value, ""


def _plain(text: str) -> str:
    r"""A text without signs that are not seen; lines stay.

    >>> _plain(" a\x00b\r\nc ")
    'ab\nc'
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = (sign for sign in composed if sign in "\n\t" or unicodedata.category(sign) != _CONTROL)
    return "".join(kept).strip()
