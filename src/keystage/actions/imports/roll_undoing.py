"""Undoing a roll: pupils as they were before it, but for what was changed since."""

from collections.abc import Collection as Some
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from keystage.actions.by import By
from keystage.actions.imports.roll import change_pupils, touch_sheets
from keystage.actions.imports.shapes import Line, WayBack
from keystage.actions.roll.facts import from_json, stored_of
from keystage.actions.roll.roll_history import RollHistory
from keystage.flows.roll.changes import settle
from keystage.flows.roll.changes import undo as undo_of
from keystage.flows.roll.plans import Change, ChangePlan
from keystage.flows.roll.plans import Pupil as Added
from keystage.flows.roll.pupils import NUMBERS, Facts, Value
from keystage.store.models import CohortPupil, Import, ImportRow, Pupil, RegistrationChange

_HELD = "another pupil has this number by now"
_UNDONE = "The import was undone"
_USED = "judgements, results, registrations or other files hold this pupil by now"


@dataclass(frozen=True, kw_only=True)
class RollBack:
    """The way back: the plan, the pupils who go, and the cohort pupils who go."""

    plan: ChangePlan
    gone: frozenset[UUID]
    members: frozenset[int]


def way_back(file: Import, classes: Some[str] | None = None) -> WayBack:
    """What undoing a roll would do."""
    del classes
    rows = {row.values["row"]: row for row in file.rows.filter(applied=True)}
    stored = stored_of(file.school)
    settled = settle(undo_of(_plan(rows.values())), stored)
    held = {one.facts.upn: one.key for one in stored if one.facts.upn}
    changes: list[Change] = []
    since: list[Change] = []
    for change in settled.changes:
        number = change.after if change.field == "upn" else None
        taken = number is not None and held.get(str(number), change.key) != change.key
        (since if taken else changes).append(change)
    members = _members(file, rows.values())
    used = _used(file, [UUID(one.key) for one in settled.removes], members)
    removes = [one for one in settled.removes if UUID(one.key) not in used]
    gone = frozenset(UUID(one.key) for one in removes)
    plan = ChangePlan(mode=settled.mode, changes=tuple(changes), removes=tuple(removes))
    free = frozenset(key for key, pupil in members.items() if pupil not in used)
    return WayBack(
        restores=tuple(Line.of_change(rows[one.row].line, one) for one in changes)
        + tuple(
            Line(line=_line(rows.values(), pupil), pupil=pupil, what="cohort", before="in")
            for key, pupil in members.items()
            if key in free and pupil not in gone
        ),
        removes=tuple(Line(line=rows[one.row].line, pupil=UUID(one.key)) for one in removes),
        changed_since=tuple(Line.of_kept(rows[one.row].line, one) for one in settled.conflicts)
        + tuple(Line.of_change(rows[one.row].line, one, reason=_HELD) for one in since)
        + tuple(
            Line(line=_line(rows.values(), pupil), pupil=pupil, what="pupil", reason=_USED)
            for pupil in sorted(used)
        ),
        work=RollBack(plan=plan, gone=gone, members=free),
    )


def undo(file: Import, way: WayBack, *, by: By, classes: Some[str] | None = None) -> None:
    """Go the way back."""
    del classes
    work: RollBack = way.work
    values: dict[str, dict[str, Value]] = {}
    history = RollHistory(by=by, import_file=file, reason=_UNDONE)
    for change in work.plan.changes:
        values.setdefault(change.key, {})[change.field] = change.after
        history.changed(
            UUID(change.key), {change.field: change.before}, {change.field: change.after}
        )
    history.write()
    changed = change_pupils(file, values)
    going = CohortPupil.objects.filter(Q(pk__in=work.members) | Q(pupil__in=work.gone))
    sheets = set(going.values_list("sheet", flat=True))
    going.delete()
    Pupil.objects.filter(school=file.school, pk__in=work.gone).delete()
    touch_sheets(changed, by=by, besides=sheets)


def _plan(rows: Iterable[ImportRow]) -> ChangePlan:
    """What was done, of what the rows keep."""
    adds, changes = [], []
    for row in rows:
        number, key = row.values["row"], str(row.pupil_id)
        after = from_json(row.after)
        if row.decision == ImportRow.Decision.ENROL:
            adds.append(Added(row=number, key=key, facts=Facts().changed(after)))
            continue
        before = from_json(row.before)
        changes += [
            Change(row=number, key=key, field=name, before=before[name], after=value)
            for name, value in after.items()
        ]
    changes.sort(key=lambda one: one.field in NUMBERS)
    return ChangePlan(mode="everything", adds=tuple(adds), changes=tuple(changes))


def _members(file: Import, rows: Iterable[ImportRow]) -> dict[int, UUID]:
    """The cohort pupils that the import made, and whose they are."""
    pupils = [row.pupil_id for row in rows if row.values.get("joined")]
    members = CohortPupil.objects.filter(
        sheet__school=file.school, sheet__year=file.year, pupil__in=pupils
    )
    return {member.pk: member.pupil_id for member in members}


def _used(file: Import, added: Iterable[UUID], members: dict[int, UUID]) -> set[UUID]:
    """The pupils something is kept of by now that came after the import."""
    pupils = list(added)
    mine = CohortPupil.objects.filter(Q(pupil__in=pupils) | Q(pk__in=members))
    busy = mine.filter(
        Q(judgements__isnull=False)
        | Q(results__isnull=False)
        | Q(note__isnull=False)
        | Q(acceptances__isnull=False)
        | Q(attendance__isnull=False)
        | Q(arrangements__isnull=False)
        | Q(removed=True)
        | Q(on_register__isnull=False)
        | ~Q(reading="", gps="", maths="")
        | Q(changes__in=RegistrationChange.objects.exclude(import_file=file))
    )
    used = set(busy.values_list("pupil", flat=True))
    used |= set(
        Pupil.objects.filter(pk__in=pupils, files__isnull=False).values_list("pk", flat=True)
    )
    others = ImportRow.objects.filter(
        pupil__in=pupils, import_file__state__in=(Import.State.APPLIED, Import.State.APPLYING)
    ).exclude(import_file=file)
    return used | set(others.values_list("pupil", flat=True))


def _line(rows: Iterable[ImportRow], pupil: UUID) -> int:
    return next(row.line for row in rows if row.pupil_id == pupil)
