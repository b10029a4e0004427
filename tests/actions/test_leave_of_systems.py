"""The leave of systems: two people, no more than they may, until a day, and over at once."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from cast_of_tests import MakePerson
from django.utils import timezone
from systems_of_tests import EVERY, let_act, token_of

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.systems import acting, asked, leave, secret
from keystage.actions.systems.scopes import Scope, scopes_of
from keystage.core.errors import InputError
from keystage.store.models import (
    AuditEvent,
    Organisation,
    Person,
    SystemAccess,
    SystemRequest,
)

pytestmark = pytest.mark.django_db
SOON = timedelta(days=30)


@pytest.fixture
def deputy(person: MakePerson, school: Organisation) -> Person:
    return person("delegated_senior", school, name="Devi Patel", given=["submit"])


def give(school: Organisation, by: Person, **changes: Any) -> SystemAccess:
    wanted = {"name": "Arbour", "scopes": ["roll:read"], "ends_on": timezone.localdate() + SOON}
    return leave.give(organisation=school, by=By(by, "test"), **{**wanted, **changes})


def test_a_leave_waits_for_a_second_person(
    school: Organisation, headteacher: Person, deputy: Person
) -> None:
    made = give(school, headteacher)
    with pytest.raises(RefusedError, match="gave this system leave yourself"):
        leave.confirm(access=made, by=By(headteacher, "test"))
    with pytest.raises(RefusedError, match="has not confirmed"):
        secret.make(access=made, seen="", by=By(headteacher, "test"))
    with pytest.raises(RefusedError, match="second person"):
        acting.refuse_without_leave(made)

    confirmed = leave.confirm(access=made, by=By(deputy, "test"))
    acting.refuse_without_leave(confirmed)
    again = leave.confirm(access=made, by=By(deputy, "test"))
    assert again.confirmed_at == confirmed.confirmed_at
    told = [one.action for one in AuditEvent.objects.all()]
    assert told == ["system given leave", "system confirmed"]


def test_the_same_leave_given_twice_is_one(school: Organisation, headteacher: Person) -> None:
    assert give(school, headteacher) == give(school, headteacher)
    assert give(school, headteacher, scopes=["returns:read"]) != give(school, headteacher)
    assert SystemAccess.objects.count() == Client.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "name"),
        ({"name": "n" * 101}, "name"),
        ({"scopes": []}, "Select what"),
        ({"scopes": ["roll:read", "everything"]}, "Select what"),
        ({"ends_on": timezone.localdate() - timedelta(days=2)}, "last day"),
        ({"ends_on": timezone.localdate() + timedelta(days=367)}, "last day"),
    ],
)
def test_a_leave_that_means_nothing_is_refused(
    school: Organisation, headteacher: Person, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        give(school, headteacher, **changes)
    assert not Client.objects.exists()


def test_nobody_lets_a_system_do_what_they_may_not(
    school: Organisation, headteacher: Person, office: Person, teacher: Person
) -> None:
    with pytest.raises(RefusedError, match="submit a file"):
        give(school, office, scopes=["roll:read", "returns:submit"])
    with pytest.raises(RefusedError, match="fetch the roll"):
        give(school, teacher)
    made = give(school, headteacher, scopes=["returns:submit"])
    with pytest.raises(RefusedError, match="submit a file"):
        leave.confirm(access=made, by=By(office, "test"))


def test_a_withdrawn_leave_is_over_with_its_tokens(
    school: Organisation, headteacher: Person, deputy: Person
) -> None:
    system = let_act(school, headteacher, deputy)
    token = token_of(system)
    assert acting.shown_by(token) is not None

    leave.withdraw(access=system, by=By(deputy, "test"))
    leave.withdraw(access=system, by=By(headteacher, "test"))
    system.refresh_from_db()
    assert acting.shown_by(token) is None
    assert system.withdrawn_by == deputy
    for act in (
        lambda: leave.confirm(access=system, by=By(deputy, "test")),
        lambda: secret.make(access=system, seen="", by=By(deputy, "test")),
    ):
        with pytest.raises(RefusedError, match="is over"):
            act()


def test_a_secret_is_made_by_one_person_at_a_time(
    school: Organisation, headteacher: Person, deputy: Person
) -> None:
    system = let_act(school, headteacher, deputy)
    first = secret.make(access=system, seen="", by=By(headteacher, "test"))
    with pytest.raises(ChangedMeanwhileError, match="a moment ago"):
        secret.make(access=system, seen="", by=By(deputy, "test"))

    second = secret.make(access=system, seen=secret.made_at(system), by=By(deputy, "test"))
    client = Client.objects.get(pk=system.client_id)
    assert (client.check_secret(first.value), client.check_secret(second.value)) == (False, True)
    assert first.value not in repr(first)


def test_the_end_of_the_season_is_the_usual_end_if_it_is_near() -> None:
    day = timezone.localdate().replace(year=2026, month=3, day=1)

    assert str(leave.usual_end(2026, day)) == "2026-08-31"
    assert leave.usual_end(2026, day.replace(year=2027)) is None
    assert leave.usual_end(2026, day.replace(year=2024)) is None
    assert leave.usual_end(1999, day) is None


def test_a_system_acts_for_the_schools_of_its_organisation_alone(
    school: Organisation,
    other_school: Organisation,
    authority: Organisation,
    headteacher: Person,
    deputy: Person,
) -> None:
    system = let_act(school, headteacher, deputy)
    assert acting.school_for(system, "900003") == school
    assert acting.school_for(system, "900004") is None

    system.organisation = authority
    assert acting.school_for(system, "900004") == other_school
    assert acting.school_for(system, authority.code) is None


def test_requests_are_forgotten_after_a_season(
    school: Organisation, headteacher: Person, deputy: Person
) -> None:
    system = let_act(school, headteacher, deputy)
    for key in ("old", "young"):
        asked.begin(system, key=key, route="GET x", digest="d")
    SystemRequest.objects.filter(key="old").update(at=timezone.now() - timedelta(days=400))

    over, holds = token_of(system), token_of(system)
    Token.objects.filter(hash=get_adapter().hash_token(over)).update(expires_at=timezone.now())

    assert asked.forget() == 1
    assert Token.objects.count() == 1
    assert acting.shown_by(holds) is not None
    assert SystemRequest.objects.get().key == "young"


def test_every_scope_says_what_it_is_in_its_own_order() -> None:
    assert scopes_of(["results:read", "roll:read", "no such"]) == (
        Scope.ROLL_READ,
        Scope.RESULTS_READ,
    )
    assert all(one.sentence and one.permission for one in Scope)
    assert len(EVERY) == len(set(EVERY)) == 8
