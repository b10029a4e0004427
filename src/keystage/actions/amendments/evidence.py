"""Evidence of an amendment: documents that are looked at before they are kept."""

import hashlib

from django.db import transaction
from django.utils import timezone

from keystage.actions.amendments.steps import WITH_SCHOOL, locked
from keystage.actions.auditing import record, taken_away
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
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


@transaction.atomic
def add(amendment: Amendment, *, name: str, content: bytes, seen: int, by: By) -> AmendmentEvidence:
    """Add a document to an amendment that the school still holds. Added twice, it is there once.

    Raises:
        RefusedError: it is no PDF, PNG or JPEG, it is too large, there are too many, or see
            `steps.locked`.
        ChangedMeanwhileError: somebody changed the amendment since the person looked at it.
    """
    digest = hashlib.sha256(content).hexdigest()
    same = AmendmentEvidence.objects.filter(amendment=amendment, sha256=digest).first()
    if same is not None:
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
    found = locked(amendment, seen=seen, states=WITH_SCHOOL)
    if found.evidence.count() >= MOST:
        raise RefusedError(
            f"An amendment has at most {MOST} documents.", todo="Put them together into one."
        )
    made = AmendmentEvidence.objects.create(
        amendment=found,
        name=name[-255:],
        form=form,
        bytes=len(content),
        sha256=digest,
        content=content,
        added_at=timezone.now(),
        added_by=by.who,
    )
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
    """The document, for somebody of an organisation who sees the amendment; it is written down."""
    taken_away(
        f"evidence {evidence.pk} of amendment {evidence.amendment.reference}",
        by=by,
        organisation=organisation,
        year=evidence.amendment.school_return.year,
    )
    return bytes(evidence.content)


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
