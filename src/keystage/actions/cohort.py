"""The cohort of a season: who is in it, how each pupil is registered, and who has left.

Every change writes a row of history, makes the last check stale and breaks the seals it must.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.returns import touch
from keystage.core.subjects import TESTED
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Import, Pupil, RegistrationChange, Sheet

#: What is registered of a pupil: a code of the year for each test, and the attendance register.
TESTS = tuple(str(subject) for subject in TESTED)
ON_REGISTER = "on_register"
COHORT, LEFT = "cohort", "left_on"
IN, OUT = "in", "out"
_ANSWERS: Mapping[bool | None, str] = {True: "yes", False: "no", None: ""}
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Registration:
    """How a pupil is to be registered.

    Attributes:
        member: the cohort pupil.
        values: a code for each test that is to change, empty for none; ``on_register`` is true,
            false, or None where nobody knows.
        seen: the version of the cohort pupil the person saw.
    """

    member: int
    values: Mapping[str, str | bool | None]
    seen: int


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What became of registrations, by cohort pupil: each is in one of the three."""

    saved: tuple[int, ...] = ()
    unchanged: tuple[int, ...] = ()
    conflicts: tuple[int, ...] = ()


def lock(sheet: Sheet) -> Sheet:
    """The sheet, locked: changes of one cohort follow each other."""
    return Sheet.objects.select_for_update().select_related("school").get(pk=sheet.pk)


@transaction.atomic
def add(*, sheet: Sheet, pupil: Pupil, reason: str, by: By) -> CohortPupil:
    """Put a pupil into the cohort who is not of its year group, or was taken out of it.

    Adding somebody who is in it changes nothing.

    Raises:
        RefusedError: the pupil is of another school, or there is no reason.
    """
    locked = lock(sheet)
    if pupil.school_id != locked.school_id:
        raise RefusedError("The pupil is not on the roll.", todo="Bring in the roll first.")
    member = locked.cohort.filter(pupil=pupil).first()
    if member is not None and not member.removed:
        return member
    why = _reason(reason)
    if member is None:
        (member,) = enrol(locked, [pupil], how=CohortPupil.How.ADDED, by=by, reason=why)
    else:
        _stand(member, removed=False, reason=why, by=by)
    _told("pupil added to the cohort", locked, by)
    touch(locked, by=by)
    return member


@transaction.atomic
def take_out(*, sheet: Sheet, member: int, reason: str, by: By) -> CohortPupil:
    """Take a pupil out of the cohort; judgements, results and history are kept.

    Taking somebody out who is out changes nothing.

    Raises:
        RefusedError: there is no such pupil in the cohort, or no reason.
    """
    locked = lock(sheet)
    found = _member(locked, member)
    if not found.removed:
        _stand(found, removed=True, reason=_reason(reason), by=by)
        _told("pupil taken out of the cohort", locked, by)
        touch(locked, by=by)
    return found


@transaction.atomic
def put_back(*, sheet: Sheet, member: int, by: By) -> CohortPupil:
    """Put a pupil back who was taken out; one who is in the cohort stays as he or she is.

    Raises:
        RefusedError: the pupil never was in the cohort.
    """
    locked = lock(sheet)
    found = _member(locked, member)
    if found.removed:
        _stand(found, removed=False, reason="", by=by)
        _told("pupil put back into the cohort", locked, by)
        touch(locked, by=by)
    return found


def enrol(  # who, how, by whom, why, and out of what
    sheet: Sheet,
    pupils: Iterable[Pupil],
    *,
    how: CohortPupil.How,
    by: By,
    reason: str = "",
    import_file: Import | None = None,
) -> list[CohortPupil]:
    """Put pupils into the cohort of a locked sheet; those who ever were in it stay as they are."""
    there = set(sheet.cohort.values_list("pupil", flat=True))
    now = timezone.now()
    made = CohortPupil.objects.bulk_create(
        CohortPupil(sheet=sheet, pupil=pupil, how=how, decided_at=now, decided_by=by.person)
        for pupil in pupils
        if pupil.pk not in there
    )
    history = _History(by=by, import_file=import_file, reason=reason)
    for member in made:
        history.note(member, COHORT, "", IN)
    history.write()
    return made


@transaction.atomic
def register(
    *,
    sheet: Sheet,
    registrations: Iterable[Registration],
    by: By,
    import_file: Import | None = None,
) -> Registered:
    """Register pupils for the tests, many at once.

    A pupil whom somebody else changed since is a conflict and keeps what is stored; all others are
    saved.

    Raises:
        RefusedError: a code is none of the year's, or a pupil is not in the cohort.
    """
    locked = lock(sheet)
    wanted = {one.member: one for one in registrations}
    members = {one.pk: one for one in locked.cohort.filter(removed=False, pk__in=wanted)}
    _refuse_unknown(wanted, members, locked.year)
    history = _History(by=by, import_file=import_file)
    saved, unchanged, conflicts = [], [], []
    for key, one in sorted(wanted.items()):
        member = members[key]
        changed = {
            name: value for name, value in one.values.items() if getattr(member, name) != value
        }
        if not changed:
            unchanged.append(key)
        elif member.version != one.seen:
            conflicts.append(key)
        else:
            for name, value in changed.items():
                history.note(member, name, as_text(getattr(member, name)), as_text(value))
                setattr(member, name, value)
            member.version += 1
            saved.append(key)
    if saved:
        fields = (*TESTS, ON_REGISTER, "version")
        CohortPupil.objects.bulk_update([members[key] for key in saved], fields)
        history.write()
        _told("registrations changed", locked, by, {"pupils": len(saved)})
        touch(locked, by=by)
    return Registered(saved=tuple(saved), unchanged=tuple(unchanged), conflicts=tuple(conflicts))


@transaction.atomic
def leave(  # when, where to, and what was seen
    *,
    sheet: Sheet,
    pupil: Pupil,
    left_on: date | None,
    to_school: str = "",
    to_authority: str = "",
    seen: int,
    by: By,
) -> Pupil:
    """Say on which day a pupil left, and where to; without a day the pupil is on roll again.

    Raises:
        RefusedError: the pupil is of another school, or left before he or she came.
        ChangedMeanwhileError: somebody changed the pupil since ``seen``.
    """
    locked = lock(sheet)
    found = Pupil.objects.select_for_update().filter(pk=pupil.pk, school=locked.school).first()
    if found is None:
        raise RefusedError("The pupil is not on the roll.", todo="Go back to the cohort.")
    values = (left_on, to_authority if left_on else "", to_school if left_on else "")
    if values == (found.left_on, found.left_to_authority, found.left_to_school):
        return found
    if found.version != seen:
        raise ChangedMeanwhileError(
            "Somebody changed this pupil while you were looking.",
            todo="Look at the pupil again, then enter the day.",
        )
    if left_on and found.entered_on and left_on < found.entered_on:
        raise RefusedError(
            "The pupil cannot have left before the day of coming.", todo="Correct the day."
        )
    before = found.left_on
    found.left_on, found.left_to_authority, found.left_to_school = values
    found.version += 1
    found.save()
    history = _History(by=by)
    for member in CohortPupil.objects.filter(pupil=found, sheet=locked):
        history.note(member, LEFT, as_text(before), as_text(left_on))
    history.write()
    _told("leaving day changed", locked, by)
    touch(locked, by=by)
    return found


def as_text(value: object) -> str:
    """A value as the history keeps it."""
    if value is None or isinstance(value, bool):
        return _ANSWERS[value]
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(kw_only=True)
class _History:
    """Rows of history on their way into the table."""

    by: By
    import_file: Import | None = None
    reason: str = ""
    at: datetime = field(default_factory=timezone.now)
    rows: list[RegistrationChange] = field(default_factory=list)

    def note(self, member: CohortPupil, name: str, before: str, after: str) -> None:
        """Note one change."""
        self.rows.append(
            RegistrationChange(
                cohort_pupil=member,
                field=name,
                before=before,
                after=after,
                reason=self.reason,
                at=self.at,
                by=self.by.who,
                import_file=self.import_file,
            )
        )

    def write(self) -> None:
        """Put the rows into the table."""
        RegistrationChange.objects.bulk_create(self.rows)


def _member(sheet: Sheet, key: int) -> CohortPupil:
    member = sheet.cohort.filter(pk=key).first()
    if member is None:
        raise RefusedError("The pupil is not in the cohort.", todo="Go back to the cohort.")
    return member


def _stand(member: CohortPupil, *, removed: bool, reason: str, by: By) -> None:
    """Take a pupil out of the cohort or put one back, with a row of history."""
    history = _History(by=by, reason=reason)
    history.note(member, COHORT, *((IN, OUT) if removed else (OUT, IN)))
    member.removed, member.reason = removed, reason
    member.decided_at, member.decided_by = history.at, by.person
    member.version += 1
    member.save()
    history.write()


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise RefusedError("There is no reason.", todo="Say why.")
    return reason[:_LONGEST]


def _refuse_unknown(
    wanted: Mapping[int, Registration], members: Mapping[int, CohortPupil], year: int
) -> None:
    if wanted.keys() - members.keys():
        raise RefusedError(
            "A pupil is not in the cohort any longer.", todo="Look at the cohort again."
        )
    codes = {"", *load_collection(year).registrations.codes}
    for one in wanted.values():
        for name, value in one.values.items():
            known = value in codes if name in TESTS else isinstance(value, bool | None)
            if name not in {*TESTS, ON_REGISTER} or not known:
                raise RefusedError(
                    f"{value} is no registration of {year}.", todo="Choose one of the list."
                )


def _told(action: str, sheet: Sheet, by: By, after: Mapping[str, Any] | None = None) -> None:
    record(action, by=by, organisation=sheet.school, year=sheet.year, after=after)
