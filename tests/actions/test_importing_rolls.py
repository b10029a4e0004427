# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls
"""A roll from the file to the tables and back: matched, seen, applied once, undone whole."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, combinations
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.cohort import Registration, register
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports import applying, matching, roll, uploads
from keystage.actions.imports.matching import Choice
from keystage.actions.imports.rules import import_rules
from keystage.core.upn import make_upn
from keystage.flows.roll.pairs import Strictness
from keystage.flows.roll.plans import Mode
from keystage.flows.roll.refusal import RollRefusedError
from keystage.store.models import (
    AuditEvent,
    CohortPupil,
    Import,
    ImportRow,
    Job,
    Pupil,
    RegistrationChange,
)

pytestmark = pytest.mark.django_db
What = ImportRow.Decision
HEAD = "UPN,Surname,Forename,DOB,Sex,Year,Class"
NEW = ",Newman,Bo,05/02/2015,M,6,6A"
SECRETS = ("Hemlock", "07700 900123", "Peanuts", "SW1A 9ZZ", "94.2")


@dataclass
class Desk:
    """Somebody at work with rolls: ``desk.bring(text)``, ``desk.apply(file)``."""

    school: Any
    by: By

    def bring(self, text: str | bytes, name: str = "roll.csv", year: int = 2026) -> Import:
        data = text.encode() if isinstance(text, str) else text
        return uploads.bring_in(
            school=self.school, year=year, kind="roll", data=data, name=name, by=self.by
        )

    def apply(self, file: Import, mode: Mode = "everything") -> Import:
        seal = applying.preview(file, mode).seal
        return applying.apply(file=file, mode=mode, seal=seal, by=self.by)

    def decide(self, file: Import, line: int, what: What, pupil: UUID | None = None) -> int:
        key = file.rows.get(line=line).pk
        return matching.decide(file=file, choices={key: Choice(what=what, pupil=pupil)}, by=self.by)


@pytest.fixture
def desk(school, office) -> Desk:
    return Desk(school, By(office, "test"))


@pytest.fixture
def roll_of(pupils) -> Callable[..., str]:
    """The roll as it is stored, with values changed: ``roll_of(Ashby={"class_name": "6B"})``."""

    def text(**changed: dict[str, str]) -> str:
        lines = [HEAD]
        for pupil in pupils:
            values = {
                "upn": pupil.upn,
                "surname": pupil.surname,
                "forename": pupil.forename,
                "birth_date": f"{pupil.birth_date:%d/%m/%Y}",
                "sex": pupil.sex,
                "year_group": pupil.year_group,
                "class_name": pupil.class_name,
            } | changed.get(pupil.surname, {})
            lines.append(",".join(values.values()))
        return "\n".join(lines)

    return text


def kept() -> dict[str, list[Any]]:
    """All that an import may change, without versions and moments."""
    pupil = [one.name for one in Pupil._meta.fields if one.name not in {"version", "changed_at"}]
    return {
        "pupils": list(Pupil.objects.order_by("pk").values_list(*pupil)),
        "cohort": list(
            CohortPupil.objects.order_by("pupil").values_list(
                "sheet", "pupil", "how", "removed", "reading", "gps", "maths", "on_register"
            )
        ),
        "history": list(RegistrationChange.objects.order_by("pk").values_list("pk")),
    }


def test_a_roll_adds_changes_and_joins_the_cohort(desk, roll_of, sheet) -> None:
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


def test_the_first_roll_of_a_school_needs_no_sheet(desk, school) -> None:
    desk.apply(desk.bring(f"{HEAD}\n{NEW}"))

    assert Pupil.objects.get(school=school).surname == "Newman"
    assert not CohortPupil.objects.exists()


def test_pupils_of_other_years_and_leavers_join_no_cohort(desk, sheet) -> None:
    text = f"{HEAD},Date left\n,Five,Fi,05/02/2016,F,5,5A,\n,Gone,Gil,05/02/2015,M,6,6A,01/10/2025"
    desk.apply(desk.bring(text))

    assert not sheet.cohort.filter(pupil__surname__in=["Five", "Gone"]).exists()


def test_a_pupil_who_comes_into_year_6_joins(desk, sheet, school) -> None:
    upn = make_upn(999, 301, 2020, 77)
    Pupil.objects.create(school=school, upn=upn, surname="Riser", forename="Ro", year_group="5")
    desk.apply(desk.bring(f"{HEAD}\n{upn},Riser,Ro,05/02/2015,M,6,6A"))

    assert sheet.cohort.filter(pupil__surname="Riser").exists()


def test_applying_twice_is_applying_once(desk, roll_of, sheet) -> None:
    file = desk.bring(roll_of() + f"\n{NEW}")
    seal = applying.preview(file, "everything").seal
    for _ in range(2):
        applying.apply(file=file, mode="everything", seal=seal, by=desk.by)

    assert Pupil.objects.filter(surname="Newman").count() == 1
    assert AuditEvent.objects.filter(action="file applied").count() == 1


def test_the_same_file_again_changes_nothing_and_is_said_to_be_the_same(
    desk, roll_of, sheet
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


def test_the_same_file_sent_twice_waits_once(desk, roll_of, sheet) -> None:
    assert desk.bring(roll_of()) == desk.bring(roll_of())
    assert Import.objects.count() == 1


def test_nothing_chosen_is_no_success(desk, sheet) -> None:
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
    desk, roll_of, sheet, mode: str, added: int, class_name: str, *, upn_changes: bool
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


def test_twins_are_told_apart_by_number_and_never_merged(desk, school, sheet) -> None:
    first, second = make_upn(999, 301, 2020, 81), make_upn(999, 301, 2020, 82)
    text = f"{HEAD}\n{first},Okafor,Ada,05/02/2015,F,6,6A\n{second},Okafor,Ade,05/02/2015,F,6,6A"
    desk.apply(desk.bring(text))
    assert Pupil.objects.filter(surname="Okafor").count() == 2

    again = desk.bring(text.replace("6A", "6B"))
    assert [row.match for row in again.rows.all()] == ["same", "same"]
    matching.rematch(file=again, strictness=Strictness.INITIALS, by=desk.by)
    desk.apply(again)
    assert {(one.upn, one.forename) for one in Pupil.objects.filter(surname="Okafor")} == {
        (first, "Ada"),
        (second, "Ade"),
    }


def test_a_twin_without_a_number_waits_for_a_person(desk, school, sheet) -> None:
    upn = make_upn(999, 301, 2020, 81)
    desk.apply(desk.bring(f"{HEAD}\n{upn},Okafor,Ada,05/02/2015,F,6,6A"))
    file = desk.bring(f"{HEAD}\n,Okafor,Ade,05/02/2015,F,6,6A")
    matching.rematch(file=file, strictness=Strictness.INITIALS, by=desk.by)

    row = file.rows.get()
    assert (row.needs_person, row.decision) == (True, What.UNDECIDED)
    assert applying.preview(file, "everything").counts["not_matched"] == 1


def test_a_new_pupil_who_could_be_a_stored_one_is_not_added_unseen(desk, sheet, pupils) -> None:
    file = desk.bring(f"{HEAD}\n,Smith,Jon,05/01/2015,M,6,6B\n,Stone,Al,05/01/2015,M,6,6B")

    row, other = file.rows.all()
    assert (row.match, row.needs_person, row.decision) == ("new", True, What.UNDECIDED)
    assert row.values["candidates"] == [str(pupils[4].pk)]
    assert other.decision == What.ENROL
    desk.decide(file, 2, What.ENROL)
    desk.apply(file)
    assert Pupil.objects.filter(surname="Smith").count() == 2


def test_a_decision_of_a_person_survives_another_strictness(desk, sheet) -> None:
    file = desk.bring(f"{HEAD}\n,Ashbie,Mabel,01/01/2015,F,6,6A")
    desk.decide(file, 2, What.SKIP)
    matching.rematch(file=file, strictness=Strictness.INITIALS, by=desk.by)

    row = file.rows.get()
    assert (row.match, row.decision) == ("possible", What.SKIP)
    file.refresh_from_db()
    assert file.strictness == "initials"


def test_two_rows_are_never_taken_for_one_pupil(desk, sheet, pupils) -> None:
    file = desk.bring(f"{HEAD}\n{NEW}\n,Newton,Al,06/02/2015,M,6,6A")
    desk.decide(file, 2, What.ACCEPT, pupils[0].pk)

    with pytest.raises(RefusedError, match="Lines 2 and 3 are taken for the same pupil"):
        desk.decide(file, 3, What.ACCEPT, pupils[0].pk)


def test_a_row_is_not_taken_for_a_pupil_of_another_school(desk, sheet, other_school) -> None:
    stranger = Pupil.objects.create(school=other_school, surname="Else", forename="Where")
    file = desk.bring(f"{HEAD}\n{NEW}")

    for key in (stranger.pk, uuid4(), None):
        with pytest.raises(RefusedError, match="not on the roll"):
            desk.decide(file, 2, What.ACCEPT, key)
    with pytest.raises(RefusedError, match="no such row"):
        matching.decide(file=file, choices={0: Choice(what=What.SKIP)}, by=desk.by)


def test_undeciding_gives_the_proposal_back(desk, sheet, pupils) -> None:
    file = desk.bring(f"{HEAD}\n,Ashby,Mabel,01/01/2015,F,6,6B")
    desk.decide(file, 2, What.SKIP)
    desk.decide(file, 2, What.UNDECIDED)

    row = file.rows.get()
    assert (row.decision, row.pupil) == (What.UNDECIDED, pupils[0])
    assert desk.decide(file, 2, What.UNDECIDED) == 0


def test_what_changed_since_it_was_seen_is_not_applied(desk, roll_of, sheet) -> None:
    file = desk.bring(roll_of(Ashby={"class_name": "6B"}))
    seal = applying.preview(file, "everything").seal
    Pupil.objects.filter(surname="Ashby").update(class_name="6C")

    with pytest.raises(ChangedMeanwhileError, match="not what you saw"):
        applying.apply(file=file, mode="everything", seal=seal, by=desk.by)
    assert Pupil.objects.get(surname="Ashby").class_name == "6C"


def test_a_death_half_way_leaves_nothing(desk, roll_of, sheet, monkeypatch) -> None:
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


def test_nothing_of_families_and_health_is_in_any_table(desk, sheet) -> None:
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


CHANGES = {
    "class": {"Ashby": {"class_name": "6B"}},
    "name": {"Smith": {"forename": "Josephus", "surname": "Smith"}},
    "born": {"Patel": {"birth_date": "09/09/2014"}},
}


@pytest.mark.parametrize(
    "picked",
    list(chain.from_iterable(combinations([*CHANGES, "new"], size) for size in range(1, 5))),
    ids="+".join,
)
def test_undoing_is_as_if_it_had_never_been(desk, roll_of, sheet, picked) -> None:
    changed = {
        name: values for part in picked if part in CHANGES for name, values in CHANGES[part].items()
    }
    before = kept()
    file = desk.bring(roll_of(**changed) + (f"\n{NEW}" if "new" in picked else ""))
    for row in file.rows.filter(decision=What.UNDECIDED):
        desk.decide(file, row.line, What.ACCEPT, row.pupil_id)
    desk.apply(file)
    assert kept() != before
    file.refresh_from_db()

    assert not applying.way_back(file).changed_since
    applying.undo(file=file, by=desk.by)
    assert kept() == before


def test_an_undone_import_keeps_nothing_of_pupils_and_is_undone_once(desk, sheet) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))
    for _ in range(2):
        file = applying.undo(file=file, by=desk.by)

    assert file.state == "undone"
    assert file.undone_by == desk.by.person
    assert list(file.rows.values_list("values", "after", "pupil")) == [({}, {}, None)]
    assert AuditEvent.objects.filter(action="import undone").count() == 1


def test_what_was_changed_since_is_listed_and_stays(desk, roll_of, sheet) -> None:
    file = desk.apply(desk.bring(roll_of(Ashby={"class_name": "6B"}, Patel={"class_name": "6C"})))
    Pupil.objects.filter(surname="Ashby").update(class_name="6D")

    (line,) = applying.way_back(file).changed_since
    assert (line.what, line.before, line.after) == ("class", "6D", "6A")
    with pytest.raises(ChangedMeanwhileError, match="changed after the import"):
        applying.undo(file=file, by=desk.by)
    applying.undo(file=file, by=desk.by, leave_changed=True)
    assert Pupil.objects.get(surname="Ashby").class_name == "6D"
    assert Pupil.objects.get(surname="Patel").class_name == "6B"


def test_a_new_pupil_who_was_registered_since_stays(desk, sheet) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))
    member = sheet.cohort.get(pupil__surname="Newman")
    registration = Registration(member=member.pk, values={"reading": "below"}, seen=1)
    register(sheet=sheet, registrations=[registration], by=desk.by)

    (line,) = applying.way_back(file).changed_since
    assert "registrations" in line.reason
    applying.undo(file=file, by=desk.by, leave_changed=True)
    assert sheet.cohort.filter(pupil__surname="Newman").exists()


def test_a_number_another_pupil_has_by_now_is_not_given_back(desk, roll_of, sheet, school) -> None:
    ashby = Pupil.objects.get(surname="Ashby")
    file = desk.bring(roll_of(Ashby={"upn": make_upn(999, 301, 2020, 79)}))
    desk.decide(file, 2, What.ACCEPT, ashby.pk)
    file = desk.apply(file)
    Pupil.objects.create(school=school, upn=ashby.upn, surname="Taker", forename="Ti")

    assert "another pupil has this number" in {
        line.reason.removesuffix(" by now") for line in applying.way_back(file).changed_since
    }
    applying.undo(file=file, by=desk.by, leave_changed=True)


def test_an_import_can_be_undone_for_as_long_as_the_rule_says(desk, sheet) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))
    days = import_rules().undoing.days
    assert import_rules().undoing.source

    file.applied_at = timezone.now() - timedelta(days=days, hours=-1)
    file.save()
    assert applying.way_back(file).removes
    file.applied_at = timezone.now() - timedelta(days=days, hours=1)
    file.save()
    with pytest.raises(RefusedError, match=f"more than {days} days ago"):
        applying.undo(file=file, by=desk.by)


def test_a_file_that_waits_cannot_be_undone(desk, sheet) -> None:
    with pytest.raises(RefusedError, match="not applied"):
        applying.way_back(desk.bring(f"{HEAD}\n{NEW}"))


def test_a_file_put_away_leaves_nothing_of_its_pupils(desk, sheet) -> None:
    file = desk.bring(f"{HEAD}\n{NEW}")
    for _ in range(2):
        uploads.discard(file=file, by=desk.by)

    assert not ImportRow.objects.exists()
    for act in (
        lambda: desk.apply(file),
        lambda: matching.rematch(file=file, strictness=Strictness.EXACT, by=desk.by),
    ):
        with pytest.raises(RefusedError):
            act()


def test_an_applied_file_cannot_be_put_away(desk, sheet) -> None:
    file = desk.apply(desk.bring(f"{HEAD}\n{NEW}"))

    with pytest.raises(RefusedError, match="not waiting"):
        uploads.discard(file=file, by=desk.by)


def test_a_refused_file_leaves_nothing(desk, sheet) -> None:
    with pytest.raises(RollRefusedError):
        desk.bring(b"\x00\x01")
    assert not Import.objects.exists()


@pytest.fixture
def large(desk, sheet) -> Import:
    """A file of more pupils than are applied at once."""
    rows = [
        f"{make_upn(999, 301, 2019, n)},Many{n},Al,05/02/2015,M,6,6A"
        for n in range(import_rules().size.pupils + 1)
    ]
    brought: Import = desk.bring("\n".join([HEAD, *rows]))
    return brought


def test_a_large_file_is_applied_by_the_worker_once(desk, large, sheet) -> None:
    assert applying.is_large(large)
    seal = applying.preview(large, "everything").seal
    job = applying.apply_later(file=large, mode="everything", seal=seal, by=desk.by)
    assert job is not None
    assert applying.apply_later(file=large, mode="everything", seal=seal, by=desk.by) is None
    large.refresh_from_db()
    assert large.state == "applying"
    with pytest.raises(RefusedError):
        uploads.discard(file=large, by=desk.by)

    for _ in range(2):
        jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    large.refresh_from_db()
    assert (job.state, large.state) == ("done", "applied")
    assert sheet.cohort.filter(pupil__surname__startswith="Many").count() == job.total


def test_a_worker_that_died_is_followed_by_one_that_applies_the_whole(desk, large, sheet) -> None:
    seal = applying.preview(large, "everything").seal
    job = applying.apply_later(file=large, mode="everything", seal=seal, by=desk.by)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(
        state="running", heard_at=timezone.now() - 2 * jobs.SILENCE
    )
    jobs.sweep()
    jobs.run_job.call(str(job.pk))

    large.refresh_from_db()
    assert large.state == "applied"


def test_a_large_file_that_is_another_by_then_waits_again(desk, large, sheet) -> None:
    seal = applying.preview(large, "everything").seal
    job = applying.apply_later(file=large, mode="everything", seal=seal, by=desk.by)
    assert job is not None
    Pupil.objects.create(
        school=desk.school, upn=make_upn(999, 301, 2019, 1), surname="First", forename="Al"
    )
    jobs.run_job.call(str(job.pk))

    job.refresh_from_db()
    large.refresh_from_db()
    assert (job.state, large.state) == ("failed", "review")
    assert "not what you saw" in job.message


def test_two_files_that_wait_do_not_add_the_same_pupil_twice(desk, sheet) -> None:
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
