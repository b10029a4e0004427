"""What the walk over all routes needs of results day: a release, a result, a review, a pack."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from keystage.actions.releases.preparing_later import KIND
from keystage.store.models import (
    Job,
    MarkingReview,
    Organisation,
    Person,
    ReleasedResult,
    ResultsRelease,
    SharedPack,
    Sheet,
)

UPN = "Z999999999999"


def release_of(body: Organisation, person: Person, year: int) -> ResultsRelease:
    """A release that is out, and the work that prepared it, with what it found wrong."""
    now = timezone.now()
    made, is_new = ResultsRelease.objects.get_or_create(
        organisation=body,
        year=year,
        version=1,
        defaults={
            "kind": "full",
            "schools_at": now - timedelta(days=2),
            "receiving_at": now - timedelta(days=1),
            "conversion": {"reading": [[3, 80], [50, 120]]},
            "counts": {"rows": 1, "schools": 1, "pupils": 1, "listed": 0, "told": [], "table": []},
            "prepared_at": now,
            "prepared_by": person,
            "approved_at": now,
            "approved_by": person,
        },
    )
    if is_new:
        Job.objects.create(
            pk=made.pk, kind=KIND, organisation=body, year=year, state=Job.State.DONE,
            content=b"file,line,school,upn,subject,what", content_name="faults.csv",
            asked_at=now, asked_by=person,
        )  # fmt: skip
    return made


def result_of(body: Organisation, sheet: Sheet, person: Person) -> ReleasedResult:
    """A result of the school in a release that is out."""
    made, _ = ReleasedResult.objects.get_or_create(
        release=release_of(body, person, sheet.year),
        school=sheet.school,
        upn=UPN,
        subject="reading",
        defaults={"raw_mark": 3, "scaled_score": 80, "outcome": "NS"},
    )
    return made


def review_of(sheet: Sheet, person: Person) -> MarkingReview:
    """A review of marking that waits."""
    return MarkingReview.objects.create(
        school=sheet.school,
        year=sheet.year,
        kind="marking",
        state="sent",
        upn=UPN,
        subject="reading",
        reason="Walk",
        proposed_at=timezone.now(),
        proposed_by=person,
    )


def pack_of(body: Organisation, sheet: Sheet, person: Person, token: str) -> SharedPack:
    """A pack that a secret opens."""
    now = timezone.now()
    made, _ = SharedPack.objects.get_or_create(
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        defaults={
            "school": sheet.school,
            "year": sheet.year,
            "release": release_of(body, person, sheet.year),
            "content": {"rows": [["Reading", "share", "12 of 24"]], "notes": [], "threshold": 6},
            "made_at": now,
            "made_by": person,
            "expires_at": now + timedelta(days=7),
        },
    )
    return made
