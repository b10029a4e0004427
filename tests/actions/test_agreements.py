"""What a school agrees that others may do for it, and who says so."""

import pytest
from cast_of_tests import MakePerson
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.membership.agreements import agree, agreeable, agreed_of
from keystage.store.models import AuditEvent, Organisation, Person
from keystage.store.rights import live_grants, place_of

pytestmark = pytest.mark.django_db


def may_export(person: Person, school: Organisation) -> bool:
    on = timezone.localdate()
    grants = live_grants(person, on)
    return decide(grants, Permission.EXPORT, place_of(school), season=2026, on=on).allowed


def test_an_agreement_lets_the_authority_in_and_its_end_keeps_it_out(
    school: Organisation, headteacher: Person, person: MakePerson, authority: Organisation
) -> None:
    officer, by = person("authority_officer", authority), By(headteacher, "test")
    assert not may_export(officer, school)

    agree(school=school, permissions=[Permission.EXPORT], by=by)
    agree(school=school, permissions=[Permission.EXPORT], by=by)
    assert may_export(officer, school)

    agree(school=school, permissions=[], by=by)
    assert not may_export(officer, school)
    assert AuditEvent.objects.filter(action="agreement changed").count() == 2


def test_only_what_needs_an_agreement_is_agreed_to(
    school: Organisation, headteacher: Person
) -> None:
    assert Permission.EXPORT in agreeable()

    with pytest.raises(RefusedError, match="not agreed to"):
        agree(school=school, permissions=[Permission.SIGN_HEAD], by=By(headteacher, "test"))


@pytest.mark.parametrize("who", ["office", "governor", "stranger"])
def test_others_agree_to_nothing(
    request: pytest.FixtureRequest, school: Organisation, who: str
) -> None:
    with pytest.raises(RefusedError, match="do not manage"):
        agree(
            school=school,
            permissions=[Permission.EXPORT],
            by=By(request.getfixturevalue(who), "test"),
        )
    assert agreed_of(school) == frozenset()


def test_an_agreement_of_one_school_is_none_of_another(
    school: Organisation, other_school: Organisation, headteacher: Person
) -> None:
    agree(school=school, permissions=[Permission.EXPORT], by=By(headteacher, "test"))

    assert agreed_of(other_school) == frozenset()


def test_the_authority_does_not_agree_in_the_place_of_a_school(
    school: Organisation, person: MakePerson, authority: Organisation
) -> None:
    officer = person("authority_officer", authority)

    with pytest.raises(RefusedError, match="its own people"):
        agree(school=school, permissions=[Permission.EXPORT], by=By(officer, "test"))
    assert not may_export(officer, school)
