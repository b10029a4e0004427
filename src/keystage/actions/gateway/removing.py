"""Taking a pupil out of what was received: for one of the allowed reasons, and never by a file."""

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving.knowing import phase_of
from keystage.actions.gateway.standing.numbers import count
from keystage.actions.gateway.standing.states import lock, refuse_closed, settle
from keystage.actions.locks import locking
from keystage.records.circumstances import DELETION_REASONS
from keystage.store.models import ReceivedChange, ReceivedPupil, SchoolReturn

#: The reasons for which a pupil may go, as the guidance of the collection names them.
REASONS = DELETION_REASONS
REMOVED = "removed"
_LONGEST_DETAIL = 300


@transaction.atomic
def remove(received_pupil: ReceivedPupil, *, reason: str, detail: str = "", by: By) -> None:
    """Take a pupil out of a return. Files that name the pupil again do not put it back.

    Raises:
        RefusedError: the reason is none of `REASONS`, the detail is too long, the pupil was taken
            out already, or the return is closed or past its last moment.
    """
    if reason not in REASONS:
        raise RefusedError(
            "A pupil is not taken out of a return for this reason.",
            todo=f"The reasons are: {'; '.join(REASONS)}.",
        )
    if len(detail.strip()) > _LONGEST_DETAIL:
        raise RefusedError(
            f"The detail is longer than {_LONGEST_DETAIL} characters.", todo="Say it more shortly."
        )
    school_return, pupil = _locked(received_pupil)
    if pupil.removed_at is not None:
        raise RefusedError("This pupil was taken out already.", todo="Look at the list again.")
    pupil.removed_at, pupil.removed_by = timezone.now(), by.who
    pupil.removed_reason, pupil.removed_detail = reason, detail.strip()
    _written(school_return, pupil, before="", after=reason, by=by)


@transaction.atomic
def put_back(received_pupil: ReceivedPupil, *, by: By) -> None:
    """Put a pupil back into a return, with the judgements that were received.

    Raises:
        RefusedError: the pupil is there, or the return is closed or past its last moment.
    """
    school_return, pupil = _locked(received_pupil)
    if pupil.removed_at is None:
        raise RefusedError("This pupil is in the return.", todo="Look at the list again.")
    reason = pupil.removed_reason
    pupil.removed_at = pupil.removed_by = None
    pupil.removed_reason = pupil.removed_detail = ""
    _written(school_return, pupil, before=reason, after="", by=by)


def may_change(school_return: SchoolReturn) -> bool:
    """Whether pupils may be taken out and put back: as long as files are taken."""
    return school_return.state != SchoolReturn.State.CLOSED and phase_of(school_return) != "over"


def _locked(received_pupil: ReceivedPupil) -> tuple[SchoolReturn, ReceivedPupil]:
    school_return = lock(received_pupil.school_return)
    refuse_closed(school_return)
    if not may_change(school_return):
        raise RefusedError(
            "The last moment for sending has passed, so what was received stays as it is.",
            todo="Ask whoever collects the returns to open it again.",
        )
    return school_return, locking(ReceivedPupil.objects).get(pk=received_pupil.pk)


def _written(
    school_return: SchoolReturn, pupil: ReceivedPupil, *, before: str, after: str, by: By
) -> None:
    pupil.save()
    ReceivedChange.objects.create(
        pupil=pupil, field=REMOVED, before=before, after=after, at=timezone.now(), by=by.who
    )
    school_return.version += 1
    count(school_return)
    settle(school_return, by=by)
    record(
        "pupil taken out of the return" if after else "pupil put back into the return",
        by=by,
        organisation=school_return.school,
        year=school_return.year,
        subject=f"received pupil {pupil.pk}",
        after={"reason": after or before},
    )
