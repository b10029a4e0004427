"""Loading a year's pack: the school's mark sheet of that year, and whom it is for."""

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.statute.packs import load_pack
from keystage.store.models import CohortPupil, Organisation, Pupil, Sheet

#: The year group whose pupils are at the end of key stage 2.
YEAR_GROUP = "6"


@transaction.atomic
def load(*, school: Organisation, year: int, by: By) -> Sheet:
    """Load the pack of a year for a school: its sheet is made, or made anew from a newer pack.

    Loading the same pack twice changes nothing; the sheets of other years are never touched. A
    newer pack keeps every judgement and makes the last check stale.

    Raises:
        UsageError: there is no pack of that year.
    """
    pack = load_pack(year)
    now = timezone.now()
    sheet, made = Sheet.objects.select_for_update().get_or_create(
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
        _enrol_year_group(sheet)
    elif sheet.pack_checksum == pack.checksum:
        return sheet
    else:
        sheet.pack_version, sheet.pack_checksum = pack.version, pack.checksum
        sheet.loaded_at, sheet.loaded_by = now, by.who
        sheet.content_version += 1
        sheet.save()
    record(
        "pack loaded",
        by=by,
        organisation=school,
        year=year,
        after={"version": pack.version, "checksum": pack.checksum},
    )
    return sheet


def _enrol_year_group(sheet: Sheet) -> None:
    """Put the pupils of the year group on roll into the cohort of a new sheet."""
    CohortPupil.objects.bulk_create(
        CohortPupil(sheet=sheet, pupil=pupil, how=CohortPupil.How.YEAR_GROUP)
        for pupil in Pupil.objects.filter(
            school=sheet.school, year_group=YEAR_GROUP, left_on__isnull=True
        )
    )
