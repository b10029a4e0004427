"""Taking a registration list: how pupils of the cohort are registered for the tests."""

from collections.abc import Collection as Some
from dataclasses import dataclass
from typing import Any

from keystage.actions.by import By
from keystage.actions.imports.shapes import Line, Planned, Preview, WayBack
from keystage.actions.imports.taken import Taken, members_for, sheet_for, taken_of, write_rows
from keystage.actions.roll.asked_registrations import Asked, ask
from keystage.actions.roll.closing import Closing, closing_of
from keystage.actions.roll.cohort_history import ON_REGISTER, TESTS, as_text
from keystage.actions.roll.registering import Registration, register
from keystage.core.subjects import Subject
from keystage.flows.roll.plans import Mode
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Import, ImportRow

Value = str | bool | None

FIELDS = (*TESTS, ON_REGISTER)
_SINCE = "it was changed since the import"
#: What the history says where nobody has to say why.
_LISTED = "A registration list was brought in."
_TAKEN_BACK = "The registration list was taken back."
_GONE = "the pupil is not in the cohort any longer"
_ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, kw_only=True)
class RegistrationWork:
    """The rows, and the values of each row that change."""

    taken: Taken
    values: dict[int, dict[str, Value]]


def plan(file: Import, mode: Mode, classes: Some[str] | None = None) -> Planned:
    """What a registration list would change; a blank of it changes nothing."""
    taken = taken_of(file, classes)
    values: dict[int, dict[str, Value]] = {}
    changes, blanks, unchanged = [], 0, 0
    for row, member in taken.rows:
        given = _given(row)
        blanks += sum(bool(as_text(getattr(member, name))) for name in FIELDS if name not in given)
        changed = {name: value for name, value in given.items() if getattr(member, name) != value}
        unchanged += not changed
        if changed:
            values[row.pk] = changed
            changes += [
                _line(row, member, name, value, file.year) for name, value in changed.items()
            ]
    preview = Preview(
        mode=mode,
        changes=tuple(changes),
        unchanged=unchanged,
        blanks=blanks,
        skipped=taken.skipped,
        not_matched=taken.not_matched,
    )
    return Planned(preview=preview, work=RegistrationWork(taken=taken, values=values))


def needs_reason(file: Import) -> bool:
    """Whether registrations are locked, so that a list is taken, or taken back, with a reason."""
    return closing_of(sheet_for(file)) is Closing.LOCKED


def asked(file: Import, classes: Some[str] | None = None) -> list[Asked]:
    """What taking a list would decide elsewhere, pupil by pupil; nothing is changed."""
    work: RegistrationWork = plan(file, "everything", classes).work
    return ask(work.taken.sheet, _wanted(work))


def asked_back(file: Import, classes: Some[str] | None = None) -> list[Asked]:
    """What taking a list back would decide elsewhere, pupil by pupil; nothing is changed."""
    return ask(sheet_for(file), way_back(file, classes).work)


def apply(
    file: Import,
    planned: Planned,
    *,
    by: By,
    classes: Some[str] | None = None,
    reason: str = "",
) -> None:
    """Take a registration list as planned.

    Raises:
        RefusedError: registrations are locked, and there is no reason.
    """
    del classes
    work: RegistrationWork = planned.work
    changed = []
    for row, member in work.taken.rows:
        values = work.values.get(row.pk)
        if values:
            row.before = {name: as_text(getattr(member, name)) for name in values}
            row.after = {name: as_text(value) for name, value in values.items()}
            row.applied = True
            changed.append(row)
    register(
        sheet=work.taken.sheet,
        registrations=_wanted(work),
        by=by,
        import_file=file,
        reason=reason if needs_reason(file) else reason or _LISTED,
    )
    write_rows(changed)


def way_back(file: Import, classes: Some[str] | None = None) -> WayBack:
    """What undoing a registration list would do."""
    members = members_for(sheet_for(file), classes)
    restores: list[Line] = []
    since: list[Line] = []
    back: dict[int, Registration] = {}
    for row in file.rows.filter(applied=True):
        member = members.get(row.pupil_id)
        values: dict[str, Value] = {}
        for name, after in row.after.items():
            now = "" if member is None else as_text(getattr(member, name))
            reason = _GONE if member is None else "" if now == after else _SINCE
            line = Line(
                line=row.line,
                pupil=row.pupil_id,
                what=_label(name),
                before=_words(name, now, file.year),
                after=_words(name, row.before[name], file.year),
                reason=reason,
            )
            (since if reason else restores).append(line)
            if not reason:
                values[name] = _value(name, row.before[name])
        if member is not None and values:
            back[member.pk] = Registration(member=member.pk, values=values, seen=member.version)
    wanted = list(back.values())
    return WayBack(restores=tuple(restores), changed_since=tuple(since), work=wanted)


def undo(
    file: Import,
    way: WayBack,
    *,
    by: By,
    classes: Some[str] | None = None,
    reason: str = "",
) -> None:
    """Go the way back.

    Raises:
        RefusedError: registrations are locked, and there is no reason.
    """
    del classes
    register(
        sheet=sheet_for(file),
        registrations=way.work,
        by=by,
        reason=reason if needs_reason(file) else reason or _TAKEN_BACK,
    )


def _wanted(work: RegistrationWork) -> list[Registration]:
    return [
        Registration(member=member.pk, values=work.values[row.pk], seen=member.version)
        for row, member in work.taken.rows
        if row.pk in work.values
    ]


def _given(row: ImportRow) -> dict[str, Value]:
    """What the list says of a pupil."""
    brings: dict[str, Any] = row.values["brings"]
    given: dict[str, Value] = dict(brings.get("tests", {}))
    if brings.get(ON_REGISTER) is not None:
        given[ON_REGISTER] = brings[ON_REGISTER]
    return given


def _line(row: ImportRow, member: CohortPupil, name: str, value: Value, year: int) -> Line:
    return Line(
        line=row.line,
        pupil=member.pupil_id,
        what=_label(name),
        before=_words(name, as_text(getattr(member, name)), year),
        after=_words(name, as_text(value), year),
    )


def _label(name: str) -> str:
    return "attendance register" if name == ON_REGISTER else f"{Subject(name).label} registration"


def _words(name: str, text: str, year: int) -> str:
    codes = load_collection(year).registrations.codes
    return codes[text].label if name in TESTS and text in codes else text


def _value(name: str, text: str) -> Value:
    return _ANSWERS[text] if name == ON_REGISTER else text
