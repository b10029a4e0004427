"""Confirming the attendance register: a person says that what others entered is right."""

from django.db import transaction
from django.utils import timezone

from keystage.access.decide import may_approve
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.register.register import Register, register_of
from keystage.actions.returns import touch
from keystage.actions.roll.cohort_history import ON_REGISTER, History, as_text, lock
from keystage.store.models import Attendance, CohortPupil, RegisterConfirmation, Sheet


@transaction.atomic
def confirm(sheet: Sheet, *, by: By, seen: str | None = None) -> RegisterConfirmation:
    """Confirm the register; confirming what is confirmed changes nothing.

    It says who is on the attendance register, so the list of pupils expected follows it.

    Args:
        sheet: the sheet.
        by: who confirms: somebody who entered none of the codes.
        seen: the digest of what the person looked at; None where nobody looked at a page.

    Raises:
        RefusedError: a code is missing, something is wrong, or the person entered a code.
        ChangedMeanwhileError: the register changed since the person looked at it.
    """
    locked = lock(sheet)
    register = register_of(locked)
    if register.confirmation is not None:
        return register.confirmation
    if seen is not None and seen != register.seal:
        raise ChangedMeanwhileError(
            "The register changed while you were looking at it.",
            todo="Look at it again, then confirm it.",
        )
    against = obstacles(register, by)
    if against:
        raise RefusedError(" ".join(against), todo="Put this right first, then confirm.")
    _say_who_is_on_it(register, by)
    made = RegisterConfirmation.objects.create(
        sheet=locked, seal=register.seal, at=timezone.now(), by=by.who
    )
    record(
        "register confirmed",
        by=by,
        organisation=locked.school,
        year=locked.year,
        after={"pupils": len(register.rows)},
    )
    return made


def obstacles(register: Register, by: By) -> list[str]:
    """What stands against confirming the register, as sentences."""
    found = []
    if register.missing:
        found.append(_counted(register.missing, "code is missing.", "codes are missing."))
    wrong = len([one for one in register.wrong if one.kind != "no_code"])
    if wrong:
        found.append(_counted(wrong, "contradiction is", "contradictions are") + " to be solved.")
    entered = Attendance.objects.filter(
        cohort_pupil__in=[row.member.pk for row in register.rows]
    ).exclude(code="")
    if not may_approve(by.who.pk, set(entered.values_list("changed_by", flat=True))):
        found.append("You entered codes yourself, so another person has to confirm them.")
    return found


def _say_who_is_on_it(register: Register, by: By) -> None:
    """On the register is who took a test, or should have; who is registered elsewhere is not."""
    codes = register.book.attendance.codes
    history = History(by=by, reason="The attendance register was confirmed.")
    changed = []
    for row in register.rows:
        given = {cell.code for cell in row.cells.values() if cell.code}
        on = any(code in codes and not codes[code].implied_by for code in given)
        member = row.member
        if member.on_register is not on:
            history.note(member, ON_REGISTER, as_text(member.on_register), as_text(on))
            member.on_register = on
            member.version += 1
            changed.append(member)
    if changed:
        CohortPupil.objects.bulk_update(changed, (ON_REGISTER, "version"))
        history.write()
        touch(register.sheet, by=by)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
