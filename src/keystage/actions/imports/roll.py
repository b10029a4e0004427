"""Taking a roll: pupils added and changed, those of the year group put into the cohort."""

from collections.abc import Collection as Some
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.imports.matching import stored_since
from keystage.actions.imports.shapes import Line, Newcomer, Planned, Preview
from keystage.actions.locks import locking
from keystage.actions.packs import YEAR_GROUP, left_before_the_tests, week_of_tests
from keystage.actions.returns import touch
from keystage.actions.roll.cohort import enrol
from keystage.actions.roll.facts import (
    KEPT,
    as_json,
    incoming_of,
    kept_facts,
    set_values,
    stored_of,
)
from keystage.actions.roll.roll_history import RollHistory
from keystage.flows.roll.changes import plan as plan_of
from keystage.flows.roll.plans import ChangePlan, Decision, Mode
from keystage.flows.roll.pupils import Facts, Value
from keystage.store.models import CohortPupil, Import, ImportRow, Pupil, Sheet

What = ImportRow.Decision
_LATE = "a pupil who could be meant was stored since: match the file again"
_PUPIL = (*KEPT, "version", "changed_at")


@dataclass(frozen=True, kw_only=True)
class RollWork:
    """The plan of a roll, its rows by their numbers, and who joins the cohort, by key."""

    plan: ChangePlan
    rows: dict[int, ImportRow]
    joins: frozenset[str]


def plan(file: Import, mode: Mode, classes: Some[str] | None = None) -> Planned:
    """What a roll would change."""
    del classes
    rows = {row.values["row"]: row for row in file.rows.all()}
    late = stored_since(file, rows.values())
    decisions = {
        number: one
        for number, row in rows.items()
        if row.pk not in late and (one := _decision(row))
    }
    stored = stored_of(file.school)
    found = plan_of(stored, [incoming_of(row) for row in rows.values()], decisions, mode)
    known = {one.key: one.facts for one in stored}
    joins = _joining(file, found, known)
    preview = Preview(
        mode=mode,
        adds=tuple(
            Newcomer(line=rows[one.row].line, facts=one.facts, joins=one.key in joins)
            for one in found.adds
        ),
        changes=tuple(Line.of_change(rows[one.row].line, one) for one in found.changes),
        joins=len(joins),
        unchanged=len(found.unchanged),
        blanks=len(found.blanks),
        kept=tuple(Line.of_kept(rows[one.row].line, one) for one in found.kept),
        skipped=tuple(Line(line=rows[one.row].line, reason=one.reason) for one in found.skipped),
        not_matched=tuple(
            Line(
                line=rows[number].line,
                reason=_LATE if rows[number].pk in late else "; ".join(rows[number].reasons),
            )
            for number in found.not_matched
        ),
    )
    return Planned(preview=preview, work=RollWork(plan=found, rows=rows, joins=joins))


def apply(file: Import, planned: Planned, *, by: By, classes: Some[str] | None = None) -> None:
    """Take a roll as planned, and note in each row what it did."""
    del classes
    work: RollWork = planned.work
    made = [_new(file, UUID(added.key), added.facts) for added in work.plan.adds]
    Pupil.objects.bulk_create(made)
    for added, pupil in zip(work.plan.adds, made, strict=True):
        _noted(work.rows[added.row], pupil, {}, kept_facts(added.facts))
    values: dict[str, dict[str, Value]] = {}
    before: dict[str, dict[str, Value]] = {}
    numbers: dict[str, int] = {}
    for change in work.plan.changes:
        values.setdefault(change.key, {})[change.field] = change.after
        before.setdefault(change.key, {})[change.field] = change.before
        numbers[change.key] = change.row
    history = RollHistory(by=by, import_file=file)
    for pupil in made:
        history.came(pupil.pk)
    for key, after in values.items():
        history.changed(UUID(key), before[key], after)
    history.write()
    changed = change_pupils(file, values)
    for pupil in changed:
        key = str(pupil.pk)
        _noted(work.rows[numbers[key]], pupil, as_json(before[key]), as_json(values[key]))
    _join(file, [*made, *changed], work, by)
    ImportRow.objects.bulk_update(
        work.rows.values(), ("pupil", "before", "after", "applied", "values")
    )
    touch_sheets([*made, *changed], by=by)


def change_pupils(file: Import, values: dict[str, dict[str, Value]]) -> list[Pupil]:
    """Put values into pupils of the school of a file; each is locked, and its version rises."""
    pupils = list(locking(Pupil.objects).filter(school=file.school, pk__in=values).order_by("pk"))
    now = timezone.now()
    for pupil in pupils:
        set_values(pupil, values[str(pupil.pk)])
        pupil.version += 1
        pupil.changed_at = now
    Pupil.objects.bulk_update(pupils, _PUPIL)
    return pupils


def touch_sheets(pupils: Iterable[Pupil], *, by: By, besides: Some[int] = ()) -> None:
    """Make the check of every sheet stale that one of the pupils is on, and of those named."""
    sheets = Sheet.objects.filter(Q(cohort__pupil__in=list(pupils)) | Q(pk__in=besides))
    for sheet in sheets.select_related("school").distinct().order_by("pk"):
        touch(sheet, by=by)


def _decision(row: ImportRow) -> Decision | None:
    if row.decision == What.ACCEPT and row.pupil_id:
        return Decision(action="take", key=str(row.pupil_id))
    if row.decision == What.ENROL:
        return Decision(action="add")
    return Decision(action="skip") if row.decision == What.SKIP else None


def _joining(file: Import, found: ChangePlan, known: dict[str, Facts]) -> frozenset[str]:
    """Who joins the cohort: pupils who are added or come into the year group.

    Who had left before the tests does not; who left later was assessed here.
    """
    sheet = Sheet.objects.filter(school=file.school, year=file.year).first()
    if sheet is None:
        return frozenset()
    there = {str(key) for key in sheet.cohort.values_list("pupil", flat=True)}
    left = {one.key: one.after for one in found.changes if one.field == "left_on"}
    coming = {
        one.key: left.get(one.key, known[one.key].left_on)
        for one in found.changes
        if one.field == "year_group" and one.after == YEAR_GROUP
    }
    coming |= {
        one.key: one.facts.left_on for one in found.adds if one.facts.year_group == YEAR_GROUP
    }
    week = week_of_tests(file.year)
    return frozenset(
        key
        for key, day in coming.items()
        if key not in there
        and not left_before_the_tests(day if isinstance(day, date) else None, week)
    )


def _join(file: Import, pupils: Sequence[Pupil], work: RollWork, by: By) -> None:
    joining = [pupil for pupil in pupils if str(pupil.pk) in work.joins]
    sheet = (
        Sheet.objects.filter(school=file.school, year=file.year).select_related("school").first()
    )
    if sheet is None or not joining:
        return
    made = enrol(sheet, joining, how=CohortPupil.How.YEAR_GROUP, by=by, import_file=file)
    joined = {member.pupil_id for member in made}
    for row in work.rows.values():
        if row.pupil_id in joined and row.applied:
            row.values = {**row.values, "joined": True}


def _new(file: Import, key: UUID, facts: Facts) -> Pupil:
    pupil = Pupil(pk=key, school=file.school)
    set_values(pupil, {name: facts.value(name) for name in KEPT})
    return pupil


def _noted(
    row: ImportRow, pupil: Pupil, before: dict[str, str | None], after: dict[str, str | None]
) -> None:
    row.pupil, row.before, row.after, row.applied = pupil, before, after, True
