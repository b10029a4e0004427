"""Loading a year's pack: the school's mark sheet of that year, and whom it is for."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.changed_lists import list_changed
from keystage.actions.locks import locking
from keystage.actions.returns import touch
from keystage.actions.season.dates import collection_in_force
from keystage.statute.collection_rules import TestWeek
from keystage.statute.packs import load_pack
from keystage.store.models import CohortPupil, Judgement, Organisation, Pupil, Result, Sheet

#: The year group whose pupils are at the end of key stage 2.
YEAR_GROUP = "6"


@transaction.atomic
def load(*, school: Organisation, year: int, by: By) -> Sheet:
    """Load the pack of a year for a school: its sheet is made, or made anew from a newer pack.

    Loading the same pack twice changes nothing; the sheets of other years are never touched. A
    newer pack keeps every judgement, makes the last check stale and breaks the seals: what was
    signed was signed by other rules.

    Raises:
        UsageError: there is no pack of that year.
    """
    pack = load_pack(year)
    now = timezone.now()
    sheet, made = locking(Sheet.objects).get_or_create(
        school=school,
        year=year,
        defaults={
            "pack_version": pack.version,
            "pack_checksum": pack.checksum,
            "loaded_at": now,
            "loaded_by": by.who,
        },
    )
    if made:
        CohortPupil.objects.bulk_create(
            CohortPupil(
                sheet=sheet,
                pupil=pupil,
                how=CohortPupil.How.YEAR_GROUP,
                decided_at=now,
                decided_by=by.who,
            )
            for pupil in _not_assessed_yet(sheet)
        )
        list_changed.send(sender=Sheet, sheet=sheet, by=by)
    elif sheet.pack_checksum == pack.checksum:
        return sheet
    else:
        sheet.pack_version, sheet.pack_checksum = pack.version, pack.checksum
        sheet.loaded_at, sheet.loaded_by = now, by.who
        sheet.save()
        touch(sheet, by=by)
    record(
        "pack loaded",
        by=by,
        organisation=school,
        year=year,
        after={"version": pack.version, "checksum": pack.checksum},
    )
    return sheet


def week_of_tests(year: int) -> TestWeek | None:
    """The week of the tests of a year as it is in force; None where there is none."""
    return collection_in_force(None, year).test_week


def left_before_the_tests(left_on: date | None, week: TestWeek | None) -> bool:
    """Whether a pupil had left before the week of the tests: then another school assesses them.

    Who left in that week or later is assessed here. Without a week of tests everybody who left did
    so before.
    """
    return left_on is not None and (week is None or left_on < week.first)


def year_group_of(sheet: Sheet) -> QuerySet[Pupil]:
    """The pupils of the year group, without those who had left before the tests of the season."""
    week = week_of_tests(sheet.year)
    here = Q(left_on__isnull=True)
    if week is not None:
        here |= Q(left_on__gte=week.first)
    return Pupil.objects.filter(here, school=sheet.school, year_group=YEAR_GROUP)


def _not_assessed_yet(sheet: Sheet) -> QuerySet[Pupil]:
    """The year group without those who were assessed in another season.

    The roll of a new school year may come after its pack: until then it still has the pupils of the
    season before, who must not be asked for again.
    """
    judged = _elsewhen(Judgement.objects.exclude(code=""), sheet)
    examined = _elsewhen(Result.objects.all(), sheet)
    return year_group_of(sheet).exclude(Q(pk__in=judged) | Q(pk__in=examined))


def _elsewhen(rows: QuerySet[Any], sheet: Sheet) -> QuerySet[Any]:
    """The pupils of some rows that stand in another season of the school."""
    return (
        rows.filter(cohort_pupil__sheet__school=sheet.school)
        .exclude(cohort_pupil__sheet=sheet)
        .values("cohort_pupil__pupil")
    )
