"""Questions that are written once give what the ORM gives, and ask the database each time."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from keystage.access.permissions import Permission
from keystage.actions.figures.releases import visible
from keystage.actions.service.works import announced
from keystage.store.models import (
    FiguresRelease,
    Grant,
    Organisation,
    OrganisationSetting,
    Person,
    ServiceNotice,
)
from keystage.store.prepared import Prepared
from keystage.store.rights import AGREED, access_grant, live_grants, place_of
from keystage.web.middleware.session_rows import SessionStore

pytestmark = pytest.mark.django_db
_SCHOOLS = Prepared(
    lambda: Organisation,
    lambda code: Organisation.objects.select_related("authority", "trust").filter(code=code),
    code="code",
)


def test_a_row_is_the_one_that_the_orm_finds_with_all_that_it_points_to(
    school: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    expected = Organisation.objects.select_related("authority", "trust").get(code=school.code)
    with django_assert_num_queries(1):
        found = _SCHOOLS.first(code=school.code)
        assert found is not None
        kept = [getattr(found, one.attname) for one in found._meta.concrete_fields]
        assert kept == [getattr(expected, one.attname) for one in found._meta.concrete_fields]
        assert (found.authority, found.trust) == (expected.authority, expected.trust)
    assert _SCHOOLS.all(code="none such") == []


def test_one_question_serves_different_values(
    school: Organisation, other_school: Organisation
) -> None:
    assert [_SCHOOLS.first(code=one.code) for one in (school, other_school, school)] == [
        school, other_school, school,
    ]  # fmt: skip


def test_a_person_is_read_anew_and_one_who_is_none_is_not_found(headteacher: Person) -> None:
    assert Person.objects.get(pk=headteacher.pk).name == headteacher.name
    Person.objects.filter(pk=headteacher.pk).update(name="Another name")
    assert Person.objects.get(pk=headteacher.pk).name == "Another name"
    assert Person.objects.get(pk=headteacher.pk, is_active=True).name == "Another name"
    with pytest.raises(Person.DoesNotExist):
        Person.objects.get(pk=0)


def test_who_is_not_of_a_group_is_not_found_among_its_people(
    headteacher: Person, teacher: Person
) -> None:
    group = Group.objects.create(name="some")
    group.user_set.add(teacher)
    assert group.user_set.get(pk=teacher.pk) == teacher
    with pytest.raises(Person.DoesNotExist):
        group.user_set.get(pk=headteacher.pk)


def test_a_grant_that_ended_or_has_not_begun_is_gone_at_the_next_look(headteacher: Person) -> None:
    today = timezone.localdate()
    rows = Grant.objects.filter(person=headteacher)
    assert live_grants(headteacher, today) == [access_grant(one) for one in rows]
    rows.update(ended_at=timezone.now(), ended_by=headteacher)
    assert live_grants(headteacher, today) == []
    rows.update(ended_at=None, ended_by=None, starts_on=today, ends_on=today)
    assert len(live_grants(headteacher, today)) == len(rows)
    for other in (today - timedelta(days=1), today + timedelta(days=1)):
        assert live_grants(headteacher, other) == []


def test_a_role_that_there_is_no_more_gives_nothing(headteacher: Person) -> None:
    Grant.objects.filter(person=headteacher).update(role="none such")
    assert live_grants(headteacher, timezone.localdate()) == []


def test_what_a_school_agrees_to_counts_at_the_next_look(school: Organisation) -> None:
    assert place_of(school).agreed == frozenset()
    agreed: Any = {"value": [Permission.SEE_MEASURES.value], "changed_at": timezone.now()}
    OrganisationSetting.objects.create(organisation=school, name=AGREED, **agreed)
    assert place_of(school).agreed == {Permission.SEE_MEASURES}
    OrganisationSetting.objects.all().delete()
    assert place_of(school).agreed == frozenset()


def test_a_notice_is_told_and_called_off_at_the_next_look(headteacher: Person) -> None:
    now = timezone.now()
    assert announced() == []
    notice = ServiceNotice.objects.create(
        kind="fault", part=ServiceNotice.Part.values[0], words="It is slow.",
        begins_at=now, entered_at=now, entered_by=headteacher,
    )  # fmt: skip
    assert announced() == [notice]
    assert announced(now - timedelta(days=8)) == []
    notice.delete()
    assert announced() == []


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Pacific/Auckland"])
def test_a_release_is_seen_from_its_moment_on_and_not_before_whatever_the_clock_is_set_to(
    school: Organisation, headteacher: Person, zone: str
) -> None:
    minute = timezone.now().replace(microsecond=0)
    release = FiguresRelease.objects.create(
        organisation=school, year=2025, stage="final", state="approved", version=1, asked_at=minute,
        asked_by=headteacher, approved_at=minute, approved_by=headteacher, shown_at=minute,
    )  # fmt: skip
    local, moment = minute.astimezone(ZoneInfo(zone)), timedelta(microseconds=1)
    assert visible(2025, school, now=local - moment) == ()
    assert visible(2025, school, now=local) == (release,)
    assert visible(2025, school, now=local + moment) == (release,)
    assert visible(2024, school, now=local) == ()


@pytest.mark.parametrize("key", ["abcdefgh\0ijkl", "abcdefgh ijkl", "short", "'; --abcdefgh"])
def test_a_cookie_that_can_be_no_session_is_nobodys(key: str) -> None:
    kept = SessionStore(key)
    assert (kept.session_key, kept.get("word")) == (None, None)


def test_a_session_that_was_ended_or_ran_out_is_nobodys_at_the_next_look() -> None:
    kept = SessionStore()
    kept["word"] = "kept"
    kept.save()
    assert SessionStore(kept.session_key)["word"] == "kept"
    Session.objects.update(expire_date=timezone.now())
    late = SessionStore(kept.session_key)
    assert (late.get("word"), late.session_key) == (None, None)
    Session.objects.all().delete()
    gone = SessionStore(kept.session_key)
    assert (gone.get("word"), gone.session_key) == (None, None)
