"""A school's sheet as the return it would become: for the checks, the export and the seal."""

import hashlib
import json
from collections.abc import Collection as Some
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keystage.actions.acceptances import break_changed, break_gone, standing
from keystage.actions.attendance import unseal
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.changed_lists import list_changed
from keystage.actions.locks import locking
from keystage.actions.season.dates import collection_in_force
from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.run import run_returns
from keystage.checks.returns.severity import Severity
from keystage.core.subjects import ASSESSED
from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.held import P_SCALE, held_returns
from keystage.records.circumstances import Circumstances
from keystage.records.returns import EXPECTED, ReturnSet
from keystage.statute.collection import Collection
from keystage.store.models import CohortPupil, Judgement, Sheet, SignOff


def collection_of(sheet: Sheet) -> Collection:
    """The codes and rules of a sheet's year, its dates as they are in force."""
    return collection_in_force(sheet.school, sheet.year)


def cohort_of(sheet: Sheet, classes: Some[str] | None = None) -> list[CohortPupil]:
    """The pupils of a sheet in the order it lists them, with their judgements at hand.

    ``classes`` narrows it to some classes. Pupils who were taken out are left out.
    """
    rows = (
        sheet.cohort.filter(removed=False)
        .select_related("pupil")
        .prefetch_related("judgements")
        .order_by("pupil__surname", "pupil__forename", "pupil__upn", "pk")
    )
    return list(rows if classes is None else rows.filter(pupil__class_name__in=classes))


def values_of(member: CohortPupil) -> dict[str, str]:
    """The code of each subject that has one."""
    return {one.subject: one.code for one in member.judgements.all() if one.code}


def return_of(sheet: Sheet, members: list[CohortPupil] | None = None) -> ReturnSet:
    """The sheet as a return set; pupil n of it is member n of the list."""
    members = cohort_of(sheet) if members is None else members
    return held_returns(
        (_row(member) for member in members),
        load_profile(),
        collection_of(sheet),
        school=sheet.school.number,
        name="mark sheet",
    )


def _row(member: CohortPupil) -> dict[str, object]:
    pupil, codes = member.pupil, values_of(member)
    return {
        "upn": pupil.upn,
        "surname": pupil.surname,
        "forename": pupil.forename,
        "birth_date": pupil.birth_date,
        "sex": pupil.sex,
        "former_upn": pupil.former_upn,
        "left_on": pupil.left_on,
        **{subject: codes.get(subject, "") for subject in ASSESSED},
        **{f"{one.subject}{P_SCALE}": one.p_scale for one in member.judgements.all()},
    }


def expected_of(sheet: Sheet, members: list[CohortPupil] | None = None) -> pl.DataFrame:
    """The pupils expected, as the registrations of the sheet say it, columns `EXPECTED`.

    A test for which nobody has said how the pupil is registered is null.
    """
    members = cohort_of(sheet) if members is None else members
    rows = [
        (
            line,
            sheet.school.number,
            member.pupil.upn or None,
            member.pupil.surname or None,
            member.pupil.forename or None,
            member.pupil.birth_date,
            member.pupil.sex or None,
            member.reading or None,
            member.gps or None,
            member.maths or None,
            member.on_register,
            member.pupil.left_on,
        )
        for line, member in enumerate(members, start=1)
    ]
    return pl.DataFrame(rows, schema=dict(EXPECTED), orient="row")


def circumstances_of(sheet: Sheet) -> Circumstances:
    """What is known beyond the sheet: the day, the school, and what its headteacher signed."""
    signed = sheet.sign_offs.filter(kind=SignOff.Kind.HEADTEACHER).order_by("-at").first()
    values = None
    if signed is not None:
        rows = [
            (sheet.school.number, upn, subject, code)
            for upn, codes in signed.content.items()
            for subject, code in codes.items()
        ]
        values = pl.DataFrame(
            rows,
            schema=dict.fromkeys(("school", "upn", "subject", "result"), pl.String()),
            orient="row",
        )
    now = timezone.localtime()
    return Circumstances(
        today=now.date(), clock=now.time(), own_school=sheet.school.number, signed=values
    )


def findings_of(sheet: Sheet, members: list[CohortPupil] | None = None) -> ReturnFindings:
    """What the checks say of the sheet as it is; the same checks as before sending."""
    members = cohort_of(sheet) if members is None else members
    return run_returns(
        return_of(sheet, members),
        collection_of(sheet),
        channel="sheet",
        expected=expected_of(sheet, members),
        circumstances=circumstances_of(sheet),
    )


@transaction.atomic
def check(sheet: Sheet, *, by: By) -> ReturnFindings:
    """Check the sheet and note what the check saw, so that a later change makes it stale."""
    locked = locking(Sheet.objects).select_related("school").get(pk=sheet.pk)
    members = cohort_of(locked)
    findings = findings_of(locked, members)
    break_gone(locked, findings, members, by=by)
    locked.checked_version = locked.content_version
    locked.checked_at, locked.checked_by = timezone.now(), by.person
    locked.red = findings.count(Severity.RED)
    locked.amber = findings.count(Severity.AMBER) - len(standing(locked))
    locked.save()
    record(
        "sheet checked",
        by=by,
        organisation=locked.school,
        year=locked.year,
        after={"red": locked.red, "amber": locked.amber},
    )
    return findings


def content_of(members: list[CohortPupil]) -> dict[str, dict[str, str]]:
    """What a signature is put under: the codes of each pupil by UPN and subject."""
    return {member.pupil.upn or str(member.pupil_id): values_of(member) for member in members}


def seal_of(content: dict[str, Any]) -> str:
    """The digest of what was signed."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def touch(sheet: Sheet, *, by: By, judgements: Some[Judgement] = ()) -> None:
    """Note a change of what the sheet holds: the check becomes stale, the seals it breaks break.

    A change of judgements breaks the headteacher's seal and those of the classes of the pupils
    concerned; any other change (the cohort, an identity) breaks all, and the confirmation of the
    attendance register if it is another by that. What was accepted of those
    judgements is to be accepted again.
    """
    Sheet.objects.filter(pk=sheet.pk).update(content_version=F("content_version") + 1)
    sheet.refresh_from_db(fields=["content_version"])
    if not judgements:
        list_changed.send(
            sender=Sheet, sheet=sheet, by=by
        )  # before any record: it locks the return
        unseal(sheet, by=by)
    break_changed(sheet, judgements, by=by)
    classes = {one.cohort_pupil.pupil.class_name for one in judgements}
    broken = sheet.sign_offs.filter(broken_at__isnull=True)
    if judgements:
        broken = broken.exclude(
            pk__in=broken.filter(kind=SignOff.Kind.CLASS_TEACHER)
            .exclude(class_name__in=classes)
            .values("pk")
        )
    keys = list(broken.values_list("pk", flat=True))
    if keys and by.person is not None:
        SignOff.objects.filter(pk__in=keys).update(broken_at=timezone.now(), broken_by=by.person)
        record(
            "seal broken",
            by=by,
            organisation=sheet.school,
            year=sheet.year,
            after={"signatures": len(keys)},
        )
