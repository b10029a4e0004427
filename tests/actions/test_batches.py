"""Archives of many schools' files: each stands for itself, and a run that died goes on."""

import io
from uuid import uuid4
from zipfile import ZipFile

import openpyxl
import pytest
from batch_of_tests import YEAR, agrees, archive, sheet_of_school, with_cohort
from cast_of_tests import MakePerson

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.batches import members, sending
from keystage.actions.gateway.batches.sending import TAKE, job_of, send
from keystage.actions.gateway.batches.submitting import SUBMIT, ready_of, submit_ready
from keystage.actions.gateway.standing.states import return_of
from keystage.actions.gateway.templates import make_template
from keystage.store.models import (
    Batch,
    Job,
    Organisation,
    Person,
    SchoolReturn,
    Sheet,
    Submission,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_open")]


@pytest.fixture
def second(person: MakePerson, authority: Organisation) -> Person:
    return person("authority_officer", authority, name="Sena Second")


@pytest.fixture
def other_sheet(other_school: Organisation, lead: Person) -> Sheet:
    return with_cohort(other_school, lead)


def sent(body: Organisation, content: bytes, by: Person) -> Batch:
    """A batch whose files a worker has taken."""
    batch = send(body, YEAR, name="all.zip", content=content, key=uuid4(), by=By(by))
    taken(batch)
    return Batch.objects.get(pk=batch.pk)


def taken(batch: Batch, kind: str = TAKE) -> Job:
    job = job_of(batch, kind)
    assert job is not None
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def told(batch: Batch) -> dict[str, tuple[str, str]]:
    """State and code of each file."""
    return {one["name"]: (one["state"], one.get("code", "")) for one in batch.members}


def test_each_file_becomes_a_submission_of_its_school(
    authority: Organisation, officer: Person, sheet: Sheet, other_sheet: Sheet
) -> None:
    for one in (sheet, other_sheet):
        agrees(one.school)
    batch = sent(
        authority,
        archive({"a.csv": sheet_of_school(sheet), "b/b.csv": sheet_of_school(other_sheet)}),
        officer,
    )

    assert told(batch) == {"a.csv": ("kept", ""), "b.csv": ("kept", "")}
    assert batch.content is None
    found = Submission.objects.order_by("school_return__school__code")
    assert [(one.school_return.school.code, one.channel, one.state) for one in found] == [
        ("900003", "batch", "uploaded"),
        ("900004", "batch", "uploaded"),
    ]
    job = job_of(batch)
    assert job is not None
    assert job.outcome == {"kept": 2, "refused": 0, "left out": 0}


def test_a_bad_file_has_its_own_sentence_and_stops_no_other(
    authority: Organisation, officer: Person, sheet: Sheet, other_sheet: Sheet, lead: Person
) -> None:
    agrees(sheet.school)
    elsewhere = Organisation.objects.create(
        kind="school", code="900009", name="Far Away School", number="9980301",
        authority=Organisation.objects.create(kind="authority", code="998", name="Riddleshire"),
    )  # fmt: skip
    good = sheet_of_school(sheet)
    two = f"{good}\n{sheet_of_school(other_sheet).partition(chr(10))[2]}"
    batch = sent(
        authority,
        archive(
            {
                "../out.csv": good,
                "nested.zip": archive({"a.csv": good}),
                "two.csv": two,
                "notagreed.csv": sheet_of_school(other_sheet),
                "elsewhere.csv": sheet_of_school(other_sheet, number=elsewhere.number),
                "nobody.csv": sheet_of_school(other_sheet, number="9999999"),
                "picture.png": b"\x89PNG\r\n",
                "empty.xml": b"",
                "__MACOSX/a.csv": b"x",
                "good.csv": good,
            }
        ),
        officer,
    )

    assert told(batch) == {
        "out.csv": ("left out", "TA-014"),
        "nested.zip": ("left out", "TA-014"),
        "two.csv": ("left out", "TA-014"),
        "notagreed.csv": ("left out", "TA-105"),
        "elsewhere.csv": ("left out", "TA-105"),
        "nobody.csv": ("left out", "TA-104"),
        "picture.png": ("left out", "TA-002"),
        "empty.xml": ("left out", "TA-004"),
        "good.csv": ("kept", ""),
        "": ("passed over", ""),
    }
    notes = {one["name"]: one.get("note", "") for one in batch.members}
    assert "has not agreed that Storyshire sends for it" in notes["notagreed.csv"]
    assert "is not a school of Storyshire" in notes["elsewhere.csv"]
    assert all(one["message"] and one["todo"] for one in batch.members if one.get("code"))
    assert Submission.objects.count() == 1


def test_a_protected_file_is_told_by_the_archive_and_a_refused_one_by_its_school(
    authority: Organisation, officer: Person, sheet: Sheet
) -> None:
    agrees(sheet.school)
    content = bytearray(archive({"secret.csv": sheet_of_school(sheet), "b.csv": "x"}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    wrong = archive({"9990301_CTF_NAALLLL_001.xml": "<CTfile><a></CTfile>"})
    secret = sent(authority, bytes(content), officer)
    damaged = sent(authority, wrong, officer)

    assert told(secret)["secret.csv"] == ("left out", "TA-006")
    assert told(damaged) == {"9990301_CTF_NAALLLL_001.xml": ("refused", "")}
    submission = Submission.objects.get()
    assert submission.state == Submission.State.REFUSED
    assert submission.findings[0]["code"] == "TA-009"


def test_a_run_that_died_goes_on_where_it_stopped(
    authority: Organisation,
    officer: Person,
    sheet: Sheet,
    other_sheet: Sheet,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for one in (sheet, other_sheet):
        agrees(one.school)
    content = archive(
        {
            "bad.csv": "UPN\nx",
            "a.csv": sheet_of_school(sheet),
            "b.csv": sheet_of_school(other_sheet),
        }
    )
    batch = send(authority, YEAR, name="all.zip", content=content, key=uuid4(), by=By(officer))
    real = sending._note
    seen: list[int] = []

    def dying(batch: Batch, at: int, said: dict[str, object]) -> None:
        if at == 1 and not seen:
            seen.append(at)
            raise KeyboardInterrupt
        real(batch, at, said)

    monkeypatch.setattr(sending, "_note", dying)
    with pytest.raises(KeyboardInterrupt):
        taken(batch)
    assert Submission.objects.count() == 1
    assert Batch.objects.get(pk=batch.pk).content is not None
    Job.objects.update(state=Job.State.STALE)
    job = job_of(batch)
    assert job is not None
    jobs.again(job, by=By(officer))
    taken(batch)

    again = Batch.objects.get(pk=batch.pk)
    assert [one["state"] for one in again.members] == ["left out", "kept", "kept"]
    assert again.content is None
    assert Submission.objects.count() == 2


def test_a_fault_of_ours_leaves_out_one_file_alone(
    authority: Organisation, officer: Person, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    agrees(sheet.school)
    real = members.place

    def failing(member: object, *rest: object) -> object:
        if "first" in getattr(member, "name", ""):
            raise ZeroDivisionError
        return real(member, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "place", failing)
    batch = sent(authority, archive({"first.csv": "x", "a.csv": sheet_of_school(sheet)}), officer)

    assert [one["state"] for one in batch.members] == ["left out", "kept"]
    assert "our side" in batch.members[0]["message"]


def test_a_second_person_submits_what_is_ready(
    authority: Organisation, officer: Person, second: Person, sheet: Sheet, other_sheet: Sheet
) -> None:
    for one in (sheet, other_sheet):
        agrees(one.school)
    content = archive({"a.csv": sheet_of_school(sheet), "b.csv": sheet_of_school(other_sheet)})
    batch = sent(authority, content, officer)
    with pytest.raises(RefusedError, match="another person"):
        submit_ready(batch, by=By(officer))
    agrees(other_sheet.school, "prepare_submission")
    submit_ready(batch, by=By(second))
    job = taken(batch, SUBMIT)

    assert job.outcome["submitted"] == 1
    assert "has not agreed" in next(iter(job.outcome["kept back"].values()))
    states = dict(SchoolReturn.objects.values_list("school__code", "state"))
    assert states == {"900003": "accepted", "900004": "uploaded"}
    assert len(ready_of(batch)) == 1

    agrees(other_sheet.school)
    submit_ready(batch, by=By(second))
    assert taken(batch, SUBMIT).outcome == {"submitted": 2, "kept back": {}}


def test_what_is_refused_of_a_batch_is_said_before_anything_is_kept(
    authority: Organisation, officer: Person, second: Person, person: MakePerson, sheet: Sheet
) -> None:
    analyst = person("authority_analyst", authority)
    for content, who, words in (
        (b"UPN,Surname\n", officer, "not a ZIP"),
        (b"PK\x03\x04" + b"0" * 11 * 2**20, officer, "larger than 10 MB"),
        (archive({"a.csv": "x"}), analyst, "do not prepare returns"),
    ):
        with pytest.raises(RefusedError, match=words):
            send(authority, YEAR, name="a.zip", content=content, key=uuid4(), by=By(who))
    assert not Batch.objects.exists()
    batch = send(
        authority, YEAR, name="a.zip", content=archive({"a.csv": "x"}), key=uuid4(), by=By(officer)
    )
    with pytest.raises(RefusedError, match="still being checked"):
        submit_ready(batch, by=By(second))
    taken(batch)
    with pytest.raises(RefusedError, match="No file of this batch waits"):
        submit_ready(batch, by=By(second))


def test_a_form_sent_twice_is_one_batch(
    authority: Organisation, officer: Person, sheet: Sheet
) -> None:
    key, content = uuid4(), archive({"a.csv": sheet_of_school(sheet)})
    for _ in range(2):
        send(authority, YEAR, name="a.zip", content=content, key=key, by=By(officer))

    assert Batch.objects.count() == 1
    assert Job.objects.filter(kind=TAKE).count() == 1


def test_an_archive_that_unpacks_to_too_much_is_told_file_by_file(
    authority: Organisation, officer: Person, sheet: Sheet
) -> None:
    agrees(sheet.school)
    written = io.BytesIO()
    with ZipFile(written, "w", compression=8) as zipped:
        zipped.writestr("bomb.csv", b"0" * 11 * 2**20)
        zipped.writestr("good.csv", sheet_of_school(sheet))
    batch = sent(authority, written.getvalue(), officer)

    assert told(batch) == {"bomb.csv": ("left out", "TA-003"), "good.csv": ("kept", "")}


def test_a_template_goes_to_the_school_it_was_made_for_altered_or_not(
    authority: Organisation, officer: Person, sheet: Sheet, office: Person
) -> None:
    agrees(sheet.school)
    made = make_template(return_of(sheet.school, YEAR), by=By(office)).content
    book = openpyxl.load_workbook(io.BytesIO(made))
    book.worksheets[0]["A1"] = "Another heading"
    changed = io.BytesIO()
    book.save(changed)
    files = {"as it was.xlsx": made, "KS2_9990301_002.xlsx": changed.getvalue()}
    batch = sent(authority, archive(files), officer)

    assert [one["school"] for one in batch.members] == ["900003", "900003"]
    codes = [{one["code"] for one in found.findings} for found in batch.submissions.all()]
    assert sum("TA-008" in one for one in codes) == 1
