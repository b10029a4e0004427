"""Evidence of an amendment: documents that are looked at before they are kept."""

import hashlib
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from keystage.actions.amendments.steps import WITH_SCHOOL, locked
from keystage.actions.auditing import record, taken_away
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.scanning import deleted, infected, looked_through
from keystage.formats.ctf.limits import MIB
from keystage.store.models import Amendment, AmendmentEvidence, Organisation

#: How large a document may be, and how many an amendment may have.
LARGEST, MOST = 10 * MIB, 6
#: How a document of each form begins, and what stands near its end.
_MARKS = {
    "pdf": (b"%PDF-", b"%%EOF"),
    "png": (b"\x89PNG\r\n\x1a\n", b"IEND"),
    "jpg": (b"\xff\xd8\xff", b"\xff\xd9"),
}
_NEAR_THE_END = 1024


def form_of(content: bytes) -> str:
    """What a document is by its content: pdf, png or jpg; '' if none of them, or cut off."""
    for form, (begins, ends) in _MARKS.items():
        if content.startswith(begins):
            return form if ends in content[-_NEAR_THE_END:] else ""
    return ""


def add(amendment: Amendment, *, name: str, content: bytes, seen: int, by: By) -> AmendmentEvidence:
    """Add a document to an amendment that the school still holds. Added twice, it is there once.

    A scanner looks through it first, if the service has one; nothing is locked meanwhile.

    Raises:
        RefusedError: it is no PDF, PNG or JPEG, it is too large, there are too many, it holds
            malware or could not be looked through for it, or see `steps.locked`.
        ChangedMeanwhileError: somebody changed the amendment since the person looked at it.
    """
    digest = hashlib.sha256(content).hexdigest()
    same = AmendmentEvidence.objects.filter(amendment=amendment, sha256=digest).first()
    if same is not None:
        if same.malware:
            raise infected()
        return same
    form = form_of(content)
    if not form:
        raise RefusedError(
            "This is no PDF, PNG or JPEG, or it is cut off.",
            todo="Choose a document in one of these forms.",
        )
    if len(content) > LARGEST:
        raise RefusedError(
            f"A document must be smaller than {LARGEST // MIB} MB.", todo="Choose a smaller one."
        )
    scanner = looked_through(content, found_in=lambda after: _refused(amendment, after, by))
    made = AmendmentEvidence(
        name=name[-255:],
        form=form,
        bytes=len(content),
        sha256=digest,
        content=content,
        added_at=timezone.now(),
        added_by=by.who,
        scanned_at=timezone.now() if scanner else None,
        scanner=scanner,
    )
    return _kept(amendment, made, seen=seen, by=by)


@transaction.atomic
def _kept(amendment: Amendment, made: AmendmentEvidence, *, seen: int, by: By) -> AmendmentEvidence:
    found = locked(amendment, seen=seen, states=WITH_SCHOOL)
    if found.evidence.filter(malware="").count() >= MOST:
        raise RefusedError(
            f"An amendment has at most {MOST} documents.", todo="Put them together into one."
        )
    made.amendment = found
    made.save(force_insert=True)
    _changed(found, "evidence added", made, by)
    return made


@transaction.atomic
def remove(evidence: AmendmentEvidence, *, seen: int, by: By) -> None:
    """Take a document away from an amendment that was not sent yet.

    Raises:
        RefusedError: see `steps.locked`.
        ChangedMeanwhileError: somebody changed the amendment since the person looked at it.
    """
    found = locked(evidence.amendment, seen=seen, states={Amendment.State.DRAFTED})
    _changed(found, "evidence removed", evidence, by)
    evidence.delete()


def fetch(evidence: AmendmentEvidence, *, organisation: Organisation, by: By) -> bytes:
    """The document, for somebody of an organisation who sees the amendment; it is written down.

    Raises:
        RefusedError: it was deleted, because malware was found in it.
    """
    if evidence.malware:
        raise deleted()
    taken_away(
        f"evidence {evidence.pk} of amendment {evidence.amendment.reference}",
        by=by,
        organisation=organisation,
        year=evidence.amendment.school_return.year,
    )
    return bytes(evidence.content)


def _refused(amendment: Amendment, after: Mapping[str, str], by: By) -> None:
    record(
        "evidence refused: malware",
        by=by,
        organisation=amendment.school_return.school,
        year=amendment.school_return.year,
        subject=f"amendment {amendment.reference}",
        after=after,
    )


def _changed(found: Amendment, act: str, evidence: AmendmentEvidence, by: By) -> None:
    found.version += 1
    found.save(update_fields=("version",))
    record(
        act,
        by=by,
        organisation=found.school_return.school,
        year=found.school_return.year,
        subject=f"amendment {found.reference}",
        after={"sha256": evidence.sha256, "bytes": evidence.bytes, "form": evidence.form},
    )
