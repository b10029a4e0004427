"""Evidence of amendments: what it may be, that it stays once sent, and who looked at it."""

import pytest
from files_of_tests import Gate, row_of, sheet_file

from keystage.actions.amendments import asking, evidence
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.standing.states import close
from keystage.store.models import Amendment, AuditEvent, Organisation, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nwork of the pupil\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0....\xff\xd9"


@pytest.fixture
def drafted(gate: Gate, judged_sheet: Sheet, pupils: list[Pupil], office: Person) -> Amendment:
    """An amendment of a closed return that the office has drafted."""
    assert judged_sheet.cohort.exists()
    gate.take(sheet_file([row_of(pupils[0])]))
    close(gate.kept, reason="The deadline", by=By.service())
    pupil = gate.kept.pupils.get()
    wanted = asking.Wanted(pupil=pupil, subject="writing", after="GDS", reason="Another line.")
    return asking.draft(gate.kept, wanted, by=By(office, "test"))


def test_evidence_is_what_it_says_it_is_is_limited_and_is_there_once(
    drafted: Amendment, office: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, by = drafted, By(office, "test")

    def add(content: bytes) -> None:
        made.refresh_from_db()
        evidence.add(made, name="a.pdf", content=content, seen=made.version, by=by)

    for content, form in ((PDF, "pdf"), (PNG, "png"), (JPG, "jpg")):
        assert evidence.form_of(content) == form
        add(content)
        add(content)
    assert made.evidence.count() == 3
    for content in (b"", b"PK\x03\x04", b"<svg/>", b" " + PDF, PDF[:9], b"\xff\xd8\xff\xe0cut"):
        with pytest.raises(RefusedError, match="no PDF, PNG or JPEG"):
            add(content)
    monkeypatch.setattr(evidence, "LARGEST", 20)
    with pytest.raises(RefusedError, match="smaller than"):
        add(PDF + b" ")
    monkeypatch.setattr(evidence, "LARGEST", 100)
    monkeypatch.setattr(evidence, "MOST", 3)
    with pytest.raises(RefusedError, match="at most 3"):
        add(PDF + b" ")

    made.refresh_from_db()
    first = made.evidence.first()
    assert first is not None
    evidence.remove(first, seen=made.version, by=by)
    assert made.evidence.count() == 2


def test_evidence_that_was_sent_stays_and_every_look_is_written_down(
    drafted: Amendment, office: Person, headteacher: Person, authority: Organisation
) -> None:
    made, by = drafted, By(office, "test")
    kept = evidence.add(made, name="Mabel Ashby.pdf", content=PDF, seen=made.version, by=by)
    made.refresh_from_db()
    asking.send(made, seen=made.version, by=By(headteacher, "test"))
    made.refresh_from_db()
    with pytest.raises(RefusedError, match="not possible any more"):
        evidence.remove(kept, seen=made.version, by=by)

    assert evidence.fetch(kept, organisation=authority, by=by) == PDF
    told = AuditEvent.objects.order_by("-pk").first()
    assert told is not None
    assert (told.action, told.organisation_id) == ("taken away", authority.pk)
    assert "Mabel" not in str(AuditEvent.objects.values_list("subject", "after"))
