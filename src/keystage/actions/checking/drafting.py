"""What a school does with a request before it is sent: draft, answer, explain; and withdraw it."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from keystage.actions.agreed_changes import GONE
from keystage.actions.by import By
from keystage.actions.checking.evidence import add_evidence, drop_evidence
from keystage.actions.checking.listing import LIVE, live_in
from keystage.actions.checking.pupils import Kept, kept
from keystage.actions.checking.steps import (
    Act,
    State,
    entered_by,
    locked,
    must_be_open,
    rules_for,
    step,
    tell,
    words_of,
    write_down,
)
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.forms import Answered, answered, settled
from keystage.store.models import CheckingRequest, CheckingStep, FiguresRelease, Organisation

__all__ = (
    "add_evidence",
    "answer",
    "draft",
    "drop_evidence",
    "explain",
    "request_of",
    "requests_of",
    "withdraw",
)
#: Before it is sent a request is the school's alone.
UNSENT = frozenset({State.DRAFT, State.PROPOSED})


def request_of(school: Organisation, year: int, key: UUID) -> CheckingRequest | None:
    """A request of a school and year; None where the school has no such request."""
    return requests_of(school, year).filter(pk=key).first()


def requests_of(school: Organisation, year: int) -> QuerySet[CheckingRequest]:
    """The requests of a school and year, the newest first."""
    rows = CheckingRequest.objects.filter(school=school, release__year=year)
    return rows.select_related(
        "release__organisation", "school", "drafted_by", "sent_by", "decided_by", "confirmed_by"
    )


@transaction.atomic
def draft(
    *,
    release: FiguresRelease,
    school: Organisation,
    kind: str,
    reason: str,
    pupil: str,
    by: By,
) -> CheckingRequest:
    """Begin a request. Nobody outside the school is told.

    Args:
        release: the release whose pupils are checked.
        school: the school that asks.
        kind: what is asked for.
        reason: why; one of the reasons of the kind.
        pupil: the key of the record; empty for a pupil who is to be added.
        by: who begins it.

    Raises:
        RefusedError: the window is closed, the release has no such record of the school, what is
            asked for does not fit the pupil, or there is a live request about the pupil.
    """
    locking(Organisation.objects).get(pk=school.pk)
    must_be_open(release)
    book = rules_for(release.year, reason).book
    _must_fit(book, kept(release, school), kind, reason, pupil)
    if pupil and live_in(school, release).filter(pupil=pupil).exists():
        raise RefusedError(
            "There is a request about this pupil already.",
            todo="Change it or withdraw it, or wait for the decision.",
        )
    made = CheckingRequest.objects.create(
        release=release,
        school=school,
        kind=kind,
        reason=reason,
        pupil=pupil,
        drafted_at=timezone.now(),
        drafted_by=by.who,
    )
    CheckingStep.objects.create(
        request=made, act=Act.DRAFTED, state=made.state, at=made.drafted_at, by=by.who
    )
    write_down("checking request drafted", made, by)
    return made


@transaction.atomic
def answer(*, request: CheckingRequest, question: str, text: str, by: By, version: int) -> Answered:
    """Answer a question of a draft; blank takes an answer back.

    Args:
        request: a draft.
        question: a question that is asked.
        text: what was typed or chosen.
        by: who answers.
        version: the version the person looked at.

    Returns:
        The form after it. With a fault nothing was kept; else `dropped` says which answers went.

    Raises:
        ChangedMeanwhileError: somebody changed the request since.
        RefusedError: it is no draft, or the window is closed.
        UsageError: the question is not asked.
    """
    found = locked(request, states={State.DRAFT}, version=version)
    must_be_open(found.release)
    book = rules_for(found.release.year, found.reason).book
    after = answered(book, found.reason, found.answers, question, text, today=timezone.localdate())
    fault = after.fault or _fault_of_record(book, found, question, after)
    if fault:
        return Answered(answers=settled(book, found.reason, found.answers), fault=fault)
    if dict(after.answers) != found.answers:
        found.answers = dict(after.answers)
        _changed(found, by, {"question": question, "dropped": len(after.dropped)})
    return after


@transaction.atomic
def explain(*, request: CheckingRequest, text: str, by: By, version: int) -> CheckingRequest:
    """Say in one's own words what else there is to know; blank takes it back.

    Raises:
        ChangedMeanwhileError: somebody changed the request since.
        RefusedError: it is no draft, the window is closed, or the words are too long.
    """
    found = locked(request, states={State.DRAFT}, version=version)
    must_be_open(found.release)
    words = words_of(text, "explanation", needed=False)
    if words != found.explanation:
        found.explanation = words
        _changed(found, by, {"letters": len(words)})
    return found


@transaction.atomic
def withdraw(*, request: CheckingRequest, by: By) -> CheckingRequest | None:
    """Withdraw a request. What was not sent is deleted; what was sent is kept as withdrawn.

    A request that was agreed can be withdrawn until a release has taken it in.

    Returns:
        The request that is kept; None where it was deleted.

    Raises:
        ChangedMeanwhileError: somebody deleted it.
        RefusedError: it was refused, withdrawn already, or taken into a release.
    """
    found = locked(request, states=LIVE | {State.AGREED})
    if found.taken_into is not None and found.taken_into.state not in GONE:
        raise RefusedError(
            "The change was taken into figures already.",
            todo="Ask for another change instead.",
        )
    if found.state in UNSENT:
        write_down("checking request deleted", found, by)
        found.delete()
        return None
    found.held_by = found.held_until = None
    if found.proposed:
        found.proposed, found.decided_by, found.decision_why = "", None, ""
    step(found, Act.WITHDRAWN, State.WITHDRAWN, by=by)
    tell(found, by=by)
    return found


def _must_fit(book: RuleBook, pupils: Kept | None, kind: str, reason: str, pupil: str) -> None:
    """Refuse what cannot be asked for of a record, before any question is asked.

    Raises:
        RefusedError: there is no such record, or the kind or reason is none for it.
    """
    inclusion = pupils.inclusion(pupil) if pupils is not None and pupil else None
    if pupils is None or (pupil and inclusion is None):
        raise RefusedError(
            "These figures have no such pupil of the school.", todo="Choose one from the list."
        )
    if kind not in book.kinds_for(inclusion) or book.reason(reason).kind != kind:
        raise RefusedError(
            "This cannot be asked for of this pupil.", todo="Choose what is offered for the pupil."
        )


def _fault_of_record(book: RuleBook, found: CheckingRequest, question: str, after: Answered) -> str:
    """Why a record that was named as an answer is not taken; empty if it is."""
    asked, named = book.rules.questions[question], after.answers.get(question, "")
    if asked.type == "upn" and named and not found.pupil:
        return _fault_of_added(found, question, asked.short, named)
    if asked.type != "pupil" or not named:
        return ""
    pupils = kept(found.release, found.school)
    if pupils is not None and named in pupils.lines and named != found.pupil:
        return ""
    return f"{asked.short}: choose another record of your school."


def _fault_of_added(found: CheckingRequest, question: str, short: str, upn: str) -> str:
    """Why a pupil of a number is not to be added; empty where nothing stands against it."""
    pupils = kept(found.release, found.school)
    if pupils is not None and pupils.holds(upn):
        return f"{short}: a pupil in your list has it. Ask for a change of that pupil instead."
    same = CheckingRequest.objects.filter(
        school=found.school,
        release__year=found.release.year,
        pupil="",
        state__in=LIVE | {State.AGREED},
        **{f"answers__{question}": upn},
    )
    if same.exclude(pk=found.pk).exists():
        return f"{short}: there is a request to add this pupil already."
    return ""


def _changed(found: CheckingRequest, by: By, after: Mapping[str, object]) -> None:
    """Keep a changed draft; who changes another's draft has a hand in it."""
    if by.who.pk not in entered_by(found):
        CheckingStep.objects.create(
            request=found, act=Act.CHANGED, state=found.state, at=timezone.now(), by=by.who
        )
    found.version += 1
    found.save()
    write_down("checking request changed", found, by, after=after)
