"""Taking test results: merged field by field, each change with its row of history."""

from collections.abc import Collection as Some
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.imports.shapes import Line, Planned, Preview, WayBack
from keystage.actions.imports.taken import Taken, members_for, sheet_for, taken_of, write_rows
from keystage.core.errors import KeystageError
from keystage.core.subjects import TESTED, Subject
from keystage.flows.roll.plans import Mode
from keystage.reports.parents.words import result_of_test
from keystage.store.models import Import, ImportRow, Result, ResultChange

FIELDS: Mapping[str, str] = {
    "raw_mark": "mark",
    "scaled_score": "scaled score",
    "outcome": "outcome",
}
_SINCE = "it was changed since the import"
_GONE = "the pupil is not in the cohort any longer"
Values = dict[str, Any]
_NOTHING: Values = {"raw_mark": None, "scaled_score": None, "outcome": ""}


@dataclass(frozen=True, kw_only=True)
class ResultWork:
    """The rows, the results that are stored, and the values each is to have."""

    taken: Taken
    stored: dict[tuple[int, str], Result]
    values: dict[tuple[int, str], Values]


def plan(file: Import, mode: Mode, classes: Some[str] | None = None) -> Planned:
    """What results of a file would change.

    A blank of the file empties nothing, except beside an outcome that is another than the stored
    one: outcome, mark and score are one result, and are then taken as the file has them. What would
    contradict what is stored, as an outcome beside the score of an earlier file, is not taken.
    """
    taken = taken_of(file, classes)
    stored = _stored(member for _, member in taken.rows)
    values: dict[tuple[int, str], Values] = {}
    changes: list[Line] = []
    kept: list[Line] = []
    blanks = unchanged = 0
    for row, member in taken.rows:
        changed = False
        for subject in (str(one) for one in TESTED):
            key = (member.pk, subject)
            given = row.values["brings"].get(subject)
            if given is None:
                blanks += key in stored
                continue
            before = values_of(stored.get(key))
            after, ignored = _merged(before, given)
            blanks += ignored
            if after == before:
                continue
            changed = True
            reason = _contradiction(taken.sheet.year, Subject(subject), after)
            if not reason:
                values[key] = after
            (kept if reason else changes).extend(
                Line(
                    line=row.line,
                    pupil=member.pupil_id,
                    what=f"{Subject(subject).label} {words}",
                    before=_text(before[name]),
                    after=_text(after[name]),
                    reason=reason,
                )
                for name, words in FIELDS.items()
                if before[name] != after[name]
            )
        unchanged += not changed
    preview = Preview(
        mode=mode,
        changes=tuple(changes),
        unchanged=unchanged,
        blanks=blanks,
        kept=tuple(kept),
        skipped=taken.skipped,
        not_matched=taken.not_matched,
    )
    return Planned(preview=preview, work=ResultWork(taken=taken, stored=stored, values=values))


def apply(file: Import, planned: Planned, *, by: By, classes: Some[str] | None = None) -> None:
    """Take results as planned."""
    del classes
    work: ResultWork = planned.work
    now = timezone.now()
    made: list[Result] = []
    changed: list[Result] = []
    history: list[ResultChange] = []
    rows: dict[int, ImportRow] = {}
    lines = {member.pk: row for row, member in work.taken.rows}
    for (member, subject), after in work.values.items():
        stored = work.stored.get((member, subject))
        before = values_of(stored) if stored else {}
        result = stored or Result(cohort_pupil_id=member, subject=subject, version=0)
        _set(result, after)
        result.version += 1
        result.changed_at, result.import_file = now, file
        (changed if stored else made).append(result)
        history.append(_change(result, before, after, by, file))
        row = rows.setdefault(member, lines[member])
        row.before = {**row.before, subject: before}
        row.after = {**row.after, subject: after}
        row.applied = True
    Result.objects.bulk_create(made)
    Result.objects.bulk_update(changed, (*FIELDS, "version", "changed_at", "import_file"))
    ResultChange.objects.bulk_create(history)
    write_rows(list(rows.values()))


def way_back(file: Import, classes: Some[str] | None = None) -> WayBack:
    """What undoing would do: a result that was changed since keeps what it holds."""
    members = {member.pk for member in members_for(sheet_for(file), classes).values()}
    lines = dict(file.rows.filter(applied=True).values_list("pupil", "line"))
    rows = ResultChange.objects.filter(import_file=file).select_related("result__cohort_pupil")
    restores: list[Line] = []
    since: list[Line] = []
    back: list[ResultChange] = []
    for row in rows:
        result = row.result
        reason = _SINCE if result.version != row.version else ""
        reason = reason if result.cohort_pupil_id in members else _GONE
        now, then = values_of(result), {**_NOTHING, **row.before}
        told = [
            Line(
                line=lines.get(result.cohort_pupil.pupil_id, 0),
                pupil=result.cohort_pupil.pupil_id,
                what=f"{Subject(result.subject).label} {words}",
                before=_text(now[name]),
                after=_text(then[name]),
                reason=reason,
            )
            for name, words in FIELDS.items()
            if now[name] != then[name]
        ]
        (since if reason else restores).extend(told)
        if not reason:
            back.append(row)
    return WayBack(restores=tuple(restores), changed_since=tuple(since), work=back)


def undo(file: Import, way: WayBack, *, by: By, classes: Some[str] | None = None) -> None:
    """Go the way back: a result the file made is there no more, every other is as it was."""
    del classes, file
    now = timezone.now()
    gone, changed, history = [], [], []
    for row in way.work:
        result = row.result
        if not row.before:
            gone.append(result.pk)
            continue
        earlier = result.changes.filter(version=row.version - 1).first()
        _set(result, row.before)
        result.version += 1
        result.changed_at = now
        result.import_file = earlier.import_file if earlier else None
        changed.append(result)
        history.append(_change(result, row.after, row.before, by, None))
    Result.objects.filter(pk__in=gone).delete()
    Result.objects.bulk_update(changed, (*FIELDS, "version", "changed_at", "import_file"))
    ResultChange.objects.bulk_create(history)


def values_of(result: Result | None) -> Values:
    """The values of a result; those of none where there is no result."""
    return dict(_NOTHING) if result is None else {name: getattr(result, name) for name in FIELDS}


def _stored(members: Any) -> dict[tuple[int, str], Result]:
    keys = [member.pk for member in members]
    rows = Result.objects.filter(cohort_pupil__in=keys)
    return {(row.cohort_pupil_id, row.subject): row for row in rows}


def _merged(before: Values, given: Values) -> tuple[Values, int]:
    """The values after a file, and how many stored values its blanks leave as they are."""
    if given["outcome"] and before["outcome"] and given["outcome"] != before["outcome"]:
        return dict(given), 0
    blank = (None, "")
    after = {name: before[name] if given[name] in blank else given[name] for name in FIELDS}
    ignored = sum(given[name] in blank and before[name] not in blank for name in FIELDS)
    return after, ignored


def _contradiction(year: int, subject: Subject, values: Values) -> str:
    """Why a result cannot be true; nothing where it can."""
    try:
        result_of_test(
            year,
            subject,
            values["outcome"] or None,
            values["scaled_score"],
            mark=values["raw_mark"],
        )
    except KeystageError as error:
        return error.what
    return ""


def _set(result: Result, values: Values) -> None:
    for name, value in values.items():
        setattr(result, name, value)


def _change(
    result: Result, before: Values, after: Values, by: By, file: Import | None
) -> ResultChange:
    return ResultChange(
        result=result,
        before=before,
        after=after,
        version=result.version,
        at=timezone.now(),
        by=by.who,
        import_file=file,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
