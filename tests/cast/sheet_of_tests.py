"""Where the pages of the mark sheet of the tests are, and who is on it."""

from django.urls import reverse

from keystage.store.models import CohortPupil, Pupil, Sheet

_AT = {"code": "900003", "year": 2026}


def address(name: str, **parts: object) -> str:
    """The address of a page of the sheet."""
    return reverse(f"sheet:{name}", kwargs={**_AT, **parts})


def member_of(sheet: Sheet, surname: str) -> CohortPupil:
    """A pupil of the sheet."""
    return sheet.cohort.get(pupil__surname=surname)


def enrolled(sheet: Sheet, number: int) -> None:
    """More pupils, so that there are so many in all."""
    there = sheet.cohort.count()
    pupils = Pupil.objects.bulk_create(
        Pupil(
            school=sheet.school,
            upn=f"Y{at:012d}",
            surname=f"Pupil {at}",
            forename="Ann",
            class_name="6A",
        )
        for at in range(there, number)
    )
    CohortPupil.objects.bulk_create(
        CohortPupil(
            sheet=sheet,
            pupil=one,
            how="added",
            reading="below",
            gps="registered",
            maths="registered",
        )
        for one in pupils
    )
