"""What the agency's desk does with an amendment: ask for more, refuse it, or agree to it."""

from django.db import transaction
from django.utils import timezone

from keystage.actions.amendments.asking import received_code
from keystage.actions.amendments.steps import State, locked, step, tell, words_of
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.reopening import reopen_counted
from keystage.actions.gateway.standing.numbers import Numbers, count, numbers_of
from keystage.actions.gateway.standing.states import settle
from keystage.actions.gateway.taking.submitting import refuse_held
from keystage.actions.service.rights import must_speak
from keystage.store.models import (
    Amendment,
    Organisation,
    ReceivedChange,
    ReceivedJudgement,
    SchoolReturn,
)

#: What the agency may answer.
MORE, REFUSE, TAKE, REOPEN = "more", "refuse", "take", "reopen"
_AFTER = {
    MORE: State.MORE_WANTED,
    REFUSE: State.REFUSED,
    TAKE: State.AGREED,
    REOPEN: State.AGREED,
}


@transaction.atomic
def decide_on(
    amendment: Amendment, answer: str, *, agency: Organisation, reason: str, seen: int, by: By
) -> None:
    """Answer an amendment that was sent. The school and its authority are told.

    Agreed, the change is taken into what was received, or the return is opened again so that the
    school sends a file with it.

    Args:
        amendment: one that was sent.
        answer: one of `MORE`, `REFUSE`, `TAKE` and `REOPEN`.
        agency: on whose behalf.
        reason: why, for the school and its authority.
        seen: the version the person looked at.
        by: who decides; nobody who had a hand in asking for it.

    Raises:
        RefusedError: the person does not run the collection, or had a hand in asking for it; no
            reason is given; the return is held for a moderation visit; or what was received has
            changed since it was asked for.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    must_speak(agency, amendment.school_return.year, by)
    found = locked(amendment, seen=seen, states={State.SENT})
    if _asked_for(found, by):
        raise RefusedError(
            "You asked for this amendment, so another person must decide it.",
            todo="Leave it to a colleague.",
        )
    school = found.school_return.school
    words = words_of(reason, "reason", school)
    if answer == TAKE:
        found.way = Amendment.Way.TAKEN
        _take(found, by)
    elif answer == REOPEN:
        found.way = Amendment.Way.REOPENED
        _open_again(found, by)
    step(found, _AFTER[answer], words, by=by)
    tell(found, agency, school, school.authority, by=by)


def _asked_for(found: Amendment, by: By) -> bool:
    """Whether a person had a hand in asking: drafted or sent it, or brought a document for it."""
    wrote = found.steps.filter(by=by.who, state__in=(State.DRAFTED, State.SENT))
    return wrote.exists() or found.evidence.filter(added_by=by.who).exists()


def _take(found: Amendment, by: By) -> None:
    """Write the agreed judgement into what was received, and count the return again."""
    school_return, pupil = found.school_return, found.pupil
    refuse_held(school_return)
    if pupil.removed_at is not None or received_code(pupil, found.subject) != found.before:
        raise RefusedError(
            "What was received has changed since this was asked for.",
            todo="Refuse it, or ask the school to look at it again.",
        )
    numbers = numbers_of(school_return)
    held = ReceivedJudgement.objects.filter(pupil=pupil, subject=found.subject).first()
    if held is None:
        held = ReceivedJudgement(
            pupil=pupil, subject=found.subject, submission_id=pupil.last_id, version=0
        )
    held.code, held.p_scale, held.version = found.after, "", held.version + 1
    held.save()
    ReceivedChange.objects.create(
        pupil=pupil,
        amendment=found,
        field=found.subject,
        before=found.before,
        after=found.after,
        at=timezone.now(),
        by=by.who,
    )
    school_return.version += 1
    if school_return.state == SchoolReturn.State.CLOSED:
        _complete(school_return, numbers)
    else:
        count(school_return)
    if school_return.state == SchoolReturn.State.REOPENED:
        school_return.save()  # the file it was opened for is awaited still
    else:
        settle(school_return, by=by)


def _complete(closed: SchoolReturn, before: Numbers | None) -> None:
    """Count who became complete; all else stays as closed, for the list may be another by now."""
    after = numbers_of(closed)
    if before is None or after is None or closed.incomplete is None or closed.complete is None:
        return
    became = len(before.incomplete) - len(after.incomplete)
    became = min(max(became, 0), closed.incomplete)
    closed.incomplete, closed.complete = closed.incomplete - became, closed.complete + became


def _open_again(found: Amendment, by: By) -> None:
    """Open the return again; one that another amendment has opened stays so."""
    school_return = found.school_return
    if school_return.state in {school_return.State.ACCEPTED, school_return.State.CLOSED}:
        reopen_counted(school_return, reason=f"Amendment {found.reference}", by=by)
