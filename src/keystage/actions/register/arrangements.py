"""Access arrangements and special consideration: asked for, decided, told, recorded, withdrawn.

What needs permission is asked for by one person and decided by another. What the agency has to be
told of is entered, and marked when it was told. What the school decides is recorded at once.
"""

from collections.abc import Collection as Some
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from keystage.access.decide import may_approve
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.roll.cohort_history import lock
from keystage.actions.season.dates import season_of
from keystage.core.subjects import TESTED
from keystage.statute.register import Sort
from keystage.statute.register_loader import load_register
from keystage.store.models import Arrangement, Sheet

State = Arrangement.State
#: What is asked for, so that somebody else decides.
ASKED = frozenset({"permission", "consideration"})
_OPEN = (State.PROPOSED, State.APPROVED)
_LONGEST_ANSWER = 500


def sort_of(arrangement: Arrangement, year: int) -> Sort | None:
    """What sort an arrangement is; None where the year has none of its key any longer."""
    return load_register(year).arrangements.sorts.get(arrangement.sort)


def is_late(sheet: Sheet, sort: Sort) -> bool:
    """Whether the last day for a sort has passed for everybody; not while it is unknown."""
    return bool(sort.due) and season_of(sheet.school, sheet.year).passed_for_everybody(sort.due)


@transaction.atomic
def propose(
    sheet: Sheet,
    *,
    member: int,
    sort: str,
    tests: Iterable[str] = (),
    evidence: str = "",
    by: By,
    classes: Some[str] | None = None,
) -> Arrangement:
    """Ask for an arrangement of a pupil, or record one that needs nobody's permission.

    The same arrangement of the same pupil, asked for twice, is one.

    Args:
        sheet: the sheet.
        member: the pupil of its cohort.
        sort: a key of the year's arrangements.
        tests: the tests it is for; none for all that it can be for.
        evidence: what speaks for it; needed where it is asked for after its last day.
        by: who asks.
        classes: the classes the person may ask for; None for all.

    Raises:
        RefusedError: the pupil is not in the cohort or not of the person's classes, the sort or a
            test is none of the year's, or it is late and nothing speaks for it.
    """
    locked = lock(sheet)
    known = load_register(locked.year).arrangements.sorts.get(sort)
    found = locked.cohort.filter(pk=member, removed=False).select_related("pupil").first()
    if found is None or (classes is not None and found.pupil.class_name not in classes):
        raise RefusedError(
            "The pupil is not in the cohort, or in none of your classes.",
            todo="Go back to the list of arrangements.",
        )
    wanted = sorted(set(tests))
    if known is None or set(wanted) - {str(one) for one in known.tests or TESTED}:
        raise RefusedError(
            "There is no such arrangement for these tests.", todo="Choose from the list."
        )
    there = found.arrangements.filter(sort=sort, tests=wanted, state__in=_OPEN).first()
    if there is not None:
        return there
    late, text = is_late(locked, known), evidence.strip()
    if late and not text:
        raise RefusedError(
            "The last day for this has passed.",
            todo="Say what the exceptional reason is: " + _late_rule(locked),
        )
    now = timezone.now()
    recorded = known.kind == "school"
    made = Arrangement.objects.create(
        cohort_pupil=found,
        sort=sort,
        tests=wanted,
        evidence=text,
        late=late,
        state=State.APPROVED if recorded else State.PROPOSED,
        entered_at=now,
        entered_by=by.who,
        decided_at=now if recorded else None,
        decided_by=by.who if recorded else None,
    )
    _tell("arrangement recorded" if recorded else "arrangement entered", locked, made, by)
    return made


def decide(
    sheet: Sheet, arrangement: int, *, approve: bool, answer: str = "", seen: int, by: By
) -> Arrangement:
    """Approve or refuse what somebody else asked for.

    Args:
        sheet: the mark sheet of the pupil.
        arrangement: its identifier.
        approve: whether it is approved.
        answer: what is said to who asked; needed where it is refused.
        seen: the version the person looked at.
        by: who decides.

    Raises:
        RefusedError: it is not waiting for a decision, the person asked for it, or it is refused
            without an answer.
        ChangedMeanwhileError: somebody changed it since ``seen``.
    """
    if not approve and not answer.strip():
        raise RefusedError("There is no reason.", todo="Say why it is refused.")
    return _move(
        sheet,
        arrangement,
        to=State.APPROVED if approve else State.REFUSED,
        kinds=ASKED,
        answer=answer,
        seen=seen,
        by=by,
    )


def told(sheet: Sheet, arrangement: int, *, seen: int, by: By) -> Arrangement:
    """Mark that the agency was told of an arrangement.

    Raises:
        RefusedError: nobody has to be told of it, or it was told before.
        ChangedMeanwhileError: somebody changed it since ``seen``.
    """
    return _move(
        sheet, arrangement, to=State.APPROVED, kinds=frozenset({"notice"}), seen=seen, by=by
    )


def withdraw(sheet: Sheet, arrangement: int, *, seen: int, by: By) -> Arrangement:
    """Take an arrangement back: it was not needed, or the pupil left.

    Raises:
        RefusedError: it was refused or withdrawn.
        ChangedMeanwhileError: somebody changed it since ``seen``.
    """
    return _move(sheet, arrangement, to=State.WITHDRAWN, kinds=None, seen=seen, by=by)


@transaction.atomic
def _move(
    sheet: Sheet,
    key: int,
    *,
    to: Arrangement.State,
    kinds: frozenset[str] | None,
    answer: str = "",
    seen: int,
    by: By,
) -> Arrangement:
    locked = lock(sheet)
    found = locking(Arrangement.objects).filter(pk=key, cohort_pupil__sheet=locked).first()
    if found is None:
        raise RefusedError("There is no such arrangement.", todo="Go back to the list.")
    if found.version != seen:
        raise ChangedMeanwhileError(
            "Somebody changed this arrangement while you were looking.",
            todo="Look at it again.",
        )
    sort = sort_of(found, locked.year)
    waiting = found.state in ((State.PROPOSED,) if kinds is not None else _OPEN)
    if not waiting or (kinds is not None and (sort is None or sort.kind not in kinds)):
        raise RefusedError(
            "The arrangement does not wait for this.", todo="Look at what became of it."
        )
    if kinds == ASKED and not may_approve(by.who.pk, {found.entered_by_id}):
        raise RefusedError(
            "You asked for this arrangement, so another person has to decide.",
            todo="Ask somebody else who may approve arrangements.",
        )
    found.state, found.version = to, found.version + 1
    if answer.strip():  # a withdrawal leaves what was answered
        found.answer = answer.strip()[:_LONGEST_ANSWER]
    found.decided_at, found.decided_by = timezone.now(), by.who
    found.save()
    _tell(f"arrangement {to.value}", locked, found, by)
    return found


def _late_rule(sheet: Sheet) -> str:
    rule = load_register(sheet.year).arrangements.late
    return rule[:1].lower() + rule[1:]


def _tell(what: str, sheet: Sheet, arrangement: Arrangement, by: By) -> None:
    record(
        what,
        by=by,
        organisation=sheet.school,
        year=sheet.year,
        subject=f"arrangement {arrangement.pk}",
        after={"late": arrangement.late},
    )
