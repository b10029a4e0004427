"""Signing the sheet: each class by its teacher, then the whole by the headteacher.

A signature is put under what the sheet held at that moment; `returns.touch` breaks it when that
changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keystage.access.decide import decide, may_approve
from keystage.access.permissions import Permission
from keystage.access.rights import Condition
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.returns import check, cohort_of, content_of, seal_of, values_of
from keystage.actions.sheets.asked import missing_of
from keystage.actions.sheets.authors import authors_of
from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.severity import Severity
from keystage.store.models import CohortPupil, Sheet, SignOff
from keystage.store.rights import live_grants, place_of

Kind = SignOff.Kind
_LONGEST_COMMENT = 500
#: The checks that say that a judgement is missing, which is counted by itself.
_MISSING = ("TA-403", "TA-404")
#: How the codes of findings begin that only sum the others up.
OUTCOME = "TA-9"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A judgement that is not what was signed last."""

    member: CohortPupil | None
    upn: str
    subject: str
    signed: str
    stored: str


def sign_class(
    sheet: Sheet,
    class_name: str,
    *,
    by: By,
    classes: frozenset[str] | None,
    seen: int | None = None,
) -> SignOff:
    """Sign the judgements of a class as its teacher; signing twice changes nothing.

    Args:
        sheet: the sheet.
        class_name: the class.
        by: who signs.
        classes: the classes the person may sign; None for all.
        seen: the version of the sheet the person looked at; None where nobody looked at a page.

    Raises:
        RefusedError: it is not the person's class, it has no pupils, a judgement is missing, or a
            check found an error.
        ChangedMeanwhileError: the sheet changed since the person looked at it.
    """
    if not class_name or (classes is not None and class_name not in classes):
        raise RefusedError("You may not sign this class.", todo="Ask its class teacher to sign.")
    return _sign(sheet, Kind.CLASS_TEACHER, class_name, seen=seen, by=by)


def sign_head(sheet: Sheet, *, by: By, seen: int | None = None) -> SignOff:
    """Sign the whole sheet as the headteacher; signing twice changes nothing.

    Every class is signed before. Where the role says so, a person who entered one of the
    judgements does not sign them.

    Raises:
        RefusedError: a class is not signed, a pupil has no class, the person entered a judgement, a
            judgement is missing, or a check found an error.
        ChangedMeanwhileError: the sheet changed since the person looked at it.
    """
    return _sign(sheet, Kind.HEADTEACHER, "", seen=seen, by=by)


@transaction.atomic
def send_back(sheet: Sheet, *, class_name: str, comment: str, by: By) -> SignOff:
    """Give a signed class back to its teacher with a comment: its signatures are broken.

    A signature of the headteacher over it breaks with them.

    Raises:
        RefusedError: the class is not signed, or there is no comment.
    """
    if not comment.strip():
        raise RefusedError("Say what the class teacher has to look at.", todo="Enter a comment.")
    locked = locking(Sheet.objects).select_related("school").get(pk=sheet.pk)
    signed = standing(locked, Kind.CLASS_TEACHER, class_name)
    if signed is None:
        raise RefusedError(
            "The class is not signed, so it cannot be sent back.",
            todo="Tell its class teacher what to look at.",
        )
    now = timezone.now()
    over = Q(kind=Kind.HEADTEACHER) | Q(kind=Kind.CLASS_TEACHER, class_name=class_name)
    locked.sign_offs.filter(over, broken_at__isnull=True).update(broken_at=now, broken_by=by.who)
    signed.broken_at, signed.broken_by = now, by.who
    signed.comment = comment.strip()[:_LONGEST_COMMENT]
    signed.save()
    _tell("signature sent back", locked, class_name, by)
    return signed


def standing(sheet: Sheet, kind: SignOff.Kind, class_name: str = "") -> SignOff | None:
    """The signature that holds, if there is one."""
    return sheet.sign_offs.filter(kind=kind, class_name=class_name, broken_at__isnull=True).first()


def changed_since(sheet: Sheet, kind: SignOff.Kind, class_name: str = "") -> list[Difference]:
    """What is not as it was signed last by pupil and subject; nothing where nobody ever signed."""
    last = sheet.sign_offs.filter(kind=kind, class_name=class_name).order_by("at", "pk").last()
    if last is None:
        return []
    members = {
        member.pupil.upn or str(member.pupil_id): member
        for member in _signed_for(cohort_of(sheet), kind, class_name)
    }
    stored = content_of(list(members.values()))
    found = []
    for upn in sorted({*last.content, *stored}, key=lambda one: _order(members.get(one))):
        before, after = last.content.get(upn, {}), stored.get(upn, {})
        found += [
            Difference(
                member=members.get(upn),
                upn=upn,
                subject=subject,
                signed=before.get(subject, ""),
                stored=after.get(subject, ""),
            )
            for subject in sorted({*before, *after})
            if before.get(subject, "") != after.get(subject, "")
        ]
    return found


def obstacles(
    sheet: Sheet,
    members: Sequence[CohortPupil],
    everybody: Sequence[CohortPupil],
    findings: ReturnFindings,
) -> list[str]:
    """What stands against signing for some pupils, as sentences.

    Args:
        sheet: the sheet.
        members: the pupils who are signed for.
        everybody: all pupils of the sheet, in the order of `cohort_of`.
        findings: what the checks found of the whole sheet.
    """
    found = []
    if not members:
        found.append("There are no pupils to sign for.")
    missing = len(missing_of(sheet, members))
    if missing:
        found.append(_counted(missing, "judgement is missing.", "judgements are missing."))
    faults = _faults(members, everybody, findings)
    if faults:
        found.append(_counted(faults, "error has to be put right.", "errors have to be put right."))
    return found


def unsigned_classes(sheet: Sheet, everybody: Sequence[CohortPupil]) -> list[str]:
    """The classes nobody has signed for; an empty name stands for pupils without a class."""
    signed = sheet.sign_offs.filter(kind=Kind.CLASS_TEACHER, broken_at__isnull=True)
    there = {member.pupil.class_name for member in everybody}
    return sorted(there - set(signed.values_list("class_name", flat=True)) | ({""} & there))


def entered_what_is_signed(sheet: Sheet, by: By) -> bool:
    """Whether the role forbids to sign what one entered, and the person entered some of it."""
    decision = decide(
        live_grants(by.who, timezone.localdate()),
        Permission.SIGN_HEAD,
        place_of(sheet.school),
        season=sheet.year,
        on=timezone.localdate(),
    )
    if Condition.ANOTHER_PERSON not in decision.conditions:
        return False
    return not may_approve(by.who.pk, authors_of(sheet))


def against_the_whole(sheet: Sheet, everybody: Sequence[CohortPupil], by: By) -> list[str]:
    """What stands against the headteacher's signature beside `obstacles`, as sentences."""
    found = []
    left = unsigned_classes(sheet, everybody)
    named = [name for name in left if name]
    if named:
        found.append(f"Not signed by a class teacher yet: {', '.join(named)}.")
    if "" in left:
        found.append("Some pupils are in no class, so no class teacher can sign for them.")
    missing = {key for key, _ in missing_of(sheet, everybody)}
    bare = [one for one in everybody if one.pk not in missing and not values_of(one)]
    if bare:
        pupils = _counted(len(bare), "pupil has", "pupils have")
        found.append(
            f"{pupils} no judgement and none is due, so no return can hold them: correct the "
            "registration, or take them out of the cohort."
        )
    if entered_what_is_signed(sheet, by):
        found.append(
            "You entered or changed judgements yourself, so another person has to sign the sheet."
        )
    return found


@transaction.atomic
def _sign(
    sheet: Sheet, kind: SignOff.Kind, class_name: str, *, seen: int | None, by: By
) -> SignOff:
    locked = locking(Sheet.objects).select_related("school").get(pk=sheet.pk)
    signed = standing(locked, kind, class_name)
    if signed is not None and signed.by == by.who:
        return signed
    if seen is not None and locked.content_version != seen:
        raise ChangedMeanwhileError(
            "The mark sheet changed while you were looking at it.",
            todo="Look at what changed, then sign.",
        )
    everybody = cohort_of(locked)
    members = _signed_for(everybody, kind, class_name)
    against = obstacles(locked, members, everybody, check(locked, by=by))
    if kind == Kind.HEADTEACHER:
        against = against_the_whole(locked, everybody, by) + against
    if against:
        raise RefusedError(" ".join(against), todo="Put this right first, then sign.")
    content = content_of(members)
    made = SignOff.objects.create(
        sheet=locked,
        kind=kind,
        class_name=class_name,
        by=by.who,
        at=timezone.now(),
        seal=seal_of(content),
        content=content,
    )
    _tell("sheet signed", locked, class_name, by)
    return made


def _signed_for(
    everybody: Sequence[CohortPupil], kind: SignOff.Kind, class_name: str
) -> list[CohortPupil]:
    if kind == Kind.HEADTEACHER:
        return list(everybody)
    return [member for member in everybody if member.pupil.class_name == class_name]


def _faults(
    members: Sequence[CohortPupil], everybody: Sequence[CohortPupil], findings: ReturnFindings
) -> int:
    """The errors about some pupils; about the sheet too, where all of them are signed for."""
    keys = {member.pk for member in members}
    numbers = [number for number, member in enumerate(everybody) if member.pk in keys]
    red = findings.frame.filter(
        (pl.col("severity") == str(Severity.RED))
        & ~pl.col("code").str.starts_with(OUTCOME)
        & ~pl.col("code").is_in(_MISSING)
    )
    concerned = pl.col("pupil").is_in(numbers)
    if len(numbers) == len(everybody):
        concerned = concerned | pl.col("pupil").is_null()
    return red.filter(concerned).height


def _order(member: CohortPupil | None) -> tuple[bool, str, str]:
    if member is None:
        return (True, "", "")
    return (False, member.pupil.surname, member.pupil.forename)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _tell(what: str, sheet: Sheet, class_name: str, by: By) -> None:
    record(
        what,
        by=by,
        organisation=sheet.school,
        year=sheet.year,
        subject=f"class {class_name}" if class_name else "sheet",
        after={"version": sheet.content_version},
    )
