"""How each pupil of a cohort is registered for the tests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from keystage.actions.attendance import unseal
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.orders.standing import refuse_unsettled
from keystage.actions.returns import touch
from keystage.actions.roll.closing import CHANGED, Closing, closing_of
from keystage.actions.roll.cohort_history import ON_REGISTER, TESTS, History, as_text, lock, told
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Import, Sheet

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


@transaction.atomic
def register(
    *,
    sheet: Sheet,
    registrations: Iterable[Registration],
    by: By,
    import_file: Import | None = None,
    reason: str = "",
) -> Registered:
    """Register pupils for the tests, many at once.

    A pupil whom somebody else changed since is a conflict and keeps what is stored; all others are
    saved. After the deadline a change is noted as late; after the lock it needs a reason.

    Raises:
        RefusedError: a code is none of the year's, a pupil is not in the cohort, registrations are
            locked and there is no reason, or the school has not settled what comes before.
    """
    locked = lock(sheet)
    closing, why = closing_of(locked), " ".join(reason.split())[:_LONGEST]
    wanted = {one.member: one for one in registrations}
    members = {one.pk: one for one in locked.cohort.filter(removed=False, pk__in=wanted)}
    _refuse_unknown(wanted, members, locked.year)
    history = History(by=by, import_file=import_file, reason=why)
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
        refuse_unsettled(locked.school, locked.year)
    if saved and closing is Closing.LOCKED and not why:
        raise RefusedError("Registrations are locked, so a change needs a reason.", todo="Say why.")
    if saved:
        fields = (*TESTS, ON_REGISTER, "version")
        CohortPupil.objects.bulk_update([members[key] for key in saved], fields)
        history.write()
        told(CHANGED[closing], locked, by, pupils=len(saved))
        touch(locked, by=by)
        if any(row.field == ON_REGISTER for row in history.rows):
            unseal(locked, by=by, membership=True)
    return Registered(saved=tuple(saved), unchanged=tuple(unchanged), conflicts=tuple(conflicts))


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
