"""Documents kept without a scanner: looked through later, and deleted where malware is found."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from cast_of_tests import YEAR, AsPerson
from checking_of_tests import HOME_EARLY, PDF, Exercise
from django.core.management import call_command
from files_of_tests import Gate, row_of, sheet_file

from keystage.actions import scanning, scanning_later
from keystage.actions.amendments import asking
from keystage.actions.amendments import evidence as of_amendment
from keystage.actions.by import By
from keystage.actions.checking import evidence, sending
from keystage.actions.checking.tracing import ruled
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.standing.states import close
from keystage.actions.scanning_later import Looked, scan_waiting
from keystage.core.errors import UnreachableError
from keystage.store.models import (
    Amendment,
    AmendmentEvidence,
    AuditEvent,
    CheckingEvidence,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db
BAD = PDF + b"bad"
ARRIVED = ("remove", "recently_arrived", {"first_language": "other"})


@dataclass
class Finding:
    """A scanner that finds something in what ends badly, and cannot look at some."""

    blind: bytes = b"nothing"
    asked: list[bytes] = field(default_factory=list)
    name: str = "Scanner"

    def find(self, content: bytes) -> str:
        self.asked.append(content)
        if content.endswith(self.blind):
            raise UnreachableError("It is too large.")
        return "Eicar" if content.endswith(b"bad") else ""


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Finding:
    """A scanner that is there from the time a test calls `begin`."""
    made = Finding()
    settings.SCANNER_NEEDED = False
    monkeypatch.setattr(scanning_later, "configured", lambda: made)
    return made


@pytest.fixture
def drafted(gate: Gate, judged_sheet: Sheet, pupils: list[Pupil], office: Person) -> Amendment:
    """An amendment of a closed return that the office has drafted."""
    assert judged_sheet.cohort.exists()
    gate.take(sheet_file([row_of(pupils[0])]))
    close(gate.kept, reason="The deadline", by=By.service())
    wanted = asking.Wanted(
        pupil=gate.kept.pupils.get(), subject="writing", after="GDS", reason="Another line."
    )
    return asking.draft(gate.kept, wanted, by=By(office, "test"))


def test_without_a_scanner_nothing_is_looked_through(exercise: Exercise) -> None:
    made = exercise.draft()
    evidence.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    assert scan_waiting() == Looked()
    assert CheckingEvidence.objects.get().scanned_at is None


def test_what_waits_is_looked_through_once_and_says_so(
    exercise: Exercise, scanner: Finding
) -> None:
    made = exercise.draft()
    evidence.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    made.refresh_from_db()
    before = made.version

    assert scan_waiting() == Looked(documents=1)
    assert scan_waiting() == Looked()

    (found,) = evidence.documents_of(made)
    assert found.scanned == "scanned for malware by Scanner"
    made.refresh_from_db()
    assert (made.version, scanner.asked) == (before, [PDF])


def test_a_document_with_malware_is_deleted_and_is_no_evidence_any_more(
    exercise: Exercise, scanner: Finding
) -> None:
    made = exercise.draft(ARRIVED)
    kept = evidence.add_evidence(request=made, name="a.pdf", content=BAD, by=exercise.enters)
    assert not ruled(made).evidence

    assert scan_waiting() == Looked(documents=1, infected=1)

    kept.refresh_from_db()
    assert (bytes(kept.content), kept.malware, kept.scanned_at) == (b"", "Eicar", None)
    (found,) = evidence.documents_of(made)
    assert (found.deleted, found.scanned) == (True, "malware was found in it, so it was deleted")
    assert "Add evidence" in ruled(made).evidence
    event = AuditEvent.objects.get(action="evidence deleted: malware")
    assert event.after == {"sha256": kept.sha256, "found": "Eicar"}
    with pytest.raises(RefusedError, match="so it was deleted"):
        evidence.fetch(evidence=kept, organisation=exercise.school, by=exercise.sends)
    with pytest.raises(RefusedError, match="Malware was found"):
        evidence.add_evidence(request=made, name="a.pdf", content=BAD, by=exercise.enters)
    assert scanner.asked == [BAD]
    assert scan_waiting() == Looked()


def test_what_the_scanner_cannot_look_at_keeps_nothing_else_back(
    exercise: Exercise, scanner: Finding
) -> None:
    made = exercise.draft()
    for at in range(4):
        content = PDF + b"%d" % at
        evidence.add_evidence(request=made, name="a.pdf", content=content, by=exercise.enters)
    scanner.blind = b"0"
    assert scan_waiting() == Looked(documents=3)

    scanner.blind, scanner.asked = b"", []
    CheckingEvidence.objects.update(scanned_at=None, scanner="")
    assert scan_waiting() == Looked()
    assert len(scanner.asked) == 3


def test_evidence_of_an_amendment_goes_the_same_way(
    drafted: Amendment, office: Person, scanner: Finding
) -> None:
    by, keep = By(office, "test"), []
    for content in (PDF, BAD):
        drafted.refresh_from_db()
        keep.append(
            of_amendment.add(drafted, name="a.pdf", content=content, seen=drafted.version, by=by)
        )

    assert scan_waiting() == Looked(documents=2, infected=1)

    clean, bad = (AmendmentEvidence.objects.get(pk=one.pk) for one in keep)
    assert (clean.scanner, clean.malware, bad.malware) == ("Scanner", "", "Eicar")
    school = drafted.school_return.school
    with pytest.raises(RefusedError, match="so it was deleted"):
        of_amendment.fetch(bad, organisation=school, by=by)
    drafted.refresh_from_db()
    with pytest.raises(RefusedError, match="Malware was found"):
        of_amendment.add(drafted, name="b.pdf", content=BAD, seen=drafted.version, by=by)
    assert scanner.asked.count(BAD) == 1


def test_evidence_of_an_amendment_is_looked_through_before_it_is_kept(
    drafted: Amendment,
    office: Person,
    as_person: AsPerson,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    settings.SCANNER_NEEDED = True
    by, seen = By(office, "test"), drafted.version
    with pytest.raises(RefusedError, match="nothing here does"):
        of_amendment.add(drafted, name="a.pdf", content=PDF, seen=seen, by=by)
    monkeypatch.setattr(scanning, "configured", Finding)
    with pytest.raises(RefusedError, match="Malware was found"):
        of_amendment.add(drafted, name="a.pdf", content=BAD, seen=seen, by=by)
    assert not AmendmentEvidence.objects.exists()
    assert AuditEvent.objects.get(action="evidence refused: malware").after["found"] == "Eicar"

    kept = of_amendment.add(drafted, name="a.pdf", content=PDF, seen=seen, by=by)
    assert (kept.scanner, kept.scanned_at is None) == ("Scanner", False)
    page = f"/school/{drafted.school_return.school.code}/{YEAR}/amendments/{drafted.pk}/"
    assert "scanned for malware by Scanner" in as_person(office).get(page).text
    AmendmentEvidence.objects.update(malware="Eicar", scanned_at=None)
    text = as_person(office).get(page).text
    assert "malware was found in it, so it was deleted" in text
    assert f'{kept.pk}/"' not in text.replace(f"{kept.pk}/remove", "")


def test_a_deleted_document_has_no_link_at_the_school_nor_at_the_desk(
    exercise: Exercise, as_person: AsPerson, operator: Person, scanner: Finding
) -> None:
    made = exercise.draft(HOME_EARLY)
    kept = evidence.add_evidence(request=made, name="a.pdf", content=BAD, by=exercise.enters)
    made.refresh_from_db()
    passed = sending.propose(request=made, by=exercise.enters, version=made.version)
    sending.send(request=passed, by=exercise.sends, version=passed.version)
    pages = {
        f"/school/{exercise.school.code}/{YEAR}/checking/requests/{made.pk}/": exercise.enters.who,
        f"/national/N1/{YEAR}/checking/requests/{made.pk}/": operator,
    }
    for page, who in pages.items():
        assert f'evidence/{kept.pk}/"' in as_person(who).get(page).text
    assert scan_waiting().infected == 1
    assert scanner.asked

    for page, who in pages.items():
        text = as_person(who).get(page).text
        assert "malware was found in it, so it was deleted" in text
        assert f'evidence/{kept.pk}/"' not in text


def test_a_sweep_looks_through_what_waits(
    exercise: Exercise, scanner: Finding, capsys: pytest.CaptureFixture[str]
) -> None:
    made = exercise.draft()
    evidence.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    call_command("sweep")
    assert "Scanned for malware: 1, found in 0." in capsys.readouterr().out
    assert scanner.asked == [PDF]
