"""A page asks the database no more often for 120 pupils than for eight."""

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import pytest
from cast_of_tests import YEAR, AsPerson
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keystage.actions import packs
from keystage.actions.by import By
from keystage.core.upn import check_letter
from keystage.store.models import (
    CohortPupil,
    Grant,
    Judgement,
    JudgementChange,
    Organisation,
    Person,
    Pupil,
    Result,
    Sheet,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HERE = f"/school/900003/{YEAR}/"
PAGES = (
    "", "sheet/", "sheet/checks/", "sheet/sign/", "sheet/sign/head/", "sheet/paper/",
    "sheet/print/completed/", "sheet/download/csv/", "sheet/fill/", "pupils/",
    "pupils/registration/", "pupils/reconcile/", "files/", "files/new/", "files/new/what/",
    "files/new/check/", "results/", "results/figures/", "results/drift/", "reports/", "people/",
    "people/who/", "oversight/", "import/", "gateway/", "gateway/received/", "gateway/correct/",
    "gateway/pupils/missing/", "moderation/", "register/", "register/contradictions/",
    "register/confirm/", "register/arrangements/", "register/print/",
)  # fmt: skip


def join(school: Organisation, numbers: Sequence[int]) -> list[Pupil]:
    """Pupils of year 6 in four classes come onto the roll."""
    return Pupil.objects.bulk_create(
        Pupil(
            school=school,
            upn=f"{check_letter(f'99903012{number:04d}')}99903012{number:04d}",
            surname=f"Surname {number}",
            forename="Forename",
            sex="F",
            birth_date=date(2015, 1, 1 + number % 28),
            year_group="6",
            class_name=f"6{'ABCD'[number % 4]}",
            entered_on=date(2019, 9, 2),
        )
        for number in numbers
    )


def assess(members: Sequence[CohortPupil], by: Person) -> None:
    """Every judgement with its history, and every result."""
    now = timezone.now()
    judgements = Judgement.objects.bulk_create(
        Judgement(cohort_pupil=one, subject=subject, code="EXS", changed_at=now, changed_by=by)
        for one in members
        for subject in ("writing", "science")
    )
    JudgementChange.objects.bulk_create(
        JudgementChange(
            judgement=one, version=1, after="EXS", how="typed", batch=uuid4(), at=now, by=by
        )
        for one in judgements
    )
    Result.objects.bulk_create(
        Result(cohort_pupil=one, subject=test, scaled_score=100, outcome="AS", changed_at=now)
        for one in members
        for test in ("reading", "gps", "maths")
    )


def grow(sheet: Sheet, numbers: Sequence[int], by: Person) -> None:
    """More pupils, all of them registered, judged and with results; and as many people."""
    made = join(sheet.school, numbers)
    CohortPupil.objects.bulk_create(CohortPupil(sheet=sheet, pupil=one) for one in made)
    members = list(sheet.cohort.filter(pupil__in=made))
    sheet.cohort.update(reading="registered", gps="registered", maths="registered")
    assess(members, by)
    today = timezone.localdate()
    people = Person.objects.bulk_create(
        Person(email=f"{number}@load.example.org", name=f"Reader {number}", password="!")  # noqa: S106  # nobody signs in
        for number in numbers
    )
    Grant.objects.bulk_create(
        Grant(person=one, organisation=sheet.school, role="office", starts_on=today, ends_on=today)
        for one in people
    )


def asked(client: Client) -> dict[str, int]:
    """How often each page asks."""
    found = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{HERE}{page}").status_code == 200, page
        found[page] = len(queries)
    return found


def test_the_number_of_queries_does_not_grow_with_the_pupils(
    school: Organisation, lead: Person, headteacher: Person, as_person: AsPerson
) -> None:
    sheet = packs.load(school=school, year=YEAR, by=By(lead, "test"))
    client = as_person(headteacher)
    grow(sheet, range(8), lead)
    asked(client)  # what is asked once a worker is asked here
    few = asked(client)
    grow(sheet, range(8, 120), lead)
    many = asked(client)

    assert {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]} == {}
    assert max(many.values()) <= 33


def test_saving_a_whole_sheet_asks_no_more_often_than_saving_some_of_it(
    school: Organisation, lead: Person, as_person: AsPerson
) -> None:
    sheet = packs.load(school=school, year=YEAR, by=By(lead, "test"))
    grow(sheet, range(120), lead)
    client = as_person(lead)
    often = []
    for code, count in (("WTS", 8), ("GDS", 120)):
        cells = Judgement.objects.filter(subject="writing").order_by("pk")[:count]
        changes = [
            {"cell": f"{one.cohort_pupil_id}-writing", "code": code, "seen": one.version}
            for one in cells
        ]
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(
                f"{HERE}sheet/cells/", {"changes": changes}, content_type="application/json"
            )
        assert len(answer.json()["saved"]) == count
        often.append(len(queries))

    assert often[1] <= often[0] + 4  # rows are written in batches
