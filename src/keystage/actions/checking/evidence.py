"""Evidence of a request: documents that are looked at before they are kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import taken_away
from keystage.actions.by import By
from keystage.actions.checking.rules import in_force
from keystage.actions.checking.steps import (
    Act,
    State,
    entered_by,
    locked,
    must_be_open,
    rules_for,
    write_down,
)
from keystage.actions.errors import RefusedError
from keystage.actions.scanning import deleted, in_words, infected, looked_through
from keystage.flows.checking.evidence import fault_of_evidence, pages_of, too_many
from keystage.statute.checking import Evidence
from keystage.store.models import (
    CheckingEvidence,
    CheckingRequest,
    CheckingStep,
    Organisation,
)

#: How many documents a request may have.
MOST = 6
_LONGEST_NAME = 150
#: A file may say that it has any number of pages; more than these are told as so many.
_MOST_PAGES = 9_999


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document of a request, without its content.

    Attributes:
        pk: its identifier.
        name: as the school called it.
        pages: how many pages it says it has; 0 where it does not say so.
        warning: what is said of its length; empty for one that is looked at whole.
        scanned: whether it was looked through for malware, as words.
        deleted: whether it is gone, because malware was found in it.
        added_at: when it was added.
    """

    pk: UUID
    name: str
    pages: int
    warning: str
    scanned: str
    deleted: bool
    added_at: datetime


def documents_of(request: CheckingRequest) -> tuple[Document, ...]:
    """The documents of a request, oldest first."""
    rule = in_force(request.release.year).checking.evidence
    rows = request.evidence.defer("content")
    return tuple(
        Document(
            pk=one.pk,
            name=one.name,
            pages=one.pages,
            warning=too_many(rule, one.pages) if rule is not None else "",
            scanned=in_words(one.scanner, one.malware),
            deleted=bool(one.malware),
            added_at=one.added_at,
        )
        for one in rows
    )


def add_evidence(
    *, request: CheckingRequest, name: str, content: bytes, by: By
) -> CheckingEvidence:
    """Add a document to a draft, or to a request that was sent back. Added twice, it is there once.

    A scanner looks through it first, if the service has one; nothing is locked meanwhile.

    Raises:
        ChangedMeanwhileError: somebody deleted the draft.
        RefusedError: it is no PDF, has something in it that runs or is hidden, is too large or too
            long, holds malware or could not be looked through for it, there are too many, the
            reason asks for none, or the school does not hold the request.
    """
    digest = hashlib.sha256(content).hexdigest()
    same = _same(request, digest)
    if same is not None:
        return same
    if fault := fault_of_evidence(_must_be_wanted(request), content):
        raise RefusedError(fault, todo="")
    scanner, pages = _scanned(request, content, by), pages_of(content)
    return _kept(request, name, content, by=by, scanner=scanner, pages=min(pages or 0, _MOST_PAGES))


@transaction.atomic
def _kept(
    request: CheckingRequest, name: str, content: bytes, *, by: By, scanner: str, pages: int
) -> CheckingEvidence:
    """Keep a document that was looked through; ``scanner`` is empty where nothing scanned it."""
    found = locked(request, states={State.DRAFT, State.RETURNED})
    if found.state == State.DRAFT:
        must_be_open(found.release)
    digest = hashlib.sha256(content).hexdigest()
    same = _same(found, digest)
    if same is not None:
        return same
    _must_be_wanted(found)
    made = CheckingEvidence.objects.create(
        request=found,
        name=name.replace("\0", "")[-_LONGEST_NAME:],
        content=content,
        sha256=digest,
        pages=pages,
        added_at=timezone.now(),
        added_by=by.who,
        scanned_at=timezone.now() if scanner else None,
        scanner=scanner,
    )
    _changed("checking evidence added", found, made, by)
    return made


def _scanned(request: CheckingRequest, content: bytes, by: By) -> str:
    """What looked through a document; see `scanning.looked_through`."""
    act = "checking evidence refused: malware"
    return looked_through(content, found_in=lambda after: write_down(act, request, by, after=after))


def _same(request: CheckingRequest, digest: str) -> CheckingEvidence | None:
    """The document of a request that has a hash.

    Raises:
        RefusedError: malware was found in it.
    """
    same = request.evidence.filter(sha256=digest).first()
    if same is not None and same.malware:
        raise infected()
    return same


@transaction.atomic
def drop_evidence(*, evidence: CheckingEvidence, by: By) -> None:
    """Take a document away from a draft; who does has a hand in it.

    Raises:
        ChangedMeanwhileError: somebody deleted the draft.
        RefusedError: it was passed on or sent.
    """
    found = locked(evidence.request, states={State.DRAFT})
    kept = found.evidence.filter(pk=evidence.pk).first()
    if kept is not None:
        _changed("checking evidence removed", found, kept, by)
        kept.delete()
        if by.who.pk not in entered_by(found):
            CheckingStep.objects.create(
                request=found, act=Act.CHANGED, state=found.state, at=timezone.now(), by=by.who
            )


def fetch(*, evidence: CheckingEvidence, organisation: Organisation, by: By) -> bytes:
    """A document, for somebody of an organisation who sees the request; it is written down.

    Raises:
        RefusedError: it was deleted, because malware was found in it.
    """
    if evidence.malware:
        raise deleted()
    taken_away(
        f"evidence {evidence.pk} of request {evidence.request}",
        by=by,
        organisation=organisation,
        year=evidence.request.release.year,
    )
    return bytes(evidence.content)


def _must_be_wanted(found: CheckingRequest) -> Evidence:
    """What evidence may be, of a request that may have more of it.

    Raises:
        RefusedError: it may not.
    """
    version = rules_for(found.release.year, found.reason)
    rule = version.checking.evidence
    if rule is None or version.book.reason(found.reason).evidence == "none":
        raise RefusedError("No evidence is asked for here.", todo="Go on without it.")
    if found.evidence.filter(malware="").count() >= MOST:
        raise RefusedError(
            f"A request has at most {MOST} documents.", todo="Put them together into one."
        )
    return rule


def _changed(act: str, found: CheckingRequest, made: CheckingEvidence, by: By) -> None:
    found.version += 1
    found.save(update_fields=("version",))
    write_down(act, found, by, after={"sha256": made.sha256, "pages": made.pages})
