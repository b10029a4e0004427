"""The receipt of a file that was taken: signed in the same transaction, never changed."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from keystage.actions.gateway.keys import kept, signing_key
from keystage.flows.receipts import canonical, sign, written
from keystage.store.models import Receipt, ReceivedChange, Submission


def give(submission: Submission, *, at: datetime) -> Receipt:
    """Sign and keep the receipt of a file; inside the transaction that takes it."""
    private = signing_key()
    receipt = Receipt(submission=submission, key=kept(private), given_at=at)
    receipt.content = canonical(_document(receipt, submission, at))
    receipt.signature = sign(receipt.content, private)
    receipt.save(force_insert=True)
    return receipt


def file_of(receipt: Receipt) -> bytes:
    """The receipt as a file: what people keep, and `keystage receipt verify` reads."""
    return written(receipt.content, receipt.signature)


def amended_since(receipt: Receipt) -> int:
    """How many amendments changed what was received after a receipt was given."""
    changes = ReceivedChange.objects.filter(
        amendment__school_return=receipt.submission.school_return, at__gt=receipt.given_at
    )
    return changes.values("amendment").distinct().count()


def _document(receipt: Receipt, submission: Submission, at: datetime) -> dict[str, Any]:
    school_return = submission.school_return
    school = school_return.school
    return {
        "receipt": str(receipt.pk),
        "school_number": school.number,
        "school": school.name,
        "year": school_return.year,
        "file": submission.name,
        "sha256": submission.sha256,
        "bytes": submission.bytes,
        "serial": submission.serial,
        "counts": submission.counts,
        "verdict": submission.verdict,
        "state": school_return.state,
        "submitted_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "by": str(submission.submitted_by),
        "key": receipt.key,
    }
