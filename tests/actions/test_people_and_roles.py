"""Roles: given by account managers to others, ended at once, never the last manager's."""

from datetime import date, timedelta
from typing import Any

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.contrib.sessions.models import Session
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.membership import people, reviewing
from keystage.core.errors import InputError
from keystage.store.models import AuditEvent, Grant, Organisation, Person

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def later(days: int = 100) -> date:
    return today() + timedelta(days=days)


def give(who: Person, school: Organisation, by: Person, role: str = "office", **more: Any) -> Grant:
    return people.give(
        person=who,
        organisation=school,
        role=role,
        by=By(by, "test"),
        **{"ends_on": later(), **more},
    )


def end(grant: Grant, by: Person) -> None:
    people.end(grant=grant, by=By(by, "test"))


def test_a_headteacher_gives_a_role_and_it_is_written_down(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    grant = give(governor, school, headteacher)

    assert grant.given_by == headteacher
    event = AuditEvent.objects.get(action="role given")
    assert event.subject == f"person {governor.pk}"
    assert event.after["role"] == "office"
    assert governor.name not in str(event.after)


def test_giving_a_role_twice_gives_it_once(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    assert give(governor, school, headteacher) == give(governor, school, headteacher)
    assert AuditEvent.objects.filter(action="role given").count() == 1


def test_nobody_gives_a_role_to_themself(school: Organisation, headteacher: Person) -> None:
    with pytest.raises(RefusedError, match="to themself"):
        give(headteacher, school, headteacher)


@pytest.mark.parametrize("who", ["office", "teacher", "governor", "stranger"])
def test_who_does_not_manage_accounts_gives_nothing(
    request: pytest.FixtureRequest, school: Organisation, person: MakePerson, who: str
) -> None:
    with pytest.raises(RefusedError, match="do not manage"):
        give(person("", school), school, request.getfixturevalue(who))
    assert Grant.objects.filter(role="office").count() == (who == "office")


def test_a_manager_gives_nothing_at_another_school(
    headteacher: Person, other_school: Organisation, governor: Person
) -> None:
    with pytest.raises(RefusedError, match="do not manage"):
        give(governor, other_school, headteacher)


@pytest.mark.parametrize(
    ("role", "more", "said"),
    [
        ("inspector", {}, "at most 31 days"),
        ("class_teacher", {}, "no class is named"),
        ("office", {"given": ["see_pupils"]}, "nothing of that name"),
        ("delegated_senior", {"given": ["manage_people"]}, "nothing of that name"),
    ],
)
def test_a_role_is_given_only_as_it_may_be(
    school: Organisation,
    headteacher: Person,
    governor: Person,
    role: str,
    more: dict[str, Any],
    said: str,
) -> None:
    with pytest.raises(RefusedError, match=said):
        give(governor, school, headteacher, role, **more)


@pytest.mark.parametrize("role", ["authority_officer", "king"])
def test_a_role_of_another_kind_of_place_is_not_given(
    school: Organisation, headteacher: Person, governor: Person, role: str
) -> None:
    with pytest.raises(InputError, match="is not given in a school"):
        give(governor, school, headteacher, role)


def test_a_role_does_not_end_before_it_starts(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    with pytest.raises(InputError, match="before it starts"):
        give(governor, school, headteacher, ends_on=today() - timedelta(days=1))


def test_a_role_for_a_class_names_it(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    grant = give(governor, school, headteacher, "class_teacher", classes=["6B", "6A"])

    assert grant.classes == ["6A", "6B"]


@pytest.mark.parametrize(("days", "may"), [(30, True), (31, False)])
def test_what_is_held_for_a_time_only_is_given_for_no_longer(
    school: Organisation,
    headteacher: Person,
    person: MakePerson,
    days: int,
    *,
    may: bool,
) -> None:
    who = person("", school)
    wanted: dict[str, Any] = {"role": "auditor", "given": ["see_pupils"], "ends_on": later(days)}
    if may:
        assert give(who, school, headteacher, **wanted).given == ["see_pupils"]
        return
    with pytest.raises(RefusedError, match="at most 31 days"):
        give(who, school, headteacher, **wanted)
    assert give(who, school, headteacher, role="auditor", ends_on=later(days)).given == []


def test_the_last_account_manager_stays(school: Organisation, headteacher: Person) -> None:
    with pytest.raises(RefusedError, match="no account manager left"):
        end(headteacher.grants.get(), headteacher)
    assert headteacher.grants.get().ended_at is None


def test_a_manager_who_may_not_sign_in_is_none(
    school: Organisation, headteacher: Person, person: MakePerson
) -> None:
    gone = person("headteacher", school)
    Person.objects.filter(pk=gone.pk).update(is_active=False)

    with pytest.raises(RefusedError, match="no account manager left"):
        end(headteacher.grants.get(), headteacher)


def test_the_role_of_a_manager_who_may_not_sign_in_can_be_ended(
    school: Organisation, headteacher: Person, person: MakePerson
) -> None:
    gone = person("headteacher", school)
    Person.objects.filter(pk=gone.pk).update(is_active=False)

    end(gone.grants.get(), headteacher)

    assert gone.grants.get().ended_by == headteacher


def test_of_two_managers_one_may_go_and_then_no_other(
    school: Organisation, headteacher: Person, person: MakePerson
) -> None:
    second = person("headteacher", school)
    end(headteacher.grants.get(), second)

    with pytest.raises(RefusedError, match="no account manager left"):
        end(second.grants.get(), second)


def test_an_ended_role_says_by_whom_and_ends_once(
    school: Organisation, headteacher: Person, office: Person
) -> None:
    grant = office.grants.get()
    end(grant, headteacher)
    end(grant, headteacher)

    grant.refresh_from_db()
    assert grant.ended_by == headteacher
    assert AuditEvent.objects.filter(action="role ended").count() == 1


@pytest.mark.parametrize("who", ["governor", "stranger", "office"])
def test_others_end_no_role(
    request: pytest.FixtureRequest,
    school: Organisation,
    headteacher: Person,
    teacher: Person,
    who: str,
) -> None:
    with pytest.raises(RefusedError, match="do not manage"):
        end(teacher.grants.get(), request.getfixturevalue(who))


def test_who_has_nothing_left_is_signed_out_at_once(
    as_person: AsPerson, school: Organisation, headteacher: Person, office: Person
) -> None:
    client = as_person(office)
    assert client.get("/choose/").status_code == 200

    end(office.grants.get(), headteacher)

    assert client.get("/choose/").status_code == 302
    assert not Session.objects.filter(pk=client.session.session_key).exists()


def test_who_keeps_another_role_stays_signed_in(
    as_person: AsPerson,
    school: Organisation,
    other_school: Organisation,
    stranger: Person,
    headteacher: Person,
    office: Person,
) -> None:
    give(office, other_school, stranger)
    client = as_person(office)
    end(office.grants.get(organisation=school), headteacher)

    assert client.get("/choose/").status_code == 200


def test_ending_one_persons_role_signs_nobody_else_out(
    as_person: AsPerson, school: Organisation, headteacher: Person, office: Person, teacher: Person
) -> None:
    client = as_person(teacher)
    client.get("/choose/")
    end(office.grants.get(), headteacher)

    assert client.get("/choose/").status_code == 200


def test_accounts_nobody_used_for_long_are_told(
    school: Organisation, headteacher: Person, office: Person, teacher: Person
) -> None:
    long_ago = timezone.now() - timedelta(days=91)
    Person.objects.filter(pk=office.pk).update(seen_at=long_ago)
    Person.objects.filter(pk=teacher.pk).update(joined_at=long_ago)

    assert {one.name for one in reviewing.dormant(school, today())} == {office.name, teacher.name}


def test_roles_are_looked_over_once_a_year(school: Organisation, headteacher: Person) -> None:
    assert reviewing.due(school, today()) == today()

    reviewing.reviewed(organisation=school, by=By(headteacher, "test"))
    reviewing.reviewed(organisation=school, by=By(headteacher, "test"))

    assert reviewing.reviewed_on(school) == today()
    assert reviewing.due(school, today()) == today() + timedelta(days=365)
    assert AuditEvent.objects.filter(action="roles reviewed").count() == 1


def test_only_a_manager_says_that_roles_are_looked_over(
    school: Organisation, office: Person
) -> None:
    with pytest.raises(RefusedError, match="do not manage"):
        reviewing.reviewed(organisation=school, by=By(office, "test"))


def test_a_renewed_role_goes_on_in_a_new_grant(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    earlier = give(governor, school, headteacher, ends_on=later(10))
    found = people.renew(grant=earlier, ends_on=later(200), by=By(headteacher, "test"))
    earlier.refresh_from_db()

    assert (found.role, found.starts_on, found.ends_on) == ("office", today(), later(200))
    assert earlier.ended_by == headteacher
    event = AuditEvent.objects.get(action="role renewed")
    assert event.before == {"ends_on": later(10).isoformat()}
    assert event.after["ends_on"] == later(200).isoformat()


def test_renewing_until_the_same_day_changes_nothing(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    grant = give(governor, school, headteacher)

    assert people.renew(grant=grant, ends_on=grant.ends_on, by=By(headteacher)) == grant
    assert not AuditEvent.objects.filter(action="role renewed").exists()


def test_a_role_that_is_over_is_renewed_and_stays_as_it_was(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    grant = give(governor, school, headteacher)
    over = today() - timedelta(days=3)
    Grant.objects.filter(pk=grant.pk).update(starts_on=over, ends_on=over)
    found = people.renew(grant=grant, ends_on=later(), by=By(headteacher))
    grant.refresh_from_db()

    assert (found.starts_on, grant.ended_at) == (today(), None)


def test_a_role_that_was_ended_is_not_renewed(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    grant = give(governor, school, headteacher)
    end(grant, headteacher)

    with pytest.raises(RefusedError, match="ended already"):
        people.renew(grant=grant, ends_on=later(), by=By(headteacher))


@pytest.mark.parametrize("who", ["headteacher", "office", "stranger"])
def test_a_role_is_renewed_by_another_account_manager_alone(
    request: pytest.FixtureRequest, headteacher: Person, who: str
) -> None:
    grant = headteacher.grants.get()
    with pytest.raises(RefusedError):
        people.renew(grant=grant, ends_on=later(), by=By(request.getfixturevalue(who)))

    assert headteacher.grants.get() == grant


def test_a_role_of_a_few_days_is_not_renewed_for_longer(
    school: Organisation, headteacher: Person, governor: Person
) -> None:
    grant = give(governor, school, headteacher, role="inspector", ends_on=later(3))

    with pytest.raises(RefusedError, match="at most 31 days"):
        people.renew(grant=grant, ends_on=later(100), by=By(headteacher))
