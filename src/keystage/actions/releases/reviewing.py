"""Reviews of marking: proposed, approved by another person, sent, answered."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keystage.access.decide import may_approve
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.releases.released import Released, released_to
from keystage.actions.season.dates import season_of
from keystage.core.errors import UsageError
from keystage.core.subjects import Subject
from keystage.flows.results_day.charging import free_because
from keystage.statute.collection_loader import load_collection
from keystage.statute.reviews import Reviews, load_reviews
from keystage.statute.season import Event
from keystage.store.models import MarkingReview, Organisation, ReleasedResult

State = MarkingReview.State
OPEN = (State.PROPOSED, State.APPROVED, State.SENT)
_LONGEST = 500


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The last day for applying: None where nobody has published it."""

    moment: datetime | None
    passed: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a review.

    Attributes:
        mark: the mark after it; None where it stayed.
        supplier_erred: whether the supplier of the marking made the mistake.
    """

    mark: int | None
    supplier_erred: bool = False


def deadline_of(school: Organisation, year: int, now: datetime | None = None) -> Deadline:
    """Until when reviews can be asked for, whatever earlier day an authority hopes for."""
    season = season_of(school, year)
    return Deadline(
        moment=season.date(Event.REVIEWS_CLOSE).national,
        passed=season.passed_for_everybody(Event.REVIEWS_CLOSE, now),
    )


def rules_of(year: int) -> Reviews | None:
    """The rules of a year's reviews; None where no file says anything of them."""
    try:
        return load_reviews(year)
    except UsageError:
        return None


@transaction.atomic
def propose(
    *,
    school: Organisation,
    year: int,
    upn: str,
    subject: str,
    kind: MarkingReview.Kind,
    reason: str,
    by: By,
    though_late: bool = False,
) -> MarkingReview:
    """Propose a review of a released result. The same proposed twice is one.

    Args:
        school: whose pupil it is.
        year: the season.
        upn: the pupil.
        subject: the test.
        kind: what is asked for.
        reason: why.
        by: who proposes it.
        though_late: said in so many words where the last day has passed.

    Raises:
        RefusedError: nothing is out, there is no such result, no reason is given, or the last day
            has passed and nobody said that it is proposed all the same.
    """
    locking(Organisation.objects).get(pk=school.pk)
    result = _result(released_to(school, year), upn, subject)
    if not reason.strip():
        raise RefusedError("There is no reason.", todo="Say why the marking is to be reviewed.")
    _refuse_late(school, year, though_late=though_late)
    there = MarkingReview.objects.filter(
        school=school, year=year, upn=upn, subject=subject, kind=kind, state__in=OPEN
    ).first()
    if there is not None:
        return there
    made = MarkingReview.objects.create(
        school=school,
        year=year,
        kind=kind,
        upn=upn,
        subject=subject,
        reason=reason.strip()[:_LONGEST],
        mark_before=result.raw_mark,
        proposed_at=timezone.now(),
        proposed_by=by.who,
    )
    _tell("review of marking proposed", made, by)
    return made


@transaction.atomic
def approve(*, review: MarkingReview, by: By, though_late: bool = False) -> MarkingReview:
    """Approve a review that somebody else proposed. Approving twice changes nothing.

    Raises:
        RefusedError: the same person proposed it, it is over, or the last day has passed and
            nobody said that it is approved all the same.
    """
    locked = _locked(review)
    if locked.state == State.APPROVED:
        return locked
    _must_be(locked, State.PROPOSED)
    if not may_approve(by.who.pk, {locked.proposed_by_id}):
        raise RefusedError(
            "You proposed this review, so another person has to approve it.",
            todo="Ask somebody else who may approve reviews of marking.",
        )
    _refuse_late(locked.school, locked.year, though_late=though_late)
    locked.state, locked.approved_at, locked.approved_by = State.APPROVED, timezone.now(), by.who
    locked.save()
    _tell("review of marking approved", locked, by)
    return locked


@transaction.atomic
def send(*, review: MarkingReview, by: By) -> MarkingReview:
    """Write down that an approved review was sent to the agency. Twice changes nothing.

    Raises:
        RefusedError: it is not approved.
    """
    locked = _locked(review)
    if locked.state == State.SENT:
        return locked
    _must_be(locked, State.APPROVED)
    locked.state, locked.sent_at = State.SENT, timezone.now()
    locked.save()
    _tell("review of marking sent", locked, by)
    return locked


@transaction.atomic
def answer(*, review: MarkingReview, given: Answer, by: By) -> MarkingReview:
    """Write down what came of a review, and by the rule of the year whether it is charged for.

    Raises:
        RefusedError: it was not sent, or the mark is none of the test's.
    """
    locked = _locked(review)
    _must_be(locked, State.SENT)
    collection, subject = load_collection(locked.year), Subject(locked.subject)
    highest = collection.marks.of(subject)
    if given.mark is not None and not 0 <= given.mark <= highest:
        raise RefusedError(
            f"{given.mark} is not a mark in {subject.label}.",
            todo=f"Enter a whole number from 0 to {highest}.",
        )
    released = released_to(locked.school, locked.year)
    result = _released_result(released, locked.upn, locked.subject)
    before, after = locked.mark_before, locked.mark_before if given.mark is None else given.mark
    pairs = dict(released.conversion.of(subject)) if released.conversion else {}
    moved = after != before
    # Where a corrected release was quicker than the answer, or the result was taken back meanwhile,
    # the score before is that of the mark.
    same = result is not None and result.raw_mark == before
    score = None if before is None else pairs.get(before)
    if result is not None and (same or before is None):
        score = result.scaled_score
    locked.state = State.CHANGED if moved else State.UNCHANGED
    locked.mark_after, locked.answered_at = after, timezone.now()
    locked.score_after = pairs.get(after) if moved and after is not None else score
    rules = rules_of(locked.year)
    if rules and rules.charging:
        free = free_because(
            rules.charging,
            collection.scale,
            marks=(before, after),
            scores=(score, locked.score_after),
            supplier_erred=given.supplier_erred,
        )
        known = bool(pairs) or (same and not moved)
        sure = free if known else tuple(reason for reason in free if reason != "threshold")
        locked.charged = not sure if known or sure else None
    locked.save()
    _tell(f"review of marking answered: {locked.get_state_display().lower()}", locked, by)
    return locked


@transaction.atomic
def withdraw(*, review: MarkingReview, by: By) -> MarkingReview:
    """Take a review back that was not sent. Twice changes nothing.

    Raises:
        RefusedError: it was sent.
    """
    locked = _locked(review)
    if locked.state == State.WITHDRAWN:
        return locked
    if locked.state not in {State.PROPOSED, State.APPROVED}:
        raise RefusedError("This review was sent already.", todo="Ask the agency to stop it.")
    locked.state = State.WITHDRAWN
    locked.save()
    _tell("review of marking taken back", locked, by)
    return locked


def _released_result(released: Released, upn: str, subject: str) -> ReleasedResult | None:
    """A result that is out; None where it is not, or was taken back."""
    return next((row for row in released.results if (row.upn, row.subject) == (upn, subject)), None)


def _result(released: Released, upn: str, subject: str) -> ReleasedResult:
    found = _released_result(released, upn, subject)
    if found is None:
        raise RefusedError(
            "No such result is out.", todo="Choose a pupil and a test of the results."
        )
    return found


def _refuse_late(school: Organisation, year: int, *, though_late: bool) -> None:
    if deadline_of(school, year).passed and not though_late:
        raise RefusedError(
            "The last day for reviews of marking has passed.",
            todo="Say that you go on although it has passed; the agency may refuse it.",
        )


def _must_be(review: MarkingReview, state: MarkingReview.State) -> None:
    if review.state != state:
        raise RefusedError(
            f"This review is at another step: {review.get_state_display().lower()}.",
            todo="Look at the list of reviews.",
        )


def _locked(review: MarkingReview) -> MarkingReview:
    return locking(MarkingReview.objects).select_related("school").get(pk=review.pk)


def _tell(action: str, review: MarkingReview, by: By) -> None:
    record(
        action,
        by=by,
        organisation=review.school,
        year=review.year,
        subject=f"review {review.pk}",
    )
