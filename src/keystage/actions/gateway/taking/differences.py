"""What a file changed of what had been received, or would change if it were submitted."""

from dataclasses import dataclass

from keystage.actions.gateway.taking.writing import plan
from keystage.store.models import ReceivedChange, Submission


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value.

    Attributes:
        upn: of the pupil, as it is after the change.
        pupil: surname and forename.
        field: a fact of the pupil, a subject, or ``added`` for a pupil who comes.
        before: empty where there was nothing.
        after: what it is now, or would be.
    """

    upn: str
    pupil: str
    field: str
    before: str
    after: str


def differences(submission: Submission) -> tuple[Difference, ...]:
    """What a file changed when it was taken; of one that waits, what taking it would change."""
    if submission.state == Submission.State.TAKEN:
        rows = ReceivedChange.objects.filter(submission=submission).order_by("pk")
        return tuple(
            Difference(
                upn=upn, pupil=_name(surname, forename), field=field, before=before, after=after
            )
            for upn, surname, forename, field, before, after in rows.values_list(
                "pupil__upn", "pupil__surname", "pupil__forename", "field", "before", "after"
            )
        )
    if submission.state != Submission.State.UPLOADED:
        return ()
    return tuple(
        Difference(
            upn=change.upn,
            pupil=_name(taken.facts["surname"], taken.facts["forename"]),
            field=change.field,
            before=change.before,
            after=change.after,
        )
        for taken in plan(submission)
        for change in taken.changes
    )


def _name(surname: str, forename: str) -> str:
    return ", ".join(filter(None, (surname, forename)))
