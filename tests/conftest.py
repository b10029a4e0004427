"""The cast and the scenery of the service's tests: Storybook Lane, its people, its pupils."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pytest
from cast_of_tests import PASSWORD, YEAR, AsPerson, MakePerson
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils import timezone
from files_of_tests import Gate
from hypothesis import settings
from msgspec.structs import replace
from releases_of_tests import Agency

from keystage.actions import packs
from keystage.actions.by import By
from keystage.actions.gateway.receiving import knowing
from keystage.actions.imports import applying
from keystage.actions.imports.rules import import_rules
from keystage.actions.returns import cohort_of, content_of, seal_of
from keystage.core.upn import check_letter
from keystage.store.models import (
    Grant,
    Judgement,
    Organisation,
    Person,
    Pupil,
    Result,
    Sheet,
    SignOff,
)

# No test is about time: a busy machine is no fault of the code.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")


@pytest.fixture(scope="session", autouse=True)
def emptied_behind_the_triggers() -> Iterator[None]:
    """Let the tables be emptied after a test that commits, though PostgreSQL guards the audit.

    The triggers sleep for that one transaction, which only the owner of the server may ask for.
    """
    empty = BaseDatabaseOperations.execute_sql_flush

    def unguarded(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        asleep = "SET LOCAL session_replication_role = replica"
        empty(self, [asleep, *sql_list] if self.connection.vendor == "postgresql" else sql_list)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseDatabaseOperations, "execute_sql_flush", unguarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def passwords_are_hashed_quickly() -> Iterator[None]:
    """Let the service's own hasher take as little time and memory as it can."""
    with pytest.MonkeyPatch.context() as patched:
        for cost, least in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
            patched.setattr(Argon2PasswordHasher, cost, least)
        yield


@pytest.fixture(scope="session")
def password_hash() -> str:
    """One hash for everybody."""
    return make_password(PASSWORD)


@pytest.fixture
def authority(db: None) -> Organisation:
    return Organisation.objects.create(kind="authority", code="999", name="Storyshire")


@pytest.fixture
def trust(db: None) -> Organisation:
    return Organisation.objects.create(kind="trust", code="T001", name="Fable Trust")


@pytest.fixture
def school(authority: Organisation, trust: Organisation) -> Organisation:
    """The school the tests are about."""
    return Organisation.objects.create(
        kind="school",
        code="900003",
        name="Storybook Lane Primary School",
        number="9990301",
        school_type="Community school",
        authority=authority,
        trust=trust,
    )


@pytest.fixture
def other_school(authority: Organisation) -> Organisation:
    """Another school of the same authority, of no trust."""
    return Organisation.objects.create(
        kind="school",
        code="900004",
        name="Riddle Road Primary School",
        number="9990302",
        school_type="Community school",
        authority=authority,
    )


@pytest.fixture
def person(db: None, password_hash: str) -> MakePerson:
    """Makes a person with a role: ``person("headteacher", school)``."""

    def make(
        role: str,
        organisation: Organisation,
        *,
        name: str = "",
        classes: Iterable[str] = (),
        given: Iterable[str] = (),
        ends_on: date | None = None,
        email: str | None = None,
    ) -> Person:
        count = Person.objects.count()
        made = Person(email=email or f"{role}.{count}@example.org", name=name or f"{role} {count}")
        made.password = password_hash
        made.save()
        today = timezone.localdate()
        if role:
            Grant.objects.create(
                person=made,
                organisation=organisation,
                role=role,
                classes=list(classes),
                given=list(given),
                starts_on=today - timedelta(days=30),
                ends_on=ends_on or today + timedelta(days=300),
            )
        return made

    return make


@pytest.fixture
def headteacher(person: MakePerson, school: Organisation) -> Person:
    return person("headteacher", school, name="Hester Adebayo")


@pytest.fixture
def teacher(person: MakePerson, school: Organisation) -> Person:
    """The teacher of class 6A."""
    return person("class_teacher", school, name="Tom O'Neill", classes=["6A"])


@pytest.fixture
def office(person: MakePerson, school: Organisation) -> Person:
    return person("office", school, name="Olga Wiśniewska")


@pytest.fixture
def lead(person: MakePerson, school: Organisation) -> Person:
    return person("assessment_lead", school, name="Lee Nguyen")


@pytest.fixture
def governor(person: MakePerson, school: Organisation) -> Person:
    return person("governor", school, name="Grace Hall")


@pytest.fixture
def officer(person: MakePerson, authority: Organisation) -> Person:
    """Works for the school's local authority."""
    return person("authority_officer", authority, name="Otto Officer")


@pytest.fixture
def stranger(person: MakePerson, other_school: Organisation) -> Person:
    """The headteacher of another school."""
    return person("headteacher", other_school, name="Sam Elsewhere")


@pytest.fixture
def pupils(school: Organisation) -> list[Pupil]:
    """Six pupils of year 6 in two classes; names of the sort that break systems."""
    names = [
        ("Ashby", "Mabel", "F", "6A"),
        ("O'Brien-Núñez", "Aoife", "F", "6A"),
        ("Okonkwo", "Chidi", "M", "6A"),
        ("Patel", "Anika", "F", "6B"),
        ("Smith", "Jo", "M", "6B"),
        ("Zhang", "Wei", "M", "6B"),
    ]
    made = []
    for number, (surname, forename, sex, class_name) in enumerate(names, start=1):
        rest = f"99903012{number:04d}"
        made.append(
            Pupil.objects.create(
                school=school,
                upn=check_letter(rest) + rest,
                surname=surname,
                forename=forename,
                sex=sex,
                birth_date=date(2015, 1, number),
                year_group="6",
                class_name=class_name,
                entered_on=date(2019, 9, 2),
            )
        )
    return made


@pytest.fixture
def sheet(school: Organisation, pupils: list[Pupil], lead: Person) -> Sheet:
    """The mark sheet of 2026 with all six pupils, registered for every test, nothing entered."""
    made = packs.load(school=school, year=YEAR, by=By(lead, "test"))
    made.cohort.update(reading="registered", gps="registered", maths="registered")
    return made


@pytest.fixture
def judged_sheet(sheet: Sheet, teacher: Person) -> Sheet:
    """The sheet with every judgement that is due."""
    Judgement.objects.bulk_create(
        Judgement(
            cohort_pupil=member,
            subject=subject,
            code="EXS",
            changed_at=timezone.now(),
            changed_by=teacher,
        )
        for member in sheet.cohort.all()
        for subject in ("writing", "science")
    )
    return sheet


@pytest.fixture
def signed_sheet(judged_sheet: Sheet, headteacher: Person) -> Sheet:
    """The sheet with the headteacher's signature under it."""
    content = content_of(cohort_of(judged_sheet))
    SignOff.objects.create(
        sheet=judged_sheet,
        kind=SignOff.Kind.HEADTEACHER,
        by=headteacher,
        at=timezone.now(),
        seal=seal_of(content),
        content=content,
    )
    return judged_sheet


@pytest.fixture
def resulted_sheet(judged_sheet: Sheet) -> Sheet:
    """The sheet with a result of every test; the last pupil was absent from maths."""
    members = list(judged_sheet.cohort.order_by("pupil__surname"))
    for at, member in enumerate(members):
        for test in ("reading", "gps", "maths"):
            absent = test == "maths" and at == len(members) - 1
            Result.objects.create(
                cohort_pupil=member,
                subject=test,
                scaled_score=None if absent else 96 + 3 * at,
                outcome="A" if absent else ("AS" if 96 + 3 * at >= 100 else "NS"),
                changed_at=timezone.now(),
            )
    return judged_sheet


@pytest.fixture
def as_person(client: Client) -> AsPerson:
    """The client signed in as somebody: ``as_person(headteacher).get(url)``."""

    def sign_in(who: Person) -> Client:
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def large_from(monkeypatch: pytest.MonkeyPatch) -> int:
    """The pupils a file may have before a worker applies it: few, so that tests are quick."""
    few = 20
    rules = import_rules()
    changed = replace(rules, size=replace(rules.size, pupils=few))
    monkeypatch.setattr(applying, "import_rules", lambda: changed)
    return few


@pytest.fixture
def gateway_open(monkeypatch: pytest.MonkeyPatch) -> date:
    """The day the gateway looks at files on: one on which the collection of 2026 is open."""
    day = date(2026, 6, 15)
    monkeypatch.setattr(knowing, "today", lambda: day)
    return day


@pytest.fixture
def gate(school: Organisation, office: Person, headteacher: Person, gateway_open: date) -> Gate:
    """Storybook Lane at the open gateway: the office uploads, the headteacher submits."""
    assert gateway_open
    return Gate(school, By(office, "test"), By(headteacher, "test"))


@pytest.fixture
def agency(person: MakePerson) -> Agency:
    """The agency with two people, an hour before the minute of its releases."""
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    one, other = (person("agency_operator", body, name=name) for name in ("Ada One", "Bo Two"))
    at = (timezone.now() + timedelta(hours=1)).replace(microsecond=0)
    return Agency(body, By(one, "test"), By(other, "test"), at)


@pytest.fixture
def nation(db: None) -> Organisation:
    """A national body that runs the collection, and nobody in it yet."""
    return Organisation.objects.create(kind="national", code="N1", name="Agency")


@pytest.fixture
def operator(person: MakePerson, nation: Organisation) -> Person:
    """Who runs the collection for it."""
    return person("agency_operator", nation, name="Ada Agency")
