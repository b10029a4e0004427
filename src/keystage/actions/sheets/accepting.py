"""Accepting what a check asks about: a person says that it is right, and why."""

from django.db import transaction
from django.utils import timezone

from keystage.actions.acceptances import keys_of, standing
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.returns import cohort_of, findings_of
from keystage.actions.sheets.signing import OUTCOME
from keystage.checks.returns.severity import Severity
from keystage.store.models import Acceptance, Sheet

LONGEST_REASON = 300
_GONE = "The check does not ask about this any longer."
_LOOK = "Look at the checks of the mark sheet again."


@transaction.atomic
def accept(
    *, sheet: Sheet, key: str, reason: str, by: By, classes: frozenset[str] | None
) -> Acceptance:
    """Accept a finding; accepting one that is accepted already changes nothing.

    Args:
        sheet: the sheet.
        key: which finding, see `acceptances.key_of`.
        reason: why what the check asks about is right.
        by: who takes it upon them.
        classes: the classes the person may change; None for all. A finding about no pupil is
            accepted by a person who may change all.

    Raises:
        RefusedError: there is no reason, the check does not ask about it any longer, it is an error
            that has to be put right, or it is about a pupil the person may not change.
    """
    if not reason.strip():
        raise RefusedError("A finding is accepted with a reason.", todo="Enter the reason.")
    locked = locking(Sheet.objects).select_related("school").get(pk=sheet.pk)
    held = standing(locked)
    if key in held:
        return held[key]
    members = cohort_of(locked)
    findings = findings_of(locked, members)
    keys = keys_of(findings, members)
    if key not in keys:
        raise RefusedError(_GONE, todo=_LOOK)
    row = findings.frame.row(keys.index(key), named=True)
    member = None if row["pupil"] is None else members[row["pupil"]]
    if row["severity"] != Severity.AMBER or row["code"].startswith(OUTCOME):
        raise RefusedError("This cannot be accepted.", todo="Put right what the check says.")
    if classes is not None and (member is None or member.pupil.class_name not in classes):
        raise RefusedError(
            "This is not about a pupil of your classes.",
            todo="Ask the assessment lead or the headteacher to accept it.",
        )
    accepted = Acceptance.objects.create(
        sheet=locked,
        code=row["code"],
        cohort_pupil=member,
        field=row["field"] or "",
        value=row["value"] or "",
        what=row["message"] or "",
        reason=reason.strip()[:LONGEST_REASON],
        by=by.who,
        at=timezone.now(),
    )
    _recount(locked, -1)
    _tell("finding accepted", accepted, by)
    return accepted


@transaction.atomic
def take_back(*, sheet: Sheet, key: str, by: By, classes: frozenset[str] | None) -> None:
    """Take an acceptance back; one that does not hold any longer stays as it is.

    Raises:
        RefusedError: it is about a pupil the person may not change.
    """
    locked = locking(Sheet.objects).select_related("school").get(pk=sheet.pk)
    one = standing(locked).get(key)
    if one is None:
        return
    member = one.cohort_pupil
    if classes is not None and (member is None or member.pupil.class_name not in classes):
        raise RefusedError(
            "This is not about a pupil of your classes.",
            todo="Ask the assessment lead or the headteacher.",
        )
    one.broken_at, one.broken_by = timezone.now(), by.who
    one.save(update_fields=("broken_at", "broken_by"))
    _recount(locked, 1)
    _tell("acceptance taken back", one, by)


def _recount(sheet: Sheet, change: int) -> None:
    """Keep the number of open questions of the last check, if there was one."""
    if sheet.amber is not None:
        sheet.amber = max(sheet.amber + change, 0)
        sheet.save(update_fields=("amber",))


def _tell(action: str, one: Acceptance, by: By) -> None:
    record(
        action,
        by=by,
        organisation=one.sheet.school,
        year=one.sheet.year,
        subject=f"acceptance {one.pk}",
        after={"check": one.code},
    )
