"""Released results in a school's own sheet: taken in by the import, and told when they are old.

What a later release changes or takes back stays in the sheet until a person takes the later results
in, or takes out what is in force no longer.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports.results import FIELDS, values_of
from keystage.actions.imports.uploads import bring_in
from keystage.actions.locks import locking
from keystage.actions.releases.downloading import as_csv, pupils_of
from keystage.actions.releases.released import Released, released_to
from keystage.actions.roll.facts import lock_school
from keystage.store.models import (
    Import,
    Organisation,
    ReleasedResult,
    Result,
    ResultChange,
    Sheet,
)

_BLANK = (None, "")


@dataclass(frozen=True, kw_only=True)
class OldResult:
    """A result of the sheet that a release brought, and that is in force no longer.

    Attributes:
        result: as the sheet has it.
        why: ``gone``: there is none in force; ``changed``: another one is.
        version: the newest version there was when it was taken in.
        withdrawn: whether that version was taken back.
        released: the result in force; None where there is none.
    """

    result: Result
    why: Literal["gone", "changed"]
    version: int
    withdrawn: bool
    released: ReleasedResult | None


def bring_into_sheet(*, school: Organisation, year: int, by: By) -> Import:
    """Bring the results a school may see in as a file that waits to be looked at.

    Nothing is changed until a person applies it. Doing it twice brings one file in.

    Raises:
        RefusedError: nothing is out, or the season has no sheet.
    """
    released = released_to(school, year)
    if released.newest is None or not released.results:
        raise RefusedError("Results are not out yet.", todo="Wait for the day and the time.")
    file = bring_in(
        school=school,
        year=year,
        kind=Import.Kind.RESULTS,
        data=as_csv(pupils_of(released.results)),
        name=f"released-results-{year}-version-{released.number(released.newest.pk)}.csv",
        by=by,
    )
    Import.objects.filter(pk=file.pk).update(release=released.newest)
    file.release = released.newest
    return file


def old_results(school: Organisation, released: Released) -> list[OldResult]:
    """The results of a school's sheet that came from a release and are in force no longer."""
    brought = Import.objects.filter(school=school, year=released.year, release__isnull=False)
    if not brought.exists():  # mostly so, and the quicker question
        return []
    stored = (
        Result.objects.filter(
            cohort_pupil__sheet__school=school,
            cohort_pupil__sheet__year=released.year,
            cohort_pupil__removed=False,
            import_file__release__isnull=False,
        )
        .select_related("cohort_pupil__pupil", "import_file__release")
        .order_by("cohort_pupil__pupil__surname", "cohort_pupil__pupil__forename", "pk")
    )
    known = {(row.upn, row.subject): row for row in released.results if row.school_id == school.pk}
    found = []
    for one in stored:
        row = known.get((one.cohort_pupil.pupil.upn, one.subject))
        if row is not None and not _differs(one, row):
            continue
        release = one.import_file.release if one.import_file else None
        found.append(
            OldResult(
                result=one,
                why="gone" if row is None else "changed",
                version=released.number(release.pk) if release else 0,
                withdrawn=release is not None and release.withdrawn_at is not None,
                released=row,
            )
        )
    return found


def _differs(stored: Result, row: ReleasedResult) -> bool:
    """Whether a result in force says something else; its blanks say nothing of themselves."""
    if row.outcome and row.outcome != stored.outcome:
        return True
    given = {name: getattr(row, name) for name in FIELDS}
    return any(
        value not in _BLANK and value != getattr(stored, name) for name, value in given.items()
    )


def seal_of(old: Sequence[OldResult]) -> str:
    """What was shown of the results that would be taken out."""
    gone = [(one.result.pk, one.result.version) for one in old if one.why == "gone"]
    return hashlib.sha256(repr(sorted(gone)).encode()).hexdigest()


@transaction.atomic
def take_out(*, school: Organisation, year: int, seal: str, by: By) -> int:
    """Take out of the sheet what was released once and is in force no longer; how many there were.

    Such a result is then not known: it is no nought. Its history keeps what it was.

    Args:
        school: whose sheet.
        year: the season.
        seal: that of the results that were shown.
        by: who takes them out.

    Raises:
        ChangedMeanwhileError: others would be taken out than were shown.
        RefusedError: there is nothing to take out.
    """
    lock_school(school)
    locking(Sheet.objects).filter(school=school, year=year).first()
    old = old_results(school, released_to(school, year))
    gone = [one.result for one in old if one.why == "gone"]
    if not gone:
        raise RefusedError("There is nothing to take out.", todo="Look at the results again.")
    if seal_of(old) != seal:
        raise ChangedMeanwhileError(
            "What would be taken out is not what you saw.", todo="Look at it again."
        )
    now = timezone.now()
    history = []
    for one in gone:
        before, nothing = values_of(one), values_of(None)
        for name, value in nothing.items():
            setattr(one, name, value)
        one.version, one.changed_at, one.import_file = one.version + 1, now, None
        history.append(
            ResultChange(
                result=one, before=before, after=nothing, version=one.version, at=now, by=by.who
            )
        )
    Result.objects.bulk_update(gone, (*FIELDS, "version", "changed_at", "import_file"))
    ResultChange.objects.bulk_create(history)
    record(
        "released results taken out of the sheet",
        by=by,
        organisation=school,
        year=year,
        subject="results",
        after={"results": len(gone)},
    )
    return len(gone)
