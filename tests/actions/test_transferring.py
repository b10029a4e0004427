"""The file that goes with pupils: what is in it, what never is, how it is numbered and kept."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone
from lxml import etree

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.sending import transferring
from keystage.flows.roll.files.reading import read_roll
from keystage.formats.ctf.contents import contents
from keystage.formats.ctf.profile import load_profile
from keystage.store.models import AuditEvent, ExportedPupil, Person, ReturnFile, Sheet

pytestmark = pytest.mark.django_db
NEXT = "9990302"


@pytest.fixture
def moving(resulted_sheet: Sheet) -> Sheet:
    """A sheet whose first pupil has left, with all that a pupil can have."""
    pupil = resulted_sheet.cohort.get(pupil__surname="Ashby").pupil
    pupil.former_upn, pupil.preferred_forename = "H801200001001", "May"
    pupil.ks1_reading, pupil.ks1_maths = "EXS", "WTS"
    pupil.left_on, pupil.left_to_school = date(2026, 7, 17), "Riddle Road"
    pupil.save()
    return resulted_sheet


def make(sheet: Sheet, who: Person, *surnames: str, destination: str = NEXT) -> ReturnFile:
    keys = sheet.cohort.filter(pupil__surname__in=surnames).values_list("pk", flat=True)
    return transferring.make(
        sheet=sheet, key=uuid4(), by=By(who), pupils=list(keys), destination=destination
    )


def test_a_transfer_file_holds_what_the_list_names_and_nothing_besides(
    moving: Sheet, office: Person
) -> None:
    file = make(moving, office, "Ashby")

    root = etree.fromstring(bytes(file.content))
    (pupil,) = root.iterfind(".//Pupil")
    assert [part.tag for part in pupil] == [
        "UPN", "Surname", "Forename", "DOB", "Sex", "BasicDetails", "StageAssessments",
        "SchoolHistory",
    ]  # fmt: skip
    assert {part.tag for part in pupil} <= set(contents().transfer.sections)
    assert [part.text for part in pupil.iterfind("BasicDetails/*")] == ["H801200001001", "May", "6"]
    stages = {part.findtext("Stage"): part for part in pupil.iterfind("StageAssessments/KeyStage")}
    assert list(stages) == ["KS1", "KS2"]
    assert [row.findtext("Result") for row in stages["KS1"].iterfind("*[Result]")] == ["EXS", "WTS"]
    assert {row.findtext("Year") for row in stages["KS1"].iterfind("*[Year]")} == {"2022"}
    assert pupil.findtext("SchoolHistory/School/LeavingDate") == "2026-07-17"
    assert pupil.findtext("SchoolHistory/School/EntryDate") == "2019-09-02"
    assert root.findtext("Header/DestSchool/LEA") == "999"
    assert root.findtext("Header/DestSchool/Estab") == "0302"


def test_the_next_school_can_bring_the_file_in_as_it_is(moving: Sheet, office: Person) -> None:
    file = make(moving, office, "Ashby", "Zhang")

    read = read_roll(bytes(file.content), file.name, load_profile(), school=NEXT)

    facts = {one.facts.surname: one.facts for one in read.pupils}
    assert facts["Ashby"].ks1_reading == "EXS"
    assert facts["Ashby"].preferred_forename == "May"
    assert facts["Ashby"].former_upn == "H801200001001"
    assert facts["Zhang"].ks1_reading is None
    assert facts["Zhang"].year_group == "6"


def test_a_file_is_kept_with_hash_history_and_audit(moving: Sheet, office: Person) -> None:
    file = make(moving, office, "Ashby", "Zhang")
    transferring.fetched(file, by=By(office))

    assert (file.name, file.profile) == ("9990301_CTF_9990302_001.xml", "transfer")
    assert file.counts["in_file"] == 2
    assert ExportedPupil.objects.filter(return_file=file).count() == 2
    told = AuditEvent.objects.filter(subject=file.name)
    assert [one.action for one in told] == ["transfer file made", "transfer file downloaded"]
    assert told[0].after["sha256"] == file.sha256
    assert "Ashby" not in str([one.after for one in told])


def test_files_are_numbered_for_each_school_and_do_not_supersede_each_other(
    moving: Sheet, office: Person
) -> None:
    first = make(moving, office, "Ashby")
    second = make(moving, office, "Zhang")
    unknown = make(moving, office, "Smith", destination="XXXXXXX")
    first.refresh_from_db()

    assert [one.serial for one in (first, second, unknown)] == [1, 2, 1]
    assert unknown.name == "9990301_CTF_XXXXXXX_001.xml"
    assert first.superseded_at is None


def test_asking_twice_with_one_key_makes_one_file(moving: Sheet, office: Person) -> None:
    key, pupils = uuid4(), list(moving.cohort.values_list("pk", flat=True))
    for _ in range(2):
        transferring.make(sheet=moving, key=key, by=By(office), pupils=pupils, destination=NEXT)

    assert ReturnFile.objects.count() == 1


def test_a_pupil_without_identity_is_named_and_the_others_go(moving: Sheet, office: Person) -> None:
    pupil = moving.cohort.get(pupil__surname="Zhang").pupil
    pupil.birth_date = None
    pupil.save()

    file = make(moving, office, "Ashby", "Zhang")

    assert (file.counts["in_file"], file.counts["not_exported"]) == (1, 1)
    (line,) = file.exceptions
    assert (line["surname"], line["message"]) == ("Zhang", "Not in the file: DOB: it is blank.")
    with pytest.raises(RefusedError, match="Nobody of those chosen"):
        make(moving, office, "Zhang")


def test_a_pupil_taken_out_of_the_cohort_can_still_go_with_a_file(
    moving: Sheet, office: Person
) -> None:
    moving.cohort.filter(pupil__surname="Patel").update(removed=True, reason="Left in March")

    assert make(moving, office, "Patel").counts["in_file"] == 1


@pytest.mark.parametrize(
    ("destination", "says"),
    [
        ("999030", "not one"),
        ("99903O2", "not one"),
        ("", "not one"),
        ("9990301", "your own school"),
    ],
)
def test_a_number_that_is_none_is_refused(
    moving: Sheet, office: Person, destination: str, says: str
) -> None:
    with pytest.raises(RefusedError, match=says):
        make(moving, office, "Ashby", destination=destination)


def test_a_file_of_nobody_is_refused(moving: Sheet, office: Person) -> None:
    with pytest.raises(RefusedError, match="Nobody is chosen"):
        make(moving, office)


def test_the_same_pupils_at_the_same_moment_give_the_same_bytes(
    moving: Sheet, office: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = timezone.now()
    monkeypatch.setattr(timezone, "localtime", lambda: moment)

    assert bytes(make(moving, office, "Ashby").content) == bytes(
        make(moving, office, "Ashby").content
    )
