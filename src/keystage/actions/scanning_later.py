"""Documents that were kept before anything looked through them for malware: looked through later.

Which of them come first is left to chance, so that a few the scanner cannot read keep no others
back. What malware is found in is deleted; that it was there, and its hash, stay.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.locks import locking
from keystage.actions.scanning import Scanner, configured
from keystage.core.errors import UnreachableError
from keystage.store.models import (
    Amendment,
    AmendmentEvidence,
    CheckingEvidence,
    CheckingRequest,
    Organisation,
)

#: How many documents are looked through at a time, and after how many failures that ends.
MOST, _FAILURES = 100, 3
_LONGEST = 200
_Document = CheckingEvidence | AmendmentEvidence


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was looked through: how many documents, and in how many of them malware was found."""

    documents: int = 0
    infected: int = 0


def scan_waiting() -> Looked:
    """Look through documents that were not looked through yet, if there is a scanner."""
    scanner = configured()
    if scanner is None:
        return Looked()
    looked, infected, failures = 0, 0, 0
    for kind in (CheckingEvidence, AmendmentEvidence):
        for key in list(_waiting(kind).order_by("?").values_list("pk", flat=True)[: MOST - looked]):
            if failures == _FAILURES:
                break
            document = _waiting(kind).filter(pk=key).first()
            if document is None:
                continue
            try:
                found = scanner.find(bytes(document.content))
            except UnreachableError:
                failures += 1
                continue
            looked, infected = looked + 1, infected + bool(found)
            _write_down(document, scanner, found)
    return Looked(documents=looked, infected=infected)


def _waiting(kind: type[_Document]) -> QuerySet[_Document]:
    return QuerySet(kind).filter(scanned_at__isnull=True, malware="")


@transaction.atomic
def _write_down(document: _Document, scanner: Scanner, found: str) -> None:
    """Keep what was found; a document that was taken away meanwhile stays so."""
    what, school, year = _locked(document)
    kept = _waiting(type(document)).filter(pk=document.pk)
    if not found:
        kept.update(scanned_at=timezone.now(), scanner=scanner.name)
        return
    if kept.update(malware=found[:_LONGEST], scanner=scanner.name, content=b""):
        record(
            "evidence deleted: malware",
            by=By.service(),
            organisation=school,
            year=year,
            subject=what,
            after={"sha256": document.sha256, "found": found[:_LONGEST]},
        )


def _locked(document: _Document) -> tuple[str, Organisation, int]:
    """What a document belongs to, which is locked; and of which school and year it is."""
    if isinstance(document, CheckingEvidence):
        asked = CheckingRequest.objects.select_related("school", "release")
        request = locking(asked).get(pk=document.request_id)
        return f"checking request {request}", request.school, request.release.year
    amended = Amendment.objects.select_related("school_return__school")
    amendment = locking(amended).get(pk=document.amendment_id)
    own = amendment.school_return
    return f"amendment {amendment.reference}", own.school, own.year
