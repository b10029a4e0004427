"""Sending a request: passed on by one person, approved and sent by another, looked at by the rules.

The rules decide at once, or leave it to a person: so they do where anything is not known, or where
they cannot be worked out. The same function tells a school beforehand what they say.
"""

from datetime import datetime
from secrets import choice

import msgspec
from django.db import transaction
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking.steps import (
    LONGEST_WORDS,
    Act,
    State,
    entered_by,
    locked,
    must_be_open,
    step,
    tell,
    words_of,
)
from keystage.actions.checking.tracing import Ruled, ruled
from keystage.actions.checking.windows import window_key
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.statute.checking import Outcome
from keystage.store.models import CheckingRequest, Organisation

#: How references begin, and how many signs and letters of the window they have.
_PREFIX, _LENGTH, _OF_WINDOW = "KS2", 7, 3
#: The characters of references: none that is read for another.
_SIGNS = "23456789BCDFGHJKMNPQRTVWXY"
#: What a pupil who is to be added is known by.
_WHO = {("FORENAME", "SURNAME", "DOB"): "name and date of birth", ("UPN",): "UPN"}
#: States of requests that somebody passed on and that may yet be done.
_BEGUN = frozenset({State.PROPOSED, State.SCRUTINY, State.RETURNED, State.AGREED})
_AFTER: dict[Outcome, CheckingRequest.State] = {
    "approve": State.AGREED,
    "refuse": State.REFUSED,
    "scrutiny": State.SCRUTINY,
}


@transaction.atomic
def propose(*, request: CheckingRequest, by: By, version: int) -> CheckingRequest:
    """Pass a draft on to whoever approves and sends requests.

    Raises:
        ChangedMeanwhileError: somebody changed the request since.
        RefusedError: it is no draft, the window is closed, or something is missing.
    """
    locking(Organisation.objects).get(pk=request.school_id)
    found = locked(request, states={State.DRAFT}, version=version)
    must_be_open(found.release)
    rules = ruled(found)
    _must_be_whole(rules)
    _must_be_one(found, rules)
    step(found, Act.PROPOSED, State.PROPOSED, by=by)
    return found


@transaction.atomic
def put_back(*, request: CheckingRequest, by: By) -> CheckingRequest:
    """Make a request that was passed on a draft again, to be changed.

    Raises:
        RefusedError: it was not passed on, or was sent.
    """
    found = locked(request, states={State.PROPOSED})
    step(found, Act.PUT_BACK, State.DRAFT, by=by)
    return found


@transaction.atomic
def send(
    *, request: CheckingRequest, by: By, version: int, seal: str | None = None
) -> CheckingRequest:
    """Approve a request that others entered, and send it. The rules look at it at once.

    Args:
        request: one that was passed on.
        by: nobody who drafted, changed or passed it on, or added evidence.
        version: the version the person looked at.
        seal: of what the person was shown that the rules say; None where nothing was shown.

    Raises:
        ChangedMeanwhileError: somebody changed the request since, or the rules say otherwise now.
        RefusedError: the person had a hand in it, the window is closed, or something is missing.
    """
    locking(Organisation.objects).get(pk=request.school_id)
    found, now = locked(request, states={State.PROPOSED}, version=version), timezone.now()
    must_be_open(found.release, now=now)
    if by.who.pk in entered_by(found):
        raise RefusedError(
            "You had a hand in this request, so another person must send it.",
            todo="Ask somebody else who may approve requests.",
        )
    rules = ruled(found)
    _must_be_whole(rules)
    _must_be_one(found, rules)
    if seal is not None and seal != rules.seal:
        raise ChangedMeanwhileError(
            "The rules say something else of this request than when you opened it.",
            todo="Look at it again, and send it if you still want to.",
        )
    found.reference = _reference(found, now)
    found.sent_at, found.sent_by = now, by.who
    step(found, Act.SENT, State.SCRUTINY, by=by)
    _decide(found, rules)
    tell(found, by=by)
    return found


@transaction.atomic
def reply(*, request: CheckingRequest, text: str, by: By, version: int) -> CheckingRequest:
    """Answer the question with which a request was sent back; the desk looks at it again.

    Raises:
        ChangedMeanwhileError: somebody changed the request since.
        RefusedError: it was not sent back, or there is no answer.
    """
    found = locked(request, states={State.RETURNED}, version=version)
    words = words_of(text, "answer")
    step(found, Act.ANSWERED, State.SCRUTINY, by=by, words=words)
    return found


def _must_be_whole(rules: Ruled) -> None:
    questions = [rules.book.rules.questions[key].short for key in rules.missing]
    if questions:
        raise RefusedError(
            f"Not every question is answered: {', '.join(questions)}.", todo="Answer them first."
        )
    if rules.evidence:
        raise RefusedError(rules.evidence, todo="")


def _must_be_one(found: CheckingRequest, rules: Ruled) -> None:
    """Refuse to add a pupil for whom another request was passed on, sent or agreed.

    A pupil is the same by the number, or by name and date of birth. The school is locked, so that
    of two that are passed on at the same moment the second finds the first.
    """
    if rules.alteration.kind != "add":
        return
    asked = rules.book.reason(found.reason).answers
    others = CheckingRequest.objects.filter(
        school=found.school, release__year=found.release.year, state__in=_BEGUN, pupil=""
    ).exclude(pk=found.pk)
    for columns, words in _WHO.items():
        given = {asked[one]: found.answers.get(asked[one], "") for one in columns if one in asked}
        same = {f"answers__{question}": text for question, text in given.items()}
        if any(given.values()) and others.filter(**same).exists():
            raise RefusedError(
                f"There is a request to add a pupil of this {words} already.",
                todo="Withdraw one of them.",
            )


def _decide(found: CheckingRequest, rules: Ruled) -> None:
    """Let the rules decide, and keep what they looked at and found."""
    decision, because = rules.decision, rules.decision.because[:LONGEST_WORDS]
    after = _AFTER[decision.outcome]
    found.rules_version, found.outcome = rules.number, decision.branch
    found.trace = list(msgspec.to_builtins(decision.trace))
    found.facts, found.changes = dict(rules.facts), dict(rules.alteration.values)
    if after != State.SCRUTINY:
        found.decided_at, found.decision_why = found.sent_at, because
    step(found, Act.RULED, after, by=None, words=because)


def _reference(found: CheckingRequest, now: datetime) -> str:
    """A number such as KS2-SEP26-B7K2M9X: prefix, window and year, and seven signs."""
    window = window_key(found.release, now=now)[:_OF_WINDOW].upper()
    signs = "".join(choice(_SIGNS) for _ in range(_LENGTH))
    return f"{_PREFIX}-{window}{found.release.year % 100:02}-{signs}"
