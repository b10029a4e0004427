"""Loading a year: whom its sheet begins with, who put them there, what a newer pack breaks."""

from datetime import date, datetime

import pytest

from keystage.actions import packs
from keystage.actions.by import By
from keystage.actions.returns import collection_of
from keystage.statute.season import LONDON, Event
from keystage.store.models import (
    CohortPupil,
    DateChange,
    Judgement,
    Organisation,
    Person,
    Pupil,
    Sheet,
)
from keystage.web.export.choosing import usual_day

pytestmark = pytest.mark.django_db


def test_every_pupil_a_sheet_begins_with_is_there_by_somebody(sheet: Sheet, lead: Person) -> None:
    found = set(sheet.cohort.values_list("how", "decided_by", "decided_at"))

    assert found == {(CohortPupil.How.YEAR_GROUP, lead.pk, sheet.loaded_at)}
    assert sheet.cohort.count() == 6


def test_who_was_assessed_in_another_season_is_not_asked_for_again(
    judged_sheet: Sheet, school: Organisation, lead: Person
) -> None:
    new = Pupil.objects.create(school=school, surname="Yu", forename="Lan", year_group="6")

    later = packs.load(school=school, year=2025, by=By(lead, "test"))

    assert [member.pupil for member in later.cohort.select_related("pupil")] == [new]
    assert judged_sheet.cohort.count() == 6


def test_who_left_after_the_tests_is_on_the_sheet_and_who_left_before_is_not(
    pupils: list[Pupil], school: Organisation, lead: Person
) -> None:
    before, after = pupils[:2]
    Pupil.objects.filter(pk=before.pk).update(left_on=date(2026, 5, 10))
    Pupil.objects.filter(pk=after.pk).update(left_on=date(2026, 5, 15))

    sheet = packs.load(school=school, year=2026, by=By(lead, "test"))

    assert sheet.cohort.filter(pupil=after).exists()
    assert not sheet.cohort.filter(pupil=before).exists()


@pytest.fixture
def tests_moved_by_a_week(lead: Person) -> None:
    nation = Organisation.objects.create(kind="national", code="N1", name="Agency")
    for event, day in ((Event.TESTS_FIRST, 18), (Event.TESTS_LAST, 21)):
        DateChange.objects.create(
            organisation=nation, year=2026, event=event.value, reason="Because.", by=lead,
            moment=datetime(2026, 5, day, tzinfo=LONDON), at=datetime(2026, 4, 1, tzinfo=LONDON),
        )  # fmt: skip


@pytest.mark.usefixtures("tests_moved_by_a_week")
def test_who_left_before_the_tests_follows_the_week_they_were_moved_to(
    pupils: list[Pupil], school: Organisation, lead: Person
) -> None:
    before, after = pupils[:2]
    Pupil.objects.filter(pk=before.pk).update(left_on=date(2026, 5, 15))
    Pupil.objects.filter(pk=after.pk).update(left_on=date(2026, 5, 18))

    sheet = packs.load(school=school, year=2026, by=By(lead, "test"))

    assert sheet.cohort.filter(pupil=after).exists()
    assert not sheet.cohort.filter(pupil=before).exists()
    week = collection_of(sheet).test_week
    assert week is not None
    assert (week.first, usual_day(sheet)) == (date(2026, 5, 18), date(2026, 5, 18))


def test_a_year_loaded_by_mistake_keeps_nobody_from_the_right_one(
    pupils: list[Pupil], school: Organisation, lead: Person
) -> None:
    packs.load(school=school, year=2025, by=By(lead, "test"))

    right = packs.load(school=school, year=2026, by=By(lead, "test"))

    assert right.cohort.count() == len(pupils)


def test_the_same_pack_changes_nothing_and_a_newer_one_breaks_the_seals(
    signed_sheet: Sheet, school: Organisation, lead: Person
) -> None:
    before = Sheet.objects.get(pk=signed_sheet.pk).content_version
    packs.load(school=school, year=2026, by=By(lead, "test"))
    assert signed_sheet.sign_offs.get().broken_at is None

    Sheet.objects.filter(pk=signed_sheet.pk).update(pack_checksum="of an older pack")
    renewed = packs.load(school=school, year=2026, by=By(lead, "test"))

    assert signed_sheet.sign_offs.get().broken_by == lead
    assert renewed.content_version == before + 1
    assert Judgement.objects.filter(cohort_pupil__sheet=signed_sheet).count() == 12
