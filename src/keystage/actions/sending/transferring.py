"""The file that goes with pupils to their next school: chosen, made, numbered, kept."""

import hashlib
import re
from collections.abc import Collection as Some
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.returns import collection_of, values_of
from keystage.core.subjects import ASSESSED, TESTED
from keystage.flows.returns.moving import MOVING, Moving, MovingFile, moving_file
from keystage.formats.ctf.contents import contents
from keystage.formats.ctf.header import Header, School
from keystage.formats.ctf.names import FileName, format_name, next_serial
from keystage.formats.ctf.profile import load_profile
from keystage.statute.loader import load_year, releases_of
from keystage.store.models import CohortPupil, ExportedPupil, ReturnFile, Sheet

TRANSFER = "transfer"
_LA, _TYPE = 3, "CTF"
_NUMBER = re.compile(r"[0-9]{7}", re.ASCII)
_FACTS = tuple(name for name in MOVING if name not in {"pupil", "line"})
_RESULTS = {
    "pupil": pl.UInt32(),
    "subject": pl.String(),
    "mark": pl.UInt16(),
    "score": pl.UInt16(),
    "outcome": pl.String(),
}


def leavers_and_year_of(sheet: Sheet) -> list[CohortPupil]:
    """Everybody a file can be made of: the season's pupils, those taken out of the cohort too."""
    return list(
        sheet.cohort.select_related("pupil")
        .prefetch_related("judgements", "results")
        .order_by("pupil__surname", "pupil__forename", "pupil__upn", "pk")
    )


def destinations() -> dict[str, str]:
    """What stands for a receiving school without a number, in words."""
    told = contents().transfer.destinations
    return {
        told.unknown: "The next school is not known",
        told.outside: "The next school is outside the state-funded schools of England and Wales",
    }


@transaction.atomic
def make(*, sheet: Sheet, key: UUID, by: By, pupils: Some[int], destination: str) -> ReturnFile:
    """Make the file that goes with pupils, and keep it; asking twice with one key makes one.

    Only what the regulations' list names is in it, and of that only what the service keeps: never
    an attachment, a contact or an address.

    Args:
        sheet: the season whose judgements and results go.
        key: the identity the file will have, chosen when the form was shown.
        by: who makes it.
        pupils: keys of cohort pupils.
        destination: the number of the receiving school, or one of `destinations`.

    Raises:
        RefusedError: nobody is chosen, the destination is none or the school itself, or nobody can
            be written.
    """
    locked = locking(Sheet.objects).select_related("school").get(pk=sheet.pk)
    there = ReturnFile.objects.filter(pk=key, sheet=locked).first()
    if there is not None:
        return there
    members = [one for one in leavers_and_year_of(locked) if one.pk in pupils]
    _refuse(locked, members, destination)
    name, serial = _named(locked, destination)
    made = moving_file(
        _moving(locked, members, destination), collection_of(locked), load_profile(), name
    )
    if not made.in_file:
        raise RefusedError(
            "Nobody of those chosen can be written: "
            + " ".join(dict.fromkeys(made.left["message"])),
            todo="Put that right on the roll first.",
        )
    file = ReturnFile.objects.create(
        pk=key,
        sheet=locked,
        profile=TRANSFER,
        destination=destination,
        serial=serial,
        name=name,
        sha256=hashlib.sha256(made.content).hexdigest(),
        content=made.content,
        counts={
            "processed": len(members),
            "in_file": len(made.in_file),
            "not_exported": len(members) - len(made.in_file),
            "left_out": 0,
        },
        exceptions=_log(made, members, name),
        content_version=locked.content_version,
        made_at=timezone.now(),
        made_by=by.who,
    )
    ExportedPupil.objects.bulk_create(
        ExportedPupil(return_file=file, pupil=members[n].pupil, upn=members[n].pupil.upn)
        for n in made.in_file
    )
    record(
        "transfer file made",
        by=by,
        organisation=locked.school,
        year=locked.year,
        subject=file.name,
        after={"sha256": file.sha256, "destination": destination, **file.counts},
    )
    return file


@transaction.atomic
def fetched(file: ReturnFile, *, by: By) -> None:
    """Write that a file was taken out of the service."""
    record(
        "transfer file downloaded",
        by=by,
        organisation=file.sheet.school,
        year=file.sheet.year,
        subject=file.name,
        after={"sha256": file.sha256},
    )


def _refuse(sheet: Sheet, members: Sequence[CohortPupil], destination: str) -> None:
    if not members:
        raise RefusedError("Nobody is chosen.", todo="Select at least one pupil.")
    if destination not in destinations() and not _NUMBER.fullmatch(destination):
        raise RefusedError(
            "The number of the next school is not one.",
            todo="Enter its DfE number, seven digits: three of the authority, four of the school.",
        )
    if destination == sheet.school.number:
        raise RefusedError(
            "This is your own school's number.", todo="Enter the number of the next school."
        )


def _named(sheet: Sheet, destination: str) -> tuple[str, int]:
    """The name of the next file to a school, and its number."""
    files = ReturnFile.objects.filter(sheet__school=sheet.school, profile=TRANSFER)
    serial = next_serial(
        files.values_list("name", flat=True),
        source=sheet.school.number,
        destination=destination,
        type_=_TYPE,
    )
    name = FileName(source=sheet.school.number, type=_TYPE, destination=destination, serial=serial)
    return format_name(name), serial


def _moving(sheet: Sheet, members: Sequence[CohortPupil], destination: str) -> Moving:
    collection, school = collection_of(sheet), sheet.school
    first = load_year(sheet.year, releases_of(sheet.year)[-1]).key_stage_1
    number = school.number
    return Moving(
        header=Header(
            version=collection.format.version,
            made_at=timezone.localtime(),
            source=School(la=number[:_LA], estab=number[_LA:], urn=school.code, name=school.name),
            destination=School(la=destination[:_LA], estab=destination[_LA:]),
            academic_year=collection.academic_year.starts.year,
            document_name=collection.format.document_name,
            qualifier="partial",
        ),
        pupils=pl.DataFrame(
            [
                (number, number + 1, *(getattr(one.pupil, name) or None for name in _FACTS))
                for number, one in enumerate(members)
            ],
            schema=dict(MOVING),
            orient="row",
        ),
        results=pl.DataFrame(
            [
                (number, one.subject, one.raw_mark, one.scaled_score, one.outcome or None)
                for number, member in enumerate(members)
                for one in member.results.all()
                if one.subject in TESTED
            ],
            schema=_RESULTS,
            orient="row",
        ),
        judgements=_judgements(members),
        first_stage=None if first is None else first.year,
    )


def _judgements(members: Sequence[CohortPupil]) -> pl.DataFrame:
    subjects = [str(subject) for subject in ASSESSED]
    rows = []
    for number, member in enumerate(members):
        codes = values_of(member)
        scales = {one.subject: one.p_scale for one in member.judgements.all()}
        rows.append(
            (
                number,
                *(codes.get(subject) for subject in subjects),
                *(scales.get(subject) or None for subject in subjects),
            )
        )
    columns = (*subjects, *(f"{subject}_p_scale" for subject in subjects))
    schema = {"pupil": pl.UInt32()} | dict.fromkeys(columns, pl.String())
    return pl.DataFrame(rows, schema=schema, orient="row")


def _log(made: MovingFile, members: Sequence[CohortPupil], name: str) -> list[dict[str, Any]]:
    """Who is not in the file and why, as the exception log of a return has it."""
    lines = []
    for number, message in made.left.select("pupil", "message").iter_rows():
        pupil = members[number].pupil
        lines.append(
            {
                "upn": pupil.upn,
                "surname": pupil.surname,
                "forename": pupil.forename,
                "sex": pupil.sex,
                "birth_date": pupil.birth_date.isoformat() if pupil.birth_date else None,
                "message": message,
                "file": name,
                "matters": True,
                "accepted": "",
            }
        )
    return lines
