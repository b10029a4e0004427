"""What two people, or one form sent twice, ask for at the same moment: it is there once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cast_of_tests import PASSWORD, YEAR, InThreads, MakePerson
from django.db import connection
from django.utils import timezone

from keystage.actions import packs
from keystage.actions.auditing import verify
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.membership import invitations, people
from keystage.actions.results import reporting
from keystage.actions.sending import exporting
from keystage.actions.sheets import signing
from keystage.store.models import (
    CohortPupil,
    Grant,
    Invitation,
    Job,
    Organisation,
    Person,
    Pupil,
    ReturnFile,
    Sheet,
    SignOff,
)

pytestmark = pytest.mark.django_db(transaction=connection.vendor != "sqlite")
IN_A_MONTH = timezone.localdate() + timedelta(days=30)


@pytest.fixture
def at_once(shared: Callable[[], None], in_threads: InThreads) -> Callable[..., list[Any]]:
    """What works give that start together, and what is kept ``then``; no event is lost."""

    def start(*works: Callable[[], object], then: Callable[[], object]) -> list[Any]:
        shared()
        found = in_threads(*(_answer(work) for work in works))
        after = in_threads(then, lambda: verify().whole)
        assert after.pop() is True
        return [*found, *after]

    return start


def _answer(work: Callable[[], object]) -> Callable[[], object]:
    def answer() -> object:
        try:
            return work()
        except RefusedError as error:
            return error.what

    return answer


def test_two_exports_at_once_make_two_files_that_follow_each_other(
    signed_sheet: Sheet, office: Person, lead: Person, at_once: Callable[..., list[Any]]
) -> None:
    first, second, kept = at_once(
        lambda: exporting.make(sheet=signed_sheet, key=uuid4(), by=By(office)).serial,
        lambda: exporting.make(sheet=signed_sheet, key=uuid4(), by=By(lead)).serial,
        then=lambda: list(
            ReturnFile.objects.filter(superseded_at__isnull=True).values_list("serial", flat=True)
        ),
    )

    assert sorted([first, second]) == [1, 2]
    assert kept == [2]


def test_one_export_sent_twice_makes_one_file(
    signed_sheet: Sheet, office: Person, at_once: Callable[..., list[Any]]
) -> None:
    key = uuid4()
    first, second, kept = at_once(
        *[lambda: exporting.make(sheet=signed_sheet, key=key, by=By(office)).pk] * 2,
        then=ReturnFile.objects.count,
    )

    assert (first, second, kept) == (key, key, 1)


def test_two_signers_at_once_each_sign_what_is_there(
    judged_sheet: Sheet,
    teacher: Person,
    person: MakePerson,
    school: Organisation,
    at_once: Callable[..., list[Any]],
) -> None:
    other = person("class_teacher", school, classes=["6B"])

    def sign(who: Person, name: str) -> Callable[[], object]:
        mine = frozenset({name})
        return lambda: signing.sign_class(judged_sheet, name, by=By(who), classes=mine).class_name

    first, second, kept = at_once(
        sign(teacher, "6A"),
        sign(other, "6B"),
        then=lambda: SignOff.objects.filter(broken_at__isnull=True).count(),
    )

    assert (first, second, kept) == ("6A", "6B", 2)


def test_one_signature_sent_twice_is_one(
    judged_sheet: Sheet, teacher: Person, at_once: Callable[..., list[Any]]
) -> None:
    mine = frozenset({"6A"})
    first, second, kept = at_once(
        *[lambda: signing.sign_class(judged_sheet, "6A", by=By(teacher), classes=mine).pk] * 2,
        then=SignOff.objects.count,
    )

    assert first == second
    assert kept == 1


def test_reports_asked_for_twice_are_made_once(
    resulted_sheet: Sheet, office: Person, at_once: Callable[..., list[Any]]
) -> None:
    key, members = uuid4(), list(resulted_sheet.cohort.all())

    def ask() -> object:
        asked = reporting.ask_for_many(
            sheet=resulted_sheet, members=members, by=By(office), key=key
        )
        return asked.pk

    assert at_once(ask, ask, then=Job.objects.count) == [key, key, 1]


def test_a_pack_loaded_by_two_at_once_makes_one_sheet(
    school: Organisation,
    pupils: list[Pupil],
    lead: Person,
    office: Person,
    at_once: Callable[..., list[Any]],
) -> None:
    first, second, kept = at_once(
        lambda: packs.load(school=school, year=YEAR, by=By(lead)).pk,
        lambda: packs.load(school=school, year=YEAR, by=By(office)).pk,
        then=CohortPupil.objects.count,
    )

    assert first == second
    assert kept == len(pupils)


def test_an_invitation_sent_twice_is_one(
    school: Organisation, headteacher: Person, at_once: Callable[..., list[Any]]
) -> None:
    def invite() -> object:
        return invitations.invite(
            organisation=school,
            email="nia@example.org",
            name="Nia New",
            role="office",
            ends_on=IN_A_MONTH,
            by=By(headteacher),
            link=str,
        ).invitation.pk

    first, second, kept = at_once(invite, invite, then=Invitation.objects.count)

    assert first == second
    assert kept == 1


def test_an_invitation_is_taken_up_once(
    school: Organisation,
    headteacher: Person,
    at_once: Callable[..., list[Any]],
) -> None:
    tokens: list[str] = []

    def link(token: str) -> str:
        tokens.append(token)
        return token

    invitations.invite(
        organisation=school,
        email="nia@example.org",
        name="Nia New",
        role="office",
        ends_on=IN_A_MONTH,
        by=By(headteacher),
        link=link,
    )

    def take_up() -> object:
        return invitations.take_up(
            token=tokens[0], name="Nia New", password=PASSWORD, address=""
        ).email

    first, second, kept = at_once(
        take_up, take_up, then=Grant.objects.filter(person__email="nia@example.org").count
    )

    assert "nia@example.org" in {first, second}
    assert first != second
    assert kept == 1


def test_a_role_given_by_two_at_once_is_given_once(
    school: Organisation,
    headteacher: Person,
    lead: Person,
    office: Person,
    at_once: Callable[..., list[Any]],
) -> None:
    def give() -> object:
        return people.give(
            person=office,
            organisation=school,
            role="governor",
            ends_on=IN_A_MONTH,
            by=By(headteacher),
        ).pk

    first, second, kept = at_once(give, give, then=Grant.objects.filter(role="governor").count)

    assert first == second
    assert kept == 1
