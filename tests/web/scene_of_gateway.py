"""What the walk over all routes needs of the gateway: one thing of each sort."""

import json
from typing import Any

from django.utils import timezone

from keystage.store.models import (
    Moderation,
    Person,
    Receipt,
    ReceivedPupil,
    SchoolReturn,
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


def moderated(sheet: Sheet, by: Person) -> str:
    """The number of a school that was chosen for moderation."""
    Moderation.objects.get_or_create(
        school=sheet.school,
        year=sheet.year,
        defaults={"chosen_at": timezone.now(), "chosen_by": by},
    )
    return sheet.school.code
