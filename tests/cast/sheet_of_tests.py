"""Where the pages of the mark sheet of the tests are, and who is on it."""

from django.urls import reverse

from keystage.store.models import CohortPupil, Sheet

_AT = {"code": "900003", "year": 2026}


def address(name: str, **parts: object) -> str:
    """The address of a page of the sheet."""
    return reverse(f"sheet:{name}", kwargs={**_AT, **parts})


def member_of(sheet: Sheet, surname: str) -> CohortPupil:
    """A pupil of the sheet."""
    return sheet.cohort.get(pupil__surname=surname)
