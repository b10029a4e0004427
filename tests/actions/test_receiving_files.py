"""Files that schools give to the gateway: kept whole or refused whole, with every finding."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from cast_of_tests import YEAR
from django.utils import timezone
from files_of_tests import HEAD, Gate, codes_of, row_of, sheet_file

from keystage.actions import settings
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving import checking, knowing
from keystage.actions.gateway.receiving.checking import Checked
from keystage.actions.gateway.receiving.knowing import Known
from keystage.actions.gateway.receiving.uploading import Given, upload, withdraw
from keystage.actions.gateway.standing import states
from keystage.actions.gateway.taking.submitting import submit
from keystage.actions.sending.exporting import draft
from keystage.store.models import (
    AuditEvent,
    Grant,
    Moderation,
    Organisation,
    Person,
    Pupil,
    ReceivedJudgement,
    ReceivedPupil,
    Sheet,
    Submission,
    SystemAccess,
)

State = Submission.State


@pytest.fixture
def whole(judged_sheet: Sheet, pupils: list[Pupil]) -> bytes:
    """A mark sheet with everybody and every judgement that is due."""
    assert judged_sheet.year == YEAR
    return sheet_file(row_of(pupil) for pupil in pupils)


def test_a_file_waits_for_a_second_person_and_is_then_taken(gate: Gate, whole: bytes) -> None:
    waiting = gate.give(whole)

    assert (waiting.state, waiting.verdict, waiting.red) == (State.UPLOADED, "green", 0)
    assert bytes(waiting.content or b"") == whole
    assert "waits for a second person" in states.not_yet(gate.kept)
    assert not ReceivedPupil.objects.exists()

    submit(waiting, by=gate.second)

    assert (waiting.state, waiting.return_version) == (State.TAKEN, 1)
    assert (gate.kept.state, gate.kept.complete, states.not_yet(gate.kept)) == ("accepted", 6, "")
    assert ReceivedJudgement.objects.filter(code="EXS").count() == 12


def test_nobody_submits_what_he_or_she_uploaded(gate: Gate, whole: bytes) -> None:
    waiting = gate.give(whole)

    with pytest.raises(RefusedError, match="another person"):
        submit(waiting, by=gate.first)

    submit(waiting, by=gate.second)
    with pytest.raises(RefusedError, match="taken"):
        submit(waiting, by=gate.second)


def test_a_red_file_is_refused_whole_and_leaves_its_findings(
    gate: Gate, judged_sheet: Sheet, pupils: list[Pupil]
) -> None:
    rows = [row_of(pupils[0], Writing="EXX"), *map(row_of, pupils[1:])]

    refused = gate.give(sheet_file(rows))

    assert (refused.state, refused.content, refused.pupils) == (State.REFUSED, None, [])
    (found,) = [one for one in refused.findings if one["severity"] == "red"]
    assert (found["code"], found["line"], found["upn"]) == ("TA-401", 2, pupils[0].upn)
    assert (found["name"], found["value"]) == ("Ashby, Mabel", "EXX")
    assert found["message"]
    assert found["why"]
    assert found["todo"]
    assert gate.kept.state == "not_started"
    assert "Ashby" not in str(list(AuditEvent.objects.values_list("after", "subject")))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "TA-004", id="empty"),
        pytest.param(b"%PDF-1.7 not a return", "TA-002", id="a PDF"),
        pytest.param(b"<CTfile><broken", "TA-009", id="damaged"),
        pytest.param(b"Surname,Forename\nA,B\n", "TA-016", id="columns missing"),
        pytest.param(b"\0" * 500, "TA-002", id="noughts"),
        pytest.param(b"x" * (10 * 2**20 + 1), "TA-003", id="too big"),
        pytest.param(sheet_file([dict.fromkeys(HEAD, "x")] * 8193), "TA-003", id="a nation"),
    ],
)
def test_what_is_no_return_is_refused_with_the_code_of_the_catalogue(
    gate: Gate, content: bytes, code: str
) -> None:
    refused = gate.give(content)

    assert (refused.state, refused.verdict) == (State.REFUSED, "red")
    assert code in codes_of(refused)


def test_an_archive_is_refused_where_one_schools_file_is_asked_for(
    gate: Gate, whole: bytes
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sheet.csv", whole)

    assert "TA-014" in codes_of(gate.give(packed.getvalue(), "all.zip"))


def test_a_sheet_of_two_schools_and_one_of_another_school_are_refused(
    gate: Gate, judged_sheet: Sheet, pupils: list[Pupil], other_school: Organisation
) -> None:
    head = (*HEAD, "School number")
    own = [row_of(pupil) | {"School number": gate.school.number} for pupil in pupils]
    other = [row | {"School number": other_school.number} for row in own]

    assert gate.give(sheet_file(own, head)).state == State.UPLOADED
    assert "TA-014" in codes_of(gate.give(sheet_file([*own[:3], *other[3:]], head)))
    assert "TA-105" in codes_of(gate.give(sheet_file(other, head)))


def test_the_file_that_was_taken_last_is_refused_and_an_older_one_asked_about(
    gate: Gate, judged_sheet: Sheet
) -> None:
    file = draft(judged_sheet)
    newer = file.name.replace("_001", "_002")
    gate.take(file.made.content, newer)

    again = gate.give(file.made.content, newer)
    assert (again.state, codes_of(again)[0]) == (State.REFUSED, "TA-012")

    older = gate.give(file.made.content.replace(b"  <", b" <"), file.name)
    assert (older.state, older.verdict) == (State.UPLOADED, "amber")
    assert "TA-013" in codes_of(older)


def test_a_file_given_twice_while_it_waits_is_one_submission(
    gate: Gate, whole: bytes, sheet: Sheet
) -> None:
    first = gate.give(whole)

    assert gate.give(whole) == first

    Sheet.objects.filter(pk=sheet.pk).update(content_version=99)
    again = gate.give(whole)
    first.refresh_from_db()
    assert (again.state, first.state) == (State.UPLOADED, State.WITHDRAWN)


def test_a_name_is_kept_without_folders_and_as_every_database_takes_it(
    gate: Gate, whole: bytes
) -> None:
    kept = gate.give(whole, "C:\\work\\..\\a\0b\udcff.csv" + "x" * 300)

    assert kept.name.startswith("a\N{REPLACEMENT CHARACTER}b?.csv")
    assert len(kept.name) == 255


def test_a_withdrawn_file_is_not_submitted(gate: Gate, whole: bytes) -> None:
    waiting = gate.give(whole)

    withdraw(waiting, by=gate.first)
    withdraw(waiting, by=gate.first)

    assert gate.kept.state == "not_started"
    with pytest.raises(RefusedError, match="withdrawn"):
        submit(waiting, by=gate.second)
    with pytest.raises(RefusedError, match="taken"):
        withdraw(gate.take(whole).submission, by=gate.first)


def test_a_closed_return_takes_nothing_until_it_is_opened_again(
    gate: Gate, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = gate.give(whole)
    states.close(gate.kept, reason="The collection is over.", by=gate.second)

    with pytest.raises(RefusedError, match="closed"):
        submit(waiting, by=gate.second)
    with pytest.raises(RefusedError, match="closed"):
        gate.give(whole)
    assert states.not_yet(gate.kept) == "Not yet submitted, and closed: no file was submitted."

    states.reopen(gate.kept, reason="The wrong file was sent.", by=gate.second)
    monkeypatch.setattr(knowing, "today", lambda: date(2026, 7, 20))
    words = "the return was reopened, and a file waits for a second person to submit it."
    assert states.not_yet(gate.kept) == f"Not yet submitted: {words}"
    submit(waiting, by=gate.second)
    assert gate.kept.state == "accepted"
    assert [one.after for one in gate.kept.events.all()] == [
        "uploaded", "closed", "reopened", "accepted",
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_return_is_closed_and_opened_for_a_reason(gate: Gate, whole: bytes, reason: str) -> None:
    gate.give(whole)

    with pytest.raises(RefusedError, match="reason"):
        states.close(gate.kept, reason=reason, by=gate.second)
    with pytest.raises(RefusedError, match="open already"):
        states.reopen(gate.kept, reason="Why not", by=gate.second)


def test_a_file_that_has_become_red_is_refused_when_it_is_submitted(
    gate: Gate, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = gate.give(whole)
    monkeypatch.setattr(knowing, "today", lambda: date(2026, 7, 20))

    with pytest.raises(RefusedError, match="Checked again"):
        submit(waiting, by=gate.second)

    assert (waiting.state, waiting.content, codes_of(waiting)[0]) == (State.REFUSED, None, "TA-107")
    assert gate.kept.state == "not_started"


def test_a_file_is_checked_again_only_if_something_changed(
    gate: Gate, whole: bytes, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bytes] = []

    def check(content: bytes, name: str, known: Known) -> Checked:
        looked.append(content)
        return checking.check(content, name, known)

    monkeypatch.setattr("keystage.actions.gateway.taking.submitting.check", check)
    gate.take(whole)
    assert looked == []

    corrected = whole.replace(b"EXS", b"GDS", 1)
    waiting = gate.give(corrected)
    Sheet.objects.filter(pk=sheet.pk).update(content_version=99)
    submit(waiting, by=gate.second)
    assert looked == [corrected]


def test_a_return_is_held_for_a_visit_the_school_knows_of(
    gate: Gate, whole: bytes, headteacher: Person
) -> None:
    held = Moderation.objects.create(
        school=gate.school,
        year=YEAR,
        chosen_at=timezone.now(),
        chosen_by=headteacher,
        told_at=timezone.now() + timedelta(days=1),
    )
    assert gate.give(whole).verdict == "green"

    Moderation.objects.update(told_at=timezone.now())
    waiting = gate.give(whole)
    assert codes_of(waiting) == ["TA-108"]
    with pytest.raises(RefusedError, match="moderation visit"):
        submit(waiting, by=gate.second)

    Moderation.objects.filter(pk=held.pk).update(hold=False)
    submit(waiting, by=gate.second)


def test_a_school_is_told_that_its_authority_collects_the_returns(
    gate: Gate, judged_sheet: Sheet, authority: Organisation
) -> None:
    file = draft(judged_sheet)
    settings.change(
        organisation=authority, name=settings.THROUGH_AUTHORITY, value="yes", by=gate.second
    )

    assert codes_of(gate.give(file.made.content, file.name))[-1] == "TA-109"
    sent = Given(name=file.name, content=file.made.content, channel=Submission.Channel.BATCH)
    assert "TA-109" not in codes_of(upload(gate.school, YEAR, sent, by=gate.second))


def test_a_system_submits_by_the_standing_word_of_two_people(
    gate: Gate, whole: bytes, office: Person, headteacher: Person
) -> None:
    system = SystemAccess.objects.create(
        organisation=gate.school,
        name="School system",
        client_id="system-1",
        scopes=["returns:upload"],
        ends_on=timezone.localdate(),
        made_at=timezone.now(),
        made_by=office,
        confirmed_at=timezone.now(),
        confirmed_by=headteacher,
    )
    given = Given(name="x.csv", content=whole, channel=Submission.Channel.API, client=system)
    waiting = upload(gate.school, YEAR, given, by=By(office, system="School system"))
    with pytest.raises(RefusedError, match="another person"):
        submit(waiting, by=gate.first)

    SystemAccess.objects.update(scopes=["returns:upload", "returns:submit"])
    with pytest.raises(RefusedError, match="another person"):
        submit(waiting, by=gate.first)
    Grant.objects.filter(person=headteacher).update(ended_at=timezone.now(), ended_by=office)
    with pytest.raises(RefusedError, match="confirmed this system may not submit"):
        submit(waiting, by=By(office, system="School system"))
    Grant.objects.filter(person=headteacher).update(ended_at=None, ended_by=None)
    submit(waiting, by=By(office, system="School system"))
    assert (waiting.uploaded_by, waiting.submitted_by) == (office, headteacher)
