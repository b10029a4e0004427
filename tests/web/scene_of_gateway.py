"""What the walk over all routes needs of the gateway: one thing of each sort."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from keystage.store.models import (
    Amendment,
    AmendmentEvidence,
    HelpDesk,
    Moderation,
    Monitoring,
    Organisation,
    Person,
    Receipt,
    ReceivedPupil,
    SchoolReturn,
    ServiceNotice,
    Sheet,
    Submission,
)


def taken(sheet: Sheet, by: Person) -> Submission:
    """A file that was taken, with its receipt; the same whenever it is asked for."""
    now = timezone.now()
    school_return, _ = SchoolReturn.objects.get_or_create(
        school=sheet.school, year=sheet.year, defaults={"changed_at": now}
    )
    if (there := school_return.submissions.first()) is not None:
        return there
    made = Submission.objects.create(
        school_return=school_return, state="taken", channel="page", verdict="green", bytes=1,
        name="file.csv", sha256="0" * 64, content=b"x", uploaded_at=now, uploaded_by=by,
        counts={"pupils": 1, "judgements": 1}, submitted_at=now, submitted_by=by, return_version=1,
    )  # fmt: skip
    said = {
        "receipt": "", "school_number": "", "school": "", "file": "", "serial": 1, "bytes": 1,
        "sha256": "", "counts": made.counts, "verdict": "green", "state": "received",
        "submitted_at": now.isoformat(), "by": "", "key": "", "year": sheet.year,
    }  # fmt: skip
    Receipt.objects.create(submission=made, content=json.dumps(said), key="k", given_at=now)
    return made


def received(sheet: Sheet, by: Person) -> Any:
    """A pupil of it."""
    file = taken(sheet, by)
    return ReceivedPupil.objects.get_or_create(
        school_return=file.school_return,
        upn="A999030120001",
        defaults={"surname": "Ashby", "forename": "Mabel", "first": file, "last": file},
    )[0].pk


def amended(sheet: Sheet, by: Person) -> Any:
    """An amendment of it that was sent."""
    file, now = taken(sheet, by), timezone.now()
    made, is_new = Amendment.objects.get_or_create(
        school_return=file.school_return,
        pupil_id=received(sheet, by),
        defaults={
            "reference": "AM26-WALKXYZ", "subject": "writing", "before": "EXS", "after": "GDS",
            "reason": "Walk", "state": "sent", "drafted_at": now, "drafted_by": by,
        },
    )  # fmt: skip
    if is_new:
        made.steps.create(state="sent", at=now, by=by)
    return made.pk


def announced(by: Person) -> Any:
    """Works of the service that last for an hour."""
    now = timezone.now()
    return ServiceNotice.objects.get_or_create(
        kind="planned", words="Walk", begins_at__lte=now,
        defaults={
            "begins_at": now, "ends_at": now + timedelta(hours=1), "entered_at": now,
            "entered_by": by,
        },
    )[0].pk  # fmt: skip


def help_desk(year: int, by: Person) -> Any:
    """A help desk."""
    return HelpDesk.objects.get_or_create(
        year=year, name="Walk",
        defaults={"telephone": "1", "entered_at": timezone.now(), "entered_by": by},
    )[0].pk  # fmt: skip


def document_of(sheet: Sheet, by: Person) -> Any:
    """A document of it."""
    return AmendmentEvidence.objects.get_or_create(
        amendment_id=amended(sheet, by),
        defaults={
            "name": "a.pdf", "form": "pdf", "bytes": 1, "sha256": "0" * 64, "content": b"x",
            "added_at": timezone.now(), "added_by": by,
        },
    )[0].pk  # fmt: skip


def asked_for(sheet: Sheet, authority: Organisation, by: Person) -> Any:
    """The question of a school whether an authority monitors it."""
    return Monitoring.objects.get_or_create(
        school=sheet.school,
        authority=authority,
        year=sheet.year,
        defaults={"asked_at": timezone.now(), "asked_by": by},
    )[0].pk


def moderated(sheet: Sheet, by: Person) -> str:
    """The number of a school that was chosen for moderation."""
    Moderation.objects.get_or_create(
        school=sheet.school,
        year=sheet.year,
        defaults={"chosen_at": timezone.now(), "chosen_by": by},
    )
    return sheet.school.code
