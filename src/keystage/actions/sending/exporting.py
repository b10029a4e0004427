"""Making the return of a sheet: everybody in it, checked as it will be, numbered, kept.

Making a file sends nothing. Each file stays as it was; a newer serial supersedes it.
"""

import hashlib
from collections.abc import Collection as Some
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keystage.actions.acceptances import standing
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.returns import (
    check,
    cohort_of,
    collection_of,
    content_of,
    expected_of,
    return_of,
    seal_of,
)
from keystage.actions.settings import FIRST_SERIAL, value_of
from keystage.flows.returns.made import MadeReturn, Making, make_return
from keystage.formats.ctf.header import School
from keystage.formats.ctf.names import FileName, format_name, next_serial
from keystage.formats.ctf.profile import load_profile
from keystage.store.models import (
    CohortPupil,
    ExportedPupil,
    Organisation,
    ReturnFile,
    Sheet,
    SignOff,
)

RETURN = "return"
_LA = 3


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Who is chosen, held against who is expected.

    Attributes:
        chosen: the pupils who are to be in the file.
        left_out: pupils of the cohort who are not.
        earlier: those of them who were in the file before this one.
    """

    chosen: tuple[CohortPupil, ...]
    left_out: tuple[CohortPupil, ...]
    earlier: tuple[CohortPupil, ...]

    @property
    def whole(self) -> bool:
        """Whether nobody of the cohort is left out."""
        return not self.left_out


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A file as it would be made now."""

    gate: Gate
    name: str
    serial: int
    made: MadeReturn


def gate_of(sheet: Sheet, left_out: Some[int]) -> Gate:
    """Hold a choice against the cohort; ``left_out`` are keys of cohort pupils."""
    members = cohort_of(sheet)
    last = _files(sheet).first()
    before = set(last.pupils.values_list("pupil", flat=True)) if last else set()
    absent = tuple(member for member in members if member.pk in left_out)
    return Gate(
        chosen=tuple(member for member in members if member.pk not in left_out),
        left_out=absent,
        earlier=tuple(member for member in absent if member.pupil_id in before),
    )


def draft(sheet: Sheet, left_out: Some[int] = ()) -> Draft:
    """The file as it would be, with its exception log; nothing is kept."""
    gate = gate_of(sheet, left_out)
    collection, school = collection_of(sheet), sheet.school
    form = collection.format
    destination = f"{form.destination_la}{form.destination_estab}"
    serial = max(
        next_serial(
            _names_of(school),
            source=school.number,
            destination=destination,
            type_=form.name_type,
        ),
        value_of(school, FIRST_SERIAL),
    )
    name = format_name(
        FileName(source=school.number, type=form.name_type, destination=destination, serial=serial)
    )
    making = Making(
        collection=collection,
        profile=load_profile(),
        school=School(
            la=school.number[:_LA], estab=school.number[_LA:], urn=school.code, name=school.name
        ),
        name=name,
        made_at=timezone.localtime(),
        expected=expected_of(sheet),
    )
    made = make_return(return_of(sheet, list(gate.chosen)), making)
    return Draft(gate=gate, name=name, serial=serial, made=made)


@transaction.atomic
def make(
    *, sheet: Sheet, key: UUID, by: By, left_out: Some[int] = (), because: str = ""
) -> ReturnFile:
    """Make the return and keep it; asking twice with one key makes one file.

    Args:
        sheet: what it is made of.
        key: the identity the file will have, chosen when the form was shown.
        by: who makes it.
        left_out: keys of cohort pupils who are not to be in it.
        because: why pupils are left out, in the words of the person who takes that upon them.

    Raises:
        RefusedError: the headteacher has not signed what the sheet holds, a judgement is missing,
            the check is red, pupils are left out without a reason, or the file would have fewer
            pupils than the one before.
    """
    locked = locking(Sheet.objects).select_related("school").get(pk=sheet.pk)
    there = ReturnFile.objects.filter(pk=key, sheet=locked).first()
    if there is not None:
        return there
    if not locked.is_checked:
        check(locked, by=by)
        locked.refresh_from_db()
    _refuse_unsigned(locked)
    plan = draft(locked, left_out)
    _refuse_unfit(plan, because)
    now = timezone.now()
    _files(locked).filter(superseded_at__isnull=True).update(superseded_at=now)
    file = ReturnFile.objects.create(
        pk=key,
        sheet=locked,
        profile=RETURN,
        serial=plan.serial,
        name=plan.name,
        sha256=hashlib.sha256(plan.made.content).hexdigest(),
        content=plan.made.content,
        counts=counts_of(plan),
        exceptions=log_rows(plan.made, locked),
        content_version=locked.content_version,
        made_at=now,
        made_by=by.who,
        accepted_by=by.who if plan.gate.left_out else None,
        accepted_because=because if plan.gate.left_out else "",
    )
    ExportedPupil.objects.bulk_create(
        ExportedPupil(return_file=file, pupil=member.pupil, upn=member.pupil.upn)
        for member in plan.gate.chosen
    )
    record(
        "return made",
        by=by,
        organisation=locked.school,
        year=locked.year,
        subject=file.name,
        after={"sha256": file.sha256, **file.counts},
    )
    return file


@transaction.atomic
def fetched(file: ReturnFile, *, by: By) -> None:
    """Write that a file was taken out of the service."""
    record(
        "return downloaded",
        by=by,
        organisation=file.sheet.school,
        year=file.sheet.year,
        subject=file.name,
        after={"sha256": file.sha256},
    )


def counts_of(plan: Draft) -> dict[str, int]:
    """How many were processed, are in the file, are not, and were left out by choice."""
    return {
        "processed": plan.made.processed,
        "in_file": plan.made.in_file,
        "not_exported": plan.made.not_exported,
        "left_out": len(plan.gate.left_out),
    }


def log_rows(made: MadeReturn, sheet: Sheet) -> list[dict[str, Any]]:
    """The exception log as it is kept: dates as text, and who accepted a line with which words."""
    accepted = [
        (one.cohort_pupil.pupil.upn, f"{one.code}: {one.what}", f"{one.by}: {one.reason}")
        for one in standing(sheet).values()
        if one.cohort_pupil is not None
    ]
    return [
        {
            **row,
            "birth_date": row["birth_date"].isoformat() if row["birth_date"] else None,
            "accepted": next(
                (
                    words
                    for upn, said, words in accepted
                    if upn == row["upn"] and row["message"].startswith(said)
                ),
                "",
            ),
        }
        for row in made.log.iter_rows(named=True)
    ]


def _files(sheet: Sheet) -> Any:
    return ReturnFile.objects.filter(sheet=sheet, profile=RETURN).order_by("-serial")


def _names_of(school: Organisation) -> Any:
    """The names of all files of a school: no season gives a name that another one gave."""
    return ReturnFile.objects.filter(sheet__school=school).values_list("name", flat=True)


def _refuse_unsigned(sheet: Sheet) -> None:
    """Refuse what no headteacher's signature holds for, or was not what the signature is under."""
    signed = sheet.sign_offs.filter(kind=SignOff.Kind.HEADTEACHER, broken_at__isnull=True)
    seal = seal_of(content_of(cohort_of(sheet)))
    if seal not in signed.values_list("seal", flat=True):
        raise RefusedError(
            "The headteacher has not signed what the mark sheet holds now.",
            todo="Ask the headteacher to sign it, then make the file.",
        )


def _refuse_unfit(plan: Draft, because: str) -> None:
    if plan.gate.earlier:
        raise RefusedError(
            f"{len(plan.gate.earlier)} of the pupils of the last file would not be in this one. "
            "A return always carries the whole cohort.",
            todo="Put them back, or take a pupil who should not be reported out of the cohort.",
        )
    if plan.gate.left_out and not because.strip():
        raise RefusedError(
            f"{len(plan.gate.left_out)} pupils of the cohort would not be in the file.",
            todo="Put them back, or say why they are left out.",
        )
    if not plan.made.fit:
        raise RefusedError(
            "The file would be refused.", todo="Put right what the exception log says first."
        )
