"""Pupils typed by a person: added, put right, each with its history and with seals that break."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.roll import pupils as acts
from keystage.actions.roll.facts import facts_of
from keystage.core.upn import check_letter
from keystage.flows.roll.pupils import Facts
from keystage.store.models import (
    AuditEvent,
    CohortPupil,
    Organisation,
    Person,
    Pupil,
    RollChange,
    Sheet,
)

pytestmark = pytest.mark.django_db
NEW = Facts(
    upn=check_letter("999030129001") + "999030129001",
    surname="Early",
    forename="Eve",
    birth_date=date(2015, 5, 5),
    sex="F",
    year_group="6",
    class_name="6A",
)


def add(school: Organisation, by: Person, **more: Any) -> Pupil:
    return acts.add(school=school, year=2026, by=By(by, "test"), **{"facts": NEW, **more})


def correct(pupil: Pupil, by: Person, *, seen: int = 1, reason: str = "", **values: Any) -> Pupil:
    facts = replace(facts_of(pupil), **values)
    return acts.correct(
        pupil=pupil, year=2026, facts=facts, seen=seen, reason=reason, by=By(by, "test")
    )


@pytest.fixture
def mabel(pupils: list[Pupil]) -> Pupil:
    """Mabel Ashby of class 6A."""
    return pupils[0]


def test_a_pupil_of_the_year_group_joins_the_cohort_and_breaks_the_seal(
    school: Organisation, signed_sheet: Sheet, office: Person
) -> None:
    before = signed_sheet.content_version
    made = add(school, office)
    signed_sheet.refresh_from_db()

    member = signed_sheet.cohort.get(pupil=made)
    assert (member.how, member.removed) == (CohortPupil.How.YEAR_GROUP, False)
    assert not signed_sheet.sign_offs.filter(broken_at__isnull=True).exists()
    assert signed_sheet.content_version == before + 1
    assert member.changes.get().after == "in"
    assert [(one.field, one.after, one.by) for one in made.changes.all()] == [
        ("roll", "on", office)
    ]


def test_the_record_of_acts_tells_nothing_of_the_pupil(
    school: Organisation, sheet: Sheet, office: Person
) -> None:
    made = add(school, office)
    correct(made, office, surname="Later")

    for event in AuditEvent.objects.filter(subject=f"pupil {made.pk}"):
        assert not {"Early", "Eve", "Later", made.upn} & set(str(event.after).split("'"))
    assert AuditEvent.objects.get(action="pupil corrected").after == {"fields": ["surname"]}


def test_a_pupil_of_another_year_needs_a_reason(
    school: Organisation, sheet: Sheet, office: Person
) -> None:
    facts = replace(NEW, year_group="5")
    with pytest.raises(RefusedError, match="not in year 6"):
        add(school, office, facts=facts, reason="  ")
    made = add(school, office, facts=facts, reason="Sits  early")

    member = sheet.cohort.get(pupil=made)
    assert (member.how, member.changes.get().reason) == (CohortPupil.How.ADDED, "Sits early")


def test_without_a_sheet_a_pupil_comes_onto_the_roll_alone(
    school: Organisation, office: Person
) -> None:
    made = add(school, office, facts=replace(NEW, year_group="5"))

    assert not made.cohorts.exists()


def test_sent_twice_a_pupil_is_added_once(
    school: Organisation, sheet: Sheet, office: Person
) -> None:
    add(school, office)
    with pytest.raises(RefusedError, match="has this UPN"):
        add(school, office)
    without = replace(NEW, upn=None, forename="Second")
    add(school, office, facts=without)
    with pytest.raises(RefusedError, match="on the roll already"):
        add(school, office, facts=replace(without, surname="EARLY"))

    assert Pupil.objects.filter(surname="Early").count() == 2


def test_twins_of_one_name_are_two_where_a_person_says_so(
    school: Organisation, sheet: Sheet, office: Person
) -> None:
    add(school, office)
    add(school, office, facts=replace(NEW, upn=None), another=True)

    assert Pupil.objects.filter(surname="Early").count() == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"surname": None}, "no surname"),
        ({"upn": "X999030129001"}, "no unique pupil number"),
        ({"former_upn": "12"}, "no unique pupil number"),
    ],
)
def test_what_is_no_pupil_is_refused(
    school: Organisation, sheet: Sheet, office: Person, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        add(school, office, facts=replace(NEW, **changed))


def test_a_correction_keeps_what_stood_before_and_who_changed_it(
    mabel: Pupil, sheet: Sheet, office: Person
) -> None:
    found = correct(
        mabel, office, surname="Ashby-Lee", birth_date=date(2015, 2, 1), reason="Passport seen"
    )

    assert (found.surname, found.birth_date, found.version) == (
        "Ashby-Lee", date(2015, 2, 1), 2,
    )  # fmt: skip
    rows = {one.field: (one.before, one.after, one.reason) for one in mabel.changes.all()}
    assert rows == {
        "surname": ("Ashby", "Ashby-Lee", "Passport seen"),
        "birth_date": ("2015-01-01", "2015-02-01", "Passport seen"),
    }


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ({"surname": "Other"}, True),
        ({"upn": NEW.upn}, True),
        ({"class_name": "6B"}, True),
        ({"preferred_forename": "May"}, False),
        ({"entered_on": date(2020, 9, 1)}, False),
    ],
)
def test_a_seal_breaks_where_what_was_signed_changes(
    mabel: Pupil,
    signed_sheet: Sheet,
    office: Person,
    values: dict[str, Any],
    *,
    broken: bool,
) -> None:
    correct(mabel, office, **values)

    assert signed_sheet.sign_offs.filter(broken_at__isnull=False).exists() == broken


def test_saving_what_is_stored_changes_nothing(
    mabel: Pupil, signed_sheet: Sheet, office: Person
) -> None:
    correct(mabel, office, seen=99)

    mabel.refresh_from_db()
    assert mabel.version == 1
    assert not RollChange.objects.exists()
    assert signed_sheet.sign_offs.filter(broken_at__isnull=True).exists()


def test_a_pupil_changed_meanwhile_is_not_overwritten(
    mabel: Pupil, sheet: Sheet, office: Person, lead: Person
) -> None:
    correct(mabel, lead, surname="First")
    mabel.refresh_from_db()
    with pytest.raises(ChangedMeanwhileError):
        correct(mabel, office, surname="Second", seen=1)

    mabel.refresh_from_db()
    assert mabel.surname == "First"


def test_a_number_of_another_pupil_is_refused(
    mabel: Pupil, pupils: list[Pupil], sheet: Sheet, office: Person
) -> None:
    with pytest.raises(RefusedError, match="has this UPN"):
        correct(mabel, office, upn=pupils[1].upn)
    correct(mabel, office, upn=None)

    mabel.refresh_from_db()
    assert mabel.upn == ""


def test_the_sheets_of_every_season_notice(
    mabel: Pupil, sheet: Sheet, office: Person, school: Organisation
) -> None:
    earlier = Sheet.objects.create(
        school=school, year=2025, pack_version="x", pack_checksum="x",
        loaded_at=sheet.loaded_at, loaded_by=office,
    )  # fmt: skip
    CohortPupil.objects.create(sheet=earlier, pupil=mabel, how="added")
    correct(mabel, office, surname="Other")

    earlier.refresh_from_db()
    assert earlier.content_version == 2
