"""An authority's report: who has submitted, arrangements in guarded numbers, moderation samples."""

import csv
import io
from collections.abc import Callable

import pytest
from cast_of_tests import AsPerson
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.register.counting import guarded
from keystage.actions.settings import SENT_BY_AUTHORITY, change
from keystage.store.models import (
    Arrangement,
    AuditEvent,
    ModeratedPupil,
    Moderation,
    Organisation,
    Person,
    Sheet,
)

pytestmark = pytest.mark.django_db
HERE = "/authority/999/2026/reports/"


@pytest.fixture
def arranged(sheet: Sheet, office: Person) -> Sheet:
    """A school of which two pupils have three arrangements, and one has one that was refused."""
    first, second, third = sheet.cohort.order_by("pk")[:3]
    now = timezone.now()
    for member, sort, state in (
        (first, "scribe", "approved"),
        (first, "reader", "approved"),
        (second, "reader", "approved"),
        (third, "scribe", "refused"),
    ):
        Arrangement.objects.create(
            cohort_pupil=member, sort=sort, state=state, entered_at=now, entered_by=office
        )
    visit = Moderation.objects.create(
        school=sheet.school, year=2026, chosen_at=now, chosen_by=office, told_at=now
    )
    for subject in ("reading", "writing"):
        ModeratedPupil.objects.create(moderation=visit, cohort_pupil=first, subject=subject)
    return sheet


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (1, "1 to 5"), (5, "1 to 5"), (6, "6"), (40, "40")]
)
def test_a_small_number_is_shown_as_a_range(number: int, words: str) -> None:
    assert guarded(number, 2026) == words


def test_an_officer_sees_numbers_and_samples_and_takes_them_away(
    as_person: AsPerson,
    arranged: Sheet,
    headteacher: Person,
    person: Callable[..., Person],
    authority: Organisation,
) -> None:
    change(organisation=arranged.school, name=SENT_BY_AUTHORITY, value="yes", by=By(headteacher))
    officer = as_person(person("authority_officer", authority, name="Olu Officer"))

    shown = officer.get(HERE).text
    answer = officer.get(f"{HERE}schools.csv")

    assert "0 schools have submitted" in shown
    school = next(row for row in rows_of(answer.content.decode()) if row["URN"] == "900003")
    assert school["Submitted"] == "Not yet submitted"
    assert school["Sent by"] == "The authority"
    assert school["Pupils with access arrangements"] == "1 to 5"
    assert school["Of these: apply for permission"] == "0"
    assert school["Of these: the school decides"] == "1 to 5"
    assert school["Moderation"] == "Chosen, no visit arranged"
    assert school["Pupils in the sample"] == "1"
    assert AuditEvent.objects.filter(action="taken away", subject__startswith="report").exists()
    assert "Ashby" not in shown


def test_who_sees_no_arrangements_is_told_of_none(
    as_person: AsPerson, arranged: Sheet, person: Callable[..., Person], authority: Organisation
) -> None:
    analyst = as_person(person("authority_analyst", authority, name="Ana Analyst"))

    assert "Pupils with access arrangements" not in analyst.get(HERE).text
