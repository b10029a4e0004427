"""What tests of pages share."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import browsing
import pytest
from cast_of_tests import PASSWORD, AsPerson
from checking_of_tests import Exercise, keep_rules, release_of, text_with_window
from django.test import Client
from django.utils import timezone
from scene_of_routes import Scene
from sheet_of_tests import member_of

from keystage.access.places import Scope
from keystage.access.roles import load_roles
from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Grant, Organisation, Person, Pupil, Sheet
from keystage.web.people import views as people_views


@pytest.fixture(scope="session", autouse=True)
def the_browser_is_closed() -> Iterator[None]:
    """Once the last test is over."""
    yield
    browsing.close()


@pytest.fixture
def scene(
    school: Organisation,
    other_school: Organisation,
    authority: Organisation,
    trust: Organisation,
    sheet: Sheet,
    headteacher: Person,
) -> Scene:
    """The school and what it belongs to; bodies that have nothing to do with it."""
    make = Organisation.objects.create
    school.diocese = make(kind="diocese", code="D1", name="Diocese of Fables")
    school.save()
    own = {
        "school": school, "trust": trust, "authority": authority, "diocese": school.diocese,
        "national": make(kind="national", code="N1", name="National Agency"),
    }  # fmt: skip
    others = {
        "school": other_school,
        "trust": make(kind="trust", code="T002", name="Riddle Trust"),
        "authority": make(kind="authority", code="998", name="Riddleshire"),
        "diocese": make(kind="diocese", code="D2", name="Diocese of Riddles"),
    }
    return Scene(own, others, sheet, headteacher)


@pytest.fixture
def judged(sheet: Sheet, lead: Person) -> Sheet:
    """The sheet with one judgement, that of Mabel Ashby in writing."""
    member = member_of(sheet, "Ashby")
    change = Change(pupil=member.pk, subject="writing", code="EXS", seen=0)
    save_cells(sheet, [change], by=By(lead), classes=None)
    return sheet


@pytest.fixture
def usual_end(monkeypatch: pytest.MonkeyPatch) -> date:
    """The usual last day of a role, a week from today whatever the day is."""
    usual = timezone.localdate() + timedelta(days=7)
    ends = usual - timedelta(days=load_roles().terms.after_season.days)
    monkeypatch.setattr(people_views, "_season_end", lambda _: ends)
    return usual


@pytest.fixture
def head(as_person: AsPerson, headteacher: Person, sheet: Sheet) -> Client:
    """The headteacher, who has just proved who they are."""
    client = as_person(headteacher)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def everywhere(as_person: AsPerson, password_hash: str) -> Any:
    """Signs somebody in who has every role at some organisations."""

    def sign_in(organisations: dict[str, Organisation]) -> Client:
        who = Person(email="everything@example.org", name="Every Role", password=password_hash)
        who.save()
        today = timezone.localdate()
        Grant.objects.bulk_create(
            Grant(
                person=who,
                organisation=organisations[role.scope.organisation],
                role=key,
                classes=["6A"] if role.scope is Scope.CLASSES else [],
                given=[str(one) for one in role.rights],
                starts_on=today - timedelta(days=1),
                ends_on=today + timedelta(days=300),
            )
            for key, role in load_roles().roles.items()
            if role.scope.organisation in organisations
        )
        client = as_person(who)
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        return client

    return sign_in


@pytest.fixture
def exercise(
    nation: Organisation,
    operator: Person,
    school: Organisation,
    lead: Person,
    headteacher: Person,
    pupils: list[Pupil],
) -> Exercise:
    """A release that may be checked: its window is open. The lead enters, the head sends."""
    keep_rules(nation, operator, text_with_window())
    release = release_of(nation, operator, pupils)
    return Exercise(release, school, By(lead, "test"), By(headteacher, "test"), pupils)
