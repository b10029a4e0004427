"""What people accepted of what the checks ask about: which of it holds, and what breaks it."""

import hashlib
from collections.abc import Collection as Some
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.checks.returns.findings import ReturnFindings
from keystage.core.subjects import ASSESSED
from keystage.store.models import Acceptance, CohortPupil, Judgement, Sheet

#: Of a finding's frame what makes it this finding and no other.
ABOUT = ("code", "pupil", "field", "value", "message")
_DIGITS = 16


def key_of(code: str, member: int | None, field: str, value: str, what: str) -> str:
    """What a finding is told by: its check, the cohort pupil, and all that it says.

    A finding about another value, or one that says something else, has another key.
    """
    text = "\0".join((code, "" if member is None else str(member), field, value, what))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def standing(sheet: Sheet) -> dict[str, Acceptance]:
    """The acceptances that hold, by the key of their finding."""
    rows = _holding(sheet).select_related("by", "cohort_pupil__pupil")
    return {_key(one): one for one in rows}


def history(sheet: Sheet, member: int | None) -> list[Acceptance]:
    """Everything that was accepted of a pupil, or of the sheet as a whole, the newest first."""
    rows = sheet.acceptances.filter(cohort_pupil=member).select_related("by", "broken_by")
    return list(rows.order_by("-at", "-pk"))


def keys_of(findings: ReturnFindings, members: Sequence[CohortPupil]) -> list[str]:
    """The key of each finding; pupil n of the findings is member n."""
    return [
        key_of(
            code,
            None if number is None else members[number].pk,
            field or "",
            value or "",
            what or "",
        )
        for code, number, field, value, what in findings.frame.select(ABOUT).iter_rows()
    ]


def break_changed(sheet: Sheet, judgements: Some[Judgement], *, by: By) -> None:
    """Break what was accepted of judgements that change.

    What a check said of another subject of the pupil stays: the next check breaks it if it says
    something else by then.
    """
    changed = {(one.cohort_pupil_id, one.subject) for one in judgements}
    subjects = {str(subject) for subject in ASSESSED}
    pupils = {pupil for pupil, _ in changed}
    rows = _holding(sheet).filter(cohort_pupil__in=pupils)
    _break(
        sheet,
        (
            one
            for one in rows
            if (one.cohort_pupil_id, one.field.lower()) in changed
            or one.field.lower() not in subjects
        ),
        by=by,
    )


def break_gone(
    sheet: Sheet, findings: ReturnFindings, members: Sequence[CohortPupil], *, by: By
) -> None:
    """Break what was accepted and is not found, or not said so, any longer."""
    held = standing(sheet)
    if held:
        found = set(keys_of(findings, members))
        _break(sheet, (one for key, one in held.items() if key not in found), by=by)


def _holding(sheet: Sheet) -> QuerySet[Acceptance]:
    return sheet.acceptances.filter(broken_at__isnull=True)


def _key(one: Acceptance) -> str:
    return key_of(one.code, one.cohort_pupil_id, one.field, one.value, one.what)


def _break(sheet: Sheet, rows: Iterable[Acceptance], *, by: By) -> None:
    broken = list(rows)
    if not broken:
        return
    after: dict[str, Any] = {
        "acceptances": len(broken),
        "checks": sorted({one.code for one in broken}),
    }
    Acceptance.objects.filter(pk__in=[one.pk for one in broken]).update(
        broken_at=timezone.now(), broken_by=by.person
    )
    record("acceptance broken", by=by, organisation=sheet.school, year=sheet.year, after=after)
