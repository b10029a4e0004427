"""The lists of a season side by side: roll, registration, attendance register, mark sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.packs import year_group_of
from keystage.actions.returns import collection_of, values_of
from keystage.actions.roll.cohort_history import TESTS, lock
from keystage.actions.roll.facts import facts_of, from_json
from keystage.core.subjects import ASSESSED, Subject
from keystage.flows.roll.comparing.differences import KINDS
from keystage.flows.roll.comparing.reconcile import Reconciliation, reconcile
from keystage.flows.roll.comparing.standings import OnSheet, Registered
from keystage.flows.roll.pupils import Facts, Stored
from keystage.store.models import (
    CohortPupil,
    Import,
    ImportRow,
    Pupil,
    RegistrationChange,
    Sheet,
)

#: The field of the history under which the explanation of a difference is kept.
EXPLAINED = "explained"
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The three lists compared.

    Attributes:
        found: who stands where, and what differs.
        pupils: the pupils of the roll, by the key under which the lists name them.
        members: the cohort pupils, likewise.
        list_file: the registration list that was compared, if one was brought in.
        reasons: why a difference is right as it is, by who and kind.
    """

    found: Reconciliation
    pupils: Mapping[str, Pupil]
    members: Mapping[str, CohortPupil]
    list_file: Import | None
    reasons: Mapping[tuple[str, str], str]


def compare(sheet: Sheet) -> Compared:
    """Lay the roll, registration, attendance register and mark sheet of a season side by side.

    The roll is the year group, with those who left after the tests, and everybody who ever was in
    the cohort. The registration is that of the cohort; identities are those of the registration
    list that was brought in last.
    """
    members = {
        str(one.pupil_id): one
        for one in sheet.cohort.select_related("pupil").prefetch_related("judgements", "attendance")
    }
    pupils = {
        str(pupil.pk): pupil
        for pupil in Pupil.objects.filter(
            Q(pk__in=year_group_of(sheet).values("pk"))
            | Q(pk__in=[one.pupil_id for one in members.values()])
        )
    }
    file = _last_list(sheet)
    reasons = _reasons(members)
    found = reconcile(
        [Stored(key=key, facts=facts_of(pupil)) for key, pupil in pupils.items()],
        _registered(members, file),
        _on_sheet(members),
        collection_of(sheet),
        attended=_attended(members),
        explained=list(reasons),
    )
    return Compared(found=found, pupils=pupils, members=members, list_file=file, reasons=reasons)


@transaction.atomic
def explain(*, sheet: Sheet, member: int, kind: str, reason: str, by: By) -> None:
    """Say why a difference is right as it is; an empty reason takes an explanation back.

    Raises:
        RefusedError: there is no such pupil or kind of difference.
    """
    locked = lock(sheet)
    found = locked.cohort.filter(pk=member).first()
    if found is None or kind not in KINDS:
        raise RefusedError("There is no such difference.", todo="Compare the lists again.")
    before = _reasons({str(found.pupil_id): found}).get((str(found.pupil_id), kind), "")
    after = " ".join(reason.split())[:_LONGEST]
    if before == after:
        return
    RegistrationChange.objects.create(
        cohort_pupil=found,
        field=EXPLAINED,
        before=kind if before else "",
        after=kind if after else "",
        reason=after,
        at=timezone.now(),
        by=by.who,
    )
    record(
        "difference explained" if after else "explanation taken back",
        by=by,
        organisation=locked.school,
        year=locked.year,
        after={"kind": kind},
    )


def _last_list(sheet: Sheet) -> Import | None:
    return (
        Import.objects.filter(
            school=sheet.school,
            year=sheet.year,
            kind=Import.Kind.REGISTRATION,
            state=Import.State.APPLIED,
        )
        .order_by("-applied_at")
        .first()
    )


def _registered(members: Mapping[str, CohortPupil], file: Import | None) -> list[Registered]:
    """The registration: the cohort's, with identities as the list has them, and strangers."""
    rows = list(file.rows.exclude(decision=ImportRow.Decision.SKIP)) if file else []
    listed = {str(row.pupil_id): row for row in rows if row.pupil_id}
    found = []
    for key, member in members.items():
        tests = _tests(member)
        if tests and not member.removed:
            facts = _facts(listed[key]) if key in listed else facts_of(member.pupil)
            one = Registered(facts=facts, tests=tests, on_register=member.on_register, key=key)
            found.append(one)
    strangers = (row for row in rows if str(row.pupil_id) not in members)
    return [*found, *(_stranger(row) for row in strangers)]


def _stranger(row: ImportRow) -> Registered:
    brings = row.values["brings"]
    return Registered(
        facts=_facts(row),
        tests={Subject(name): code for name, code in brings.get("tests", {}).items()},
        on_register=brings.get("on_register"),
        key=str(row.pupil_id) if row.pupil_id else None,
    )


def _on_sheet(members: Mapping[str, CohortPupil]) -> list[OnSheet]:
    known = {str(subject) for subject in ASSESSED}
    return [
        OnSheet(
            facts=facts_of(member.pupil),
            judgements={
                Subject(name): code for name, code in values_of(member).items() if name in known
            },
            key=key,
        )
        for key, member in members.items()
        if not member.removed
    ]


def _attended(members: Mapping[str, CohortPupil]) -> dict[str, bool]:
    """Who is on the attendance register: as it was confirmed, or else by the codes entered."""
    found: dict[str, bool] = {}
    for key, member in members.items():
        if member.removed:
            continue
        entered = any(one.code for one in member.attendance.all())
        if member.on_register is not None or entered:
            found[key] = entered if member.on_register is None else member.on_register
    return found


def _tests(member: CohortPupil) -> dict[Subject, str]:
    return {Subject(test): getattr(member, test) for test in TESTS if getattr(member, test)}


def _facts(row: ImportRow) -> Facts:
    return Facts().changed(from_json(row.values["facts"]))


def _reasons(members: Mapping[str, CohortPupil]) -> dict[tuple[str, str], str]:
    """Why differences are right: as a person said, or as a pupil was taken out of the cohort."""
    said = _said(one.pk for one in members.values())
    found: dict[tuple[str, str], str] = {}
    for key, member in members.items():
        if member.removed:
            found[key, "not_registered"] = member.reason
        found |= {(key, kind): why for kind, why in said.get(member.pk, {}).items()}
    return found


def _said(members: Iterable[int]) -> dict[int, dict[str, str]]:
    """The explanations in force, by cohort pupil and kind."""
    found: dict[int, dict[str, str]] = {}
    rows = RegistrationChange.objects.filter(cohort_pupil__in=list(members), field=EXPLAINED)
    for row in rows.order_by("at", "pk"):
        kinds = found.setdefault(row.cohort_pupil_id, {})
        if row.after:
            kinds[row.after] = row.reason
        else:
            kinds.pop(row.before, None)
    return found
