"""Taking a file into what was received: rows of pupils, judgements and changes, written at once."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from keystage.actions import prepared_rows
from keystage.actions.by import By
from keystage.actions.gateway.taking.merging import Change, Held, Taken, merge
from keystage.store.models import (
    ReceivedChange,
    ReceivedJudgement,
    ReceivedPupil,
    SchoolReturn,
    Submission,
)

_UPN = 13
_LONGEST_VALUE = 150
_OF_PUPIL = (
    "id",
    "school_return",
    "upn",
    "former_upn",
    "surname",
    "forename",
    "birth_date",
    "sex",
    "left_on",
    "first",
    "last",
    "removed_reason",
    "removed_detail",
)
_REFRESHED = ("upn", "former_upn", "surname", "forename", "birth_date", "sex", "left_on", "last")
_OF_JUDGEMENT = ("pupil", "subject", "code", "p_scale", "submission", "version")
_OF_CHANGE = ("pupil", "submission", "field", "before", "after", "at", "by")
_KEPT = ("pk", "upn", "former_upn", "surname", "forename", "birth_date", "sex", "left_on")


def held_by(school_return: SchoolReturn) -> list[Held]:
    """All that was received of a return, removed pupils too."""
    codes: dict[UUID, dict[str, tuple[str, str]]] = {}
    judgements = ReceivedJudgement.objects.filter(pupil__school_return=school_return)
    for pupil, subject, *value in judgements.values_list("pupil", "subject", "code", "p_scale"):
        codes.setdefault(pupil, {})[subject] = (value[0], value[1])
    found = school_return.pupils.order_by("pk").values_list("removed_at", *_KEPT)
    return [
        Held(
            pk=pk,
            facts={name: _text(value) for name, value in zip(_KEPT[1:], facts, strict=True)},
            removed=removed is not None,
            codes=codes.get(pk, {}),
        )
        for removed, pk, *facts in found
    ]


def plan(submission: Submission) -> list[Taken]:
    """What taking a file would change, pupil by pupil."""
    held = held_by(submission.school_return) if submission.school_return.version else []
    return merge(submission.pupils, held, submission.same_as)


def write(submission: Submission, taken: Sequence[Taken], *, at: datetime, by: By) -> None:
    """Write what a file changes. The return is locked; the transaction is the caller's."""
    now, source = prepared_rows.moment(at), prepared_rows.key(submission.pk)
    pupils = prepared_rows.keys(uuid4() if one.held is None else one.held.pk for one in taken)
    everybody = list(zip(pupils, taken, strict=True))
    prepared_rows.add(
        ReceivedPupil,
        _OF_PUPIL,
        [
            (pk, submission.school_return_id, *_facts(one), source, source, "", "")
            for pk, one in everybody
            if one.held is None
        ],
    )
    prepared_rows.refresh(
        ReceivedPupil,
        _REFRESHED,
        [(*_facts(one), source, pk) for pk, one in everybody if one.held is not None],
    )
    prepared_rows.add(
        ReceivedJudgement,
        _OF_JUDGEMENT,
        [(pk, *value, source, 1) for pk, one in everybody for value in one.new],
    )
    _replace(submission, taken)
    prepared_rows.add(
        ReceivedChange,
        _OF_CHANGE,
        [
            (pk, source, change.field, *_shortened(change), now, by.who.pk)
            for pk, one in everybody
            for change in one.changes
        ],
    )


def _replace(submission: Submission, taken: Sequence[Taken]) -> None:
    """Judgements that take the place of another."""
    changed = {
        (one.held.pk, row[0]): row[1:]
        for one in taken
        if one.held is not None
        for row in one.changed
    }
    if not changed:
        return
    held = ReceivedJudgement.objects.filter(pupil__in={pk for pk, _ in changed})
    prepared_rows.refresh(
        ReceivedJudgement,
        ("code", "p_scale", "submission", "version"),
        [
            (*changed[pupil, subject], prepared_rows.key(submission.pk), version + 1, pk)
            for pk, pupil, subject, version in held.values_list("pk", "pupil", "subject", "version")
            if (pupil, subject) in changed
        ],
    )


def _shortened(change: Change) -> tuple[str, str]:
    return change.before[:_LONGEST_VALUE], change.after[:_LONGEST_VALUE]


def _facts(one: Taken) -> tuple[object, ...]:
    """The facts of a pupil as they are written, in the order of `_REFRESHED`."""
    facts = one.facts
    return (
        facts["upn"],
        facts["former_upn"] if len(facts["former_upn"]) <= _UPN else "",
        facts["surname"],
        facts["forename"],
        _day(facts["birth_date"]),
        facts["sex"],
        _day(facts["left_on"]),
    )


def _day(text: str) -> object:
    return prepared_rows.day(date.fromisoformat(text)) if text else None


def _text(value: object) -> str:
    return "" if value is None else str(value)
