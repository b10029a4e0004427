"""Evidence of requests: sniffed, counted, kept once, and written down when it is taken away."""

import pytest
from checking_of_tests import HOME_EARLY, LOWER, PDF, Exercise

from keystage.actions.checking import drafting, evidence
from keystage.actions.errors import RefusedError
from keystage.store.models import AuditEvent, CheckingEvidence, CheckingRequest

pytestmark = pytest.mark.django_db
LONG = b"%PDF-1.4 /Type /Pages /Count 9 %%EOF"


def test_a_document_is_kept_once(exercise: Exercise) -> None:
    made = exercise.draft()
    for _ in range(2):
        drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)

    (found,) = evidence.documents_of(made)
    assert (found.name, found.pages, found.warning) == ("a.pdf", 2, "")
    made.refresh_from_db()
    assert AuditEvent.objects.filter(action="checking evidence added").count() == 1


def test_a_long_document_is_taken_with_a_warning(exercise: Exercise) -> None:
    made = exercise.draft()
    drafting.add_evidence(request=made, name="a.pdf", content=LONG, by=exercise.enters)

    (found,) = evidence.documents_of(made)
    assert "only the first 6 are looked at" in found.warning


def test_a_table_of_contents_is_no_pages(exercise: Exercise) -> None:
    made = exercise.draft()
    tree = (
        b"1 0 obj << /Type /Pages /Count 2 >> endobj 2 0 obj << /Type /Outlines /Count 40 >> endobj"
    )
    drafting.add_evidence(
        request=made, name="a.pdf", content=b"%PDF-1.4 " + tree + b" %%EOF", by=exercise.enters
    )

    (found,) = evidence.documents_of(made)
    assert (found.pages, found.warning) == (2, "")


def test_a_document_that_claims_any_number_of_pages_is_kept(exercise: Exercise) -> None:
    made = exercise.draft()
    content = b"%PDF-1.4 /Type /Pages /Count 999999 %%EOF"
    kept = drafting.add_evidence(request=made, name="a\0.pdf", content=content, by=exercise.enters)
    assert (kept.name, kept.pages) == ("a.pdf", 9999)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>%PDF-%%EOF", "is no PDF"),
        (b"%PDF-1.4 and no end", "cut short"),
        (b"%PDF-1.4 /S /JavaScript /JS (x) %%EOF", "has a program in it"),
        (b"%PDF-1.4 /S /Launch /F (x) %%EOF", "has a program in it"),
        (b"", "is no PDF"),
        (b"%PDF-" + b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_what_is_no_evidence_is_refused(exercise: Exercise, content: bytes, why: str) -> None:
    made = exercise.draft()
    with pytest.raises(RefusedError, match=why):
        drafting.add_evidence(request=made, name="a.pdf", content=content, by=exercise.enters)
    assert not CheckingEvidence.objects.exists()


def test_there_are_only_so_many_documents(exercise: Exercise) -> None:
    made = exercise.draft()
    for at in range(evidence.MOST):
        drafting.add_evidence(
            request=made, name="a.pdf", content=PDF + b"%d" % at, by=exercise.enters
        )
    with pytest.raises(RefusedError, match="at most 6 documents"):
        drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)


def test_no_evidence_is_taken_where_none_is_asked_for(exercise: Exercise) -> None:
    made = exercise.draft(("remove", "died", {}))
    with pytest.raises(RefusedError, match="No evidence is asked for"):
        drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)


def test_a_document_is_taken_away_from_a_draft_alone(exercise: Exercise) -> None:
    made = exercise.draft()
    document = drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    drafting.drop_evidence(evidence=document, by=exercise.enters)
    assert not CheckingEvidence.objects.exists()
    drafting.drop_evidence(evidence=document, by=exercise.enters)

    kept = drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    CheckingRequest.objects.update(state="proposed")
    with pytest.raises(RefusedError, match="to be approved by the school"):
        drafting.drop_evidence(evidence=kept, by=exercise.enters)


def test_a_request_that_was_sent_back_takes_evidence_and_no_other_does(exercise: Exercise) -> None:
    made = exercise.sent(HOME_EARLY)
    with pytest.raises(RefusedError, match="being looked at"):
        drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    CheckingRequest.objects.update(state="returned")
    added = drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    assert added.request == made


def test_who_takes_a_document_away_is_written_down(exercise: Exercise) -> None:
    made = exercise.draft(LOWER)
    document = drafting.add_evidence(
        request=made, name="Mabel Ashby.pdf", content=PDF, by=exercise.enters
    )

    content = evidence.fetch(evidence=document, organisation=exercise.school, by=exercise.sends)

    assert content == PDF
    event = AuditEvent.objects.get(action="taken away")
    assert str(document.pk) in event.subject
    assert "Mabel" not in event.subject
