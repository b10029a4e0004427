"""The visit of a moderator: the sample, what was agreed, and what was changed after it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import SystemRandom

from django.db import transaction
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.moderation.choosing import is_told, keep, lock
from keystage.core.subjects import Subject
from keystage.statute.collection_loader import load_collection
from keystage.store.models import (
    CohortPupil,
    Judgement,
    JudgementChange,
    ModeratedPupil,
    Moderation,
    Person,
)

#: What is moderated at the end of key stage 2.
#: Source: Standards and Testing Agency, key stage 2 teacher assessment guidance, moderation.
MODERATED = Subject.WRITING
Outcome = Moderation.Outcome


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What was agreed of a pupil of the sample: the judgement, and the reason of a change."""

    code: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What is recorded of a visit.

    Attributes:
        on: its day.
        who: the moderators, in words.
        outcome: what it found.
        note: what else there is to say; no pupil is named in it.
        agreed: by pupil of the sample, as `ModeratedPupil` is numbered.
    """

    on: date
    who: str
    outcome: Moderation.Outcome
    note: str
    agreed: Mapping[int, Agreed]


@dataclass(frozen=True, kw_only=True)
class Later:
    """A judgement that was changed after the visit, or differs from what was agreed at it.

    ``agreed`` is None for a pupil who was not in the sample; ``at`` and ``by`` are of the last
    change, None where nobody changed it since.
    """

    member: CohortPupil
    agreed: str | None
    stored: str
    at: datetime | None = None
    by: Person | None = None


def sample_of(moderation: Moderation) -> list[ModeratedPupil]:
    """The pupils of the sample in the order of their names.

    Until a visit is recorded the judgement from before it is the one that stands when it begins.
    """
    rows = list(
        moderation.sample.select_related("cohort_pupil__pupil").order_by(
            "cohort_pupil__pupil__surname", "cohort_pupil__pupil__forename", "pk"
        )
    )
    if moderation.recorded_at is None:
        _put_before(rows, moderation.visit_on)
    return rows


def judgements_at_visit(members: Collection[int], on: date | None) -> dict[int, str]:
    """The judgement of each pupil as it stood when a visit began: at the beginning of its day.

    A visit that is to come, or whose day is not known, finds what stands at this moment. Where
    nothing stood that morning, it is what was entered first after it.
    """
    codes = _codes(members)
    morning = timezone.make_aware(datetime.combine(on, time())) if on else timezone.now()
    changes = JudgementChange.objects.filter(
        judgement__cohort_pupil__in=members, judgement__subject=MODERATED, at__gte=morning
    ).order_by("judgement", "version")
    stood: dict[int, str] = {}
    for key, before, after in changes.values_list("judgement__cohort_pupil", "before", "after"):
        if not stood.get(key):
            stood[key] = before or after
    return {key: code for key, code in (codes | stood).items() if code}


def to_draw_from(moderation: Moderation) -> dict[str, list[int]]:
    """The pupils who are not in the sample by their judgement, in the order of the year's codes.

    Pupils without one are under an empty text, the last.
    """
    drawn = set(moderation.sample.values_list("cohort_pupil", flat=True))
    members = [one.pk for one in cohort_of(moderation) if one.pk not in drawn]
    codes = _codes(members)
    order = (*load_collection(moderation.year).codes(MODERATED), "")
    found: dict[str, list[int]] = {code: [] for code in order}
    for key in members:
        found.setdefault(codes.get(key, ""), []).append(key)
    return {code: keys for code, keys in found.items() if keys}


@transaction.atomic
def draw_by_lot(moderation: Moderation, wanted: Mapping[str, int], *, seen: int, by: By) -> None:
    """Add pupils to the sample by lot, so that nobody sees a pupil who is not in it.

    Args:
        moderation: whose sample.
        wanted: how many pupils of each judgement.
        seen: the version the person looked at.
        by: who draws.

    Raises:
        RefusedError: there are not so many pupils of a judgement, or as `draw`.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    there, lot = to_draw_from(moderation), SystemRandom()
    drawn = set(moderation.sample.values_list("cohort_pupil", flat=True))
    for code, count in wanted.items():
        keys = there.get(code, [])
        if not 0 <= count <= len(keys):
            raise RefusedError(
                f"There are {len(keys)} pupils to draw from with {code or 'no judgement'}.",
                todo="Enter a smaller number.",
            )
        drawn.update(lot.sample(keys, count))
    draw(moderation, drawn, seen=seen, by=by)


@transaction.atomic
def draw(moderation: Moderation, members: Collection[int], *, seen: int, by: By) -> None:
    """Say which pupils are in the sample; others are taken out of it.

    The judgement that stands in the mark sheet is kept beside each pupil as the one from before,
    until the visit is recorded: see `judgements_at_visit`.

    Raises:
        RefusedError: a pupil is none of the school's cohort, a visit is recorded, or as `lock`.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    locked = lock(moderation, seen=seen, by=by)
    if locked.visited_on is not None:
        raise RefusedError(
            "The visit is recorded, so the sample stays as it was.",
            todo="Correct what was agreed of its pupils.",
        )
    wanted = set(members)
    there = {one.pk: one for one in cohort_of(locked) if one.pk in wanted}
    if wanted - there.keys():
        raise RefusedError(
            "A pupil is not in the school's cohort.", todo="Choose from the list again."
        )
    locked.sample.exclude(cohort_pupil__in=wanted).delete()
    kept = set(locked.sample.values_list("cohort_pupil", flat=True))
    codes = _codes(there)
    ModeratedPupil.objects.bulk_create(
        ModeratedPupil(
            moderation=locked, cohort_pupil_id=key, subject=MODERATED, before=codes.get(key, "")
        )
        for key in there
        if key not in kept
    )
    keep(locked, "moderation sample drawn", by)


@transaction.atomic
def record_visit(moderation: Moderation, visit: Visit, *, seen: int, by: By) -> None:
    """Record a visit, or correct what was recorded of it.

    The mark sheet stays as it is: the school changes it. What was judged before the visit is what
    stood in it when the visit began, whatever stood there when the sample was drawn.

    Raises:
        RefusedError: the day is to come, a judgement is no code of the year, a change has no
            reason, the outcome does not fit the judgements, or as `lock`.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    locked = lock(moderation, seen=seen, by=by)
    if visit.on > timezone.localdate():
        raise RefusedError(
            "A visit is recorded once it has been.", todo="Enter a day that is not in the future."
        )
    rows = list(locked.sample.all())
    _put_before(rows, visit.on)
    for row in rows:
        _agree(row, visit.agreed.get(row.pk), locked.year)
    changed = any(row.after not in {"", row.before} for row in rows)
    if (visit.outcome == Outcome.CHANGED) != changed and visit.outcome != Outcome.REVISIT:
        raise RefusedError(
            "The outcome does not fit the judgements: "
            + ("one of them was changed." if changed else "none of them was changed."),
            todo="Correct the outcome, or the judgements of the sample.",
        )
    ModeratedPupil.objects.bulk_update(rows, ["before", "after", "reason"])
    locked.visited_on, locked.visited_by = visit.on, visit.who.strip()[:150]
    locked.outcome, locked.note = visit.outcome, visit.note.strip()
    locked.recorded_at, locked.recorded_by = timezone.now(), by.who
    if not is_told(locked):  # whoever was visited knows it
        locked.told_at = locked.recorded_at
    keep(locked, "moderation visit recorded", by)


def changed_after(moderation: Moderation) -> list[Later]:
    """The judgements of writing that are not as the visit left them, in the order of names.

    Pupils of the sample whose judgement differs from what was agreed, and every pupil whose
    judgement was changed since: from when it was recorded, or the end of its day if that was
    earlier.
    """
    if moderation.recorded_at is None or moderation.visited_on is None:
        return []
    evening = datetime.combine(moderation.visited_on + timedelta(days=1), time())
    left = min(moderation.recorded_at, timezone.make_aware(evening))
    members = {one.pk: one for one in cohort_of(moderation)}
    codes = _codes(members)
    agreed = {row.cohort_pupil_id: row.after for row in moderation.sample.all() if row.after}
    last = {
        change.judgement.cohort_pupil_id: change
        for change in JudgementChange.objects.filter(
            judgement__cohort_pupil__in=members,
            judgement__subject=MODERATED,
            at__gt=left,
        ).select_related("judgement", "by")
    }
    found = []
    for key, member in members.items():
        stored, wanted, change = codes.get(key, ""), agreed.get(key), last.get(key)
        if (wanted is None and change) or (wanted is not None and wanted != stored):
            found.append(
                Later(
                    member=member,
                    agreed=wanted,
                    stored=stored,
                    at=change.at if change else None,
                    by=change.by if change else None,
                )
            )
    return found


def cohort_of(moderation: Moderation) -> Sequence[CohortPupil]:
    """The pupils of the school's cohort in the order of their names."""
    return list(
        CohortPupil.objects.filter(
            sheet__school=moderation.school, sheet__year=moderation.year, removed=False
        )
        .select_related("pupil")
        .order_by("pupil__surname", "pupil__forename", "pk")
    )


def _codes(members: Collection[int]) -> dict[int, str]:
    """The judgement of each pupil that has one."""
    rows = Judgement.objects.filter(cohort_pupil__in=members, subject=MODERATED).exclude(code="")
    return dict(rows.values_list("cohort_pupil", "code"))


def _put_before(rows: Collection[ModeratedPupil], on: date | None) -> None:
    """Put the judgements from before a visit of a day into rows of its sample."""
    stood = judgements_at_visit([row.cohort_pupil_id for row in rows], on)
    for row in rows:
        row.before = stood.get(row.cohort_pupil_id, "")


def _agree(row: ModeratedPupil, agreed: Agreed | None, year: int) -> None:
    """Put what was agreed into a row of the sample."""
    code = agreed.code.strip() if agreed else ""
    reason = agreed.reason.strip()[:300] if agreed else ""
    if code and code not in load_collection(year).codes(MODERATED):
        raise RefusedError(
            f"{code} is no judgement of {MODERATED.label} in {year}.", todo="Choose from the list."
        )
    if code and code != row.before and not reason:
        raise RefusedError(
            "A judgement was changed without a reason.", todo="Enter why it was changed."
        )
    row.after, row.reason = code, reason if code != row.before else ""
