"""Archives of schools' files for tests: each file a mark sheet with the number of its school."""

import io
from collections.abc import Mapping
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone

from keystage.actions import packs
from keystage.actions.by import By
from keystage.core.upn import check_letter
from keystage.store.models import Organisation, OrganisationSetting, Person, Pupil, Sheet

YEAR = 2026


def archive(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP of files by name."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return written.getvalue()


def sheet_of_school(sheet: Sheet, *, code: str = "EXS", number: str | None = None) -> str:
    """A filled mark sheet of a school's cohort, as CSV."""
    lines = ["School number,UPN,Surname,Forename,Date of birth,Sex,Writing,Science"]
    for member in sheet.cohort.select_related("pupil").order_by("pk"):
        one = member.pupil
        lines.append(
            f"{number or sheet.school.number},{one.upn},{one.surname},{one.forename},"
            f"{one.birth_date:%d/%m/%Y},{one.sex},{code},EXS"
        )
    return "\n".join(lines)


def with_cohort(school: Organisation, lead: Person, *, pupils: int = 2) -> Sheet:
    """A school with a few pupils who are registered for every test."""
    for at in range(1, pupils + 1):
        rest = f"{school.number}2{at:04d}"
        Pupil.objects.create(
            school=school,
            upn=check_letter(rest) + rest,
            surname=f"Made{'abcdef'[at]}",
            forename=f"Up{'abcdef'[at]}",
            sex="F",
            birth_date=date(2015, 2, at),
            year_group="6",
            class_name="6A",
            entered_on=date(2019, 9, 2),
        )
    sheet = packs.load(school=school, year=YEAR, by=By(lead, "test"))
    sheet.cohort.update(reading="registered", gps="registered", maths="registered")
    return sheet


def agrees(school: Organisation, *permissions: str) -> None:
    """Let a school have agreed to what its authority does for it."""
    OrganisationSetting.objects.update_or_create(
        organisation=school,
        name="agreed",
        defaults={
            "value": list(permissions or ("prepare_submission", "submit")),
            "changed_at": timezone.now(),
        },
    )
