"""A roll from the file to the tables: matched, seen, applied once."""

from collections.abc import Callable

import pytest
from desk_of_rolls import HEAD, NEW, Desk, What, kept
from django.apps import apps

from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports import applying, matching, roll, uploads
from keystage.core.upn import make_upn
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.flows.roll.plans import Mode
from keystage.flows.roll.refusal import RollRefusedError
from keystage.store.models import (
    AuditEvent,
    CohortPupil,
    Import,
    Organisation,
    Pupil,
    RegistrationChange,
    Sheet,
)

pytestmark = pytest.mark.django_db


SECRETS = ("Hemlock", "07700 900123", "Peanuts", "SW1A 9ZZ", "94.2")


def test_a_roll_adds_changes_and_joins_the_cohort(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet
) -> None:
    before = sheet.content_version
    file = desk.bring(roll_of(Ashby={"class_name": "6B"}) + f"\n{NEW}")
    done = desk.apply(file)

    assert done.counts["added"] == 1
    assert done.counts["changed"] == 1
    assert done.counts["unchanged"] == 5
    assert Pupil.objects.get(surname="Ashby").class_name == "6B"
    new = sheet.cohort.get(pupil__surname="Newman")
    assert (new.how, new.removed) == ("year_group", False)
    assert RegistrationChange.objects.get().import_file == file
    sheet.refresh_from_db()
    assert sheet.content_version > before
    event = AuditEvent.objects.get(action="file applied")
    assert event.after["added"] == 1
    assert "Newman" not in str(list(AuditEvent.objects.values_list("after", "subject")))


def test_the_first_roll_of_a_school_needs_no_sheet(desk: Desk, school: Organisation) -> None:
    desk.apply(desk.bring(f"{HEAD}\n{NEW}"))

    assert Pupil.objects.get(school=school).surname == "Newman"
    assert not CohortPupil.objects.exists()


def test_pupils_of_other_years_and_leavers_join_no_cohort(desk: Desk, sheet: Sheet) -> None:
    text = f"{HEAD},Date left\n,Five,Fi,05/02/2016,F,5,5A,\n,Gone,Gil,05/02/2015,M,6,6A,01/10/2025"
    desk.apply(desk.bring(text))

    assert not sheet.cohort.filter(pupil__surname__in=["Five", "Gone"]).exists()


@pytest.mark.parametrize(
    ("day", "joins"),
    [("10/05/2026", False), ("11/05/2026", True), ("14/05/2026", True), ("01/06/2026", True)],
)
def test_who_left_in_the_week_of_the_tests_or_later_is_assessed_here(
    desk: Desk, sheet: Sheet, school: Organisation, *, day: str, joins: bool
) -> None:
    upn = make_upn(999, 301, 2020, 77)
    Pupil.objects.create(school=school, upn=upn, surname="Riser", forename="Ro", year_group="5")
    text = f"{HEAD},Date left\n,Gone,Gil,05/02/2015,M,6,6A,{day}\n"
    desk.apply(desk.bring(f"{text}{upn},Riser,Ro,05/02/2015,M,6,6A,{day}"))

    there = sheet.cohort.filter(pupil__surname__in=["Gone", "Riser"])
    assert there.count() == (2 if joins else 0)


def test_a_pupil_who_comes_into_year_6_joins(
    desk: Desk, sheet: Sheet, school: Organisation
) -> None:
    upn = make_upn(999, 301, 2020, 77)
    Pupil.objects.create(school=school, upn=upn, surname="Riser", forename="Ro", year_group="5")
    desk.apply(desk.bring(f"{HEAD}\n{upn},Riser,Ro,05/02/2015,M,6,6A"))

    assert sheet.cohort.filter(pupil__surname="Riser").exists()


def test_applying_twice_is_applying_once(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet
) -> None:
    file = desk.bring(roll_of() + f"\n{NEW}")
    seal = applying.preview(file, "everything").seal
    for _ in range(2):
        applying.apply(file=file, mode="everything", seal=seal, by=desk.by)

    assert Pupil.objects.filter(surname="Newman").count() == 1
    assert AuditEvent.objects.filter(action="file applied").count() == 1


def test_the_same_file_again_changes_nothing_and_is_said_to_be_the_same(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet
) -> None:
    text = roll_of() + f"\n{make_upn(999, 301, 2020, 78)}{NEW}"
    first = desk.apply(desk.bring(text))
    again = desk.bring(text)

    assert again.pk != first.pk
    assert uploads.applied_before(again) == first
    assert applying.preview(again, "everything").changes_nothing
    with pytest.raises(RefusedError, match="Nothing would be imported"):
        desk.apply(again)
    again.refresh_from_db()
    assert again.state == "review"


def test_the_same_file_sent_twice_waits_once(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet
) -> None:
    assert desk.bring(roll_of()) == desk.bring(roll_of())
    assert Import.objects.count() == 1


def test_nothing_chosen_is_no_success(desk: Desk, sheet: Sheet) -> None:
    file = desk.bring(f"{HEAD}\n{NEW}")
    desk.decide(file, 2, What.SKIP)

    with pytest.raises(RefusedError, match="Nothing would be imported"):
        desk.apply(file)
    assert not Pupil.objects.filter(surname="Newman").exists()


@pytest.mark.parametrize(
    ("mode", "added", "class_name", "upn_changes"),
    [
        ("everything", 1, "6B", True),
        ("new", 1, "6A", False),
        ("existing", 0, "6B", True),
        ("numbers", 0, "6A", True),
    ],
)
def test_a_mode_takes_what_it_says(
    desk: Desk,
    roll_of: Callable[..., str],
    sheet: Sheet,
    mode: Mode,
    added: int,
    class_name: str,
    *,
    upn_changes: bool,
) -> None:
    old, number = Pupil.objects.get(surname="Ashby").upn, make_upn(999, 301, 2020, 79)
    file = desk.bring(roll_of(Ashby={"upn": number, "class_name": "6B"}) + f"\n{NEW}")
    ashby = Pupil.objects.get(surname="Ashby")
    desk.decide(file, 2, What.ACCEPT, ashby.pk)
    desk.apply(file, mode)

    ashby.refresh_from_db()
    assert Pupil.objects.filter(surname="Newman").count() == added
    assert ashby.class_name == class_name
    assert (ashby.upn, ashby.former_upn) == ((number, old) if upn_changes else (old, ""))


def test_what_changed_since_it_was_seen_is_not_applied(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet
) -> None:
    file = desk.bring(roll_of(Ashby={"class_name": "6B"}))
    seal = applying.preview(file, "everything").seal
    Pupil.objects.filter(surname="Ashby").update(class_name="6C")

    with pytest.raises(ChangedMeanwhileError, match="not what you saw"):
        applying.apply(file=file, mode="everything", seal=seal, by=desk.by)
    assert Pupil.objects.get(surname="Ashby").class_name == "6C"


def test_a_death_half_way_leaves_nothing(
    desk: Desk, roll_of: Callable[..., str], sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = desk.bring(roll_of(Ashby={"class_name": "6B"}) + f"\n{NEW}")
    before = kept()

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(roll, "touch_sheets", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.apply(file)
    assert kept() == before
    file.refresh_from_db()
    assert file.state == "review"
    assert desk.apply(file).state == "applied"


def test_nothing_of_families_and_health_is_in_any_table(desk: Desk, sheet: Sheet) -> None:
    desk.apply(
        desk.bring(
            f"{HEAD},Mother's surname,Home address,Post code,Mobile,Allergies,% attendance,Notes\n"
            f"{NEW},Hemlock,1 Hemlock Road,SW1A 9ZZ,07700 900123,Peanuts,94.2,Hemlock\n"
        )
    )
    transfer = (
        "<CTfile><Header><DocumentName>Common Transfer File</DocumentName></Header>"
        "<CTFpupilData><Pupil><UPN></UPN><Surname>Carr</Surname><Forename>Cy</Forename>"
        "<DOB>2015-02-01</DOB><Sex>F</Sex><BasicDetails><NCyearActual>6</NCyearActual>"
        "<MedicalFlag>Peanuts</MedicalFlag></BasicDetails><Address><PostCode>SW1A 9ZZ</PostCode>"
        "</Address><Phones><Phone><PhoneNo>07700 900123</PhoneNo></Phone></Phones>"
        "<Contacts><Contact><Surname>Hemlock</Surname></Contact></Contacts></Pupil>"
        "</CTFpupilData></CTfile>"
    )
    desk.apply(desk.bring(transfer, "CTF.xml"))

    assert {"Newman", "Carr"} <= set(Pupil.objects.values_list("surname", flat=True))
    everything = repr([list(model._default_manager.values_list()) for model in apps.get_models()])
    assert "Newman" in everything
    assert [secret for secret in SECRETS if secret in everything] == []
    assert all(bytes(file.content) == b"" for file in Import.objects.all())
    assert "contacts" in Import.objects.get(name="CTF.xml").reading["left_out"]


def test_a_refused_file_leaves_nothing(desk: Desk, sheet: Sheet) -> None:
    with pytest.raises(RollRefusedError):
        desk.bring(b"\x00\x01")
    assert not Import.objects.exists()


def test_two_files_that_wait_do_not_add_the_same_pupil_twice(desk: Desk, sheet: Sheet) -> None:
    first, second = desk.bring(f"{HEAD}\n{NEW}"), desk.bring(f"{HEAD}\n{NEW}\n")
    assert first != second
    desk.apply(first)

    preview = applying.preview(second, "everything")
    assert preview.changes_nothing
    assert "stored since" in preview.not_matched[0].reason
    matching.rematch(file=second, strictness=Strictness.EXACT, by=desk.by)
    row = second.rows.get()
    assert (row.match, row.decision) == ("probable", What.UNDECIDED)
    desk.decide(second, 2, What.ENROL)
    assert applying.preview(second, "everything").counts["added"] == 1
