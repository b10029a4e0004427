"""A role or permission that a newer version no longer has gives nothing, and locks nobody out."""

import pytest
from cast_of_tests import AsPerson
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.store.models import Grant, Organisation, OrganisationSetting, Person
from keystage.store.rights import AGREED, live_grants, place_of

pytestmark = pytest.mark.django_db


def test_a_role_that_is_no_more_keeps_nobody_from_their_other_role(
    school: Organisation, office: Person, as_person: AsPerson
) -> None:
    today = timezone.localdate()
    for role in ("king", "authority_officer"):
        Grant.objects.create(
            person=office, organisation=school, role=role, starts_on=today, ends_on=today
        )

    assert [one.role for one in live_grants(office, today)] == ["office"]
    assert as_person(office).get("/school/900003/2026/").status_code == 200


def test_permissions_that_are_no_more_are_given_to_nobody(
    school: Organisation, office: Person
) -> None:
    office.grants.update(given=["see_pupils", "read_minds"])
    OrganisationSetting.objects.create(
        organisation=school, name=AGREED, value=["export", "read_minds"], changed_at=timezone.now()
    )

    (grant,) = live_grants(office, timezone.localdate())
    assert grant.given == {Permission.SEE_PUPILS}
    assert place_of(school).agreed == {Permission.EXPORT}
