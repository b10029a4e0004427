"""Two people who apply a file at the same moment: it is applied once, and nobody is there twice."""

from collections.abc import Callable

import pytest
from cast_of_tests import InThreads
from django.db import connection

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.imports import applying, uploads
from keystage.store.models import (
    AuditEvent,
    CohortPupil,
    Import,
    Organisation,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db(transaction=connection.vendor != "sqlite")
ROLL = b"Surname,Forename,DOB,Year\nNewman,Bo,05/02/2015,6\nOther,Al,06/02/2015,6\n"


@pytest.fixture
def waiting(sheet: Sheet, school: Organisation, lead: Person) -> Import:
    """A roll of two new pupils that waits."""
    return uploads.bring_in(
        school=school, year=2026, kind="roll", data=ROLL, name="roll.csv", by=By(lead)
    )


def applying_it(file: Import, who: Person) -> Callable[[], str]:
    seal = applying.preview(file, "everything").seal

    def apply() -> str:
        try:
            found = applying.apply(file=file, mode="everything", seal=seal, by=By(who))
        except RefusedError:
            return "refused"
        return str(found.state)

    return apply


def kept() -> tuple[int, int, int, int]:
    return (
        Pupil.objects.filter(surname__in=["Newman", "Other"]).count(),
        CohortPupil.objects.count(),
        AuditEvent.objects.filter(action="file applied").count(),
        Import.objects.filter(state="applied").count(),
    )


def test_a_file_applied_by_two_at_once_is_applied_once(
    waiting: Import,
    lead: Person,
    teacher: Person,
    shared: Callable[[], None],
    in_threads: InThreads,
) -> None:
    works = applying_it(waiting, lead), applying_it(waiting, teacher)
    shared()
    answers = in_threads(*works)

    assert answers == ["applied", "applied"]
    assert in_threads(kept) == [(2, 8, 1, 1)]


def test_two_files_of_the_same_pupils_add_them_once(
    waiting: Import,
    school: Organisation,
    lead: Person,
    teacher: Person,
    shared: Callable[[], None],
    in_threads: InThreads,
) -> None:
    again = uploads.bring_in(
        school=school, year=2026, kind="roll", data=ROLL, name="roll.csv", by=By(teacher)
    )
    works = applying_it(waiting, lead), applying_it(again, teacher)
    shared()
    answers = in_threads(*works)

    assert sorted(answers) == ["applied", "refused"]
    assert in_threads(kept) == [(2, 8, 1, 1)]
